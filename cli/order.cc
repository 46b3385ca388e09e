// cli/order.cc - order show: a production order, what it took and made.
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/query.h"
#include "cli/trace_answer.h"
#include "projections/order_record.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lotledger::cli {
namespace {

using projections::OrderFlow;
using projections::OrderRecord;

Json step_json(Query& query, const projections::OrderStep& step) {
  return {{"at", format_utc(step.at)},
          {"operation", text_json(step.recorded.operation)},
          {"state", std::string(engine::name_of(step.recorded.state))},
          {"due_on", text_json(step.recorded.due_on)},
          {"equipment", text_json(step.recorded.equipment)},
          {"position", query.text(step.position)}};
}

Json flow_json(Query& query, const OrderFlow& flow) {
  const bool told = flow.basis != engine::Basis::unspecified;
  return {{"ref", ref_of(query.reader().node(flow.unit))},
          {"quantity", flow.quantity ? Json(Decimal::of(*flow.quantity).text()) : Json()},
          {"unit", flow.quantity ? text_json(flow.quantity->unit.view()) : Json()},
          {"kind", std::string(engine::name_of(flow.kind))},
          {"basis", told ? Json(std::string(engine::name_of(flow.basis))) : Json()},
          {"at", format_utc(flow.at)},
          {"until", instant_json(flow.until)},
          {"position", query.text(flow.position)}};
}

Json order_json(Query& query, const OrderRecord& order) {
  Json json{{"kind", "order"}, {"order", order.order}, {"position", position_json(query.cut())}};
  const auto state = order.state();
  json["state"] = state ? Json(std::string(engine::name_of(*state))) : Json();
  const auto planned = order.planned();
  json["product"] = planned ? Json(planned->unit.key.ref()) : Json();
  json["planned"] = planned && planned->quantity ? Json(Decimal::of(*planned->quantity).text()) : Json();
  json["unit"] = planned && planned->quantity ? text_json(planned->quantity->unit.view()) : Json();
  json["steps"] = Json::array();
  for (const auto& step : order.steps) json["steps"].push_back(step_json(query, step));
  for (const auto& [name, flows] : {std::pair{"inputs", &order.inputs}, std::pair{"outputs", &order.outputs}}) {
    json[name] = Json::array();
    for (const OrderFlow& flow : *flows) json[name].push_back(flow_json(query, flow));
  }
  return json;
}

std::string text(const Json& json, const char* member) {
  return json[member].is_null() ? std::string() : json[member].get<std::string>();
}

void print_flows(const Output& output, Text title, const Json& flows) {
  output.out << output.paint(Style::strong, output.say(title)) << '\n';
  Table table({{std::string(output.say(Text::ref))},
               {std::string(output.say(Text::quantity)), Align::right},
               {std::string(output.say(Text::unit_of_measure))},
               {std::string(output.say(Text::kind))},
               {std::string(output.say(Text::basis))},
               {std::string(output.say(Text::at))},
               {std::string(output.say(Text::until))},
               {std::string(output.say(Text::position))}});
  for (const Json& flow : flows) {
    table.add({text(flow, "ref"), text(flow, "quantity"), text(flow, "unit"), text(flow, "kind"), text(flow, "basis"),
               text(flow, "at"), text(flow, "until"), text(flow, "position")});
  }
  table.print_aligned(output, 2);
}

void print_order(const Output& output, const Json& order) {
  output.out << fmt::format("{}  {}  {} {} {}\n", output.paint(Style::strong, printable(text(order, "order"))),
                            text(order, "state"), printable(text(order, "product")), text(order, "planned"),
                            text(order, "unit"));
  Table steps({{std::string(output.say(Text::at))},
               {std::string(output.say(Text::operation))},
               {std::string(output.say(Text::status))},
               {std::string(output.say(Text::position))}});
  for (const Json& step : order["steps"])
    steps.add({text(step, "at"), text(step, "operation"), text(step, "state"), text(step, "position")});
  if (!steps.empty()) steps.print_aligned(output, 2);
  print_flows(output, Text::order_took, order["inputs"]);
  print_flows(output, Text::order_made, order["outputs"]);
}

Result<Exit> show_order(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const Instant now, query->now());
  const auto order = projections::order_record(query->reader(), query->records(), call.text("ORDER"), now);
  LL_TRY(query->check());
  if (!order)
    return fail(ErrorCode::not_found,
                "no fact names an order '" + call.text("ORDER") + "'; lotledger find looks for it");
  const Json json = order_json(*query, *order);
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else {
    print_order(call.out, json);
  }
  return Exit::ok;
}

}  // namespace

void add_order(CommandTable& table) {
  table.groups.push_back({"order", {"production orders", "生产订单"}});
  Command show;
  show.path = "order show";
  show.summary = {"an order: its states, what it took and what it made", "订单的状态、投入与产出"};
  show.arguments = {{"ORDER", {"the order, ORDER/RUN where it ran several times", "订单；多次运行时为 ORDER/RUN"}}};
  show.options = time_options();
  show.formats = {Format::table, Format::json};
  show.examples = {{"order show WO-1001", {"inputs with their basis, outputs, scrap", "投入及其依据、产出与报废"}}};
  show.run = show_order;
  table.commands.push_back(std::move(show));
}

}  // namespace lotledger::cli
