// engine/log/log_files.cc - finding and opening the files of a log.
#include "engine/log/log_files.h"

#include <algorithm>
#include <array>

namespace lotledger::engine {

Result<std::vector<Seq>> list_segments(Disk& disk, const std::string& folder) {
  LL_ASSIGN(const std::vector<std::string> names, disk.list(folder));
  std::vector<Seq> firsts;
  for (const std::string& name : names) {
    if (const auto first = parse_segment_name(name)) firsts.push_back(*first);
  }
  std::sort(firsts.begin(), firsts.end());
  return firsts;
}

Result<OpenedSegment> open_segment(Disk& disk, const std::string& folder, Seq first, OpenMode mode) {
  const std::string path = segment_path(folder, first);
  LL_ASSIGN(auto file, disk.open(path, mode));
  std::array<std::uint8_t, k_segment_header_bytes> bytes{};
  LL_ASSIGN(const std::size_t got, file->read_at(0, bytes));
  const auto header = decode_segment_header(Bytes(bytes).first(got));
  const auto place = path + ", offset 0, record " + std::to_string(first) + ": ";
  if (!header) return fail(ErrorCode::corrupt, place + header.error().message);
  if (header->first != first) {
    return fail(ErrorCode::corrupt, place + "segment header states first seq " + std::to_string(header->first));
  }
  return OpenedSegment{std::move(file), *header};
}

Result<std::unique_ptr<File>> create_segment(Disk& disk, const std::string& folder, const SegmentHeader& header) {
  const std::string path = segment_path(folder, header.first);
  LL_TRY(replace_file(disk, path, encode_segment_header(header)));
  return disk.open(path, OpenMode::write_existing);
}

Result<bool> is_unfinished_creation(Disk& disk, const std::string& folder) {
  LL_ASSIGN(const bool has_head, disk.exists(head_path(folder)));
  LL_ASSIGN(const std::vector<Seq> segments, list_segments(disk, folder));
  if (has_head || segments.size() > 1) return false;
  if (segments.empty()) return true;
  LL_ASSIGN(const auto file, disk.open(segment_path(folder, segments.front()), OpenMode::read));
  LL_ASSIGN(const std::uint64_t size, file->size());
  return size <= k_segment_header_bytes;
}

Result<PositionSlots> read_head(Disk& disk, const std::string& folder) {
  const std::string path = head_path(folder);
  LL_ASSIGN(auto slots, read_positions(disk, path));
  if (!slots.latest) {
    std::string why;
    for (const auto& fault : slots.faults) why += (why.empty() ? "" : "; ") + fault.why;
    return fail(ErrorCode::corrupt, path + ", offset 0: " + why);
  }
  return slots;
}

std::unexpected<Error> damage_error(const LedgerId& ledger, const DamagePlace& place, const std::string& why) {
  return fail(ErrorCode::corrupt, place.file + ", offset " + std::to_string(place.offset) + ", ledger " +
                                      ledger.text() + ", record " + std::to_string(place.seq) + ": " + why);
}

}  // namespace lotledger::engine
