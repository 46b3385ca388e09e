// bench/graph_recall.h - benchmarks on the manufacturing graph, driven by bench/run. Each prints one JSON object.
#pragma once

#include "bench/options.h"

namespace lotledger::bench {

/// --nodes N --seed S --out DIR --answers SIZE,SIZE: writes the graph as files (graph_files.h), and says what it holds,
/// and for each size a lot below which there are about so many nodes.
[[nodiscard]] Result<void> bench_graph(const Options& options);
/// --nodes N --seed S --data DIR --roots ID,ID --past-parts P --known-at POSITION --rounds R: the ledger in DIR holds
/// the files of that graph. Walks down from each root, in arrays and in the ledger, as of now and as of the position at
/// which the first P parts were in. Answers are told by digests, times in nanoseconds, round by round.
[[nodiscard]] Result<void> bench_recall(const Options& options);
/// --data DIR --submitters N --seconds S: threads that each wait for the receipt of their submission, in this process.
[[nodiscard]] Result<void> bench_submit(const Options& options);

}  // namespace lotledger::bench
