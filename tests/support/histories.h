// tests/support/histories.h - random histories of a plant, as properties want them: any numbers make a history, the
// same numbers the same one, fewer numbers a shorter one.
#pragma once

#include "projections/runner.h"
#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace lotledger::tests {

/// One submission: what happens, to which unit, with which other unit, under which id.
using Step = std::array<std::uint8_t, 4>;

/// Units that occur in histories, as parse_unit() reads them.
[[nodiscard]] const std::vector<std::string>& history_units();

/// Submits the steps to a sequencer: facts of every type in any order of happening, shipments, packing, holds, refused
/// commands, equated units, withdrawals before and after what they withdraw and with events that tell it rightly,
/// voids, rejected, repaired and discarded rows, conflicts, repeated submissions, descriptions of parties and words; by
/// several people, for themselves and for others. Among the records are some that this program cannot read.
[[nodiscard]] std::unique_ptr<VectorLog> history(const std::vector<Step>& steps);

/// A store in memory that catch_up() folded `piece` records at a time, sealed after each.
[[nodiscard]] std::unique_ptr<projections::Store> folded_in_pieces(projections::Projection& projection, VectorLog& log,
                                                                   std::size_t piece);

/// Feeds records first.. of `log` in pieces of 1 to 5, flushing now and then. `choose` gives a number below its
/// argument.
template <typename Choose>
void feed_in_pieces(projections::LiveFold& fold, const VectorLog& log, std::size_t first, const Choose& choose) {
  while (first < log.records.size()) {
    const std::size_t size = std::min(1 + choose(std::size_t{5}), log.records.size() - first);
    const auto begin = log.records.begin() + static_cast<std::ptrdiff_t>(first);
    fold.feed({begin, begin + static_cast<std::ptrdiff_t>(size)});
    first += size;
    if (choose(std::size_t{8}) == 0) REQUIRE(fold.flush().has_value());
  }
}

}  // namespace lotledger::tests
