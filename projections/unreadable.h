// projections/unreadable.h - records that a read model could not read. Every answer that may touch one says so.
#pragma once

#include "projections/store/store.h"

#include <vector>

namespace lotledger::projections {

/// Notes, under the key b <seq>, that the record at `seq` has no body that this program can read.
void note_unreadable(Store& store, Seq seq);
/// All such records up to `known_at` (inclusive), ascending.
[[nodiscard]] std::vector<Seq> unreadable_records(const StoreReader& store, Seq known_at = k_no_seq);

}  // namespace lotledger::projections
