// cli/record.h - a row of the plain format that a person records by command.
#pragma once

#include "cli/submit.h"
#include "connectors/plain/columns.h"

#include <string>
#include <utility>
#include <vector>

namespace lotledger::cli {

/// Names of columns and their values; empty values are left out.
using ColumnValues = std::vector<std::pair<std::string, std::string>>;

/// Submits the row as a command of the caller, with --reason and --command-id; without a time it happened now.
/// invalid_input names column and value of each fault.
[[nodiscard]] Result<Exit> record_row(const Call& call, connectors::plain::Kind kind, const ColumnValues& values);

}  // namespace lotledger::cli
