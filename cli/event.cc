// cli/event.cc - event get, event tail, event void.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/event_view.h"
#include "cli/listing.h"
#include "cli/record_json.h"
#include "cli/submit.h"
#include "engine/codec/codec.h"
#include "engine/codec/parts.h"
#include "projections/event_units.h"

#include <ostream>
#include <set>

namespace lotledger::cli {
namespace {

constexpr std::uint64_t k_tail_default = 10;
constexpr std::uint64_t k_tail_max = 1'000'000;

Result<Exit> run_get(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_at(call, call.text("POSITION")));
  LL_ASSIGN(const NamedPosition named, parse_position(call.text("POSITION"), query->ledger()));
  LL_ASSIGN(const engine::StoredRecord record, query->session().log().at(named.seq));
  Json json = record_json(query->ledger(), record);
  const auto withdrawn = query->reader().withdrawn_by({named.seq});
  LL_TRY(query->check());
  json["withdrawn_by"] = withdrawn ? Json(position_text(query->cut(), *withdrawn)) : Json();
  if (named.event && !json["body"].is_null()) {
    Json& events = json["body"]["events"];
    if (*named.event >= events.size()) {
      return fail(ErrorCode::not_found, position_text(query->ledger(), named.seq) + " holds " +
                                            std::to_string(events.size()) + " event(s), numbered from 0");
    }
    events = Json::array({events[*named.event]});
    json["event"] = *named.event;
  }
  call.out.out << (call.out.format == Format::ndjson ? line_of(json) : pretty(json)) << '\n';
  return json["readable"].get<bool>() ? Exit::ok : Exit::incomplete;
}

/// One row per event; a record that cannot be read is a row of its own.
void add_rows(Query& query, const engine::StoredRecord& record, std::vector<Json>& rows) {
  const schema::Body* body = query.records().body({record.seq()});
  const std::uint32_t events = body == nullptr ? 1 : body->events()->size();
  for (std::uint32_t index = 0; index < events; ++index) {
    Json row = event_json(query, {record.seq(), index});
    row["recorded_at"] = format_utc(record.header().recorded_at);
    row["source"] = body == nullptr ? Json() : Json(body->source()->system()->str());
    rows.push_back(std::move(row));
  }
}

Result<Exit> run_tail(const Call& call) {
  LL_ASSIGN(const std::uint64_t count, call.number("count", k_tail_default, {1, k_tail_max}));
  LL_ASSIGN(const auto query, Query::open(call));
  const Seq last = query->session().head().seq;
  const Seq first = last + 1 > count ? last + 1 - count : 0;
  std::vector<Json> rows;
  LL_TRY(query->session().log().read(first, last, [&](const engine::StoredRecord& record) {
    add_rows(*query, record, rows);
    return true;
  }));
  LL_TRY(query->check());
  Json head{{"kind", "event_tail"}, {"position", position_json(query->ledger(), last)}};
  print_listing(call.out,
                {std::move(head),
                 "events",
                 {{"position", Text::position},
                  {"recorded_at", Text::recorded_at},
                  {"type", Text::type},
                  {"subject", Text::subject},
                  {"at", Text::at},
                  {"location", Text::location},
                  {"source", Text::source},
                  {"actor", Text::actor}}},
                rows);
  return Exit::ok;
}

/// Units that the fact names, each once, for the audit trail of its voiding.
Result<std::vector<UnitRef>> units_of_record(Query& query, Seq seq) {
  LL_ASSIGN(const engine::StoredRecord record, query.session().log().at(seq));
  const schema::Body* body = query.records().body({seq});
  std::vector<UnitRef> units;
  std::set<UnitKey> named;
  if (body == nullptr) return units;
  for (const schema::Event* event : *body->events()) {
    for (std::string& key : projections::units_named(*event)) {
      UnitRef ref{UnitKey(std::move(key)), std::nullopt, {}};
      if (named.insert(ref.key).second) units.push_back(std::move(ref));
    }
  }
  return units;
}

Result<Exit> run_void(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_at(call, call.text("POSITION")));
  LL_ASSIGN(const NamedPosition target, parse_position(call.text("POSITION"), query->ledger()));
  if (target.event) {
    return fail_with_hint(ErrorCode::invalid_input,
                          call.text("POSITION") + " names one event; a record stands or falls as a whole",
                          "name the record: " + position_text(query->ledger(), target.seq));
  }
  LL_ASSIGN(auto units, units_of_record(*query, target.seq));
  const LedgerInfo info = query->session().info();
  LL_ASSIGN(auto order, make_order(call, info, engine::VoidFact{target.seq, std::move(units)},
                                   {"void fact", std::to_string(target.seq)}));
  return submit_order(call, info, std::move(order));
}

}  // namespace

void add_event(CommandTable& table) {
  table.groups.push_back({"event", {"records of the ledger", "账本记录"}});
  Command get;
  get.path = "event get";
  get.summary = {"everything that a record holds", "记录的全部内容"};
  get.arguments = {{"POSITION", {"LEDGER:SEQ, or LEDGER:SEQ.EVENT", "LEDGER:SEQ 或 LEDGER:SEQ.EVENT"}}};
  get.formats = {Format::json, Format::ndjson};
  get.examples = {{"event get SZ1:18440212", {"the whole record", "整条记录"}},
                  {"event get SZ1:18440212.3", {"its fourth event", "其中第四个事件"}}};
  get.run = run_get;
  table.commands.push_back(std::move(get));

  Command tail;
  tail.path = "event tail";
  tail.summary = {"the last records", "最近的记录"};
  tail.options = {{"count", "N", {"how many records (default 10)", "记录数（默认 10）"}, Times::optional, {}, 'n'}};
  tail.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  tail.examples = {{"event tail -n 20", {"the last twenty", "最近二十条"}}};
  tail.run = run_tail;
  table.commands.push_back(std::move(tail));

  Command voiding;
  voiding.path = "event void";
  voiding.summary = {"withdraw a recorded fact; final", "撤回已记录的事实；不可恢复"};
  voiding.arguments = {{"POSITION", {"LEDGER:SEQ of the fact", "事实的 LEDGER:SEQ"}}};
  voiding.options = order_options();
  voiding.formats = {Format::table, Format::json};
  voiding.examples = {{"event void SZ1:18440212 --reason 'scanned the wrong pallet'",
                       {"the fact stays readable, and counts no more", "事实仍可读取，但不再计入"}}};
  voiding.run = run_void;
  table.commands.push_back(std::move(voiding));
}

}  // namespace lotledger::cli
