// connectors/plain/columns.cc - the table.
#include "connectors/plain/columns.h"

#include "engine/base/assert.h"
#include "engine/event.h"

#include <algorithm>
#include <array>

namespace lotledger::connectors::plain {
namespace {

constexpr std::array<std::string_view, k_kinds> k_kind_names{
    "receipts", "production", "consumption", "moves",   "shipments", "returns",  "status",
    "orders",   "items",      "units",       "aliases", "parties",   "locations"};

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
    {Column::serial_to, "serial_to", ValueType::code, "9925"},
    {Column::supplier_lot, "supplier_lot", ValueType::code, "H-2201"},
    {Column::cost, "cost", ValueType::decimal, "1280.50"},
    {Column::currency, "currency", ValueType::currency, "CNY"},
    {Column::type, "type", ValueType::choice, "move"},
    {Column::from, "from", ValueType::location, "DOCK-1"},
    {Column::container, "container", ValueType::reference, "(00)340123451111111111"},
    {Column::into, "into", ValueType::reference, "RM-TI64/2026-0417-B"},
    {Column::reason, "reason", ValueType::text, "counted twice"},
    {Column::operation, "operation", ValueType::code, "0020"},
    {Column::until, "until", ValueType::time, "2026-03-02T16:00:00+08:00"},
    {Column::basis, "basis", ValueType::choice, "scanned"},
    {Column::terms, "terms", ValueType::choice, "sale"},
    {Column::status, "status", ValueType::choice, "released"},
    {Column::hold, "hold", ValueType::code, "NC-2026-031"},
    {Column::hold_kind, "hold_kind", ValueType::choice, "quality"},
    {Column::market, "market", ValueType::code, "EU"},
    {Column::company, "company", ValueType::text, "Lotledger Medical Ltd"},
    {Column::retest_on, "retest_on", ValueType::date, "2028-02-28"},
    {Column::state, "state", ValueType::choice, "released"},
    {Column::due_on, "due_on", ValueType::date, "2026-04-15"},
    {Column::equipment, "equipment", ValueType::code, "CNC-03"},
    {Column::factor, "factor", ValueType::ratio, "50"},
    {Column::base_uom, "base_uom", ValueType::uom, "MTR"},
    {Column::alias, "alias", ValueType::code, "TI64-ROD-12"},
    {Column::alias_type, "alias_type", ValueType::choice, "internal"},
    {Column::valid_until, "valid_until", ValueType::time, "2027-01-01T00:00:00+08:00"},
    {Column::lot_tracked, "lot_tracked", ValueType::flag, "yes"},
    {Column::serial_tracked, "serial_tracked", ValueType::flag, "no"},
    {Column::shelf_life_days, "shelf_life_days", ValueType::whole, "1825"},
    {Column::implant, "implant", ValueType::flag, "no"},
    {Column::sterile, "sterile", ValueType::flag, "yes"},
    {Column::release_required, "release_required", ValueType::flag, "yes"},
    {Column::markets, "markets", ValueType::codes, "CN EU"},
    {Column::language, "language", ValueType::codes, "zh-CN en"},
    {Column::within, "within", ValueType::location, "WH-01"},
    {Column::use, "use", ValueType::choice, "storage"},
}};

constexpr Need k_may = Need::may;
constexpr Need k_must = Need::must;

/// Lists of columns, one after another.
template <std::size_t... sizes>
constexpr auto joined(const std::array<Use, sizes>&... lists) {
  std::array<Use, (sizes + ...)> out{};
  auto* to = out.data();
  ((to = std::copy(lists.begin(), lists.end(), to)), ...);
  return out;
}

constexpr auto k_when = std::to_array<Use>({{Column::id, k_may}, {Column::at, k_must}, {Column::reported_at, k_may}});
constexpr auto k_class = std::to_array<Use>({{Column::gtin, k_may}, {Column::item, k_may}, {Column::issuer, k_may}});
constexpr auto k_unit = std::to_array<Use>({{Column::unit, k_may},
                                            {Column::gtin, k_may},
                                            {Column::item, k_may},
                                            {Column::lot, k_may},
                                            {Column::serial, k_may},
                                            {Column::issuer, k_may}});
constexpr auto k_range = std::to_array<Use>({{Column::serial_to, k_may}});
constexpr auto k_amount = std::to_array<Use>({{Column::quantity, Need::lots}, {Column::uom, k_may}});
constexpr auto k_some_amount = std::to_array<Use>({{Column::quantity, k_may}, {Column::uom, k_may}});
constexpr auto k_cost = std::to_array<Use>({{Column::cost, k_may}, {Column::currency, k_may}});
constexpr auto k_order =
    std::to_array<Use>({{Column::order, k_must}, {Column::run, k_may}, {Column::operation, k_may}});
constexpr auto k_where = std::to_array<Use>({{Column::location, k_may}});
constexpr auto k_named = std::to_array<Use>({{Column::name, k_must}, {Column::name_latin, k_may}});
constexpr auto k_address = std::to_array<Use>({{Column::street, k_may},
                                               {Column::city, k_may},
                                               {Column::postal_code, k_may},
                                               {Column::region, k_may},
                                               {Column::country, k_may},
                                               {Column::telephone, k_may}});

constexpr auto k_receipts =
    joined(k_when, k_unit, k_range, k_amount,
           std::to_array<Use>({{Column::supplier_lot, k_may}, {Column::expires_on, k_may}}), k_where,
           std::to_array<Use>(
               {{Column::supplier, k_may}, {Column::owner, k_may}, {Column::po, k_may}, {Column::desadv, k_may}}),
           k_cost);
constexpr auto k_production = joined(
    k_when, std::to_array<Use>({{Column::type, k_may}}), k_order, k_unit, k_range, k_amount,
    std::to_array<Use>({{Column::expires_on, k_may}, {Column::basis, k_may}, {Column::until, k_may}}), k_where, k_cost);
constexpr auto k_consumption =
    joined(k_when, k_order, k_unit, k_range, k_amount,
           std::to_array<Use>({{Column::basis, k_may}, {Column::until, k_may}}), k_where, k_cost);
constexpr auto k_moves = joined(k_when, std::to_array<Use>({{Column::type, k_may}}), k_unit, k_range,
                                std::to_array<Use>({{Column::quantity, Need::some},
                                                    {Column::uom, k_may},
                                                    {Column::from, k_may},
                                                    {Column::location, Need::some},
                                                    {Column::container, Need::some},
                                                    {Column::into, Need::some},
                                                    {Column::owner, Need::some},
                                                    {Column::order, k_may},
                                                    {Column::reason, k_may}}),
                                k_cost);
constexpr auto k_shipments =
    joined(k_when, std::to_array<Use>({{Column::type, k_may}}), k_unit, k_range, k_amount, k_where,
           std::to_array<Use>({{Column::consignee, k_may},
                               {Column::ship_to, k_may},
                               {Column::terms, k_may},
                               {Column::po, k_may},
                               {Column::desadv, k_may},
                               {Column::invoice, k_may}}),
           k_cost);
constexpr auto k_returns =
    joined(k_when, k_unit, k_range, k_amount, k_where,
           std::to_array<Use>(
               {{Column::customer, k_may}, {Column::rma, k_may}, {Column::desadv, k_may}, {Column::reason, k_may}}));
constexpr auto k_status = joined(k_when, k_unit, k_some_amount, k_where,
                                 std::to_array<Use>({{Column::status, Need::some},
                                                     {Column::hold, Need::some},
                                                     {Column::hold_kind, Need::some},
                                                     {Column::market, k_may},
                                                     {Column::company, k_may},
                                                     {Column::expires_on, k_may},
                                                     {Column::retest_on, k_may},
                                                     {Column::reason, k_may}}));
constexpr auto k_orders =
    joined(k_when, k_order, std::to_array<Use>({{Column::state, k_must}}), k_class,
           std::to_array<Use>({{Column::lot, k_may}}), k_some_amount,
           std::to_array<Use>({{Column::due_on, k_may}, {Column::equipment, k_may}, {Column::reason, k_may}}), k_where);
constexpr auto k_items = joined(std::to_array<Use>({{Column::valid_from, k_must}}), k_class, k_named,
                                std::to_array<Use>({{Column::uom, k_may},
                                                    {Column::lot_tracked, k_may},
                                                    {Column::serial_tracked, k_may},
                                                    {Column::shelf_life_days, k_may},
                                                    {Column::implant, k_may},
                                                    {Column::sterile, k_may},
                                                    {Column::release_required, k_may},
                                                    {Column::markets, k_may}}));
constexpr auto k_units =
    joined(std::to_array<Use>({{Column::valid_from, k_must}}), k_class,
           std::to_array<Use>({{Column::uom, k_must}, {Column::factor, k_must}, {Column::base_uom, k_must}}));
constexpr auto k_aliases =
    joined(std::to_array<Use>({{Column::valid_from, k_must}, {Column::valid_until, k_may}}), k_unit,
           std::to_array<Use>(
               {{Column::party, k_may}, {Column::alias, k_must}, {Column::alias_type, k_may}, {Column::owner, k_may}}));
constexpr auto k_parties = joined(
    std::to_array<Use>({{Column::party, k_must}, {Column::valid_from, k_must}}), k_named, k_address,
    std::to_array<Use>(
        {{Column::role, k_may}, {Column::language, k_may}, {Column::email, k_may}, {Column::recall_contact, k_may}}));
constexpr auto k_locations =
    joined(std::to_array<Use>({{Column::location, k_must}, {Column::valid_from, k_must}}), k_named,
           std::to_array<Use>({{Column::owner, k_may}, {Column::within, k_may}, {Column::use, k_may}}), k_address);

/// What rows of moves tell, in the order of MoveType (mapping.cc).
constexpr auto k_move_types = std::to_array<std::string_view>({"move",
                                                               "put_away",
                                                               "issue",
                                                               "return_to_stock",
                                                               "to_subcontractor",
                                                               "from_subcontractor",
                                                               "to_consignment",
                                                               "from_consignment",
                                                               "count",
                                                               "adjust_in",
                                                               "adjust_out",
                                                               "scrap",
                                                               "sample",
                                                               "pack",
                                                               "unpack",
                                                               "split",
                                                               "merge",
                                                               "relabel",
                                                               "owner",
                                                               "install",
                                                               "remove"});
constexpr auto k_production_types = std::to_array<std::string_view>({"output", "by_product", "rework", "scrap"});
constexpr auto k_shipment_types = std::to_array<std::string_view>({"ship", "void"});

/// Columns that a template's row leaves empty: other ways to name the unit than item and lot.
constexpr bool left_empty(Kind kind, Column column) {
  constexpr std::array k_other_ways{Column::unit,      Column::gtin, Column::serial,   Column::issuer,
                                    Column::serial_to, Column::hold, Column::hold_kind};
  if (std::ranges::find(k_other_ways, column) != k_other_ways.end()) return true;
  if (kind == Kind::moves) return column == Column::container || column == Column::into || column == Column::owner;
  return kind == Kind::aliases && column == Column::party;
}

std::string_view example_of(Kind kind, Column column) {
  if (left_empty(kind, column)) return {};
  const auto choices = choices_of(kind, column);
  return choices.empty() ? spec_of(column).example : choices.front();
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
    case ValueType::choice: return "choice";
    case ValueType::flag: return "flag";
    case ValueType::ratio: return "ratio";
    case ValueType::whole: return "whole";
    case ValueType::currency: return "currency";
    case ValueType::codes: return "codes";
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
    case Need::some: return "some";
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
    case Kind::status: return k_status;
    case Kind::orders: return k_orders;
    case Kind::items: return k_items;
    case Kind::units: return k_units;
    case Kind::aliases: return k_aliases;
    case Kind::parties: return k_parties;
    case Kind::locations: return k_locations;
  }
  return {};
}

std::span<const std::string_view> choices_of(Kind kind, Column column) {
  struct Choice {
    Column column;
    std::span<const std::string_view> words;
  };
  static const std::array k_choices{
      Choice{Column::basis, std::span(engine::k_bases).subspan(1)},
      Choice{Column::terms, engine::k_shipping_terms},
      Choice{Column::status, engine::k_reported_statuses},
      Choice{Column::hold_kind, engine::k_hold_kinds},
      Choice{Column::state, engine::k_order_states},
      Choice{Column::alias_type, engine::k_alias_kinds},
      Choice{Column::use, engine::k_location_uses},
  };
  if (column == Column::type) {
    if (kind == Kind::moves) return k_move_types;
    return kind == Kind::production ? std::span<const std::string_view>(k_production_types) : k_shipment_types;
  }
  const auto* found = std::ranges::find(k_choices, column, &Choice::column);
  return found == k_choices.end() ? std::span<const std::string_view>() : found->words;
}

bool is_master_data(Kind kind) {
  return kind == Kind::items || kind == Kind::units || kind == Kind::aliases || kind == Kind::parties ||
         kind == Kind::locations;
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
    const std::string_view example = example_of(kind, use.column);
    const std::string_view quote = example.find(',') == std::string_view::npos ? "" : "\"";
    header.append(comma).append(name_of(use.column));
    row.append(comma).append(quote).append(example).append(quote);
  }
  return header + "\n" + row + "\n";
}

}  // namespace lotledger::connectors::plain
