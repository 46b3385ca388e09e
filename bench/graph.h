// bench/graph.h - a manufacturing graph from a seed: lots of raw material become semi-finished lots, assemblies,
// finished lots and serials, by orders that mix lots of their time; some raw lots go into very many orders, and some
// orders are rework, which makes loops. It knows nothing of the engine, so that it can tell the engine's answers apart
// from right ones.
#pragma once

#include "engine/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lotledger::bench {

/// Stages of manufacturing. A unit is of one; an order is of the one that it makes.
enum class Stage : std::uint8_t { raw, semi, assembly, finished, serial };
inline constexpr std::size_t k_stages = 5;

/// What one row of a source file says.
enum class FlowKind : std::uint8_t { receipt, consume, output, rework };

/// One row of a source file, one event: `unit` arrived, or went into `order`, or came out of it.
struct Flow {
  std::uint32_t unit = 0;    ///< 0..units-1
  std::uint32_t order = 0;   ///< 0..orders-1; of a receipt without meaning.
  std::uint32_t minute = 0;  ///< Since the beginning of the year.
  FlowKind kind = FlowKind::receipt;
};

struct Graph {
  /// Units of a stage are [first_unit[stage], first_unit[stage + 1]); orders likewise. Rework has numbers after them.
  std::array<std::uint32_t, k_stages + 1> first_unit{};
  std::array<std::uint32_t, k_stages + 1> first_order{};
  std::uint32_t orders = 0;
  std::vector<std::uint32_t> hubs;  ///< Raw lots that go into very many orders, by falling number.
  std::vector<Flow> flows;          ///< By time.
  /// flows[parts[p]..parts[p + 1]) are part p. A part is sent as receipts, then consumption, then production.
  std::vector<std::size_t> parts;

  [[nodiscard]] std::uint32_t units() const { return first_unit.back(); }
  /// Nodes: units, then orders.
  [[nodiscard]] std::uint32_t nodes() const { return units() + orders; }
  [[nodiscard]] Stage stage_of(std::uint32_t unit) const;
};

/// `nodes` is met within one percent, except where it is too small for the hubs; at least 2,000. About 5.3 edges per
/// node. The same seed gives the same graph everywhere.
[[nodiscard]] Graph make_graph(std::uint32_t nodes, std::uint64_t seed);

/// A unit as people write it, `RM-0017/L0001234` or `UN-0003#S0001234`.
[[nodiscard]] std::string ref_of_unit(const Graph& graph, std::uint32_t unit);
/// `WO-0001234`
[[nodiscard]] std::string order_number(std::uint32_t order);

}  // namespace lotledger::bench
