// tests/sim/plan.cc - drawing a plan from a seed.
#include "tests/sim/plan.h"

#include "tests/sim/dice.h"

namespace lotledger::tests {
namespace {

constexpr std::size_t k_kafka_in = 6;     ///< One seed of so many runs on Kafka,
constexpr std::size_t k_rocksdb_in = 24;  ///< and one of so many with stores on disk.

FaultSet drawn_faults(Dice& dice) {
  FaultSet set;
  const std::size_t percent = 25 + 25 * dice.below(4);
  for (const Fault fault : all_faults()) {
    if (dice.chance(percent)) set.add(fault);
  }
  return set;
}

}  // namespace

Plan plan_of(std::uint64_t seed, const PlanRequest& request) {
  Dice dice(seed * 2654435761U + 17);
  Plan plan;
  plan.seed = seed;
  plan.backend = dice.below(k_kafka_in) == 0 ? Backend::kafka : Backend::local;
  plan.stores = dice.below(k_rocksdb_in) == 0 ? StoreKind::rocksdb : StoreKind::memory;
  plan.steps = 10 + dice.below(40);
  plan.submissions = 400;
  plan.batch_max = 1 + dice.below(6);
  plan.fault_percent = 10 + dice.below(40);
  plan.records_per_segment = 1 + dice.below(24);
  plan.faults = drawn_faults(dice);
  if (request.backend) plan.backend = *request.backend;
  if (request.stores) plan.stores = *request.stores;
  if (request.steps) plan.steps = *request.steps;
  if (request.submissions) plan.submissions = *request.submissions;
  if (!request.faults) return plan;
  for (const Fault fault : all_faults()) {
    if (!request.faults->has(fault)) plan.faults.remove(fault);
  }
  return plan;
}

std::string options_of(const Plan& plan) {
  return "--seed " + std::to_string(plan.seed) + " --backend " + (plan.backend == Backend::local ? "local" : "kafka") +
         " --stores " + (plan.stores == StoreKind::memory ? "memory" : "rocksdb") + " --steps " +
         std::to_string(plan.steps) + " --submissions " + std::to_string(plan.submissions) + " --faults " +
         plan.faults.text();
}

}  // namespace lotledger::tests
