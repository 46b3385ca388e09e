// engine/log/recovery.h - what happens between taking the writer lock and the first append: judge the last segment, cut
// a torn tail, make durable what is left. Rules: docs/areas/log.md.
#pragma once

#include "engine/log/disk.h"
#include "engine/log/local_log.h"
#include "engine/log/log_files.h"
#include "engine/log/position_file.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::engine {

/// A log that is whole and durable to its last record, ready for the next one.
struct RecoveredLog {
  SegmentHeader segment;  ///< Of the growing segment, which is never full.
  std::shared_ptr<File> file;
  std::vector<std::uint64_t> offsets;
  std::uint64_t end = k_segment_header_bytes;
  Head last;
  PositionFile head;
  LogPosition published;  ///< What `head` says now.
  RecoveryReport report;
};

/// Recovers the log of `folder`. The caller holds the writer lock. not_found when there is no log, corrupt with the
/// position on damage that no crash explains, io.
[[nodiscard]] Result<RecoveredLog> recover_log(Disk& disk, const std::string& folder);

}  // namespace lotledger::engine
