// projections/trace.cc - names for what a walk reached, and paths in it.
#include "projections/trace.h"

#include <algorithm>
#include <deque>

namespace lotledger::projections {

Trace named_nodes(const GenealogyReader& reader, const Reach& reach) {
  Trace trace;
  trace.direction = reach.direction;
  trace.nodes.reserve(reach.nodes.size());
  for (std::size_t at = 0; at < reach.nodes.size(); ++at) {
    const ReachedNode& node = reach.nodes[at];
    const Bounds bounds = at < reach.bounds.size() ? reach.bounds[at] : Bounds{};
    trace.nodes.push_back({reader.node(node.id), node.type, node.depth, node.certain, bounds});
  }
  return trace;
}

Trace named(const GenealogyReader& reader, const Reach& reach) {
  Trace trace = named_nodes(reader, reach);
  trace.edges.reserve(reach.edges.size());
  for (std::uint32_t at = 0; at < reach.edges.size(); ++at) {
    const ReachedEdge& edge = reach.edges[at];
    const auto until = reach.until.find(at);
    const EdgeFact said = reach.said(edge);
    trace.edges.push_back({edge.from, edge.to, edge.kind(), edge.basis(), reach.quantity(said), said.at,
                           until == reach.until.end() ? std::nullopt : std::optional(until->second), said.position});
  }
  return trace;
}

std::vector<std::size_t> path_to(const Trace& trace, std::size_t node) {
  std::vector<std::vector<std::size_t>> incident(trace.nodes.size());
  for (std::size_t edge = 0; edge < trace.edges.size(); ++edge) {
    incident[trace.edges[edge].from].push_back(edge);
    incident[trace.edges[edge].to].push_back(edge);
  }
  constexpr std::size_t k_none = ~std::size_t{0};
  std::vector<std::size_t> came_by(trace.nodes.size(), k_none);
  std::vector<bool> seen(trace.nodes.size(), false);
  std::deque<std::size_t> queue{0};
  seen[0] = true;
  while (!queue.empty() && !seen[node]) {
    const std::size_t at = queue.front();
    queue.pop_front();
    for (const std::size_t edge : incident[at]) {
      const bool down = trace.edges[edge].from == at;
      const bool allowed = trace.edges[edge].kind == EdgeKind::same_as || down == (trace.direction != Direction::up);
      const std::size_t other = down ? trace.edges[edge].to : trace.edges[edge].from;
      if (!allowed || seen[other]) continue;
      seen[other] = true;
      came_by[other] = edge;
      queue.push_back(other);
    }
  }
  std::vector<std::size_t> path;
  for (std::size_t at = node; came_by[at] != k_none;) {
    path.push_back(came_by[at]);
    const TraceEdge& edge = trace.edges[came_by[at]];
    at = edge.to == at ? edge.from : edge.to;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace lotledger::projections
