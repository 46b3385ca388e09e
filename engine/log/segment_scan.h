// engine/log/segment_scan.h - reads a segment's groups from a known point on, verifies every byte, and says exactly
// where what can be trusted ends and whether that is a torn tail or damage. Recovery, readers and `audit verify` all
// judge by this one function. The rule itself is explained in docs/areas/log.md.
#pragma once

#include "engine/log/disk.h"
#include "engine/log/segment.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lotledger::engine {

struct ScanRequest {
  SegmentHeader segment;
  std::uint64_t offset = k_segment_header_bytes;  ///< Where the first group to read begins.
  Head before;                                    ///< The record before it.
  Seq stop_before = k_no_seq;                     ///< First record not wanted; groups from it on are not read.
  std::optional<Head> known_durable{};            ///< From `head`: never torn up to here, and this leaf must be there.
  /// Sees every intact record; those that come after damage are none.
  std::function<void(const StoredRecord&)> visit{};
};

struct ScanDamage {
  Seq seq = 0;  ///< First record that cannot be trusted.
  std::uint64_t offset = 0;
  std::string why;
  /// True only in the last group and beyond every known durable position: then a crash may have done it.
  bool torn_tail = false;
};

struct ScanFinding {
  std::vector<std::uint64_t> offsets;  ///< Of the intact records' slots.
  Head last;                           ///< The last intact record, or `before`.
  std::uint64_t end = 0;               ///< Behind the last intact record; equals the frame's start if it has none.
  std::uint64_t last_group = 0;        ///< Offset of the frame that holds `last`; 0 when no record was read.
  Seq last_group_first = 0;
  std::optional<ScanDamage> damage;
};

/// Reads groups until the segment is full, `stop_before` is reached or the file ends. Damage is a finding; io is an
/// error. Takes the file's size before it reads, so that a group which a living writer is just writing looks torn,
/// never damaged.
[[nodiscard]] Result<ScanFinding> scan_segment(const File& file, const ScanRequest& request);

/// Reads exactly `size` bytes at `offset` into a fresh block; corrupt when the file ends before.
[[nodiscard]] Result<std::shared_ptr<const std::uint8_t>> read_block(const File& file, std::uint64_t offset,
                                                                     std::size_t size);

/// The trailer at the end of a sealed segment; nullopt when there is none that fits the segment.
[[nodiscard]] Result<std::optional<SegmentTrailer>> read_trailer(const File& file, const SegmentHeader& segment);

}  // namespace lotledger::engine
