// engine/log/paced_disk.h - a disk for reading in the background: whoever sets the pace is told of every read, may wait
// before the next one, and may end it all.
#pragma once

#include "engine/log/disk.h"

namespace lotledger::engine {

/// Decides when background reading goes on.
class Pace {
 public:
  Pace() = default;
  Pace(const Pace&) = delete;
  Pace& operator=(const Pace&) = delete;
  virtual ~Pace() = default;
  /// Called after each read. May wait. False: no further read; the reader gets `unavailable`.
  [[nodiscard]] virtual bool go_on(std::uint64_t bytes_read) = 0;
};

/// `disk`, with the reads of its files at that pace, in pieces of at most 1 MiB. Files that are opened for writing are
/// those of `disk`. Both must outlive it.
[[nodiscard]] std::unique_ptr<Disk> paced_disk(Disk& disk, Pace& pace);

}  // namespace lotledger::engine
