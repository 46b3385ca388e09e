// engine/rules/usable.h - whether what is known forbids to use or ship a unit. Pure. Explained in
// docs/areas/judgement.md.
#pragma once

#include "engine/judgement.h"
#include "engine/rules/known.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::engine {

enum class Purpose : std::uint8_t { use, ship };

/// Somebody takes of a unit.
struct Taking {
  UnitKey unit;                     ///< Lot or serial.
  std::optional<UnitKey> lot;       ///< Of a serial, where known.
  Decimal quantity;                 ///< In the lot's unit of measure.
  std::optional<UnitKey> location;  ///< From where.
  std::string date;                 ///< Of the taking, YYYY-MM-DD in its own offset.
  Purpose purpose = Purpose::use;
};

/// Facts as they stand after an event that decides about the unit and is being judged.
struct Amended {
  std::optional<StatusKnown> status = std::nullopt;
  std::optional<HoldId> lifted = std::nullopt;
  std::optional<std::string> expires_on = std::nullopt;
  bool without_rule_holds = false;  ///< For curing: what the breach itself has held does not keep it open.
};

/// Facts under a policy: what sources say counts where the policy believes them.
struct Asked {
  const Facts& facts;
  const PolicyActivated& policy;
};

/// Holds that stand on the unit, or on the lot of a serial, and reach the place; those of a part of a lot only where
/// the taking leaves less than they hold.
[[nodiscard]] std::vector<HoldKnown> holds_against(const Asked& asked, const Taking& taking,
                                                   const Amended& amended = {});
/// What forbids it, one clause of a sentence each: `is pending`, `expired on 2026-01-31`, `is on hold H-1`. Empty:
/// nothing that is known.
[[nodiscard]] std::vector<std::string> causes_against(const Asked& asked, const Taking& taking,
                                                      const Amended& amended = {});
/// Whether somebody who is believed decided about the unit, or the lot of a serial, at or after `since`.
[[nodiscard]] bool decided_since(const Asked& asked, const Taking& taking, Instant since);
/// Lots under concession in the lot, or used in what it was made of, that nobody has released since.
[[nodiscard]] std::vector<std::string> uncleared(const Asked& asked, const std::vector<std::string>& conditional);
/// A day 00 stands for the last of its month (GS1).
[[nodiscard]] bool past(std::string_view expires_on, std::string_view date);
/// The civil date of the instant in its own offset.
[[nodiscard]] std::string date_of(const ZonedInstant& at);

}  // namespace lotledger::engine
