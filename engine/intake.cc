// engine/intake.cc - rules of the dead-letter queue.
#include "engine/intake.h"

namespace lotledger::engine {

std::string_view name_of(RejectKind kind) {
  switch (kind) {
    case RejectKind::invalid: return "invalid";
    case RejectKind::conflict: return "conflict";
    case RejectKind::unreadable: return "unreadable";
  }
  return "unknown";
}

Decision<RowRepaired> decide_repair(const Facts& facts, Seq rejected) {
  if (facts.row(rejected) == RowState::open) return RowRepaired{rejected};
  return refuse(k_intake_rules[1], "record " + std::to_string(rejected) + " is no open rejected row");
}

Decision<IntakeEvent> decide(const Facts& facts, const DiscardRow& command, std::string_view reason) {
  if (reason.empty()) return refuse(k_intake_rules[0], "no reason given");
  if (facts.row(command.rejected) == RowState::open) return RowDiscarded{command.rejected};
  return refuse(k_intake_rules[1], "record " + std::to_string(command.rejected) + " is no open rejected row");
}

}  // namespace lotledger::engine
