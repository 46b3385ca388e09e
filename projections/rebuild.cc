// projections/rebuild.cc - one reading thread, a folding thread for each read model, bounded queues between them.
#include "projections/rebuild.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace lotledger::projections {
namespace {

/// Records that are handed over at once, and how many such batches may wait for one read model.
constexpr std::size_t k_batch_records = 1024;
constexpr std::size_t k_waiting_batches_max = 8;

/// Records with their bodies, checked once for all read models.
struct Batch {
  std::vector<engine::StoredRecord> records;
  std::vector<const schema::Body*> bodies;
};

/// Folds one read model into a generation beside the current one.
class Lane {
 public:
  Lane(Projection& projection, const std::string& stores_folder)
      : projection_(projection), folder_(stores_folder + "/" + std::string(projection.name())) {}
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane() {
    if (thread_.joinable()) end();
  }

  Result<void> start() {
    LL_ASSIGN(store_, folder_.open_beside(projection_.fold_version()));
    thread_ = std::thread([this] { run(); });
    return {};
  }
  /// False when folding has failed: finish() says how.
  bool put(const std::shared_ptr<const Batch>& batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < k_waiting_batches_max || !done_.has_value(); });
    waiting_.push_back(batch);
    changed_.notify_all();
    return done_.has_value();
  }
  /// Waits until all is folded and flushed.
  Result<StoreDigest> finish() {
    end();
    LL_TRY(done_);
    const StoreDigest digest = store_->digest();
    LL_TRY(store_->failure());
    store_.reset();
    return digest;
  }
  Result<void> take_over() { return folder_.switch_to_beside(); }

 private:
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void run() {
    while (const auto batch = next()) {
      Result<void> folded = guarded([&] { return fold(*batch); });
      if (!folded.has_value()) return fail_with(std::move(folded).error());
    }
    Result<void> flushed = guarded([this] { return store_->flush(); });
    if (!flushed.has_value()) fail_with(std::move(flushed).error());
  }
  /// nullptr at the end.
  std::shared_ptr<const Batch> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || ended_; });
    if (waiting_.empty()) return nullptr;
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return batch;
  }
  Result<void> fold(const Batch& batch) {
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
      LL_TRY(continues(batch.records[i], projection_, *store_));
      projection_.apply(FoldInput{batch.records[i], batch.bodies[i]}, *store_);
      if (store_->delta_bytes() >= k_delta_bytes_max) LL_TRY(store_->seal());
    }
    return store_->failure();
  }
  void fail_with(Error error) {
    {
      const std::lock_guard lock(mutex_);
      done_ = std::unexpected(std::move(error));
    }
    changed_.notify_all();
  }
  /// What a library throws would end the process here.
  template <typename Work>
  static Result<void> guarded(const Work& work) noexcept try {
    return work();
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::io, std::string("folding anew: ") + thrown.what());
  }

  Projection& projection_;
  StoreFolder folder_;
  std::unique_ptr<Store> store_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const Batch>> waiting_;
  bool ended_ = false;
  Result<void> done_;
  std::thread thread_;  // Started last: it uses the others from its first moment.
};

using Lanes = std::vector<std::unique_ptr<Lane>>;

bool hand_over(const Lanes& lanes, Batch& batch) {
  const auto shared = std::make_shared<const Batch>(std::exchange(batch, {}));
  bool all = true;
  for (const auto& lane : lanes) all = lane->put(shared) && all;
  return all;
}

Result<void> read_into(const Lanes& lanes, engine::LogReader& log, const Progress& progress) {
  if (log.durable().seq == k_no_seq) return {};
  Batch batch;
  bool going = true;
  LL_TRY(log.read(0, log.durable().seq, [&](const engine::StoredRecord& record) {
    batch.records.push_back(record);
    batch.bodies.push_back(body_to_fold(record));
    if (batch.records.size() < k_batch_records) return true;
    if (progress) progress(record.seq());
    going = hand_over(lanes, batch);
    return going;
  }));
  if (going && !batch.records.empty()) hand_over(lanes, batch);
  return {};
}

}  // namespace

Result<std::vector<StoreDigest>> rebuild_all(const std::vector<std::unique_ptr<Projection>>& projections,
                                             const std::string& stores_folder, engine::LogReader& log,
                                             const Progress& progress) {
  Lanes lanes;
  for (const auto& projection : projections) {
    lanes.push_back(std::make_unique<Lane>(*projection, stores_folder));
    LL_TRY(lanes.back()->start());
  }
  LL_TRY(read_into(lanes, log, progress));
  std::vector<StoreDigest> digests;
  for (const auto& lane : lanes) {
    LL_ASSIGN(const StoreDigest digest, lane->finish());
    digests.push_back(digest);
  }
  for (const auto& lane : lanes) LL_TRY(lane->take_over());
  return digests;
}

}  // namespace lotledger::projections
