// engine/rules/judge.h - what the rules say about a fact or a command, by what is known before it. Explained in
// docs/areas/judgement.md.
#pragma once

#include "engine/event.h"
#include "engine/rules/known.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::engine {

/// Who says it, and when it is recorded: the only clock there is.
struct Stamp {
  Instant recorded_at;
  std::string_view source;
  std::string_view actor;
  std::string_view reason;
  std::optional<Instant> reported_at = std::nullopt;
  bool command = false;  ///< A person orders it; else a source tells it.
};

/// A rule that what was said breaks.
struct Breach {
  const JudgedRule* rule = nullptr;   ///< Points into k_judgement_rules; never null.
  RuleMode mode = RuleMode::enforce;  ///< Never off.
  RuleEffect effect = RuleEffect::note;
  std::string detail;
  std::vector<UnitRef> units;  ///< The unit at fault first.
  std::vector<UnitRef> hold;   ///< What a hold belongs on; what has left already is not in it.
};

struct Judgement {
  std::vector<Breach> breaches;
  std::vector<BreachCured> cures;
};

/// Judges the events of one submission together, each after those before it. Pure: no clock but the stamp's, and the
/// same facts, policy, events and stamp give the same judgement.
[[nodiscard]] Judgement judge(const Facts& facts, const PolicyActivated& policy, std::span<const Event> events,
                              const Stamp& stamp);

}  // namespace lotledger::engine
