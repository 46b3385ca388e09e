// cli/stock_view.cc - rows of stock.
#include "cli/stock_view.h"

#include <nlohmann/json.hpp>

namespace lotledger::cli {

using projections::InventoryRow;

namespace {

Json ref_json(const std::string& key) {
  return key.empty() ? Json() : Json(UnitKey(key).ref());
}

std::string status_of_row(const InventoryRow& row) {
  if (!row.holds.empty()) return "held";
  if (row.expired) return "expired";
  if (row.bin.in_transit) return "in transit";
  return std::string(projections::name_of(row.bin.disposition));
}

}  // namespace

Result<projections::InventorySources> stock_sources(Query& query) {
  LL_ASSIGN(const Instant now, query.now());
  constexpr std::size_t k_date = 10;
  return projections::InventorySources{query.reader(), query.containment(), query.movements(),
                                       format_utc(now).substr(0, k_date)};
}

Json stock_row_json(const InventoryRow& row) {
  const bool in_lot = !row.lot.bytes().empty();
  const UnitKey& named = in_lot ? row.lot : row.item;
  Json json{{"item", text_json(named.item())}, {"issuer", text_json(named.issuer())}};
  json["lot"] = text_json(row.lot.lot());
  json["ref"] = ref_json(named.bytes());
  json["location"] = ref_json(row.bin.location);
  json["status"] = status_of_row(row);
  json["disposition"] = std::string(projections::name_of(row.bin.disposition));
  json["holds"] = row.holds;
  json["held"] = !row.holds.empty();
  json["quantity"] = decimal_json(row.quantity);
  json["unit"] = row.quantity ? text_json(row.unit.view()) : Json();
  json["available"] = row.available();
  json["owner"] = ref_json(row.bin.owner);
  json["custodian"] = ref_json(row.custodian);
  json["in_transit"] = row.place == projections::StockPlace::in_transit;
  json["expires_on"] = text_json(row.expires_on);
  return json;
}

std::vector<ListingColumn> stock_columns() {
  return {{"item", Text::item},
          {"lot", Text::lot},
          {"location", Text::location},
          {"status", Text::status},
          {"quantity", Text::quantity, Align::right},
          {"unit", Text::unit_of_measure},
          {"expires_on", Text::expires_on},
          {"owner", Text::owner},
          {"custodian", Text::custodian}};
}

}  // namespace lotledger::cli
