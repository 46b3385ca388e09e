// engine/log/local_reader.cc - reading a log's folder without its lock, beside a writer or alone.
#include "engine/log/local_log.h"

#include "engine/log/log_files.h"
#include "engine/log/log_reading.h"
#include "engine/log/segment_scan.h"
#include "engine/log/slot_walk.h"
#include "engine/log/watermark.h"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace lotledger::engine {

namespace {

class LocalReader final : public LogReader {
 public:
  LocalReader(Disk& disk, const std::string& folder, const SegmentHeader& layout, const Head& durable)
      : disk_(disk), set_(disk, folder, layout), ledger_(layout.ledger), durable_(durable) {}

  const LedgerId& ledger() const override { return ledger_; }
  Head durable() const override { return durable_; }
  Result<void> read(Seq first, Seq last, const RecordVisitor& visit) override {
    return read_records({ledger_, durable_}, first, last, find_, visit);
  }
  Result<StoredRecord> at(Seq seq) override { return read_one({ledger_, durable_}, seq, find_); }

 private:
  Result<void> index_tail();
  Result<SlotOffsets> slots_of(const OpenedSegment& opened);
  Result<RecordWindow> find(Seq first, Seq last) {
    if (set_.segment_of(first) == set_.segment_of(durable_.seq) && !tail_indexed_) LL_TRY(index_tail());
    return set_.window(first, last);
  }

  Disk& disk_;
  SegmentSet set_;
  const LedgerId ledger_;
  const Head durable_;
  const FindWindow find_ = [this](Seq first, Seq last) { return find(first, last); };
  std::mutex index_mutex_;  ///< One thread indexes the tail; the others wait for it.
  std::atomic<bool> tail_indexed_ = false;
};

/// The last segment has no index of its own unless it was sealed meanwhile. Walked on first use only, so that opening
/// costs nothing to those who read elsewhere.
Result<void> LocalReader::index_tail() {
  const std::lock_guard lock(index_mutex_);
  if (tail_indexed_) return {};
  LL_ASSIGN(const bool sealed, set_.is_sealed(durable_.seq));
  if (!sealed) {
    const Seq first = set_.segment_of(durable_.seq);
    LL_ASSIGN(auto opened, open_segment(disk_, set_.folder(), first, OpenMode::read));
    LL_ASSIGN(auto slots, slots_of(opened));
    set_.set_growing(first, std::move(opened.file), std::move(slots.offsets), slots.end);
  }
  tail_indexed_ = true;
  return {};
}

/// Up to durable_. A walk touches headers only; what is read is checked then. Where it does not get there, a scan says
/// why.
Result<SlotOffsets> LocalReader::slots_of(const OpenedSegment& opened) {
  const Seq first = opened.header.first;
  const std::string path = segment_path(set_.folder(), first);
  LL_ASSIGN(const auto mapped, disk_.map(path));
  if (auto walked = walk_slots(mapped->bytes(), opened.header, durable_.seq)) return std::move(*walked);
  const Head before{first - 1, opened.header.previous_leaf};
  LL_ASSIGN(auto found,
            scan_segment(*opened.file, {.segment = opened.header, .before = before, .stop_before = durable_.seq + 1}));
  const std::uint64_t count = durable_.seq - first + 1;
  if (found.offsets.size() < count) {
    const std::string why = found.damage ? found.damage->why : "the file ends here";
    const std::uint64_t offset = found.damage ? found.damage->offset : found.end;
    return damage_error(ledger_, {found.last.seq + 1, path, offset}, why);
  }
  const std::uint64_t end = found.offsets.size() > count ? found.offsets[count] : found.end;
  found.offsets.resize(count);
  return SlotOffsets{std::move(found.offsets), end};
}

/// Without a writer: what of the tail behind `head` is whole, made durable by this reader itself. The scan comes first,
/// so that everything it saw is covered by the sync.
Result<Head> settle_tail(Disk& disk, const std::string& folder, const LogPosition& known) {
  LL_ASSIGN(const std::vector<Seq> firsts, list_segments(disk, folder));
  const Seq last = firsts.empty() ? 0 : firsts.back();
  if (firsts.empty() || last < known.segment) {
    return damage_error(known.ledger, {known.segment, segment_path(folder, known.segment), 0},
                        "the log ends before `head`: segment is missing");
  }
  LL_ASSIGN(const auto opened, open_segment(disk, folder, last, OpenMode::read));
  ScanRequest request{
      .segment = opened.header, .before = {last - 1, opened.header.previous_leaf}, .known_durable = known.head};
  if (last == known.segment) {
    request.offset = known.end_offset;
    request.before = known.head;
  }
  LL_ASSIGN(const std::uint64_t size, opened.file->size());
  const std::string path = segment_path(folder, last);
  if (size < request.offset)
    return damage_error(known.ledger, {known.head.seq, path, size}, "the log ends before `head`");
  LL_ASSIGN(const auto found, scan_segment(*opened.file, request));
  if (found.damage && !found.damage->torn_tail) {
    return damage_error(known.ledger, {found.damage->seq, path, found.damage->offset}, found.damage->why);
  }
  LL_TRY(opened.file->sync());
  LL_TRY(disk.sync_folder(folder));
  return found.last;
}
}  // namespace

Result<std::unique_ptr<LogReader>> open_local_reader(Disk& disk, const std::string& folder) {
  LL_ASSIGN(const PositionSlots slots, read_head(disk, folder));
  const LogPosition& known = *slots.latest;
  LL_ASSIGN(const auto first_segment, open_segment(disk, folder, 0, OpenMode::read));
  if (first_segment.header.ledger != known.ledger) {
    return damage_error(known.ledger, {0, segment_path(folder, 0), 8},
                        "segment is of ledger " + first_segment.header.ledger.text());
  }
  LL_ASSIGN(const bool writer_lives, disk.locked(lock_path(folder)));
  auto durable = writer_lives ? published_durable(disk, folder, known) : settle_tail(disk, folder, known);
  if (!durable) return std::unexpected(std::move(durable).error());
  return std::make_unique<LocalReader>(disk, folder, first_segment.header, *durable);
}

}  // namespace lotledger::engine
