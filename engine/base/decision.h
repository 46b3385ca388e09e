// engine/base/decision.h - what deciding a command yields: an event, or the rule that said no.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace lotledger {

/// A rule that may refuse a command or judge a fact. Ids are public and never reused.
struct Rule {
  std::string_view id;       ///< `LOT-1`
  std::string_view clause;   ///< Source with edition: `ISO 13485:2016 8.3.1`
  std::string_view text;     ///< English, one sentence.
  std::string_view text_zh;  ///< The same in Chinese.
  std::string_view cure;     ///< What would make the command acceptable, and who may do it.
};

/// The rule that said no, and what about this command broke it.
struct Refusal {
  const Rule* rule = nullptr;  ///< Points into a constant table; never null.
  std::string detail;
};

/// The event that a command yields, or its refusal. A refusal is a result of business, not a failure of the world.
template <typename Event>
using Decision = std::expected<Event, Refusal>;

[[nodiscard]] inline std::unexpected<Refusal> refuse(const Rule& rule, std::string detail) {
  return std::unexpected<Refusal>(Refusal{&rule, std::move(detail)});
}

}  // namespace lotledger
