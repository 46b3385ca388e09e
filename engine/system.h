// engine/system.h - the ledger about itself: events of the area.
// Events: schemas/system.fbs. Explained in docs/areas/system.md.
#pragma once

#include "engine/base/material.h"

#include <string>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// Ledgers of different environments never mix.
enum class Environment : std::uint8_t { production, training, drill };
[[nodiscard]] std::string_view name_of(Environment environment);

/// Record 0 of every ledger.
struct LedgerCreated {
  std::string name;  ///< Prefix of positions: SZ1:18440212. 1 to 32 of A-Z a-z 0-9 - _ .
  Environment environment = Environment::production;
  std::uint64_t records_per_segment = 0;
  std::vector<UnitKey> own_parties;  ///< Parties whose control is own control.
  friend bool operator==(const LedgerCreated&, const LedgerCreated&) = default;
};

struct FormatRaised {
  std::uint16_t min_reader = 0;
  std::uint16_t min_writer = 0;
  friend bool operator==(const FormatRaised&, const FormatRaised&) = default;
};

/// A command that a rule refused.
struct CommandRefused {
  std::string command;
  std::string rule;
  std::string clause;
  std::string detail;
  std::vector<UnitRef> units;
  friend bool operator==(const CommandRefused&, const CommandRefused&) = default;
};

/// A session of a writer on a ledger that several nodes may write. Its epoch stands in the record's header, flagged.
struct EpochOpened {
  std::string node;  ///< Name of the node that writes from here on.
  std::uint64_t previous_epoch = 0;
  std::uint64_t previous_writer = 0;
  friend bool operator==(const EpochOpened&, const EpochOpened&) = default;
};

/// Another version of the program writes from here on.
struct SoftwareActivated {
  std::string version;
  std::string previous;
  friend bool operator==(const SoftwareActivated&, const SoftwareActivated&) = default;
};

using SystemEvent = std::variant<LedgerCreated, FormatRaised, CommandRefused, EpochOpened, SoftwareActivated>;

}  // namespace lotledger::engine
