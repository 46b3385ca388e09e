// projections/store/arena.h - memory for the keys and values of one delta: handed out once, freed all together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// Bytes stay where they are until the arena ends. Not for use by two threads at once.
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
  /// Bytes handed out.
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  // Small stores are many (one per projection and test), hence the small first block.
  static constexpr std::size_t k_block_bytes_min = std::size_t{16} * 1024;
  static constexpr std::size_t k_block_bytes_max = std::size_t{1024} * 1024;

  void grow(std::size_t size) {
    const std::size_t wanted = std::max(size, block_bytes_);
    block_bytes_ = std::min(block_bytes_ * 2, k_block_bytes_max);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(wanted));
    next_ = blocks_.back().get();
    left_ = wanted;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_ = 0;
  std::size_t block_bytes_ = k_block_bytes_min;
};

}  // namespace lotledger::projections
