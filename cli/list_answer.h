// cli/list_answer.h - answers that list all there is of a kind: items, parties, locations, orders, lots.
#pragma once

#include "cli/listing.h"
#include "cli/query.h"

#include <string_view>

namespace lotledger::cli {

/// How an answer begins and ends that lists all there is of a kind.
struct ListAnswer {
  Json head;  ///< kind, position, complete, missing.
  Exit exit = Exit::ok;
};
/// Says on stderr what the list may be missing.
[[nodiscard]] ListAnswer list_answer(const Output& output, Query& query, std::string_view kind);
}  // namespace lotledger::cli
