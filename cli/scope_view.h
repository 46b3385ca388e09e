// cli/scope_view.h - a recall scope for the person who must act: one screen, what is urgent first.
#pragma once

#include "cli/output.h"
#include "cli/scope_answer.h"

namespace lotledger::cli {

/// Root and position; what is missing; what can still be stopped; where every unit is; whom to call; what to type next.
void print_scope(const Output& output, const ScopeAnswer& answer);

}  // namespace lotledger::cli
