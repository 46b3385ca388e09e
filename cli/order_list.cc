// cli/order_list.cc - order list: all production orders, their states and what they make.
#include "cli/commands.h"
#include "cli/list_answer.h"
#include "cli/names.h"
#include "projections/order_record.h"

#include <set>

namespace lotledger::cli {
namespace {

using projections::OrderRecord;

/// Which orders are asked for; what is absent does not matter.
struct AskedOfOrders {
  std::string state;            ///< Empty: any, also none.
  std::optional<UnitKey> item;  ///< Class that the order is to make, or made.
};

/// Orders that a source described, and those that are only known by what they took or made.
std::set<std::string> known_orders(Query& query) {
  std::set<std::string> orders;
  query.reader().subjects([&](const UnitKey& subject) {
    if (auto order = projections::order_of_subject(subject)) orders.insert(std::move(*order));
  });
  query.reader().named_processes(
      [&](projections::NodeId process) { orders.insert(query.reader().node(process).original()); });
  return orders;
}

bool made(Query& query, const std::string& order, const UnitKey& item) {
  const auto process = query.reader().find_process(projections::process_name(order, {}));
  bool found = false;
  if (process) {
    query.reader().links(*process, projections::LinkKind::output, [&](const projections::Link& link) {
      found = found || query.reader().node(link.other).key.item_class() == item;
    });
  }
  return found;
}

bool makes(Query& query, const OrderRecord& order, const UnitKey& item) {
  const auto planned = order.planned();
  if (planned && planned->unit.key.item_class().value_or(planned->unit.key) == item) return true;
  return made(query, order.order, item);
}

/// When the order as a whole came into its state.
std::optional<Instant> since(const OrderRecord& order) {
  std::optional<Instant> at;
  for (const projections::OrderStep& step : order.steps) {
    if (step.recorded.operation.empty()) at = step.at;
  }
  return at;
}

std::string due_on(const OrderRecord& order) {
  std::string date;
  for (const projections::OrderStep& step : order.steps) {
    if (step.recorded.operation.empty() && !step.recorded.due_on.empty()) date = step.recorded.due_on;
  }
  return date;
}

Json order_row(const OrderRecord& order) {
  const auto state = order.state();
  const auto planned = order.planned();
  const bool amount = planned && planned->quantity;
  return {{"order", order.order},
          {"state", state ? Json(std::string(engine::name_of(*state))) : Json()},
          {"product", planned ? Json(planned->unit.key.ref()) : Json()},
          {"planned", amount ? Json(Decimal::of(*planned->quantity).text()) : Json()},
          {"unit", amount ? text_json(planned->quantity->unit.view()) : Json()},
          {"due_on", text_json(due_on(order))},
          {"since", instant_json(since(order))}};
}

/// The order with what was said of it; nullopt where that is nothing as of `now` and it took and made nothing.
std::optional<OrderRecord> order_known(Query& query, const std::string& name, Instant now) {
  OrderRecord order;
  order.order = name;
  order.steps = projections::order_steps(query.reader(), query.records(), name, now);
  if (!order.steps.empty()) return order;
  const auto process = query.reader().find_process(projections::process_name(name, {}));
  return process && query.reader().mentioned(*process) ? std::optional(std::move(order)) : std::nullopt;
}

bool asked_for(Query& query, const AskedOfOrders& asked, const OrderRecord& order) {
  const auto state = order.state();
  if (!asked.state.empty() && (!state || engine::name_of(*state) != asked.state)) return false;
  return !asked.item || makes(query, order, *asked.item);
}

Result<Exit> list_orders(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const Instant now, query->now());
  AskedOfOrders asked{call.text("state"), std::nullopt};
  if (call.has("item")) {
    LL_ASSIGN(asked.item, item_named(call.text("item")));
  }
  ListAnswer answer = list_answer(call.out, *query, "order_list");
  ListingWriter writer(call.out, {std::move(answer.head),
                                  "rows",
                                  {{"order", Text::order},
                                   {"state", Text::status},
                                   {"product", Text::product},
                                   {"planned", Text::planned, Align::right},
                                   {"unit", Text::unit_of_measure},
                                   {"due_on", Text::due_on},
                                   {"since", Text::since}}});
  for (const std::string& name : known_orders(*query)) {
    const auto order = order_known(*query, name, now);
    LL_TRY(query->check());
    if (order && asked_for(*query, asked, *order)) writer.add(order_row(*order));
  }
  LL_TRY(query->check());
  writer.finish();
  return answer.exit;
}

}  // namespace

void add_order_list(CommandTable& table) {
  Command list;
  list.path = "order list";
  list.summary = {"all orders, by number: state, product, due date", "所有订单，按编号排序：状态、产品与到期日"};
  list.options = std::vector<OptionSpec>{{"state",
                                          "STATE",
                                          {"only those in this state", "仅处于此状态者"},
                                          Times::optional,
                                          {engine::k_order_states.begin(), engine::k_order_states.end()}},
                                         {"item", "ITEM", {"only those that make this item", "仅生产此物料者"}}} +
                 time_options();
  list.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  list.examples = {{"order list --state started", {"what is being made", "正在生产的订单"}}};
  list.run = list_orders;
  table.commands.push_back(std::move(list));
}

}  // namespace lotledger::cli
