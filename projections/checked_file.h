// projections/checked_file.h - files that are written once and mapped: data, then a CRC-32C for each block, so
// that a reader checks what it touches and nothing else.
#pragma once

#include "engine/log/disk.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::projections {

inline constexpr std::size_t k_check_block_bytes = 512;

/// Writes such a file from front to back.
class CheckedWriter {
 public:
  /// Makes `path`, which must not exist. conflict or io.
  [[nodiscard]] static Result<CheckedWriter> create(engine::Disk& disk, const std::string& path);

  /// A failure is kept until finish().
  void append(Bytes bytes);
  template <typename Value>
  void append_value(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    append({reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
  }
  /// Bytes of data so far.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Fills the last block with zero bytes, adds the checksums, syncs. The first failure of all that was done.
  [[nodiscard]] Result<void> finish();

 private:
  explicit CheckedWriter(std::unique_ptr<engine::File> file) : file_(std::move(file)) {}
  void flush();

  std::unique_ptr<engine::File> file_;
  ByteVector buffer_;
  std::vector<std::uint32_t> sums_;
  std::uint64_t size_ = 0;
  std::uint64_t written_ = 0;
  Result<void> status_;
};

/// Reads such a file in place. One thread.
class CheckedMap {
 public:
  /// `size` is that of the data. corrupt when the file has another one; not_found, io.
  [[nodiscard]] static Result<CheckedMap> open(engine::Disk& disk, const std::string& path, std::uint64_t size);

  /// `size` bytes from `offset` on, or nullptr where they are damaged or out of bounds. Valid as long as this object.
  [[nodiscard]] const std::uint8_t* at(std::uint64_t offset, std::uint64_t size) const {
    if (offset > size_ || size > size_ - offset) return nullptr;
    const std::uint64_t last = size == 0 ? offset : offset + size - 1;
    for (std::uint64_t block = offset / k_check_block_bytes; block <= last / k_check_block_bytes; ++block) {
      if (!checked_[block] && !check(block)) return nullptr;
    }
    return data_ + offset;
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Reads all of it: whether nothing is damaged.
  [[nodiscard]] bool intact() const { return at(0, size_) != nullptr; }
  /// Where the data begin; at() says which of them may be read.
  [[nodiscard]] const std::uint8_t* data() const { return data_; }

 private:
  CheckedMap(std::unique_ptr<engine::MappedFile> file, std::uint64_t size);
  [[nodiscard]] bool check(std::uint64_t block) const;

  std::unique_ptr<engine::MappedFile> file_;
  const std::uint8_t* data_ = nullptr;
  std::uint64_t size_ = 0;
  mutable std::vector<bool> checked_;
};

}  // namespace lotledger::projections
