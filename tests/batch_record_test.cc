// tests/batch_record_test.cc - everything that happened to a unit, in order.
#include "projections/batch_record.h"

#include "engine/codec/codec.h"
#include "projections/event_units.h"
#include "projections/unreadable.h"
#include "tests/support/histories.h"
#include "tests/support/records.h"
#include "tests/support/slow_batch_record.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;

namespace {

std::vector<HistoryEntry> history_in(engine::LogReader& log, std::string_view text, TimeFilter filter = {}) {
  BatchRecordProjection projection;
  const auto store = folded(projection, log);
  return history_of(*store, unit(text).key, filter);
}

TimeFilter known_at(Seq seq) {
  TimeFilter filter;
  filter.known_at = seq;
  return filter;
}
TimeFilter as_of(Instant at) {
  TimeFilter filter;
  filter.as_of = at;
  return filter;
}
TimeFilter reported_at(Instant at) {
  TimeFilter filter;
  filter.reported_at = at;
  return filter;
}

std::vector<Seq> seqs(const std::vector<HistoryEntry>& entries) {
  std::vector<Seq> found;
  for (const HistoryEntry& entry : entries) found.push_back(entry.position.seq);
  return found;
}

engine::AreaEvent received(std::string_view text) {
  return engine::WarehouseEvent{engine::UnitsReceived{{amount(text)}}};
}

/// Whether the key stands in the body as a FlatBuffers string: length, bytes, zero. Knows nothing of events.
bool names(Bytes body, const std::string& key) {
  std::string wanted(4, '\0');
  store_le(reinterpret_cast<std::uint8_t*>(wanted.data()), static_cast<std::uint32_t>(key.size()));
  wanted += key;
  wanted.push_back('\0');
  return text_of(body).find(wanted) != std::string_view::npos;
}

}  // namespace

TEST_CASE("batch record: every event type posts every unit that it names") {
  using namespace engine;
  const UnitAmount a = amount("A/1");
  const UnitRef b = unit("B/1");
  const std::vector<std::string> both{"A/1", "B/1"};
  PartyRecorded party;
  party.key = b.key;
  struct Row {
    std::string_view name;
    AreaEvent event;
    std::vector<std::string> units;
  };
  const Row rows[] = {
      {"commissioned", LotEvent{UnitsCommissioned{{a}, {}}}, {"A/1"}},
      {"decommissioned", LotEvent{UnitsDecommissioned{{a}, EndKind::destroyed}}, {"A/1"}},
      {"packed", LotEvent{UnitsPacked{b, {a}, false}}, both},
      {"unpacked", LotEvent{UnitsUnpacked{b, {a}}}, both},
      {"emptied", LotEvent{UnitsUnpacked{b, {}}}, {"B/1"}},
      {"hold placed", LotEvent{HoldPlaced{{"H"}, b, HoldKind::recall}}, {"B/1"}},
      {"hold lifted", LotEvent{HoldLifted{{"H"}, b}}, {"B/1"}},
      {"inputs and outputs", ProductionEvent{UnitsTransformed{"WO", {a}, {{b, std::nullopt}}, Flow::mixed, {}}}, both},
      {"no inputs", ProductionEvent{UnitsTransformed{"WO", {}, {a}, Flow::mixed, {}}}, {"A/1"}},
      {"installed", ProductionEvent{PartsInstalled{b, {a}, false}}, both},
      {"removed", ProductionEvent{PartsRemoved{b, {a}}}, both},
      {"all parts removed", ProductionEvent{PartsRemoved{b, {}}}, {"B/1"}},
      {"received", WarehouseEvent{UnitsReceived{{a}}}, {"A/1"}},
      {"observed", WarehouseEvent{UnitsObserved{{a}}}, {"A/1"}},
      {"shipped", OrderEvent{UnitsShipped{{a}}}, {"A/1"}},
      {"shipment voided", OrderEvent{ShipmentVoided{{a}}}, {"A/1"}},
      {"returned", OrderEvent{UnitsReturned{{a}}}, {"A/1"}},
      {"linked", OrderEvent{TransactionLinked{b, {a}, LinkAction::add}}, both},
      {"linked without parent", OrderEvent{TransactionLinked{std::nullopt, {a}, LinkAction::add}}, {"A/1"}},
      {"equated", IdentityEvent{UnitsEquated{a.unit, b}}, both},
      {"withdrawn", CorrectionEvent{EventWithdrawn{EventId{"e"}, std::nullopt, {}, std::nullopt, {}, {a.unit, b}}},
       both},
      {"applied", CorrectionEvent{WithdrawalApplied{0}}, {}},
      {"refused", SystemEvent{CommandRefused{"place hold", "LOT-1", {}, {}, {a.unit}}}, {"A/1"}},
      {"ledger created", SystemEvent{LedgerCreated{"SZ1", Environment::drill, 10, {}}}, {}},
      {"party", PartyEvent{party}, {}},
      {"row", IntakeEvent{RowRejected{}}, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    VectorLog log;
    const Seq seq = append(log, body_with(row.event, "id"));
    for (const std::string& text : both) {
      CAPTURE(text);
      const bool expected = std::ranges::find(row.units, text) != row.units.end();
      CHECK(seqs(history_in(log, text)) == (expected ? std::vector<Seq>{seq} : std::vector<Seq>{}));
    }
  }
}

TEST_CASE("batch record: a serial's event is its lot's too where the writing names the lot") {
  VectorLog log;
  append(log, body_with(received("(01)04012345111118(10)L1(21)9876"), "e1"));
  append(log, body_with(received("(01)04012345111118(21)9876"), "e2"));
  CHECK(seqs(history_in(log, "04012345111118/L1")) == std::vector<Seq>{0});
  CHECK(seqs(history_in(log, "04012345111118#9876")) == std::vector<Seq>{0, 1});
  CHECK(history_in(log, "04012345111118/L").empty());
  CHECK(history_in(log, "04012345111118/L11").empty());
}

TEST_CASE("batch record: entries stand in order of occurrence, then of position; one event posts a unit once") {
  VectorLog log;
  const auto at = [&log](std::int64_t minutes) {
    append(log, fact("e" + std::to_string(log.records.size()), minute(minutes), {received("A/1")}).body);
  };
  at(30);
  at(10);
  at(20);
  at(10);
  engine::Body twice = fact("twice", minute(15), {received("A/1"), received("A/1")}).body;
  std::get<engine::UnitsReceived>(std::get<engine::WarehouseEvent>(twice.events[0].body))
      .units.push_back(amount("A/1"));
  append(log, twice);
  const auto entries = history_in(log, "A/1");
  std::vector<EventPosition> positions;
  for (const auto& entry : entries) positions.push_back(entry.position);
  CHECK(positions == std::vector<EventPosition>{{1, 0}, {3, 0}, {4, 0}, {4, 1}, {2, 0}, {0, 0}});
  CHECK(entries.front().occurred_at == minute(10).at);
}

TEST_CASE("batch record: an event without a time of its own counts from when it was recorded") {
  VectorLog log;
  append(log, body_with(engine::LotEvent{engine::HoldPlaced{{"H"}, unit("A/1"), engine::HoldKind::quality}}));
  const auto entries = history_in(log, "A/1");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].occurred_at == log.records[0].header().recorded_at);
}

TEST_CASE("batch record: withdrawn facts stay and are marked from the withdrawal on") {
  TestLedger ledger;
  const Seq fact_seq = ledger.take(fact("e1", minute(0), {received("A/1")}));
  const Seq other = ledger.take(fact("e2", minute(1), {received("A/1")}));
  const Seq withdrawal_seq = ledger.take(withdrawal("e1", {unit("A/1")}), 10);
  ledger.take(withdrawal("e1", {unit("A/1")}, "again"), 11);

  const auto entries = history_in(ledger.log, "A/1");
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].position.seq == fact_seq);
  CHECK(entries[0].withdrawn_by == withdrawal_seq);
  CHECK(entries[1].position.seq == other);
  CHECK_FALSE(entries[1].withdrawn_by);
  const auto before = history_in(ledger.log, "A/1", known_at(withdrawal_seq - 1));
  CHECK(seqs(before) == std::vector<Seq>{fact_seq, other});
  CHECK_FALSE(before[0].withdrawn_by);
  CHECK(history_in(ledger.log, "A/1", known_at(withdrawal_seq))[0].withdrawn_by == withdrawal_seq);
}

TEST_CASE("batch record: a fact that had been withdrawn before it came is marked at once") {
  TestLedger ledger;
  const auto early = ledger.submit(withdrawal("e1", {}));
  REQUIRE(early.has_value());
  CHECK(early->unresolved);
  const Seq late = ledger.take(fact("e1", minute(0), {received("A/1")}));
  const auto entries = history_in(ledger.log, "A/1");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].position.seq == late);
  CHECK(entries[0].withdrawn_by == early->position.seq);
}

TEST_CASE("batch record: the three times filter, inclusively") {
  VectorLog log;
  for (const std::int64_t at : {0, 10, 20}) {
    engine::Body body = fact("e" + std::to_string(at), minute(at), {received("A/1")}).body;
    body.reported_at = minute(100 - at).at;
    append(log, body);
  }
  struct Row {
    std::string_view name;
    TimeFilter filter;
    std::vector<Seq> expected;
  };
  const Row rows[] = {
      {"none", {}, {0, 1, 2}},
      {"as of the second", as_of(minute(10).at), {0, 1}},
      {"as of just before it", as_of(Instant{minute(10).at.utc_us - 1}), {0}},
      {"reported by the second", reported_at(minute(90).at), {1, 2}},
      {"reported just before it", reported_at(Instant{minute(90).at.utc_us - 1}), {2}},
      {"known at the second", known_at(1), {0, 1}},
      {"known at the first", known_at(0), {0}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(seqs(history_in(log, "A/1", row.filter)) == row.expected);
  }
}

TEST_CASE("batch record: times before 1970 come first") {
  VectorLog log;
  append(log, fact("e1", {Instant{1}, 0}, {received("A/1")}).body);
  append(log, fact("e2", {Instant{-1}, 0}, {received("A/1")}).body);
  CHECK(seqs(history_in(log, "A/1")) == std::vector<Seq>{1, 0});
}

TEST_CASE("batch record: records that cannot be read are counted") {
  VectorLog log;
  append(log, body_with(received("A/1"), "e1"));
  const Seq later = append_unreadable(log);
  const Seq damaged = append_bytes(log, bytes_of(std::string_view("no FlatBuffer at all")));
  append(log, body_with(received("A/1"), "e2"));
  BatchRecordProjection projection;
  const auto store = folded(projection, log);
  CHECK(unreadable_records(*store) == std::vector<Seq>{later, damaged});
  CHECK(unreadable_records(*store, later) == std::vector<Seq>{later});
  CHECK(seqs(history_of(*store, unit("A/1").key, {})) == std::vector<Seq>{0, 3});
}

TEST_CASE("batch record: a key larger than any store takes is indexed all the same") {
  const std::string base = "u" + std::string(70'000, 'x');
  VectorLog log;
  for (const char* end : {"1", "2"}) {
    const UnitRef huge{UnitKey(base + end), std::nullopt, {}};
    append(log, body_with(engine::WarehouseEvent{engine::UnitsObserved{{{huge, std::nullopt}}}}, end));
  }
  BatchRecordProjection projection;
  const auto store = folded(projection, log);
  CHECK(seqs(history_of(*store, UnitKey(base + "1"), {})) == std::vector<Seq>{0});
  CHECK(seqs(history_of(*store, UnitKey(base + "2"), {})) == std::vector<Seq>{1});
}

TEST_CASE("batch record: a history lists exactly the records that name the unit") {
  CHECK(rc::check("history of any unit", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    BatchRecordProjection projection;
    const auto store = folded(projection, *log);
    for (const std::string& text : history_units()) {
      const UnitRef ref = unit(text);
      std::set<Seq> expected;
      for (const auto& record : log->records) {
        if (body_to_fold(record) != nullptr && names(record.body(), ref.key.bytes())) expected.insert(record.seq());
      }
      const auto found = seqs(history_of(*store, ref.key, {}));
      RC_ASSERT(std::set<Seq>(found.begin(), found.end()) == expected);
    }
  }));
}

TEST_CASE("batch record: known at a position is what a fold to that position says") {
  CHECK(rc::check("known_at", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    RC_PRE(!log->records.empty());
    const Seq target = *rc::gen::inRange<Seq>(0, log->records.size());
    LogPrefix prefix(*log, target);
    for (const std::string& text : history_units()) {
      const auto then = history_in(prefix, text);
      const auto now = history_in(*log, text, known_at(target));
      RC_ASSERT(std::ranges::equal(then, now, [](const HistoryEntry& a, const HistoryEntry& b) {
        return a.position == b.position && a.occurred_at == b.occurred_at && a.withdrawn_by == b.withdrawn_by;
      }));
    }
  }));
}

namespace {

/// One entry in words, so that a difference can be read.
std::vector<std::string> in_words(const std::vector<HistoryEntry>& entries) {
  std::vector<std::string> words;
  for (const HistoryEntry& entry : entries) {
    words.push_back(std::to_string(entry.position.seq) + "." + std::to_string(entry.position.index) + " at " +
                    format_utc(entry.occurred_at) +
                    (entry.withdrawn_by ? " withdrawn by " + std::to_string(*entry.withdrawn_by) : ""));
  }
  return words;
}

/// Filters by each time alone and by all of them, at instants and positions that occur and beside them.
std::vector<TimeFilter> some_filters(const VectorLog& log) {
  const Seq position = *rc::gen::inRange<Seq>(0, log.records.size() + 1);
  const Instant instant{minute(*rc::gen::inRange(0, 90)).at.utc_us + *rc::gen::inRange(-1, 2)};
  const Instant recorded = log.records[position % log.records.size()].header().recorded_at;
  TimeFilter all = as_of(instant);
  all.reported_at = minute(*rc::gen::inRange(0, 90)).at;
  all.known_at = position;
  all.include_voided = true;
  return {{}, known_at(position), as_of(instant), as_of(recorded), reported_at(instant), reported_at(recorded), all};
}

}  // namespace

TEST_CASE("batch record: on random histories, folded in any pieces, every history equals the slow model's") {
  CHECK(rc::check("fast equals slow", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    RC_PRE(!log->records.empty());
    BatchRecordProjection projection;
    const auto store = folded_in_pieces(projection, *log, *rc::gen::element<std::size_t>(1, 2, 3, 7, 1000));
    for (const TimeFilter& filter : some_filters(*log)) {
      for (const std::string& text : history_units()) {
        const UnitKey key = unit(text).key;
        RC_ASSERT(in_words(history_of(*store, key, filter)) == in_words(slow_history(*log, key, filter)));
      }
    }
  }));
}
