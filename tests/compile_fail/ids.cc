// tests/compile_fail/ids.cc - one identifier must not pass for another. Compiled once per LL_CASE by tests/base.cmake:
// case 0 must compile, each other case must be refused for the type named in it.
#include "engine/base/ids.h"
#include "engine/base/quantity.h"
#include "engine/base/time.h"
#include "engine/base/unit_key.h"

namespace lotledger {

void lift(const HoldId& hold);
void issue(const CommandId& command);
void ship(const UnitKey& unit);
void wait_until(Instant at);

void check(const HoldId& hold, const CommandId& command, const EventId& event, const Quantity& quantity) {
  lift(hold);
  issue(command);
#if LL_CASE == 1
  issue(hold);  // A hold is no command.
#elif LL_CASE == 2
  lift(HoldId{event});  // Not even when asked for by name.
#elif LL_CASE == 3
  ship(event.text);  // Text becomes a key by parse_unit() or explicitly, never by the way.
#elif LL_CASE == 4
  wait_until(quantity.mantissa);  // A number is no instant.
#elif LL_CASE == 5
  static_cast<void>(hold == command);  // Nor do they compare.
#endif
  static_cast<void>(event);
  static_cast<void>(quantity);
}

}  // namespace lotledger
