// engine/log/group_commit.h - the thread between deciding and durability: takes whatever is queued the moment the
// previous sync returned, appends it as one group, syncs, tells. Where a sync makes only a part durable (a log that has
// several groups under way), the next group is on its way before the previous one is durable. With nothing under way it
// waits, at most 5 ms, for as many records as were answered last: a lone submitter never waits.
#pragma once

#include "engine/log/log.h"

#include <functional>
#include <memory>
#include <vector>

namespace lotledger::engine {

/// Receives durable records in seq order on the commit thread; must not block for long.
using DurableSink = std::function<void(const std::vector<StoredRecord>& records)>;

/// Hears once, on the commit thread, that the log failed: nothing becomes durable any more.
using FailureSink = std::function<void(const Error& error)>;

class GroupCommit {
 public:
  /// `log` must outlive this; until then nobody else appends to it. `on_durable` and `on_failure` may be empty.
  GroupCommit(Log& log, DurableSink on_durable, FailureSink on_failure = {});
  /// Commits what is queued, then stops the thread.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  /// Queues records that continue what was queued before. Blocks while more than 64 MiB are not durable.
  [[nodiscard]] Result<void> enqueue(std::vector<StoredRecord> batch);
  /// Blocks until `seq` is durable and was handed to on_durable, or the log failed (that error, for ever).
  [[nodiscard]] Result<void> wait(Seq seq);
  /// Last durable record, without waiting.
  [[nodiscard]] Head durable() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lotledger::engine
