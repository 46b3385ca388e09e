// projections/reach.h - the walk up and down the genealogy: complete, without caps, over visited sets, never recursive.
// What is reached and why: docs/areas/genealogy.md. What is found is kept as numbers, because an answer may have
// hundreds of thousands of nodes; trace.h gives them their names.
#pragma once

#include "projections/containment.h"
#include "projections/genealogy_reader.h"
#include "projections/master_data.h"
#include "projections/node_index.h"

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

/// Bounds on how much of the root's material a unit may hold, in the root's unit; nullopt where the root's own amount
/// is unknown.
struct Bounds {
  std::optional<Decimal> low;
  std::optional<Decimal> high;
};

struct ReachedNode {
  NodeId id = k_no_node;
  std::uint32_t depth = 0;  ///< Edges from the root on the shortest path found; processes count.
  NodeType type = NodeType::opaque;
  bool certain = true;
};

/// An edge of the answer, always in the direction of flow (or from child to container), as indexes into Reach::nodes.
struct ReachedEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  Instant at;
  std::int64_t mantissa = 0;
  Seq seq = 0;
  std::uint32_t index = 0;
  LedgerIndex ledger = 0;
  std::uint16_t unit = k_no_quantity;  ///< Number in Reach::units.
  std::uint8_t scale = 0;
  EdgeKind kind = EdgeKind::consume;
  Basis basis = Basis::declared;

  static constexpr std::uint16_t k_no_quantity = 0xffff;
  [[nodiscard]] EventPosition position() const { return {seq, index, ledger}; }
};

struct Reach {
  Direction direction = Direction::down;
  std::vector<ReachedNode> nodes;  ///< The root first, then in the order in which they were reached.
  std::vector<ReachedEdge> edges;
  std::unordered_map<std::uint32_t, Instant> until;  ///< Ends of installations and stays in containers, by edge.
  std::vector<UnitCode> units;
  std::vector<Bounds> bounds;  ///< Of each node, once bound_quantities() has filled it.
  NodeIndex index;             ///< Node to its place in `nodes`.
  bool through_class = false;  ///< Flow passed a unit known only by class.

  [[nodiscard]] std::optional<Quantity> quantity(const ReachedEdge& edge) const {
    if (edge.unit == ReachedEdge::k_no_quantity) return std::nullopt;
    return Quantity{edge.mantissa, edge.scale, units[edge.unit]};
  }
};

/// Walks from `root`. Deterministic for a given store and filter.
[[nodiscard]] Reach walk(const GenealogyReader& reader, Containment& containment, NodeId root, Direction direction);

/// Fills in the bounds of a walk down. `items` tells how units of measure convert when something happened, and must
/// read what `reader` reads. invalid_input when a sum leaves 128 bits.
[[nodiscard]] Result<void> bound_quantities(const GenealogyReader& reader, MasterData& items, Reach& reach);

/// An amount in a unit of measure. Exact, or rounded up where a conversion does not end.
struct Total {
  Decimal amount;
  UnitCode unit{};
};
/// How much of a unit there ever was: all that processes made, that was commissioned and that was received of it, in
/// the base unit of measure of its item, or in the one told first where none is described or one of them does not
/// convert; a serial is one piece. nullopt where nobody stated it, or units do not convert.
[[nodiscard]] std::optional<Total> total_of(const GenealogyReader& reader, MasterData& items, const Node& node);

}  // namespace lotledger::projections
