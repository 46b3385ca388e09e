// engine/correction.cc - rules of voiding.
#include "engine/correction.h"

namespace lotledger::engine {

Decision<CorrectionEvent> decide(const Facts& facts, const VoidFact& command, std::string_view reason) {
  if (reason.empty()) return refuse(k_correction_rules[0], "no reason given");
  const std::string name = "record " + std::to_string(command.target);
  if (!facts.is_fact(command.target)) return refuse(k_correction_rules[1], name + " holds no fact about the plant");
  if (facts.withdrawn(command.target)) return refuse(k_correction_rules[1], name + " is withdrawn already");
  EventWithdrawn event;
  event.target = command.target;
  event.error_reason = "did_not_occur";
  event.units = command.units;
  return event;
}

}  // namespace lotledger::engine
