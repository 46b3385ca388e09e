// projections/batch_record.h - everything that happened to a unit, in order: the electronic device history record.
// Record bytes stay in the log; here are postings only. Explained in docs/areas/batch_record.md (21 CFR 820.35, ISO
// 13485:2016 7.5.1).
#pragma once

#include "projections/genealogy.h"
#include "projections/projection.h"

#include <vector>

namespace lotledger::projections {

class BatchRecordProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "batch_record"; }
  [[nodiscard]] std::uint32_t fold_version() const override { return 1; }
  void apply(const FoldInput& input, Store& store) override;
};

/// One event of a unit's history.
struct HistoryEntry {
  EventPosition position;
  Instant occurred_at;
  std::optional<Seq> withdrawn_by;  ///< The fact was withdrawn; shown struck out, never hidden.
};

/// All events that name the unit (or name it as the lot of a serial), ordered by (occurred_at, position). Filter as in
/// traces, but withdrawn facts are included and marked: a batch record shows what was once said. Events without a time
/// of their own (holds, voids, refusals) count from when they were recorded. Complete but for unreadable_records()
/// (projections/unreadable.h); ask store.failure() afterwards.
[[nodiscard]] std::vector<HistoryEntry> history_of(const StoreReader& store, const UnitKey& unit,
                                                   const TimeFilter& filter);

}  // namespace lotledger::projections
