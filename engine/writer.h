// engine/writer.h - one ledger's writer at work: submissions from any thread, decided one by one, made durable in
// groups, answered only then. Owns the sequencer; the log, the facts and the folding are given to it.
#pragma once

#include "engine/log/group_commit.h"
#include "engine/sequencer.h"

#include <memory>
#include <span>
#include <vector>

namespace lotledger::engine {

class Writer {
 public:
  /// `log`, `facts` and `clock` must outlive the writer; `facts` stands at log.tail(). `on_durable` feeds the
  /// projections.
  Writer(WriterIdentity identity, Log& log, FactsFold& facts, Clock& clock, Instant last_recorded_at,
         DurableSink on_durable);
  /// Commits what was decided.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Decides `submissions` in order, waits until everything they were decided on is durable, returns their receipts
  /// (one each; an error is that of the single submission). Safe from any thread. When the log fails, every receipt is
  /// that error.
  [[nodiscard]] std::vector<Result<Receipt>> submit(std::vector<Submission> submissions);

  /// As submit(), without waiting: the receipts must not be shown to anybody before settle(their last position)
  /// returns. For bulk loads that keep the disk and the decision thread busy at once.
  [[nodiscard]] std::vector<Result<Receipt>> decide(std::vector<Submission> submissions);
  /// Waits until everything decided so far is durable.
  [[nodiscard]] Result<void> settle();
  /// Position of the last durable record.
  [[nodiscard]] Head durable() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lotledger::engine
