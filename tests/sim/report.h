// tests/sim/report.h - what many runs came to together, and how a failed one is told.
#pragma once

#include "tests/sim/plan.h"

#include <ostream>

namespace lotledger::tests {

struct Totals {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::uint64_t submissions = 0;
  std::uint64_t records = 0;
  std::uint64_t events = 0;
  std::uint64_t checks = 0;
  std::uint64_t violations = 0;
  FaultCounts faults{};

  void add(const RunResult& run);
  /// Kinds among `expected` that never came.
  [[nodiscard]] std::vector<Fault> missing(const FaultSet& expected) const;
};

/// One line: `412 seeds, 12031 steps, ...`.
void print_line(std::ostream& out, const Totals& totals);
/// The line, and the faults by kind.
void print_totals(std::ostream& out, const Totals& totals);
/// Seed, step, checker, what was expected and found, the last steps, and the command that repeats it.
void print_failure(std::ostream& out, const RunResult& run);

}  // namespace lotledger::tests
