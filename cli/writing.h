// cli/writing.h - what a process that writes a ledger keeps open, whichever log the ledger stands on.
#pragma once

#include "cli/background_scrub.h"
#include "cli/ledger.h"
#include "engine/writer.h"
#include "projections/facts.h"

#include <memory>

namespace lotledger::cli {

/// The read models, folded live from durable records, but for the facts that deciding needs; and the slow scrub beside
/// them.
class LiveModels {
 public:
  /// Opens and catches up with `log`.
  [[nodiscard]] static Result<std::unique_ptr<LiveModels>> open(const LedgerInfo& info, engine::LogReader& log);
  /// Queues durable records for folding.
  void feed(const std::vector<engine::StoredRecord>& records) { fold_->feed(records); }
  /// For the close: everything fed is folded, the stores are settled, and the adjacency snapshot is written where one
  /// is due. Nothing may be fed any more.
  [[nodiscard]] Result<void> finish();

 private:
  LiveModels(LedgerInfo info, std::unique_ptr<projections::LiveFold> fold)
      : info_(std::move(info)), fold_(std::move(fold)), scrub_(info_) {}
  LedgerInfo info_;
  std::unique_ptr<projections::LiveFold> fold_;
  BackgroundScrub scrub_;
};

/// Facts and the writer that decides on them: one session on one log.
class DecidingSession {
 public:
  /// `log`, `clock` and what `on_durable` needs must outlive it. unavailable when the ledger asks for a later program.
  [[nodiscard]] static Result<std::unique_ptr<DecidingSession>> open(const LedgerInfo& info, engine::Log& log,
                                                                     Clock& clock, engine::DurableSink on_durable);
  [[nodiscard]] engine::Writer& writer() { return *writer_; }
  /// Settles and closes, the store of the facts too.
  [[nodiscard]] Result<void> close();
  /// Where a read has found the facts damaged, gives them up: the next session folds them anew.
  ~DecidingSession();
  DecidingSession(const DecidingSession&) = delete;
  DecidingSession& operator=(const DecidingSession&) = delete;

 private:
  explicit DecidingSession(std::string facts_folder) : facts_folder_(std::move(facts_folder)) {}
  std::string facts_folder_;
  std::unique_ptr<projections::Store> facts_store_;
  std::unique_ptr<projections::StoreFacts> facts_;
  std::unique_ptr<engine::Writer> writer_;
};

}  // namespace lotledger::cli
