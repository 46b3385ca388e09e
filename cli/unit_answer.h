// cli/unit_answer.h - everything that is shown of one unit: state, place, holds, containers, membership, last events.
#pragma once

#include "cli/json.h"
#include "cli/query.h"
#include "projections/holds.h"

namespace lotledger::cli {

/// A hold that stands.
struct StandingHold {
  projections::StandingHold standing;
  std::string actor;
  std::string reason;
};
/// Holds on a unit that were placed and not lifted, as of the query's filter, oldest first.
[[nodiscard]] std::vector<StandingHold> standing_holds(Query& query, projections::NodeId unit);

/// {kind, ref, epc, type, item, lot, serial, issuer, position, status, held, holds, location, containers, lots,
/// members, same_as,
///  shipments, quantities, stock, events}. `kind` is `unit` or `lot`; `events_max` bounds the events, newest last.
[[nodiscard]] Result<Json> unit_json(Query& query, const projections::Node& unit, std::string_view kind,
                                     std::size_t events_max);
/// The same for people.
void print_unit(const Output& output, const Json& unit);

}  // namespace lotledger::cli
