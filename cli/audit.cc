// cli/audit.cc - audit verify, audit trail.
#include "cli/audit_scrub.h"
#include "cli/audit_verify.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/query.h"
#include "cli/reference.h"
#include "projections/audit_trail.h"

#include <fmt/format.h>

#include <ostream>

namespace lotledger::cli {
namespace {

Json damage_json(const std::string& ledger, const Damage& damage) {
  return {{"ledger", ledger},
          {"seq", std::to_string(damage.seq)},
          {"why", damage.why},
          {"file", text_json(damage.file)},
          {"offset", std::to_string(damage.offset)}};
}

Json verified_json(const VerifiedLedger& ledger) {
  Json json{
      {"ledger", ledger.name}, {"ok", !ledger.damage}, {"records", ledger.records}, {"segments", ledger.segments}};
  json["position"] = position_json(ledger.name, ledger.last);
  json["torn_bytes"] = ledger.torn_bytes;
  json["unreadable"] = ledger.unreadable;
  json["first_bad"] = ledger.damage ? damage_json(ledger.name, *ledger.damage) : Json();
  return json;
}

Json verify_json(const std::vector<VerifiedLedger>& ledgers) {
  Json json{{"kind", "audit_verify"},     {"ok", true},           {"records", std::uint64_t{0}},
            {"position", Json::object()}, {"first_bad", nullptr}, {"ledgers", Json::array()}};
  std::uint64_t records = 0;
  for (const VerifiedLedger& ledger : ledgers) {
    records += ledger.records;
    json["position"].update(position_json(ledger.name, ledger.last));
    if (ledger.damage && json["first_bad"].is_null()) json["first_bad"] = damage_json(ledger.name, *ledger.damage);
    json["ledgers"].push_back(verified_json(ledger));
  }
  json["records"] = records;
  json["ok"] = json["first_bad"].is_null();
  return json;
}

void print_verified(const Output& output, const VerifiedLedger& ledger) {
  output.out << printable(ledger.name) << "  ";
  if (!ledger.damage) {
    output.out << output.paint(Style::good, fmt::format(fmt::runtime(output.say(Text::audit_ok)), ledger.records));
    output.out << fmt::format(" · {}", position_text(ledger.name, ledger.last));
    if (ledger.torn_bytes > 0) {
      output.out << fmt::format(" · {} torn bytes behind the last record, which the next writer cuts",
                                ledger.torn_bytes);
    }
    if (ledger.unreadable > 0) output.out << fmt::format(" · {} records of a later program", ledger.unreadable);
    output.out << '\n';
    return;
  }
  const Damage& damage = *ledger.damage;
  output.out << output.paint(Style::bad, fmt::format(fmt::runtime(output.say(Text::audit_bad)),
                                                     position_text(ledger.name, damage.seq), printable(damage.why)))
             << '\n';
  if (!damage.file.empty()) output.out << fmt::format("    {}, offset {}\n", printable(damage.file), damage.offset);
}

Result<Exit> verify_audit(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(const auto ledgers, verify_ledgers(folder, call.settings.ledger, call.out));
  const Json json = verify_json(ledgers);
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else {
    for (const VerifiedLedger& ledger : ledgers) print_verified(call.out, ledger);
  }
  return json["ok"].get<bool>() ? Exit::ok : Exit::negative;
}

Result<std::optional<Instant>> time_of(const Call& call, std::string_view name) {
  if (!call.has(name)) return std::optional<Instant>();
  const auto at = parse_instant(call.text(name));
  if (!at.has_value()) return fail(at.error().code, "--" + std::string(name) + ": " + at.error().message);
  return std::optional<Instant>(at->at);
}

Result<projections::AuditQuery> audit_query(const Call& call, Query& query) {
  projections::AuditQuery wanted;
  wanted.actor = call.text("actor");
  wanted.known_at = query.filter().known_at;
  LL_ASSIGN(wanted.from, time_of(call, "from"));
  LL_ASSIGN(wanted.to, time_of(call, "to"));
  if (call.has("unit")) {
    LL_ASSIGN(const projections::Node unit, resolve_unit(query, call.out, call.text("unit")));
    wanted.unit = unit.key;
  }
  if (call.has("record")) {
    LL_ASSIGN(const NamedPosition record, parse_position(call.text("record"), query.ledger()));
    wanted.record = record.seq;
  }
  return wanted;
}

Json entry_json(const Query& query, const projections::AuditEntry& entry) {
  return {{"position", query.text(entry.position)},
          {"recorded_at", format_utc(entry.recorded_at)},
          {"actor", entry.actor},
          {"role", text_json(entry.role)},
          {"action", entry.action},
          {"subject", text_json(entry.subject)},
          {"old_value", text_json(entry.old_value)},
          {"new_value", text_json(entry.new_value)},
          {"reason", text_json(entry.reason)}};
}

std::vector<ListingColumn> trail_columns() {
  return {{"position", Text::position},   {"recorded_at", Text::recorded_at}, {"actor", Text::actor},
          {"role", Text::role},           {"action", Text::action},           {"subject", Text::subject},
          {"old_value", Text::old_value}, {"new_value", Text::new_value},     {"reason", Text::reason}};
}

Result<Exit> run_trail(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  LL_ASSIGN(const auto wanted, audit_query(call, *query));
  LL_ASSIGN(const projections::StoreReader* store, query->session().store("audit_trail"));
  Json head{{"kind", "audit_trail"}, {"position", position_json(query->ledger(), query->position())}};
  ListingWriter writer(call.out, {std::move(head), "entries", trail_columns()});
  LL_TRY(projections::audit_entries(*store, query->session().log(), wanted, [&](const projections::AuditEntry& entry) {
    writer.add(entry_json(*query, entry));
    return call.out.out.good();
  }));
  LL_TRY(store->failure());
  writer.finish();
  return Exit::ok;
}

}  // namespace

void add_audit(CommandTable& table) {
  table.groups.push_back(
      {"audit", {"proof that nothing was changed, and who did what", "证明未被篡改，以及谁做了什么"}});
  Command verify;
  verify.path = "audit verify";
  verify.summary = {"check every byte of the log: frames, chain, bodies", "检查日志的每个字节：帧、链、内容"};
  verify.formats = {Format::table, Format::json};
  verify.examples = {
      {"audit verify",
       {"all ledgers of the folder; exit 1 names the first bad record", "目录中所有账本；退出码 1 并指出首条损坏记录"}},
      {"audit verify --ledger SZ1 -o json", {"one ledger, for scripts", "单个账本，供脚本使用"}}};
  verify.run = verify_audit;
  table.commands.push_back(std::move(verify));
  add_audit_scrub(table);

  Command trail;
  trail.path = "audit trail";
  trail.summary = {"who did what, when and why, with old and new values", "谁在何时因何做了什么，含旧值与新值"};
  trail.options = {
      {"actor", "ID", {"of this person or service only", "仅限此人员或服务"}},
      {"unit", "REF", {"about this unit only", "仅限此单元"}},
      {"record", "POSITION", {"this record and what corrected it", "此记录及其更正"}},
      {"from", "TIME", {"recorded from then on", "自此时起记录的"}},
      {"to", "TIME", {"recorded until then", "至此时为止记录的"}},
      {"known-at", "TIME|POSITION", {"only what this ledger had recorded by then", "仅限此时之前账本已记录的事"}}};
  trail.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  trail.examples = {{"audit trail --unit RM-TI64/2026-0417", {"of a lot", "一个批次的"}},
                    {"audit trail --actor qa.lee --from 2026-03-01T00:00:00+08:00 -o csv",
                     {"of a person, for a spreadsheet", "某人员的，用于电子表格"}}};
  trail.run = run_trail;
  table.commands.push_back(std::move(trail));
}

}  // namespace lotledger::cli
