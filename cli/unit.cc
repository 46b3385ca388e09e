// cli/unit.cc - unit show, unit equate.
#include "cli/answer_view.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/reference.h"
#include "cli/submit.h"
#include "cli/unit_answer.h"

#include <ostream>

namespace lotledger::cli {
namespace {

constexpr std::uint64_t k_events_shown = 10;
constexpr std::uint64_t k_events_max = 1'000'000;

Result<Exit> show_unit(const Call& call) {
  LL_ASSIGN(const std::uint64_t events, call.number("events", k_events_shown, {0, k_events_max}));
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const projections::Node unit, resolve_unit(*query, call.out, call.text("REF")));
  LL_ASSIGN(const Json json, unit_json(*query, unit, "unit", events));
  note_stale_ledgers(call.out, *query);
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else {
    print_unit(call.out, json);
  }
  return Exit::ok;
}

Result<Exit> run_equate(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  LL_ASSIGN(const UnitRef first, resolve_reference(*query, call.out, call.text("REF")));
  LL_ASSIGN(const UnitRef second, resolve_reference(*query, call.out, call.text("OTHER")));
  const LedgerInfo info = query->session().info();
  LL_ASSIGN(auto order, make_order(call, info, engine::EquateUnits{first, second},
                                   {"equate units", first.key.bytes(), second.key.bytes()}));
  return submit_order(call, info, std::move(order));
}

}  // namespace

void add_unit(CommandTable& table) {
  table.groups.push_back({"unit", {"single units: lots, serials, containers", "单个单元：批次、序列件、容器"}});
  Command show;
  show.path = "unit show";
  show.summary = {"state, place, holds, containers and last events of a unit",
                  "单元的状态、地点、扣留、容器与最近事件"};
  show.arguments = {{"REF", {"the unit", "单元"}}};
  show.options = std::vector<OptionSpec>{{"events",
                                          "N",
                                          {"last events to show (default 10)", "显示最近事件数（默认 10）"},
                                          Times::optional,
                                          {},
                                          'n'}} +
                 time_options();
  show.formats = {Format::table, Format::json};
  show.examples = {{"unit show '04012345111118#9876'", {"a device", "一件器械"}},
                   {"unit show '(00)340123451111111111' --as-of 2026-11-01T00:00:00Z",
                    {"a pallet, as of a time", "某一时刻的托盘"}}};
  show.run = show_unit;
  table.commands.push_back(std::move(show));

  Command equate;
  equate.path = "unit equate";
  equate.summary = {"record that two codes name one unit", "记录两个编码指同一单元"};
  equate.arguments = {{"REF", {"one code", "编码一"}}, {"OTHER", {"the other code", "编码二"}}};
  equate.options = order_options();
  equate.formats = {Format::table, Format::json};
  equate.examples = {{"unit equate ACME:TI-64/H-2201 RM-TI64/2026-0417 --reason 'supplier lot on certificate C-88'",
                      {"the supplier's code and ours", "供应商编码与自有编码"}}};
  equate.run = run_equate;
  table.commands.push_back(std::move(equate));
}

}  // namespace lotledger::cli
