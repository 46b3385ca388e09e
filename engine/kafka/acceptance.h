// engine/kafka/acceptance.h - which messages of a partition are records of the ledger. A pure function of their headers
// in partition order, so that all readers agree whenever they start. Explained in docs/areas/kafka.md and
// docs/adr/0005.
#pragma once

#include "engine/log/record.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lotledger::engine::kafka {

/// Why a message is not a record of the ledger.
enum class Skip : std::uint8_t {
  repeated,        ///< An accepted record again: a retry.
  old_epoch,       ///< Of a writer that was superseded.
  foreign_writer,  ///< Of an epoch that was never accepted: two writers opened at once, and this one lost.
  not_next,        ///< Not the next seq, or not on the last accepted record.
  other_ledger,    ///< A record of another ledger.
  unreadable,      ///< No record.
};
inline constexpr std::size_t k_skips = 6;
/// `repeated`, `old_epoch`, ...: public names of the counters.
[[nodiscard]] std::string_view name_of(Skip skip);

/// Messages skipped, by cause.
using SkipCounts = std::array<std::uint64_t, k_skips>;

/// (number, writer id).
struct Epoch {
  std::uint64_t number = 0;
  std::uint64_t writer = 0;
  friend bool operator==(const Epoch&, const Epoch&) = default;
};
[[nodiscard]] inline Epoch epoch_of(const RecordHeader& header) {
  return {header.epoch, header.writer};
}

/// Where a reader of the partition stands.
struct Accepted {
  LedgerId ledger;
  Head head;    ///< Last accepted record; seq k_no_seq before record 0.
  Epoch epoch;  ///< Current one; meaningless before record 0.
};

/// Whether the record with this header, and this leaf hash, is the next one; nullopt: it is, and becomes the last
/// accepted one by accept(). A record of a seq that was accepted before is `not_next` here: only who has the accepted
/// records can tell whether it is `repeated`.
[[nodiscard]] std::optional<Skip> judge(const Accepted& state, const RecordHeader& header);
/// Moves on to a record that judge() lets pass (asserted).
void accept(Accepted& state, const RecordHeader& header, const Digest& leaf);

}  // namespace lotledger::engine::kafka
