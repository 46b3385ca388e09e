// engine/log/log.h - the ledger log as everybody above sees it: append decided records, read from a position, know what
// is durable. The local log (local_log.h) is the reference; the Kafka ledger is a second implementation of this
// interface, and nothing above notices which one it stands on.
#pragma once

#include "engine/log/record.h"

#include <functional>
#include <span>

namespace lotledger::engine {

/// Called for each record in seq order; returning false ends the reading early without error.
using RecordVisitor = std::function<bool(const StoredRecord&)>;

/// Read side. Any number of threads may read beside one appending thread.
class LogReader {
 public:
  LogReader() = default;
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;
  virtual ~LogReader() = default;

  [[nodiscard]] virtual const LedgerId& ledger() const = 0;
  /// The last record that is known to survive a crash; seq k_no_seq when there is none. Readers stop there.
  [[nodiscard]] virtual Head durable() const = 0;
  /// Visits records first..last (inclusive, clipped to durable()). Each record's body hash, and the chain between
  /// visited neighbours, are verified. corrupt names ledger, seq and what differs; records before it were visited.
  [[nodiscard]] virtual Result<void> read(Seq first, Seq last, const RecordVisitor& visit) = 0;
  /// One record. not_found beyond durable().
  [[nodiscard]] virtual Result<StoredRecord> at(Seq seq) = 0;
};

/// Append side: one thread at a time.
class Log : public LogReader {
 public:
  /// Where the next record goes: the last appended record, durable or not.
  [[nodiscard]] virtual Head tail() const = 0;
  /// Queues records that continue tail() (asserted: seq and previous hash). They are readable once durable.
  [[nodiscard]] virtual Result<void> append(std::span<const StoredRecord> batch) = 0;
  /// Makes more of what was appended durable, in order and at least the oldest record, and moves durable() there. How
  /// much more is up to the log: what is to be had with one wait. Nothing to do where all is durable. Any failure is
  /// final: what is not durable() then never will be (its state is unknown), the log refuses all further work, and the
  /// process must stop and recover.
  [[nodiscard]] virtual Result<void> sync() = 0;
};

/// Repeats sync() until everything appended is durable.
[[nodiscard]] inline Result<void> sync_all(Log& log) {
  while (log.durable() != log.tail()) LL_TRY(log.sync());
  return {};
}

}  // namespace lotledger::engine
