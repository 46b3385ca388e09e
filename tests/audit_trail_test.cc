// tests/audit_trail_test.cc - who did what, when and why, with old and new values.
#include "projections/audit_trail.h"

#include "projections/event_names.h"
#include "tests/support/histories.h"
#include "tests/support/records.h"
#include "tests/support/slow_audit_trail.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;

namespace {

std::vector<AuditEntry> entries_in(const Store& store, engine::LogReader& log, const AuditQuery& query) {
  std::vector<AuditEntry> entries;
  const auto listed = audit_entries(store, log, query, [&](const AuditEntry& entry) {
    entries.push_back(entry);
    return true;
  });
  REQUIRE(listed.has_value());
  return entries;
}

std::vector<AuditEntry> entries_of(engine::LogReader& log, const AuditQuery& query = {}) {
  AuditTrailProjection projection;
  return entries_in(*folded(projection, log), log, query);
}

std::vector<EventPosition> positions(const std::vector<AuditEntry>& entries) {
  std::vector<EventPosition> found;
  for (const AuditEntry& entry : entries) found.push_back(entry.position);
  return found;
}

std::vector<Seq> seqs(const std::vector<AuditEntry>& entries) {
  std::vector<Seq> found;
  for (const AuditEntry& entry : entries) {
    if (found.empty() || found.back() != entry.position.seq) found.push_back(entry.position.seq);
  }
  return found;
}

engine::AreaEvent received(std::string_view text, std::string_view quantity = {}) {
  return engine::WarehouseEvent{engine::UnitsReceived{{amount(text, quantity)}}};
}

engine::AreaEvent withdrawn(Seq target, std::vector<std::string> correctives = {}) {
  engine::EventWithdrawn event;
  event.event = EventId{"e"};
  event.target = target;
  event.error_reason = "incorrect_data";
  for (std::string& id : correctives) event.corrective_events.push_back({std::move(id)});
  return engine::CorrectionEvent{std::move(event)};
}

using Seqs = std::vector<Seq>;

}  // namespace

TEST_CASE("audit trail: an entry says who, what, when, why, and what counted before and after") {
  VectorLog log;
  engine::Body body =
      body_with(engine::LotEvent{engine::HoldPlaced{{"H-1"}, unit("A/1"), engine::HoldKind::recall}}, {}, "qa.lee");
  body.actor.role = "quality";
  body.reason = {"NC", "cracked", "en"};
  append(log, body);
  const auto entries = entries_of(log);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].position == EventPosition{0, 0});
  CHECK(entries[0].recorded_at == log.records[0].header().recorded_at);
  CHECK(entries[0].actor == "qa.lee");
  CHECK(entries[0].role == "quality");
  CHECK(entries[0].action == "HoldPlaced");
  CHECK(entries[0].subject == "A/1");
  CHECK(entries[0].old_value == "no hold H-1");
  CHECK(entries[0].new_value == "hold H-1 (recall)");
  CHECK(entries[0].reason == "NC: cracked");
}

TEST_CASE("audit trail: old and new values of each kind of event") {
  using namespace engine;
  struct Row {
    AreaEvent event;
    std::string_view action, subject, old_value, new_value;
  };
  const UnitAmount a = amount("A/1", "12.50");
  const UnitAmount b = amount("B/1");
  const Row rows[] = {
      {LotEvent{HoldLifted{{"H-1"}, unit("A/1")}}, "HoldLifted", "A/1", "hold H-1", "no hold H-1"},
      {WarehouseEvent{UnitsReceived{{a, b}}}, "UnitsReceived", "A/1, B/1", "", "A/1 12.50 KGM, B/1"},
      {WarehouseEvent{UnitsObserved{{b}}}, "UnitsObserved", "B/1", "", "B/1"},
      {ProductionEvent{UnitsTransformed{"", {a}, {b}, Flow::mixed, {}}}, "UnitsTransformed", "A/1, B/1", "",
       "from A/1 12.50 KGM; to B/1"},
      {ProductionEvent{PartsInstalled{unit("D#1"), {b}, false}}, "PartsInstalled", "D#1, B/1", "", "B/1 into D#1"},
      {ProductionEvent{PartsRemoved{unit("D#1"), {}}}, "PartsRemoved", "D#1", "", "everything out of D#1"},
      {LotEvent{UnitsCommissioned{{b}, {}}}, "UnitsCommissioned", "B/1", "", "B/1"},
      {LotEvent{UnitsDecommissioned{{b}, EndKind::destroyed}}, "UnitsDecommissioned", "B/1", "", "destroyed; B/1"},
      {LotEvent{UnitsPacked{unit("P/1"), {b}, true}}, "UnitsPacked", "P/1, B/1", "", "B/1 seen in P/1"},
      {LotEvent{UnitsUnpacked{unit("P/1"), {}}}, "UnitsUnpacked", "P/1", "", "everything out of P/1"},
      {OrderEvent{UnitsShipped{{b}}}, "UnitsShipped", "B/1", "", "B/1"},
      {OrderEvent{ShipmentVoided{{b}}}, "ShipmentVoided", "B/1", "", "B/1"},
      {OrderEvent{UnitsReturned{{b}}}, "UnitsReturned", "B/1", "", "B/1"},
      {OrderEvent{TransactionLinked{std::nullopt, {b}, LinkAction::remove}}, "TransactionLinked", "B/1", "",
       "remove; B/1"},
      {IdentityEvent{UnitsEquated{unit("A/1"), unit("B/1")}}, "UnitsEquated", "A/1, B/1", "",
       "one unit under two codes"},
      {SystemEvent{CommandRefused{"place hold", "LOT-1", "ISO 13485:2016 8.3.1", "no reason given", {unit("A/1")}}},
       "CommandRefused", "A/1", "", "place hold refused by LOT-1 (ISO 13485:2016 8.3.1); no reason given"},
      {SystemEvent{LedgerCreated{"SZ1", Environment::drill, 10, {}}}, "LedgerCreated", "SZ1", "", "ledger for drill"},
      {SystemEvent{FormatRaised{2, 3}}, "FormatRaised", "format", "", "readers from 2, writers from 3"},
      {SystemEvent{EpochOpened{"sz-2", 7, 9}}, "EpochOpened", "writer", "epoch 7", "node sz-2"},
      {IntakeEvent{RowRejected{RejectKind::invalid, "x", 1, {{"quantity", "1,5", "is no number", ""}}, std::nullopt}},
       "RowRejected", "row of test", "", "open row (invalid); quantity: is no number"},
      {IntakeEvent{RowRepaired{7}}, "RowRepaired", "row of record 7", "open row", "repaired"},
      {IntakeEvent{RowDiscarded{7}}, "RowDiscarded", "row of record 7", "open row", "discarded"},
      {PartyEvent{VocabularyRecorded{"EPCClass", "urn:x", {{"name", "stem"}}}}, "VocabularyRecorded", "urn:x", "",
       "name=stem"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.action);
    VectorLog log;
    append(log, body_with(row.event));
    const auto entries = entries_of(log);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].action == row.action);
    CHECK(entries[0].subject == row.subject);
    CHECK(entries[0].old_value == row.old_value);
    CHECK(entries[0].new_value == row.new_value);
  }
}

TEST_CASE("audit trail: a shipment says where from, where to and under which papers") {
  VectorLog log;
  Context context;
  context.business_step = "shipping";
  context.documents = {{"desadv", "DN-1"}};
  context.read_point = unit("(414)4012345000054").key;
  context.destinations.push_back({"owning_party", unit("(417)4000001000005").key, {}});
  append(log, fact("e", minute(0), {engine::OrderEvent{engine::UnitsShipped{{amount("A/1")}}}}, context).body);
  CHECK(entries_of(log)[0].new_value ==
        "A/1; shipping; at " + format_zoned(minute(0)) +
            "; read at (414)4012345000054; desadv DN-1; to owning_party (417)4000001000005");
}

TEST_CASE("audit trail: a withdrawal shows the fact that counted before") {
  VectorLog log;
  append(log, body_with(received("A/1", "5"), "e"));
  append(log, body_with(withdrawn(0, {"e2"}), "e"));
  const auto entries = entries_of(log);
  REQUIRE(entries.size() == 2);
  CHECK(entries[1].action == "EventWithdrawn");
  CHECK(entries[1].subject == "record 0");
  CHECK(entries[1].old_value == "record 0: UnitsReceived of A/1");
  CHECK(entries[1].new_value == "withdrawn; incorrect_data; told rightly by e2");
}

TEST_CASE("audit trail: a withdrawal that waits, and its application") {
  TestLedger ledger;
  REQUIRE(ledger.submit(withdrawal("e", {unit("A/1")})).has_value());
  ledger.take(fact("e", minute(0), {received("A/1")}));
  const auto entries = entries_of(ledger.log);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].subject == "event e");
  CHECK(entries[0].old_value.empty());
  CHECK(entries[0].new_value == "to be withdrawn when it arrives; did_not_occur");
  CHECK(entries[2].action == "WithdrawalApplied");
  CHECK(entries[2].new_value == "withdrawn by record 0 before it arrived");
  CHECK(seqs(entries_of(ledger.log, {.record = 0})) == Seqs{0, 1});
  CHECK(seqs(entries_of(ledger.log, {.record = 1})) == Seqs{0, 1});
}

TEST_CASE("audit trail: a new description of a party shows the one before it") {
  VectorLog log;
  const auto described = [&log](std::string_view key, std::string name) {
    engine::PartyRecorded party;
    party.key = unit(key).key;
    party.names.push_back({"en", std::move(name)});
    party.city = "Shenzhen";
    append(log, body_with(engine::PartyEvent{party}));
  };
  described("(417)4000001000005", "Old Name");
  described("(417)4012345000009", "Another");
  described("(417)4000001000005", "New Name");
  const auto entries = entries_of(log);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].old_value.empty());
  CHECK(entries[1].old_value.empty());
  CHECK(entries[2].old_value == "Old Name; Shenzhen");
  CHECK(entries[2].new_value == "New Name; Shenzhen");
}

TEST_CASE("audit trail: long lists of units say how many more there are") {
  struct Row {
    std::size_t units;
    std::string_view end;
  };
  const Row rows[] = {{8, "A/7, A/8"}, {9, "A/8 and 1 more"}, {1000, "A/8 and 992 more"}};
  for (const Row& row : rows) {
    CAPTURE(row.units);
    engine::UnitsReceived event;
    for (std::size_t i = 1; i <= row.units; ++i) event.units.push_back(amount(fmt::format("A/{}", i)));
    VectorLog log;
    append(log, body_with(engine::WarehouseEvent{event}));
    CHECK(entries_of(log)[0].subject.ends_with(row.end));
  }
}

TEST_CASE("audit trail: by person, as actor or as the one on whose behalf") {
  VectorLog log;
  append(log, body_with(received("A/1"), "e1", "qa.lee"));
  engine::Body for_lee = body_with(received("A/1"), "e2", "connector");
  for_lee.actor.on_behalf_of = "qa.lee";
  append(log, for_lee);
  append(log, body_with(received("A/1"), "e3", "connector"));
  append(log, body_with(received("A/1"), "e4", "qa.lee2"));
  CHECK(seqs(entries_of(log, {.actor = "qa.lee"})) == Seqs{0, 1});
  CHECK(seqs(entries_of(log, {.actor = "connector"})) == Seqs{1, 2});
  CHECK(seqs(entries_of(log, {.actor = "qa"})) == Seqs{});
  CHECK(entries_of(log, {.actor = "qa.lee"})[1].actor == "connector for qa.lee");
}

TEST_CASE("audit trail: by time of recording, inclusively, alone and with a person") {
  VectorLog log;
  for (int i = 0; i < 5; ++i)
    append(log, body_with(received("A/1"), fmt::format("e{}", i), i % 2 == 0 ? "even" : "odd"));
  const auto at = [&log](std::size_t seq) { return log.records[seq].header().recorded_at; };
  const auto after = [](Instant instant, std::int64_t us) { return Instant{instant.utc_us + us}; };
  struct Row {
    std::string_view name;
    AuditQuery query;
    Seqs expected;
  };
  const Row rows[] = {
      {"all", {}, {0, 1, 2, 3, 4}},
      {"from the second", {.from = at(1)}, {1, 2, 3, 4}},
      {"from just after it", {.from = after(at(1), 1)}, {2, 3, 4}},
      {"to the second", {.to = at(1)}, {0, 1}},
      {"to just before it", {.to = after(at(1), -1)}, {0}},
      {"between", {.from = at(1), .to = at(3)}, {1, 2, 3}},
      {"the wrong way round", {.from = at(3), .to = at(1)}, {}},
      {"even from the second", {.actor = "even", .from = at(1)}, {2, 4}},
      {"odd to the second", {.actor = "odd", .to = at(1)}, {1}},
      {"known at", {.from = at(1), .known_at = 2}, {1, 2}},
      {"a unit from the fourth", {.unit = unit("A/1").key, .from = at(3)}, {3, 4}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(seqs(entries_of(log, row.query)) == row.expected);
  }
}

TEST_CASE("audit trail: by unit lists the events that name it, not their neighbours in the record") {
  VectorLog log;
  engine::Body body = body_with(received("A/1"), "e");
  body.events.emplace_back().body = received("A/2");
  append(log, body);
  append(log, body_with(received("(01)04012345111118(10)L1(21)9876"), "f"));
  CHECK(positions(entries_of(log, {.unit = unit("A/2").key})) == std::vector<EventPosition>{{0, 1}});
  CHECK(positions(entries_of(log, {.unit = unit("04012345111118/L1").key})) == std::vector<EventPosition>{{1, 0}});
  CHECK(entries_of(log, {.unit = unit("A/3").key}).empty());
}

TEST_CASE("audit trail: by record follows voids, repairs, conflicts and corrections in turn") {
  VectorLog log;
  using namespace engine;
  append(log, body_with(received("A/1"), "right"));  // 0: corrects 2 (arrived early)
  append(log, body_with(received("B/1"), "other"));  // 1
  append(log, body_with(received("A/2"), "wrong"));  // 2
  append(log,
         body_with(IntakeEvent{RowRejected{RejectKind::conflict, {}, 0, {}, Seq{2}}}, "wrong"));  // 3: contradicts 2
  append(log, body_with(withdrawn(2, {"right", "right too"}), "wrong"));                          // 4: withdraws 2
  append(log, body_with(IntakeEvent{RowDiscarded{3}}));                                           // 5: discards 3
  append(log, body_with(received("A/3"), "right too"));                                           // 6: corrects 2
  append(log, body_with(withdrawn(6), "right too"));                                              // 7: withdraws 6
  append(log, body_with(IntakeEvent{RowRejected{}}, "row"));                                      // 8
  Body repair = body_with(received("A/4"), "repaired");
  repair.events.emplace_back().body = IntakeEvent{RowRepaired{8}};
  append(log, repair);  // 9: repairs 8
  CHECK(seqs(entries_of(log, {.record = 2})) == Seqs{0, 2, 3, 4, 5, 6, 7});
  CHECK(seqs(entries_of(log, {.record = 2, .known_at = 4})) == Seqs{0, 2, 3, 4});
  CHECK(seqs(entries_of(log, {.record = 1})) == Seqs{1});
  CHECK(seqs(entries_of(log, {.record = 8})) == Seqs{8, 9});
  CHECK(seqs(entries_of(log, {.record = 10})) == Seqs{});
  CHECK(positions(entries_of(log, {.unit = unit("A/2").key, .record = 2})) == std::vector<EventPosition>{{2, 0}});
}

TEST_CASE("audit trail: a record that cannot be read may match anything and is listed") {
  VectorLog log;
  append(log, body_with(received("A/1"), "e", "qa.lee"));
  const Seq unreadable = append_unreadable(log);
  append(log, body_with(received("B/1"), "f", "other"));
  CHECK(seqs(entries_of(log, {.actor = "qa.lee"})) == Seqs{0, unreadable});
  CHECK(seqs(entries_of(log, {.unit = unit("B/1").key})) == Seqs{unreadable, 2});
  CHECK(seqs(entries_of(log, {.record = 0})) == Seqs{0, unreadable});
  CHECK(seqs(entries_of(log, {.to = log.records[0].header().recorded_at})) == Seqs{0});
  CHECK(seqs(entries_of(log)) == Seqs{0, 1, 2});
  CHECK(entries_of(log)[1].action == "UnreadableRecord");
  CHECK(entries_of(log)[1].actor.empty());
}

TEST_CASE("audit trail: the visitor ends the list, and a log that fails is an error") {
  VectorLog log;
  for (const char* id : {"e1", "e2", "e3"}) append(log, body_with(received("A/1"), id));
  AuditTrailProjection projection;
  const auto store = folded(projection, log);
  int visited = 0;
  CHECK(audit_entries(*store, log, {.unit = unit("A/1").key}, [&](const AuditEntry&) {
          return ++visited < 2;
        }).has_value());
  CHECK(visited == 2);

  append(log, body_with(withdrawn(7), "e"));
  const auto later = folded(projection, log);
  const auto listed = audit_entries(*later, log, {}, [](const AuditEntry&) { return true; });
  REQUIRE_FALSE(listed.has_value());
  CHECK(listed.error().code == ErrorCode::not_found);
}

TEST_CASE("audit trail: an empty ledger has no entries") {
  VectorLog log;
  CHECK(entries_of(log).empty());
  CHECK(entries_of(log, {.actor = "qa.lee"}).empty());
  CHECK(entries_of(log, {.record = 0}).empty());
}

TEST_CASE("audit trail: known at a position is what the trail said then") {
  CHECK(rc::check("known_at", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    RC_PRE(!log->records.empty());
    const Seq target = *rc::gen::inRange<Seq>(0, log->records.size());
    LogPrefix prefix(*log, target);
    std::vector<AuditQuery> queries(3);
    queries[0].unit = unit(history_units()[target % history_units().size()]).key;
    queries[1].actor = "tester";
    queries[2].record = target / 2;
    for (AuditQuery& query : queries) {
      const auto then = entries_of(prefix, query);
      query.known_at = target;
      const auto now = entries_of(*log, query);
      RC_ASSERT(positions(then) == positions(now));
    }
  }));
}

TEST_CASE("audit trail: every event of every record is in the whole trail, once, in order") {
  CHECK(rc::check("whole trail", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    std::vector<EventPosition> expected;
    for (const auto& record : log->records) {
      const schema::Body* body = body_to_fold(record);
      const std::uint32_t count = body == nullptr ? 1 : body->events()->size();
      for (std::uint32_t index = 0; index < count; ++index) expected.push_back({record.seq(), index});
    }
    const auto entries = entries_of(*log);
    RC_ASSERT(positions(entries) == expected);
    RC_ASSERT(std::ranges::none_of(entries, [](const AuditEntry& entry) { return entry.action == "UnknownEvent"; }));
    RC_ASSERT(positions(entries_of(*log, {.to = Instant{INT64_MAX}})) == expected);
  }));
}

namespace {

/// One entry in words, so that a difference can be read.
std::string in_words(const AuditEntry& entry) {
  return fmt::format("{}.{} at {} by <{}> as <{}>: {} of <{}> from <{}> to <{}> because <{}>", entry.position.seq,
                     entry.position.index, format_utc(entry.recorded_at), entry.actor, entry.role, entry.action,
                     entry.subject, entry.old_value, entry.new_value, entry.reason);
}

std::vector<std::string> in_words(const std::vector<AuditEntry>& entries) {
  std::vector<std::string> words;
  for (const AuditEntry& entry : entries) words.push_back(in_words(entry));
  return words;
}

/// The slow model's entries in the words of the whole fast trail, where the model leaves them to it.
std::vector<std::string> expected_words(const VectorLog& log, const AuditQuery& query,
                                        const std::vector<AuditEntry>& whole) {
  const auto new_value_at = [&](EventPosition position) {
    const auto at = std::ranges::find(whole, position, &AuditEntry::position);
    RC_ASSERT(at != whole.end());
    return at->new_value;
  };
  std::vector<std::string> words;
  for (SlowAuditEntry& slow : slow_audit(log, query)) {
    if (!slow.new_value_told) slow.entry.new_value = new_value_at(slow.entry.position);
    if (slow.described_before) slow.entry.old_value = new_value_at(*slow.described_before);
    words.push_back(in_words(slow.entry));
  }
  return words;
}

/// Every kind of question, alone, and all restrictions together.
std::vector<AuditQuery> some_queries(const VectorLog& log) {
  const auto position = [&log] { return *rc::gen::inRange<Seq>(0, log.records.size()); };
  const auto recorded = [&] {
    return Instant{log.records[position()].header().recorded_at.utc_us + *rc::gen::inRange(-1, 2)};
  };
  std::vector<AuditQuery> queries{{}, {.known_at = position()}, {.record = log.records.size()}};
  for (const char* actor : {"tester", "qa.lee", "connector", "qa", "nobody"})
    queries.push_back({.actor = actor, .known_at = k_no_seq});
  for (const std::string& text : history_units()) queries.push_back({.unit = unit(text).key});
  for (Seq seq = 0; seq < log.records.size(); ++seq) queries.push_back({.record = seq});
  for (int i = 0; i < 4; ++i) {
    const Instant from = recorded();
    const Instant to = recorded();
    const UnitKey key = unit(history_units()[position() % history_units().size()]).key;
    queries.push_back({.from = from});
    queries.push_back({.to = to});
    queries.push_back({.from = from, .to = to, .known_at = position()});
    queries.push_back({.actor = "qa.lee", .from = from, .to = to});
    queries.push_back({.unit = key, .from = from});
    queries.push_back({.record = position(), .known_at = position()});
    queries.push_back({.actor = "tester", .unit = key, .record = position(), .from = from, .to = to});
  }
  return queries;
}

}  // namespace

TEST_CASE("audit trail: on random histories, folded in any pieces, every answer equals the slow model's") {
  CHECK(rc::check("fast equals slow", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    RC_PRE(!log->records.empty());
    AuditTrailProjection projection;
    const auto store = folded_in_pieces(projection, *log, *rc::gen::element<std::size_t>(1, 2, 3, 7, 1000));
    const auto whole = entries_in(*store, *log, {});
    for (const AuditQuery& query : some_queries(*log))
      RC_ASSERT(in_words(entries_in(*store, *log, query)) == expected_words(*log, query, whole));
  }));
}
