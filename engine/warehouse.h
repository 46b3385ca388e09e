// engine/warehouse.h - units arrive and are seen somewhere: events of the area.
// Events: schemas/warehouse.fbs. Read model: projections/genealogy.h. Explained in docs/areas/warehouse.md.
#pragma once

#include "engine/base/material.h"

#include <variant>
#include <vector>

namespace lotledger::engine {

/// Units arrived: an origin for what was not made here.
struct UnitsReceived {
  std::vector<UnitAmount> units;
  friend bool operator==(const UnitsReceived&, const UnitsReceived&) = default;
};

/// Units were seen in a step that neither creates, moves nor ends them.
struct UnitsObserved {
  std::vector<UnitAmount> units;
  friend bool operator==(const UnitsObserved&, const UnitsObserved&) = default;
};

using WarehouseEvent = std::variant<UnitsReceived, UnitsObserved>;

}  // namespace lotledger::engine
