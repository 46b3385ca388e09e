// engine/base/ids.h - identifiers as types: a ledger, a position in it, a person, a command. One never passes for
// another.
#pragma once

#include "engine/base/hash.h"
#include "engine/base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lotledger {

/// Sequence number of a record in its ledger: gapless, from 0.
using Seq = std::uint64_t;
/// "No record yet": the position of an empty ledger, one before record 0. Seq arithmetic wraps on purpose: k_no_seq + 1
/// == 0.
inline constexpr Seq k_no_seq = ~Seq{0};

/// 128-bit identifier of a ledger (RFC 4122 UUID, version 4).
struct LedgerId {
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const LedgerId&, const LedgerId&) = default;
  friend auto operator<=>(const LedgerId&, const LedgerId&) = default;
  /// Lower-case text form with hyphens.
  [[nodiscard]] std::string text() const;
  /// invalid_input when `text` is not a UUID.
  [[nodiscard]] static Result<LedgerId> parse(std::string_view text);
};

/// An identifier made of text, distinct per Tag. The edge checks the text; past it a malformed id cannot exist.
template <typename Tag>
struct TextId {
  std::string text;
  friend bool operator==(const TextId&, const TextId&) = default;
  friend auto operator<=>(const TextId&, const TextId&) = default;
};
using ActorId = TextId<struct ActorTag>;      ///< Pseudonymous id of a person or service (never a name).
using CommandId = TextId<struct CommandTag>;  ///< Chosen by the client; repeating it repeats the receipt.
using HoldId = TextId<struct HoldTag>;        ///< One hold; several may stand on one lot.
using EventId = TextId<struct EventTag>;      ///< Source's id of an event: EPCIS eventID or CBV hash URI.

/// Where the last record of a ledger stands, or where an answer was taken: a seq and the leaf hash found there.
struct Head {
  Seq seq = k_no_seq;
  Digest leaf{};
  friend bool operator==(const Head&, const Head&) = default;
};

/// Which ledger of an answer a position is in, where it stands on several; 0 where there is one.
using LedgerIndex = std::uint16_t;

/// A record, written SZ1:18440212.
struct RecordPosition {
  Seq seq = 0;
  LedgerIndex ledger = 0;
  friend bool operator==(const RecordPosition&, const RecordPosition&) = default;
  friend auto operator<=>(const RecordPosition&, const RecordPosition&) = default;
};

/// An event in a record, written SZ1:18440212.3.
struct EventPosition {
  Seq seq = 0;
  std::uint32_t index = 0;
  LedgerIndex ledger = 0;
  [[nodiscard]] RecordPosition record() const { return {seq, ledger}; }
  friend bool operator==(const EventPosition&, const EventPosition&) = default;
  friend auto operator<=>(const EventPosition&, const EventPosition&) = default;
};

}  // namespace lotledger
