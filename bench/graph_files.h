// bench/graph_files.h - the graph as files: plain rows for the program, tables for databases.
#pragma once

#include "bench/graph.h"

#include <string>

namespace lotledger::bench {

/// Writes below `folder`, which exists:
///   part-NN/{receipts,consumption,production}.csv   plain rows, docs/formats/plain.md
///   part-NN/events.csv   the same rows in the same order:
///   seq,id,kind,at,reported_at,order,operation,unit,quantity,uom,basis,location nodes.csv            id,ref,is_order;
///   units, then orders edges.csv            from,to,seq
/// `seq` numbers the rows from 1 in the order in which the program takes them. Times and seq are of the row, so that
/// "the first N parts" is the same question to everybody. Returns how many rows there are; io names the file.
[[nodiscard]] Result<std::uint64_t> write_graph(const Graph& graph, const std::string& folder);

/// Number of rows in the first `parts` parts.
[[nodiscard]] std::uint64_t rows_before(const Graph& graph, std::size_t parts);

}  // namespace lotledger::bench
