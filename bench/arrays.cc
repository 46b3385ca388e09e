// bench/arrays.cc - adjacency arrays: counted, filled, walked.
#include "bench/arrays.h"

#include <algorithm>

namespace lotledger::bench {
namespace {

struct Edge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
};

/// Of a flow that is no receipt.
Edge edge_of(const Graph& graph, const Flow& flow) {
  const std::uint32_t order = graph.units() + flow.order;
  return flow.kind == FlowKind::consume ? Edge{flow.unit, order} : Edge{order, flow.unit};
}

/// How far two sizes are apart, as a ratio in thousandths: 1000 for equal ones.
std::uint64_t apart(std::uint64_t a, std::uint64_t b) {
  return std::max(a, b) * 1000 / std::max<std::uint64_t>(std::min(a, b), 1);
}

/// Hubs and a sample of all units, as far as they came or were made in the first half of the flows: so that the past
/// knows them too.
std::vector<std::uint32_t> root_candidates(const Graph& graph) {
  constexpr std::uint32_t k_sampled = 400;
  std::vector<bool> known(graph.units());
  for (std::size_t flow = 0; flow < graph.flows.size() / 2; ++flow) {
    if (graph.flows[flow].kind != FlowKind::consume) known[graph.flows[flow].unit] = true;
  }
  std::vector<std::uint32_t> candidates = graph.hubs;
  for (std::uint32_t sample = 0; sample < k_sampled; ++sample)
    candidates.push_back(static_cast<std::uint32_t>(std::uint64_t{sample} * graph.units() / k_sampled));
  std::erase_if(candidates, [&](std::uint32_t unit) { return !known[unit]; });
  return candidates;
}

}  // namespace

AdjacencyArrays::AdjacencyArrays(const Graph& graph)
    : units_(graph.units()), first_(graph.nodes() + 1), seen_in_(graph.nodes()) {
  for (const Flow& flow : graph.flows) {
    if (flow.kind != FlowKind::receipt) ++first_[edge_of(graph, flow).from + 1];
  }
  for (std::size_t node = 1; node < first_.size(); ++node) first_[node] += first_[node - 1];
  to_.resize(first_.back());
  flow_.resize(first_.back());
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  for (std::size_t number = 0; number < graph.flows.size(); ++number) {
    if (graph.flows[number].kind == FlowKind::receipt) continue;
    const Edge edge = edge_of(graph, graph.flows[number]);
    const std::uint32_t place = next[edge.from]++;
    to_[place] = edge.to;
    flow_[place] = static_cast<std::uint32_t>(number);
  }
}

const Reached& AdjacencyArrays::walk(std::uint32_t root, std::uint32_t flows_before) {
  ++walk_;
  reached_.nodes.assign(1, root);
  reached_.orders = 0;
  seen_in_[root] = walk_;
  for (std::size_t at = 0; at < reached_.nodes.size(); ++at) {
    const std::uint32_t node = reached_.nodes[at];
    reached_.orders += node >= units_ ? 1 : 0;
    for (std::uint32_t place = first_[node]; place < first_[node + 1]; ++place) {
      if (flow_[place] >= flows_before || seen_in_[to_[place]] == walk_) continue;
      seen_in_[to_[place]] = walk_;
      reached_.nodes.push_back(to_[place]);
    }
  }
  return reached_;
}

Digest digest_of_refs(std::vector<std::string> refs) {
  std::ranges::sort(refs);
  std::string text;
  for (const std::string& ref : refs) {
    text += ref;
    text += '\n';
  }
  return sha256(text);
}

Digest digest_of_units(const Graph& graph, const std::vector<std::uint32_t>& nodes) {
  std::vector<std::string> refs;
  for (const std::uint32_t node : nodes) {
    if (node < graph.units()) refs.push_back(ref_of_unit(graph, node));
  }
  return digest_of_refs(std::move(refs));
}

std::uint32_t root_of_about(const Graph& graph, AdjacencyArrays& arrays, std::uint64_t wanted) {
  std::uint32_t best = graph.hubs.front();
  std::uint64_t distance = UINT64_MAX;
  for (const std::uint32_t candidate : root_candidates(graph)) {
    const std::uint64_t here = apart(arrays.walk(candidate).nodes.size(), wanted);
    if (here >= distance) continue;
    best = candidate;
    distance = here;
  }
  return best;
}

}  // namespace lotledger::bench
