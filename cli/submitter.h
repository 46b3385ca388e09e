// cli/submitter.h - the writing side of a ledger. Here log, facts, projections, writer and socket are wired together.
#pragma once

#include "cli/ledger.h"
#include "engine/writer.h"

#include <memory>
#include <vector>

namespace lotledger::cli {

/// Where submissions go: this process's own writer, or the socket of the process that writes the ledger now.
class Submitter {
 public:
  Submitter() = default;
  Submitter(const Submitter&) = delete;
  Submitter& operator=(const Submitter&) = delete;
  virtual ~Submitter() = default;

  /// One receipt per submission, in order; returns when all are durable.
  [[nodiscard]] virtual std::vector<Result<engine::Receipt>> submit(std::vector<engine::Submission> submissions) = 0;
  /// As submit, without waiting; the receipts may be counted but not shown before settle().
  [[nodiscard]] virtual std::vector<Result<engine::Receipt>> decide(std::vector<engine::Submission> submissions) = 0;
  /// Everything decided so far is durable.
  [[nodiscard]] virtual Result<void> settle() = 0;
  /// Settles, folds and flushes the projections (own writer), closes the log.
  [[nodiscard]] virtual Result<void> close() = 0;
};

/// Takes the writer lock and opens the ledger for writing, serving its socket meanwhile; when another process holds the
/// lock, connects to its socket instead, and goes on with the next writer when that one ends. unavailable when a
/// process holds the lock and answers nobody for 20 seconds.
[[nodiscard]] Result<std::unique_ptr<Submitter>> open_submitter(const LedgerInfo& info);

}  // namespace lotledger::cli
