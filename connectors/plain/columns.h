// connectors/plain/columns.h - our plain format as one table: kinds of files, their columns, what a column holds.
// Reading, templates and the check of docs/formats/plain.md are all made from it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::plain {

/// What the rows of a file tell; one file holds one kind.
enum class Kind : std::uint8_t {
  receipts,
  production,
  consumption,
  moves,
  shipments,
  returns,
  status,
  orders,
  items,
  units,
  aliases,
  parties,
  locations,
};
inline constexpr std::size_t k_kinds = 13;
[[nodiscard]] std::string_view name_of(Kind kind);
[[nodiscard]] std::optional<Kind> kind_named(std::string_view name);
/// All names, in the order of the enum.
[[nodiscard]] std::vector<std::string_view> kind_names();
/// The kind that a file's name begins with, up to its first character that is no letter: `receipts-2026-03.csv`.
[[nodiscard]] std::optional<Kind> kind_of_file(std::string_view path);

enum class Column : std::uint8_t {
  id,
  at,
  reported_at,
  unit,
  gtin,
  item,
  lot,
  serial,
  issuer,
  quantity,
  uom,
  expires_on,
  order,
  run,
  location,
  supplier,
  customer,
  consignee,
  ship_to,
  po,
  desadv,
  invoice,
  rma,
  party,
  valid_from,
  owner,
  name,
  name_latin,
  street,
  city,
  postal_code,
  region,
  country,
  telephone,
  role,
  email,
  recall_contact,
  serial_to,
  supplier_lot,
  cost,
  currency,
  type,
  from,
  container,
  into,
  reason,
  operation,
  until,
  basis,
  terms,
  status,
  hold,
  hold_kind,
  market,
  company,
  retest_on,
  state,
  due_on,
  equipment,
  factor,
  base_uom,
  alias,
  alias_type,
  valid_until,
  lot_tracked,
  serial_tracked,
  shelf_life_days,
  implant,
  sterile,
  release_required,
  markets,
  language,
  within,
  use,
};
inline constexpr std::size_t k_columns = 74;

/// What a value must look like. docs/formats/plain.md, "Values", in code.
enum class ValueType : std::uint8_t {
  text,
  code,
  reference,
  gtin,
  time,
  date,
  decimal,
  uom,
  party,
  location,
  country,
  choice,
  flag,
  ratio,
  whole,
  currency,
  codes,
};
[[nodiscard]] std::string_view name_of(ValueType type);

struct ColumnSpec {
  Column column;
  std::string_view name;
  ValueType type;
  std::string_view example;
};
[[nodiscard]] const ColumnSpec& spec_of(Column column);
[[nodiscard]] inline std::string_view name_of(Column column) {
  return spec_of(column).name;
}

/// The words that a column of type choice takes in this kind, the usual one first; empty for other columns.
[[nodiscard]] std::span<const std::string_view> choices_of(Kind kind, Column column);

/// Whether a row must have a value.
enum class Need : std::uint8_t {
  may,
  must,
  lots,  ///< Must, where the row names a lot or a class.
  some,  ///< Must or must not, by what else the row says.
};
[[nodiscard]] std::string_view name_of(Need need);

struct Use {
  Column column;
  Need need;
};
/// The columns of a kind, in the order of its template.
[[nodiscard]] std::span<const Use> columns_of(Kind kind);
/// How a kind uses a column; nullptr where it does not have it.
[[nodiscard]] const Use* use_of(Kind kind, Column column);
/// The column of that name in files of this kind.
[[nodiscard]] std::optional<Column> column_named(Kind kind, std::string_view name);

/// Whether rows of the kind describe something, instead of telling what happened.
[[nodiscard]] bool is_master_data(Kind kind);

/// A header and one sound row, as CSV.
[[nodiscard]] std::string template_of(Kind kind);

}  // namespace lotledger::connectors::plain
