// tests/sim/verdict.cc - names of checkers.
#include "tests/sim/verdict.h"

#include <array>

namespace lotledger::tests {

std::string_view name_of(Checker checker) {
  static constexpr std::array<std::string_view, k_checkers> k_names{
      "acknowledged", "outcome", "chain",   "bytes", "reader", "damage", "failure", "genealogy",
      "inventory",    "status",  "history", "audit", "search", "facts",  "replay"};
  return k_names[static_cast<std::size_t>(checker)];
}

}  // namespace lotledger::tests
