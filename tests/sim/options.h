// tests/sim/options.h - the simulator's command line.
#pragma once

#include "tests/sim/plan.h"

#include <span>
#include <string>

namespace lotledger::tests {

inline constexpr std::size_t k_jobs_max = 64;

struct SimOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 1;
  std::uint64_t minutes = 0;  ///< Instead of last_seed: seeds from the first one on, for so long.
  std::size_t jobs = 1;
  PlanRequest request;
  std::size_t shrink_runs = 120;  ///< Runs that making a failure smaller may take.
  bool trace = false;             ///< Prints what happened, also where nothing is wrong.
  bool twice = false;             ///< Each seed again; both must come to the same.
  bool want_all_faults = false;   ///< A kind of fault that never came is a failure.
  bool help = false;
};

[[nodiscard]] std::string sim_usage();
/// invalid_input names the word that is wrong.
[[nodiscard]] Result<SimOptions> parse_sim_options(std::span<char* const> arguments);

}  // namespace lotledger::tests
