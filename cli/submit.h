// cli/submit.h - orders of people: who, why, under which id, and the receipt.
#pragma once

#include "cli/query.h"
#include "engine/submission.h"

#include <string>
#include <vector>

namespace lotledger::cli {

/// Who acts, by --actor, LOTLEDGER_ACTOR or login name. invalid_input when nobody is named.
[[nodiscard]] Result<engine::Actor> actor_of(const Call& call);

/// Canonical text of a command, whose hash tells repeated ids apart: each field as `LENGTH:TEXT,`, so that no text of
/// one field can pass for another.
[[nodiscard]] std::string canonical_command(const std::vector<std::string>& fields);
/// 16 random bytes in hexadecimal.
[[nodiscard]] std::string fresh_id();

/// The submission of `command`: actor, source `cli`, --command-id (or a fresh one), --reason, --if-unchanged-since.
/// `fields` are the command's name and values, for canonical_command(); the reason is added.
[[nodiscard]] Result<engine::Submission> make_order(const Call& call, const LedgerInfo& info, engine::Command command,
                                                    std::vector<std::string> fields);
/// Submits, waits until durable, prints the receipt (JSON: kind `receipt`) and, for a refusal, rule, clause and cure.
[[nodiscard]] Result<Exit> submit_order(const Call& call, const LedgerInfo& info, engine::Submission submission);
/// The same for several, decided one after another; the exit code is that of the last that was not accepted.
[[nodiscard]] Result<Exit> submit_orders(const Call& call, const LedgerInfo& info,
                                         std::vector<engine::Submission> submissions);
/// Prints a receipt and says how it ends the program.
Exit print_receipt(const Output& output, const LedgerInfo& info, const engine::Receipt& receipt);

}  // namespace lotledger::cli
