// engine/log/position_file.h - a file that holds one position of the log in two alternating slots, so that a torn write
// leaves the other slot standing. Two files have this form: `head` (synced: the log may never end before it) and
// `durable` (not synced: how far readers may go while a writer lives). Drawn in docs/data_format.md.
#pragma once

#include "engine/log/disk.h"

#include "engine/base/ids.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lotledger::engine {

/// A page each, so that one torn page cannot hit both. A slot's checksum covers all of it.
inline constexpr std::size_t k_position_slot_bytes = 4096;
inline constexpr std::size_t k_position_file_bytes = 2 * k_position_slot_bytes;

/// The last record of a log, and where its next group begins.
struct LogPosition {
  LedgerId ledger;
  Head head;
  Seq segment = 0;               ///< First seq of the segment file into which the next group goes.
  std::uint64_t end_offset = 0;  ///< Where in that file.
  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

/// What the slots hold. Of two good slots the one of the higher generation counts.
struct PositionSlots {
  std::optional<LogPosition> latest;
  std::uint64_t generation = 0;
  struct Fault {
    std::uint64_t offset = 0;
    std::string why;
  };
  std::vector<Fault> faults;  ///< A damaged slot, or one that a crash tore.
};
/// not_found when there is no such file, io; damage is found in the slots.
[[nodiscard]] Result<PositionSlots> read_positions(Disk& disk, const std::string& path);

/// The writing side of such a file.
class PositionFile {
 public:
  /// Makes or replaces the file, atomically and durably, with `position` in both slots, and opens it.
  [[nodiscard]] static Result<PositionFile> create(Disk& disk, const std::string& path, const LogPosition& position);
  /// Opens an existing file whose slots were read before.
  [[nodiscard]] static Result<PositionFile> open(Disk& disk, const std::string& path, const PositionSlots& slots);

  enum class Durability : std::uint8_t { synced, unsynced };
  /// Overwrites the older slot.
  [[nodiscard]] Result<void> write(const LogPosition& position, Durability durability);

 private:
  PositionFile(std::unique_ptr<File> file, std::uint64_t generation)
      : file_(std::move(file)), generation_(generation) {}

  std::unique_ptr<File> file_;
  std::uint64_t generation_;
};

}  // namespace lotledger::engine
