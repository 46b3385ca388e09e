// projections/facts.h - the synchronous projection: answers of engine/facts.h, folded on the decision thread to exactly
// the position being decided, undurable predecessors included.
#pragma once

#include "engine/facts.h"
#include "projections/projection.h"

#include <memory>

namespace lotledger::projections {

/// Keys: m dedup key | f event id -> seq of the fact | k seq -> is a fact | v seq -> withdrawn by | w event id, seq ->
/// waiting withdrawal | s stream -> last seq | t tag -> last seq | h unit, hold -> placed at | r seq -> row state | F
/// -> oldest writer.
class FactsProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "facts"; }
  [[nodiscard]] std::uint32_t fold_version() const override { return 2; }
  void apply(const FoldInput& input, Store& store) override;
};

/// Facts over a store that this object folds forward.
class StoreFacts final : public engine::FactsFold {
 public:
  /// `store` stands at the log's tail and must outlive this. It is sealed whenever its delta has grown to
  /// `delta_bytes_max`; what it then holds may be ahead of what is durable, which is harmless: a store that does not
  /// belong to the log it finds after a crash is folded anew.
  explicit StoreFacts(Store& store, std::size_t delta_bytes_max = std::size_t{32} << 20)
      : store_(store), delta_bytes_max_(delta_bytes_max) {}

  [[nodiscard]] std::optional<engine::SeenMessage> message(std::string_view dedup_key) const override;
  [[nodiscard]] std::optional<Seq> fact(std::string_view event_id) const override;
  [[nodiscard]] bool is_fact(Seq seq) const override;
  [[nodiscard]] bool withdrawn(Seq seq) const override;
  [[nodiscard]] std::vector<Seq> waiting_withdrawals(std::string_view event_id) const override;
  [[nodiscard]] std::optional<Seq> last_in_stream(std::string_view stream) const override;
  [[nodiscard]] std::optional<Seq> last_with_tag(std::string_view tag) const override;
  [[nodiscard]] bool hold_stands(const UnitKey& unit, const HoldId& hold) const override;
  [[nodiscard]] std::optional<engine::RowState> row(Seq seq) const override;
  void fold(const engine::StoredRecord& record) override;

 private:
  [[nodiscard]] std::optional<Seq> seq_at(std::string_view key) const;

  Store& store_;
  std::size_t delta_bytes_max_;
  FactsProjection projection_;
};

/// Oldest schema version that may write this ledger (FormatRaised); 0 when none was ever named.
[[nodiscard]] std::uint16_t min_writer_in(const StoreReader& store);
/// Position of the fact with this source event id, from a facts store opened for reading.
[[nodiscard]] std::optional<Seq> fact_in(const StoreReader& store, std::string_view event_id);

}  // namespace lotledger::projections
