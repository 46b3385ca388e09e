// engine/dispatch.h - command to area: one line per command.
#pragma once

#include "engine/submission.h"

namespace lotledger::engine {

/// Decides a command by the rules of its area. Pure; reads facts as of the position being decided.
[[nodiscard]] Decision<Event> decide(const Facts& facts, const Command& command, std::string_view reason);
/// Units that a command names, for the audit trail.
[[nodiscard]] std::vector<UnitRef> units_of(const Command& command);
/// The stream that a command's event is written to: one per unit, row or record.
[[nodiscard]] std::string stream_of(const Command& command);

}  // namespace lotledger::engine
