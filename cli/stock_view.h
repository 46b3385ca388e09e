// cli/stock_view.h - rows of stock as answers show them.
#pragma once

#include "cli/listing.h"
#include "cli/query.h"
#include "projections/inventory.h"

#include <vector>

namespace lotledger::cli {

/// What an inventory of the query is computed from, on the day of its answer.
[[nodiscard]] Result<projections::InventorySources> stock_sources(Query& query);
/// {item, issuer, lot, ref, location, status, disposition, holds, held, quantity, unit, available, owner, custodian,
/// in_transit, expires_on}
[[nodiscard]] Json stock_row_json(const projections::InventoryRow& row);
/// Columns of tables and CSV.
[[nodiscard]] std::vector<ListingColumn> stock_columns();

}  // namespace lotledger::cli
