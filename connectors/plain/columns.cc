// connectors/plain/columns.cc - the table.
#include "connectors/plain/columns.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <array>

namespace lotledger::connectors::plain {
namespace {

constexpr std::array<std::string_view, k_kinds> k_kind_names{"receipts",  "production", "consumption", "moves",
                                                             "shipments", "returns",    "parties",     "locations"};

/// In the order of the enum.
constexpr std::array<ColumnSpec, k_columns> k_specs{{
    {Column::id, "id", ValueType::code, "5000001234-1"},
    {Column::at, "at", ValueType::time, "2026-03-02T08:15:00+08:00"},
    {Column::reported_at, "reported_at", ValueType::time, "2026-03-02T09:00:00+08:00"},
    {Column::unit, "unit", ValueType::reference, "RM-TI64/2026-0417"},
    {Column::gtin, "gtin", ValueType::gtin, "04012345111118"},
    {Column::item, "item", ValueType::code, "RM-TI64"},
    {Column::lot, "lot", ValueType::code, "2026-0417"},
    {Column::serial, "serial", ValueType::code, "9876"},
    {Column::issuer, "issuer", ValueType::code, "SUP-A"},
    {Column::quantity, "quantity", ValueType::decimal, "12.5"},
    {Column::uom, "uom", ValueType::uom, "KGM"},
    {Column::expires_on, "expires_on", ValueType::date, "2029-02-28"},
    {Column::order, "order", ValueType::code, "WO-1001"},
    {Column::run, "run", ValueType::code, "2"},
    {Column::location, "location", ValueType::location, "WH-01"},
    {Column::supplier, "supplier", ValueType::party, "4000001000005"},
    {Column::customer, "customer", ValueType::party, "C-2001"},
    {Column::consignee, "consignee", ValueType::party, "C-2001"},
    {Column::ship_to, "ship_to", ValueType::location, "C-2001-DOCK"},
    {Column::po, "po", ValueType::code, "4500017"},
    {Column::desadv, "desadv", ValueType::code, "80001234"},
    {Column::invoice, "invoice", ValueType::code, "90004321"},
    {Column::rma, "rma", ValueType::code, "RMA-77"},
    {Column::party, "party", ValueType::party, "C-2001"},
    {Column::valid_from, "valid_from", ValueType::time, "2026-01-01T00:00:00+08:00"},
    {Column::owner, "owner", ValueType::party, "C-2001"},
    {Column::name, "name", ValueType::text, "深圳医院"},
    {Column::name_latin, "name_latin", ValueType::text, "Shenzhen Hospital"},
    {Column::street, "street", ValueType::text, "1 Renmin Road"},
    {Column::city, "city", ValueType::text, "Shenzhen"},
    {Column::postal_code, "postal_code", ValueType::code, "518000"},
    {Column::region, "region", ValueType::text, "Guangdong"},
    {Column::country, "country", ValueType::country, "CN"},
    {Column::telephone, "telephone", ValueType::code, "+86 755 5550100"},
    {Column::role, "role", ValueType::code, "hospital"},
    {Column::email, "email", ValueType::text, "recall@hospital.example"},
    {Column::recall_contact, "recall_contact", ValueType::text, "Li Na, quality"},
}};

constexpr Need k_may = Need::may;
constexpr Need k_must = Need::must;

constexpr auto k_receipts = std::to_array<Use>({
    {Column::id, k_may},
    {Column::at, k_must},
    {Column::reported_at, k_may},
    {Column::unit, k_may},
    {Column::gtin, k_may},
    {Column::item, k_may},
    {Column::lot, k_may},
    {Column::serial, k_may},
    {Column::issuer, k_may},
    {Column::quantity, Need::lots},
    {Column::uom, k_may},
    {Column::location, k_may},
    {Column::supplier, k_may},
    {Column::po, k_may},
    {Column::desadv, k_may},
});
constexpr auto k_production = std::to_array<Use>({
    {Column::id, k_may},
    {Column::at, k_must},
    {Column::reported_at, k_may},
    {Column::order, k_must},
    {Column::run, k_may},
    {Column::unit, k_may},
    {Column::gtin, k_may},
    {Column::item, k_may},
    {Column::lot, k_may},
    {Column::serial, k_may},
    {Column::issuer, k_may},
    {Column::quantity, Need::lots},
    {Column::uom, k_may},
    {Column::expires_on, k_may},
    {Column::location, k_may},
});
constexpr auto k_consumption = std::to_array<Use>({
    {Column::id, k_may},
    {Column::at, k_must},
    {Column::reported_at, k_may},
    {Column::order, k_must},
    {Column::run, k_may},
    {Column::unit, k_may},
    {Column::gtin, k_may},
    {Column::item, k_may},
    {Column::lot, k_may},
    {Column::serial, k_may},
    {Column::issuer, k_may},
    {Column::quantity, Need::lots},
    {Column::uom, k_may},
    {Column::location, k_may},
});
constexpr auto k_moves = std::to_array<Use>({
    {Column::id, k_may},
    {Column::at, k_must},
    {Column::reported_at, k_may},
    {Column::unit, k_may},
    {Column::gtin, k_may},
    {Column::item, k_may},
    {Column::lot, k_may},
    {Column::serial, k_may},
    {Column::issuer, k_may},
    {Column::quantity, k_may},
    {Column::uom, k_may},
    {Column::location, k_must},
});
constexpr auto k_shipments = std::to_array<Use>({
    {Column::id, k_may},
    {Column::at, k_must},
    {Column::reported_at, k_may},
    {Column::unit, k_may},
    {Column::gtin, k_may},
    {Column::item, k_may},
    {Column::lot, k_may},
    {Column::serial, k_may},
    {Column::issuer, k_may},
    {Column::quantity, Need::lots},
    {Column::uom, k_may},
    {Column::location, k_may},
    {Column::consignee, k_may},
    {Column::ship_to, k_may},
    {Column::po, k_may},
    {Column::desadv, k_may},
    {Column::invoice, k_may},
});
constexpr auto k_returns = std::to_array<Use>({
    {Column::id, k_may},
    {Column::at, k_must},
    {Column::reported_at, k_may},
    {Column::unit, k_may},
    {Column::gtin, k_may},
    {Column::item, k_may},
    {Column::lot, k_may},
    {Column::serial, k_may},
    {Column::issuer, k_may},
    {Column::quantity, Need::lots},
    {Column::uom, k_may},
    {Column::location, k_may},
    {Column::customer, k_may},
    {Column::rma, k_may},
    {Column::desadv, k_may},
});
constexpr auto k_parties = std::to_array<Use>({
    {Column::party, k_must},
    {Column::valid_from, k_must},
    {Column::name, k_must},
    {Column::name_latin, k_may},
    {Column::street, k_may},
    {Column::city, k_may},
    {Column::postal_code, k_may},
    {Column::region, k_may},
    {Column::country, k_may},
    {Column::telephone, k_may},
    {Column::role, k_may},
    {Column::email, k_may},
    {Column::recall_contact, k_may},
});
constexpr auto k_locations = std::to_array<Use>({
    {Column::location, k_must},
    {Column::valid_from, k_must},
    {Column::name, k_must},
    {Column::name_latin, k_may},
    {Column::owner, k_may},
    {Column::street, k_may},
    {Column::city, k_may},
    {Column::postal_code, k_may},
    {Column::region, k_may},
    {Column::country, k_may},
    {Column::telephone, k_may},
});

/// Columns that a template's row leaves empty: other ways to name the unit than item and lot.
constexpr bool left_empty(Column column) {
  return column == Column::unit || column == Column::gtin || column == Column::serial || column == Column::issuer;
}

}  // namespace

std::string_view name_of(Kind kind) {
  return k_kind_names.at(static_cast<std::size_t>(kind));
}

std::optional<Kind> kind_named(std::string_view name) {
  const auto* found = std::ranges::find(k_kind_names, name);
  if (found == k_kind_names.end()) return std::nullopt;
  return static_cast<Kind>(found - k_kind_names.begin());
}

std::vector<std::string_view> kind_names() {
  return {k_kind_names.begin(), k_kind_names.end()};
}

std::optional<Kind> kind_of_file(std::string_view path) {
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  const auto* end = std::ranges::find_if(name, [](char c) { return c < 'a' || c > 'z'; });
  return kind_named(name.substr(0, static_cast<std::size_t>(end - name.begin())));
}

std::string_view name_of(ValueType type) {
  switch (type) {
    case ValueType::text: return "text";
    case ValueType::code: return "code";
    case ValueType::reference: return "reference";
    case ValueType::gtin: return "gtin";
    case ValueType::time: return "time";
    case ValueType::date: return "date";
    case ValueType::decimal: return "decimal";
    case ValueType::uom: return "uom";
    case ValueType::party: return "party";
    case ValueType::location: return "location";
    case ValueType::country: return "country";
  }
  return "unknown";
}

const ColumnSpec& spec_of(Column column) {
  const ColumnSpec& spec = k_specs.at(static_cast<std::size_t>(column));
  LL_ASSERT(spec.column == column, "the table of columns is in the order of the enum");
  return spec;
}

std::string_view name_of(Need need) {
  switch (need) {
    case Need::may: return "may";
    case Need::must: return "must";
    case Need::lots: return "lots";
  }
  return "unknown";
}

std::span<const Use> columns_of(Kind kind) {
  switch (kind) {
    case Kind::receipts: return k_receipts;
    case Kind::production: return k_production;
    case Kind::consumption: return k_consumption;
    case Kind::moves: return k_moves;
    case Kind::shipments: return k_shipments;
    case Kind::returns: return k_returns;
    case Kind::parties: return k_parties;
    case Kind::locations: return k_locations;
  }
  return {};
}

const Use* use_of(Kind kind, Column column) {
  for (const Use& use : columns_of(kind)) {
    if (use.column == column) return &use;
  }
  return nullptr;
}

std::optional<Column> column_named(Kind kind, std::string_view name) {
  for (const Use& use : columns_of(kind)) {
    if (name_of(use.column) == name) return use.column;
  }
  return std::nullopt;
}

std::string template_of(Kind kind) {
  std::string header, row;
  for (const Use& use : columns_of(kind)) {
    const std::string_view comma = header.empty() ? "" : ",";
    const std::string_view example = left_empty(use.column) ? "" : spec_of(use.column).example;
    const std::string_view quote = example.find(',') == std::string_view::npos ? "" : "\"";
    header.append(comma).append(name_of(use.column));
    row.append(comma).append(quote).append(example).append(quote);
  }
  return header + "\n" + row + "\n";
}

}  // namespace lotledger::connectors::plain
