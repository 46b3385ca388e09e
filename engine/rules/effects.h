// engine/rules/effects.h - what an event does to units, in the few words that rules about stock and status need. One
// definition for judging and for folding. Explained in docs/areas/judgement.md, "What is known".
#pragma once

#include "engine/event.h"

#include <optional>
#include <vector>

namespace lotledger::engine {

enum class Change : std::uint8_t {
  received,
  commissioned,
  made,        ///< Output of an order.
  reworked,    ///< Output of rework.
  divided_in,  ///< Output of split, merge, relabel.
  returned,
  unshipped,  ///< The shipment did not happen after all.
  regained,   ///< Adjusted up, a part taken out again.
  used,       ///< Input of an order, installed.
  divided_out,
  shipped,
  lost,   ///< Scrapped, sampled, ended, adjusted down.
  moved,  ///< From `from` to `location`.
  counted,
  packed,  ///< Into or out of a container: where it is no longer follows from its own facts.
};

struct Effect {
  Change change = Change::received;
  UnitAmount amount;
  std::optional<UnitKey> location;
  std::optional<UnitKey> from;       ///< Of moves.
  std::optional<UnitKey> container;  ///< The one that the event names, of what lies in it (contents.h).
};

/// What the event does to the units that it names, in the order of its fields; nothing for events about other things.
[[nodiscard]] std::vector<Effect> effects_of(const Event& event);
[[nodiscard]] constexpr bool adds(Change change) {
  return change <= Change::regained;
}
[[nodiscard]] constexpr bool takes(Change change) {
  return change >= Change::used && change <= Change::lost;
}
/// Where the event took place: the business location, else the read point.
[[nodiscard]] std::optional<UnitKey> place_of(const Event& event);
/// The process that a transformation belongs to; empty where it is its own, or is none.
[[nodiscard]] std::string process_of(const Event& event);
/// Party that an arrival came from, bytes of its key; empty where the event names none.
[[nodiscard]] std::string supplier_of(const Event& event);
/// Expiry date that the event states for what it adds; empty where it states none.
[[nodiscard]] std::string expiry_of(const Event& event);

}  // namespace lotledger::engine
