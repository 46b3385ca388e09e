// projections/event_units.h - the units that an event names, whatever its type: what histories, audit trail and search
// index.
#pragma once

#include "engine/codec/parts.h"

#include "schemas/event_generated.h"

#include <functional>
#include <string>
#include <vector>

namespace lotledger::projections {

using UnitVisit = std::function<void(const engine::codec::AmountView&)>;
/// Visits every mention of a unit in the order of the schema: units, inputs, outputs, parent, children, parts, the unit
/// of a hold, equated units, units of a refused command, units that a withdrawal names. One unit may be visited several
/// times.
void for_each_unit(const schema::Event& event, const UnitVisit& visit);

/// Keys of all units that the event names, each once, in byte order; the lot that a serial's writing names counts as
/// named.
[[nodiscard]] std::vector<std::string> units_named(const schema::Event& event);

}  // namespace lotledger::projections
