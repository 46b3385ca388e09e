// cli/lot.cc - lot show, lot hold, lot lift.
#include "engine/lot.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/names.h"
#include "cli/reference.h"
#include "cli/submit.h"
#include "cli/unit_answer.h"

#include <fmt/format.h>

#include <ostream>

namespace lotledger::cli {
namespace {

using engine::HoldKind;

constexpr std::uint64_t k_events_shown = 10;
constexpr std::uint64_t k_events_max = 1'000'000;

Result<Exit> show_lot(const Call& call) {
  LL_ASSIGN(const std::uint64_t events, call.number("events", k_events_shown, {0, k_events_max}));
  LL_ASSIGN(const auto query, Query::open(call));
  LL_ASSIGN(const projections::Node lot, resolve_unit(*query, call.out, call.text("REF")));
  if (lot.key.type() != UnitType::lot) {
    return fail(ErrorCode::invalid_input, lot.key.ref() + " is no lot but a " +
                                              std::string(lotledger::name_of(lot.key.type())) +
                                              ": lotledger unit show shows it");
  }
  LL_ASSIGN(const Json json, unit_json(*query, lot, "lot", events));
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else {
    print_unit(call.out, json);
  }
  return Exit::ok;
}

HoldKind kind_named(std::string_view name) {
  for (const HoldKind kind :
       {HoldKind::quality, HoldKind::recall, HoldKind::evidence, HoldKind::regulatory, HoldKind::customs}) {
    if (engine::name_of(kind) == name) return kind;
  }
  return HoldKind::quality;  // The option's choices allow no other name; this is its default.
}

/// The part of the unit that is to be held.
Result<void> read_scope(const Call& call, Query& query, engine::PlaceHold& place) {
  if (call.has("quantity") != call.has("uom"))
    return fail(ErrorCode::invalid_input, "--quantity and --uom go together");
  if (call.has("quantity")) {
    LL_ASSIGN(const UnitCode uom, UnitCode::parse(call.text("uom")));
    LL_ASSIGN(place.quantity, parse_quantity(call.text("quantity"), uom));
    if (place.quantity->mantissa <= 0)
      return fail(ErrorCode::invalid_input, "--quantity " + call.text("quantity") + ": is not greater than zero");
  }
  if (call.has("location")) {
    LL_ASSIGN(place.location, location_named(query, call.text("location")));
  }
  return {};
}

/// A command of its own for each unit; with several units and --command-id, the id and the unit's number among them.
Result<engine::Submission> hold_order(const Call& call, Query& query, const std::string& hold, std::size_t number) {
  const std::vector<std::string>& refs = call.all("REF");
  LL_ASSIGN(const UnitRef unit, resolve_reference(query, call.out, refs.at(number)));
  engine::PlaceHold place{HoldId{hold}, unit, kind_named(call.text("kind"))};
  LL_TRY(read_scope(call, query, place));
  std::vector<std::string> fields{"place hold", hold, unit.key.bytes(), std::string(engine::name_of(place.kind))};
  for (const char* option : {"quantity", "uom", "location"}) {
    if (call.has(option)) fields.push_back(std::string(option) + "=" + call.text(option));
  }
  call.out.note(fmt::format("hold {} on {}", hold, unit.key.ref()));
  LL_ASSIGN(auto order, make_order(call, query.session().info(), std::move(place), std::move(fields)));
  if (number > 0) order.body.command->text += fmt::format("-{}", number + 1);
  return order;
}

Result<Exit> run_hold(const Call& call) {
  if (!call.has("REF")) return fail(ErrorCode::invalid_input, "'lot hold' needs at least one REF");
  LL_ASSIGN(const auto query, Query::open(call));
  // A command that is repeated under its id must name the same hold, so the default hold id follows from the command
  // id. One hold may stand on several units.
  const std::string hold = call.has("hold-id")      ? call.text("hold-id")
                           : call.has("command-id") ? "H-" + call.text("command-id")
                                                    : "H-" + fresh_id().substr(0, 12);
  std::vector<engine::Submission> orders;
  for (std::size_t number = 0; number < call.all("REF").size(); ++number) {
    LL_ASSIGN(auto order, hold_order(call, *query, hold, number));
    orders.push_back(std::move(order));
  }
  return submit_orders(call, query->session().info(), std::move(orders));
}

Result<Exit> run_lift(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  LL_ASSIGN(const UnitRef unit, resolve_reference(*query, call.out, call.text("REF")));
  const std::string& hold = call.text("hold-id");
  const LedgerInfo info = query->session().info();
  LL_ASSIGN(auto order,
            make_order(call, info, engine::LiftHold{HoldId{hold}, unit}, {"lift hold", hold, unit.key.bytes()}));
  return submit_order(call, info, std::move(order));
}

Command show_command() {
  Command show;
  show.path = "lot show";
  show.summary = {"state, quantities, holds and last events of a lot", "批次的状态、数量、扣留与最近事件"};
  show.arguments = {{"REF", {"the lot", "批次"}}};
  show.options = std::vector<OptionSpec>{{"events",
                                          "N",
                                          {"last events to show (default 10)", "显示最近事件数（默认 10）"},
                                          Times::optional,
                                          {},
                                          'n'}} +
                 time_options();
  show.formats = {Format::table, Format::json};
  show.examples = {{"lot show RM-TI64/2026-0417", {"what is left of it, and where", "剩余多少、在哪里"}}};
  show.run = show_lot;
  return show;
}

}  // namespace

void add_lot(CommandTable& table) {
  table.groups.push_back({"lot", {"lots: state, holds", "批次：状态与扣留"}});
  table.commands.push_back(show_command());

  Command hold;
  hold.path = "lot hold";
  hold.summary = {"place a hold on a lot or other unit", "扣留批次或其他单元"};
  hold.arguments = {{"REF", {"units; they need not have arrived yet", "单元；可尚未到货，可多个"}, Times::repeated}};
  hold.options =
      std::vector<OptionSpec>{
          {"kind",
           "KIND",
           {"kind of hold (default quality)", "扣留类别（默认 quality）"},
           Times::optional,
           {"quality", "recall", "evidence", "regulatory", "customs"}},
          {"hold-id", "ID", {"id of the hold (default: a fresh one, printed)", "扣留编号（默认：新编号，会显示）"}},
          {"quantity", "Q", {"only so much of it", "仅此数量"}},
          {"uom", "UOM", {"unit of the quantity", "数量单位"}},
          {"location", "LOCATION", {"only what lies there", "仅此地点"}}} +
      order_options();
  hold.formats = {Format::table, Format::json};
  hold.examples = {{"lot hold RM-TI64/2026-0417 --kind recall --reason 'NC-2026-031: hydrogen above limit'",
                    {"stop a lot", "拦截一个批次"}}};
  hold.run = run_hold;
  table.commands.push_back(std::move(hold));

  Command lift;
  lift.path = "lot lift";
  lift.summary = {"lift a hold that stands", "解除有效的扣留"};
  lift.arguments = {{"REF", {"the unit", "单元"}}};
  lift.options =
      std::vector<OptionSpec>{
          {"hold-id", "ID", {"which hold; `unit show` lists them", "哪个扣留；unit show 会列出"}, Times::required}} +
      order_options();
  lift.formats = {Format::table, Format::json};
  lift.examples = {{"lot lift RM-TI64/2026-0417 --hold-id H-77 --reason 'retest passed, report T-1192'",
                    {"give a lot free again", "放行批次"}}};
  lift.run = run_lift;
  table.commands.push_back(std::move(lift));
}

}  // namespace lotledger::cli
