// cli/dlq.cc - dlq list, show, retry, discard: rows of sources that could not be taken.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/ingest.h"
#include "cli/listing.h"
#include "cli/submit.h"
#include "connectors/plain/mapping.h"
#include "engine/codec/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace lotledger::cli {

using engine::codec::view_of;

namespace {

/// Repaired events are single; this bounds what is read of a file given by mistake.
constexpr std::size_t k_repair_bytes_max = std::size_t{8} << 20;

const schema::RowRejected* rejected_row(Query& query, RecordPosition at) {
  const schema::Body* body = query.records().body(at);
  const auto* area = body == nullptr ? nullptr : body->events()->Get(0)->area_as_intake();
  return area == nullptr ? nullptr : area->event_as_row_rejected();
}

Json faults_json(const schema::RowRejected& row) {
  Json json = Json::array();
  if (row.faults() == nullptr) return json;
  for (const schema::Fault* fault : *row.faults()) {
    json.push_back({{"field", text_json(view_of(fault->field()))},
                    {"value", text_json(view_of(fault->value()))},
                    {"message", fault->message()->str()},
                    {"hint", text_json(view_of(fault->hint()))}});
  }
  return json;
}

Json row_json(Query& query, RecordPosition at, const schema::RowRejected& row) {
  const schema::Source& source = *query.records().body(at)->source();
  Json json{{"position", position_text(query.cut(), at)}, {"seq", std::to_string(at.seq)}};
  json["kind"] = std::string(engine::name_of(static_cast<engine::RejectKind>(row.kind())));
  json["file"] = text_json(view_of(source.file()));
  json["line"] = source.line().has_value() ? Json(std::to_string(*source.line())) : Json();
  json["offset"] = source.offset().has_value() ? Json(std::to_string(*source.offset())) : Json();
  json["message_id"] = text_json(view_of(source.message_id()));
  json["conflicts_with"] = row.conflicts_with().has_value()
                               ? Json(position_text(query.cut(), RecordPosition{*row.conflicts_with(), at.ledger}))
                               : Json();
  json["faults"] = faults_json(row);
  return json;
}

Result<Exit> list_dlq(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  std::vector<Json> rows;
  for (const RecordPosition at : query->reader().open_rows()) {
    const schema::RowRejected* row = rejected_row(*query, at);
    if (row == nullptr) continue;
    Json json = row_json(*query, at, *row);
    const Json first = json["faults"].empty() ? Json::object() : json["faults"].front();
    json["field"] = first.value("field", Json());
    json["fault"] = first.value("message", Json());
    rows.push_back(std::move(json));
  }
  LL_TRY(query->check());
  Json head{{"kind", "dlq_list"}, {"position", position_json(query->cut())}};
  print_listing(call.out,
                {std::move(head),
                 "rows",
                 {{"position", Text::position},
                  {"kind", Text::kind},
                  {"file", Text::file},
                  {"line", Text::line, Align::right},
                  {"field", Text::field},
                  {"fault", Text::fault}}},
                rows);
  return Exit::ok;
}

/// The open row that POSITION names.
Result<Seq> open_row(Query& query, const Call& call) {
  LL_ASSIGN(const NamedPosition named, parse_position(call.text("POSITION"), query.ledger()));
  if (rejected_row(query, {named.seq}) == nullptr) {
    LL_TRY(query.check());
    return fail_with_hint(ErrorCode::not_found, position_text(query.ledger(), named.seq) + " holds no rejected row",
                          "lotledger dlq list");
  }
  return named.seq;
}

void print_row(const Output& output, const Json& row) {
  output.out << fmt::format("{}  {}  {}", cell_text(row["position"]), cell_text(row["kind"]),
                            printable(cell_text(row["file"])));
  if (!row["line"].is_null()) output.out << fmt::format(" {} {}", output.say(Text::line), cell_text(row["line"]));
  output.out << '\n';
  Table table({{std::string(output.say(Text::field))},
               {std::string(output.say(Text::value))},
               {std::string(output.say(Text::fault))},
               {std::string(output.say(Text::remedy))}});
  for (const Json& fault : row["faults"]) {
    table.add(
        {cell_text(fault["field"]), cell_text(fault["value"]), cell_text(fault["message"]), cell_text(fault["hint"])});
  }
  table.print_aligned(output, 2);
  output.out << printable(cell_text(row["raw"])) << '\n';
}

Result<Exit> show_dlq(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_at(call, call.text("POSITION")));
  LL_ASSIGN(const Seq seq, open_row(*query, call));
  const schema::RowRejected& row = *rejected_row(*query, {seq});
  Json json{{"kind", "dlq_row"}};
  Json members = row_json(*query, {seq}, row);
  members["reject_kind"] = members["kind"];
  members.erase("kind");
  json.update(members);
  const auto open = query->reader().open_rows();
  json["open"] = std::ranges::find(open, RecordPosition{seq}) != open.end();
  const auto* raw = row.raw();
  json["raw"] = raw == nullptr ? Json() : Json(std::string(lotledger::text_of({raw->data(), raw->size()})));
  json["raw_bytes"] = std::to_string(row.raw_bytes());
  LL_TRY(query->check());
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else {
    json["kind"] = json["reject_kind"];
    print_row(call.out, json);
  }
  return Exit::ok;
}

Result<std::string> repaired_text(const std::string& path) {
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const ByteVector bytes, engine::read_file(*disk, path, k_repair_bytes_max));
  return std::string(lotledger::text_of(bytes));
}

Result<Exit> run_retry(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(const auto query, Query::open_at(call, call.text("POSITION")));
  LL_ASSIGN(const Seq seq, open_row(*query, call));
  LL_ASSIGN(const std::string text, repaired_text(call.text("file")));
  LL_ASSIGN(ReadOptions read, read_options_of(call));
  read.kind = connectors::plain::kind_of_system(view_of(query->records().body({seq})->source()->system()));
  LL_ASSIGN(const engine::Actor actor, actor_of(call));
  const LedgerInfo info = query->session().info();
  LL_ASSIGN(const engine::Receipt receipt, retry_row(folder, info, {actor, seq, text, call.text("reason"), read}));
  return print_receipt(call.out, info, receipt);
}

Result<Exit> run_discard(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_at(call, call.text("POSITION")));
  LL_ASSIGN(const Seq seq, open_row(*query, call));
  const LedgerInfo info = query->session().info();
  LL_ASSIGN(auto order, make_order(call, info, engine::DiscardRow{seq}, {"discard row", std::to_string(seq)}));
  return submit_order(call, info, std::move(order));
}

Command row_command(std::string_view path, Bilingual summary, RunCommand run, Example example) {
  Command command;
  command.path = path;
  command.summary = summary;
  command.arguments = {{"POSITION", {"LEDGER:SEQ of the rejected row", "被拒收行的 LEDGER:SEQ"}}};
  command.formats = {Format::table, Format::json};
  command.examples = {example};
  command.run = run;
  return command;
}

}  // namespace

void add_dlq(CommandTable& table) {
  table.groups.push_back({"dlq", {"rows of sources that could not be taken", "无法接收的来源数据"}});
  Command list;
  list.path = "dlq list";
  list.summary = {"open rows of the dead-letter queue", "死信队列中的待处理行"};
  list.options = {
      {"known-at", "TIME|POSITION", {"only what this ledger had recorded by then", "仅限此时之前账本已记录的事"}}};
  list.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  list.examples = {{"dlq list", {"what waits for repair", "等待修复的内容"}}};
  list.run = list_dlq;
  table.commands.push_back(std::move(list));

  table.commands.push_back(
      row_command("dlq show", {"a rejected row with everything that is wrong with it", "被拒收行及其全部错误"},
                  show_dlq, {"dlq show SZ1:4711", {"faults, hints and raw text", "错误、提示与原文"}}));
  table.commands.push_back(row_command("dlq retry", {"take the repaired event of a rejected row", "接收已修复的事件"},
                                       run_retry,
                                       {"dlq retry SZ1:4711 --file repaired.jsonld --reason 'scanner dropped a digit'",
                                        {"closes the row", "关闭该行"}}));
  table.commands.back().options = {{"file",
                                    "FILE",
                                    {"the repaired event (EPCIS, JSON or XML), or a header and the repaired row",
                                     "已修复的事件（EPCIS，JSON 或 XML），或表头与已修复的行"},
                                    Times::required},
                                   {"reason", "TEXT", {"what was repaired and why", "修复内容与原因"}}};
  for (const OptionSpec& option : read_options()) {
    if (option.name != "kind" && option.name != "mapping") table.commands.back().options.push_back(option);
  }
  table.commands.push_back(row_command(
      "dlq discard", {"close a rejected row without taking it", "关闭该行而不接收"}, run_discard,
      {"dlq discard SZ1:4711 --reason 'test message of the supplier'", {"it stays readable", "原文仍可读取"}}));
  table.commands.back().options = order_options();
}

}  // namespace lotledger::cli
