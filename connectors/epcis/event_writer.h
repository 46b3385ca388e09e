// connectors/epcis/event_writer.h - a recorded fact in the JSON of an EPCIS 2.0 event. What is written is read and
// compared by record_event.h.
#pragma once

#include "engine/event.h"

#include <optional>
#include <string>

namespace lotledger::connectors::epcis {

/// What an event says of itself rather than of units.
struct EventHead {
  std::string event_id;
  std::optional<Instant> reported_at;
};
/// One object; empty for what EPCIS has no words for. Pure.
[[nodiscard]] std::string event_json(const engine::Event& event, const EventHead& head);

}  // namespace lotledger::connectors::epcis
