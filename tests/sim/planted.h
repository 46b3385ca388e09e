// tests/sim/planted.h - which planted bug is alive. Only copies of sources that tests/sim/planted_bugs.py makes include
// it; the program knows nothing of it.
#pragma once

#include <string_view>

namespace lotledger::tests {

/// Whether the bug of this name was asked for, by the environment variable LOTLEDGER_PLANTED_BUG.
[[nodiscard]] bool planted(std::string_view name);

}  // namespace lotledger::tests
