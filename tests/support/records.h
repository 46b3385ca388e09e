// tests/support/records.h - records made by hand, also such as no sequencer would decide, chained into a log in memory;
// and a reader that sees only the beginning of a log.
#pragma once

#include "engine/event.h"
#include "projections/projection.h"
#include "tests/support/test_ledger.h"

#include <memory>

namespace lotledger::tests {

/// Adds the record that continues `log`, with these flags in its header. Recorded a second after the record before it.
Seq append(VectorLog& log, const engine::Body& body, std::uint32_t flags = 0);
/// Adds a record whose body is these bytes, written by this version of the schema.
Seq append_bytes(VectorLog& log, Bytes body, std::uint16_t schema_version = engine::k_schema_version);
/// Adds a record that this program cannot read: its schema version is a later one.
Seq append_unreadable(VectorLog& log);

/// A body with one event, spoken by `actor`.
[[nodiscard]] engine::Body body_with(engine::AreaEvent event, std::string message_id = {},
                                     std::string actor = "tester");

/// A reader that was opened when `last` was the durable end of `log`.
class LogPrefix final : public engine::LogReader {
 public:
  LogPrefix(VectorLog& log, Seq last) : log_(log), last_(last) {}

  [[nodiscard]] const LedgerId& ledger() const override { return log_.ledger(); }
  [[nodiscard]] Head durable() const override;
  [[nodiscard]] Result<void> read(Seq first, Seq last, const engine::RecordVisitor& visit) override;
  [[nodiscard]] Result<engine::StoredRecord> at(Seq seq) override;

 private:
  VectorLog& log_;
  Seq last_;
};

/// A fresh store in memory, folded from all records of `log`.
[[nodiscard]] std::unique_ptr<projections::Store> folded(projections::Projection& projection, engine::LogReader& log);

}  // namespace lotledger::tests
