// engine/log/scan_ahead.cc - threads that scan one segment each, a few ahead of the one that is wanted.
#include "engine/log/scan_ahead.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

namespace lotledger::engine {

namespace {

/// A scan that could be read: `opened` is left as it is where there is nothing to scan.
Result<ScannedSegment> scan_one(Disk& disk, const std::string& folder, Seq first, const ScanAheadRequest& request,
                                const VerifyOptions& options) {
  ScannedSegment scanned;
  scanned.opened = open_segment(disk, folder, first, OpenMode::read);
  if (!scanned.opened.has_value()) return scanned;
  const OpenedSegment& opened = *scanned.opened;
  LL_ASSIGN(scanned.size, opened.file->size());
  ScanRequest scan{.segment = opened.header,
                   .before = {first - 1, opened.header.previous_leaf},
                   .stop_before = request.stop_before,
                   .known_durable = request.known_durable};
  if (options.judge) {
    scan.visit = [&](const StoredRecord& record) {
      if (scanned.bad_body) return;
      BodyVerdict verdict = options.judge(record);
      if (!verdict.damage.empty()) {
        scanned.bad_body = ScannedSegment::BadBody{record.seq(), std::move(verdict.damage)};
      } else if (!verdict.readable) {
        ++scanned.unreadable;
      }
    };
  }
  LL_ASSIGN(scanned.found, scan_segment(*opened.file, scan));
  return scanned;
}

}  // namespace

class ScanAhead::Impl {
 public:
  Impl(Disk& disk, std::string folder, ScanAheadRequest request, const VerifyOptions& options)
      : disk_(disk), folder_(std::move(folder)), request_(std::move(request)), options_(options) {
    if (options_.threads < 2) return;
    const std::size_t wanted = std::min<std::size_t>(options_.threads, request_.segments.size());
    for (std::size_t i = 0; i < wanted; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Impl() {
    {
      const std::scoped_lock lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<ScannedSegment> take() {
    LL_ASSERT(taken_ < request_.segments.size(), "more segments taken than there are");
    if (threads_.empty()) return scan(request_.segments[taken_++]);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_.contains(taken_); });
    auto found = std::move(done_.extract(taken_++).mapped());
    changed_.notify_all();
    return found;
  }

 private:
  /// What a library throws would end the process on a thread of ours.
  Result<ScannedSegment> scan(Seq first) noexcept try {
    return scan_one(disk_, folder_, first, request_, options_);
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::io, segment_path(folder_, first) + ": " + thrown.what());
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      // One segment ahead for each thread: what is found takes 8 bytes a record until it is taken.
      changed_.wait(lock, [this] { return stop_ || next_ < taken_ + 2 * options_.threads; });
      if (stop_ || next_ == request_.segments.size()) return;
      const std::size_t mine = next_++;
      lock.unlock();
      auto found = scan(request_.segments[mine]);
      lock.lock();
      done_.emplace(mine, std::move(found));
      changed_.notify_all();
    }
  }

  Disk& disk_;
  const std::string folder_;
  const ScanAheadRequest request_;
  const VerifyOptions& options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;   ///< The segment that is scanned next.
  std::size_t taken_ = 0;  ///< Segments handed out.
  std::map<std::size_t, Result<ScannedSegment>> done_;
  bool stop_ = false;
  std::vector<std::jthread> threads_;  ///< Last, so that they are joined before anything that they use goes.
};

ScanAhead::ScanAhead(Disk& disk, std::string folder, ScanAheadRequest request, const VerifyOptions& options)
    : impl_(std::make_unique<Impl>(disk, std::move(folder), std::move(request), options)) {}
ScanAhead::~ScanAhead() = default;

Result<ScannedSegment> ScanAhead::take() {
  return impl_->take();
}

}  // namespace lotledger::engine
