// engine/log/segment_check.cc - one segment: its header, its records, its footer.
#include "engine/log/segment_check.h"

#include "engine/log/log_files.h"
#include "engine/log/segment_scan.h"

#include <algorithm>

namespace lotledger::engine {

namespace {

/// The leaf hash that the trailer of the segment before states; nullopt where it cannot be asked: that is its damage.
Result<std::optional<Digest>> leaf_before(Disk& disk, const std::string& folder, const SegmentHeader& header) {
  if (header.first == 0) return std::optional<Digest>(Digest{});
  const auto opened = open_segment(disk, folder, header.first - header.records_per_segment, OpenMode::read);
  if (!opened.has_value()) return std::optional<Digest>();
  LL_ASSIGN(const auto trailer, read_trailer(*opened->file, opened->header));
  return trailer ? std::optional<Digest>(trailer->last_leaf) : std::nullopt;
}

/// Where the stored footer differs from the one that follows from the records; nullopt where it does not.
Result<std::optional<std::uint64_t>> footer_differs(const File& file, const SegmentHeader& header,
                                                    const ScanFinding& found, std::uint64_t size) {
  const ByteVector expected = encode_footer(header.first, found.offsets, found.end, found.last.leaf);
  ByteVector stored(std::min<std::uint64_t>(size - found.end, expected.size() + 1));
  LL_ASSIGN(const std::size_t got, file.read_at(found.end, stored));
  stored.resize(got);
  if (stored == expected) return std::optional<std::uint64_t>();
  const auto differs = std::mismatch(stored.begin(), stored.end(), expected.begin(), expected.end());
  return std::optional<std::uint64_t>(found.end + static_cast<std::uint64_t>(differs.first - stored.begin()));
}

}  // namespace

Result<SegmentCheck> check_segment(Disk& disk, const std::string& folder, Seq first) {
  SegmentCheck check{.first = first};
  const std::string path = segment_path(folder, first);
  const auto damaged = [&](Seq seq, std::uint64_t offset, std::string why) {
    check.damage = LogVerification::Damage{seq, path, offset, std::move(why)};
    return check;
  };
  const auto opened = open_segment(disk, folder, first, OpenMode::read);
  if (!opened.has_value() && opened.error().code == ErrorCode::corrupt)
    return damaged(first, 0, opened.error().message);
  if (!opened.has_value()) return std::unexpected(opened.error());
  const SegmentHeader& header = opened->header;
  LL_ASSIGN(check.bytes, opened->file->size());
  LL_ASSIGN(const auto before, leaf_before(disk, folder, header));
  if (before && *before != header.previous_leaf)
    return damaged(first, 40, "previous leaf hash differs from the trailer of the segment before");
  const Head start{first - 1, header.previous_leaf};
  LL_ASSIGN(const ScanFinding found, scan_segment(*opened->file, {.segment = header, .before = start}));
  check.records = found.offsets.size();
  LL_ASSIGN(const bool followed, disk.exists(segment_path(folder, first + header.records_per_segment)));
  if (found.damage && (followed || !found.damage->torn_tail))
    return damaged(found.damage->seq, found.damage->offset, found.damage->why);
  if (check.records < header.records_per_segment) {
    if (followed) return damaged(found.last.seq + 1, found.end, "the segment ends here, though another one follows");
    return check;
  }
  LL_ASSIGN(const auto differs, footer_differs(*opened->file, header, found, check.bytes));
  if (differs && followed) return damaged(first, *differs, "footer differs from the records of the segment");
  check.sealed = !differs;
  return check;
}

}  // namespace lotledger::engine
