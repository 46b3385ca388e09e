// projections/graph_refresh.h - keeping the adjacency snapshot (docs/areas/graph.md) beside its store.
#pragma once

#include "engine/log/disk.h"
#include "engine/log/log.h"
#include "projections/graph_view.h"

#include <string>

namespace lotledger::projections {

/// When a graph is written.
enum class Refresh : std::uint8_t {
  when_due,  ///< Enough was recorded since the last one.
  now,
};

/// Writes the graph of the flushed genealogy store in `stores_folder`. May run beside readers and a folding process,
/// not beside itself.
[[nodiscard]] Result<void> refresh_graph(engine::Disk& disk, const std::string& stores_folder, engine::LogReader& log,
                                         Refresh when);

/// The graph that goes with `store`, which stands where `log` stands; nullptr where there is none.
[[nodiscard]] Result<std::unique_ptr<GraphView>> open_graph(engine::Disk& disk, const std::string& stores_folder,
                                                            const StoreReader& store, engine::LogReader& log);

/// What stands in the graph's folder.
struct GraphState {
  bool any = false;           ///< Some file.
  std::optional<Seq> usable;  ///< Position of a graph that answers may use.
  bool intact = true;         ///< Nothing in it is damaged, as far as was read.
};
/// Looks, for who examines a data folder; reads everything where `whole`.
[[nodiscard]] Result<GraphState> look_at_graph(engine::Disk& disk, const std::string& stores_folder,
                                               const StoreReader& store, engine::LogReader& log, bool whole);

}  // namespace lotledger::projections
