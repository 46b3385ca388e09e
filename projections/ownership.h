// projections/ownership.h - whose property came out of a split, merge or relabelling: the material stays what it was,
// and so does its owner. Explained in docs/areas/inventory.md.
#pragma once

#include "projections/unit_state.h"

#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// Whether a step of this detail (Link::detail) only gave material another name or lot: split, merge, relabel.
[[nodiscard]] bool keeps_material(std::string_view detail);

/// Finds owners for one answer and remembers them. One thread. Walks steps back in time over visited sets; where steps
/// of one instant lead in a circle, the owner is unknown.
class Ownership {
 public:
  explicit Ownership(const GenealogyReader& reader) : reader_(reader) {}

  /// What went into the process, by owner. `records` as for state_of() of the units that went in.
  [[nodiscard]] const Inherited& of(NodeId process, Containment& containment, const MovementRecords& records);

 private:
  [[nodiscard]] std::vector<NodeId> steps_before(NodeId process) const;
  [[nodiscard]] bool only_ours(NodeId unit, Containment& containment);
  [[nodiscard]] Inherited taken(NodeId process, Containment& containment, const MovementRecords& records);

  const GenealogyReader& reader_;
  std::map<NodeId, Inherited> steps_;
  std::map<NodeId, bool> told_;  ///< Of a unit: whether any fact names an owner of it.
  bool busy_ = false;
};

}  // namespace lotledger::projections
