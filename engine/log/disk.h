// engine/log/disk.h - the disk seam. Every byte that the ledger reads or writes passes through it, so that tests can
// lose unsynced pages, fail fsync or flip a bit. Posix: posix_disk.cc. In memory with faults: tests/support/sim_disk.h.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::engine {

/// An open file. Not for use by two threads at once, except that read_at may run beside anything.
class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;

  /// Reads up to `to.size()` bytes; returns how many there were before the end of the file. io with path and offset.
  [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset, MutableBytes to) const = 0;
  /// Writes all of `bytes`. Durable only after sync(). io with path and offset; the file's state is then unknown.
  [[nodiscard]] virtual Result<void> write_at(std::uint64_t offset, Bytes bytes) = 0;
  /// fdatasync. A failure is final for this file: pages may be marked clean though they were lost, so never retry.
  [[nodiscard]] virtual Result<void> sync() = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
  /// Cuts or extends with zero bytes.
  [[nodiscard]] virtual Result<void> resize(std::uint64_t size) = 0;
};

/// The content of a file in memory, read as it is touched: a page that cannot be read ends the process
/// (mapped_region.h). Mapped files are never changed, only replaced; one that was removed stays readable.
class MappedFile {
 public:
  MappedFile() = default;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  virtual ~MappedFile() = default;

  [[nodiscard]] virtual Bytes bytes() const = 0;
};

/// A lock on a path, held until destroyed or until the process ends.
class DiskLock {
 public:
  DiskLock() = default;
  DiskLock(const DiskLock&) = delete;
  DiskLock& operator=(const DiskLock&) = delete;
  virtual ~DiskLock() = default;
};

enum class OpenMode : std::uint8_t { read, write_existing, create_new };

class Disk {
 public:
  Disk() = default;
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  virtual ~Disk() = default;

  /// not_found, conflict (create_new on an existing path) or io; the message names the path. New files have mode 0600.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  /// The whole of a file as it is now. not_found or io.
  [[nodiscard]] virtual Result<std::unique_ptr<MappedFile>> map(const std::string& path) = 0;
  [[nodiscard]] virtual Result<bool> exists(const std::string& path) = 0;
  /// Names (not paths) of the entries of a folder, sorted. not_found when there is no such folder.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
  /// Makes the folder and its parents, mode 0700, and syncs what it made.
  [[nodiscard]] virtual Result<void> make_folders(const std::string& folder) = 0;
  /// Atomic replacement; durable after sync_folder of the parent.
  [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
  /// fsync of a folder: makes creations, renames and removals in it durable.
  [[nodiscard]] virtual Result<void> sync_folder(const std::string& folder) = 0;
  /// Exclusive lock of a file, made if missing, and of its folder (one lock each). unavailable: somebody has it.
  [[nodiscard]] virtual Result<std::unique_ptr<DiskLock>> lock(const std::string& path) = 0;
  /// Whether somebody holds lock(path) now. Asks the file without taking it, so no where somebody removed the file.
  [[nodiscard]] virtual Result<bool> locked(const std::string& path) = 0;
};

/// The file system of this machine.
[[nodiscard]] std::unique_ptr<Disk> posix_disk();

/// Writes `bytes` to `path` so that after a crash either the old or the new content is there: temporary file, sync,
/// rename, sync of the folder.
[[nodiscard]] Result<void> replace_file(Disk& disk, const std::string& path, Bytes bytes);
/// The whole content of a file of at most `size_max` bytes; invalid_input when it is larger.
[[nodiscard]] Result<ByteVector> read_file(Disk& disk, const std::string& path, std::size_t size_max);

}  // namespace lotledger::engine
