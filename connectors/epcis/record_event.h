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
  /// The record says more than EPCIS has words for: the kind of a move, owners, terms, basis, cost, ...
  bool in_part = false;
};

/// The fact of a record: in its own words where it came as EPCIS (of XML, in the JSON of EPCIS 2.0), else made from
/// what was recorded, as an event named `event_id`. What was made is read and mapped again and must be the same fact,
/// or as much of it as EPCIS has words for (`in_part`). Otherwise why it cannot be said, in words. Pure.
[[nodiscard]] std::expected<WrittenEvent, std::string> event_of_record(const engine::Body& body,
                                                                       const std::string& event_id);

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
