// engine/order.h - distribution: events of the area. The consignee is in the event's context, as shipped.
// Events: schemas/order.fbs. Read model: projections/genealogy.h. Explained in docs/areas/order.md.
#pragma once

#include "engine/base/material.h"

#include <optional>
#include <variant>
#include <vector>

namespace lotledger::engine {

struct UnitsShipped {
  std::vector<UnitAmount> units;
  friend bool operator==(const UnitsShipped&, const UnitsShipped&) = default;
};

/// Undoes the last shipment of these units before it.
struct ShipmentVoided {
  std::vector<UnitAmount> units;
  friend bool operator==(const ShipmentVoided&, const ShipmentVoided&) = default;
};

struct UnitsReturned {
  std::vector<UnitAmount> units;
  friend bool operator==(const UnitsReturned&, const UnitsReturned&) = default;
};

enum class LinkAction : std::uint8_t { add, observe, remove };

/// Units were tied to business documents, which stand in the event's context.
struct TransactionLinked {
  std::optional<UnitRef> parent;
  std::vector<UnitAmount> units;
  LinkAction action = LinkAction::add;
  friend bool operator==(const TransactionLinked&, const TransactionLinked&) = default;
};

using OrderEvent = std::variant<UnitsShipped, ShipmentVoided, UnitsReturned, TransactionLinked>;

}  // namespace lotledger::engine
