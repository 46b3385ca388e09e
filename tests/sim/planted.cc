// tests/sim/planted.cc - one planted bug a process.
#include "tests/sim/planted.h"

#include <cstdlib>
#include <string>

namespace lotledger::tests {

bool planted(std::string_view name) {
  static const std::string chosen = [] {
    const char* text = std::getenv("LOTLEDGER_PLANTED_BUG");
    return std::string(text == nullptr ? "" : text);
  }();
  return name == chosen;
}

}  // namespace lotledger::tests
