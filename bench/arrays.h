// bench/arrays.h - the graph as adjacency arrays in memory, and the plain walk over them: the fastest that a recall can
// be, and the answer that all others are compared with.
#pragma once

#include "bench/graph.h"
#include "engine/base/hash.h"

namespace lotledger::bench {

/// What a walk down reached, the root included.
struct Reached {
  std::vector<std::uint32_t> nodes;  ///< In the order in which they were reached.
  std::uint64_t orders = 0;          ///< How many of them are orders.
};

class AdjacencyArrays {
 public:
  explicit AdjacencyArrays(const Graph& graph);

  [[nodiscard]] std::size_t edges() const { return to_.size(); }
  /// Every node below `root`. Only flows before `flows_before` count; default: all.
  [[nodiscard]] const Reached& walk(std::uint32_t root, std::uint32_t flows_before = UINT32_MAX);

 private:
  std::uint32_t units_;
  std::vector<std::uint32_t> first_;  ///< Of each node, into the columns below; one more at the end.
  std::vector<std::uint32_t> to_;
  std::vector<std::uint32_t> flow_;     ///< Number of the flow that the edge is.
  std::vector<std::uint32_t> seen_in_;  ///< The walk that reached a node last.
  std::uint32_t walk_ = 0;
  Reached reached_;
};

/// SHA-256 over the references of the units among `nodes`, sorted as bytes, each with a line feed behind it.
[[nodiscard]] Digest digest_of_units(const Graph& graph, const std::vector<std::uint32_t>& nodes);
/// The same of references.
[[nodiscard]] Digest digest_of_refs(std::vector<std::string> refs);

/// The unit whose walk comes closest to `wanted` nodes, among hubs and a sample of all units that the first half of the
/// flows knows.
[[nodiscard]] std::uint32_t root_of_about(const Graph& graph, AdjacencyArrays& arrays, std::uint64_t wanted);

}  // namespace lotledger::bench
