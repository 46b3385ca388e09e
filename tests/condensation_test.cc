// tests/condensation_test.cc - components and their order, against a search from every node.
#include "projections/condensation.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>

namespace lotledger::tests {

using namespace projections;

namespace {

using Edge = std::pair<std::uint32_t, std::uint32_t>;

Adjacency<> adjacency_of(std::size_t nodes, const std::vector<Edge>& edges) {
  return Adjacency<>(nodes, [&](const auto& visit) {
    for (const auto& [from, to] : edges) visit(from, to);
  });
}

/// What a search from each node finds, the node itself included.
std::vector<std::vector<bool>> reachable(std::size_t nodes, const std::vector<Edge>& edges) {
  std::vector<std::vector<bool>> reached(nodes, std::vector<bool>(nodes));
  for (std::size_t node = 0; node < nodes; ++node) reached[node][node] = true;
  for (std::size_t round = 0; round < nodes; ++round) {
    for (const auto& [from, to] : edges) {
      for (std::size_t start = 0; start < nodes; ++start)
        if (reached[start][from]) reached[start][to] = true;
    }
  }
  return reached;
}

}  // namespace

TEST_CASE("condensation: nodes that reach each other are one component, and edges lead to later ones") {
  CHECK(rc::check("as a search from every node says", [] {
    const auto nodes = *rc::gen::inRange<std::size_t>(1, 12);
    const auto node = rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(nodes));
    const auto edges = *rc::gen::container<std::vector<Edge>>(rc::gen::pair(node, node));
    const Condensation components(adjacency_of(nodes, edges));
    const auto reached = reachable(nodes, edges);
    std::map<std::uint32_t, std::size_t> component_of;
    for (std::size_t number = 0; number < components.size(); ++number) {
      RC_ASSERT(!components[number].empty());
      for (const std::uint32_t member : components[number]) RC_ASSERT(component_of.emplace(member, number).second);
    }
    RC_ASSERT(component_of.size() == nodes);
    for (std::uint32_t a = 0; a < nodes; ++a) {
      for (std::uint32_t b = 0; b < nodes; ++b)
        RC_ASSERT((component_of[a] == component_of[b]) == (reached[a][b] && reached[b][a]));
    }
    for (const auto& [from, to] : edges) RC_ASSERT(component_of[from] <= component_of[to]);
  }));
}

TEST_CASE("condensation: from some nodes on, it holds what they lead to and nothing else") {
  CHECK(rc::check("as a search from these nodes says", [] {
    const auto nodes = *rc::gen::inRange<std::size_t>(1, 12);
    const auto node = rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(nodes));
    const auto edges = *rc::gen::container<std::vector<Edge>>(rc::gen::pair(node, node));
    const auto starts = *rc::gen::container<std::vector<std::uint32_t>>(node);
    const Adjacency<> next = adjacency_of(nodes, edges);
    const Condensation whole(next);
    const Condensation some(nodes, starts, [&next](std::uint32_t from) { return next[from]; });
    const auto reached = reachable(nodes, edges);
    std::vector<bool> wanted(nodes);
    for (const std::uint32_t start : starts) {
      for (std::size_t at = 0; at < nodes; ++at) wanted[at] = wanted[at] || reached[start][at];
    }
    const auto components_of = [&](const Condensation& all) {
      std::set<std::set<std::uint32_t>> components;
      for (std::size_t number = 0; number < all.size(); ++number) {
        if (wanted[all[number][0]]) components.emplace(all[number].begin(), all[number].end());
      }
      return components;
    };
    RC_ASSERT(components_of(some) == components_of(whole));
    RC_ASSERT(components_of(some).size() == some.size());
  }));
}

TEST_CASE("condensation: a chain of a hundred thousand nodes needs no recursion") {
  constexpr std::uint32_t k_nodes = 100'000;
  std::vector<Edge> edges;
  for (std::uint32_t node = 0; node + 1 < k_nodes; ++node) edges.emplace_back(node, node + 1);
  CHECK(Condensation(adjacency_of(k_nodes, edges)).size() == k_nodes);
  edges.emplace_back(k_nodes - 1, 0);
  CHECK(Condensation(adjacency_of(k_nodes, edges)).size() == 1);
}

}  // namespace lotledger::tests
