// connectors/epcis/record_event.h - facts of a ledger as EPCIS 2.0 JSON: the inverse of mapping.h.
// Explained in docs/areas/epcis.md "Export".
#pragma once

#include "engine/event.h"

#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

/// An event as it can stand in the list of a document.
struct WrittenEvent {
  std::string json;  ///< One object, without line ends.
  /// `prefix=namespace` and `=URL` lines (Namespaces::declarations()) that its names need from outside.
  std::string declarations;
  /// The record says more than the event: what things cost, or whether a release is for production or for the market.
  bool in_part = false;
};

/// What an event of ours is called elsewhere, and since when a decision in it counts.
struct RecordName {
  std::string event_id;
  Instant recorded_at;
};

/// The facts of a record as one event: in their own words where they came as EPCIS (of XML, in the JSON of EPCIS 2.0),
/// else made from what was recorded. A hold or disposition that was decided here becomes a status that a source
/// reports. What was made is read and mapped again and must be the same facts. Otherwise why it cannot be said, in
/// words. Pure.
[[nodiscard]] std::expected<WrittenEvent, std::string> event_of_record(const engine::Body& body,
                                                                       const RecordName& record);

/// Whether `event` is a hold that a rule of this ledger placed beside the facts of `body`: another ledger judges by its
/// own policy.
[[nodiscard]] bool is_hold_of_rules(const engine::Body& body, const engine::Event& event);

/// Calls `take` with each declaration in such lines; an empty prefix: `uri` is the URL of a context.
void for_each_declaration(std::string_view lines,
                          const std::function<void(std::string_view prefix, std::string_view uri)>& take);

/// `event` withdrawn: the same event with an error declaration. `text` is a person's reason, or empty. Precondition:
/// it has none yet.
struct Withdrawal {
  Instant declared_at;
  std::string text;
};
[[nodiscard]] WrittenEvent withdrawn_event(const WrittenEvent& event, const Withdrawal& withdrawal);

/// `event` with an @context of its own that declares what `declarations` says, beside what it declares already.
[[nodiscard]] std::string with_own_context(const WrittenEvent& event);

}  // namespace lotledger::connectors::epcis
