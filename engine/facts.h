// engine/facts.h - questions that rules and the sequencer ask, answered as of the position being decided, undurable
// predecessors included. Implemented by projections/facts.h; anything that may lag is never asked.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/material.h"
#include "engine/base/quantity.h"
#include "engine/base/result.h"
#include "engine/base/unit_key.h"
#include "engine/log/record.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::engine {

/// What became of a message that was seen before.
struct SeenMessage {
  Seq seq = 0;
  Digest content{};
  bool refused = false;  ///< The command was refused; its id stays taken.
};

/// State of a row in the dead-letter queue.
enum class RowState : std::uint8_t { open, repaired, discarded };

// What rules know of the plant: engine/rules/known.h.
struct ItemKnown;
struct LotKnown;
struct SerialKnown;
struct StatusKnown;
struct HoldKnown;
struct ProcessKnown;
struct HoldsCaused;
struct StockChange;
struct PolicyActivated;

class Facts {
 public:
  Facts() = default;
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;
  virtual ~Facts() = default;

  /// The first failure of any read or fold; it stays. The answers below have no error: what could not be read looks as
  /// if it were not there. Whoever decides asks this before anything is recorded or answered. Always ok where facts are
  /// in memory.
  [[nodiscard]] virtual Result<void> failure() const { return {}; }

  /// The record that took this dedup key (engine/submission.h), for ever.
  [[nodiscard]] virtual std::optional<SeenMessage> message(std::string_view dedup_key) const = 0;
  /// Position of the accepted fact with this source event id.
  [[nodiscard]] virtual std::optional<Seq> fact(std::string_view event_id) const = 0;
  /// Whether the record at `seq` holds facts about the plant, which can be withdrawn.
  [[nodiscard]] virtual bool is_fact(Seq seq) const = 0;
  /// Whether the fact at `seq` has been withdrawn.
  [[nodiscard]] virtual bool withdrawn(Seq seq) const = 0;
  /// Withdrawals of this event id that found no fact yet, oldest first.
  [[nodiscard]] virtual std::vector<Seq> waiting_withdrawals(std::string_view event_id) const = 0;
  /// Last record with this stream, or with this tag.
  [[nodiscard]] virtual std::optional<Seq> last_in_stream(std::string_view stream) const = 0;
  [[nodiscard]] virtual std::optional<Seq> last_with_tag(std::string_view tag) const = 0;
  [[nodiscard]] virtual bool hold_stands(const UnitKey& unit, const HoldId& hold) const = 0;
  /// State of a rejected row; nullopt when `seq` is no rejected row.
  [[nodiscard]] virtual std::optional<RowState> row(Seq seq) const = 0;
  /// Version of the program that the last record names, openings of epochs left out: who opens one says so before it
  /// decides. nullopt: none was ever named.
  [[nodiscard]] virtual std::optional<std::string> software() const = 0;

  // Of items with a trace profile; of all others nothing is kept but that they were seen.

  /// Whether any item has a profile, or had one.
  [[nodiscard]] virtual bool any_profile() const = 0;
  /// nullopt: never described nor seen.
  [[nodiscard]] virtual std::optional<ItemKnown> item(const UnitKey& item_class) const = 0;
  /// The factor stated last for the class, or for all items, in this direction.
  [[nodiscard]] virtual std::optional<Conversion> stated_factor(const UnitKey& item_class, UnitCode from,
                                                                UnitCode to) const = 0;
  [[nodiscard]] virtual LotKnown lot(const UnitKey& lot) const = 0;
  /// What the known facts leave of the lot at the location, in the lot's unit of measure.
  [[nodiscard]] virtual Decimal stock_at(const UnitKey& lot, const UnitKey& location) const = 0;
  [[nodiscard]] virtual SerialKnown serial(const UnitKey& serial) const = 0;
  /// Statements about disposition, in the order of their records.
  [[nodiscard]] virtual std::vector<StatusKnown> statuses(const UnitKey& unit) const = 0;
  /// Holds that stand on this unit itself, of items without a profile too; by id.
  [[nodiscard]] virtual std::vector<HoldKnown> holds(const UnitKey& unit) const = 0;
  /// What lay directly in the container at `at`, by the packing that is recorded so far; of items with a profile, and
  /// containers.
  [[nodiscard]] virtual std::vector<UnitAmount> contents(const UnitKey& container, Instant at) const = 0;
  [[nodiscard]] virtual ProcessKnown process(std::string_view process_id) const = 0;
  /// What the fact at `seq` did to stock.
  [[nodiscard]] virtual std::vector<StockChange> stock_changes(Seq seq) const = 0;
  /// Records whose breach of the rule by this unit is not cured, oldest first.
  [[nodiscard]] virtual std::vector<Seq> open_breaches(std::string_view rule, const UnitKey& unit) const = 0;
  /// Holds that breaches by facts of this source have caused.
  [[nodiscard]] virtual HoldsCaused holds_caused(std::string_view source) const = 0;
  /// The policy in force, and the record that holds it; an empty one and nullopt where none was ever activated.
  [[nodiscard]] virtual const PolicyActivated& policy() const = 0;
  [[nodiscard]] virtual std::optional<Seq> policy_since() const = 0;
};

/// Facts that the decision thread folds forward itself, record by record.
class FactsFold : public Facts {
 public:
  /// Folds the record just decided. Cannot fail: the record was decided on this state.
  virtual void fold(const StoredRecord& record) = 0;
};

}  // namespace lotledger::engine
