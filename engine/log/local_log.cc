// engine/log/local_log.cc - the writing side: queue, group, fdatasync, seal.
#include "engine/log/local_log.h"

#include "engine/base/assert.h"
#include "engine/log/log_files.h"
#include "engine/log/log_reading.h"
#include "engine/log/recovery.h"
#include "engine/log/segment_set.h"

#include <algorithm>
#include <mutex>

namespace lotledger::engine {

class LocalLog::Impl {
 public:
  Impl(Disk& disk, std::string folder, std::unique_ptr<DiskLock> lock, RecoveredLog recovered,
       PositionFile durable_file)
      : disk_(disk),
        folder_(std::move(folder)),
        lock_(std::move(lock)),
        segment_(recovered.segment),
        file_(std::move(recovered.file)),
        end_(recovered.end),
        head_file_(std::move(recovered.head)),
        published_(recovered.published),
        durable_file_(std::move(durable_file)),
        recovery_(recovered.report),
        set_(disk, folder_, recovered.segment),
        tail_(recovered.last),
        durable_(recovered.last) {
    segment_offsets_ = recovered.offsets;
    set_.set_growing(segment_.first, file_, std::move(recovered.offsets), end_);
  }

  [[nodiscard]] const LedgerId& ledger() const { return ledger_id_; }
  [[nodiscard]] Head tail() const { return tail_; }
  [[nodiscard]] const RecoveryReport& recovery() const { return recovery_; }
  [[nodiscard]] Head durable() const {
    const std::lock_guard lock(mutex_);
    return durable_;
  }

  Result<void> read(Seq first, Seq last, const RecordVisitor& visit) {
    return read_records({ledger_id_, durable()}, first, last, find_, visit);
  }
  Result<StoredRecord> at(Seq seq) { return read_one({ledger_id_, durable()}, seq, find_); }

  Result<void> append(std::span<const StoredRecord> batch);
  Result<void> sync() {
    return finally([this] { return write_pending(); });
  }
  Result<void> publish_head() {
    return finally([this] { return write_head(); });
  }

 private:
  /// Runs an operation whose failure ends the log: the first error is kept and answers everything from then on.
  template <typename Operation>
  Result<void> finally(Operation operation);
  Result<void> write_pending();
  Result<void> write_group(std::span<const StoredRecord> records);
  Result<void> seal();
  Result<void> write_head();
  [[nodiscard]] LogPosition position() const { return {segment_.ledger, durable(), segment_.first, end_}; }

  Disk& disk_;
  const std::string folder_;
  const std::unique_ptr<DiskLock> lock_;

  // Only the appending thread touches these.
  SegmentHeader segment_;
  std::shared_ptr<File> file_;
  std::uint64_t end_;
  std::vector<std::uint64_t> segment_offsets_;
  PositionFile head_file_;
  LogPosition published_;
  PositionFile durable_file_;
  RecoveryReport recovery_;
  std::vector<StoredRecord> pending_;
  EncodedGroup group_;
  std::optional<Error> failure_;

  SegmentSet set_;
  const LedgerId ledger_id_ = segment_.ledger;
  const FindWindow find_ = [this](Seq first, Seq last) { return set_.window(first, last); };
  Head tail_;
  mutable std::mutex mutex_;  ///< Guards durable_.
  Head durable_;
};

template <typename Operation>
Result<void> LocalLog::Impl::finally(Operation operation) {
  if (failure_) return std::unexpected(*failure_);
  Result<void> done = operation();
  if (!done) failure_ = done.error();
  return done;
}

Result<void> LocalLog::Impl::append(std::span<const StoredRecord> batch) {
  if (failure_) return std::unexpected(*failure_);
  for (const StoredRecord& record : batch) {
    LL_ASSERT(record.header().ledger == ledger_id_, "a record of another ledger");
    LL_ASSERT(record.seq() == tail_.seq + 1, "records are appended without a gap");
    LL_ASSERT(record.header().previous_leaf == tail_.leaf, "a record continues the chain");
    pending_.push_back(record);
    tail_ = {record.seq(), record.leaf()};
  }
  return {};
}

Result<void> LocalLog::Impl::write_pending() {
  std::size_t done = 0;
  while (done < pending_.size()) {
    const std::span<const StoredRecord> rest = std::span(pending_).subspan(done);
    const Seq segment_end = segment_.first + segment_.records_per_segment;
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    while (count < rest.size() && rest[count].seq() < segment_end) {
      bytes += slot_bytes(rest[count].body().size());
      if (count > 0 && bytes > k_group_bytes_max) break;
      ++count;
    }
    LL_TRY(write_group(rest.first(count)));
    done += count;
    if (rest[count - 1].seq() + 1 == segment_end) LL_TRY(seal());
  }
  pending_.clear();
  return {};
}

Result<void> LocalLog::Impl::write_group(std::span<const StoredRecord> records) {
  encode_group(records, end_, durable().seq, group_);
  LL_TRY(file_->write_at(end_, group_.bytes));
  LL_TRY(file_->sync());
  end_ += group_.bytes.size();
  segment_offsets_.insert(segment_offsets_.end(), group_.offsets.begin(), group_.offsets.end());
  set_.grow(group_.offsets, end_);
  {
    const std::lock_guard lock(mutex_);
    durable_ = {records.back().seq(), records.back().leaf()};
  }
  return durable_file_.write(position(), PositionFile::Durability::unsynced);
}

/// Order matters: the footer is durable before the next segment exists, and that before `head` speaks of it.
Result<void> LocalLog::Impl::seal() {
  const Head last = durable();
  LL_TRY(file_->write_at(end_, encode_footer(segment_.first, segment_offsets_, end_, last.leaf)));
  LL_TRY(file_->sync());
  segment_.first += segment_.records_per_segment;
  segment_.previous_leaf = last.leaf;
  LL_ASSIGN(file_, create_segment(disk_, folder_, segment_));
  end_ = k_segment_header_bytes;
  segment_offsets_.clear();
  set_.set_growing(segment_.first, file_, {}, end_);
  return write_head();
}

Result<void> LocalLog::Impl::write_head() {
  const LogPosition now = position();
  if (now == published_) return {};
  LL_TRY(head_file_.write(now, PositionFile::Durability::synced));
  published_ = now;
  return {};
}

LocalLog::LocalLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LocalLog::~LocalLog() {
  ignore(publish_head(), "without it the next start scans further; whatever is durable stays so");
}

Result<void> LocalLog::create(Disk& disk, const std::string& folder, const LedgerId& ledger,
                              const LocalLogOptions& options) {
  if (options.records_per_segment == 0 || options.records_per_segment > k_records_per_segment_max) {
    return fail(ErrorCode::invalid_input, "records per segment " + std::to_string(options.records_per_segment) +
                                              " is not between 1 and " + std::to_string(k_records_per_segment_max));
  }
  LL_TRY(disk.make_folders(folder));
  LL_ASSIGN(const auto lock, disk.lock(lock_path(folder)));
  LL_ASSIGN(const bool free, is_unfinished_creation(disk, folder));
  if (!free) return fail(ErrorCode::conflict, folder + ": holds a log already");
  LL_TRY(create_segment(disk, folder, {ledger, 0, options.records_per_segment, {}}));
  // `head` comes last: a folder with it holds a log.
  LL_TRY(PositionFile::create(disk, head_path(folder), {ledger, {}, 0, k_segment_header_bytes}));
  return {};
}

Result<std::unique_ptr<LocalLog>> LocalLog::open(Disk& disk, const std::string& folder, const LocalLogOptions&) {
  LL_ASSIGN(const bool here, disk.exists(folder));
  if (!here) return fail(ErrorCode::not_found, folder + ": no such folder, so no log");
  LL_ASSIGN(auto lock, disk.lock(lock_path(folder)));
  // What an earlier writer published is a lower bound at best; readers fall back to `head` until recovery is done.
  LL_ASSIGN(const bool stale, disk.exists(durable_path(folder)));
  if (stale) LL_TRY(disk.remove(durable_path(folder)));
  LL_ASSIGN(auto recovered, recover_log(disk, folder));
  LL_ASSIGN(auto durable_file, PositionFile::create(disk, durable_path(folder), recovered.published));
  auto impl = std::make_unique<Impl>(disk, folder, std::move(lock), std::move(recovered), std::move(durable_file));
  return std::unique_ptr<LocalLog>(new LocalLog(std::move(impl)));
}

const LedgerId& LocalLog::ledger() const {
  return impl_->ledger();
}
Head LocalLog::durable() const {
  return impl_->durable();
}
Head LocalLog::tail() const {
  return impl_->tail();
}
const RecoveryReport& LocalLog::recovery() const {
  return impl_->recovery();
}
Result<void> LocalLog::append(std::span<const StoredRecord> batch) {
  return impl_->append(batch);
}
Result<void> LocalLog::sync() {
  return impl_->sync();
}
Result<void> LocalLog::publish_head() {
  return impl_->publish_head();
}
Result<StoredRecord> LocalLog::at(Seq seq) {
  return impl_->at(seq);
}
Result<void> LocalLog::read(Seq first, Seq last, const RecordVisitor& visit) {
  return impl_->read(first, last, visit);
}

}  // namespace lotledger::engine
