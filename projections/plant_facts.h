// projections/plant_facts.h - what rules know of the plant, in the store of the facts: reading and folding. Of items
// without a trace profile nothing is kept but that they were seen. Layout of values: plant_facts.cc.
#pragma once

#include "engine/judgement.h"
#include "engine/rules/known.h"
#include "projections/projection.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// Reads one store, which must outlive it. Members answer the questions of engine/facts.h of the same name.
///
/// Keys: i class -> item | j class, from, to -> factor | l lot -> lot | q lot, location -> stock | n serial -> serial |
/// z unit, seq, index -> status | h unit, hold -> hold | c container, child, time, position, ordinal -> packing, of no
/// child where it was emptied | g unit, source, hold -> reported hold | p process -> process |
/// d seq -> stock changes | b rule, unit, seq -> open breach | B seq, rule -> unit and process of it | o source ->
/// holds caused | P -> policy | Y -> some item has a profile.
class PlantFacts {
 public:
  explicit PlantFacts(const StoreReader& store) : store_(store) {}

  [[nodiscard]] bool any_profile() const;
  [[nodiscard]] std::optional<engine::ItemKnown> item(const UnitKey& item_class) const;
  [[nodiscard]] std::optional<Conversion> stated_factor(const UnitKey& item_class, UnitCode from, UnitCode to) const;
  [[nodiscard]] engine::LotKnown lot(const UnitKey& lot) const;
  [[nodiscard]] Decimal stock_at(const UnitKey& lot, const UnitKey& location) const;
  [[nodiscard]] engine::SerialKnown serial(const UnitKey& serial) const;
  [[nodiscard]] std::vector<engine::StatusKnown> statuses(const UnitKey& unit) const;
  [[nodiscard]] std::vector<engine::HoldKnown> holds(const UnitKey& unit) const;
  [[nodiscard]] std::vector<UnitAmount> contents(const UnitKey& container, Instant at) const;
  /// Whether facts about the container's contents are kept.
  [[nodiscard]] bool any_contents(const UnitKey& container) const;
  [[nodiscard]] engine::ProcessKnown process(std::string_view process_id) const;
  [[nodiscard]] std::vector<engine::StockChange> stock_changes(Seq seq) const;
  [[nodiscard]] std::vector<Seq> open_breaches(std::string_view rule, const UnitKey& unit) const;
  [[nodiscard]] engine::HoldsCaused holds_caused(std::string_view source) const;
  [[nodiscard]] std::optional<Seq> policy_since() const;
  /// Reads it anew; an empty one where none was activated.
  [[nodiscard]] engine::PolicyActivated policy() const;

 private:
  const StoreReader& store_;
};

/// Folds what records say of the plant. Remembers which items the store has seen.
class PlantFold {
 public:
  /// Before a record is folded. Forgets what it remembers unless the store stands where the last record left it: its
  /// head says what a store holds, and its address does not.
  void begin(const StoreReader& store);
  /// After a record was folded: where the store stands now.
  void end(const Head& head) { head_ = head; }
  /// Folds the event of this number of the record, after the events before it.
  void event(const FoldInput& input, std::uint32_t index, Store& store);

 private:
  std::set<std::string, std::less<>> plain_;  ///< Classes that the store knows to have no profile.
  std::optional<Head> head_;
  std::string last_class_;  ///< Lists are mostly of one item: that of the unit before,
  bool last_profiled_ = false;
  bool any_profile_ = false;  ///< Some item has a profile.

  friend class PlantEvent;
};

}  // namespace lotledger::projections
