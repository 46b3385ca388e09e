// engine/log/recovery.cc - judging and mending the last segment at start.
#include "engine/log/recovery.h"

#include "engine/log/crc32c.h"
#include "engine/log/segment_scan.h"

#include <algorithm>

namespace lotledger::engine {

namespace {

Result<PositionSlots> required_head(Disk& disk, const std::string& folder) {
  auto slots = read_head(disk, folder);
  if (slots || slots.error().code != ErrorCode::not_found) return slots;
  LL_ASSIGN(const bool here, disk.exists(folder));
  if (!here) return fail(ErrorCode::not_found, folder + ": no such folder, so no log");
  LL_ASSIGN(const bool unfinished, is_unfinished_creation(disk, folder));
  if (unfinished) return fail(ErrorCode::not_found, folder + ": holds no log");
  return fail(ErrorCode::corrupt, head_path(folder) + ", offset 0: is missing, though there are segments with records");
}

class Recovery {
 public:
  Recovery(Disk& disk, const std::string& folder) : disk_(disk), folder_(folder) {}

  Result<RecoveredLog> run() {
    LL_ASSIGN(slots_, required_head(disk_, folder_));
    known_ = *slots_.latest;
    LL_TRY(open_last_segment());
    LL_TRY(scan());
    LL_TRY(mend_tail());
    if (found_.offsets.size() == segment_.records_per_segment) LL_TRY(finish_seal());
    LL_TRY(disk_.sync_folder(folder_));
    return publish();
  }

 private:
  Result<void> open_last_segment();
  [[nodiscard]] Result<void> check_segment_before();
  Result<void> scan();
  [[nodiscard]] Result<void> check_head_reached();
  Result<void> mend_tail();
  Result<void> rewrite_last_group();
  Result<void> finish_seal();
  Result<RecoveredLog> publish();
  [[nodiscard]] std::unexpected<Error> damage(Seq seq, std::uint64_t offset, const std::string& why) const {
    return damage_error(known_.ledger, {seq, segment_path(folder_, segment_.first), offset}, why);
  }

  Disk& disk_;
  const std::string& folder_;
  PositionSlots slots_;
  LogPosition known_;
  SegmentHeader segment_;
  std::shared_ptr<File> file_;
  ScanFinding found_;
  RecoveryReport report_;
};

Result<void> Recovery::open_last_segment() {
  LL_ASSIGN(const std::vector<Seq> firsts, list_segments(disk_, folder_));
  if (firsts.empty() || firsts.back() < known_.segment) {
    segment_.first = known_.segment;
    return damage(known_.segment, 0, "the log ends before `head`: segment is missing");
  }
  LL_ASSIGN(auto opened, open_segment(disk_, folder_, firsts.back(), OpenMode::write_existing));
  file_ = std::move(opened.file);
  segment_ = opened.header;
  report_.segments = firsts.size();
  if (segment_.ledger != known_.ledger)
    return damage(segment_.first, 8, "segment is of ledger " + segment_.ledger.text());
  for (std::size_t i = 0; i < firsts.size(); ++i) {
    const Seq expected = i * segment_.records_per_segment;
    if (firsts[i] != expected) return damage(expected, 0, "segment " + segment_name(expected) + " is missing");
  }
  return segment_.first == 0 ? Result<void>{} : check_segment_before();
}

Result<void> Recovery::check_segment_before() {
  const Seq before = segment_.first - segment_.records_per_segment;
  const std::string path = segment_path(folder_, before);
  LL_ASSIGN(const auto opened, open_segment(disk_, folder_, before, OpenMode::read));
  LL_ASSIGN(const auto trailer, read_trailer(*opened.file, opened.header));
  LL_ASSIGN(const std::uint64_t size, opened.file->size());
  const bool same =
      opened.header.ledger == segment_.ledger && opened.header.records_per_segment == segment_.records_per_segment;
  if (!same) return damage_error(known_.ledger, {before, path, 0}, "segment header is of another log");
  if (!trailer) return damage_error(known_.ledger, {before, path, size}, "segment has no intact trailer");
  if (trailer->last_leaf != segment_.previous_leaf) {
    return damage(segment_.first, 40, "previous leaf hash differs from the trailer of the segment before");
  }
  return {};
}

Result<void> Recovery::scan() {
  const Head before{segment_.first - 1, segment_.previous_leaf};
  LL_ASSIGN(found_, scan_segment(*file_, {.segment = segment_, .before = before, .known_durable = known_.head}));
  report_.records_scanned = found_.offsets.size();
  if (found_.damage && !found_.damage->torn_tail) {
    return damage(found_.damage->seq, found_.damage->offset, found_.damage->why);
  }
  return check_head_reached();
}

Result<void> Recovery::check_head_reached() {
  const Seq before_segment = segment_.first - 1;
  if (known_.head.seq == before_segment && known_.segment == segment_.first) {
    if (known_.head.leaf != segment_.previous_leaf) {
      return damage(segment_.first, 40, "previous leaf hash differs from the one in `head`");
    }
  }
  // Counted as numbers of records, so that an empty ledger (seq k_no_seq) needs no case of its own.
  if (found_.last.seq + 1 < known_.head.seq + 1) {
    return damage(found_.last.seq + 1, found_.end,
                  "the log ends before `head`, which knows record " + std::to_string(known_.head.seq) + " as durable");
  }
  return {};
}

/// Cuts what is torn and makes durable what is left. The last group is written again although it reads well: after a
/// failed fsync the system may show pages that never reached the disk, and a second fsync would not notice.
///
/// The cut is durable before the group is rewritten: its new frame is shorter, and torn bytes still standing behind it
/// would make a crash in the middle look like damage of a group that others follow.
Result<void> Recovery::mend_tail() {
  const bool beyond_head = found_.last.seq != known_.head.seq;
  LL_ASSIGN(const std::uint64_t size, file_->size());
  const bool full = found_.offsets.size() == segment_.records_per_segment;
  if (size != found_.end && (!full || found_.damage)) {
    report_.torn_bytes_cut = size - found_.end;
    LL_TRY(file_->resize(found_.end));
    LL_TRY(file_->sync());
  }
  if (beyond_head && found_.last_group != 0) LL_TRY(rewrite_last_group());
  return file_->sync();
}

Result<void> Recovery::rewrite_last_group() {
  const std::uint64_t group = found_.last_group;
  ByteVector bytes(found_.end - group);
  LL_ASSIGN(const std::size_t got, file_->read_at(group, bytes));
  if (got < bytes.size()) return damage(found_.last_group_first, group, "the file became shorter while it was read");
  std::uint32_t payload_crc = 0;
  for (std::size_t i = found_.last_group_first - segment_.first; i < found_.offsets.size(); ++i) {
    const std::uint64_t slot_end = i + 1 < found_.offsets.size() ? found_.offsets[i + 1] : found_.end;
    payload_crc = crc32c(Bytes(bytes).subspan(slot_end - group - 4, 4), payload_crc);
  }
  encode_frame_header({.first = found_.last_group_first,
                       .durable_to = found_.last_group_first - 1,
                       .payload_bytes = bytes.size() - k_frame_header_bytes,
                       .count = static_cast<std::uint32_t>(found_.last.seq - found_.last_group_first + 1),
                       .payload_crc = payload_crc,
                       .offset = group},
                      bytes);
  return file_->write_at(group, bytes);
}

/// The segment is full, but `head` does not know of the next one: the sealing was interrupted. The footer follows from
/// the records, so it is written (again), and the next segment made.
Result<void> Recovery::finish_seal() {
  LL_TRY(file_->resize(found_.end));
  LL_TRY(file_->write_at(found_.end, encode_footer(segment_.first, found_.offsets, found_.end, found_.last.leaf)));
  LL_TRY(file_->sync());
  segment_.first += segment_.records_per_segment;
  segment_.previous_leaf = found_.last.leaf;
  LL_ASSIGN(file_, create_segment(disk_, folder_, segment_));
  found_.offsets.clear();
  found_.end = k_segment_header_bytes;
  ++report_.segments;
  return {};
}

Result<RecoveredLog> Recovery::publish() {
  const LogPosition now{known_.ledger, found_.last, segment_.first, found_.end};
  report_.head_slots_repaired = slots_.faults.size();
  const std::string path = head_path(folder_);
  LL_ASSIGN(auto head,
            slots_.faults.empty() ? PositionFile::open(disk_, path, slots_) : PositionFile::create(disk_, path, now));
  if (slots_.faults.empty() && now != known_) LL_TRY(head.write(now, PositionFile::Durability::synced));
  return RecoveredLog{segment_, std::move(file_), std::move(found_.offsets), found_.end, found_.last, std::move(head),
                      now,      report_};
}

}  // namespace

Result<RecoveredLog> recover_log(Disk& disk, const std::string& folder) {
  return Recovery(disk, folder).run();
}

}  // namespace lotledger::engine
