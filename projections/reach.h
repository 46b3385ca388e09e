// projections/reach.h - the walk up and down the genealogy: complete, without caps, over visited sets, never recursive.
// What is reached and why: docs/areas/genealogy.md. What is found is kept as numbers, because an answer may have
// hundreds of thousands of nodes; trace.h gives them their names.
#pragma once

#include "projections/containment.h"
#include "projections/genealogy_reader.h"
#include "projections/master_data.h"
#include "projections/node_bounds.h"
#include "projections/node_index.h"

#include <unordered_map>
#include <utility>
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

struct ReachedNode {
  NodeId id = k_no_node;
  std::uint32_t depth = 0;  ///< Edges from the root on the shortest path found; processes count.
  NodeType type = NodeType::opaque;
  bool certain = true;
  bool packed = false;  ///< Some fact may tell that it was packed into a container; not set: none does.
};

/// What a link says of the edge that it makes.
struct EdgeFact {
  static constexpr std::uint16_t k_no_quantity = 0xffff;

  Instant at{};
  EventPosition position{};
  std::int64_t mantissa = 0;
  std::uint16_t unit = k_no_quantity;  ///< Number in Reach::units.
  std::uint8_t scale = 0;

  [[nodiscard]] bool has_quantity() const { return unit != k_no_quantity; }
  void quantity(std::int64_t mantissa_in, std::uint8_t scale_in, std::uint16_t unit_in) {
    mantissa = mantissa_in;
    scale = scale_in;
    unit = unit_in;
  }
};
/// Of a link whose event is the first of its record, with the unit's number there.
[[nodiscard]] inline EdgeFact said_by(const Graph& graph, const PackedLink& link) {
  const PackedFact& fact = graph.fact(link);
  EdgeFact said{Instant{fact.occurred_at}, {fact.seq, 0, 0}};
  if (link.has(PackedLink::k_has_quantity)) said.quantity(fact.mantissa, link.scale, link.unit);
  return said;
}
/// The number of a unit of measure among those of an answer, which are few; added when it is not there.
[[nodiscard]] std::uint16_t number_in(std::vector<UnitCode>& units, const UnitCode& unit);

/// An edge of the answer, always in the direction of flow (or from child to container), as indexes into Reach::nodes.
/// Answers have millions of them, so what was said stays where it is, and Reach::said() reads it.
class ReachedEdge {
 public:
  /// Where a statement is: a link of the graph, or an entry of Reach::told.
  struct Source {
    std::uint64_t number = 0;
    bool in_graph = false;
  };

  ReachedEdge() = default;
  ReachedEdge(std::uint32_t from_in, std::uint32_t to_in, EdgeKind kind, Basis basis, Source source)
      : from(from_in),
        to(to_in),
        bits_(source.number << k_number_shift | (source.in_graph ? k_in_graph : 0U) |
              (basis == Basis::possible ? k_possible : 0U) | static_cast<std::uint64_t>(kind)) {}

  [[nodiscard]] EdgeKind kind() const { return static_cast<EdgeKind>(bits_ & k_kind); }
  [[nodiscard]] Basis basis() const { return (bits_ & k_possible) != 0 ? Basis::possible : Basis::declared; }
  [[nodiscard]] Source source() const { return {bits_ >> k_number_shift, (bits_ & k_in_graph) != 0}; }

  /// The same statement from the other end.
  [[nodiscard]] ReachedEdge reversed() const {
    ReachedEdge edge = *this;
    std::swap(edge.from, edge.to);
    return edge;
  }

  std::uint32_t from = 0;
  std::uint32_t to = 0;

 private:
  static constexpr std::uint64_t k_kind = 7;
  static constexpr std::uint64_t k_possible = 8;
  static constexpr std::uint64_t k_in_graph = 16;
  static constexpr unsigned k_number_shift = 5;

  std::uint64_t bits_ = 0;
};
static_assert(sizeof(ReachedEdge) == 16);

struct Reach {
  Direction direction = Direction::down;
  std::vector<ReachedNode> nodes;  ///< The root first, then in the order in which they were reached.
  std::vector<ReachedEdge> edges;
  std::unordered_map<std::uint32_t, Instant> until;  ///< Ends of installations and stays in containers, by edge.
  std::vector<UnitCode> units;
  const Graph* graph = nullptr;            ///< That of the reader, which must live as long as edges are asked for.
  std::vector<EdgeFact> told{EdgeFact{}};  ///< Statements that no link of the graph is; the first says nothing.
  NodeBounds bounds;                       ///< Of each node, once bound_quantities() has filled it.
  NodeIndex index;                         ///< Node to its place in `nodes`.
  bool through_class = false;              ///< Flow passed a unit known only by class.

  [[nodiscard]] EdgeFact said(const ReachedEdge& edge) const {
    const auto [number, in_graph] = edge.source();
    return in_graph ? said_by(*graph, graph->link(number)) : told[number];
  }
  [[nodiscard]] std::optional<Quantity> quantity(const EdgeFact& said) const {
    if (!said.has_quantity()) return std::nullopt;
    return Quantity{said.mantissa, said.scale, units[said.unit]};
  }
};

/// Walks from `root`. Deterministic for a given store and filter.
[[nodiscard]] Reach walk(const GenealogyReader& reader, Containment& containment, NodeId root, Direction direction);

/// Fills in the bounds of a walk down. `items` tells how units of measure convert when something happened, and must
/// read what `reader` reads. invalid_input when a sum leaves 128 bits.
[[nodiscard]] Result<void> bound_quantities(const GenealogyReader& reader, MasterData& items, Reach& reach);

}  // namespace lotledger::projections
