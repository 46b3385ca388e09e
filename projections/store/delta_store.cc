// projections/store/delta_store.cc - reading through the layers: active delta, sealed delta, base.
#include "projections/store/delta_store.h"

#include "engine/base/assert.h"

#include <array>
#include <utility>

namespace lotledger::projections {

namespace {
/// As many keys as one look-up beneath takes: enough for RocksDB to share blocks among neighbours.
constexpr std::size_t k_lookup_keys = 512;

class DeltaCursor final : public Cursor {
 public:
  DeltaCursor(const Delta& delta, std::string_view first, std::string_view last)
      : delta_(delta), last_(last), at_(delta.ordered().seek(first)) {}

  bool valid() const override { return at_.valid() && (last_.empty() || at_.ref().key < last_); }
  std::string_view key() const override { return at_.ref().key; }
  std::optional<std::string_view> value() const override { return delta_.entry(at_.ref().entry).seen(); }
  void next() override { at_.next(); }

 private:
  const Delta& delta_;
  std::string_view last_;
  KeyOrder::Cursor at_;
};

/// Counts a scan for as long as it lasts.
class ScanGuard {
 public:
  explicit ScanGuard(int& scans) : scans_(scans) { ++scans_; }
  ~ScanGuard() { --scans_; }
  ScanGuard(const ScanGuard&) = delete;
  ScanGuard& operator=(const ScanGuard&) = delete;

 private:
  int& scans_;
};

/// Visits the union of `sources`, newest first: of equal keys the newest speaks.
void merge(std::span<Cursor* const> sources, const EntryVisitor& visit) {
  while (true) {
    Cursor* next = nullptr;
    for (Cursor* source : sources) {
      if (source->valid() && (next == nullptr || source->key() < next->key())) next = source;
    }
    if (next == nullptr) return;
    const std::string_view key = next->key();
    const auto value = next->value();
    if (value.has_value() && !visit(key, *value)) return;
    for (Cursor* source : sources) {
      if (source != next && source->valid() && source->key() == key) source->next();
    }
    next->next();  // Last, because `key` is its view.
  }
}

/// Keys whose old values are to be looked up in the base, in batches.
class OldValues {
 public:
  OldValues(DigestSum& sum, const Base& base) : sum_(sum), base_(base) { keys_.reserve(k_lookup_keys); }
  void subtract(std::string_view key) {
    keys_.push_back(key);
    if (keys_.size() == k_lookup_keys) flush();
  }
  void flush() {
    base_.get_many(keys_, [this](std::string_view key, std::string_view value) {
      sum_.subtract(key, value);
      return true;
    });
    keys_.clear();
  }

 private:
  DigestSum& sum_;
  const Base& base_;
  std::vector<std::string_view> keys_;
};

/// What is known, without the base, of the value under `entry`; the outer nullopt: nothing.
std::optional<std::optional<std::string_view>> old_in_memory(const Entry& entry, const Delta* below) {
  if (entry.old_state == Entry::Old::known) return entry.old;
  if (entry.old_state == Entry::Old::absent) return std::optional<std::string_view>();
  const Entry* const found = below == nullptr ? nullptr : below->find(entry.key);
  if (found == nullptr) return std::nullopt;
  return found->seen();
}
}  // namespace

void add_changes(DigestSum& sum, const Delta& delta, const Delta* below, const Base* base) {
  std::optional<OldValues> beneath;
  if (base != nullptr) beneath.emplace(sum, *base);
  delta.each([&](const Entry& entry) {
    if (const auto value = entry.seen()) sum.add(entry.key, *value);
    const auto old = old_in_memory(entry, below);
    if (old.has_value()) {
      if (old->has_value()) sum.subtract(entry.key, **old);
    } else if (beneath.has_value()) {
      beneath->subtract(entry.key);
    }
  });
  if (beneath.has_value()) beneath->flush();
}

DeltaStore::DeltaStore(StorePosition position, const StoreDigest& digest, const Base* base)
    : position_(position), digest_beneath_(digest), base_(base) {}

bool DeltaStore::get(std::string_view key, std::string& value) const {
  const Entry* entry = active_->find(key);
  if (entry == nullptr && sealed_ != nullptr) entry = sealed_->find(key);
  if (entry != nullptr) {
    const auto seen = entry->seen();
    if (seen.has_value()) value.assign(*seen);
    return seen.has_value();
  }
  if (base_ == nullptr || key.empty() || key.size() > k_key_bytes_max) return false;
  const Base::Lookup lookup = base_->get(key, value);
  if (lookup == Base::Lookup::failed) return false;
  const bool found = lookup == Base::Lookup::found;
  active_->remember(key, found ? std::optional<std::string_view>(value) : std::nullopt);
  return found;
}

void DeltaStore::scan(std::string_view first, std::string_view last, const EntryVisitor& visit) const {
  if (!last.empty() && last <= first) return;
  const ScanGuard guard(scans_);
  DeltaCursor active(*active_, first, last);
  std::array<Cursor*, 3> sources{&active};
  std::size_t count = 1;
  std::optional<DeltaCursor> sealed;
  if (sealed_ != nullptr) sources[count++] = &sealed.emplace(*sealed_, first, last);
  std::unique_ptr<Cursor> base;
  if (base_ != nullptr) {
    base = base_->walk(first, last);
    sources[count++] = base.get();
  }
  merge(std::span(sources).first(count), visit);
}

StoreDigest DeltaStore::digest() const {
  DigestSum sum(digest_beneath());
  add_changes(sum, *active_, sealed_.get(), base_);
  return sum.digest();
}

Result<void> DeltaStore::failure() const {
  if (base_ == nullptr) return {};
  return base_->failure();
}

void DeltaStore::put(std::string_view key, std::string_view value) {
  writable().put(key, value);
}
void DeltaStore::insert(std::string_view key, std::string_view value) {
  writable().insert(key, value);
}
void DeltaStore::append(std::string_view key, std::string_view value) {
  writable().append(key, value);
}
void DeltaStore::erase(std::string_view key) {
  writable().erase(key);
}

void DeltaStore::advance(const Head& head) {
  position_.head = head;
  advanced_ = true;
}

Result<void> DeltaStore::seal() {
  assert_advanced();
  sealed_bytes_ = active_->bytes();
  return failure();
}

void DeltaStore::assert_advanced() const {
  LL_ASSERT(advanced_, "seal() after writes that belong to no position: advance() first");
}

std::shared_ptr<const Delta> DeltaStore::rotate() {
  std::shared_ptr<Delta> before = std::exchange(sealed_, std::move(active_));
  if (spare_ != nullptr && spare_.use_count() == 1) {
    active_ = std::move(spare_);
    active_->clear();
  } else {
    active_ = std::make_shared<Delta>();
  }
  spare_ = before;
  return before;
}

Delta& DeltaStore::writable() {
  LL_ASSERT(scans_ == 0, "a visitor of scan() may not write the store");
  advanced_ = false;
  return *active_;
}

}  // namespace lotledger::projections
