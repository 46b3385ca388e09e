// cli/lot_decisions.cc - lot release, reject, quarantine, concession: what may be done with a lot; lot split, merge.
#include "cli/commands.h"
#include "cli/names.h"
#include "cli/record.h"
#include "cli/reference.h"
#include "engine/lot.h"

#include <fmt/format.h>

namespace lotledger::cli {
namespace {

using engine::Disposition;
using engine::LotDispositioned;

Result<std::optional<Quantity>> quantity_of(const Call& call) {
  if (call.has("quantity") != call.has("uom"))
    return fail(ErrorCode::invalid_input, "--quantity and --uom go together");
  if (!call.has("quantity")) return std::optional<Quantity>();
  LL_ASSIGN(const UnitCode uom, UnitCode::parse(call.text("uom")));
  LL_ASSIGN(const Quantity quantity, parse_quantity(call.text("quantity"), uom));
  if (quantity.mantissa <= 0)
    return fail(ErrorCode::invalid_input, "--quantity " + call.text("quantity") + ": is not greater than zero");
  return std::optional(quantity);
}

Result<Exit> decide(const Call& call, Disposition disposition) {
  LL_ASSIGN(const auto query, Query::open(call));
  LotDispositioned decided;
  LL_ASSIGN(decided.unit, resolve_reference(*query, call.out, call.text("REF")));
  decided.disposition = disposition;
  LL_ASSIGN(decided.quantity, quantity_of(call));
  if (call.has("location")) {
    LL_ASSIGN(decided.location, location_named(*query, call.text("location")));
  }
  decided.company = call.text("company");
  decided.market = call.text("market");
  if (call.has("kind"))
    decided.release = value_named<engine::ReleaseKind>(engine::k_release_kinds, call.text("kind"))
                          .value_or(engine::ReleaseKind::none);
  std::vector<std::string> fields{"dispose", std::string(name_of(disposition)), decided.unit.key.bytes()};
  for (const char* option : {"quantity", "uom", "location", "company", "market", "kind"})
    fields.push_back(call.text(option));
  engine::Event event;
  const Instant now = SystemClock().now();
  event.occurred = ZonedInstant{now, 0};
  event.body = engine::LotEvent{std::move(decided)};
  const LedgerInfo info = query->session().info();
  LL_ASSIGN(auto order, make_order(call, info, engine::RecordEvent{std::move(event)}, std::move(fields)));
  return submit_order(call, info, std::move(order));
}

Result<Exit> run_release(const Call& call) {
  return decide(call, Disposition::released);
}
Result<Exit> run_reject(const Call& call) {
  return decide(call, Disposition::rejected);
}
Result<Exit> run_quarantine(const Call& call) {
  return decide(call, Disposition::pending);
}
Result<Exit> run_concession(const Call& call) {
  return decide(call, Disposition::concession);
}

Result<Exit> divide(const Call& call, const std::string& type) {
  LL_ASSIGN(const auto query, Query::open(call));
  LL_ASSIGN(const UnitRef unit, resolve_reference(*query, call.out, call.text("REF")));
  return record_row(call, connectors::plain::Kind::moves,
                    {{"type", type},
                     {"unit", unit.key.ref()},
                     {"into", call.text("INTO")},
                     {"quantity", call.text("quantity")},
                     {"uom", call.text("uom")},
                     {"location", call.text("location")}});
}

Result<Exit> run_split(const Call& call) {
  return divide(call, "split");
}
Result<Exit> run_merge(const Call& call) {
  return divide(call, "merge");
}

std::vector<OptionSpec> part_options() {
  return {{"quantity", "Q", {"only so much of it", "仅此数量"}},
          {"uom", "UOM", {"unit of the quantity", "数量单位"}},
          {"location", "LOCATION", {"only what lies there", "仅此地点"}}};
}

void add_decision(CommandTable& table, std::string_view path, Bilingual summary, const Example& example,
                  RunCommand run) {
  Command command;
  command.path = path;
  command.summary = summary;
  command.arguments = {{"REF", {"the lot or serial", "批次或序列件"}}};
  command.options = part_options() + order_options();
  command.formats = {Format::table, Format::json};
  command.examples = {example};
  command.run = run;
  table.commands.push_back(std::move(command));
}

void add_division(CommandTable& table, std::string_view path, Bilingual summary, const Example& example,
                  RunCommand run) {
  Command command;
  command.path = path;
  command.summary = summary;
  command.arguments = {{"REF", {"the lot that it is taken from", "取自的批次"}},
                       {"INTO", {"the lot that it becomes", "成为的批次"}}};
  command.options = std::vector<OptionSpec>{{"quantity", "Q", {"how much of it", "数量"}, Times::required},
                                            {"uom", "UOM", {"unit of the quantity", "数量单位"}, Times::required},
                                            {"location", "LOCATION", {"where", "地点"}}} +
                    order_options();
  command.formats = {Format::table, Format::json};
  command.examples = {example};
  command.run = run;
  table.commands.push_back(std::move(command));
}

}  // namespace

void add_lot_decisions(CommandTable& table) {
  add_decision(table, "lot release", {"release a lot, or a part of it", "放行批次或其中一部分"},
               {"lot release RM-TI64/2026-0417 --kind market --market CN --reason 'review 1192 complete'",
                {"it may be sold in China", "可在中国销售"}},
               run_release);
  Command& release = table.commands.back();
  release.options =
      std::vector<OptionSpec>{
          {"kind",
           "KIND",
           {"for use in production only, or for the market (default: both)", "仅用于生产，或用于上市（默认：两者）"},
           Times::optional,
           {"production", "market"}},
          {"market", "MARKET", {"only for this market: CN, EU", "仅限此市场：CN、EU"}},
          {"company", "TEXT", {"company of the releaser", "放行人所属公司"}}} +
      release.options;
  add_decision(table, "lot reject", {"reject a lot, or a part of it", "拒收批次或其中一部分"},
               {"lot reject RM-TI64/2026-0417 --reason 'NC-2026-031'", {"it is not to be used", "不得使用"}},
               run_reject);
  add_decision(table, "lot quarantine",
               {"nobody has decided yet: put a lot back to pending", "待处置：将批次恢复为待定"},
               {"lot quarantine RM-TI64/2026-0417 --quantity 5 --uom KGM --reason 'retest'",
                {"a part waits again", "部分重新待定"}},
               run_quarantine);
  add_decision(table, "lot concession", {"accept a lot that does not conform, under concession", "让步接收不合格批次"},
               {"lot concession RM-TI64/2026-0417 --reason 'MRB-77: use as is'", {"it may be used", "可以使用"}},
               run_concession);
  add_division(table, "lot split", {"take a part of a lot as a lot of its own", "将批次的一部分拆为独立批次"},
               {"lot split RM-TI64/2026-0417 RM-TI64/2026-0417-B --quantity 5 --uom KGM --reason 'two bars'",
                {"five kilograms get a number of their own", "五千克另编批号"}},
               run_split);
  add_division(table, "lot merge", {"put a part of a lot into another lot", "将批次的一部分并入另一批次"},
               {"lot merge RM-TI64/2026-0417-B RM-TI64/2026-0417 --quantity 5 --uom KGM --reason 'put back'",
                {"the parts are one lot again", "重新合为一批"}},
               run_merge);
}

}  // namespace lotledger::cli
