// cli/projections_of.h - the projections that a command means.
#pragma once

#include "projections/runner.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::cli {

/// The projection of that name, or all of them when `name` is empty. not_found says what there is.
[[nodiscard]] Result<std::vector<std::unique_ptr<projections::Projection>>> projections_of(const std::string& name);

}  // namespace lotledger::cli
