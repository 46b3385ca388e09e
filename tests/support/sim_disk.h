// tests/support/sim_disk.h - a disk in memory that behaves as badly as a real one may: it loses unsynced pages, tears
// others, forgets unsynced names, fails any chosen call, and flips bits. Everything follows from seeds.
#pragma once

#include "engine/log/disk.h"

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace lotledger::tests {

inline constexpr std::size_t k_sim_page_bytes = 4096;
/// The unit in which a disk writes: a page may be torn between two of these.
inline constexpr std::size_t k_sim_sector_bytes = 512;

/// Content of a file as programs see it, and as the medium holds it.
struct SimInode {
  ByteVector seen;
  ByteVector durable;
  std::set<std::size_t> dirty_pages;  ///< Pages of `seen` that may differ from `durable`.
};

/// Kinds of calls that change the disk or sync it.
enum class DiskCall : std::uint8_t { write, sync, resize, create, rename, remove, make_folders, sync_folder };
inline constexpr std::size_t k_disk_calls = 8;

/// What a power loss may do, and how often it did.
struct CrashFaults {
  bool lose_pages = true;  ///< An unsynced page is as it was before.
  bool tear_pages = true;  ///< An unsynced page is old up to or from a sector border.
  bool lose_names = true;  ///< An unsynced creation, renaming or removal did not happen.
  std::uint64_t lost_pages = 0;
  std::uint64_t torn_pages = 0;
  std::uint64_t lost_names = 0;
};

/// Calls that change the disk or sync it are numbered from 1; any of them can be made to fail.
class SimDisk final : public engine::Disk {
 public:
  SimDisk() = default;

  Result<std::unique_ptr<engine::File>> open(const std::string& path, engine::OpenMode mode) override;
  Result<std::unique_ptr<engine::MappedFile>> map(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Result<void> make_folders(const std::string& folder) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<engine::DiskLock>> lock(const std::string& path) override;
  Result<bool> locked(const std::string& path) override;

  /// The disk as found after a power loss now: every unsynced page survived, or did not, or is torn between sectors; an
  /// unsynced size is the old one, the new one or one between; every unsynced name is there or not.
  [[nodiscard]] std::unique_ptr<SimDisk> crash(std::uint64_t seed) const;
  /// The same, with only the faults that are allowed; counts those that came.
  [[nodiscard]] std::unique_ptr<SimDisk> crash(std::uint64_t seed, CrashFaults& faults) const;
  /// The disk as it is seen now, everything durable: what a clean shutdown leaves.
  [[nodiscard]] std::unique_ptr<SimDisk> copy() const;

  /// Makes the n-th changing call from now on fail, once. A write then stops somewhere in the middle (disk full); a
  /// sync drops what it should have made durable but lets the pages look clean, as Linux does. An earlier failure is
  /// forgotten.
  void fail_call(std::uint64_t n);
  /// The same for the n-th call of one kind from now on.
  void fail_call(DiskCall kind, std::uint64_t n);
  /// Makes every call after the failing one fail too: the disk is gone.
  void fail_all_after(bool all) { fail_all_ = all; }
  /// From now on no call fails any more, but for lack of space.
  void mend();
  /// While full, nothing is created and no file grows: a write stops at the end that the file has.
  void set_full(bool full);
  /// The n-th write from now on lands, in the same file, a page before or behind where it belongs.
  void misdirect_write(std::uint64_t n);
  /// Lets who makes the n-th write or sync of a file from now on wait before it, so that a test knows what is queued
  /// behind it, and what is not durable yet.
  void hold_call(std::uint64_t n);
  /// Returns when somebody waits.
  void await_held();
  void release();
  /// Failures so far of calls of this kind, injected or for lack of space; writes that were misdirected.
  [[nodiscard]] std::uint64_t failures(DiskCall kind) const;
  [[nodiscard]] std::uint64_t failures_for_space() const;
  [[nodiscard]] std::uint64_t misdirected() const;
  /// Changing calls so far.
  [[nodiscard]] std::uint64_t calls() const;
  [[nodiscard]] bool failed() const;

  /// For damage by the medium, which no write or sync undoes. Paths must exist.
  void flip(const std::string& path, std::size_t offset, std::uint8_t mask);
  void cut(const std::string& path, std::size_t size);
  void put(const std::string& path, ByteVector bytes);
  [[nodiscard]] ByteVector content(const std::string& path) const;
  [[nodiscard]] std::vector<std::string> paths() const;

 private:
  friend class SimFile;
  friend class SimLock;
  using Names = std::map<std::string, std::shared_ptr<SimInode>>;

  [[nodiscard]] bool count_and_maybe_fail(DiskCall kind);
  void pass_gate(std::unique_lock<std::mutex>& lock);
  /// Where a write to `offset` really goes.
  [[nodiscard]] std::size_t landing(std::size_t offset);
  [[nodiscard]] const std::shared_ptr<SimInode>& inode(const std::string& path) const;

  mutable std::mutex mutex_;
  Names seen_;
  Names durable_;
  std::set<std::string> folders_;
  std::set<std::string> locks_;
  std::uint64_t calls_ = 0;
  std::optional<std::uint64_t> fail_at_;
  bool fail_all_ = false;
  bool failed_ = false;
  std::array<std::uint64_t, k_disk_calls> calls_of_{};
  std::array<std::uint64_t, k_disk_calls> failures_{};
  std::optional<DiskCall> fail_kind_;
  std::uint64_t fail_kind_at_ = 0;
  bool full_ = false;
  std::uint64_t failures_for_space_ = 0;
  std::uint64_t writes_until_misdirected_ = 0;  ///< 0: none is.
  std::uint64_t misdirected_ = 0;
  std::condition_variable gate_;
  std::uint64_t calls_until_held_ = 0;  ///< 0: the gate is open.
  bool held_ = false;
};

}  // namespace lotledger::tests
