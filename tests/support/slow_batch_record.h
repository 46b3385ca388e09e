// tests/support/slow_batch_record.h - the history of a unit as slowly and obviously as it can be said: all events of
// the log, those that name the unit kept, sorted (docs/areas/batch_record.md). The fast one is compared with it.
#pragma once

#include "projections/batch_record.h"
#include "tests/support/test_ledger.h"

#include <vector>

namespace lotledger::tests {

/// What projections::history_of() must say after a fold of the whole log.
[[nodiscard]] std::vector<projections::HistoryEntry> slow_history(const VectorLog& log, const UnitKey& unit,
                                                                  const projections::TimeFilter& filter);

}  // namespace lotledger::tests
