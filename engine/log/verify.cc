// engine/log/verify.cc - reads every byte of a log and says where trust ends.
#include "engine/log/verify.h"

#include "engine/log/log_files.h"
#include "engine/log/scan_ahead.h"
#include "engine/log/watermark.h"

#include <algorithm>

namespace lotledger::engine {

namespace {

class Verifier {
 public:
  Verifier(Disk& disk, const std::string& folder, const VerifyOptions& options)
      : disk_(disk), folder_(folder), options_(options) {}

  Result<FullVerification> run() {
    LL_TRY(check_head());
    if (known_) LL_TRY(check_segments());
    check_end();
    return judged();
  }

 private:
  Result<void> check_head();
  Result<void> check_segments();
  Result<void> check_segment(ScannedSegment scanned, Seq first, bool last);
  void check_end();
  [[nodiscard]] FullVerification judged();
  [[nodiscard]] bool header_fits(const SegmentHeader& header);
  void judge(const ScanFinding& found, const OpenedSegment& opened, bool last, std::uint64_t size);
  void judge_bodies(ScannedSegment& scanned);
  Result<void> check_footer(const ScanFinding& found, const OpenedSegment& opened, bool last, std::uint64_t size);
  void note(Seq seq, std::string file, std::uint64_t offset, std::string why) {
    if (!seen_.first_bad) seen_.first_bad = LogVerification::Damage{seq, std::move(file), offset, std::move(why)};
  }
  [[nodiscard]] Seq next() const { return seen_.last.seq + 1; }

  Disk& disk_;
  const std::string& folder_;
  const VerifyOptions& options_;
  std::optional<LogPosition> known_;
  std::optional<std::uint64_t> records_per_segment_;
  Seq stop_before_ = k_no_seq;
  Seq ends_in_ = 0;  ///< The segment where the last intact record ends, and the offset behind it.
  std::uint64_t ends_at_ = 0;
  LogVerification seen_;
  std::uint64_t unreadable_ = 0;
  std::optional<ScannedSegment::BadBody> bad_body_;
};

void Verifier::check_end() {
  if (!known_ || seen_.last.seq + 1 >= known_->head.seq + 1) return;
  note(next(), segment_path(folder_, ends_in_), ends_at_,
       "the log ends before `head`, which knows record " + std::to_string(known_->head.seq) + " as durable");
}

/// Bodies speak only where the log itself is sound.
FullVerification Verifier::judged() {
  if (seen_.first_bad) return {std::move(seen_), 0};
  if (bad_body_) seen_.first_bad = LogVerification::Damage{bad_body_->seq, {}, 0, std::move(bad_body_->why)};
  return {std::move(seen_), unreadable_};
}

Result<void> Verifier::check_head() {
  auto slots = read_positions(disk_, head_path(folder_));
  if (!slots) {
    if (slots.error().code != ErrorCode::not_found) return std::unexpected(slots.error());
    LL_TRY(disk_.list(folder_));
    note(0, head_path(folder_), 0, "is missing");
    return {};
  }
  LL_ASSIGN(const bool writer_lives, disk_.locked(lock_path(folder_)));
  // A living writer may be writing one slot just now.
  if (!slots->faults.empty() && !(writer_lives && slots->latest)) {
    note(slots->latest ? slots->latest->head.seq : 0, head_path(folder_), slots->faults.front().offset,
         slots->faults.front().why);
  }
  known_ = slots->latest;
  if (known_ && writer_lives) {
    LL_ASSIGN(const Head durable, published_durable(disk_, folder_, *known_));
    stop_before_ = durable.seq + 1;
  }
  return {};
}

Result<void> Verifier::check_segments() {
  LL_ASSIGN(std::vector<Seq> firsts, list_segments(disk_, folder_));
  const Seq last_first = firsts.empty() ? k_no_seq : firsts.back();
  std::erase_if(firsts, [this](Seq first) { return first > stop_before_; });
  ScanAhead scans(disk_, folder_, {firsts, stop_before_, known_->head}, options_);
  for (const Seq first : firsts) {
    if (first != next()) {
      note(next(), segment_path(folder_, next()), 0, "segment is missing");
      return {};
    }
    LL_ASSIGN(ScannedSegment scanned, scans.take());
    LL_TRY(check_segment(std::move(scanned), first, first == last_first));
    ++seen_.segments;
    if (options_.progress) options_.progress(seen_.records);
    const bool whole = seen_.last.seq + 1 == first + records_per_segment_.value_or(0);
    if (!whole) return {};
  }
  return {};
}

bool Verifier::header_fits(const SegmentHeader& header) {
  const std::string path = segment_path(folder_, header.first);
  if (!records_per_segment_) records_per_segment_ = header.records_per_segment;
  if (header.ledger != known_->ledger) {
    note(header.first, path, 8, "segment is of ledger " + header.ledger.text());
  } else if (header.records_per_segment != *records_per_segment_) {
    note(header.first, path, 32, "segment size differs from the first segment's");
  } else if (header.previous_leaf != seen_.last.leaf) {
    note(header.first, path, 40, "previous leaf hash differs from the leaf hash of the record before");
  } else {
    return true;
  }
  return false;
}

Result<void> Verifier::check_segment(ScannedSegment scanned, Seq first, bool last) {
  const auto& opened = scanned.opened;
  if (!opened && opened.error().code == ErrorCode::corrupt) {
    note(first, segment_path(folder_, first), 0, opened.error().message);
    return {};
  }
  if (!opened) return std::unexpected(opened.error());
  // The segment was scanned on its own word for the record before it; here that word is compared.
  if (!header_fits(opened->header)) return {};
  const ScanFinding& found = scanned.found;
  seen_.records += found.offsets.size();
  seen_.last = found.last;
  ends_in_ = first;
  ends_at_ = found.end;
  judge_bodies(scanned);
  judge(found, *opened, last, scanned.size);
  if (found.offsets.size() == opened->header.records_per_segment)
    return check_footer(found, *opened, last, scanned.size);
  return {};
}

void Verifier::judge_bodies(ScannedSegment& scanned) {
  if (bad_body_) return;
  unreadable_ += scanned.unreadable;
  bad_body_ = std::move(scanned.bad_body);
}

void Verifier::judge(const ScanFinding& found, const OpenedSegment& opened, bool last, std::uint64_t size) {
  const std::string path = segment_path(folder_, opened.header.first);
  if (found.damage && !(found.damage->torn_tail && last)) {
    note(found.damage->seq, path, found.damage->offset, found.damage->why);
  } else if (found.damage) {
    seen_.torn_bytes = size - found.end;
  } else if (!last && found.offsets.size() < opened.header.records_per_segment && next() < stop_before_) {
    note(next(), path, found.end, "the segment ends here, though another one follows");
  }
}

/// The footer follows from the records, so it is computed and compared.
Result<void> Verifier::check_footer(const ScanFinding& found, const OpenedSegment& opened, bool last,
                                    std::uint64_t size) {
  const ByteVector expected = encode_footer(opened.header.first, found.offsets, found.end, found.last.leaf);
  ByteVector stored(std::min<std::uint64_t>(size - found.end, expected.size() + 1));
  LL_ASSIGN(const std::size_t got, opened.file->read_at(found.end, stored));
  stored.resize(got);
  if (stored == expected) return {};
  if (last) {
    // No segment follows: the writer is sealing this one, or a crash stopped it there; opening finishes the work.
    seen_.torn_bytes = stop_before_ == k_no_seq ? size - found.end : 0;
    return {};
  }
  const auto differs = std::mismatch(stored.begin(), stored.end(), expected.begin(), expected.end());
  const auto offset = found.end + static_cast<std::uint64_t>(differs.first - stored.begin());
  note(opened.header.first, segment_path(folder_, opened.header.first), offset,
       "footer differs from the records of the segment");
  return {};
}

}  // namespace

Result<FullVerification> verify_log_and_bodies(Disk& disk, const std::string& folder, const VerifyOptions& options) {
  return Verifier(disk, folder, options).run();
}

Result<LogVerification> verify_local_log(Disk& disk, const std::string& folder) {
  LL_ASSIGN(FullVerification verified, verify_log_and_bodies(disk, folder, {}));
  return std::move(verified.log);
}

}  // namespace lotledger::engine
