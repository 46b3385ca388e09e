// cli/errors.h - how a failure or a refusal is told, and which exit code it gives.
#pragma once

#include "cli/command.h"
#include "engine/base/decision.h"
#include "engine/base/result.h"
#include "engine/submission.h"

#include <optional>
#include <string>

namespace lotledger::cli {

[[nodiscard]] Exit exit_of(ErrorCode code);
[[nodiscard]] Exit exit_of(engine::Outcome outcome);

/// An error whose message is followed by what to do about it.
[[nodiscard]] std::unexpected<Error> fail_with_hint(ErrorCode code, std::string message, std::string_view hint);

/// `lotledger: MESSAGE` on stderr, further lines as they are; returns the exit code.
Exit print_error(const Output& output, const Error& error);

/// The rules of all areas, the invariants first.
[[nodiscard]] std::vector<const Rule*> all_rules();
/// The rule with this id in any area, or nullptr.
[[nodiscard]] const Rule* rule_named(std::string_view id);
/// Rule id, its text in the language of the output, clause, and what would cure it.
void print_rule(const Output& output, const Rule& rule);

}  // namespace lotledger::cli
