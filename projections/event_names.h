// projections/event_names.h - what an event is called in audit trails, histories and tables.
#pragma once

#include "schemas/event_generated.h"

#include <string_view>

namespace lotledger::projections {

/// The event's type in the words of schemas/: `UnitsShipped`, `HoldPlaced`, `CommandRefused`. `UnknownEvent` for a type
/// of a later version.
[[nodiscard]] std::string_view event_name(const schema::Event& event);

}  // namespace lotledger::projections
