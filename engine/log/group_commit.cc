// engine/log/group_commit.cc - the commit thread and its bounded queue.
#include "engine/log/group_commit.h"

#include "engine/base/assert.h"
#include "engine/log/segment.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace lotledger::engine {

namespace {
constexpr std::uint64_t k_waiting_bytes_max = std::uint64_t{64} << 20;

std::uint64_t bytes_of_batch(const std::vector<StoredRecord>& batch) {
  std::uint64_t bytes = 0;
  for (const StoredRecord& record : batch) bytes += slot_bytes(record.body().size());
  return bytes;
}
}  // namespace

class GroupCommit::Impl {
 public:
  Impl(Log& log, DurableSink on_durable)
      : log_(log), on_durable_(std::move(on_durable)), durable_(log.durable()), queued_to_(log.tail()) {
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
  [[nodiscard]] std::vector<StoredRecord> next_group();
  [[nodiscard]] bool commit(std::vector<StoredRecord> group);
  [[nodiscard]] Result<void> write(const std::vector<StoredRecord>& group);
  void tell(std::vector<StoredRecord> group, const Head& durable);

  Log& log_;
  const DurableSink on_durable_;
  mutable std::mutex mutex_;  ///< Guards what follows; held neither during I/O nor while on_durable_ runs.
  std::condition_variable work_;
  std::condition_variable space_;
  std::condition_variable progress_;
  std::vector<StoredRecord> queue_;
  std::uint64_t waiting_bytes_ = 0;  ///< Of the queue and of the group being written.
  bool stopping_ = false;
  Head durable_;
  Head queued_to_;
  std::optional<Error> failure_;
  std::jthread thread_;  ///< Last, so that it is joined before anything that it uses goes.
};

Result<void> GroupCommit::Impl::enqueue(std::vector<StoredRecord> batch) {
  if (batch.empty()) return {};
  const std::uint64_t bytes = bytes_of_batch(batch);
  {
    std::unique_lock lock(mutex_);
    space_.wait(lock, [this] { return waiting_bytes_ < k_waiting_bytes_max || failure_; });
    if (failure_) return std::unexpected(*failure_);
    const RecordHeader& first = batch.front().header();
    LL_ASSERT(first.seq == queued_to_.seq + 1, "records are queued without a gap");
    LL_ASSERT(first.previous_leaf == queued_to_.leaf, "queued records continue the chain");
    queued_to_ = {batch.back().seq(), batch.back().leaf()};
    waiting_bytes_ += bytes;
    queue_.insert(queue_.end(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
  }
  work_.notify_one();
  return {};
}

Result<void> GroupCommit::Impl::wait(Seq seq) {
  std::unique_lock lock(mutex_);
  const auto is_durable = [this, seq] { return durable_.seq != k_no_seq && seq <= durable_.seq; };
  progress_.wait(lock, [&] { return is_durable() || failure_; });
  if (is_durable()) return {};
  return std::unexpected(*failure_);
}

std::vector<StoredRecord> GroupCommit::Impl::next_group() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [this] { return !queue_.empty() || stopping_; });
  return std::exchange(queue_, {});
}

void GroupCommit::Impl::run() {
  while (true) {
    std::vector<StoredRecord> group = next_group();
    if (group.empty() || !commit(std::move(group))) return;
  }
}

/// Whether the log goes on. What became durable before a failure is told all the same: its submitters may know.
bool GroupCommit::Impl::commit(std::vector<StoredRecord> group) {
  const std::uint64_t bytes = bytes_of_batch(group);
  Result<void> done = write(group);
  const Head durable = log_.durable();
  try {
    tell(std::move(group), durable);
  } catch (...) {
    done = fail(ErrorCode::io, "the receiver of durable records threw an exception; the log cannot go on");
  }
  {
    const std::lock_guard lock(mutex_);
    durable_ = durable;
    waiting_bytes_ -= bytes;
    if (!done) failure_ = done.error();
  }
  space_.notify_all();
  progress_.notify_all();
  return done.has_value();
}

Result<void> GroupCommit::Impl::write(const std::vector<StoredRecord>& group) {
  LL_TRY(log_.append(group));
  return log_.sync();
}

void GroupCommit::Impl::tell(std::vector<StoredRecord> group, const Head& durable) {
  std::erase_if(group, [&](const StoredRecord& record) { return record.seq() + 1 > durable.seq + 1; });
  if (on_durable_ && !group.empty()) on_durable_(group);
}

GroupCommit::GroupCommit(Log& log, DurableSink on_durable)
    : impl_(std::make_unique<Impl>(log, std::move(on_durable))) {}
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
