// projections/containment.h - what lay in what, and when: packing is an interval, never flow. What happens to a
// container at a moment happens to its nested contents at that moment.
#pragma once

#include "projections/genealogy_reader.h"
#include "projections/stays.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace lotledger::projections {

/// Something that happened to a unit itself, or to a container around it at that moment.
struct Move {
  LinkKind kind = LinkKind::observed;
  Instant at;
  EventPosition position;
  NodeId via = k_no_node;  ///< The container that moved; k_no_node: the unit itself.
  std::optional<Quantity> quantity;
  NodeId other = k_no_node;  ///< Process or device of a use.
  int rank = 0;              ///< Order among what happened at one instant (docs/areas/recall.md).
  NodeId place = k_no_node;  ///< As of Link, like the members below.
  NodeId from = k_no_node;
  NodeId owner = k_no_node;
  std::string detail;
};

/// Answers about containment under the reader's filter. Remembers what it has read of containers, because thousands of
/// units share one pallet. One thread.
class Containment {
 public:
  explicit Containment(const GenealogyReader& reader) : reader_(reader) {}

  /// Stays of a child in containers that directly held it, by time. Intervals of different containers may overlap when
  /// the facts say so: nothing is dropped to make them fit.
  [[nodiscard]] const std::vector<Stay>& stays(NodeId child);
  /// All containers that held the child, directly or nested, with the time in which they did.
  [[nodiscard]] std::vector<Stay> nested_stays(NodeId child);
  /// What happened to the unit, in the order (time, rank of kind, position): its own links, and shipments, receipts and
  /// returns of the containers around it at their moment.
  [[nodiscard]] std::vector<Move> moves(NodeId unit);
  /// Children that ever lay directly in the container.
  [[nodiscard]] std::vector<NodeId> contents(NodeId container) const;

 private:
  void add_cleared_parts(std::vector<Move>& moves) const;
  void add_moves_of_containers(NodeId unit, std::vector<Move>& moves);
  [[nodiscard]] const std::vector<Instant>& emptied(NodeId container);
  [[nodiscard]] const std::vector<Link>& container_moves(NodeId container);

  const GenealogyReader& reader_;
  std::unordered_map<NodeId, std::vector<Stay>> stays_;
  std::unordered_map<NodeId, std::vector<Instant>> emptied_;
  std::unordered_map<NodeId, std::vector<Link>> moves_;
};

}  // namespace lotledger::projections
