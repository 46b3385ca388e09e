// projections/store/delta.cc - the hash index and the entries of a delta.
#include "projections/store/delta.h"

#include "engine/base/assert.h"

#include <cstring>
#include <functional>

namespace lotledger::projections {

namespace {
constexpr std::size_t k_cells_min = 64;

std::uint32_t hash_of(std::string_view key) {
  const std::size_t hash = std::hash<std::string_view>{}(key);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}
}  // namespace

Delta::Delta() : cells_(k_cells_min) {}

void Delta::put(std::string_view key, std::string_view value) {
  Entry& entry = find_or_add(key);
  mark(entry, Entry::State::put);
  set_value(entry, value);
}

void Delta::insert(std::string_view key, std::string_view value) {
  Entry& entry = find_or_add(key);
  LL_ASSERT(entry.state != Entry::State::put, "insert() of a key that was put: use put()");
  LL_ASSERT(entry.state != Entry::State::read || entry.old_state != Entry::Old::known,
            "insert() of a key that stands in the store: use put()");
  // After an erase() the key is new to readers, but what lies beneath is not thereby absent.
  if (entry.state == Entry::State::read) entry.old_state = Entry::Old::absent;
  mark(entry, Entry::State::put);
  set_value(entry, value);
}

void Delta::append(std::string_view key, std::string_view value) {
  Entry& entry = add(key);
  entry.old_state = Entry::Old::absent;
  mark(entry, Entry::State::put);
  set_value(entry, value);
}

void Delta::erase(std::string_view key) {
  Entry& entry = find_or_add(key);
  mark(entry, Entry::State::erased);
  entry.value = {};
  entry.room = 0;
}

void Delta::remember(std::string_view key, std::optional<std::string_view> beneath) {
  if (remembered_bytes_ >= k_remembered_bytes_max) return;
  Entry& entry = find_or_add(key);
  LL_ASSERT(entry.state == Entry::State::read && entry.old_state == Entry::Old::unknown,
            "what this delta knows already is not looked up beneath");
  entry.old_state = beneath.has_value() ? Entry::Old::known : Entry::Old::absent;
  if (beneath.has_value()) entry.old = arena_.copy(*beneath);
  remembered_bytes_ += sizeof(Entry) + sizeof(Cell) + key.size() + entry.old.size();
}

const Entry* Delta::find(std::string_view key) const {
  const Cell& cell = cells_[cell_of(key, hash_of(key))];
  return cell.entry == 0 ? nullptr : &entries_[cell.entry - 1];
}

const KeyOrder& Delta::ordered() const {
  const std::lock_guard lock(order_mutex_);
  order_.settle();
  return order_;
}

void Delta::each(const std::function<void(const Entry&)>& visit) const {
  // Key order is a random walk through entries and arena: without looking ahead, waiting for memory is a third of a
  // seal.
  constexpr std::size_t k_ahead = 8;
  const Entry* before = nullptr;
  for (const KeyOrder::Block& block : ordered().blocks()) {
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (i + k_ahead < block.size()) {
        __builtin_prefetch(&entries_[block[i + k_ahead].entry]);
        __builtin_prefetch(block[i + k_ahead].key.data());
        __builtin_prefetch(block[i + k_ahead].key.data() + 64);
      }
      const Entry& entry = entries_[block[i].entry];
      LL_ASSERT(before == nullptr || before->key != entry.key, "append() of a key that this delta has already");
      before = &entry;
      visit(entry);
    }
  }
}

void Delta::clear() {
  arena_.clear();
  entries_.clear();
  cells_.assign(cells_.size(), Cell());
  indexed_ = 0;
  written_ = 0;
  remembered_bytes_ = 0;
  order_.clear();
}

std::size_t Delta::bytes() const {
  // Two cells an entry: what a delta that was cleared keeps beyond that is no reason to seal it early.
  return arena_.used() + entries_.size() * sizeof(Entry) + indexed_ * 2 * sizeof(Cell) + written_ * sizeof(KeyRef);
}

std::size_t Delta::cell_of(std::string_view key, std::uint32_t hash) const {
  const std::size_t mask = cells_.size() - 1;
  std::size_t at = hash & mask;
  while (cells_[at].entry != 0) {
    if (cells_[at].hash == hash && entries_[cells_[at].entry - 1].key == key) break;
    at = (at + 1) & mask;
  }
  return at;
}

Entry& Delta::find_or_add(std::string_view key) {
  const std::uint32_t hash = hash_of(key);
  std::size_t at = cell_of(key, hash);
  if (cells_[at].entry != 0) return entries_[cells_[at].entry - 1];
  if (indexed_ * 2 >= cells_.size()) {
    grow_index();
    at = cell_of(key, hash);
  }
  Entry& entry = add(key);
  cells_[at] = Cell{hash, static_cast<std::uint32_t>(entries_.size())};
  ++indexed_;
  return entry;
}

Entry& Delta::add(std::string_view key) {
  LL_ASSERT(!key.empty(), "a key has at least one byte");
  LL_ASSERT(key.size() <= k_key_bytes_max, "a key has at most 64 KiB - 1 bytes");
  entries_.push_back(Entry{.key = arena_.copy(key), .value = {}, .old = {}});
  return entries_.back();
}

void Delta::grow_index() {
  std::vector<Cell> larger(cells_.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Cell& cell : cells_) {
    if (cell.entry == 0) continue;
    std::size_t at = cell.hash & mask;
    while (larger[at].entry != 0) at = (at + 1) & mask;
    larger[at] = cell;
  }
  cells_.swap(larger);
}

void Delta::mark(Entry& entry, Entry::State state) {
  if (!entry.written()) {
    order_.add(entry.key, static_cast<std::uint32_t>(&entry - entries_.data()));
    ++written_;
  }
  entry.state = state;
}

void Delta::set_value(Entry& entry, std::string_view value) {
  LL_ASSERT(value.size() <= k_value_bytes_max, "a value has at most 1 GiB - 1 bytes");
  // Within its own room a value is overwritten in place; `value` may be a view of it. The cast only gives back the
  // freedom to write that the arena's memory has.
  char* to = const_cast<char*>(entry.value.data());
  if (value.size() > entry.room || entry.room == 0) {
    // A value written twice in one delta is likely to grow again (a list that gets longer): leave room for half more.
    const std::size_t room = entry.room == 0 ? value.size() : value.size() + value.size() / 2;
    to = arena_.allocate(room);
    entry.room = static_cast<std::uint32_t>(room);
  }
  if (!value.empty()) std::memmove(to, value.data(), value.size());
  entry.value = {to, value.size()};
}

}  // namespace lotledger::projections
