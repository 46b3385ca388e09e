// tests/support/test_ledger.cc - a whole ledger in memory.
#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>

namespace lotledger::tests {
namespace {

/// 2026-03-02T08:00:00Z.
constexpr std::int64_t k_morning_us = 1'772'438'400'000'000;

engine::Body body_of(std::string source_id) {
  engine::Body body;
  body.actor.id = ActorId{"tester"};
  body.source.system = "test";
  body.source.message_id = std::move(source_id);
  return body;
}

engine::Event event_of(engine::AreaEvent area) {
  engine::Event event;
  event.body = std::move(area);
  return event;
}

}  // namespace

Result<void> VectorLog::read(Seq first, Seq last, const engine::RecordVisitor& visit) {
  for (Seq seq = first; seq < records.size() && seq <= last; ++seq) {
    if (!visit(records[seq])) break;
  }
  return {};
}

Result<engine::StoredRecord> VectorLog::at(Seq seq) {
  if (seq >= records.size()) return fail(ErrorCode::not_found, "record " + std::to_string(seq) + " is beyond the end");
  return records[seq];
}

ZonedInstant minute(std::int64_t minutes) {
  return {Instant{k_morning_us + minutes * 60'000'000}, 60};
}

UnitRef unit(std::string_view text) {
  auto parsed = parse_unit(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

UnitAmount amount(std::string_view unit_text, std::string_view quantity, std::string_view uom) {
  UnitAmount out{unit(unit_text), std::nullopt};
  if (quantity.empty()) return out;
  const auto code = UnitCode::parse(uom);
  REQUIRE(code.has_value());
  const auto parsed = parse_quantity(quantity, *code);
  REQUIRE(parsed.has_value());
  out.quantity = *parsed;
  return out;
}

engine::Submission fact(std::string event_id, ZonedInstant at, std::vector<engine::AreaEvent> events, Context context) {
  engine::Submission submission;
  submission.body = body_of(event_id);
  submission.body.source_text = "{\"eventID\":\"" + event_id + "\"}";
  submission.body.content = sha256(event_id + format_utc(at.at));
  for (engine::AreaEvent& area : events) {
    engine::Event event = event_of(std::move(area));
    event.occurred = at;
    event.context = context;
    submission.body.events.push_back(std::move(event));
  }
  return submission;
}

engine::Submission withdrawal(std::string event_id, std::vector<UnitRef> units, std::string declared) {
  engine::Submission submission;
  submission.dedup = engine::DedupKind::withdrawal;
  submission.body = body_of(event_id);
  submission.body.content = sha256("declared " + declared + event_id);
  engine::EventWithdrawn withdrawn;
  withdrawn.event = EventId{std::move(event_id)};
  withdrawn.error_reason = "did_not_occur";
  withdrawn.units = std::move(units);
  submission.body.events.push_back(event_of(engine::CorrectionEvent{std::move(withdrawn)}));
  return submission;
}

engine::Submission command(std::string command_id, engine::Command command, std::string reason) {
  engine::Submission submission;
  submission.dedup = engine::DedupKind::command;
  submission.body = body_of({});
  submission.body.content = sha256(std::string(engine::name_of(command)) + command_id + reason);
  submission.body.command = CommandId{std::move(command_id)};
  submission.body.reason.text = std::move(reason);
  submission.command = std::move(command);
  return submission;
}

engine::Submission rejected_row(std::string raw, engine::RejectKind kind) {
  engine::Submission submission;
  submission.dedup = engine::DedupKind::row;
  submission.body = body_of({});
  submission.body.content = sha256(raw);
  engine::RowRejected row;
  row.kind = kind;
  row.raw_bytes = raw.size();
  row.raw = std::move(raw);
  row.faults.push_back({"quantity", "12,5", "is no number", "write 12.5"});
  submission.body.events.push_back(event_of(engine::IntakeEvent{std::move(row)}));
  return submission;
}

TestLedger::TestLedger()
    : facts_store(projections::memory_store(1)), genealogy_store(projections::memory_store(1)), facts_(*facts_store) {
  reopen("test");
}

void TestLedger::reopen(std::string software) {
  const Instant last = log.records.empty() ? Instant{} : log.records.back().header().recorded_at;
  sequencer_.emplace(engine::WriterIdentity{LedgerId{}, 1, 7, std::move(software)}, facts_, log.durable(), last);
}

Result<engine::Receipt> TestLedger::submit(engine::Submission submission, std::int64_t now) {
  auto receipt = sequencer_->submit(std::move(submission), minute(now).at);
  for (engine::StoredRecord& record : sequencer_->take_records()) {
    genealogy_.apply({record, projections::body_to_fold(record)}, *genealogy_store);
    log.records.push_back(std::move(record));
  }
  return receipt;
}

Seq TestLedger::take(engine::Submission submission, std::int64_t now) {
  const auto receipt = submit(std::move(submission), now);
  REQUIRE(receipt.has_value());
  REQUIRE(engine::name_of(receipt->outcome) == "accepted");
  return receipt->position.seq;
}

}  // namespace lotledger::tests
