// projections/stays.h - how long a child lay in a container, from what was put in and taken out: packing is an
// interval. One definition for answers (containment.h) and for rules (plant_facts.h).
#pragma once

#include "projections/genealogy.h"

#include <optional>
#include <tuple>
#include <vector>

namespace lotledger::projections {

/// A child lay in a container from `from` on, until `to` where it was taken out.
struct Stay {
  NodeId container = k_no_node;
  Instant from;
  std::optional<Instant> to;
  /// How much of a lot; nullopt: all of it, or not stated.
  std::optional<Quantity> quantity;
  EventPosition position;    ///< The event that put it there.
  std::size_t direct = 0;    ///< For nested stays: number of the direct stay that this one surrounds.
  NodeId inner = k_no_node;  ///< What lay directly in the container: the child itself, or a container around it.
  /// The rest after a part was taken out at `from`: what moved at that instant moved the stay before.
  bool rest = false;
  /// More was put in at `to`: what moves at that instant moves the stay after.
  bool topped_up = false;
};

/// A change of what one container holds of one child.
struct PackingChange {
  Instant at;
  bool in = false;
  bool seen = false;                 ///< Seen inside, not put in.
  std::optional<Quantity> quantity;  ///< Taken out: nullopt takes all.
  EventPosition position;
};

/// What is told of an amount, in an order of its own.
[[nodiscard]] inline auto told(const std::optional<Quantity>& quantity) {
  const Quantity amount = quantity.value_or(Quantity{});
  return std::tuple(quantity.has_value(), amount.unit, amount.scale, amount.mantissa);
}

/// Appends to `out` the stays in `container` that follow from `changes`, whatever order they come in.
void add_stays(NodeId container, std::vector<PackingChange> changes, std::vector<Stay>& out);

/// Whether a movement at an instant moves the stay: it comes after all that is put in then, before all that is taken
/// out.
[[nodiscard]] bool within(Instant at, const Stay& stay);

}  // namespace lotledger::projections
