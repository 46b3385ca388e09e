// tests/support/slow_batch_record.cc - one pass over all events per question.
#include "tests/support/slow_batch_record.h"

#include "tests/support/slow_events.h"

#include <algorithm>

namespace lotledger::tests {

std::vector<projections::HistoryEntry> slow_history(const VectorLog& log, const UnitKey& unit,
                                                    const projections::TimeFilter& filter) {
  const std::vector<SlowEvent> events = slow_events(log);
  const std::map<Seq, std::set<Seq>> withdrawals = slow_withdrawals(events);
  const auto known = [&](Seq seq) { return filter.known_at == k_no_seq || seq <= filter.known_at; };
  std::vector<projections::HistoryEntry> entries;
  for (const SlowEvent& event : events) {
    if (!event.names(unit.bytes()) || !known(event.position.seq)) continue;
    if (filter.as_of && event.occurred_at > *filter.as_of) continue;
    if (filter.reported_at && event.reported_at > *filter.reported_at) continue;
    projections::HistoryEntry entry{event.position, event.occurred_at, std::nullopt};
    if (const auto by = withdrawals.find(event.position.seq); by != withdrawals.end()) {
      const Seq first = *by->second.begin();
      if (known(first)) entry.withdrawn_by = first;
    }
    entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::pair(a.occurred_at, a.position) < std::pair(b.occurred_at, b.position);
  });
  return entries;
}

}  // namespace lotledger::tests
