// engine/item.h - what is made and bought: items with their trace profile, conversions of units of measure, other
// codes. Events: schemas/item.fbs. Read model: projections/master_data.h. Explained in docs/areas/item.md.
#pragma once

#include "engine/base/material.h"
#include "engine/base/names.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// How an item is traced (ISO 13485:2016 7.5.9).
struct TraceProfile {
  bool lot_tracked = false;
  bool serial_tracked = false;
  std::uint32_t shelf_life_days = 0;  ///< From making to expiry; 0: none stated.
  bool implant = false;
  bool sterile = false;
  bool release_required = false;     ///< Stock is pending until it is released.
  std::vector<std::string> markets;  ///< ISO 3166-1 alpha-2, or EU; empty: not said.
  friend bool operator==(const TraceProfile&, const TraceProfile&) = default;
};

/// An item as described at one time; a later description holds from its own time on.
struct ItemRecorded {
  UnitKey key;  ///< Of the class.
  std::string original;
  std::vector<LocalText> names;
  std::optional<UnitCode> uom;  ///< Base unit of measure.
  std::optional<TraceProfile> profile;
  friend bool operator==(const ItemRecorded&, const ItemRecorded&) = default;
};

/// 1 `uom` = numerator / denominator `base_uom`, exactly; both are greater than zero.
struct ConversionSet {
  std::optional<UnitKey> item;  ///< Class; nullopt: all items that have no conversion of their own.
  UnitCode uom;
  Conversion factor;
  UnitCode base_uom;
  friend bool operator==(const ConversionSet&, const ConversionSet&) = default;
};

enum class AliasKind : std::uint8_t { internal, supplier, label, sterilisation, customer, former };
inline constexpr std::array<std::string_view, 6> k_alias_kinds{"internal",      "supplier", "label",
                                                               "sterilisation", "customer", "former"};
[[nodiscard]] constexpr std::string_view name_of(AliasKind kind) {
  return name_in(k_alias_kinds, kind);
}

/// Another code under which a unit, item or party is known.
struct AliasRecorded {
  UnitKey key;
  std::string alias;
  AliasKind kind = AliasKind::internal;
  std::optional<UnitKey> owner;  ///< Party whose code it is.
  std::optional<Instant> valid_until;
  friend bool operator==(const AliasRecorded&, const AliasRecorded&) = default;
};

using ItemEvent = std::variant<ItemRecorded, ConversionSet, AliasRecorded>;

}  // namespace lotledger::engine
