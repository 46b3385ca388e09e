// engine/rules/contents.h - what happens to a container happens to what lies in it at that moment, in containers
// within it too. One definition for judging and for folding. Explained in docs/areas/judgement.md, "What is known".
#pragma once

#include "engine/rules/effects.h"

#include <functional>
#include <vector>

namespace lotledger::engine {

/// What lies directly in a container at the moment of the event.
using ContentsOf = std::function<std::vector<UnitAmount>(const UnitKey& container)>;

/// Whether a unit of this type holds others by being packed; a location does so without ever being moved.
[[nodiscard]] constexpr bool may_hold(UnitType type) {
  return type == UnitType::container || type == UnitType::opaque;
}

/// The effects of one event, and behind them those on the nested contents of the containers that it ships, receives,
/// moves or brings back. What the event names by itself is not named again, unless a stated part of it was packed.
/// Calls `contents` for containers only, once for each.
[[nodiscard]] std::vector<Effect> with_contents(std::vector<Effect> effects, const ContentsOf& contents);

}  // namespace lotledger::engine
