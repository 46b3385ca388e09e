// engine/log/segment_check.h - judges one segment by itself, whatever became of the others: for `doctor`, which names
// every damaged file, and for the scrub, which reads one segment at a time.
#pragma once

#include "engine/log/local_log.h"

#include <optional>
#include <string>

namespace lotledger::engine {

/// What one segment file holds.
struct SegmentCheck {
  Seq first = 0;
  std::uint64_t records = 0;  ///< Intact ones, from `first` on.
  std::uint64_t bytes = 0;    ///< Of the file.
  bool sealed = false;        ///< Full, with a footer that follows from its records.
  /// Where trust ends; empty for a sound segment and for one that a crash may have torn at its end.
  std::optional<LogVerification::Damage> damage{};
};

/// Reads every byte of the segment that begins at `first`: header, frames, checksums, bodies, chain, footer, and
/// whether its first record continues the trailer of the segment before. Takes no lock; beside a writer, ask for sealed
/// segments only. not_found when there is no such file, io.
[[nodiscard]] Result<SegmentCheck> check_segment(Disk& disk, const std::string& folder, Seq first);

}  // namespace lotledger::engine
