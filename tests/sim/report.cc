// tests/sim/report.cc - totals and failures as text.
#include "tests/sim/report.h"

#include <algorithm>

namespace lotledger::tests {
namespace {

constexpr std::size_t k_trace_lines = 60;

}  // namespace

void Totals::add(const RunResult& run) {
  ++seeds;
  steps += run.steps;
  submissions += run.submissions;
  records += run.records;
  events += run.events;
  checks += run.checks;
  violations += run.violation ? 1U : 0U;
  for (std::size_t i = 0; i < k_faults; ++i) faults[i] += run.faults[i];
}

std::vector<Fault> Totals::missing(const FaultSet& expected) const {
  std::vector<Fault> never;
  for (const Fault fault : expected.list()) {
    if (faults[static_cast<std::size_t>(fault)] == 0) never.push_back(fault);
  }
  return never;
}

void print_line(std::ostream& out, const Totals& totals) {
  std::uint64_t faults = 0;
  for (const std::uint64_t times : totals.faults) faults += times;
  out << totals.seeds << " seeds, " << totals.steps << " steps, " << totals.submissions << " submissions, "
      << totals.records << " records, " << totals.events << " events, " << totals.checks << " checks, " << faults
      << " faults, " << totals.violations << " violations" << std::endl;
}

void print_totals(std::ostream& out, const Totals& totals) {
  print_line(out, totals);
  for (const Fault fault : all_faults())
    out << "  " << name_of(fault) << ' ' << totals.faults[static_cast<std::size_t>(fault)] << '\n';
  out << std::flush;
}

void print_failure(std::ostream& out, const RunResult& run) {
  if (!run.violation) return;
  out << "seed " << run.plan.seed << ", step " << run.steps << ", checker " << name_of(run.violation->checker) << ": "
      << run.violation->what << '\n';
  const std::size_t begin = run.trace.size() - std::min(run.trace.size(), k_trace_lines);
  for (std::size_t i = begin; i < run.trace.size(); ++i) out << "  | " << run.trace[i] << '\n';
  out << "repeat it: lotledger_sim " << options_of(run.plan) << std::endl;
}

}  // namespace lotledger::tests
