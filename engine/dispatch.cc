// engine/dispatch.cc - command to area.
#include "engine/dispatch.h"

#include "engine/recording.h"

namespace lotledger::engine {
namespace {

/// What is decided counts from when it is recorded.
template <typename T>
Decision<Event> widen(Decision<T> decision) {
  if (!decision.has_value()) return std::unexpected(std::move(decision).error());
  Event event;
  event.body = AreaEvent{std::move(*decision)};
  return event;
}

struct Decide {
  const Facts& facts;
  std::string_view reason;
  Decision<Event> operator()(const PlaceHold& command) const { return widen(engine::decide(facts, command, reason)); }
  Decision<Event> operator()(const LiftHold& command) const { return widen(engine::decide(facts, command, reason)); }
  Decision<Event> operator()(const EquateUnits& command) const { return widen(engine::decide(command, reason)); }
  Decision<Event> operator()(const VoidFact& command) const { return widen(engine::decide(facts, command, reason)); }
  Decision<Event> operator()(const DiscardRow& command) const { return widen(engine::decide(facts, command, reason)); }
  Decision<Event> operator()(const RecordEvent& command) const { return engine::decide(facts, command, reason); }
  Decision<Event> operator()(const ActivatePolicy& command) const { return widen(engine::decide(command, reason)); }
};

struct UnitsOf {
  std::vector<UnitRef> operator()(const PlaceHold& command) const { return {command.unit}; }
  std::vector<UnitRef> operator()(const LiftHold& command) const { return {command.unit}; }
  std::vector<UnitRef> operator()(const EquateUnits& command) const { return {command.first, command.second}; }
  std::vector<UnitRef> operator()(const VoidFact& command) const { return command.units; }
  std::vector<UnitRef> operator()(const DiscardRow&) const { return {}; }
  std::vector<UnitRef> operator()(const RecordEvent& command) const { return units_of(command.event); }
  std::vector<UnitRef> operator()(const ActivatePolicy&) const { return {}; }
};

struct Stream {
  std::string operator()(const PlaceHold& command) const { return "unit:" + command.unit.key.bytes(); }
  std::string operator()(const LiftHold& command) const { return "unit:" + command.unit.key.bytes(); }
  std::string operator()(const EquateUnits& command) const { return "unit:" + command.first.key.bytes(); }
  std::string operator()(const VoidFact& command) const { return "record:" + std::to_string(command.target); }
  std::string operator()(const DiscardRow& command) const { return "row:" + std::to_string(command.rejected); }
  std::string operator()(const RecordEvent& command) const {
    const auto units = units_of(command.event);
    return units.empty() ? "" : "unit:" + units.front().key.bytes();
  }
  std::string operator()(const ActivatePolicy&) const { return "policy"; }
};

}  // namespace

Decision<Event> decide(const Facts& facts, const Command& command, std::string_view reason) {
  return std::visit(Decide{facts, reason}, command);
}
Decision<Decided> decide_and_judge(const Facts& facts, const Command& command, const Stamp& stamp) {
  auto decision = decide(facts, command, stamp.reason);
  if (!decision.has_value()) return std::unexpected(std::move(decision).error());
  Decided decided{std::move(*decision), {}};
  decided.judgement = judge(facts, facts.policy(), {&decided.event, 1}, stamp);
  for (const Breach& breach : decided.judgement.breaches) {
    if (breach.mode == RuleMode::enforce && breach.rule->refuses()) return refuse(breach.rule->rule, breach.detail);
  }
  return decided;
}

std::vector<UnitRef> units_of(const Command& command) {
  return std::visit(UnitsOf{}, command);
}
std::string stream_of(const Command& command) {
  return std::visit(Stream{}, command);
}

}  // namespace lotledger::engine
