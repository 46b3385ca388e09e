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

// Fewer keys than this are compared whole.
constexpr std::size_t k_small_run = 24;

bool before(const KeyRef& a, const KeyRef& b) {
  return a.before(b);
}

/// Up to eight bytes of `key` from `depth` on as a number whose order is theirs, zeros behind its end.
std::uint64_t chunk_of(std::string_view key, std::size_t depth) {
  std::uint64_t chunk = 0;
  if (key.size() >= depth + sizeof chunk) {
    std::memcpy(&chunk, key.data() + depth, sizeof chunk);
  } else if (key.size() > depth) {
    std::memcpy(&chunk, key.data() + depth, key.size() - depth);
  }
  return __builtin_bswap64(chunk);
}

/// Keys that are alike in their first `depth` bytes; each holds the chunk behind those in `prefix`.
struct Run {
  std::size_t first;
  std::size_t last;
  std::size_t depth;
};

/// Sorts a run, and adds what is still alike in it after eight more bytes to `runs`.
void sort_run(std::vector<KeyRef>& keys, const Run& run, std::vector<Run>& runs) {
  const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(run.first);
  const auto end = keys.begin() + static_cast<std::ptrdiff_t>(run.last);
  // The shorter of two keys that end within the same chunk comes first.
  const auto less = [behind = run.depth + sizeof(KeyRef::prefix)](const KeyRef& a, const KeyRef& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return a.key.size() < behind && a.key.size() < b.key.size();
  };
  // Many chunks are alike in all keys, and ids and positions mostly came in their order.
  if (!std::is_sorted(begin, end, less)) std::sort(begin, end, less);
  for (std::size_t first = run.first; first < run.last;) {
    std::size_t last = first + 1;
    while (last < run.last && keys[last].prefix == keys[first].prefix) ++last;
    // Those that end here are in order already, in front of the longer ones.
    while (first < last && keys[first].key.size() <= run.depth + sizeof(KeyRef::prefix)) ++first;
    if (last - first > 1) runs.push_back({first, last, run.depth + sizeof(KeyRef::prefix)});
    first = last;
  }
}

/// Sorts by chunks of eight bytes. Keys of a store are alike in long beginnings, so that comparing whole keys, each
/// somewhere else in memory, would take most of a seal.
void sort_keys(std::vector<KeyRef>& keys) {
  std::vector<Run> runs;
  runs.push_back({0, keys.size(), 0});
  while (!runs.empty()) {
    const Run run = runs.back();
    runs.pop_back();
    if (run.last - run.first < k_small_run) {
      const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(run.first);
      std::sort(begin, begin + static_cast<std::ptrdiff_t>(run.last - run.first),
                [](const KeyRef& a, const KeyRef& b) { return a.key < b.key; });
      continue;
    }
    if (run.depth > 0) {
      for (std::size_t i = run.first; i < run.last; ++i) keys[i].prefix = chunk_of(keys[i].key, run.depth);
    }
    sort_run(keys, run, runs);
  }
  for (KeyRef& ref : keys) ref.prefix = chunk_of(ref.key, 0);
}
}  // namespace

KeyRef::KeyRef(std::string_view key_in, std::uint32_t entry_in)
    : prefix(chunk_of(key_in, 0)), key(key_in), entry(entry_in) {}

void KeyOrder::clear() {
  blocks_.clear();
  fresh_.clear();
  size_ = 0;
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
  sort_keys(fresh_);
  if (size_ == 0) return cut_into_blocks(fresh_);
  std::vector<KeyRef> old;
  old.reserve(size_);
  for (const Block& block : blocks_) old.insert(old.end(), block.begin(), block.end());
  std::vector<KeyRef> all;
  all.reserve(size_ + fresh_.size());
  std::merge(old.begin(), old.end(), fresh_.begin(), fresh_.end(), std::back_inserter(all), before);
  cut_into_blocks(all);
}

void KeyOrder::cut_into_blocks(const std::vector<KeyRef>& all) {
  blocks_.clear();
  // Half full, so that what comes later finds room.
  constexpr std::size_t k_filled = k_block_keys_max / 2;
  for (std::size_t at = 0; at < all.size(); at += k_filled) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
    blocks_.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(k_filled, all.size() - at)));
  }
}

}  // namespace lotledger::projections
