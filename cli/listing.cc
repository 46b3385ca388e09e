// cli/listing.cc - rows as table, CSV, JSON, NDJSON.
#include "cli/listing.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <ostream>
#include <ranges>

namespace lotledger::cli {
namespace {

/// A member of an object; nullptr where it has none. `place`: where the object before it had the member, because rows
/// are alike.
const Json* member_of(const Json& object, std::string_view name, std::size_t& place) {
  const auto& members = object.get_ref<const Json::object_t&>();
  if (place < members.size() && members.begin()[static_cast<std::ptrdiff_t>(place)].first == name)
    return &members.begin()[static_cast<std::ptrdiff_t>(place)].second;
  const auto found =
      std::ranges::find(members, name, [](const auto& member) -> const std::string& { return member.first; });
  place = static_cast<std::size_t>(found - members.begin());
  return found == members.end() ? nullptr : &found->second;
}

const Json& value_of(const Json& row, ColumnReader& column) {
  static const Json k_null;
  const Json* at = &row;
  for (ColumnReader::Step& step : column.steps) {
    at = at->is_object() ? member_of(*at, step.name, step.place) : nullptr;
    if (at == nullptr) return k_null;
  }
  return *at;
}

std::string scalar_text(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  return value.is_string() ? value.get<std::string>() : line_of(value);
}

/// `12 EA` for an element of a list of quantities; else the value itself.
std::string element_text(const Json& value) {
  if (!value.is_object() || !value.contains("quantity") || !value.contains("unit")) return scalar_text(value);
  return scalar_text(value["quantity"]) + " " + scalar_text(value["unit"]);
}

std::vector<std::string> cells_of(std::vector<ColumnReader>& columns, const Json& row) {
  std::vector<std::string> cells;
  cells.reserve(columns.size());
  for (ColumnReader& column : columns) cells.push_back(cell_text(value_of(row, column)));
  return cells;
}

std::vector<ColumnReader> readers_of(const Listing& listing) {
  std::vector<ColumnReader> readers;
  for (const ListingColumn& column : listing.columns) {
    ColumnReader& reader = readers.emplace_back();
    for (const auto name : std::views::split(std::string_view(column.member), '.'))
      reader.steps.push_back({std::string(name.begin(), name.end())});
  }
  return readers;
}

Table table_of(const Output& output, const Listing& listing) {
  std::vector<Table::Column> columns;
  columns.reserve(listing.columns.size());
  for (const ListingColumn& column : listing.columns)
    columns.push_back({std::string(output.say(column.title)), column.align});
  return Table(std::move(columns));
}

}  // namespace

ListingWriter::ListingWriter(const Output& output, Listing listing)
    : output_(output),
      listing_(std::move(listing)),
      columns_(readers_of(listing_)),
      table_(table_of(output_, listing_)),
      document_(output_.out) {
  if (output_.format == Format::json) {
    document_.add_members(listing_.head);
    document_.begin_list(listing_.rows);
  }
  if (output_.format != Format::csv) return;
  std::vector<std::string_view> titles;
  titles.reserve(listing_.columns.size());
  for (const ListingColumn& column : listing_.columns) titles.push_back(column.member);
  output_.out << csv_line(titles);
}

bool ListingWriter::prints_cells() const {
  return output_.format != Format::json && output_.format != Format::ndjson;
}

void ListingWriter::add(const Json& row) {
  if (output_.format == Format::json) {
    document_.add_element(row);
  } else if (output_.format == Format::ndjson) {
    output_.out << line_of(row) << '\n';
  } else {
    const std::vector<std::string> cells = cells_of(columns_, row);
    add_cells(std::vector<std::string_view>(cells.begin(), cells.end()));
  }
}

void ListingWriter::add_cells(std::span<const std::string_view> cells) {
  LL_ASSERT(prints_cells() && cells.size() == columns_.size(), "a row has one cell per column");
  if (output_.format == Format::csv) {
    output_.out << csv_line(cells);
  } else if (output_.out_is_terminal) {
    table_.add({cells.begin(), cells.end()});
  } else {
    output_.out << tab_line(cells);
  }
}

void ListingWriter::finish() {
  if (output_.format == Format::json) {
    document_.end_list();
    document_.finish();
  } else if (prints_cells() && output_.format != Format::csv && output_.out_is_terminal) {
    table_.print(output_);
  }
}

std::string cell_text(const Json& value) {
  if (!value.is_array()) return element_text(value);
  std::string text;
  for (const Json& element : value) text += (text.empty() ? "" : ", ") + element_text(element);
  return text;
}

void print_listing(const Output& output, const Listing& listing, const std::vector<Json>& rows) {
  ListingWriter writer(output, listing);
  for (const Json& row : rows) writer.add(row);
  writer.finish();
}

}  // namespace lotledger::cli
