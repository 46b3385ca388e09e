// connectors/epcis/validate.h - whether a JSON object is an EPCIS 2.0 event with CBV 2.0 words, and if not, all
// reasons. Rules and their sources: docs/areas/epcis.md.
#pragma once

#include "connectors/base/fault.h"
#include "connectors/epcis/event_fields.h"
#include "connectors/epcis/namespaces.h"

#include <string_view>
#include <vector>

namespace lotledger::connectors::epcis {

/// What validation found. Pure data; the event is acceptable iff `faults` is empty.
struct Findings {
  std::vector<Fault> faults;
  /// What is odd but no reason to refuse, such as a sensor measurement type that GS1 does not list.
  std::vector<Fault> notes;
};

/// Checks one event against EPCIS 2.0 (JSON schema and the text of section 7.4) and CBV 2.0. Pure; reports every fault,
/// in the order of the fields. `names` are the prefixes in force, those of the event's own @context included; `path` is
/// where the event stands in its document (`epcisBody.eventList[3]`), or empty.
[[nodiscard]] Findings validate_event(const EventFields& event, const Namespaces& names, std::string_view path);

/// Checks a vocabulary of master data: its type, and an id for each element and attribute.
[[nodiscard]] Findings validate_master_data(const JsonValue& vocabulary, const Namespaces& names,
                                            std::string_view path);

}  // namespace lotledger::connectors::epcis
