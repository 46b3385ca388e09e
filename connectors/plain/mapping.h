// connectors/plain/mapping.h - which of our events a row of the plain format is; the table "What a row becomes" of
// docs/formats/plain.md, in code. Pure but for sealing.
#pragma once

#include "connectors/base/rows.h"
#include "connectors/plain/row_reader.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::plain {

/// Registered name of the source of rows of a kind, as it stands in their records: `plain.receipts`.
[[nodiscard]] std::string system_of(Kind kind);
/// The kind of rows that a source of this name delivers.
[[nodiscard]] std::optional<Kind> kind_of_system(std::string_view system);

/// A row as it was understood.
struct RowFact {
  engine::Event event;
  std::optional<Instant> reported_at;
  std::string id;         ///< Id that the source gave; may be empty.
  std::string canonical;  ///< What two sendings of one row share.
};
/// A row of anything but parties and locations, or all its faults.
[[nodiscard]] std::expected<RowFact, std::vector<Fault>> map_row(const Row& row, const PlainFormat& format);
/// A row of parties or locations, or all its faults.
[[nodiscard]] std::expected<PartyDescription, std::vector<Fault>> map_party(const Row& row, const PlainFormat& format);

}  // namespace lotledger::connectors::plain
