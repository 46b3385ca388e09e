// engine/warehouse.h - units arrive, are seen, moved and counted: events of the area. Places stand in the event's
// context. Events: schemas/warehouse.fbs. Read models: projections/genealogy.h, stock.h. Explained in
// docs/areas/warehouse.md.
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

/// Units arrived: an origin for what was not made here.
struct UnitsReceived {
  std::vector<UnitAmount> units;
  std::optional<UnitKey> owner = std::nullopt;  ///< Party whose property they stay; nullopt: ours.
  std::string expires_on = {};                  ///< YYYY-MM-DD or empty.
  friend bool operator==(const UnitsReceived&, const UnitsReceived&) = default;
};

/// Units were seen in a step that neither creates, moves nor ends them.
struct UnitsObserved {
  std::vector<UnitAmount> units;
  friend bool operator==(const UnitsObserved&, const UnitsObserved&) = default;
};

enum class MoveKind : std::uint8_t {
  move,
  put_away,
  issue,
  return_to_stock,
  to_subcontractor,
  from_subcontractor,
  to_consignment,
  from_consignment,
};
inline constexpr std::array<std::string_view, 8> k_move_kinds{
    "move",           "put_away",        "issue", "return_to_stock", "to_subcontractor", "from_subcontractor",
    "to_consignment", "from_consignment"};
[[nodiscard]] constexpr std::string_view name_of(MoveKind kind) {
  return name_in(k_move_kinds, kind);
}

/// Units went to the business location of the context.
struct UnitsMoved {
  std::vector<UnitAmount> units;
  MoveKind kind = MoveKind::move;
  std::optional<UnitKey> from;
  friend bool operator==(const UnitsMoved&, const UnitsMoved&) = default;
};

/// Stock was counted: the quantities are what was found at the business location.
struct UnitsCounted {
  std::vector<UnitAmount> units;
  friend bool operator==(const UnitsCounted&, const UnitsCounted&) = default;
};

/// The books were corrected without a count.
struct StockAdjusted {
  std::vector<UnitAmount> units;
  bool decrease = false;
  friend bool operator==(const StockAdjusted&, const StockAdjusted&) = default;
};

struct UnitsSampled {
  std::vector<UnitAmount> units;
  friend bool operator==(const UnitsSampled&, const UnitsSampled&) = default;
};

/// Units became the property of another party.
struct OwnerChanged {
  std::vector<UnitAmount> units;
  std::optional<UnitKey> owner;  ///< nullopt: ours.
  friend bool operator==(const OwnerChanged&, const OwnerChanged&) = default;
};

using WarehouseEvent =
    std::variant<UnitsReceived, UnitsObserved, UnitsMoved, UnitsCounted, StockAdjusted, UnitsSampled, OwnerChanged>;

}  // namespace lotledger::engine
