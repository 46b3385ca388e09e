// projections/record_cache.h - records of the log that one answer needs, each read once. Record bytes exist once, in
// the log.
#pragma once

#include "engine/log/log.h"
#include "projections/projection.h"

#include <unordered_map>

namespace lotledger::projections {

/// Reads records by position for one answer. The first failure is kept; an answer made after it must not be shown.
class RecordCache {
 public:
  explicit RecordCache(engine::LogReader& log) : log_(log) {}

  /// The readable body at `seq`, or nullptr when there is none this program can read.
  [[nodiscard]] const schema::Body* body(Seq seq);
  /// The event at `position`, or nullptr.
  [[nodiscard]] const schema::Event* event(EventPosition position);
  [[nodiscard]] const Result<void>& status() const { return status_; }

 private:
  engine::LogReader& log_;
  std::unordered_map<Seq, engine::StoredRecord> records_;
  Result<void> status_;
};

}  // namespace lotledger::projections
