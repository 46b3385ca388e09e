// engine/log/local_log.h - the ledger in segment files of one folder. Format: docs/data_format.md; rules:
// docs/areas/log.md.
#pragma once

#include "engine/log/disk.h"
#include "engine/log/log.h"

#include <memory>
#include <optional>
#include <string>

namespace lotledger::engine {

/// Bounds what one segment can ask of memory at start: 8 bytes a record.
inline constexpr std::uint64_t k_records_per_segment_max = std::uint64_t{1} << 24;

struct LocalLogOptions {
  /// Records per segment; segments are cut at multiples of it, so that archives of all copies have the same borders.
  std::uint64_t records_per_segment = 65'536;
};

/// What opening found and did; printed by `doctor`, asserted by tests.
struct RecoveryReport {
  std::uint64_t torn_bytes_cut = 0;  ///< Bytes removed behind the last intact record of the last group.
  std::uint64_t segments = 0;
  std::uint64_t records_scanned = 0;      ///< Only records of the last segment are ever scanned at start.
  std::uint64_t head_slots_repaired = 0;  ///< Slots of `head` that were damaged or torn; the other one stood.
};

/// The writing log. Holds the single-writer lock of the folder.
class LocalLog final : public Log {
 public:
  ~LocalLog() override;

  /// Makes an empty log in `folder` (which must not hold one). conflict when it does.
  [[nodiscard]] static Result<void> create(Disk& disk, const std::string& folder, const LedgerId& ledger,
                                           const LocalLogOptions& options = {});
  /// Opens for appending: takes the lock (unavailable when another writer has it), scans the last segment only, cuts a
  /// torn tail, syncs what is left before anything may be answered from it. corrupt with the position on any other
  /// damage, and when the log ends before `head`. `disk` must outlive the log. The segment size is the one that the log
  /// was created with, whatever `options` say.
  [[nodiscard]] static Result<std::unique_ptr<LocalLog>> open(Disk& disk, const std::string& folder,
                                                              const LocalLogOptions& options = {});

  [[nodiscard]] const LedgerId& ledger() const override;
  [[nodiscard]] Head durable() const override;
  [[nodiscard]] Result<void> read(Seq first, Seq last, const RecordVisitor& visit) override;
  [[nodiscard]] Result<StoredRecord> at(Seq seq) override;
  [[nodiscard]] Head tail() const override;
  [[nodiscard]] Result<void> append(std::span<const StoredRecord> batch) override;
  [[nodiscard]] Result<void> sync() override;

  /// Writes `head` (also done at seal). Call after a second of idleness and before closing.
  [[nodiscard]] Result<void> publish_head();
  [[nodiscard]] const RecoveryReport& recovery() const;

 private:
  class Impl;
  explicit LocalLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Opens for reading beside a writer or without one; takes no lock. With a live writer it stops at the published
/// durable watermark; without one it syncs the tail itself before it answers from it. Does not cut a torn tail, only
/// ignores it. refresh by opening anew.
[[nodiscard]] Result<std::unique_ptr<LogReader>> open_local_reader(Disk& disk, const std::string& folder);

/// Everything that `audit verify` checks of the log itself: frames, checksums, chain, gapless seq, footers, `head`.
struct LogVerification {
  std::uint64_t records = 0;
  std::uint64_t segments = 0;
  Head last;
  std::uint64_t torn_bytes = 0;  ///< A torn tail that no writer has cut yet; no damage.
  struct Damage {
    Seq seq = 0;  ///< First record that cannot be trusted.
    std::string file;
    std::uint64_t offset = 0;
    std::string why;
  };
  std::optional<Damage> first_bad;
};
/// Reads every byte of the log, beside a living writer up to its durable watermark. An error only when the files cannot
/// be read at all; damage is a finding.
[[nodiscard]] Result<LogVerification> verify_local_log(Disk& disk, const std::string& folder);

}  // namespace lotledger::engine
