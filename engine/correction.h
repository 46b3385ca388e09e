// engine/correction.h - facts are withdrawn, never overwritten: events, command and rules of the area.
// Events: schemas/correction.fbs. Explained in docs/areas/correction.md.
#pragma once

#include "engine/base/decision.h"
#include "engine/base/ids.h"
#include "engine/base/material.h"
#include "engine/facts.h"

#include <array>
#include <optional>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// A source withdraws its event, or a person voids a fact. `target` is filled by deciding, where the fact is known.
struct EventWithdrawn {
  std::optional<EventId> event;
  std::optional<Seq> target;
  std::string error_reason;
  std::optional<Instant> declared_at;
  std::vector<EventId> corrective_events;
  std::vector<UnitRef> units;
  friend bool operator==(const EventWithdrawn&, const EventWithdrawn&) = default;
};

/// Stands beside a fact that had been withdrawn before it arrived.
struct WithdrawalApplied {
  Seq withdrawal = 0;
  friend bool operator==(const WithdrawalApplied&, const WithdrawalApplied&) = default;
};

using CorrectionEvent = std::variant<EventWithdrawn, WithdrawalApplied>;

inline constexpr std::array k_correction_rules{
    Rule{"CORRECTION-1", "21 CFR 11.10(e)", "voiding needs a reason", "作废必须说明原因", "give --reason"},
    Rule{"CORRECTION-2", "21 CFR 11.10(e)", "only a recorded fact can be voided, once",
         "只能作废一条已记录且尚未作废的事实", "name the position of a fact that still counts; `event get` shows it"},
};

/// Voids the fact at a position; final. Only facts about the plant can be voided, never commands, voids or rejected
/// rows.
struct VoidFact {
  Seq target = 0;
  std::vector<UnitRef> units;  ///< Units the fact names, filled at the edge for the audit trail.
  friend bool operator==(const VoidFact&, const VoidFact&) = default;
};

/// Pure. Accepts with one EventWithdrawn; refuses with CORRECTION-1 or CORRECTION-2.
[[nodiscard]] Decision<CorrectionEvent> decide(const Facts& facts, const VoidFact& command, std::string_view reason);

}  // namespace lotledger::engine
