// projections/store/rocks_store.cc - sealing: one thread folds the next delta while another writes the last one.
#include "projections/store/rocks_store.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace lotledger::projections {

namespace {
/// Gives a DeltaStore a base that it owns, constructed before it and destroyed after it.
struct OwnedBase {
  explicit OwnedBase(std::unique_ptr<RocksBase> base_in) : base(std::move(base_in)) {}
  std::unique_ptr<RocksBase> base;
};

class PrivateStore final : private OwnedBase, public DeltaStore {
 public:
  explicit PrivateStore(std::unique_ptr<RocksBase> base_in)
      : OwnedBase(std::move(base_in)), DeltaStore(base->meta().position, base->meta().digest, base.get()) {}
};

/// What the writer needs to know of one sealed delta.
struct Sealed {
  std::shared_ptr<const Delta> delta;
  std::shared_ptr<const Delta> below;  ///< Sealed before it; knows old values without a look into RocksDB.
  StorePosition position;
};

/// The thread that writes sealed deltas, one at a time.
class SealWriter {
 public:
  explicit SealWriter(RocksBase& base) : base_(base), thread_([this] { run(); }) {}
  ~SealWriter() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  SealWriter(const SealWriter&) = delete;
  SealWriter& operator=(const SealWriter&) = delete;

  /// Precondition: idle.
  void start(Sealed sealed) {
    {
      const std::lock_guard lock(mutex_);
      job_ = std::move(sealed);
    }
    changed_.notify_all();
  }
  void wait_idle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !job_.has_value(); });
  }

 private:
  void run();
  /// Never throws: this is where the thread would end the process.
  [[nodiscard]] Result<void> write(const Sealed& sealed) noexcept;

  RocksBase& base_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Sealed> job_;  // Stays until it is done.
  bool stop_ = false;
  std::thread thread_;  // Last: it uses the others from its first moment.
};

void SealWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || job_.has_value(); });
    if (!job_.has_value()) return;
    lock.unlock();
    if (auto written = write(*job_); !written.has_value()) base_.fail_with(std::move(written).error());
    lock.lock();
    job_.reset();
    changed_.notify_all();
  }
}

Result<void> SealWriter::write(const Sealed& sealed) noexcept try {
  LL_TRY(base_.failure());
  DigestSum sum(base_.meta().digest);
  add_changes(sum, *sealed.delta, sealed.below.get(), &base_);
  LL_TRY(base_.failure());  // An old value that could not be read would make the digest wrong.
  return base_.write(*sealed.delta, StoreMeta{sealed.position, sum.digest()});
} catch (const std::exception& thrown) {
  return fail(ErrorCode::io, std::string("store: writing a sealed delta: ") + thrown.what());
}

class FoldingStore final : private OwnedBase, public DeltaStore {
 public:
  explicit FoldingStore(std::unique_ptr<RocksBase> base_in)
      : OwnedBase(std::move(base_in)),
        DeltaStore(base->meta().position, base->meta().digest, base.get()),
        sealed_position_(base->meta().position),
        writer_(std::make_unique<SealWriter>(*base)) {}

  Result<void> seal() override {
    assert_advanced();
    if (!active()->written() && position() == sealed_position_) return failure();
    writer_->wait_idle();
    LL_TRY(failure());
    auto below = rotate();
    base->refresh();
    sealed_position_ = position();
    writer_->start(Sealed{sealed(), std::move(below), sealed_position_});
    return {};
  }

  Result<void> flush() override {
    LL_TRY(seal());
    writer_->wait_idle();
    LL_TRY(failure());
    auto flushed = base->flush();
    if (!flushed.has_value()) base->fail_with(flushed.error());
    return flushed;
  }

  Result<void> settle() override {
    LL_TRY(seal());
    writer_->wait_idle();
    LL_TRY(failure());
    forget_spare();
    return base->unflushed_bytes() > k_settled_bytes_max ? flush() : Result<void>();
  }

 protected:
  StoreDigest digest_beneath() const override {
    writer_->wait_idle();
    return base->meta().digest;
  }

 private:
  StorePosition sealed_position_;
  std::unique_ptr<SealWriter> writer_;
};
}  // namespace

std::unique_ptr<Store> folding_store(std::unique_ptr<RocksBase> base) {
  return std::make_unique<FoldingStore>(std::move(base));
}

std::unique_ptr<Store> private_store(std::unique_ptr<RocksBase> base) {
  return std::make_unique<PrivateStore>(std::move(base));
}

}  // namespace lotledger::projections
