// tests/sim/faults.h - what can go wrong in a simulated run, by name, and how often it did.
#pragma once

#include "engine/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::tests {

/// Kinds of faults. Of the local log first, of submitters, of stores, then of the Kafka backend.
enum class Fault : std::uint8_t {
  power_loss,         ///< At any call of the disk; what was not synced is left to chance.
  lost_page,          ///< An unsynced page is as it was before the power loss.
  torn_page,          ///< An unsynced page is half old, half new.
  lost_name,          ///< An unsynced creation, renaming or removal did not happen.
  kill,               ///< The process ends at any call of the disk; the system keeps its pages.
  write_error,        ///< A write stops in the middle.
  sync_error,         ///< fdatasync fails; the pages look clean and are lost.
  folder_error,       ///< Creating, renaming or syncing a name fails.
  disk_full,          ///< No file grows until somebody makes room.
  bit_flip,           ///< One bit of a file at rest.
  misdirected_write,  ///< A write lands elsewhere in its file.
  cut_file,           ///< The end of a file at rest is gone, or all of it.
  spliced_group,      ///< A group of another copy of the ledger stands in a file, whole in itself.
  clock_back,         ///< The clock jumps back.
  clock_ahead,        ///< The clock jumps ahead.
  duplicate,          ///< A submission comes again.
  contradiction,      ///< Another submission under an id that was taken.
  reordered,          ///< A submission comes after those that were told later.
  racing,             ///< Several submitters wait for one group.
  store_lost,         ///< The stores of the read models are gone.
  store_stale,        ///< The stores are those of an earlier moment.
  kafka_doubled,      ///< A message is stored twice.
  kafka_late,         ///< A message is stored later than its report says it failed.
  kafka_lost,         ///< A message is not stored; the report is a time-out.
  kafka_unknown,      ///< A message is stored; the report is a time-out.
  kafka_no_offset,    ///< A message is stored; the report does not say where.
  kafka_noise,        ///< Something that is no record, or of another ledger, stands in the topic.
  kafka_zombie,       ///< A writer that was superseded goes on sending.
  kafka_race,         ///< Another node takes the role.
  kafka_crash,        ///< A node loses power.
  kafka_silent,       ///< The cluster does not answer.
  kafka_truncated,    ///< The topic lost its end.
};
inline constexpr std::size_t k_faults = 32;
inline constexpr Fault k_first_kafka_fault = Fault::kafka_doubled;

[[nodiscard]] std::string_view name_of(Fault fault);
/// Every kind, in order.
[[nodiscard]] std::vector<Fault> all_faults();

/// Which kinds may come.
class FaultSet {
 public:
  [[nodiscard]] bool has(Fault fault) const { return (bits_ >> static_cast<unsigned>(fault) & 1U) != 0; }
  void add(Fault fault) { bits_ |= std::uint64_t{1} << static_cast<unsigned>(fault); }
  void remove(Fault fault) { bits_ &= ~(std::uint64_t{1} << static_cast<unsigned>(fault)); }
  [[nodiscard]] std::vector<Fault> list() const;
  /// `kill,torn_page`; `none` where there is none.
  [[nodiscard]] std::string text() const;
  /// Reads text(), or `all`, `local`, `kafka`. invalid_input names the word that is no fault.
  [[nodiscard]] static Result<FaultSet> parse(std::string_view text);
  [[nodiscard]] static FaultSet all();
  friend bool operator==(const FaultSet&, const FaultSet&) = default;

 private:
  std::uint64_t bits_ = 0;
};

/// How often each kind came.
using FaultCounts = std::array<std::uint64_t, k_faults>;
inline void count(FaultCounts& counts, Fault fault, std::uint64_t times = 1) {
  counts[static_cast<std::size_t>(fault)] += times;
}

}  // namespace lotledger::tests
