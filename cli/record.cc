// cli/record.cc - record KIND COLUMN=VALUE...: what a person saw or decided, in the words of plain rows; and the
// commands about lots that are made of it.
#include "cli/record.h"

#include "cli/commands.h"
#include "connectors/plain/export.h"
#include "connectors/plain/mapping.h"
#include "engine/base/random.h"
#include "engine/evidence/sealed.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::cli {
namespace {

namespace plain = connectors::plain;

/// What the command line says in other words: --command-id, --reason.
bool said_by_option(plain::Column column) {
  return column == plain::Column::id || column == plain::Column::reason;
}

Result<void> set(plain::Row& row, plain::Kind kind, const std::string& name, const std::string& value) {
  const auto column = plain::column_named(kind, name);
  if (!column || said_by_option(*column)) {
    const connectors::Fault fault = plain::unknown_column(kind, name);
    return fail(ErrorCode::invalid_input, fmt::format("'{}' is no column of {}{}", name, plain::name_of(kind),
                                                      fault.hint.empty() ? "" : ": " + fault.hint));
  }
  row.values.at(static_cast<std::size_t>(*column)) = value;
  return {};
}

/// Now, where the row has a time and none is given.
void set_time(plain::Row& row, plain::Kind kind) {
  const plain::Column column = plain::is_master_data(kind) ? plain::Column::valid_from : plain::Column::at;
  std::string& value = row.values.at(static_cast<std::size_t>(column));
  if (value.empty()) value = format_utc(SystemClock().now());
}

std::unexpected<Error> refused(const std::vector<connectors::Fault>& faults) {
  std::string text;
  for (const connectors::Fault& fault : faults) text += (text.empty() ? "" : "\n") + connectors::to_text(fault);
  return fail(ErrorCode::invalid_input, text);
}

/// The description with its personal fields sealed.
Result<engine::Event> party_event(const Call& call, const plain::Row& row, const plain::PlainFormat& format) {
  auto description = plain::map_party(row, format);
  if (!description.has_value()) return refused(description.error());
  LL_ASSIGN(const DataFolder folder, data_folder(call));
  const auto disk = engine::posix_disk();
  SystemRandom random;
  engine::KeyStore keys(*disk, random, folder.keys_folder());
  const connectors::PersonalData personal{
      [&keys](std::string_view subject, std::string_view text) { return keys.seal(subject, text); },
      [&keys](std::string_view subject, std::string_view text) { return keys.fingerprint(subject, text); }};
  engine::Submission submission;
  LL_TRY(connectors::become_party(submission, std::move(*description), {}, personal));
  return std::move(submission.body.events.front());
}

Result<engine::Event> event_of(const Call& call, const plain::Row& row, const plain::PlainFormat& format) {
  if (format.kind == plain::Kind::parties || format.kind == plain::Kind::locations)
    return party_event(call, row, format);
  if (plain::is_master_data(format.kind)) {
    auto description = plain::map_description(row, format);
    if (!description.has_value()) return refused(description.error());
    engine::Event event = connectors::plain_event(std::move(description->event));
    event.occurred = description->since;
    return event;
  }
  auto fact = plain::map_row(row, format);
  if (!fact.has_value()) return refused(fact.error());
  if (fact->events.size() == 1) return std::move(fact->events.front());
  return fail(ErrorCode::invalid_input, "this says two things at once; record them one by one");
}

/// So that `export plain` can write the row again. Words about people are not kept in clear.
void keep_words(engine::Body& body, const plain::Row& row, plain::Kind kind) {
  if (plain::is_master_data(kind)) return;
  plain::ExportedRow words{kind, {}};
  for (const plain::Use& use : plain::columns_of(kind)) {
    if (!row[use.column].empty()) words.values.emplace_back(use.column, row[use.column]);
  }
  plain::WordsByHand kept = plain::words_by_hand(words);
  body.source_text = std::move(kept.text);
  body.source_context = std::move(kept.context);
}

Result<Exit> run_record(const Call& call) {
  const auto kind = plain::kind_named(call.text("KIND"));
  if (!kind) return fail(ErrorCode::invalid_input, "'" + call.text("KIND") + "' is no kind of rows");
  ColumnValues values;
  for (const std::string& pair : call.all("COLUMN=VALUE")) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::invalid_input, "'" + pair + "' is not COLUMN=VALUE");
    values.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return record_row(call, *kind, values);
}

}  // namespace

Result<Exit> record_row(const Call& call, plain::Kind kind, const ColumnValues& values) {
  plain::Row row;
  plain::PlainFormat format;
  format.kind = kind;
  std::vector<std::string> fields{"record", std::string(plain::name_of(kind))};
  for (const auto& [column, value] : values) {
    if (value.empty()) continue;
    LL_TRY(set(row, kind, column, value));
    fields.push_back(column + "=" + value);
  }
  std::ranges::sort(fields.begin() + 2, fields.end());
  set_time(row, kind);
  LL_ASSIGN(engine::Event event, event_of(call, row, format));
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  LL_ASSIGN(auto order, make_order(call, info, engine::RecordEvent{std::move(event)}, std::move(fields)));
  keep_words(order.body, row, kind);
  return submit_order(call, info, std::move(order));
}

void add_record(CommandTable& table) {
  Command record;
  record.path = "record";
  record.summary = {"record by hand what a file would say: one row of any kind",
                    "手工记录一行数据，内容与文件相同，适用于任何类型"};
  record.arguments = {{"KIND", {"what it tells", "行类型"}, Times::required, plain::kind_names()},
                      {"COLUMN=VALUE",
                       {"columns of the kind (connect template KIND); at: now",
                        "该类型的列（见 connect template KIND）；at 默认为现在"},
                       Times::repeated}};
  record.options = order_options();
  record.formats = {Format::table, Format::json};
  record.examples = {
      {"record moves type=put_away unit=RM-TI64/2026-0417 location=WH-02 quantity=5 uom=KGM --reason 'shelf was full'",
       {"a put-away that no scanner saw", "扫描器未记录的上架"}},
      {"record items item=RM-TI64 name='Titanium rod' uom=KGM lot_tracked=yes --reason 'new item'",
       {"an item", "物料主数据"}}};
  record.run = run_record;
  table.commands.push_back(std::move(record));
}

}  // namespace lotledger::cli
