// projections/graph_view.cc - finding the graph that belongs to a store, and what was recorded since.
#include "projections/graph_view.h"

#include "projections/genealogy_keys.h"
#include "projections/runner.h"

namespace lotledger::projections {

namespace keys = genealogy_keys;

GraphView::GraphView(std::unique_ptr<Graph> graph, const StoreReader& store)
    : graph_(std::move(graph)), changed_(graph_->head().nodes + 1) {
  const std::string first = keys::by_number('t', graph_->head().position.seq + 1);
  store.scan(first, "u", [&](std::string_view, std::string_view value) {
    keys::each_node(value, [&](NodeId node) {
      if (node < changed_.size()) changed_[node] = true;
    });
    return true;
  });
  store.scan(keys::by_number('i', graph_->head().nodes + 1), "j", [&](std::string_view, std::string_view value) {
    new_classes_ = keys::read_node(k_no_node, value).key.type() == UnitType::item_class;
    return !new_classes_;
  });
}

Result<std::unique_ptr<GraphView>> GraphView::open(engine::Disk& disk, const std::string& folder,
                                                   const StoreReader& store, engine::LogReader& log) {
  const StorePosition position = store.position();
  LL_ASSIGN(const auto newest, newest_graph(disk, folder, position.fold_version));
  const Seq durable = log.durable().seq;
  if (!newest || durable == k_no_seq || position.head.seq == k_no_seq) return nullptr;
  const Head& head = newest->position;
  if (head.seq > position.head.seq || head.seq > durable) return nullptr;
  LL_ASSIGN(const bool stands, stands_in(log, head));
  if (!stands) return nullptr;
  auto graph = Graph::open(disk, folder, head.seq);
  // Damaged, or just replaced by a newer one: an answer needs none.
  if (!graph.has_value()) return nullptr;
  return std::make_unique<GraphView>(std::move(*graph), store);
}

}  // namespace lotledger::projections
