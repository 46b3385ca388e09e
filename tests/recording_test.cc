// tests/recording_test.cc - what people record by hand: accepted, or refused with rule and clause.
#include "engine/recording.h"

#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>

namespace lotledger::tests {

using namespace engine;

namespace {

Event happened(AreaEvent body) {
  Event event;
  event.occurred = minute(5);
  event.body = std::move(body);
  return event;
}

/// `accepted`, or the rule that refused.
std::string outcome(AreaEvent body, std::string reason = "seen") {
  TestLedger ledger;
  const auto receipt = ledger.submit(command("c1", RecordEvent{happened(std::move(body))}, std::move(reason)));
  REQUIRE(receipt.has_value());
  return receipt->outcome == Outcome::accepted ? "accepted" : receipt->rule;
}

}  // namespace

TEST_CASE("recording: a fact by hand stands in the ledger as it was given") {
  TestLedger ledger;
  const Event event = happened(WarehouseEvent{UnitsMoved{{amount("RM/1", "5")}, MoveKind::put_away, std::nullopt}});
  ledger.take(command("c1", RecordEvent{event}, "no scanner"));
  const Body body = decode_body(*body_of(ledger.log.records.back()));
  REQUIRE(body.events.size() == 1);
  CHECK(body.events.front().occurred == event.occurred);
  CHECK(body.events.front().body == event.body);
  CHECK(body.events.front().stream == "unit:" + unit("RM/1").key.bytes());
  CHECK(body.reason.text == "no scanner");
  CHECK(ledger.facts().is_fact(0));
}

TEST_CASE("recording: RECORDING-1, RECORDING-2 and I-10 refuse, and everything else about the plant is accepted") {
  const UnitAmount five = amount("RM/1", "5");
  const UnitAmount none = amount("RM/1", "0");
  CHECK(outcome(WarehouseEvent{UnitsMoved{{five}, MoveKind::move, {}}}) == "accepted");
  CHECK(outcome(WarehouseEvent{UnitsMoved{{five}, MoveKind::move, {}}}, "") == "RECORDING-1");
  CHECK(outcome(WarehouseEvent{UnitsMoved{{none}, MoveKind::move, {}}}) == "I-10");
  CHECK(outcome(WarehouseEvent{UnitsMoved{{amount("RM/1", "-5")}, MoveKind::move, {}}}) == "I-10");
  CHECK(outcome(WarehouseEvent{UnitsCounted{{none}}}) == "accepted");
  CHECK(outcome(WarehouseEvent{UnitsCounted{{amount("RM/1", "-1")}}}) == "I-10");
  CHECK(outcome(ProductionEvent{UnitsTransformed{"O1", {five}, {none}, Flow::mixed, {}}}) == "I-10");
  CHECK(outcome(LotEvent{LotDispositioned{unit("RM/1"), Disposition::released, {}, {}, ReleaseKind::none, {}, {}}}) ==
        "accepted");
  CHECK(outcome(ItemEvent{ItemRecorded{unit("RM/*").key, {}, {}, {}, {}}}) == "accepted");
  CHECK(outcome(PartyEvent{PartyRecorded{}}) == "accepted");
  CHECK(outcome(LotEvent{HoldPlaced{HoldId{"H"}, unit("RM/1"), HoldKind::quality}}) == "RECORDING-2");
  CHECK(outcome(LotEvent{HoldLifted{HoldId{"H"}, unit("RM/1")}}) == "RECORDING-2");
  CHECK(outcome(CorrectionEvent{EventWithdrawn{}}) == "RECORDING-2");
  CHECK(outcome(IntakeEvent{RowDiscarded{0}}) == "RECORDING-2");
  CHECK(outcome(SystemEvent{FormatRaised{2, 2}}) == "RECORDING-2");
  CHECK(outcome(JudgementEvent{PolicyActivated{}}) == "RECORDING-2");
}

TEST_CASE("recording: a command repeated under its id is recorded once") {
  TestLedger ledger;
  const Event event = happened(WarehouseEvent{UnitsSampled{{amount("RM/1", "5")}}});
  ledger.take(command("c1", RecordEvent{event}, "QC"));
  const auto again = ledger.submit(command("c1", RecordEvent{event}, "QC"));
  REQUIRE(again.has_value());
  CHECK(again->outcome == Outcome::duplicate);
  CHECK(ledger.log.records.size() == 1);
}

}  // namespace lotledger::tests
