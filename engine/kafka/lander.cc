// engine/kafka/lander.cc - the thread that lands.
#include "engine/kafka/lander.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace lotledger::engine::kafka {

namespace {

constexpr std::uint64_t k_waiting_bytes_max = std::uint64_t{64} << 20;
/// Records are landed together until somebody waits for one, or there are so many bytes of them, or for so long.
constexpr std::uint64_t k_gathered_bytes = std::uint64_t{1} << 20;
constexpr std::chrono::milliseconds k_gathering_max{20};

std::uint64_t bytes_of_records(const std::vector<StoredRecord>& records) {
  std::uint64_t bytes = 0;
  for (const StoredRecord& record : records) bytes += k_header_bytes + record.header().body_bytes;
  return bytes;
}

}  // namespace

class Lander::Impl {
 public:
  Impl(Log& landed, Follower& follower, LandedSink sink)
      : landed_(landed), follower_(follower), sink_(std::move(sink)), landed_to_(landed.tail()) {
    thread_ = std::jthread([this] { run(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_all();
  }

  Result<void> add(std::vector<StoredRecord> records, Offset last) {
    std::unique_lock lock(mutex_);
    progress_.wait(lock, [this] { return waiting_bytes_ < k_waiting_bytes_max || !state_.has_value(); });
    LL_TRY(state_);
    waiting_bytes_ += bytes_of_records(records);
    const bool was_empty = queue_.empty();
    queue_.insert(queue_.end(), std::make_move_iterator(records.begin()), std::make_move_iterator(records.end()));
    last_ = last;
    if (was_empty || urgent()) work_.notify_all();
    return {};
  }

  Result<void> wait(Seq seq) {
    std::unique_lock lock(mutex_);
    const auto there = [&] { return landed_to_.seq != k_no_seq && seq <= landed_to_.seq; };
    ++waiters_;
    work_.notify_all();
    progress_.wait(lock, [&] { return there() || !state_.has_value(); });
    --waiters_;
    return there() ? Result<void>{} : state_;
  }

 private:
  void run() {
    while (true) {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return !queue_.empty() || stopping_; });
      if (queue_.empty()) return;
      work_.wait_for(lock, k_gathering_max, [this] { return urgent() || stopping_; });
      const std::vector<StoredRecord> records = std::exchange(queue_, {});
      const Offset last = last_;
      lock.unlock();
      Result<void> done = land(records, last);
      lock.lock();
      waiting_bytes_ -= bytes_of_records(records);
      if (done.has_value()) landed_to_ = {records.back().seq(), records.back().leaf()};
      if (!done.has_value()) state_ = std::move(done);
      progress_.notify_all();
      if (!state_.has_value()) return;
    }
  }

  [[nodiscard]] bool urgent() const { return waiters_ > 0 || waiting_bytes_ >= k_gathered_bytes; }

  Result<void> land(const std::vector<StoredRecord>& records, Offset last) {
    LL_TRY(landed_.append(records));
    LL_TRY(sync_all(landed_));
    Offset offset = last - std::ssize(records);
    for (const StoredRecord& record : records) follower_.wrote(record, ++offset);
    if (sink_) sink_(records);
    return {};
  }

  Log& landed_;
  Follower& follower_;
  LandedSink sink_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable progress_;
  std::vector<StoredRecord> queue_;
  Offset last_ = -1;  ///< Of the last record in the queue.
  std::uint64_t waiting_bytes_ = 0;
  int waiters_ = 0;
  bool stopping_ = false;
  Head landed_to_;
  Result<void> state_;
  std::jthread thread_;  ///< Last, so that it is joined before anything that it uses goes.
};

Lander::Lander(Log& landed, Follower& follower, LandedSink sink)
    : impl_(std::make_unique<Impl>(landed, follower, std::move(sink))) {}
Lander::~Lander() = default;
Result<void> Lander::add(std::vector<StoredRecord> records, Offset last) {
  return impl_->add(std::move(records), last);
}
Result<void> Lander::wait(Seq seq) {
  return impl_->wait(seq);
}

}  // namespace lotledger::engine::kafka
