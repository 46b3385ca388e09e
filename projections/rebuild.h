// projections/rebuild.h - several read models folded anew at once: the log is read and checked once, each model folds
// on a thread of its own.
#pragma once

#include "projections/runner.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::projections {

/// As rebuild() (projections/runner.h), for all of `projections`: new generations beside the current ones, which are
/// switched to only when every one of them is whole. Returns their digests, in the same order. The first failure of log
/// or stores; the current generations then stay in use. `progress` is called with the last seq that was read.
[[nodiscard]] Result<std::vector<StoreDigest>> rebuild_all(const std::vector<std::unique_ptr<Projection>>& projections,
                                                           const std::string& stores_folder, engine::LogReader& log,
                                                           const Progress& progress = {});

}  // namespace lotledger::projections
