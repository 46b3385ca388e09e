// engine/kafka/kafka_log.h - the ledger log of one writing session: what is appended is sent to the topic, and counts
// as durable when it is known to be accepted there. It is landed here besides. Nothing above notices the difference to
// the local log.
#pragma once

#include "engine/kafka/lander.h"

#include <deque>
#include <mutex>

namespace lotledger::engine::kafka {

/// Appends by the session's producer; reads what is landed, which may be a little less than durable(). Any number of
/// groups may be under way. After the first doubt about a record it refuses everything, and the session is over: who
/// goes on opens a new epoch (docs/areas/kafka.md). Destroying it lands what was accepted.
class KafkaLog final : public Log {
 public:
  /// All must outlive it; until its end nobody else may use `follower`, nor append to `landed`. `follower` stands at
  /// the end of `landed`, and its epoch is the session's. `on_landed` may be empty.
  KafkaLog(Log& landed, Follower& follower, Producer& producer, LandedSink on_landed = {});

  [[nodiscard]] const LedgerId& ledger() const override { return landed_.ledger(); }
  /// The last record known to be accepted.
  [[nodiscard]] Head durable() const override;
  [[nodiscard]] Result<void> read(Seq first, Seq last, const RecordVisitor& visit) override {
    return landed_.read(first, last, visit);
  }
  [[nodiscard]] Result<StoredRecord> at(Seq seq) override { return landed_.at(seq); }
  [[nodiscard]] Head tail() const override { return tail_; }
  /// Sends the records. unavailable: no more can be sent; what was sent before may still be accepted by sync().
  [[nodiscard]] Result<void> append(std::span<const StoredRecord> batch) override;
  /// Waits until the oldest record that was sent is accepted, and takes note of those after it whose reports are there
  /// already. unavailable ends the session: the fate of what was sent after durable() is not known.
  [[nodiscard]] Result<void> sync() override;
  /// Waits until an accepted record is landed: durable here, and seen by every reader of this node.
  [[nodiscard]] Result<void> wait_landed(Seq seq) { return lander_.wait(seq); }

 private:
  [[nodiscard]] Result<void> confirm_next();
  [[nodiscard]] Result<void> land(std::size_t accepted);
  [[nodiscard]] Result<void> over(const Error& error);

  Log& landed_;
  Producer& producer_;
  Head tail_;
  Offset offset_;                  ///< Of the last record known to be accepted.
  std::deque<StoredRecord> sent_;  ///< And not known to be accepted.
  Result<void> sending_;           ///< Fails at the latest with accepting_.
  Result<void> accepting_;
  mutable std::mutex mutex_;  ///< Guards accepted_.
  Head accepted_;
  Lander lander_;
};

}  // namespace lotledger::engine::kafka
