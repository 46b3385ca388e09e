// engine/lot.cc - rules of holds.
#include "engine/lot.h"

namespace lotledger::engine {

Decision<LotEvent> decide(const Facts& facts, const PlaceHold& command, std::string_view reason) {
  if (reason.empty()) return refuse(k_lot_rules[0], "hold " + command.hold.text + " has no reason");
  if (facts.hold_stands(command.unit.key, command.hold)) {
    return refuse(k_lot_rules[1], "hold " + command.hold.text + " already stands on " + command.unit.key.ref());
  }
  return HoldPlaced{command.hold, command.unit, command.kind, command.quantity, command.location};
}

Decision<LotEvent> decide(const Facts& facts, const LiftHold& command, std::string_view reason) {
  if (reason.empty()) return refuse(k_lot_rules[0], "lifting hold " + command.hold.text + " has no reason");
  if (!facts.hold_stands(command.unit.key, command.hold)) {
    return refuse(k_lot_rules[2], "hold " + command.hold.text + " does not stand on " + command.unit.key.ref());
  }
  return HoldLifted{command.hold, command.unit};
}

}  // namespace lotledger::engine
