// projections/record_cache.h - records of the log that one answer needs, each read once. Record bytes exist once, in
// the log.
#pragma once

#include "engine/log/log.h"
#include "projections/projection.h"

#include <map>
#include <vector>

namespace lotledger::projections {

/// Reads records by position for one answer. The first failure is kept; an answer made after it must not be shown.
class RecordCache {
 public:
  /// The log must outlive it.
  explicit RecordCache(engine::LogReader& log) : logs_{&log} {}
  /// Logs by LedgerIndex, for an answer over several ledgers.
  explicit RecordCache(std::vector<engine::LogReader*> logs) : logs_(std::move(logs)) {}

  /// The readable body at `at`, or nullptr when there is none this program can read.
  [[nodiscard]] const schema::Body* body(RecordPosition at);
  /// The event at `position`, or nullptr.
  [[nodiscard]] const schema::Event* event(EventPosition position);
  [[nodiscard]] const Result<void>& status() const { return status_; }

 private:
  std::vector<engine::LogReader*> logs_;
  std::map<RecordPosition, engine::StoredRecord> records_;
  Result<void> status_;
};

}  // namespace lotledger::projections
