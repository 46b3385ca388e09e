// engine/kafka/lander.h - lands what a session wrote behind its back: the topic holds the accepted records already, so
// nobody has to wait for this node's disk.
#pragma once

#include "engine/kafka/follower.h"

#include <memory>

namespace lotledger::engine::kafka {

/// A thread of its own, which until the end is the only one that uses segments (for writing) and follower.
class Lander {
 public:
  /// All must outlive it. `sink` may be empty.
  Lander(Log& landed, Follower& follower, LandedSink sink);
  /// Lands what was given.
  ~Lander();
  Lander(const Lander&) = delete;
  Lander& operator=(const Lander&) = delete;

  /// Takes accepted records that continue what was given before; the last of them is at `last`. Blocks while more than
  /// 64 MiB wait. Fails with the first failure of the segments, for ever.
  [[nodiscard]] Result<void> add(std::vector<StoredRecord> records, Offset last);
  /// Waits until `seq` is durable here and was handed to the sink.
  [[nodiscard]] Result<void> wait(Seq seq);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lotledger::engine::kafka
