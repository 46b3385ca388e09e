// connectors/plain/export.h - records back to plain rows: what a ledger took, as files that another one takes.
#pragma once

#include "connectors/plain/columns.h"
#include "engine/event.h"

#include <string>
#include <utility>
#include <vector>

namespace lotledger::connectors::plain {

/// A row to be written. Values are normalized: times have an offset, decimals a point.
struct ExportedRow {
  Kind kind = Kind::receipts;
  std::vector<std::pair<Column, std::string>> values;
};

/// Rows that say what a record says. For rows of files: the row itself, with its id. For decisions about lots: rows of
/// status, whose id is that of the command. Empty where no row can say it (EPCIS events, withdrawals, refusals, rows
/// that wait). Personal data are left out. corrupt when the record's own words cannot be read again.
[[nodiscard]] Result<std::vector<ExportedRow>> rows_of(const engine::Body& body, Instant recorded_at);

/// Header of a file of the kind with all columns, as CSV.
[[nodiscard]] std::string csv_header(Kind kind);
/// The row as a line of that file.
[[nodiscard]] std::string csv_row(const ExportedRow& row);

/// What a record keeps beside the words of a foreign record that a mapping made the row from: the row itself, so that
/// it can be exported, and then `mapping`, the digest of the mapping.
[[nodiscard]] std::string mapped_context(const ExportedRow& row, std::string_view mapping);

/// What a record keeps of a row that was recorded by hand, so that it can be exported: its words, and how to read them.
struct WordsByHand {
  std::string text;
  std::string context;
};
[[nodiscard]] WordsByHand words_by_hand(const ExportedRow& row);

}  // namespace lotledger::connectors::plain
