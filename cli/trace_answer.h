// cli/trace_answer.h - a trace with everything that is printed of it, in an order that does not depend on the order in
// which files came in; its JSON form, and its rows.
#pragma once

#include "cli/json.h"
#include "cli/listing.h"
#include "projections/completeness.h"
#include "projections/trace.h"
#include "projections/unit_state.h"

#include <array>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::cli {

/// Status of a node: what became of it, and whether a hold stands. Processes have none.
struct NodeStatus {
  std::optional<projections::Existence> existence;
  bool held = false;
};
[[nodiscard]] NodeStatus status_of(const projections::UnitState& state);
/// `in stock`, `in stock, held`; empty for a process.
[[nodiscard]] std::string status_text(const NodeStatus& status);

/// What `trace` prints, gathered.
struct TraceAnswer {
  Cut cut;
  projections::Trace trace;
  projections::Completeness completeness;
  std::vector<NodeStatus> status;  ///< Of each node of the trace.
  UnitCode root_unit{};            ///< Unit of all bounds; empty where the root's amount is not known.
};

/// What people call a node: a unit's ref, or a process id.
[[nodiscard]] std::string ref_of(const projections::Node& node);

/// Indexes of nodes by (depth, type, ref).
[[nodiscard]] std::vector<std::size_t> sorted_nodes(const projections::Trace& trace);
/// Indexes of edges by (from, to, kind, time, quantity), position last, because positions depend on the order of
/// import.
[[nodiscard]] std::vector<std::size_t> sorted_edges(const projections::Trace& trace);

/// Members of a node that traces and recall scopes share.
struct NodeFacts {
  const projections::Node& node;
  projections::NodeType type;
  std::uint32_t depth = 0;
  bool certain = true;
  const projections::Bounds& bounds;
  UnitCode unit{};
  NodeStatus status;
};
[[nodiscard]] NodeFacts facts_of(const TraceAnswer& answer, std::size_t node);
[[nodiscard]] Json node_json(const NodeFacts& facts);

/// The same as text, in the order of node_columns(); what is null is empty. Views are those of the facts.
class NodeRow {
 public:
  static constexpr std::size_t k_columns = 13;
  explicit NodeRow(const NodeFacts& facts);
  NodeRow(const NodeRow&) = delete;
  NodeRow& operator=(const NodeRow&) = delete;
  [[nodiscard]] std::span<const std::string_view> cells() const { return cells_; }

 private:
  std::string ref_;
  std::string epc_;
  std::string depth_;
  std::string low_;
  std::string high_;
  std::string status_;
  std::array<std::string_view, k_columns> cells_;
};
/// Columns of the members of node_json().
[[nodiscard]] std::vector<ListingColumn> node_columns();
[[nodiscard]] Json edge_json(const Cut& cut, const projections::Trace& trace, const projections::TraceEdge& edge);
/// {kind: "trace", direction, root, position, complete, missing, caveats, nodes, edges}
void print_trace_json(std::ostream& out, const TraceAnswer& answer);

}  // namespace lotledger::cli
