// projections/store/arena.h - memory for the keys and values of one delta: handed out once, freed all together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// Bytes stay where they are until the arena ends or is cleared. Not for use by two threads at once.
class Arena {
 public:
  [[nodiscard]] char* allocate(std::size_t size) {
    if (size > left_) grow(size);
    char* const bytes = next_;
    next_ += size;
    left_ -= size;
    used_ += size;
    return bytes;
  }
  [[nodiscard]] std::string_view copy(std::string_view bytes) {
    char* const to = allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    return {to, bytes.size()};
  }
  /// Takes back all that was handed out, and keeps the memory: what the system gave once need not be asked for, and
  /// cleared, again.
  void clear() {
    filling_ = 0;
    next_ = nullptr;
    left_ = 0;
    used_ = 0;
  }
  /// Bytes handed out.
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  // Small stores are many (one per projection and test), hence the small first block.
  static constexpr std::size_t k_block_bytes_min = std::size_t{16} * 1024;
  static constexpr std::size_t k_block_bytes_max = std::size_t{1024} * 1024;

  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };

  void grow(std::size_t size) {
    // A block of before that is too small for this one request is left out until the next clear().
    while (filling_ < blocks_.size() && blocks_[filling_].size < size) ++filling_;
    if (filling_ == blocks_.size()) {
      const std::size_t wanted = std::max(size, block_bytes_);
      block_bytes_ = std::min(block_bytes_ * 2, k_block_bytes_max);
      blocks_.push_back({std::make_unique_for_overwrite<char[]>(wanted), wanted});
    }
    next_ = blocks_[filling_].bytes.get();
    left_ = blocks_[filling_].size;
    ++filling_;
  }

  std::vector<Block> blocks_;
  std::size_t filling_ = 0;  ///< The block after the one that is being filled.
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_ = 0;
  std::size_t block_bytes_ = k_block_bytes_min;
};

}  // namespace lotledger::projections
