// bench/graph_recall.cc - the graph, and recalls on it: arrays in memory beside the ledger, as the command line opens
// it.
#include "bench/graph_recall.h"

#include "bench/arrays.h"
#include "bench/graph_files.h"
#include "bench/measure.h"

#include "cli/json.h"
#include "cli/query.h"
#include "cli/reference.h"
#include "projections/reach.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <iostream>

namespace lotledger::bench {
namespace {

using cli::Json;

constexpr std::uint64_t k_nodes_max = 100'000'000;

Result<Graph> graph_of(const Options& options) {
  LL_ASSIGN(const std::uint64_t nodes, options.number("nodes", k_nodes_max));
  LL_ASSIGN(const std::uint64_t seed, options.number("seed", UINT64_MAX));
  if (nodes < 2000) return fail(ErrorCode::invalid_input, "--nodes: a graph has at least 2,000");
  return make_graph(static_cast<std::uint32_t>(nodes), seed);
}

Json answer_json(const Graph& graph, const Reached& reached) {
  return {{"units", reached.nodes.size() - reached.orders},
          {"orders", reached.orders},
          {"digest", digest_of_units(graph, reached.nodes).hex()}};
}

Json root_json(const Graph& graph, AdjacencyArrays& arrays, std::uint64_t wanted) {
  const std::uint32_t root = root_of_about(graph, arrays, wanted);
  Json json{{"wanted", wanted}, {"id", root}, {"ref", ref_of_unit(graph, root)}};
  json["now"] = answer_json(graph, arrays.walk(root));
  return json;
}

/// A walk in the ledger, and how long its parts took.
struct LedgerWalk {
  projections::Reach reach;
  std::int64_t ids_ns = 0;
  std::int64_t bounds_ns = 0;
};

Result<LedgerWalk> walk_ledger(cli::Query& query, projections::NodeId root) {
  LedgerWalk walk;
  const Stopwatch ids;
  walk.reach = projections::walk(query.reader(), query.containment(), root, projections::Direction::down);
  walk.ids_ns = ids.elapsed_ns();
  const Stopwatch bounds;
  LL_TRY(projections::bound_quantities(query.reader(), query.movements().items(), walk.reach));
  walk.bounds_ns = bounds.elapsed_ns();
  LL_TRY(query.check());
  return walk;
}

Json answer_json(const projections::GenealogyReader& reader, const projections::Reach& reach) {
  std::vector<std::string> refs;
  for (const projections::ReachedNode& node : reach.nodes) {
    if (node.type != projections::NodeType::process) refs.push_back(reader.node(node.id).key.ref());
  }
  const std::size_t units = refs.size();
  return {{"units", units}, {"orders", reach.nodes.size() - units}, {"digest", digest_of_refs(std::move(refs)).hex()}};
}

/// A data folder and the position of it that is asked for.
struct Asked {
  std::string data;
  std::string known_at;  ///< Empty: now.
};

/// Rounds of one walk in the ledger; all see one open data folder, as a service would.
Result<Json> time_ledger(const Asked& asked, const std::string& ref, std::uint64_t rounds) {
  cli::Output quiet{std::cerr, std::cerr};
  static const cli::Command none;
  cli::Call call(none, {asked.data, {}, {}, false}, quiet);
  if (!asked.known_at.empty()) call.add("known-at", asked.known_at);
  const Stopwatch opening;
  LL_ASSIGN(const auto query, cli::Query::open_all(call));
  LL_ASSIGN(const projections::Node root, cli::resolve_unit(*query, quiet, ref));
  Json json{{"open_ns", opening.elapsed_ns()}, {"ids_ns", Json::array()}, {"bounds_ns", Json::array()}};
  for (std::uint64_t round = 0; round < rounds; ++round) {
    LL_ASSIGN(const LedgerWalk walk, walk_ledger(*query, root.id));
    json["ids_ns"].push_back(walk.ids_ns);
    json["bounds_ns"].push_back(walk.bounds_ns);
    if (round == 0) json["answer"] = answer_json(query->reader(), walk.reach);
  }
  return json;
}

Json time_arrays(const Graph& graph, AdjacencyArrays& arrays, std::uint32_t root, std::uint32_t flows_before,
                 std::uint64_t rounds) {
  Json json{{"ids_ns", Json::array()}};
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const Stopwatch watch;
    static_cast<void>(arrays.walk(root, flows_before));
    json["ids_ns"].push_back(watch.elapsed_ns());
  }
  json["answer"] = answer_json(graph, arrays.walk(root, flows_before));
  return json;
}

}  // namespace

Result<void> bench_graph(const Options& options) {
  LL_ASSIGN(const Graph graph, graph_of(options));
  LL_ASSIGN(const std::string out, options.text("out"));
  LL_ASSIGN(const auto answers, options.numbers("answers", graph.nodes()));
  LL_ASSIGN(const std::uint64_t rows, write_graph(graph, out));
  AdjacencyArrays arrays(graph);
  Json json{{"kind", "graph"}, {"nodes", graph.nodes()}, {"units", graph.units()}, {"orders", graph.orders}};
  json["edges"] = arrays.edges();
  json["rows"] = rows;
  json["part_ends"] = std::vector<std::size_t>(graph.parts.begin() + 1, graph.parts.end());
  json["roots"] = Json::array();
  for (const std::uint64_t wanted : answers) json["roots"].push_back(root_json(graph, arrays, wanted));
  fmt::print("{}\n", json.dump());
  return {};
}

Result<void> bench_recall(const Options& options) {
  LL_ASSIGN(const Graph graph, graph_of(options));
  LL_ASSIGN(const std::string data, options.text("data"));
  LL_ASSIGN(const auto roots, options.numbers("roots", graph.units() - 1));
  LL_ASSIGN(const std::uint64_t past_parts, options.number("past-parts", graph.parts.size() - 1));
  LL_ASSIGN(const std::string known_at, options.text("known-at"));
  LL_ASSIGN(const std::uint64_t rounds, options.number("rounds", 10'000));
  const auto past_flows = static_cast<std::uint32_t>(rows_before(graph, past_parts));
  AdjacencyArrays arrays(graph);
  Json json{{"kind", "recall"}, {"roots", Json::array()}};
  for (const std::uint64_t number : roots) {
    const auto root = static_cast<std::uint32_t>(number);
    const std::string ref = ref_of_unit(graph, root);
    Json one{{"id", root}, {"ref", ref}, {"arrays", time_arrays(graph, arrays, root, UINT32_MAX, rounds)}};
    LL_ASSIGN(one["ledger"], time_ledger({data, {}}, ref, rounds));
    one["arrays_past"] = time_arrays(graph, arrays, root, past_flows, rounds);
    LL_ASSIGN(one["ledger_past"], time_ledger({data, known_at}, ref, rounds));
    json["roots"].push_back(std::move(one));
  }
  json["resident_kib"] = peak_resident_kib();
  fmt::print("{}\n", json.dump());
  return {};
}

}  // namespace lotledger::bench
