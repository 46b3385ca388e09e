// engine/judgement.h - what rules say about facts: policy, breaches and their cure. Judgements stand apart from the
// facts, at the position at which they were made. Events: schemas/judgement.fbs. Explained in docs/areas/judgement.md.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/material.h"
#include "engine/base/names.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lotledger::engine {

enum class RuleMode : std::uint8_t {
  off,
  shadow,   ///< Judged and counted, nothing is recorded of it.
  observe,  ///< A breach is recorded; nothing is held or refused.
  enforce,  ///< A breach has its effect; a command is refused.
};
inline constexpr std::array<std::string_view, 4> k_rule_modes{"off", "shadow", "observe", "enforce"};
[[nodiscard]] constexpr std::string_view name_of(RuleMode mode) {
  return name_in(k_rule_modes, mode);
}
/// What a breach by a fact does: `hold_nc` holds and asks for a nonconformity.
enum class RuleEffect : std::uint8_t { note, flag, hold, hold_nc };
inline constexpr std::array<std::string_view, 4> k_rule_effects{"note", "flag", "hold", "hold+nc"};
[[nodiscard]] constexpr std::string_view name_of(RuleEffect effect) {
  return name_in(k_rule_effects, effect);
}

/// Where a rule has a mode; what is absent holds everywhere.
struct PolicyEntry {
  std::string rule;
  RuleMode mode = RuleMode::off;
  std::optional<UnitKey> site;  ///< Location.
  std::optional<UnitKey> item;  ///< Class.
  std::string source;           ///< Registered name; empty: any.
  std::optional<Instant> from;  ///< Of occurred_at, inclusive.
  std::optional<Instant> until;
  friend bool operator==(const PolicyEntry&, const PolicyEntry&) = default;
};

/// A source whose word about a subject (`status`, `stock`) rules believe.
struct Authority {
  std::string source;
  std::string subject;
  friend bool operator==(const Authority&, const Authority&) = default;
};

/// The policy in force from here on.
struct PolicyActivated {
  std::string version;
  std::vector<PolicyEntry> entries;
  std::vector<Authority> authorities;
  std::uint32_t holds_per_hour = 0;  ///< A source that causes more is paused; 0: no limit.
  std::string text;                  ///< The file it was read from.
  friend bool operator==(const PolicyActivated&, const PolicyActivated&) = default;
};

/// A recorded fact breaks a rule; stands in the record of the fact.
struct InvariantBreached {
  std::string rule;
  std::string clause;
  RuleEffect effect = RuleEffect::note;
  std::string detail;
  std::vector<UnitRef> units;
  RuleMode mode = RuleMode::observe;
  friend bool operator==(const InvariantBreached&, const InvariantBreached&) = default;
};

/// A later fact took the reason of a breach away.
struct BreachCured {
  Seq breach = 0;
  std::string rule;
  friend bool operator==(const BreachCured&, const BreachCured&) = default;
};

using JudgementEvent = std::variant<PolicyActivated, InvariantBreached, BreachCured>;

}  // namespace lotledger::engine
