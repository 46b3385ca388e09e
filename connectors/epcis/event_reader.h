// connectors/epcis/event_reader.h - JSON that passed validation as values of model.h.
#pragma once

#include "connectors/epcis/event_fields.h"
#include "connectors/epcis/event_tree.h"
#include "connectors/epcis/model.h"
#include "connectors/epcis/namespaces.h"

#include <string_view>

namespace lotledger::connectors::epcis {

/// The event. Precondition: validate_event() found no fault in `fields`. `text` is the JSON of the event. Its digests
/// are left zero; the caller has the tree for them.
[[nodiscard]] Event read_event(const EventFields& fields, const Namespaces& names, std::string_view text);

/// A vocabulary that validate_master_data() accepted.
[[nodiscard]] MasterData read_master_data(const JsonValue& vocabulary, std::string_view text);

}  // namespace lotledger::connectors::epcis
