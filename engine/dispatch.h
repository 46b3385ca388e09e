// engine/dispatch.h - command to area: one line per command.
#pragma once

#include "engine/rules/judge.h"
#include "engine/submission.h"

namespace lotledger::engine {

/// Decides a command by the rules of its area. Pure; reads facts as of the position being decided.
[[nodiscard]] Decision<Event> decide(const Facts& facts, const Command& command, std::string_view reason);
/// What becomes of a command: its event, or the rule that said no, and what the rules of the plant say about it.
struct Decided {
  Event event;
  Judgement judgement;  ///< Breaches that do not refuse it, those that only shadow included.
};
/// decide(), then judge() under the policy in force: the first breach in mode enforce of a rule that refuses says no.
[[nodiscard]] Decision<Decided> decide_and_judge(const Facts& facts, const Command& command, const Stamp& stamp);
/// Units that a command names, for the audit trail.
[[nodiscard]] std::vector<UnitRef> units_of(const Command& command);
/// The stream that a command's event is written to: one per unit, row or record.
[[nodiscard]] std::string stream_of(const Command& command);

}  // namespace lotledger::engine
