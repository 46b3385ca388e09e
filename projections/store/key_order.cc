// projections/store/key_order.cc - sorted blocks of keys: one level of a B-tree is enough for a delta.
#include "projections/store/key_order.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace lotledger::projections {

namespace {
// 12 KiB a block: shifting half of it takes less time than finding the place.
constexpr std::size_t k_block_keys_max = 384;
// Less than this share of new keys is placed one by one.
constexpr std::size_t k_merge_share = 16;

bool before(const KeyRef& a, const KeyRef& b) {
  return a.before(b);
}
}  // namespace

KeyRef::KeyRef(std::string_view key_in, std::uint32_t entry_in) : prefix(0), key(key_in), entry(entry_in) {
  if (!key.empty()) std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof prefix));
  prefix = __builtin_bswap64(prefix);
}

void KeyOrder::settle() {
  if (fresh_.empty()) return;
  if (fresh_.size() > size_ / k_merge_share) {
    merge_all();
  } else {
    for (const KeyRef& ref : fresh_) place(ref);
  }
  size_ += fresh_.size();
  fresh_.clear();
}

KeyOrder::Cursor KeyOrder::seek(std::string_view first) const {
  if (blocks_.empty()) return {*this, 0, 0};
  const KeyRef wanted(first, 0);
  const std::size_t block = block_of(wanted);
  const auto found = std::lower_bound(blocks_[block].begin(), blocks_[block].end(), wanted, before);
  if (found == blocks_[block].end()) return {*this, block + 1, 0};
  return {*this, block, static_cast<std::size_t>(found - blocks_[block].begin())};
}

std::size_t KeyOrder::block_of(const KeyRef& ref) const {
  const auto after = std::upper_bound(blocks_.begin(), blocks_.end(), ref,
                                      [](const KeyRef& key, const Block& block) { return key.before(block.front()); });
  return after == blocks_.begin() ? 0 : static_cast<std::size_t>(after - blocks_.begin()) - 1;
}

void KeyOrder::place(const KeyRef& ref) {
  const std::size_t at = block_of(ref);
  Block& block = blocks_[at];
  block.insert(std::upper_bound(block.begin(), block.end(), ref, before), ref);
  if (block.size() <= k_block_keys_max) return;
  const auto half = block.begin() + static_cast<std::ptrdiff_t>(block.size() / 2);
  Block upper(half, block.end());
  block.erase(half, block.end());
  blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
}

void KeyOrder::merge_all() {
  std::sort(fresh_.begin(), fresh_.end(), before);
  std::vector<KeyRef> old;
  old.reserve(size_);
  for (const Block& block : blocks_) old.insert(old.end(), block.begin(), block.end());
  std::vector<KeyRef> all;
  all.reserve(size_ + fresh_.size());
  std::merge(old.begin(), old.end(), fresh_.begin(), fresh_.end(), std::back_inserter(all), before);
  blocks_.clear();
  // Half full, so that what comes later finds room.
  constexpr std::size_t k_filled = k_block_keys_max / 2;
  for (std::size_t at = 0; at < all.size(); at += k_filled) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
    blocks_.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(k_filled, all.size() - at)));
  }
}

}  // namespace lotledger::projections
