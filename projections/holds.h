// projections/holds.h - the holds that stand on a unit: several at once, each with its scope.
#pragma once

#include "engine/lot.h"
#include "projections/genealogy_reader.h"

#include <string>
#include <vector>

namespace lotledger::projections {

struct StandingHold {
  std::string id;
  engine::HoldKind kind = engine::HoldKind::quality;
  bool reported = false;  ///< A source says so; else it was placed by command.
  Instant at;
  EventPosition position;
  std::optional<Quantity> quantity;  ///< Only so much of it.
  NodeId location = k_no_node;       ///< Only what lies there.
};

/// Holds that were placed and not lifted, in the order in which they were placed. Commands count in the order of their
/// records, what sources report by its time; a hold and its lifting of one instant in that order.
[[nodiscard]] std::vector<StandingHold> standing_holds(const GenealogyReader& reader, NodeId unit);

}  // namespace lotledger::projections
