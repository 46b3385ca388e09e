// projections/store/key_order.h - the entries of a delta in byte order of their keys, brought in order only when asked.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// A key and the number of its entry. `prefix` holds the first eight bytes as a number, so that most comparisons read
/// nothing else.
struct KeyRef {
  KeyRef(std::string_view key_in, std::uint32_t entry_in);
  [[nodiscard]] bool before(const KeyRef& other) const {
    return prefix != other.prefix ? prefix < other.prefix : key < other.key;
  }

  std::uint64_t prefix;
  std::string_view key;
  std::uint32_t entry;
};

/// Distinct keys, whose bytes the caller keeps alive. Folding that only writes pays for add(), a push_back; the order
/// is made in settle(): by one sort and merge where much is new (a seal), by binary search into blocks where little is
/// new (a fold that scans after every few writes).
class KeyOrder {
 public:
  void add(std::string_view key, std::uint32_t entry) { fresh_.emplace_back(key, entry); }
  /// Brings everything added so far in order.
  void settle();
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Forgets all keys and keeps the memory.
  void clear();

  /// A place in the order; valid until the next settle() that has something to do.
  class Cursor {
   public:
    Cursor(const KeyOrder& order, std::size_t block, std::size_t at) : order_(&order), block_(block), at_(at) {}
    [[nodiscard]] bool valid() const { return block_ < order_->blocks_.size(); }
    [[nodiscard]] const KeyRef& ref() const { return order_->blocks_[block_][at_]; }
    void next() {
      if (++at_ < order_->blocks_[block_].size()) return;
      ++block_;
      at_ = 0;
    }

   private:
    const KeyOrder* order_;
    std::size_t block_;
    std::size_t at_;
  };
  /// The first key that is not before `first`. Precondition: settled.
  [[nodiscard]] Cursor seek(std::string_view first) const;

  using Block = std::vector<KeyRef>;
  /// All keys, in order. Precondition: settled.
  [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }

 private:
  /// The block in which `ref` stands or would stand. Precondition: there is one.
  [[nodiscard]] std::size_t block_of(const KeyRef& ref) const;
  void place(const KeyRef& ref);
  void merge_all();
  void cut_into_blocks(const std::vector<KeyRef>& all);

  std::vector<Block> blocks_;  // None is empty.
  std::vector<KeyRef> fresh_;
  std::size_t size_ = 0;
};

}  // namespace lotledger::projections
