// tests/support/slow_events.h - every event of a log in one plain list, read from the FlatBuffers tables: what the slow
// models look through from end to end for every question. Knows nothing of projections/.
#pragma once

#include "engine/base/material.h"
#include "tests/support/test_ledger.h"

#include "schemas/event_generated.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::tests {

/// A unit that an event names, and as what.
struct SlowMention {
  std::string_view role;  ///< `unit`, `input`, `output`, `parent`, `child`, `part`.
  std::string unit;       ///< Bytes of its key.
  std::string lot;        ///< Bytes of the key of the lot that its writing names; may be empty.
  std::optional<Quantity> quantity;
};

struct SlowEvent {
  EventPosition position;
  Instant recorded_at;
  Instant occurred_at;  ///< recorded_at where the event has no time of its own.
  Instant reported_at;  ///< recorded_at where the source gave none.
  std::string_view name;
  std::vector<SlowMention> mentions;  ///< In the order of the schema.
  const schema::Event* event = nullptr;
  const schema::Body* body = nullptr;

  /// Whether the event names the unit, or names it as the lot of a serial.
  [[nodiscard]] bool names(const std::string& unit) const;
};

/// All events of the records that can be read, in the order of positions. They point into `log`.
[[nodiscard]] std::vector<SlowEvent> slow_events(const VectorLog& log);
/// Positions of the records that cannot be read.
[[nodiscard]] std::set<Seq> slow_unreadable(const VectorLog& log);
/// For each withdrawn record the positions of all its withdrawals.
[[nodiscard]] std::map<Seq, std::set<Seq>> slow_withdrawals(const std::vector<SlowEvent>& events);

}  // namespace lotledger::tests
