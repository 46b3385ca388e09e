// connectors/epcis/event_writer.h - a recorded fact in the JSON of an EPCIS 2.0 event. What is written is read and
// compared by record_event.h.
#pragma once

#include "engine/event.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::connectors::epcis {

/// What an event says of itself rather than of units.
struct EventHead {
  std::string event_id;
  std::optional<Instant> reported_at;
  std::string reason;  ///< Of a person; may be empty.
};
/// Facts that stand or fall together as one object, with fields of our own (own_fields.h) where EPCIS has no words.
/// Empty for what no event can tell: other sets of several facts than a status with dates, and what was made and thrown
/// away at once; statements about no unit. Pure.
[[nodiscard]] std::string event_json(const std::vector<engine::Event>& facts, const EventHead& head);

}  // namespace lotledger::connectors::epcis
