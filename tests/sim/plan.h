// tests/sim/plan.h - what one simulated run is to be. A seed draws a plan of its own: which faults may come, how often,
// how long it goes on (swarm testing: what is left out of one run has room in another).
#pragma once

#include "tests/sim/faults.h"
#include "tests/sim/verdict.h"

#include <optional>
#include <string>

namespace lotledger::tests {

enum class Backend : std::uint8_t { local, kafka };
enum class StoreKind : std::uint8_t { memory, rocksdb };

struct Plan {
  std::uint64_t seed = 1;
  Backend backend = Backend::local;
  StoreKind stores = StoreKind::memory;
  std::size_t steps = 0;
  std::size_t submissions = 0;    ///< At most so many in the whole run.
  std::size_t batch_max = 1;      ///< Submissions of one submitter at once.
  std::size_t fault_percent = 0;  ///< Of the steps.
  std::uint64_t records_per_segment = 8;
  FaultSet faults;
};

/// What the person who runs it asked for; what is absent is drawn.
struct PlanRequest {
  std::optional<Backend> backend;
  std::optional<StoreKind> stores;
  std::optional<std::size_t> steps;
  std::optional<std::size_t> submissions;
  std::optional<FaultSet> faults;  ///< Only these may come.
};

[[nodiscard]] Plan plan_of(std::uint64_t seed, const PlanRequest& request);
/// The options that repeat exactly this plan.
[[nodiscard]] std::string options_of(const Plan& plan);

/// What a run came to.
struct RunResult {
  Plan plan;
  std::optional<Violation> violation;
  std::size_t steps = 0;  ///< That were taken; the violation came in the last one.
  std::uint64_t submissions = 0;
  std::uint64_t events = 0;
  std::uint64_t records = 0;
  std::uint64_t checks = 0;
  FaultCounts faults{};
  std::string digest;              ///< Of all that happened, in its order: two runs of one plan have the same.
  std::vector<std::string> trace;  ///< One line a step.
};

/// Runs the plan to its end or to the first violation.
[[nodiscard]] RunResult run_plan(const Plan& plan);

/// A smaller plan that ends in a violation of the same checker; the plan itself where none is found. Runs at most
/// `runs_max` plans.
[[nodiscard]] RunResult shrink(const RunResult& failed, std::size_t runs_max = 120);

}  // namespace lotledger::tests
