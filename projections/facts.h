// projections/facts.h - the synchronous projection: answers of engine/facts.h, folded on the decision thread to exactly
// the position being decided, undurable predecessors included.
#pragma once

#include "engine/facts.h"
#include "projections/plant_facts.h"
#include "projections/projection.h"

#include <memory>

namespace lotledger::projections {

/// Keys: m dedup key -> seq, flags, digest | f message id -> seq of a fact that came as no event | k seq -> holds no
/// fact | v seq -> withdrawn by | w event id, seq ->
/// waiting withdrawal | s stream -> last seq | t tag -> last seq | r seq -> row state | F -> oldest writer | V ->
/// version of the program; those of projections/plant_facts.h beside them.
class FactsProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "facts"; }
  [[nodiscard]] std::uint32_t fold_version() const override { return 6; }
  void apply(const FoldInput& input, Store& store) override;
  /// Whether a record folded by this object left a withdrawal that waits for its fact.
  [[nodiscard]] bool left_waiting() const { return left_waiting_; }

 private:
  static void remember(const schema::Body& body, Seq seq, bool is_fact, Store& store);

  PlantFold plant_;
  bool left_waiting_ = false;
};

/// Facts over a store that this object folds forward.
class StoreFacts final : public engine::FactsFold {
 public:
  /// `store` stands at the log's tail and must outlive this. It is sealed whenever its delta has grown to
  /// `delta_bytes_max`; what it then holds may be ahead of what is durable, which is harmless: a store that does not
  /// belong to the log it finds after a crash is folded anew.
  explicit StoreFacts(Store& store, std::size_t delta_bytes_max = std::size_t{32} << 20);

  [[nodiscard]] Result<void> failure() const override { return store_.failure(); }
  [[nodiscard]] std::optional<engine::SeenMessage> message(std::string_view dedup_key) const override;
  [[nodiscard]] std::optional<Seq> fact(std::string_view event_id) const override;
  [[nodiscard]] bool is_fact(Seq seq) const override;
  [[nodiscard]] bool withdrawn(Seq seq) const override;
  [[nodiscard]] std::vector<Seq> waiting_withdrawals(std::string_view event_id) const override;
  [[nodiscard]] std::optional<Seq> last_in_stream(std::string_view stream) const override;
  [[nodiscard]] std::optional<Seq> last_with_tag(std::string_view tag) const override;
  [[nodiscard]] bool hold_stands(const UnitKey& unit, const HoldId& hold) const override;
  [[nodiscard]] std::optional<engine::RowState> row(Seq seq) const override;
  [[nodiscard]] std::optional<std::string> software() const override;
  [[nodiscard]] bool any_profile() const override { return plant_.any_profile(); }
  [[nodiscard]] std::optional<engine::ItemKnown> item(const UnitKey& item_class) const override;
  [[nodiscard]] std::optional<Conversion> stated_factor(const UnitKey& item_class, UnitCode from,
                                                        UnitCode to) const override;
  [[nodiscard]] engine::LotKnown lot(const UnitKey& lot) const override;
  [[nodiscard]] Decimal stock_at(const UnitKey& lot, const UnitKey& location) const override;
  [[nodiscard]] engine::SerialKnown serial(const UnitKey& serial) const override;
  [[nodiscard]] std::vector<engine::StatusKnown> statuses(const UnitKey& unit) const override;
  [[nodiscard]] std::vector<engine::HoldKnown> holds(const UnitKey& unit) const override;
  [[nodiscard]] std::vector<UnitAmount> contents(const UnitKey& container, Instant at) const override;
  [[nodiscard]] engine::ProcessKnown process(std::string_view process_id) const override;
  [[nodiscard]] std::vector<engine::StockChange> stock_changes(Seq seq) const override;
  [[nodiscard]] std::vector<Seq> open_breaches(std::string_view rule, const UnitKey& unit) const override;
  [[nodiscard]] engine::HoldsCaused holds_caused(std::string_view source) const override;
  [[nodiscard]] const engine::PolicyActivated& policy() const override;
  [[nodiscard]] std::optional<Seq> policy_since() const override { return plant_.policy_since(); }
  void fold(const engine::StoredRecord& record) override;

 private:
  [[nodiscard]] std::optional<Seq> seq_at(std::string_view key) const;

  Store& store_;
  std::size_t delta_bytes_max_;
  FactsProjection projection_;
  PlantFacts plant_;
  bool found_waiting_;  ///< Some withdrawal waited when this object was made.
  /// The policy in force as it was read last, and its record; reading it for every decision would cost too much.
  mutable std::optional<Seq> policy_at_;
  mutable engine::PolicyActivated policy_;
};

/// Oldest schema version that may write this ledger (FormatRaised); 0 when none was ever named.
[[nodiscard]] std::uint16_t min_writer_in(const StoreReader& store);
/// Position of the fact with this source event id, from a facts store opened for reading.
[[nodiscard]] std::optional<Seq> fact_in(const StoreReader& store, std::string_view event_id);

}  // namespace lotledger::projections
