// cli/listing.h - answers that are rows: one list of JSON objects, printed as table, CSV, JSON or NDJSON.
#pragma once

#include "cli/json_document.h"
#include "cli/output.h"

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::cli {

/// A member of the rows that tables and CSV show. A path with a dot reaches into an object: `quantity.low`.
struct ListingColumn {
  std::string member;
  Text title;
  Align align = Align::left;
};

/// How a column is found in a row.
struct ColumnReader {
  struct Step {
    std::string name;
    std::size_t place = 0;  ///< Of the member in the row before.
  };
  std::vector<Step> steps;  ///< One for each part of its path.
};

/// Rows to print, and how.
struct Listing {
  Json head;         ///< JSON answer without its rows: kind, position, ...
  std::string rows;  ///< Member of the JSON answer that holds the rows.
  std::vector<ListingColumn> columns;
};

/// Prints rows one after another in output.format; tree and dot print as table. CSV, NDJSON and tables in a pipe are
/// printed at once, so that long answers take no memory, JSON too; tables on a terminal wait for finish().
class ListingWriter {
 public:
  /// `output` must outlive it.
  ListingWriter(const Output& output, Listing listing);
  void add(const Json& row);
  /// Whether rows are printed by their cells alone, so that add_cells() will do: tables and CSV.
  [[nodiscard]] bool prints_cells() const;
  /// A row by its cells, one for each column, as cell_text() tells them: long answers are printed without making a
  /// JSON object of each row. Precondition: prints_cells().
  void add_cells(std::span<const std::string_view> cells);
  /// Call once, after the last row.
  void finish();

 private:
  const Output& output_;
  Listing listing_;
  std::vector<ColumnReader> columns_;
  Table table_;  ///< Rows of a table whose columns align.
  JsonDocument document_;
};

/// All rows at once.
void print_listing(const Output& output, const Listing& listing, const std::vector<Json>& rows);

/// A JSON value as text for people: null is empty, lists are joined by commas.
[[nodiscard]] std::string cell_text(const Json& value);

}  // namespace lotledger::cli
