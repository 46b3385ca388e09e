// engine/recording.h - facts and decisions that a person records by command, with the time and place that the person
// gives. Explained in docs/areas/recording.md.
#pragma once

#include "engine/base/decision.h"
#include "engine/submission.h"

#include <array>

namespace lotledger::engine {

inline constexpr std::array k_recording_rules{
    Rule{"RECORDING-1", "21 CFR 11.10(e)", "recording by hand needs a reason", "手工记录必须说明原因", "give --reason"},
    Rule{"RECORDING-2", "21 CFR 11.10(e)", "only what happens in the plant and its master data is recorded by hand",
         "只能手工记录工厂中发生的事实及主数据", "use the command of its own: hold, void, discard, policy"},
};

/// Pure. Accepts with the event as given; refuses with RECORDING-1, RECORDING-2 or I-10.
[[nodiscard]] Decision<Event> decide(const Facts& facts, const RecordEvent& command, std::string_view reason);
/// Units that an event names: inputs, outputs, parents, children and the rest, in the order of its fields.
[[nodiscard]] std::vector<UnitRef> units_of(const Event& event);
/// Amounts that an event names, in the order of its fields.
[[nodiscard]] std::vector<const UnitAmount*> amounts_of(const Event& event);

}  // namespace lotledger::engine
