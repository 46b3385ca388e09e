// projections/graph_view.h - a graph beside the store that it was made of, which may stand further on: which
// nodes it may speak for.
#pragma once

#include "engine/log/log.h"
#include "projections/graph.h"
#include "projections/store/store.h"

namespace lotledger::projections {

/// One thread.
class GraphView {
 public:
  /// The newest graph of `folder` that `store` goes on from, and that `log` vouches for; nullptr where there is none.
  [[nodiscard]] static Result<std::unique_ptr<GraphView>> open(engine::Disk& disk, const std::string& folder,
                                                               const StoreReader& store, engine::LogReader& log);
  /// `graph` was made of `store`, or of an earlier position of it.
  GraphView(std::unique_ptr<Graph> graph, const StoreReader& store);

  /// Names and types of all nodes; links only through links().
  [[nodiscard]] const Graph& graph() const { return *graph_; }
  /// All links of a node; nullopt where the store has to be asked.
  [[nodiscard]] std::optional<std::span<const PackedLink>> links(NodeId node) const {
    if (node >= changed_.size() || changed_[node]) return std::nullopt;
    return graph_->links(node);
  }
  /// What a node is, and which class it belongs to; nullptr where the store has to be asked.
  [[nodiscard]] const PackedNode* row(NodeId node) const {
    const PackedNode* const found = graph_->row(node);
    // A class that was first named later.
    const bool open = found != nullptr && found->item_class == k_no_node && new_classes_;
    return open && (found->type == NodeType::lot || found->type == NodeType::serial) ? nullptr : found;
  }
  /// Whether a node has no link of the kinds that `flag` of PackedNode stands for; false where that is not known here.
  [[nodiscard]] bool lacks(NodeId node, std::uint8_t flag) const {
    if (node >= changed_.size() || changed_[node]) return false;
    const PackedNode* const found = graph_->row(node);
    return found != nullptr && !found->has(flag);
  }

 private:
  std::unique_ptr<Graph> graph_;
  bool new_classes_ = false;   ///< A later record named a class for the first time.
  std::vector<bool> changed_;  ///< Nodes of the graph that later records touched.
};

}  // namespace lotledger::projections
