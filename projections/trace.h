// projections/trace.h - a walk with the names of what it reached, for people.
#pragma once

#include "projections/reach.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace lotledger::projections {

struct TraceNode {
  Node node;
  NodeType type = NodeType::opaque;
  std::uint32_t depth = 0;
  bool certain = true;
  Bounds bounds;
};

/// As ReachedEdge.
struct TraceEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  EdgeKind kind = EdgeKind::consume;
  Basis basis = Basis::declared;
  std::optional<Quantity> quantity;
  Instant at;
  std::optional<Instant> until;  ///< End of an installation or of a stay in a container.
  EventPosition position;
};

/// Nodes and edges in the order of the walk.
struct Trace {
  Direction direction = Direction::down;
  std::vector<TraceNode> nodes;
  std::vector<TraceEdge> edges;
};

[[nodiscard]] Trace named(const GenealogyReader& reader, const Reach& reach);
/// The same without its edges, of which an answer has millions.
[[nodiscard]] Trace named_nodes(const GenealogyReader& reader, const Reach& reach);

/// Shortest path of edges from the root to a node, as indexes into `edges`; empty when it was not reached.
[[nodiscard]] std::vector<std::size_t> path_to(const Trace& trace, std::size_t node);

}  // namespace lotledger::projections
