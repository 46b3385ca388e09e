// projections/store/delta.h - what was written since the last seal, in memory: one entry per key, found by hash,
// ordered when a scan or the seal asks. Hash order never reaches a result: everything that visits entries goes by key
// order.
#pragma once

#include "projections/store/arena.h"
#include "projections/store/key_order.h"
#include "projections/store/store.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// One key of a delta: how it stands now, and what is known of how it stood beneath.
struct Entry {
  enum class State : std::uint8_t {
    read,    ///< Not written; only remembers what lies beneath.
    put,     ///< Has `value`.
    erased,  ///< Has none, whatever lies beneath.
  };
  enum class Old : std::uint8_t {
    unknown,  ///< Nobody has looked beneath yet.
    absent,   ///< No such key beneath.
    known,    ///< `old` is the value beneath.
  };

  std::string_view key;
  std::string_view value;
  std::string_view old;
  std::uint32_t room = 0;  ///< Bytes allocated for `value`.
  State state = State::read;
  Old old_state = Old::unknown;

  [[nodiscard]] bool written() const { return state != State::read; }
  /// The value that a reader of this delta sees here; nullopt when there is none. Precondition: written or known.
  [[nodiscard]] std::optional<std::string_view> seen() const {
    if (state == State::put) return value;
    if (state == State::read && old_state == Old::known) return old;
    return std::nullopt;
  }
};

/// Repeated writes of a key coalesce into its one entry. Written by one thread; once sealed (written no more), find()
/// and ordered() may be used by two.
class Delta {
 public:
  Delta();

  void put(std::string_view key, std::string_view value);
  /// put() of a key that is nowhere yet; asserts that this delta does not know better.
  void insert(std::string_view key, std::string_view value);
  /// insert() without a place in the index: find() does not see the entry, scans and the seal do.
  void append(std::string_view key, std::string_view value);
  void erase(std::string_view key);
  /// Notes what a look-up beneath found, nullopt for nothing, so that neither the next get() nor the seal looks again.
  /// Bounded: forgets to remember when reads alone have taken k_remembered_bytes_max.
  void remember(std::string_view key, std::optional<std::string_view> beneath);

  /// The entry of `key`, or nullptr. Valid until the next write.
  [[nodiscard]] const Entry* find(std::string_view key) const;
  [[nodiscard]] const Entry& entry(std::uint32_t index) const { return entries_[index]; }
  /// The written entries in key order.
  [[nodiscard]] const KeyOrder& ordered() const;
  /// Visits the written entries in key order, fast: for the seal, which reads them all.
  void each(const std::function<void(const Entry&)>& visit) const;
  /// Forgets everything and keeps the memory. Precondition: nobody else uses the delta.
  void clear();
  /// Whether anything was written.
  [[nodiscard]] bool written() const { return written_ > 0; }
  /// Memory held, in bytes.
  [[nodiscard]] std::size_t bytes() const;

 private:
  /// Index cell: `entry` counts from 1, 0 is a free cell. The hash is kept so that growing reads no key.
  struct Cell {
    std::uint32_t hash = 0;
    std::uint32_t entry = 0;
  };

  /// The cell of `key`, or the free one where it belongs.
  [[nodiscard]] std::size_t cell_of(std::string_view key, std::uint32_t hash) const;
  Entry& find_or_add(std::string_view key);
  Entry& add(std::string_view key);
  void grow_index();
  /// Moves an entry to a written state.
  void mark(Entry& entry, Entry::State state);
  void set_value(Entry& entry, std::string_view value);

  static constexpr std::size_t k_remembered_bytes_max = std::size_t{8} * 1024 * 1024;

  Arena arena_;
  std::vector<Entry> entries_;
  std::vector<Cell> cells_;
  std::size_t indexed_ = 0;  ///< Entries that have a cell.
  std::size_t written_ = 0;
  std::size_t remembered_bytes_ = 0;
  // Ordering is lazy behind a const read, and the writer in the background may ask while a scan does.
  mutable std::mutex order_mutex_;
  mutable KeyOrder order_;
};

}  // namespace lotledger::projections
