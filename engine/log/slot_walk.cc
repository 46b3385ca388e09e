// engine/log/slot_walk.cc - frame after frame, header after header.
#include "engine/log/slot_walk.h"

namespace lotledger::engine {

namespace {

/// Adds the slots of one group, which begin at found.end, up to `last`; false where they are not all there.
bool walk_group(Bytes file, const FrameHeader& frame, Seq last, SlotOffsets& found) {
  for (std::uint64_t i = 0; i < frame.count && frame.first + i <= last; ++i) {
    if (found.end > file.size() || file.size() - found.end < k_header_bytes) return false;
    const auto header = decode_header(file.subspan(found.end, k_header_bytes));
    if (!header || header->seq != frame.first + i) return false;
    found.offsets.push_back(found.end);
    found.end += slot_bytes(header->body_bytes);
  }
  return found.end <= file.size();
}

}  // namespace

std::optional<SlotOffsets> walk_slots(Bytes file, const SegmentHeader& segment, Seq last) {
  SlotOffsets found;
  std::uint64_t at = k_segment_header_bytes;
  while (segment.first + found.offsets.size() <= last) {
    if (at > file.size() || file.size() - at < k_frame_header_bytes) return std::nullopt;
    const auto frame = decode_frame_header(file.subspan(at, k_frame_header_bytes), at);
    if (!frame || frame->count == 0 || frame->first != segment.first + found.offsets.size()) return std::nullopt;
    found.end = at + k_frame_header_bytes;
    if (!walk_group(file, *frame, last, found)) return std::nullopt;
    at = at + k_frame_header_bytes + frame->payload_bytes;
  }
  return found;
}

}  // namespace lotledger::engine
