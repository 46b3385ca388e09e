// tests/support/slow_bounds.h - bounds on quantities as slowly and obviously as they can be said: each node asks all
// that gives to it, in decimals of 128 bits. The fast ones are compared with these on random histories.
#pragma once

#include "projections/reach.h"

#include <vector>

namespace lotledger::tests {

/// Of each node of a walk down, processes and containers too (of which the fast ones say nothing).
[[nodiscard]] std::vector<projections::Bounds> slow_bounds(const projections::GenealogyReader& reader,
                                                           projections::MasterData& items,
                                                           const projections::Reach& reach);

}  // namespace lotledger::tests
