// engine/order.h - distribution: events of the area. The consignee is in the event's context, as shipped.
// Events: schemas/order.fbs. Read model: projections/genealogy.h. Explained in docs/areas/order.md.
#pragma once

#include "engine/base/material.h"
#include "engine/base/names.h"

#include <array>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// Whose property units stay that leave: `sale` gives it up.
enum class ShippingTerms : std::uint8_t { sale, consignment, loan, subcontract };
inline constexpr std::array<std::string_view, 4> k_shipping_terms{"sale", "consignment", "loan", "subcontract"};
[[nodiscard]] constexpr std::string_view name_of(ShippingTerms terms) {
  return name_in(k_shipping_terms, terms);
}

struct UnitsShipped {
  std::vector<UnitAmount> units;
  ShippingTerms terms = ShippingTerms::sale;
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
