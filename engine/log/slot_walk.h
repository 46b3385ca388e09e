// engine/log/slot_walk.h - where the records of a segment stand that has no index yet.
#pragma once

#include "engine/log/segment.h"

#include <optional>
#include <vector>

namespace lotledger::engine {

/// Of each slot from the segment's first record on, and behind the last one.
struct SlotOffsets {
  std::vector<std::uint64_t> offsets;
  std::uint64_t end = 0;
};

/// Goes from record to record up to `last` by the lengths that they state; `file` begins with the segment's header.
/// Bodies are not looked at: whoever reads at an offset checks what is there (log_reading.h). nullopt where frames and
/// headers do not lead to `last`; why, says scan_segment().
[[nodiscard]] std::optional<SlotOffsets> walk_slots(Bytes file, const SegmentHeader& segment, Seq last);

}  // namespace lotledger::engine
