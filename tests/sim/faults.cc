// tests/sim/faults.cc - names of faults.
#include "tests/sim/faults.h"

namespace lotledger::tests {
namespace {

constexpr std::array<std::string_view, k_faults> k_names{
    "power_loss",        "lost_page",      "torn_page",     "lost_name",  "kill",
    "write_error",       "sync_error",     "folder_error",  "disk_full",  "bit_flip",
    "misdirected_write", "cut_file",       "spliced_group", "clock_back", "clock_ahead",
    "duplicate",         "contradiction",  "reordered",     "racing",     "store_lost",
    "store_stale",       "kafka_doubled",  "kafka_late",    "kafka_lost", "kafka_unknown",
    "kafka_no_offset",   "kafka_noise",    "kafka_zombie",  "kafka_race", "kafka_crash",
    "kafka_silent",      "kafka_truncated"};

}  // namespace

std::string_view name_of(Fault fault) {
  return k_names[static_cast<std::size_t>(fault)];
}

std::vector<Fault> all_faults() {
  std::vector<Fault> all;
  for (std::size_t i = 0; i < k_faults; ++i) all.push_back(static_cast<Fault>(i));
  return all;
}

std::vector<Fault> FaultSet::list() const {
  std::vector<Fault> found;
  for (const Fault fault : all_faults()) {
    if (has(fault)) found.push_back(fault);
  }
  return found;
}

std::string FaultSet::text() const {
  std::string text;
  for (const Fault fault : list()) text.append(text.empty() ? "" : ",").append(name_of(fault));
  return text.empty() ? "none" : text;
}

FaultSet FaultSet::all() {
  FaultSet set;
  for (const Fault fault : all_faults()) set.add(fault);
  return set;
}

Result<FaultSet> FaultSet::parse(std::string_view text) {
  if (text == "all") return all();
  FaultSet set;
  if (text == "none") return set;
  if (text == "local" || text == "kafka") {
    for (const Fault fault : all_faults()) {
      if ((fault >= k_first_kafka_fault) == (text == "kafka")) set.add(fault);
    }
    return set;
  }
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    bool known = false;
    for (const Fault fault : all_faults()) {
      if (name_of(fault) != word) continue;
      set.add(fault);
      known = true;
    }
    if (!known) return fail(ErrorCode::invalid_input, "'" + std::string(word) + "' is no kind of fault");
  }
  return set;
}

}  // namespace lotledger::tests
