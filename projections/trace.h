// projections/trace.h - the walk up and down the genealogy: complete, without caps, over visited sets, never recursive.
// What is reached and why: docs/areas/genealogy.md.
#pragma once

#include "projections/containment.h"
#include "projections/genealogy_reader.h"
#include "projections/master_data.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace lotledger::projections {

enum class Direction : std::uint8_t { up, down, both };
[[nodiscard]] std::string_view name_of(Direction direction);

/// How we know an edge.
enum class Basis : std::uint8_t {
  declared,  ///< A source states it.
  possible,  ///< It follows from a statement about a lot or class as a whole, and may not hold for this one.
};
[[nodiscard]] std::string_view name_of(Basis basis);

enum class EdgeKind : std::uint8_t { consume, output, install, member, same_as, contain };
[[nodiscard]] std::string_view name_of(EdgeKind kind);

/// What a node of an answer is.
enum class NodeType : std::uint8_t { lot, serial, item_class, container, process, opaque };
[[nodiscard]] std::string_view name_of(NodeType type);

/// Bounds on how much of the root's material a unit may hold, in the root's unit; nullopt where the root's own amount
/// is unknown.
struct Bounds {
  std::optional<Decimal> low;
  std::optional<Decimal> high;
};

struct TraceNode {
  Node node;
  NodeType type = NodeType::opaque;
  std::uint32_t depth = 0;  ///< Edges from the root on the shortest path found; processes count.
  bool certain = true;
  Bounds bounds;
};

/// An edge of the answer, always in the direction of flow (or from child to container), as indexes into Trace::nodes.
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

struct Trace {
  Direction direction = Direction::down;
  std::vector<TraceNode> nodes;  ///< The root first, then in the order in which they were reached.
  std::vector<TraceEdge> edges;
  std::unordered_map<NodeId, std::size_t> index;  ///< Node to its place in `nodes`.
  bool through_class = false;                     ///< Flow passed a unit known only by class.
};

/// Walks from `root`. Deterministic for a given store and filter.
[[nodiscard]] Trace walk(const GenealogyReader& reader, Containment& containment, NodeId root, Direction direction);

/// Fills in the bounds of a walk down. `items` tells how units of measure convert when something happened, and must
/// read what `reader` reads. invalid_input when a sum leaves 128 bits.
[[nodiscard]] Result<void> bound_quantities(const GenealogyReader& reader, MasterData& items, Trace& trace);

/// An amount in a unit of measure. Exact, or rounded up where a conversion does not end.
struct Total {
  Decimal amount;
  UnitCode unit{};
};
/// How much of a unit there ever was: all that processes made, that was commissioned and that was received of it, in
/// the base unit of measure of its item, or in the one told first where none is described or one of them does not
/// convert; a serial is one piece. nullopt where nobody stated it, or units do not convert.
[[nodiscard]] std::optional<Total> total_of(const GenealogyReader& reader, MasterData& items, const Node& node);

/// Shortest path of edges from the root to a node, as indexes into `edges`; empty when it was not reached.
[[nodiscard]] std::vector<std::size_t> path_to(const Trace& trace, std::size_t node);

}  // namespace lotledger::projections
