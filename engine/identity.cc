// engine/identity.cc - rules of equating codes.
#include "engine/identity.h"

namespace lotledger::engine {

Decision<IdentityEvent> decide(const EquateUnits& command, std::string_view reason) {
  if (command.first.key == command.second.key) {
    return refuse(k_identity_rules[0], command.first.original + " and " + command.second.original + " are one key");
  }
  if (reason.empty()) return refuse(k_identity_rules[1], "no reason given");
  return UnitsEquated{command.first, command.second};
}

}  // namespace lotledger::engine
