// cli/answer_view.h - parts of answers that several commands print for people: words for states and kinds, what an
// answer may be missing.
#pragma once

#include "cli/command.h"
#include "cli/query.h"
#include "cli/trace_answer.h"

#include <string>

namespace lotledger::cli {

[[nodiscard]] std::string_view label(const Output& output, projections::Existence existence);
[[nodiscard]] std::string_view label(const Output& output, projections::NodeType type);
[[nodiscard]] std::string_view label(const Output& output, projections::EdgeKind kind);
[[nodiscard]] std::string label(const Output& output, const NodeStatus& status);
/// `12 KGM`, or empty.
[[nodiscard]] std::string quantity_label(const std::optional<Quantity>& quantity);
/// `10..12 KGM`, `12 KGM` where both bounds agree, or empty where neither is known.
[[nodiscard]] std::string bounds_label(const projections::Bounds& bounds, UnitCode unit);
/// `2026-09-02T08:00Z`: to the minute, for lines that people read.
[[nodiscard]] std::string time_label(Instant at);

/// Says first that an answer is not complete, what is missing, where, and how to mend it; nothing when it is complete.
/// Shows at most `limit` items and where the rest is.
void print_missing(const Output& output, const projections::Completeness& completeness, std::size_t limit);
/// The same in one line each on stderr, for answers that are rows.
void print_missing_note(const Output& output, const projections::Completeness& completeness);
/// One line on stderr for each ledger that may have gone on elsewhere, for answers that do not judge completeness.
void note_stale_ledgers(const Output& output, Query& query);
/// What an answer about everything may be missing: ledgers that may have gone on, and rows that were refused, any of
/// which may have done `what` (`moved stock`).
[[nodiscard]] projections::Completeness completeness_of_all(Query& query, std::string_view what);
/// Open matters that name nothing in the answer.
void print_caveats(const Output& output, const projections::Completeness& completeness);
/// Exit::ok, or Exit::incomplete.
[[nodiscard]] Exit exit_of(const projections::Completeness& completeness);

}  // namespace lotledger::cli
