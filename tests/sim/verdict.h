// tests/sim/verdict.h - what a checker found. The first violation ends a run.
#pragma once

#include "engine/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lotledger::tests {

/// What must hold, by name; docs/areas/simulator.md explains each.
enum class Checker : std::uint8_t {
  acknowledged,  ///< What was acknowledged is there, exactly once, as it was told; after a crash nothing but what was.
  outcome,       ///< A receipt says what became of the submission: taken, repeated, contradicted, refused.
  chain,         ///< Seq without a gap, hashes that continue, clocks that do not go back.
  bytes,         ///< The files hold what docs/data_format.md says.
  reader,        ///< Every reader sees a prefix, as far as is durable, and goes on seeing it.
  damage,        ///< Damage is found and named, and never shown as if it were sound.
  failure,       ///< After a failure of the disk nothing is acknowledged any more; a start heals it.
  genealogy,     ///< Links, walks and containers are what was told.
  inventory,     ///< Stock and figures of lots are what was told.
  status,        ///< Holds and dispositions are what was told.
  history,       ///< The batch record holds every event of a unit, in order.
  audit,         ///< The audit trail holds every event, by whom and when.
  search,        ///< What was told is found.
  facts,         ///< What rules ask is what was told.
  replay,        ///< The state is the fold of the log, key by key.
};
inline constexpr std::size_t k_checkers = 15;
[[nodiscard]] std::string_view name_of(Checker checker);

struct Violation {
  Checker checker = Checker::acknowledged;
  std::string what;  ///< Expected and found.
};

class Verdict {
 public:
  void fail(Checker checker, std::string what) {
    if (!first_) first_ = Violation{checker, std::move(what)};
  }
  /// Fails with the error's message where there is one; true: there is none.
  bool require(Checker checker, const Result<void>& result) {
    if (!result.has_value()) fail(checker, result.error().message);
    return result.has_value();
  }
  bool require(Checker checker, bool holds, std::string_view what) {
    if (!holds) fail(checker, std::string(what));
    return holds;
  }
  [[nodiscard]] bool ok() const { return !first_.has_value(); }
  [[nodiscard]] const std::optional<Violation>& first() const { return first_; }

 private:
  std::optional<Violation> first_;
};

}  // namespace lotledger::tests
