// engine/lot.h - lots and serials come into being, are packed, held and end: events, commands and rules of the area.
// Events: schemas/lot.fbs. Read models: projections/genealogy.h. Explained in docs/areas/lot.md.
#pragma once

#include "engine/base/decision.h"
#include "engine/base/ids.h"
#include "engine/base/material.h"
#include "engine/facts.h"

#include <array>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// Lots or serials were created: an origin.
struct UnitsCommissioned {
  std::vector<UnitAmount> units;
  std::string expires_on;  ///< YYYY-MM-DD or empty.
  friend bool operator==(const UnitsCommissioned&, const UnitsCommissioned&) = default;
};

enum class EndKind : std::uint8_t { decommissioned, destroyed, scrapped };

/// Units ended.
struct UnitsDecommissioned {
  std::vector<UnitAmount> units;
  EndKind end = EndKind::decommissioned;
  friend bool operator==(const UnitsDecommissioned&, const UnitsDecommissioned&) = default;
};

/// Children were put into a container, or seen in it.
struct UnitsPacked {
  UnitRef parent;
  std::vector<UnitAmount> children;
  bool observed = false;
  friend bool operator==(const UnitsPacked&, const UnitsPacked&) = default;
};

/// Children were taken out of a container; none listed: all.
struct UnitsUnpacked {
  UnitRef parent;
  std::vector<UnitAmount> children;
  friend bool operator==(const UnitsUnpacked&, const UnitsUnpacked&) = default;
};

enum class HoldKind : std::uint8_t { quality, recall, evidence, regulatory, customs };
[[nodiscard]] std::string_view name_of(HoldKind kind);

struct HoldPlaced {
  HoldId hold;
  UnitRef unit;
  HoldKind kind = HoldKind::quality;
  friend bool operator==(const HoldPlaced&, const HoldPlaced&) = default;
};

struct HoldLifted {
  HoldId hold;
  UnitRef unit;
  friend bool operator==(const HoldLifted&, const HoldLifted&) = default;
};

using LotEvent =
    std::variant<UnitsCommissioned, UnitsDecommissioned, UnitsPacked, UnitsUnpacked, HoldPlaced, HoldLifted>;

/// Rules in the order in which they are tried. Ids are public and never reused.
inline constexpr std::array k_lot_rules{
    Rule{"LOT-1", "ISO 13485:2016 8.3.1", "a hold needs a reason", "扣留必须说明原因",
         "give --reason; anybody who may place a hold may do that"},
    Rule{"LOT-2", "ISO 13485:2016 8.3.1", "a hold that stands on a unit is not placed again under its id",
         "仍然有效的扣留不得以同一编号再次设置", "choose another hold id, or look at the hold that stands"},
    Rule{"LOT-3", "ISO 13485:2016 8.3.1", "only a hold that stands can be lifted", "只能解除仍然有效的扣留",
         "name a hold that `unit show` lists"},
};

/// Places a hold on a unit, known or not: a lot may be held before its first receipt.
struct PlaceHold {
  HoldId hold;
  UnitRef unit;
  HoldKind kind = HoldKind::quality;
  friend bool operator==(const PlaceHold&, const PlaceHold&) = default;
};

struct LiftHold {
  HoldId hold;
  UnitRef unit;
  friend bool operator==(const LiftHold&, const LiftHold&) = default;
};

/// Pure. Accepts with one HoldPlaced; refuses with LOT-1 or LOT-2. `reason` is the command's reason text.
[[nodiscard]] Decision<LotEvent> decide(const Facts& facts, const PlaceHold& command, std::string_view reason);
/// Pure. Accepts with one HoldLifted; refuses with LOT-1 or LOT-3.
[[nodiscard]] Decision<LotEvent> decide(const Facts& facts, const LiftHold& command, std::string_view reason);

}  // namespace lotledger::engine
