// connectors/plain/mapping.h - which of our events a row of the plain format is; the table "What a row becomes" of
// docs/formats/plain.md, in code. Pure: personal data are sealed by whoever takes the description.
#pragma once

#include "connectors/base/rows.h"
#include "connectors/plain/row_reader.h"
#include "connectors/plain/values.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::plain {

/// Registered name of the source of rows of a kind, as it stands in their records: `plain.receipts`.
[[nodiscard]] std::string system_of(Kind kind);
/// The kind of rows that a source of this name delivers: `plain.receipts`, `inventree.receipts`.
[[nodiscard]] std::optional<Kind> kind_of_system(std::string_view system);

/// A row about something that happened, as it was understood.
struct RowFact {
  std::vector<engine::Event> events;  ///< At least one; they stand or fall together.
  std::optional<Instant> reported_at;
  std::string id;         ///< Id that the source gave; may be empty.
  std::string reason;     ///< May be empty.
  std::string canonical;  ///< What two sendings of one row share.
};
/// A row of any kind but master data, or all its faults. `places`: what rows before it named, or nullptr; saves work
/// and changes no result.
[[nodiscard]] std::expected<RowFact, std::vector<Fault>> map_row(const Row& row, const PlainFormat& format,
                                                                 KnownPlaces* places = nullptr);

/// A row of items, units or aliases, as it was understood.
struct RowDescription {
  engine::ItemEvent event;
  ZonedInstant since;     ///< When it begins to hold.
  std::string subject;    ///< What it describes, as people write it.
  std::string canonical;  ///< What makes two descriptions the same.
};
/// A row of items, units or aliases, or all its faults.
[[nodiscard]] std::expected<RowDescription, std::vector<Fault>> map_description(const Row& row,
                                                                                const PlainFormat& format);
/// A row of parties or locations, or all its faults.
[[nodiscard]] std::expected<PartyDescription, std::vector<Fault>> map_party(const Row& row, const PlainFormat& format);

/// Faults of the row as a whole and those of its values.
[[nodiscard]] std::vector<Fault> all_faults(const Row& row, std::vector<Fault> of_values);

}  // namespace lotledger::connectors::plain
