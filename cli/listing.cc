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
  cells.reserve(listing.columns.size());
  for (const ListingColumn& column : listing.columns) cells.push_back(cell_text(member_of(row, column.member)));
  return cells;
}

Table table_of(const Output& output, const Listing& listing) {
  std::vector<Table::Column> columns;
  columns.reserve(listing.columns.size());
  for (const ListingColumn& column : listing.columns)
    columns.push_back({std::string(output.say(column.title)), column.align});
  return Table(std::move(columns));
}

bool prints_table(const Output& output) {
  return output.format == Format::table || output.format == Format::tree || output.format == Format::dot;
}

/// Rows that can only be printed together: columns align, and JSON is one document.
bool prints_together(const Output& output) {
  return output.format == Format::json || (prints_table(output) && output.out_is_terminal);
}

}  // namespace

ListingWriter::ListingWriter(const Output& output, Listing listing) : output_(output), listing_(std::move(listing)) {
  if (output_.format != Format::csv) return;
  std::vector<std::string> titles;
  titles.reserve(listing_.columns.size());
  for (const ListingColumn& column : listing_.columns) titles.push_back(column.member);
  output_.out << csv_line(titles);
}

void ListingWriter::add(Json row) {
  if (prints_together(output_)) {
    kept_.push_back(std::move(row));
  } else if (output_.format == Format::csv) {
    output_.out << csv_line(cells_of(listing_, row));
  } else if (output_.format == Format::ndjson) {
    output_.out << line_of(row) << '\n';
  } else {
    Table one = table_of(output_, listing_);
    one.add(cells_of(listing_, row));
    one.print(output_);
  }
}

void ListingWriter::finish() {
  if (!prints_together(output_)) return;
  if (output_.format == Format::json) {
    Json answer = std::move(listing_.head);
    answer[listing_.rows] = std::move(kept_);
    output_.out << pretty(answer) << '\n';
    return;
  }
  Table table = table_of(output_, listing_);
  for (const Json& row : kept_) table.add(cells_of(listing_, row));
  table.print(output_);
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
