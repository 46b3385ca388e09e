// engine/lot.h - lots and serials come into being, are packed, held and end: events, commands and rules of the area.
// Events: schemas/lot.fbs. Read models: projections/genealogy.h. Explained in docs/areas/lot.md.
#pragma once

#include "engine/base/decision.h"
#include "engine/base/ids.h"
#include "engine/base/material.h"
#include "engine/base/names.h"
#include "engine/facts.h"

#include <array>
#include <string_view>
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
inline constexpr std::array<std::string_view, 5> k_hold_kinds{"quality", "recall", "evidence", "regulatory", "customs"};
[[nodiscard]] constexpr std::string_view name_of(HoldKind kind) {
  return name_in(k_hold_kinds, kind);
}

struct HoldPlaced {
  HoldId hold;
  UnitRef unit;
  HoldKind kind = HoldKind::quality;
  std::optional<Quantity> quantity = std::nullopt;  ///< Only so much of it.
  std::optional<UnitKey> location = std::nullopt;   ///< Only what lies there.
  friend bool operator==(const HoldPlaced&, const HoldPlaced&) = default;
};

struct HoldLifted {
  HoldId hold;
  UnitRef unit;
  friend bool operator==(const HoldLifted&, const HoldLifted&) = default;
};

/// Days from which units are not to be used, or are to be tested again; YYYY-MM-DD or empty.
struct ExpirySet {
  UnitRef unit;
  std::string expires_on;
  std::string retest_on;
  friend bool operator==(const ExpirySet&, const ExpirySet&) = default;
};

/// What may be done with units (ISO 13485:2016 8.2.6, 8.3).
enum class Disposition : std::uint8_t { pending, released, concession, rejected };
inline constexpr std::array<std::string_view, 4> k_dispositions{"pending", "released", "concession", "rejected"};
[[nodiscard]] constexpr std::string_view name_of(Disposition disposition) {
  return name_in(k_dispositions, disposition);
}
enum class ReleaseKind : std::uint8_t { none, production, market };
inline constexpr std::array<std::string_view, 3> k_release_kinds{"none", "production", "market"};
[[nodiscard]] constexpr std::string_view name_of(ReleaseKind kind) {
  return name_in(k_release_kinds, kind);
}

/// A disposition decided by command.
struct LotDispositioned {
  UnitRef unit;
  Disposition disposition = Disposition::pending;
  std::optional<Quantity> quantity;  ///< nullopt: all of it.
  std::optional<UnitKey> location;   ///< Only what lies there.
  ReleaseKind release = ReleaseKind::none;
  std::string company;  ///< Of the releaser.
  std::string market;   ///< ISO 3166-1 alpha-2, or EU; empty: all.
  friend bool operator==(const LotDispositioned&, const LotDispositioned&) = default;
};

enum class ReportedStatus : std::uint8_t { pending, released, concession, rejected, held, lifted };
inline constexpr std::array<std::string_view, 6> k_reported_statuses{"pending",  "released", "concession",
                                                                     "rejected", "held",     "lifted"};
[[nodiscard]] constexpr std::string_view name_of(ReportedStatus status) {
  return name_in(k_reported_statuses, status);
}

/// What a source says of the status of units.
struct StatusReported {
  UnitRef unit;
  ReportedStatus status = ReportedStatus::pending;
  std::optional<Quantity> quantity;
  std::optional<UnitKey> location;
  HoldId hold;  ///< The source's own, for held and lifted.
  HoldKind hold_kind = HoldKind::quality;
  std::string company;
  std::string market;
  friend bool operator==(const StatusReported&, const StatusReported&) = default;
};

using LotEvent = std::variant<UnitsCommissioned, UnitsDecommissioned, UnitsPacked, UnitsUnpacked, HoldPlaced,
                              HoldLifted, ExpirySet, LotDispositioned, StatusReported>;

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
  std::optional<Quantity> quantity = std::nullopt;  ///< Only so much of it.
  std::optional<UnitKey> location = std::nullopt;   ///< Only what lies there.
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
