// engine/identity.h - two codes for one thing: events, command and rules of the area. Keys are never merged; the edge
// between them can be withdrawn like any fact. Events: schemas/identity.fbs. Explained in docs/areas/identity.md.
#pragma once

#include "engine/base/decision.h"
#include "engine/base/material.h"

#include <array>
#include <variant>

namespace lotledger::engine {

struct UnitsEquated {
  UnitRef first;
  UnitRef second;
  friend bool operator==(const UnitsEquated&, const UnitsEquated&) = default;
};

using IdentityEvent = std::variant<UnitsEquated>;

inline constexpr std::array k_identity_rules{
    Rule{"IDENTITY-1", "ISO 13485:2016 7.5.8", "a unit is not equated with itself", "不得将单元与其自身等同",
         "name two different codes"},
    Rule{"IDENTITY-2", "21 CFR 11.10(e)", "equating two codes needs a reason", "等同两个编码必须说明原因",
         "give --reason"},
};

struct EquateUnits {
  UnitRef first;
  UnitRef second;
  friend bool operator==(const EquateUnits&, const EquateUnits&) = default;
};

/// Pure. Accepts with one UnitsEquated; refuses with IDENTITY-1 or IDENTITY-2.
[[nodiscard]] Decision<IdentityEvent> decide(const EquateUnits& command, std::string_view reason);

}  // namespace lotledger::engine
