// tests/sim/options.cc - reading the simulator's command line.
#include "tests/sim/options.h"

#include <charconv>
#include <string_view>

namespace lotledger::tests {
namespace {

Result<std::uint64_t> number_in(std::string_view option, std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return fail(ErrorCode::invalid_input, std::string(option) + ": '" + std::string(text) + "' is no number");
}

Result<void> read_seeds(SimOptions& options, std::string_view text) {
  const std::size_t dots = text.find("..");
  LL_ASSIGN(options.first_seed, number_in("--seeds", text.substr(0, dots)));
  options.last_seed = options.first_seed;
  if (dots == std::string_view::npos) return {};
  LL_ASSIGN(options.last_seed, number_in("--seeds", text.substr(dots + 2)));
  if (options.last_seed < options.first_seed)
    return fail(ErrorCode::invalid_input, "--seeds: '" + std::string(text) + "' ends before it begins");
  return {};
}

/// Options without a value; false: it is none.
bool read_switch(SimOptions& options, std::string_view option) {
  if (option == "--trace") return options.trace = true;
  if (option == "--twice") return options.twice = true;
  if (option == "--want-all-faults") return options.want_all_faults = true;
  if (option == "--help") return options.help = true;
  return false;
}

Result<void> read_choice(SimOptions& options, std::string_view option, std::string_view text) {
  if (option == "--backend" && text == "local") options.request.backend = Backend::local;
  if (option == "--backend" && text == "kafka") options.request.backend = Backend::kafka;
  if (option == "--stores" && text == "memory") options.request.stores = StoreKind::memory;
  if (option == "--stores" && text == "rocksdb") options.request.stores = StoreKind::rocksdb;
  const bool known = option == "--backend" ? options.request.backend.has_value() : options.request.stores.has_value();
  if (known) return {};
  return fail(ErrorCode::invalid_input, std::string(option) + ": '" + std::string(text) + "' is not known");
}

Result<void> read_option(SimOptions& options, std::string_view option, std::string_view text) {
  if (option == "--seed" || option == "--seeds") return read_seeds(options, text);
  if (option == "--backend" || option == "--stores") return read_choice(options, option, text);
  if (option == "--faults") {
    LL_ASSIGN(options.request.faults, FaultSet::parse(text));
    return {};
  }
  LL_ASSIGN(const std::uint64_t value, number_in(option, text));
  if (option == "--minutes") {
    options.minutes = value;
  } else if (option == "--from") {
    options.first_seed = value;
  } else if (option == "--jobs") {
    if (value == 0 || value > k_jobs_max)
      return fail(ErrorCode::invalid_input, "--jobs: '" + std::string(text) + "' is not between 1 and 64");
    options.jobs = value;
  } else if (option == "--shrink") {
    options.shrink_runs = value;
  } else if (option == "--steps") {
    options.request.steps = value;
  } else if (option == "--submissions") {
    options.request.submissions = value;
  } else {
    return fail(ErrorCode::invalid_input, "'" + std::string(option) + "' is no option");
  }
  return {};
}

}  // namespace

std::string sim_usage() {
  return "usage: lotledger_sim [--seed N | --seeds A..B | --minutes N [--from SEED]] [--jobs N]\n"
         "                     [--backend local|kafka] [--stores memory|rocksdb] [--steps N] [--submissions N]\n"
         "                     [--faults LIST|all|local|kafka|none] [--twice] [--want-all-faults]\n"
         "                     [--shrink RUNS] [--trace]\n"
         "One seed is one run of a whole ledger on a simulated disk, clock and cluster. Exit code 1: a violation.\n";
}

Result<SimOptions> parse_sim_options(std::span<char* const> arguments) {
  SimOptions options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view option = arguments[i];
    if (read_switch(options, option)) continue;
    if (i + 1 == arguments.size())
      return fail(ErrorCode::invalid_input, "'" + std::string(option) + "' is no option, or lacks its value");
    LL_TRY(read_option(options, option, arguments[++i]));
  }
  return options;
}

}  // namespace lotledger::tests
