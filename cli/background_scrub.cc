// cli/background_scrub.cc - a thread that reads slowly.
#include "cli/background_scrub.h"

#include "cli/output.h"
#include "cli/position.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

namespace lotledger::cli {
namespace {

constexpr std::uint64_t k_bytes_per_second = std::uint64_t{8} << 20;
constexpr std::int64_t k_week_us = std::int64_t{7} * 86'400 * 1'000'000;

}  // namespace

engine::Scrub scrub_of(const LedgerInfo& info, engine::Disk& disk, Clock& clock) {
  return {disk, info.log_folder(), info.folder + "/scrubbed", clock};
}

std::string damage_text(const LedgerInfo& info, const engine::LogVerification::Damage& damage) {
  return fmt::format("{}, offset {}, record {}: {}; restore this file from a copy of the data folder", damage.file,
                     damage.offset, position_text(info.name(), damage.seq), damage.why);
}

bool BackgroundScrub::SlowPace::go_on(std::uint64_t bytes_read) {
  std::unique_lock lock(mutex_);
  ended_now_.wait_for(lock, std::chrono::microseconds(bytes_read * 1'000'000 / k_bytes_per_second),
                      [this] { return ended_; });
  return !ended_;
}

void BackgroundScrub::SlowPace::end() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  ended_now_.notify_all();
}

BackgroundScrub::BackgroundScrub(const LedgerInfo& info) : info_(info), thread_([this] { run(); }) {}

BackgroundScrub::~BackgroundScrub() {
  pace_.end();
  thread_.join();
}

void BackgroundScrub::run() {
  const Instant due{clock_.now().utc_us - k_week_us};
  engine::Scrub scrub = scrub_of(info_, *slow_disk_, clock_);
  for (;;) {
    const auto check = scrub.step(due);
    // What keeps it from reading shows in the work itself, or with `audit scrub`.
    if (!check.has_value() || !*check) return;
    if ((*check)->damage)
      std::cerr << fmt::format("lotledger: scrub: {}\n", printable(damage_text(info_, *(*check)->damage)))
                << std::flush;
  }
}

}  // namespace lotledger::cli
