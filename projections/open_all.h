// projections/open_all.h - several read models opened for folding at once: a start waits mostly for the disk.
#pragma once

#include "projections/runner.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::projections {

/// As open_for_folding() (projections/runner.h), for all of `projections`, each on a thread of its own. Returns them in
/// the same order, or the first failure in that order; waits for all of them either way.
[[nodiscard]] Result<std::vector<Folded>> open_all_for_folding(std::vector<std::unique_ptr<Projection>> projections,
                                                               const std::string& stores_folder,
                                                               engine::LogReader& log);

}  // namespace lotledger::projections
