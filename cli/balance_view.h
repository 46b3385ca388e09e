// cli/balance_view.h - a mass balance as JSON and for people.
#pragma once

#include "cli/json.h"
#include "cli/output.h"
#include "projections/balance.h"

#include <string>
#include <utility>
#include <vector>

namespace lotledger::cli {

/// Figures of a balance by name, in the order of the JSON answer.
[[nodiscard]] std::vector<std::pair<std::string, Decimal>> balance_figures(const projections::Balance& balance);
/// Figures as strings; null where the balance cannot be known.
[[nodiscard]] Json balance_json(const projections::Balance& balance);
/// One line: every figure that is not zero, and what is unexplained.
void print_balance(const Output& output, const projections::Balance& balance);

}  // namespace lotledger::cli
