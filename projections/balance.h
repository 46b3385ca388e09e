// projections/balance.h - the mass balance of a lot: where everything that there ever was of it went, to the piece.
// Explained in docs/areas/recall.md.
#pragma once

#include "engine/base/quantity.h"
#include "engine/base/result.h"
#include "projections/movements.h"
#include "projections/unit_state.h"

#include <functional>
#include <vector>

namespace lotledger::projections {

/// received + produced + returned + adjusted = stock + wip + in_transit + at_subcontractor + consumed + scrapped +
/// shipped + sampled + unexplained, exactly; unexplained may be negative. Where a figure cannot be known, because a
/// quantity was not stated or does not convert, `known` is false.
struct Balance {
  bool known = true;
  UnitCode unit{};
  Decimal received, produced, returned, adjusted, stock, wip, in_transit, at_subcontractor, consumed, scrapped, shipped,
      sampled, unexplained;
};

/// Figure that stock in a bin counts in; where the function is empty: stock.
using PlaceOf = std::function<StockPlace(const Bin&)>;

/// Balance of a lot and of those of its pieces that are traced as serials. Pieces are part of the quantity that was
/// stated for the lot; where more of them are known than were stated, they were produced (or received) as serials. What
/// left as part of the lot, without its serial being named, was one of the serials in stock if nothing else is left.
/// For serials without their lot, `lot` is empty. invalid_input when a sum overflows.
[[nodiscard]] Result<Balance> balance_of(const UnitState& lot, const std::vector<const UnitState*>& serials,
                                         const PlaceOf& place_of = {});
/// The bins of a lot without its pieces that are known by serial.
[[nodiscard]] Bins loose_bins(const UnitState& lot, const std::vector<const UnitState*>& serials);

/// Adds `part` to `sum`; unknown when one of them is or their units differ. invalid_input when a sum overflows.
[[nodiscard]] Result<void> add(Balance& sum, const Balance& part);

}  // namespace lotledger::projections
