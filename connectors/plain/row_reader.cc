// connectors/plain/row_reader.cc - rows of bytes to rows of values.
#include "connectors/plain/row_reader.h"

#include <fmt/format.h>
#include <algorithm>

namespace lotledger::connectors::plain {
namespace {

constexpr std::string_view k_utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view k_gb18030_mark = "\x84\x31\x95\x33";

std::vector<std::string_view> names_of(Kind kind) {
  std::vector<std::string_view> names;
  for (const Use& use : columns_of(kind)) names.push_back(name_of(use.column));
  return names;
}

/// The kinds that have a column of this name.
std::string kinds_with(std::string_view name) {
  std::string kinds;
  for (const std::string_view kind : kind_names()) {
    if (column_named(*kind_named(kind), name)) kinds += (kinds.empty() ? "" : ", ") + std::string(kind);
  }
  return kinds;
}

/// What columns must be there, whatever the rows hold.
void check_needed(Kind kind, const std::vector<Column>& present, std::vector<Fault>& faults) {
  const auto has = [&](Column column) { return std::ranges::find(present, column) != present.end(); };
  for (const Use& use : columns_of(kind)) {
    if (use.need != Need::must || has(use.column)) continue;
    faults.push_back({FaultCode::missing,
                      std::string(name_of(use.column)),
                      {},
                      "column is missing",
                      fmt::format("lotledger connect template {}", name_of(kind))});
  }
  if (use_of(kind, Column::unit) == nullptr || has(Column::unit) || has(Column::item) || has(Column::gtin)) return;
  if (use_of(kind, Column::party) != nullptr && has(Column::party)) return;
  faults.push_back(
      {FaultCode::missing, "unit", {}, "no column names the unit", "unit, or item or gtin, with lot and serial"});
}

std::string_view delimiter_in(std::string_view name) {
  if (name.find(';') != std::string_view::npos) return "--delimiter ';'";
  if (name.find('\t') != std::string_view::npos) return "--delimiter tab";
  if (name.find('|') != std::string_view::npos) return "--delimiter '|'";
  if (name.find(',') != std::string_view::npos) return "--delimiter ','";
  return {};
}

/// Line ends belong to addresses, not to codes.
void put(Column column, std::string_view text, Row& row) {
  const std::string_view value = trimmed(text);
  const LineEnds line_ends = spec_of(column).type == ValueType::text ? LineEnds::allowed : LineEnds::refused;
  if (auto fault = control_fault(name_of(column), value, line_ends)) row.faults.push_back(std::move(*fault));
  row.values.at(static_cast<std::size_t>(column)).assign(value);
}

/// As a new one, but for the memory.
void clear(Row& row) {
  row.label.clear();
  row.is_row = true;
  for (std::string& value : row.values) value.clear();
  row.faults.clear();
}

}  // namespace

Fault unknown_column(Kind kind, std::string_view name) {
  Fault fault{FaultCode::unknown_field, quoted(name), {}, fmt::format("is no column of {}", name_of(kind)), {}};
  const std::string_view near = nearest(name, names_of(kind));
  if (const std::string_view delimiter = delimiter_in(name); !delimiter.empty()) {
    fault.hint = fmt::format("cells are delimited otherwise? {}", delimiter);
  } else if (!near.empty()) {
    fault.hint = fmt::format("did you mean {}?", near);
  } else if (const std::string kinds = kinds_with(name); !kinds.empty()) {
    fault.hint = fmt::format("a column of: {}", kinds);
  } else {
    fault.hint = "columns of your own are left out of the export; docs/formats/plain.md lists ours";
  }
  return fault;
}

std::string describe(std::string_view file, const Row& row, const Fault& fault) {
  const std::string label = row.label.empty() ? "" : fmt::format(" ({})", row.label);
  return fmt::format("{}: line {}{}{}{}", file, row.place.line, label, fault.field.empty() ? ": " : ", column ",
                     to_text(fault));
}

RowReader::RowReader(std::unique_ptr<ByteSource> source, std::string name, PlainFormat format, std::size_t chunk)
    : source_(std::move(source)),
      name_(std::move(name)),
      format_(format),
      cutter_(*source_, chunk),
      decoder_(format.encoding) {}

Result<std::unique_ptr<RowReader>> RowReader::over(std::unique_ptr<ByteSource> source, std::string name,
                                                   PlainFormat format, std::size_t chunk) {
  std::unique_ptr<RowReader> reader(new RowReader(std::move(source), std::move(name), format, chunk));
  LL_TRY(reader->open());
  return reader;
}

Result<void> RowReader::open() {
  LL_TRY(pass_byte_order_mark());
  LL_ASSIGN(const std::string_view first, cutter_.peek(1));
  if (first.empty()) return fail(ErrorCode::invalid_input, name_ + ": is empty");
  is_json_ = first.front() == '{';
  if (!is_json_) return read_header();
  if (format_.encoding == Encoding::utf8) return {};
  return fail(ErrorCode::invalid_input, name_ + ": JSON is UTF-8 (RFC 8259, 8.1); leave --encoding out");
}

Result<void> RowReader::pass_byte_order_mark() {
  LL_ASSIGN(const std::string_view first, cutter_.peek(k_gb18030_mark.size()));
  if (first.starts_with("\xFF\xFE") || first.starts_with("\xFE\xFF"))
    return fail(ErrorCode::invalid_input, name_ + ": is UTF-16, which is not read; save it as UTF-8 (CSV UTF-8)");
  if (first.starts_with(k_utf8_mark) && format_.encoding != Encoding::utf8)
    return fail(ErrorCode::invalid_input, name_ + ": begins with the mark of UTF-8; leave --encoding out");
  const std::string_view mark = format_.encoding == Encoding::utf8 ? k_utf8_mark : k_gb18030_mark;
  if (first.starts_with(mark)) cutter_.skip(mark.size());
  return {};
}

Result<void> RowReader::read_header() {
  const auto scan = [&](std::string_view text, bool last) { return scan_csv(text, last, format_.delimiter); };
  LL_ASSIGN(const std::optional<CutRow> cut, cutter_.next(scan, [](const std::vector<std::string>&) { return false; }));
  if (!cut) return fail(ErrorCode::invalid_input, name_ + ": holds no header");
  std::vector<Fault> faults;
  if (cut->fault.empty()) {
    faults = take_header(*cut);
  } else {
    faults.push_back({FaultCode::syntax, {}, quoted(cut->bytes), cut->fault, {}});
  }
  if (faults.empty()) return {};
  Row row;
  row.place = cut->place;
  std::string message;
  for (const Fault& fault : faults) message += (message.empty() ? "" : "\n") + describe(name_, row, fault);
  return fail(ErrorCode::invalid_input, std::move(message));
}

std::vector<Fault> RowReader::take_header(const CutRow& cut) {
  std::vector<Fault> faults;
  header_ = decoder_.decode(cut.bytes).value_or(std::string());
  for (const std::string& cell : cut.cells) {
    const std::optional<std::string> decoded = decoder_.decode(cell);
    const std::string_view name = decoded ? trimmed(*decoded) : std::string_view();
    const std::optional<Column> column = column_named(format_.kind, name);
    if (!decoded) {
      faults.push_back(encoding_fault({}, cell, format_.encoding));
    } else if (!column) {
      faults.push_back(unknown_column(format_.kind, name));
    } else if (std::ranges::find(order_, *column) != order_.end()) {
      faults.push_back({FaultCode::duplicate, std::string(name), {}, "stands twice in the header", {}});
    } else {
      order_.push_back(*column);
    }
  }
  if (faults.empty()) check_needed(format_.kind, order_, faults);
  return faults;
}

Result<std::optional<Row>> RowReader::next() {
  Row row;
  LL_ASSIGN(const bool more, next(row));
  return more ? std::optional<Row>(std::move(row)) : std::nullopt;
}

Result<bool> RowReader::next(Row& row) {
  const auto cells = [&](std::string_view text, bool last) { return scan_csv(text, last, format_.delimiter); };
  const auto sound = [&](const std::vector<std::string>& found) { return may_run_over_lines(found); };
  LL_ASSIGN(std::optional<CutRow> cut, is_json_ ? cutter_.next(scan_line, sound) : cutter_.next(cells, sound));
  if (!cut) return false;
  clear(row);
  row.place = cut->place;
  row.length = cut->length;
  row.whole = cut->bytes.size() == cut->length;
  row.text = decoder_.decode(cut->bytes).value_or(cut->bytes);
  if (!cut->fault.empty()) {
    row.is_row = false;
    row.faults.push_back({FaultCode::syntax, {}, quoted(row.text), cut->fault, "reading goes on at the next line"});
  } else if (is_json_) {
    take_members(*cut, row);
  } else {
    take_cells(*cut, row);
  }
  return true;
}

/// Whether a row that runs over line ends has them where they belong.
bool RowReader::may_run_over_lines(const std::vector<std::string>& cells) const {
  if (cells.size() != order_.size()) return false;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].find('\n') != std::string::npos && spec_of(order_[i]).type != ValueType::text) return false;
  }
  return true;
}

void RowReader::take_cells(const CutRow& cut, Row& row) {
  if (cut.cells.size() != order_.size()) {
    row.is_row = false;
    row.faults.push_back({FaultCode::syntax,
                          {},
                          quoted(row.text),
                          fmt::format("has {} cells, the header names {}", cut.cells.size(), order_.size()),
                          "a cell with a delimiter in it must stand in quotes"});
    return;
  }
  // Cells of a row that is UTF-8 are that too: they end at characters of ASCII.
  const bool decoded_whole = format_.encoding == Encoding::utf8 && !utf8_fault(cut.bytes);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (decoded_whole) {
      put(order_[i], cut.cells[i], row);
      continue;
    }
    const std::string_view column = name_of(order_[i]);
    const std::optional<std::string> decoded = decoder_.decode(cut.cells[i]);
    if (!decoded) {
      row.faults.push_back(encoding_fault(column, cut.cells[i], format_.encoding));
      continue;
    }
    put(order_[i], *decoded, row);
  }
}

void RowReader::take_members(const CutRow& cut, Row& row) {
  const auto parsed = json_.parse(cut.bytes);
  if (!parsed.has_value()) {
    const JsonFault& fault = parsed.error();
    row.is_row = false;
    row.faults.push_back(
        {fault.code, fault.field, fault.value, fault.what, fmt::format("at byte {} of the line", fault.at + 1)});
    return;
  }
  if (!parsed->is(JsonKind::object)) {
    row.faults.push_back({FaultCode::wrong_type, {}, quoted(row.text), "a row is one JSON object", {}});
    return;
  }
  for (const JsonValue member : parsed->children()) take_member(member, row);
}

void RowReader::take_member(const JsonValue& member, Row& row) {
  const std::optional<Column> column = column_named(format_.kind, member.name());
  if (!column) {
    row.faults.push_back(unknown_column(format_.kind, member.name()));
    return;
  }
  if (member.is(JsonKind::null)) return;
  const bool number = member.is(JsonKind::number) && spec_of(*column).type == ValueType::decimal;
  if (!member.is(JsonKind::string) && !number) {
    row.faults.push_back({FaultCode::wrong_type, std::string(member.name()), quoted(member.text()), "must be a text",
                          "put it in quotes: numbers lose their leading zeros"});
    return;
  }
  put(*column, member.text(), row);
}

}  // namespace lotledger::connectors::plain
