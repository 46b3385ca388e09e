// engine/log/group_commit.h - the thread between deciding and durability: takes whatever is queued the moment the
// previous sync returned, writes it as one group, syncs, tells. Never waits while the disk is idle, never starts a
// group before the previous one is durable.
#pragma once

#include "engine/log/log.h"

#include <functional>
#include <memory>
#include <vector>

namespace lotledger::engine {

/// Receives durable records in seq order on the commit thread; must not block for long.
using DurableSink = std::function<void(const std::vector<StoredRecord>& records)>;

class GroupCommit {
 public:
  /// `log` must outlive this. `on_durable` may be empty.
  GroupCommit(Log& log, DurableSink on_durable);
  /// Commits what is queued, then stops the thread.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  /// Queues records that continue what was queued before. Blocks while more than 64 MiB wait for the disk.
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
