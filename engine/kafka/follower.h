// engine/kafka/follower.h - a node's reading of the partition: lands accepted records in its own segments, counts what
// is skipped, and finds out when the topic is not what it was.
#pragma once

#include "engine/kafka/place.h"
#include "engine/log/log.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lotledger::engine::kafka {

/// Gets landed records in seq order, after they are durable here.
using LandedSink = std::function<void(const std::vector<StoredRecord>& records)>;

/// What a follower stands on; all must outlive it.
struct NodeParts {
  Cluster& cluster;
  Disk& disk;
  Log& landed;         ///< The node's own segments.
  std::string folder;  ///< Of `place` and `fork-SEQ`; must exist.
  std::string topic;
  LandedSink on_landed;  ///< May be empty.
};

/// Not safe from several threads.
class Follower {
 public:
  /// Finds the stored place and reads its message again. io when it is gone or another one: the topic was truncated or
  /// made anew, and following it again would not help. unavailable when the cluster does not answer. corrupt when the
  /// place does not belong to `landed`.
  [[nodiscard]] static Result<std::unique_ptr<Follower>> open(NodeParts parts);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// Reads on to the end of the partition as it was when called, or later. conflict on a fork: the other record is kept
  /// in `fork-SEQ`. unavailable when the cluster does not answer; io when what was read before is gone.
  [[nodiscard]] Result<void> catch_up();
  /// Lands what has come; waits for it no longer than `wait_ms_max`. Returns how many records were landed.
  [[nodiscard]] Result<std::uint64_t> step(int wait_ms_max);
  /// Takes note of a record that this node wrote, which is landed already: the next one after place(), at `offset`.
  void wrote(const StoredRecord& record, Offset offset);
  /// Stores place(). Reading goes on from there after a restart; what was landed since is compared again.
  [[nodiscard]] Result<void> save();

  /// Of the last landed record.
  [[nodiscard]] const Place& place() const;
  /// Offset of the last message that was judged, -1 before the first. After a step, and where records are handed to
  /// on_landed, all that was accepted up to it is landed.
  [[nodiscard]] Offset read() const;
  /// Messages skipped so far, those after place() too.
  [[nodiscard]] const SkipCounts& skipped() const;
  /// Epoch of the last accepted record.
  [[nodiscard]] const Epoch& epoch() const;
  /// The end was reached, but this ledger has records in the partition that continue something else than what was
  /// accepted: this node must not call itself current.
  [[nodiscard]] bool diverged() const;

 private:
  class Impl;
  explicit Follower(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lotledger::engine::kafka
