// projections/live_fold.cc - the thread that folds what has just become durable.
#include "projections/runner.h"

#include "engine/base/assert.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace lotledger::projections {
namespace {

constexpr std::size_t k_waiting_bytes_max = std::size_t{64} << 20;
constexpr std::chrono::milliseconds k_idle{100};

std::size_t bytes_of(const engine::StoredRecord& record) {
  return engine::k_header_bytes + record.body().size();
}

/// Folds a batch into one projection. Records are read once for all projections, hence the bodies.
Result<void> fold_batch(Folded& folded, const std::vector<engine::StoredRecord>& records,
                        const std::vector<const schema::Body*>& bodies) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    LL_ASSERT(records[i].seq() == folded.store->position().head.seq + 1, "records are fed in seq order, each once");
    folded.projection->apply(FoldInput{records[i], bodies[i]}, *folded.store);
    if (folded.store->delta_bytes() >= k_delta_bytes_max) LL_TRY(folded.store->seal());
  }
  return folded.store->failure();
}

}  // namespace

class LiveFold::Impl {
 public:
  explicit Impl(std::vector<Folded> projections) : projections_(std::move(projections)), thread_([this] { run(); }) {}

  ~Impl() { ignore(close(), "the next start folds what is missing"); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void feed(const std::vector<engine::StoredRecord>& records) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_bytes_ <= k_waiting_bytes_max; });
    for (const engine::StoredRecord& record : records) {
      waiting_bytes_ += bytes_of(record);
      waiting_.push_back(record);
    }
    lock.unlock();
    changed_.notify_all();
  }

  Result<void> flush() {
    std::unique_lock lock(mutex_);
    const std::uint64_t ticket = ++flushes_wanted_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return flushes_done_ >= ticket; });
    return failure_;
  }

  Result<void> close() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    return failure_;
  }

 private:
  using Lock = std::unique_lock<std::mutex>;
  using Batch = std::vector<engine::StoredRecord>;

  [[nodiscard]] bool wanted() const { return stop_ || !waiting_.empty() || flushes_done_ < flushes_wanted_; }

  void run() {
    Lock lock(mutex_);
    bool settled = false;  // What the stores were caught up with is in no file yet.
    while (true) {
      if (settled) {
        changed_.wait(lock, [this] { return wanted(); });
      } else {
        changed_.wait_for(lock, k_idle, [this] { return wanted(); });
      }
      if (!waiting_.empty()) {
        fold_waiting(lock);
        settled = false;
      } else if (flushes_done_ < flushes_wanted_) {
        flush_all(lock);
        settled = true;
      } else if (!settled) {  // Idle, or about to stop.
        unlocked(lock, [this] { return all_at_once([](Store& store) { return store.settle(); }); });
        settled = true;
      } else if (stop_) {
        return;
      }
    }
  }

  /// Folds all that waits. Its bytes count until it is folded, so that feed() bounds what is in memory, not what is
  /// queued.
  void fold_waiting(Lock& lock) {
    const Batch batch = std::exchange(waiting_, {});
    const std::size_t bytes = waiting_bytes_;
    unlocked(lock, [&] { return fold(batch); });
    waiting_bytes_ -= bytes;
    changed_.notify_all();
  }

  Result<void> fold(const Batch& batch) {
    std::vector<const schema::Body*> bodies;
    bodies.reserve(batch.size());
    for (const engine::StoredRecord& record : batch) bodies.push_back(body_to_fold(record));
    for (Folded& folded : projections_) LL_TRY(fold_batch(folded, batch, bodies));
    return {};
  }

  void flush_all(Lock& lock) {
    const std::uint64_t done = flushes_wanted_;
    unlocked(lock, [this] { return all_at_once([](Store& store) { return store.flush(); }); });
    flushes_done_ = done;
    changed_.notify_all();
  }

  template <typename Work>
  Result<void> each_store(const Work& work) {
    for (Folded& folded : projections_) LL_TRY(work(*folded.store));
    return {};
  }

  /// Sealing goes on in the stores' own threads: all begin before the first is waited for.
  template <typename Work>
  Result<void> all_at_once(const Work& work) {
    LL_TRY(each_store([](Store& store) { return store.seal(); }));
    return each_store(work);
  }

  /// Works without the lock, unless something has failed before; keeps the first failure for ever.
  template <typename Work>
  void unlocked(Lock& lock, const Work& work) {
    if (!failure_.has_value()) return;
    lock.unlock();
    Result<void> done = guarded(work);
    lock.lock();
    failure_ = std::move(done);
  }

  /// What a library throws would end the process here.
  template <typename Work>
  static Result<void> guarded(const Work& work) noexcept try {
    return work();
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::io, std::string("folding durable records: ") + thrown.what());
  }

  std::vector<Folded> projections_;  // Used by the thread only.
  std::mutex mutex_;
  std::condition_variable changed_;
  Batch waiting_;
  std::size_t waiting_bytes_ = 0;  // Of what waits and of what is being folded.
  std::uint64_t flushes_wanted_ = 0;
  std::uint64_t flushes_done_ = 0;
  bool stop_ = false;
  Result<void> failure_;
  std::thread thread_;  // Last: it uses the others from its first moment.
};

LiveFold::LiveFold(std::vector<Folded> projections) : impl_(std::make_unique<Impl>(std::move(projections))) {}
LiveFold::~LiveFold() = default;

void LiveFold::feed(const std::vector<engine::StoredRecord>& records) {
  impl_->feed(records);
}
Result<void> LiveFold::flush() {
  return impl_->flush();
}
Result<void> LiveFold::close() {
  return impl_->close();
}

}  // namespace lotledger::projections
