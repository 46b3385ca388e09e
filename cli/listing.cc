// cli/listing.cc - rows as table, CSV, JSON, NDJSON.
#include "cli/listing.h"

#include <ostream>

namespace lotledger::cli {
namespace {

const Json& member_of(const Json& row, std::string_view path) {
  static const Json k_null;
  const Json* at = &row;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const auto found = at->is_object() ? at->find(std::string(path.substr(0, dot))) : at->end();
    if (!at->is_object() || found == at->end()) return k_null;
    at = &*found;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return *at;
}

std::string scalar_text(const Json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : line_of(value);
}

/// `12 EA` for an element of a list of quantities; else the value itself.
std::string element_text(const Json& value) {
  if (!value.is_object() || !value.contains("quantity") || !value.contains("unit")) return scalar_text(value);
  return scalar_text(value["quantity"]) + " " + scalar_text(value["unit"]);
}

std::vector<std::string> cells_of(const Listing& listing, const Json& row) {
  std::vector<std::string> cells;
  for (const ListingColumn& column : listing.columns) cells.push_back(cell_text(member_of(row, column.member)));
  return cells;
}

void print_table(const Output& output, const Listing& listing, const std::vector<Json>& rows) {
  std::vector<Table::Column> columns;
  for (const ListingColumn& column : listing.columns)
    columns.push_back({std::string(output.say(column.title)), column.align});
  Table table(std::move(columns));
  for (const Json& row : rows) table.add(cells_of(listing, row));
  table.print(output);
}

void print_csv(const Output& output, const Listing& listing, const std::vector<Json>& rows) {
  std::vector<std::string> titles;
  for (const ListingColumn& column : listing.columns) titles.push_back(column.member);
  output.out << csv_line(titles);
  for (const Json& row : rows) output.out << csv_line(cells_of(listing, row));
}

}  // namespace

std::string cell_text(const Json& value) {
  if (!value.is_array()) return element_text(value);
  std::string text;
  for (const Json& element : value) text += (text.empty() ? "" : ", ") + element_text(element);
  return text;
}

void print_listing(const Output& output, const Listing& listing, const std::vector<Json>& rows) {
  switch (output.format) {
    case Format::table:
    case Format::tree:
    case Format::dot: return print_table(output, listing, rows);
    case Format::csv: return print_csv(output, listing, rows);
    case Format::ndjson:
      for (const Json& row : rows) output.out << line_of(row) << '\n';
      return;
    case Format::json: {
      Json answer = listing.head;
      answer[listing.rows] = rows;
      output.out << pretty(answer) << '\n';
      return;
    }
  }
}

}  // namespace lotledger::cli
