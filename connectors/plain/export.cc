// connectors/plain/export.cc - records to rows.
#include "connectors/plain/export.h"

#include "connectors/plain/mapping.h"
#include "connectors/plain/values.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::connectors::plain {
namespace {

using Cells = std::vector<std::pair<Column, std::string>>;

/// Begins the context of a row that was recorded by hand, whose cells are all columns of its kind.
constexpr std::string_view k_by_hand = "by-hand=";
/// Begins the context of a row that a mapping made: kind, line end, the row as CSV with all columns of its kind.
constexpr std::string_view k_mapped = "mapped=";
constexpr std::string_view k_mapping_hash = "\nmapping=";

void put(Cells& cells, Column column, std::string value) {
  if (!value.empty()) cells.emplace_back(column, std::move(value));
}

/// What a record keeps beside a row's own words (submissions.cc).
struct Words {
  PlainFormat format;
  std::string header;
};

Words words_in(Kind kind, std::string_view context) {
  Words words;
  words.format.kind = kind;
  while (!context.empty()) {
    const std::size_t end = context.find('\n');
    const bool is_header = context.starts_with("header=");
    // A header is the last entry, and may hold line ends in quotes.
    const std::string_view entry = is_header ? context.substr(0, context.size() - 1) : context.substr(0, end);
    if (entry == "decimal-comma") words.format.decimal_comma = true;
    if (entry.starts_with("delimiter=")) words.format.delimiter = entry.back();
    if (entry.starts_with("timezone=")) {
      const auto offset = parse_offset(entry.substr(entry.find('=') + 1));
      if (offset.has_value()) words.format.offset_minutes = *offset;
    }
    if (is_header) {
      words.header = std::string(entry.substr(entry.find('=') + 1));
      break;
    }
    context.remove_prefix(end == std::string_view::npos ? context.size() : end + 1);
  }
  return words;
}

/// The row as it was read, from its own words.
/// The row in the context of what a mapping made; behind the kind, before the digest of the mapping.
std::string_view mapped_row(std::string_view context) {
  const std::size_t begin = context.find('\n') + 1;
  return context.substr(begin, context.rfind(k_mapping_hash) - begin);
}

Result<ExportedRow> read_again(Kind kind, const engine::Body& body) {
  const bool mapped = body.source_context.starts_with(k_mapped);
  Words words = words_in(kind, mapped ? std::string_view() : body.source_context);
  if (mapped || body.source_context.starts_with(k_by_hand)) {
    words.header = csv_header(kind);
    words.header.resize(words.header.size() - 2);
  }
  const std::string row_text = mapped ? std::string(mapped_row(body.source_context)) : body.source_text;
  const std::string text = words.header.empty() ? row_text + "\n" : words.header + "\n" + row_text + "\n";
  LL_ASSIGN(const auto reader, RowReader::over(source_over(text), "record", words.format));
  LL_ASSIGN(const std::optional<Row> row, reader->next());
  if (!row || !row->is_row)
    return fail(ErrorCode::corrupt, "the words of a recorded row are no row: " + body.source_text);
  ExportedRow out{kind, {}};
  const Values values(*row, words.format);
  for (const Use& use : columns_of(kind)) put(out.values, use.column, values.normalized(use.column));
  return out;
}

std::string yes_or_no(bool flag) {
  return flag ? "yes" : "no";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// A party or location as rows write it: `C-2001` for `party:C-2001`.
std::string place_text(const UnitKey& key) {
  const std::string ref = key.ref();
  for (const std::string_view prefix : {"party:", "location:"}) {
    if (ref.starts_with(prefix)) return ref.substr(prefix.size());
  }
  return key.type() == UnitType::opaque ? key.uri() : ref;
}
std::string place_text(const std::optional<UnitKey>& key) {
  return key ? place_text(*key) : std::string();
}

void put_class(Cells& cells, const UnitKey& item) {
  if (item.bytes().starts_with('g')) return put(cells, Column::gtin, std::string(item.item()));
  put(cells, Column::item, std::string(item.item()));
  put(cells, Column::issuer, std::string(item.issuer()));
}

void put_names(Cells& cells, const std::vector<LocalText>& names) {
  if (!names.empty()) put(cells, Column::name, names.front().value);
  if (names.size() > 1) put(cells, Column::name_latin, names[1].value);
}

ExportedRow item_row(const engine::ItemRecorded& item) {
  ExportedRow row{Kind::items, {}};
  put_class(row.values, item.key);
  put_names(row.values, item.names);
  if (item.uom) put(row.values, Column::uom, std::string(item.uom->view()));
  if (!item.profile) return row;
  put(row.values, Column::lot_tracked, yes_or_no(item.profile->lot_tracked));
  put(row.values, Column::serial_tracked, yes_or_no(item.profile->serial_tracked));
  put(row.values, Column::shelf_life_days, std::to_string(item.profile->shelf_life_days));
  put(row.values, Column::implant, yes_or_no(item.profile->implant));
  put(row.values, Column::sterile, yes_or_no(item.profile->sterile));
  put(row.values, Column::release_required, yes_or_no(item.profile->release_required));
  put(row.values, Column::markets, joined(item.profile->markets));
  return row;
}

ExportedRow units_row(const engine::ConversionSet& set) {
  ExportedRow row{Kind::units, {}};
  if (set.item) put_class(row.values, *set.item);
  put(row.values, Column::uom, std::string(set.uom.view()));
  put(row.values, Column::factor, fmt::format("{}/{}", set.factor.numerator, set.factor.denominator));
  put(row.values, Column::base_uom, std::string(set.base_uom.view()));
  return row;
}

ExportedRow alias_row(const engine::AliasRecorded& alias) {
  ExportedRow row{Kind::aliases, {}};
  const bool party = alias.key.type() == UnitType::party || alias.key.ref().starts_with("party:");
  put(row.values, party ? Column::party : Column::unit, party ? place_text(alias.key) : alias.key.ref());
  put(row.values, Column::alias, alias.alias);
  put(row.values, Column::alias_type, std::string(engine::name_of(alias.kind)));
  put(row.values, Column::owner, place_text(alias.owner));
  if (alias.valid_until) put(row.values, Column::valid_until, format_utc(*alias.valid_until));
  return row;
}

ExportedRow party_row(const engine::PartyRecorded& party) {
  ExportedRow row{party.is_location ? Kind::locations : Kind::parties, {}};
  put(row.values, party.is_location ? Column::location : Column::party, place_text(party.key));
  put_names(row.values, party.names);
  if (party.names.empty()) put(row.values, Column::name, party.key.ref());
  put(row.values, Column::street, party.street);
  put(row.values, Column::city, party.city);
  put(row.values, Column::postal_code, party.postal_code);
  put(row.values, Column::region, party.region);
  put(row.values, Column::country, party.country);
  put(row.values, Column::telephone, party.telephone);
  if (!party.is_location) {
    put(row.values, Column::role, party.role);
    put(row.values, Column::language, joined(party.languages));
    return row;
  }
  put(row.values, Column::owner, place_text(party.owner));
  put(row.values, Column::within, place_text(party.within));
  put(row.values, Column::use, std::string(engine::name_of(party.use)));
  return row;
}

struct DescriptionRow {
  std::optional<ExportedRow> operator()(const engine::PartyRecorded& event) const { return party_row(event); }
  std::optional<ExportedRow> operator()(const engine::VocabularyRecorded& /*event*/) const { return std::nullopt; }
  std::optional<ExportedRow> operator()(const engine::ItemRecorded& event) const { return item_row(event); }
  std::optional<ExportedRow> operator()(const engine::ConversionSet& event) const { return units_row(event); }
  std::optional<ExportedRow> operator()(const engine::AliasRecorded& event) const { return alias_row(event); }
};

/// Master data, from whichever source they are.
std::optional<ExportedRow> description_row(const engine::Event& event) {
  std::optional<ExportedRow> row;
  if (const auto* party = std::get_if<engine::PartyEvent>(&event.body)) row = std::visit(DescriptionRow{}, *party);
  if (const auto* item = std::get_if<engine::ItemEvent>(&event.body)) row = std::visit(DescriptionRow{}, *item);
  if (row && event.occurred) put(row->values, Column::valid_from, format_zoned(*event.occurred));
  return row;
}

void put_scope(Cells& cells, const UnitRef& unit, const std::optional<Quantity>& quantity,
               const std::optional<UnitKey>& location) {
  put(cells, Column::unit, unit.key.ref());
  if (quantity) {
    put(cells, Column::quantity, quantity->text());
    put(cells, Column::uom, std::string(quantity->unit.view()));
  }
  put(cells, Column::location, place_text(location));
}

struct DecisionRow {
  std::optional<ExportedRow> operator()(const engine::HoldPlaced& event) const {
    ExportedRow row{Kind::status, {}};
    put_scope(row.values, event.unit, event.quantity, event.location);
    put(row.values, Column::status, "held");
    put(row.values, Column::hold, event.hold.text);
    put(row.values, Column::hold_kind, std::string(engine::name_of(event.kind)));
    return row;
  }
  std::optional<ExportedRow> operator()(const engine::HoldLifted& event) const {
    ExportedRow row{Kind::status, {}};
    put_scope(row.values, event.unit, std::nullopt, std::nullopt);
    put(row.values, Column::status, "lifted");
    put(row.values, Column::hold, event.hold.text);
    return row;
  }
  std::optional<ExportedRow> operator()(const engine::LotDispositioned& event) const {
    ExportedRow row{Kind::status, {}};
    put_scope(row.values, event.unit, event.quantity, event.location);
    put(row.values, Column::status, std::string(engine::name_of(event.disposition)));
    put(row.values, Column::market, event.market);
    put(row.values, Column::company, event.company);
    return row;
  }
  template <typename Other>
  std::optional<ExportedRow> operator()(const Other& /*a fact, which has words of its own*/) const {
    return std::nullopt;
  }
};

/// A decision about a lot. It counts from when it was recorded.
std::optional<ExportedRow> decision_row(const engine::Body& body, const engine::Event& event, Instant recorded_at) {
  const auto* lot = std::get_if<engine::LotEvent>(&event.body);
  auto row = lot == nullptr ? std::nullopt : std::visit(DecisionRow{}, *lot);
  if (!row) return row;
  put(row->values, Column::at, event.occurred ? format_zoned(*event.occurred) : format_utc(recorded_at));
  put(row->values, Column::reason, body.reason.text);
  if (body.command) put(row->values, Column::id, body.command->text);
  return row;
}

bool is_fact(const engine::Event& event) {
  return !std::holds_alternative<engine::IntakeEvent>(event.body) &&
         !std::holds_alternative<engine::CorrectionEvent>(event.body) &&
         !std::holds_alternative<engine::SystemEvent>(event.body);
}

/// The kind that the record's own words are of, if they are a row.
std::optional<Kind> kind_of_words(const engine::Body& body) {
  if (body.source_text.empty() || body.events.empty() || !is_fact(body.events.front())) return std::nullopt;
  if (body.source_context.starts_with(k_by_hand))
    return kind_named(std::string_view(body.source_context).substr(k_by_hand.size()));
  if (body.source_context.starts_with(k_mapped)) {
    const std::string_view kind = std::string_view(body.source_context).substr(k_mapped.size());
    return kind_named(kind.substr(0, kind.find('\n')));
  }
  return kind_of_system(body.source.system);
}

std::string quoted_cell(const std::string& value) {
  if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
  std::string out = "\"";
  for (const char c : value) out.append(c == '"' ? "\"\"" : std::string(1, c));
  return out + "\"";
}

}  // namespace

Result<std::vector<ExportedRow>> rows_of(const engine::Body& body, Instant recorded_at) {
  std::vector<ExportedRow> rows;
  if (const auto kind = kind_of_words(body); kind && !is_master_data(*kind)) {
    LL_ASSIGN(ExportedRow row, read_again(*kind, body));
    const bool named = std::ranges::any_of(row.values, [](const auto& cell) { return cell.first == Column::id; });
    if (!named && body.command) put(row.values, Column::id, body.command->text);
    const bool said = std::ranges::any_of(row.values, [](const auto& cell) { return cell.first == Column::reason; });
    if (!said && use_of(*kind, Column::reason) != nullptr) put(row.values, Column::reason, body.reason.text);
    rows.push_back(std::move(row));
    return rows;
  }
  for (const engine::Event& event : body.events) {
    if (auto row = description_row(event)) rows.push_back(std::move(*row));
    if (auto row = decision_row(body, event, recorded_at)) rows.push_back(std::move(*row));
  }
  return rows;
}

std::string csv_header(Kind kind) {
  std::string line;
  for (const Use& use : columns_of(kind)) line += (line.empty() ? "" : ",") + std::string(name_of(use.column));
  return line + "\r\n";
}

std::string csv_row(const ExportedRow& row) {
  std::string line;
  bool first = true;
  for (const Use& use : columns_of(row.kind)) {
    const auto found = std::ranges::find(row.values, use.column, &std::pair<Column, std::string>::first);
    if (!first) line += ",";
    if (found != row.values.end()) line += quoted_cell(found->second);
    first = false;
  }
  return line + "\r\n";
}

std::string mapped_context(const ExportedRow& row, std::string_view mapping) {
  std::string line = csv_row(row);
  line.resize(line.size() - 2);
  return fmt::format("{}{}\n{}{}{}", k_mapped, name_of(row.kind), line, k_mapping_hash, mapping);
}

WordsByHand words_by_hand(const ExportedRow& row) {
  std::string text = csv_row(row);
  text.resize(text.size() - 2);  // Without its line end, as rows of files are kept.
  return {std::move(text), fmt::format("{}{}", k_by_hand, name_of(row.kind))};
}

}  // namespace lotledger::connectors::plain
