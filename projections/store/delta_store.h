// projections/store/delta_store.h - a store made of an active delta, perhaps a sealed one, and perhaps something
// beneath.
#pragma once

#include "projections/store/delta.h"
#include "projections/store/digest_sum.h"
#include "projections/store/store.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lotledger::projections {

/// A walk over entries in key order, within the bounds it was made with.
class Cursor {
 public:
  Cursor() = default;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  virtual ~Cursor() = default;

  [[nodiscard]] virtual bool valid() const = 0;
  /// Precondition of the others: valid. Views are valid until next().
  [[nodiscard]] virtual std::string_view key() const = 0;
  /// nullopt: erased.
  [[nodiscard]] virtual std::optional<std::string_view> value() const = 0;
  virtual void next() = 0;
};

/// What lies under the deltas. Failures are kept and reported by failure().
class Base {
 public:
  Base() = default;
  Base(const Base&) = delete;
  Base& operator=(const Base&) = delete;
  virtual ~Base() = default;

  enum class Lookup : std::uint8_t { absent, found, failed };
  [[nodiscard]] virtual Lookup get(std::string_view key, std::string& value) const = 0;
  /// Visits, in order, each of `keys` (sorted, distinct) that exists. May run beside the other calls.
  virtual void get_many(std::span<const std::string_view> keys, const EntryVisitor& visit) const = 0;
  /// The entries with first <= key < last (empty: to the end).
  [[nodiscard]] virtual std::unique_ptr<Cursor> walk(std::string_view first, std::string_view last) const = 0;
  [[nodiscard]] virtual Result<void> failure() const = 0;
};

/// Adds to `sum` what `delta` changes in the content beneath it, which is `below` (may be nullptr) over `base` (may be
/// nullptr). Looks old values up in batches where the delta does not know them.
void add_changes(DigestSum& sum, const Delta& delta, const Delta* below, const Base* base);

/// Everything but sealing: on its own a store that stays in memory, over a base that nobody changes.
class DeltaStore : public Store {
 public:
  /// `base` may be nullptr and must outlive the store. `digest` is that of its content.
  DeltaStore(StorePosition position, const StoreDigest& digest, const Base* base);

  [[nodiscard]] bool get(std::string_view key, std::string& value) const override;
  void scan(std::string_view first, std::string_view last, const EntryVisitor& visit) const override;
  [[nodiscard]] StorePosition position() const override { return position_; }
  [[nodiscard]] StoreDigest digest() const override;
  [[nodiscard]] Result<void> failure() const override;

  void put(std::string_view key, std::string_view value) override;
  void insert(std::string_view key, std::string_view value) override;
  void append(std::string_view key, std::string_view value) override;
  void erase(std::string_view key) override;
  void advance(const Head& head) override;
  [[nodiscard]] std::size_t delta_bytes() const override { return active_->bytes() - sealed_bytes_; }
  [[nodiscard]] Result<void> seal() override;
  [[nodiscard]] Result<void> flush() override { return seal(); }
  [[nodiscard]] Result<void> settle() override { return seal(); }

 protected:
  /// Asserts that every write belongs to the position.
  void assert_advanced() const;
  /// Digest of all that lies under the active delta.
  [[nodiscard]] virtual StoreDigest digest_beneath() const { return digest_beneath_; }
  /// The active delta becomes the sealed one, an empty one the active; returns what was the sealed one before.
  std::shared_ptr<const Delta> rotate();
  [[nodiscard]] const std::shared_ptr<Delta>& active() const { return active_; }
  [[nodiscard]] std::shared_ptr<const Delta> sealed() const { return sealed_; }
  /// Gives back the memory that is kept for the next delta.
  void forget_spare() { spare_.reset(); }

 private:
  /// The delta to write to, after checking that nobody is in the middle of a scan.
  Delta& writable();

  StorePosition position_;
  StoreDigest digest_beneath_;
  const Base* base_;
  // Shared with the thread that writes them. Reads add what they found beneath to the active one, hence not const.
  std::shared_ptr<Delta> active_ = std::make_shared<Delta>();
  std::shared_ptr<Delta> sealed_;
  std::shared_ptr<Delta> spare_;  ///< The one before it, whose memory the next will have once it is written.
  std::size_t sealed_bytes_ = 0;
  bool advanced_ = true;
  mutable int scans_ = 0;
};

}  // namespace lotledger::projections
