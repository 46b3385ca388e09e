// engine/log/log_files.h - the names of a log's files in its folder, and how damage in one of them is reported.
#pragma once

#include "engine/log/disk.h"
#include "engine/log/position_file.h"
#include "engine/log/segment.h"

#include <string>
#include <vector>

namespace lotledger::engine {

[[nodiscard]] inline std::string lock_path(const std::string& folder) {
  return folder + "/lock";
}
[[nodiscard]] inline std::string head_path(const std::string& folder) {
  return folder + "/head";
}
[[nodiscard]] inline std::string durable_path(const std::string& folder) {
  return folder + "/durable";
}
[[nodiscard]] inline std::string segment_path(const std::string& folder, Seq first) {
  return folder + "/" + segment_name(first);
}

/// First seqs of the segment files in `folder`, ascending. Does not judge whether one is missing.
[[nodiscard]] Result<std::vector<Seq>> list_segments(Disk& disk, const std::string& folder);
/// Opens a segment and reads its header. corrupt when the header is damaged or contradicts the file's name.
struct OpenedSegment {
  std::unique_ptr<File> file;
  SegmentHeader header;
};
[[nodiscard]] Result<OpenedSegment> open_segment(Disk& disk, const std::string& folder, Seq first, OpenMode mode);
/// Makes a segment that holds no records yet, durably: it appears whole or not at all. Opens it for writing.
[[nodiscard]] Result<std::unique_ptr<File>> create_segment(Disk& disk, const std::string& folder,
                                                           const SegmentHeader& header);
/// The good slot of `head`; not_found when there is no log here, corrupt when neither slot is good.
[[nodiscard]] Result<PositionSlots> read_head(Disk& disk, const std::string& folder);

/// Whether the folder holds what a creation left that a crash ended: no `head`, and at most one segment, without
/// records.
[[nodiscard]] Result<bool> is_unfinished_creation(Disk& disk, const std::string& folder);

/// Where damage stands.
struct DamagePlace {
  Seq seq = 0;
  std::string file;
  std::uint64_t offset = 0;
};
/// corrupt, in words: `/d/00000000000000000000.seg, offset 4096, ledger ..., record 17: checksum differs`.
[[nodiscard]] std::unexpected<Error> damage_error(const LedgerId& ledger, const DamagePlace& place,
                                                  const std::string& why);

}  // namespace lotledger::engine
