// cli/background_scrub.h - the scrub of a ledger, and the slow one beside the work of a writing process.
#pragma once

#include "cli/ledger.h"
#include "engine/log/paced_disk.h"
#include "engine/log/scrub.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace lotledger::cli {

/// A scrub that remembers in the file `scrubbed` of the ledger's folder. `disk` and `clock` must outlive it.
[[nodiscard]] engine::Scrub scrub_of(const LedgerInfo& info, engine::Disk& disk, Clock& clock);
/// What people are told of a damaged segment.
[[nodiscard]] std::string damage_text(const LedgerInfo& info, const engine::LogVerification::Damage& damage);

/// Reads, on a thread of its own, the sealed segments that nobody has read for a week, at 8 MiB a second; says on
/// stderr what is damaged. Ends with the process, at once.
class BackgroundScrub {
 public:
  explicit BackgroundScrub(const LedgerInfo& info);
  ~BackgroundScrub();
  BackgroundScrub(const BackgroundScrub&) = delete;
  BackgroundScrub& operator=(const BackgroundScrub&) = delete;

 private:
  /// So many bytes a second, or the end.
  class SlowPace final : public engine::Pace {
   public:
    bool go_on(std::uint64_t bytes_read) override;
    void end();

   private:
    std::mutex mutex_;
    std::condition_variable ended_now_;
    bool ended_ = false;
  };
  void run();

  const LedgerInfo info_;
  SystemClock clock_;
  std::unique_ptr<engine::Disk> disk_ = engine::posix_disk();
  SlowPace pace_;
  std::unique_ptr<engine::Disk> slow_disk_ = engine::paced_disk(*disk_, pace_);
  std::thread thread_;  ///< Last, so that it ends before anything that it uses goes.
};

}  // namespace lotledger::cli
