// cli/kafka_follow.h - keeping copies of ledgers on Kafka current: landing and folding what others write.
#pragma once

#include "cli/command.h"
#include "cli/ledger.h"
#include "cli/stop_signal.h"

#include <vector>

namespace lotledger::cli {

/// The ledger that was named; else all of the data folder that stand on Kafka, and a note for each of the others.
/// not_found when there is none.
[[nodiscard]] Result<std::vector<LedgerInfo>> ledgers_to_follow(const Call& call);

/// Follows all of them at once, each on a thread of its own, until a signal comes. A ledger that cannot be followed any
/// more (fork, diverged, truncated topic, disk) is told on stderr when that happens, and the others go on; ends when
/// none is left. Returns how the first failure ends the program, ok when there was none.
[[nodiscard]] Exit follow_all(const Output& output, const std::vector<LedgerInfo>& ledgers, StopSignal& stop);

}  // namespace lotledger::cli
