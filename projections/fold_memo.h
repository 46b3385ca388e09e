// projections/fold_memo.h - what a fold found in its store not long ago, so that it need not look again: places, orders
// and lots are named by thousands of records.
#pragma once

#include "engine/base/ids.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lotledger::projections {

/// Texts and a value for each, a bounded number of them: a text may push out another. Only for what later records do
/// not change, so that whether something is remembered shows in no result. Not for use by two threads at once.
template <typename Value>
class FoldMemo {
 public:
  /// Before a record is folded into a store that stands at `head`. Forgets everything unless the last record left it
  /// there: a head says what a store holds, whichever object it is.
  void begin(const Head& head) {
    if (head_ != head) slots_.clear();
  }
  /// After a record was folded: where the store stands now.
  void end(const Head& head) { head_ = head; }

  /// The value of `text`, or nullptr where it is not remembered. Valid until the next note().
  [[nodiscard]] const Value* find(std::string_view text) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[slot_of(text)];
    return slot.used && slot.text == text ? &slot.value : nullptr;
  }
  void note(std::string_view text, Value value) {
    if (slots_.empty()) slots_.resize(k_slots);
    Slot& slot = slots_[slot_of(text)];
    slot.text.assign(text);
    slot.value = std::move(value);
    slot.used = true;
  }

 private:
  static constexpr std::size_t k_slots = 4096;
  struct Slot {
    std::string text;
    Value value{};
    bool used = false;
  };

  static std::size_t slot_of(std::string_view text) { return std::hash<std::string_view>{}(text) % k_slots; }

  std::vector<Slot> slots_;  ///< None, or k_slots.
  std::optional<Head> head_;
};

}  // namespace lotledger::projections
