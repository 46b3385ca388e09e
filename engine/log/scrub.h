// engine/log/scrub.h - reads sealed segments again, one at a time, so that damage is found while a sound copy still
// exists somewhere; and remembers when each was read. Explained in docs/areas/log.md.
#pragma once

#include "engine/base/time.h"
#include "engine/log/segment_check.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::engine {

/// When a sealed segment was last read from its first to its last byte.
struct ScrubbedSegment {
  Seq first = 0;
  std::optional<Instant> at{};  ///< nullopt: never.
  bool sound = true;            ///< What was found then.
};

class Scrub {
 public:
  /// `log_folder` holds the segments; `state_path` is where the times are kept: a file that may vanish or be damaged at
  /// any moment, every segment then counts as never read. `disk` and `clock` must outlive it. Takes no lock.
  Scrub(Disk& disk, std::string log_folder, std::string state_path, Clock& clock)
      : disk_(disk), log_folder_(std::move(log_folder)), state_path_(std::move(state_path)), clock_(clock) {}

  /// All sealed segments, in order.
  [[nodiscard]] Result<std::vector<ScrubbedSegment>> segments();
  /// Reads the segment whose reading is longest ago, if that was before `before`, and remembers it. nullopt when every
  /// segment was read since. not_found, io, or what stopped the reading: then nothing is remembered.
  [[nodiscard]] Result<std::optional<SegmentCheck>> step(Instant before);

 private:
  [[nodiscard]] Result<void> remember(const SegmentCheck& check);

  Disk& disk_;
  const std::string log_folder_;
  const std::string state_path_;
  Clock& clock_;
};

}  // namespace lotledger::engine
