// tests/sim/main.cc - runs seeds on several threads and tells what they came to.
#include "tests/sim/options.h"
#include "tests/sim/report.h"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <mutex>
#include <thread>

#include <unistd.h>

namespace lotledger::tests {
namespace {

using WallClock = std::chrono::steady_clock;
constexpr std::chrono::minutes k_line_every{1};

/// Seeds that run just now, 0: none; for a run that an assertion stops.
std::array<std::atomic<std::uint64_t>, k_jobs_max> seeds_under_way;

/// Only what a signal handler may do.
extern "C" void tell_seeds(int /*signal*/) {
  for (const auto& running : seeds_under_way) {
    std::uint64_t seed = running;
    if (seed == 0) continue;
    std::array<char, 32> digits{};
    std::size_t at = digits.size();
    for (digits[--at] = '\n'; seed > 0; seed /= 10) digits[--at] = static_cast<char>('0' + seed % 10);
    static constexpr std::string_view k_words = "an assertion stopped the run; repeat it: lotledger_sim --seed ";
    const bool told = ::write(STDERR_FILENO, k_words.data(), k_words.size()) > 0 &&
                      ::write(STDERR_FILENO, digits.data() + at, digits.size() - at) > 0;
    if (!told) return;
  }
}

/// Hands seeds to threads and collects what they come to.
class Runner {
 public:
  explicit Runner(const SimOptions& options) : options_(options), next_(options.first_seed) {}

  int run() {
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < options_.jobs; ++i) threads.emplace_back([this, i] { work(seeds_under_way[i]); });
    }
    print_totals(std::cout, totals_);
    return totals_.violations > 0 || !all_faults_came() ? 1 : 0;
  }

 private:
  [[nodiscard]] bool over(std::uint64_t seed) const {
    if (stop_) return true;
    if (options_.minutes == 0) return seed > options_.last_seed;
    return WallClock::now() - begun_ >= std::chrono::minutes(options_.minutes);
  }

  void work(std::atomic<std::uint64_t>& under_way) {
    for (std::uint64_t seed = next_++; !over(seed); seed = next_++) {
      under_way = seed;
      const Plan plan = plan_of(seed, options_.request);
      RunResult run = run_plan(plan);
      if (options_.twice && !run.violation && run_plan(plan).digest != run.digest)
        run.violation = Violation{Checker::replay, "the same seed came to something else when it was run again"};
      take(run);
    }
    under_way = 0;
  }

  void take(const RunResult& run) {
    const std::scoped_lock lock(mutex_);
    totals_.add(run);
    if (options_.trace) {
      for (const std::string& line : run.trace) std::cout << line << '\n';
      std::cout << "digest " << run.digest << std::endl;
    }
    const auto now = WallClock::now();
    if (options_.minutes > 0 && now - told_ >= k_line_every) {
      told_ = now;
      print_line(std::cout, totals_);
    }
    if (!run.violation) return;
    print_failure(std::cout, run);
    if (options_.shrink_runs > 0) {
      std::cout << "shrunk:\n";
      print_failure(std::cout, shrink(run, options_.shrink_runs));
    }
    // Whoever asked for minutes wants them all; of a slice the first violation is enough.
    stop_ = options_.minutes == 0;
  }

  bool all_faults_came() {
    if (!options_.want_all_faults) return true;
    const auto never = totals_.missing(options_.request.faults.value_or(FaultSet::all()));
    for (const Fault fault : never) std::cout << "fault " << name_of(fault) << " never came" << std::endl;
    return never.empty();
  }

  const SimOptions& options_;
  std::atomic<std::uint64_t> next_;
  std::atomic<bool> stop_ = false;
  const WallClock::time_point begun_ = WallClock::now();
  WallClock::time_point told_ = begun_;
  std::mutex mutex_;
  Totals totals_;
};

int run_simulator(std::span<char* const> arguments) {
  const auto options = parse_sim_options(arguments);
  if (!options.has_value() || options->help) {
    (options.has_value() ? std::cout : std::cerr)
        << (options.has_value() ? "" : options.error().message + "\n") << sim_usage();
    return options.has_value() ? 0 : 2;
  }
  std::signal(SIGABRT, tell_seeds);
  return Runner(*options).run();
}

}  // namespace
}  // namespace lotledger::tests

int main(int argc, char** argv) try {
  return lotledger::tests::run_simulator({argv + 1, static_cast<std::size_t>(argc - 1)});
} catch (const std::exception& thrown) {
  std::cerr << "lotledger_sim: " << thrown.what() << '\n';
  return 3;
}
