// projections/graph_refresh.cc - when the adjacency snapshot is written, and where it lies.
#include "projections/graph_refresh.h"

#include "projections/graph_writer.h"
#include "projections/runner.h"

namespace lotledger::projections {

namespace {

constexpr std::string_view k_genealogy = "genealogy";

std::string folder_of(const std::string& stores_folder) {
  return stores_folder + "/" + std::string(k_genealogy) + "/graph";
}

}  // namespace

Result<void> refresh_graph(engine::Disk& disk, const std::string& stores_folder, engine::LogReader& log, Refresh when) {
  const auto genealogy = projection_named(k_genealogy);
  const std::string folder = folder_of(stores_folder);
  LL_ASSIGN(const auto newest, newest_graph(disk, folder, genealogy->fold_version()));
  if (when == Refresh::when_due && !graph_due(newest, log.durable().seq)) return {};
  LL_ASSIGN(const auto store,
            StoreFolder(stores_folder + "/" + std::string(k_genealogy)).open_secondary(genealogy->fold_version()));
  LL_ASSIGN(const bool written, write_graph(disk, folder, *store));
  static_cast<void>(written);  // A store that no graph can hold is read without one.
  return {};
}

Result<std::unique_ptr<GraphView>> open_graph(engine::Disk& disk, const std::string& stores_folder,
                                              const StoreReader& store, engine::LogReader& log) {
  return GraphView::open(disk, folder_of(stores_folder), store, log);
}

Result<GraphState> look_at_graph(engine::Disk& disk, const std::string& stores_folder, const StoreReader& store,
                                 engine::LogReader& log, bool whole) {
  GraphState state;
  const auto files = disk.list(folder_of(stores_folder));
  if (!files.has_value() && files.error().code == ErrorCode::not_found) return state;
  LL_TRY(files);
  state.any = !files->empty();
  LL_ASSIGN(const auto view, open_graph(disk, stores_folder, store, log));
  if (view == nullptr) return state;
  state.usable = view->graph().head().position.seq;
  state.intact = !whole || view->graph().intact();
  return state;
}

}  // namespace lotledger::projections
