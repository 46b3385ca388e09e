// engine/log/group_commit.cc - the commit thread, its bounded queue, and who waits for it.
#include "engine/log/group_commit.h"

#include "engine/base/assert.h"
#include "engine/log/segment.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace lotledger::engine {

namespace {
using SteadyClock = std::chrono::steady_clock;
constexpr std::uint64_t k_waiting_bytes_max = std::uint64_t{64} << 20;
/// Longest wait for a group to be as large as the one before it.
constexpr SteadyClock::duration k_gathering_max = std::chrono::milliseconds(5);

std::uint64_t bytes_of_batch(const std::vector<StoredRecord>& batch) {
  std::uint64_t bytes = 0;
  for (const StoredRecord& record : batch) bytes += slot_bytes(record.body().size());
  return bytes;
}
}  // namespace

class GroupCommit::Impl {
 public:
  Impl(Log& log, DurableSink on_durable, FailureSink on_failure)
      : log_(log),
        on_durable_(std::move(on_durable)),
        on_failure_(std::move(on_failure)),
        durable_(log.durable()),
        queued_to_(log.tail()) {
    LL_ASSERT(durable_ == queued_to_, "group commit begins with nothing undurable");
    thread_ = std::jthread([this] { run(); });
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_one();
  }

  Result<void> enqueue(std::vector<StoredRecord> batch);
  Result<void> wait(Seq seq);
  Head durable() const {
    const std::lock_guard lock(mutex_);
    return durable_;
  }

 private:
  void run();
  [[nodiscard]] bool gather();
  [[nodiscard]] Result<void> append();
  [[nodiscard]] Result<void> progress();
  [[nodiscard]] std::vector<StoredRecord> take_durable();
  [[nodiscard]] Result<void> tell(const std::vector<StoredRecord>& records) const;
  void fail_for_ever(const Error& error);

  Log& log_;
  const DurableSink on_durable_;
  const FailureSink on_failure_;
  // The commit thread's.
  std::vector<StoredRecord> group_;
  std::deque<StoredRecord> under_way_;     ///< Appended, not durable yet.
  std::size_t crowd_ = 0;                  ///< Most records under way since nothing was.
  SteadyClock::time_point begun_;          ///< When the first of them was appended.
  SteadyClock::duration gathering_max_{};  ///< Half of the time that the last crowd took.

  mutable std::mutex mutex_;  ///< Guards what follows; held neither during I/O nor while on_durable_ runs.
  std::condition_variable work_;
  std::condition_variable space_;
  std::condition_variable progress_;
  std::vector<StoredRecord> queue_;
  std::size_t wanted_ = 1;           ///< The commit thread is to be woken when so many are queued.
  std::uint64_t waiting_bytes_ = 0;  ///< Of what is queued or under way.
  bool stopping_ = false;
  Head durable_;  ///< And told.
  Head queued_to_;
  std::optional<Error> failure_;
  std::jthread thread_;  ///< Last, so that it is joined before anything that it uses goes.
};

Result<void> GroupCommit::Impl::enqueue(std::vector<StoredRecord> batch) {
  if (batch.empty()) return {};
  const std::uint64_t bytes = bytes_of_batch(batch);
  std::unique_lock lock(mutex_);
  space_.wait(lock, [this] { return waiting_bytes_ < k_waiting_bytes_max || failure_; });
  if (failure_) return std::unexpected(*failure_);
  const RecordHeader& first = batch.front().header();
  LL_ASSERT(first.seq == queued_to_.seq + 1, "records are queued without a gap");
  LL_ASSERT(first.previous_leaf == queued_to_.leaf, "queued records continue the chain");
  queued_to_ = {batch.back().seq(), batch.back().leaf()};
  waiting_bytes_ += bytes;
  queue_.insert(queue_.end(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
  if (queue_.size() >= wanted_) work_.notify_one();
  return {};
}

Result<void> GroupCommit::Impl::wait(Seq seq) {
  std::unique_lock lock(mutex_);
  const auto is_durable = [this, seq] { return durable_.seq != k_no_seq && seq <= durable_.seq; };
  progress_.wait(lock, [&] { return is_durable() || failure_; });
  if (is_durable()) return {};
  return std::unexpected(*failure_);
}

void GroupCommit::Impl::run() {
  while (gather()) {
    const Result<void> appended = append();
    Result<void> done = progress();
    // What was under way before may become durable all the same.
    while (!appended.has_value() && done.has_value() && !under_way_.empty()) done = progress();
    if (!appended.has_value()) done = appended;
    if (!done.has_value()) return fail_for_ever(done.error());
  }
}

/// Takes what is queued. With nothing under way it first waits for a record, and then for as many as were answered
/// last: they are likely to come back at once, and who is late for a group waits for the whole of it. False at the end.
bool GroupCommit::Impl::gather() {
  std::unique_lock lock(mutex_);
  if (under_way_.empty()) {
    wanted_ = 1;
    work_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    if (queue_.empty()) return false;
    wanted_ = std::exchange(crowd_, 0);
    work_.wait_for(lock, gathering_max_, [this] { return queue_.size() >= wanted_ || stopping_; });
  }
  group_ = std::exchange(queue_, {});
  return true;
}

Result<void> GroupCommit::Impl::append() {
  if (under_way_.empty()) begun_ = SteadyClock::now();
  LL_TRY(log_.append(group_));
  under_way_.insert(under_way_.end(), std::make_move_iterator(group_.begin()), std::make_move_iterator(group_.end()));
  crowd_ = std::max(crowd_, under_way_.size());
  return {};
}

/// What became durable before a failure is told all the same: its submitters may know.
Result<void> GroupCommit::Impl::progress() {
  Result<void> synced = log_.sync();
  const std::vector<StoredRecord> records = take_durable();
  if (records.empty()) return synced;
  LL_TRY(tell(records));
  {
    const std::lock_guard lock(mutex_);
    durable_ = {records.back().seq(), records.back().leaf()};
    waiting_bytes_ -= bytes_of_batch(records);
  }
  space_.notify_all();
  progress_.notify_all();
  return synced;
}

std::vector<StoredRecord> GroupCommit::Impl::take_durable() {
  const Head durable = log_.durable();
  std::vector<StoredRecord> records;
  while (!under_way_.empty() && durable.seq != k_no_seq && under_way_.front().seq() <= durable.seq) {
    records.push_back(std::move(under_way_.front()));
    under_way_.pop_front();
  }
  if (under_way_.empty()) gathering_max_ = std::min((SteadyClock::now() - begun_) / 2, k_gathering_max);
  return records;
}

Result<void> GroupCommit::Impl::tell(const std::vector<StoredRecord>& records) const {
  try {
    if (on_durable_) on_durable_(records);
  } catch (...) {
    return fail(ErrorCode::io, "the receiver of durable records threw an exception; the log cannot go on");
  }
  return {};
}

void GroupCommit::Impl::fail_for_ever(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    failure_ = error;
  }
  space_.notify_all();
  progress_.notify_all();
  if (on_failure_) on_failure_(error);
}

GroupCommit::GroupCommit(Log& log, DurableSink on_durable, FailureSink on_failure)
    : impl_(std::make_unique<Impl>(log, std::move(on_durable), std::move(on_failure))) {}
GroupCommit::~GroupCommit() = default;
Result<void> GroupCommit::enqueue(std::vector<StoredRecord> batch) {
  return impl_->enqueue(std::move(batch));
}
Result<void> GroupCommit::wait(Seq seq) {
  return impl_->wait(seq);
}
Head GroupCommit::durable() const {
  return impl_->durable();
}

}  // namespace lotledger::engine
