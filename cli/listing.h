// cli/listing.h - answers that are rows: one list of JSON objects, printed as table, CSV, JSON or NDJSON.
#pragma once

#include "cli/json.h"
#include "cli/output.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace lotledger::cli {

/// A member of the rows that tables and CSV show. A path with a dot reaches into an object: `quantity.low`.
struct ListingColumn {
  std::string member;
  Text title;
  Align align = Align::left;
};

/// Rows to print, and how.
struct Listing {
  Json head;         ///< JSON answer without its rows: kind, position, ...
  std::string rows;  ///< Member of the JSON answer that holds the rows.
  std::vector<ListingColumn> columns;
};

/// Prints in output.format; tree and dot print as table.
void print_listing(const Output& output, const Listing& listing, const std::vector<Json>& rows);

/// A JSON value as text for people: null is empty, lists are joined by commas.
[[nodiscard]] std::string cell_text(const Json& value);

}  // namespace lotledger::cli
