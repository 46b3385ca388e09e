// tests/sim/run.cc - one plan from its beginning to its end, and smaller plans that fail alike.
#include "tests/sim/kafka_world.h"

#include <algorithm>

namespace lotledger::tests {

namespace {

template <typename World>
RunResult run_world(const Plan& plan) {
  RunResult result;
  result.plan = plan;
  World world(plan, result);
  world.begin();
  while (world.verdict().ok() && result.steps < plan.steps) {
    ++result.steps;
    world.step();
  }
  if (world.verdict().ok()) world.finish();
  result.violation = world.verdict().first();
  return result;
}

}  // namespace

RunResult run_plan(const Plan& plan) {
  return plan.backend == Backend::kafka ? run_world<KafkaWorld>(plan) : run_world<LocalWorld>(plan);
}

namespace {

/// Tries one smaller plan; keeps it when it fails by the same checker.
class Shrinking {
 public:
  Shrinking(const RunResult& failed, std::size_t runs_max) : best_(failed), runs_left_(runs_max) {}

  RunResult run() {
    fewer_steps();
    fewer_faults();
    fewer_submissions();
    fewer_steps();
    return best_;
  }

 private:
  bool try_plan(const Plan& plan) {
    if (runs_left_ == 0) return false;
    --runs_left_;
    RunResult result = run_plan(plan);
    if (!result.violation || result.violation->checker != best_.violation->checker) return false;
    best_ = std::move(result);
    return true;
  }

  void fewer_steps() {
    Plan plan = best_.plan;
    plan.steps = best_.steps;
    if (plan.steps < best_.plan.steps) try_plan(plan);
    for (std::size_t cut = best_.plan.steps / 2; cut > 0; cut /= 2) {
      plan = best_.plan;
      if (plan.steps <= cut) continue;
      plan.steps -= cut;
      try_plan(plan);
    }
  }

  void fewer_faults() {
    for (const Fault fault : best_.plan.faults.list()) {
      Plan plan = best_.plan;
      plan.faults.remove(fault);
      try_plan(plan);
    }
  }

  void fewer_submissions() {
    Plan plan = best_.plan;
    plan.submissions = std::min<std::size_t>(plan.submissions, best_.submissions);
    for (std::size_t cut = plan.submissions / 2; cut > 0; cut /= 2) {
      plan = best_.plan;
      plan.submissions = std::min<std::size_t>(plan.submissions, best_.submissions);
      if (plan.submissions <= cut) continue;
      plan.submissions -= cut;
      try_plan(plan);
    }
  }

  RunResult best_;
  std::size_t runs_left_;
};

}  // namespace

RunResult shrink(const RunResult& failed, std::size_t runs_max) {
  return Shrinking(failed, runs_max).run();
}

}  // namespace lotledger::tests
