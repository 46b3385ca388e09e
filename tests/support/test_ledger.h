// tests/support/test_ledger.h - a whole ledger in memory for tests of deciding and of read models: sequencer, log,
// genealogy.
#pragma once

#include "engine/log/log.h"
#include "engine/sequencer.h"
#include "projections/facts.h"
#include "projections/genealogy_reader.h"
#include "projections/record_cache.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::tests {

/// A log that is a vector.
class VectorLog final : public engine::LogReader {
 public:
  std::vector<engine::StoredRecord> records;

  [[nodiscard]] const LedgerId& ledger() const override { return id_; }
  [[nodiscard]] Head durable() const override {
    return records.empty() ? Head{} : Head{records.back().seq(), records.back().leaf()};
  }
  [[nodiscard]] Result<void> read(Seq first, Seq last, const engine::RecordVisitor& visit) override;
  [[nodiscard]] Result<engine::StoredRecord> at(Seq seq) override;

 private:
  LedgerId id_{};
};

/// Minutes after a fixed morning, as an instant of the plant.
[[nodiscard]] ZonedInstant minute(std::int64_t minutes);
/// `text` as parse_unit() reads it; fails the test when it does not.
[[nodiscard]] UnitRef unit(std::string_view text);
[[nodiscard]] UnitAmount amount(std::string_view unit_text, std::string_view quantity = "",
                                std::string_view uom = "KGM");

/// Facts as a source would send them: each call is one submission with the given event id.
[[nodiscard]] engine::Submission fact(std::string event_id, ZonedInstant at, std::vector<engine::AreaEvent> events,
                                      Context context = {});
[[nodiscard]] engine::Submission withdrawal(std::string event_id, std::vector<UnitRef> units,
                                            std::string declared = "1");
[[nodiscard]] engine::Submission command(std::string command_id, engine::Command command, std::string reason);
[[nodiscard]] engine::Submission rejected_row(std::string raw, engine::RejectKind kind = engine::RejectKind::invalid);

class TestLedger {
 public:
  TestLedger();
  /// Decides one submission at `now` (minutes after the fixed morning), folds what it recorded.
  Result<engine::Receipt> submit(engine::Submission submission, std::int64_t now = 0);
  /// From here on a program of this version writes.
  void reopen(std::string software);
  /// As submit; fails the test unless the outcome is accepted.
  Seq take(engine::Submission submission, std::int64_t now = 0);

  [[nodiscard]] projections::GenealogyReader reader(projections::TimeFilter filter = {}) const {
    return {*genealogy_store, filter};
  }
  [[nodiscard]] const projections::StoreFacts& facts() const { return facts_; }
  [[nodiscard]] Head tail() const { return sequencer_->tail(); }

  VectorLog log;
  std::unique_ptr<projections::Store> facts_store;
  std::unique_ptr<projections::Store> genealogy_store;

 private:
  projections::StoreFacts facts_;
  projections::GenealogyProjection genealogy_;
  std::optional<engine::Sequencer> sequencer_;  ///< Always there; optional, because it cannot be assigned.
};

}  // namespace lotledger::tests
