// projections/graph_writer.h - makes the adjacency snapshot of a genealogy store, and says when one is due.
#pragma once

#include "projections/graph.h"
#include "projections/store/store.h"

namespace lotledger::projections {

/// Writes the graph of `store` as it stands into `folder` (made where missing) and removes older ones. False where the
/// store is empty or has more nodes, records or units of measure than a graph can number: there is none then.
[[nodiscard]] Result<bool> write_graph(engine::Disk& disk, const std::string& folder, const StoreReader& store);

/// Whether so much was recorded since the newest graph that a new one is due.
[[nodiscard]] bool graph_due(const std::optional<GraphHead>& newest, Seq seq);

}  // namespace lotledger::projections
