// tests/facts_test.cc - every question that deciding asks, answered from records alone.
#include "projections/facts.h"

#include "engine/submission.h"
#include "projections/containment.h"
#include "tests/support/histories.h"
#include "tests/support/records.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;
using engine::DedupKind;

namespace {

/// Facts of a log that grows record by record.
struct FactsOf {
  explicit FactsOf(VectorLog& log_in) : log(log_in) {}
  /// Appends and folds.
  Seq add(const engine::Body& body, std::uint32_t flags = 0) {
    const Seq seq = append(log, body, flags);
    facts.fold(log.records.back());
    return seq;
  }

  VectorLog& log;
  std::unique_ptr<Store> store = memory_store(1);
  StoreFacts facts{*store};
};

engine::AreaEvent received(std::string_view text) {
  return engine::WarehouseEvent{engine::UnitsReceived{{amount(text)}}};
}

engine::AreaEvent withdrawn(std::string event_id, std::optional<Seq> target = std::nullopt) {
  engine::EventWithdrawn event;
  event.event = EventId{std::move(event_id)};
  event.target = target;
  return engine::CorrectionEvent{std::move(event)};
}

engine::AreaEvent applied(Seq withdrawal) {
  return engine::CorrectionEvent{engine::WithdrawalApplied{withdrawal}};
}

engine::AreaEvent held(std::string hold, std::string_view text) {
  return engine::LotEvent{engine::HoldPlaced{{std::move(hold)}, unit(text), engine::HoldKind::quality}};
}
engine::AreaEvent lifted(std::string hold, std::string_view text) {
  return engine::LotEvent{engine::HoldLifted{{std::move(hold)}, unit(text)}};
}

engine::Body command_body(engine::AreaEvent event, std::string command_id) {
  engine::Body body = body_with(std::move(event));
  body.command = CommandId{std::move(command_id)};
  return body;
}

engine::Body body_of_version(std::string version) {
  engine::Body body = body_with(received("A/1"), "received by " + version);
  body.software = std::move(version);
  return body;
}

}  // namespace

TEST_CASE("facts: an empty ledger answers no to everything") {
  VectorLog log;
  const FactsOf empty(log);
  CHECK_FALSE(empty.facts.message(engine::dedup_key(DedupKind::event, "e", {})));
  CHECK_FALSE(empty.facts.fact("e"));
  CHECK_FALSE(empty.facts.is_fact(0));
  CHECK_FALSE(empty.facts.withdrawn(0));
  CHECK(empty.facts.waiting_withdrawals("e").empty());
  CHECK_FALSE(empty.facts.last_in_stream("s"));
  CHECK_FALSE(empty.facts.last_with_tag("t"));
  CHECK_FALSE(empty.facts.hold_stands(unit("A/1").key, {"H"}));
  CHECK_FALSE(empty.facts.row(0));
  CHECK_FALSE(empty.facts.software());
}

TEST_CASE("facts: a message is remembered for ever, by kind, id and content") {
  VectorLog log;
  FactsOf ledger(log);
  engine::Body first = body_with(received("A/1"), "same id");
  first.content = sha256("event");
  const Seq event = ledger.add(first);
  engine::Body second = body_with(withdrawn("same id"), "same id");
  second.content = sha256("declaration");
  const Seq withdrawal = ledger.add(second);
  engine::Body third = command_body(held("H", "A/1"), "same id");
  third.content = sha256("command");
  const Seq command = ledger.add(third);
  for (int i = 0; i < 500; ++i) ledger.add(body_with(received("B/1"), "later " + std::to_string(i)));

  const auto seen = ledger.facts.message(engine::dedup_key(DedupKind::event, "same id", {}));
  REQUIRE(seen);
  CHECK(seen->seq == event);
  CHECK(seen->content == sha256("event"));
  CHECK_FALSE(seen->refused);
  CHECK(ledger.facts.message(engine::dedup_key(DedupKind::withdrawal, "same id", sha256("declaration")))->seq ==
        withdrawal);
  CHECK_FALSE(ledger.facts.message(engine::dedup_key(DedupKind::withdrawal, "same id", sha256("other"))));
  CHECK(ledger.facts.message(engine::dedup_key(DedupKind::command, "same id", {}))->seq == command);
  CHECK_FALSE(ledger.facts.message(engine::dedup_key(DedupKind::event, "same", {})));
}

TEST_CASE("facts: the version of the program is that of the last record which decided something") {
  struct Row {
    std::string_view name;
    std::vector<std::pair<std::string, std::uint32_t>> records;  ///< Version and header flags.
    std::optional<std::string> expected;
  };
  const Row rows[] = {
      {"no record names one", {{"", 0}}, std::nullopt},
      {"the last of two", {{"1", 0}, {"2", 0}}, "2"},
      {"the last that names one", {{"1", 0}, {"", 0}}, "1"},
      {"an epoch that another version opened", {{"1", 0}, {"2", engine::k_flag_opens_epoch}}, "1"},
      {"what that version then decided", {{"1", 0}, {"2", engine::k_flag_opens_epoch}, {"2", 0}}, "2"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    VectorLog log;
    FactsOf ledger(log);
    for (const auto& [version, flags] : row.records) ledger.add(body_of_version(version), flags);
    CHECK(ledger.facts.software() == row.expected);
  }
}

TEST_CASE("facts: a refused command keeps its id and changes nothing else") {
  VectorLog log;
  FactsOf ledger(log);
  engine::CommandRefused refused{"place hold", "LOT-1", "clause", "detail", {unit("A/1")}};
  const Seq seq = ledger.add(command_body(engine::SystemEvent{refused}, "c-1"));
  const auto seen = ledger.facts.message(engine::dedup_key(DedupKind::command, "c-1", {}));
  REQUIRE(seen);
  CHECK(seen->refused);
  CHECK(seen->seq == seq);
  CHECK_FALSE(ledger.facts.is_fact(seq));
  CHECK_FALSE(ledger.facts.hold_stands(unit("A/1").key, {"H-1"}));
}

TEST_CASE("facts: what counts as a fact about the plant") {
  struct Row {
    std::string_view name;
    engine::AreaEvent event;
    bool is_fact;
  };
  const Row rows[] = {
      {"received", received("A/1"), true},
      {"commissioned", engine::LotEvent{engine::UnitsCommissioned{{amount("A/1")}, {}}}, true},
      {"decommissioned", engine::LotEvent{engine::UnitsDecommissioned{{amount("A/1")}, engine::EndKind::scrapped}},
       true},
      {"packed", engine::LotEvent{engine::UnitsPacked{unit("P/1"), {amount("A/1")}, false}}, true},
      {"unpacked", engine::LotEvent{engine::UnitsUnpacked{unit("P/1"), {}}}, true},
      {"transformed", engine::ProductionEvent{engine::UnitsTransformed{}}, true},
      {"shipped", engine::OrderEvent{engine::UnitsShipped{{amount("A/1")}}}, true},
      {"equated", engine::IdentityEvent{engine::UnitsEquated{unit("A/1"), unit("B/1")}}, true},
      {"hold placed", held("H", "A/1"), false},
      {"hold lifted", lifted("H", "A/1"), false},
      {"withdrawal", withdrawn("e"), false},
      {"rejected row", engine::IntakeEvent{engine::RowRejected{}}, false},
      {"ledger created", engine::SystemEvent{engine::LedgerCreated{"SZ1", engine::Environment::drill, 10, {}}}, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    VectorLog log;
    FactsOf ledger(log);
    const Seq seq = ledger.add(body_with(row.event, "id"));
    CHECK(ledger.facts.is_fact(seq) == row.is_fact);
    CHECK(ledger.facts.fact("id").has_value() == row.is_fact);
    CHECK(fact_in(*ledger.store, "id").has_value() == row.is_fact);
  }
}

TEST_CASE("facts: a withdrawal of a known fact") {
  VectorLog log;
  FactsOf ledger(log);
  const Seq fact = ledger.add(body_with(received("A/1"), "e"));
  const Seq other = ledger.add(body_with(received("A/2"), "f"));
  CHECK(ledger.facts.fact("e") == fact);
  CHECK_FALSE(ledger.facts.withdrawn(fact));
  ledger.add(body_with(withdrawn("e", fact), "e"));
  CHECK(ledger.facts.withdrawn(fact));
  CHECK_FALSE(ledger.facts.withdrawn(other));
  CHECK(ledger.facts.waiting_withdrawals("e").empty());
  CHECK(ledger.facts.fact("e") == fact);
}

TEST_CASE("facts: withdrawals wait for their fact, oldest first, each until it is applied") {
  VectorLog log;
  FactsOf ledger(log);
  const Seq first = ledger.add(body_with(withdrawn("e"), "e"));
  const Seq longer = ledger.add(body_with(withdrawn("e2"), "e2"));
  const Seq second = ledger.add(body_with(withdrawn("e"), "e"));
  CHECK(ledger.facts.waiting_withdrawals("e") == std::vector<Seq>{first, second});
  CHECK(ledger.facts.waiting_withdrawals("e2") == std::vector<Seq>{longer});

  engine::Body late = body_with(received("A/1"), "e");
  late.events.emplace_back().body = applied(first);
  const Seq fact = ledger.add(late);
  CHECK(ledger.facts.waiting_withdrawals("e") == std::vector<Seq>{second});
  CHECK(ledger.facts.withdrawn(fact));
  CHECK(ledger.facts.is_fact(fact));
  CHECK(ledger.facts.waiting_withdrawals("e2") == std::vector<Seq>{longer});
}

TEST_CASE("facts: streams and tags stand where they were last written") {
  VectorLog log;
  FactsOf ledger(log);
  const auto tagged = [](std::string stream, std::vector<std::string> tags) {
    engine::Body body = body_with(received("A/1"), "e");
    body.events[0].stream = std::move(stream);
    body.events[0].tags = std::move(tags);
    return body;
  };
  ledger.add(tagged("lot L1", {"lot:L1", "site:A"}));
  const Seq second = ledger.add(tagged("lot L2", {"lot:L2", "site:A"}));
  const Seq third = ledger.add(tagged("lot L1", {}));
  CHECK(ledger.facts.last_in_stream("lot L1") == third);
  CHECK(ledger.facts.last_in_stream("lot L2") == second);
  CHECK_FALSE(ledger.facts.last_in_stream("lot L"));
  CHECK(ledger.facts.last_with_tag("site:A") == second);
  CHECK(ledger.facts.last_with_tag("lot:L1") == Seq{0});
  CHECK_FALSE(ledger.facts.last_with_tag("lot L1"));
}

TEST_CASE("facts: a hold stands from placing to lifting, per unit and id") {
  VectorLog log;
  FactsOf ledger(log);
  ledger.add(body_with(held("H-1", "A/1")));
  ledger.add(body_with(held("H-2", "A/1")));
  CHECK(ledger.facts.hold_stands(unit("A/1").key, {"H-1"}));
  CHECK_FALSE(ledger.facts.hold_stands(unit("A/2").key, {"H-1"}));
  ledger.add(body_with(lifted("H-1", "A/1")));
  CHECK_FALSE(ledger.facts.hold_stands(unit("A/1").key, {"H-1"}));
  CHECK(ledger.facts.hold_stands(unit("A/1").key, {"H-2"}));
  ledger.add(body_with(held("H-1", "A/1")));
  CHECK(ledger.facts.hold_stands(unit("A/1").key, {"H-1"}));
}

TEST_CASE("facts: a rejected row is open until it is repaired or discarded") {
  VectorLog log;
  FactsOf ledger(log);
  const Seq repaired = ledger.add(body_with(engine::IntakeEvent{engine::RowRejected{}}, "r1"));
  const Seq discarded = ledger.add(body_with(engine::IntakeEvent{engine::RowRejected{}}, "r2"));
  const Seq open = ledger.add(body_with(engine::IntakeEvent{engine::RowRejected{}}, "r3"));
  engine::Body repair = body_with(received("A/1"), "e");
  repair.events.emplace_back().body = engine::IntakeEvent{engine::RowRepaired{repaired}};
  const Seq fact = ledger.add(repair);
  ledger.add(command_body(engine::IntakeEvent{engine::RowDiscarded{discarded}}, "c"));
  CHECK(ledger.facts.row(repaired) == engine::RowState::repaired);
  CHECK(ledger.facts.row(discarded) == engine::RowState::discarded);
  CHECK(ledger.facts.row(open) == engine::RowState::open);
  CHECK_FALSE(ledger.facts.row(fact));
}

TEST_CASE("facts: what lies in a container is what its intervals of packing say, whatever order it was told in") {
  const std::vector<std::string> containers{"(00)340123450000000017", "(00)340123450000000024"};
  const std::vector<std::string> children{"A/1", "A#1", "(00)340123450000000024"};
  CHECK(rc::check("contents", [&] {
    TestLedger ledger;
    engine::TraceProfile profile;
    profile.lot_tracked = true;
    ledger.take(
        fact("item", minute(0), {engine::ItemEvent{engine::ItemRecorded{unit("A/*").key, {}, {}, {}, profile}}}));
    const auto count = *rc::gen::inRange(1, 14);
    for (int i = 0; i < count; ++i) {
      const UnitRef container = unit(*rc::gen::elementOf(containers));
      const auto child = amount(*rc::gen::elementOf(children), *rc::gen::element<std::string>("", "1", "2"), "EA");
      const auto what = *rc::gen::inRange(0, 5);
      engine::LotEvent event = engine::UnitsPacked{container, {child}, what == 0};
      if (what == 3) event = engine::UnitsUnpacked{container, {child}};
      if (what == 4) event = engine::UnitsUnpacked{container, {}};
      ledger.take(fact("e" + std::to_string(i), minute(*rc::gen::inRange(1, 6)), {event}));
    }
    RC_ASSERT(ledger.submit(withdrawal("e0", {})).has_value());
    const GenealogyReader reader = ledger.reader();
    Containment containment(reader);
    for (const std::string& container : containers) {
      for (int at = 0; at < 8; ++at) {
        std::multiset<std::string> expected;
        for (const std::string& child : children) {
          const auto node = reader.find(unit(child).key);
          if (!node) continue;
          for (const Stay& stay : containment.stays(*node)) {
            if (reader.node(stay.container).key == unit(container).key && within(minute(at).at, stay))
              expected.insert(unit(child).key.ref() + " " + (stay.quantity ? stay.quantity->text() : "all"));
          }
        }
        std::multiset<std::string> found;
        for (const UnitAmount& inside : ledger.facts().contents(unit(container).key, minute(at).at))
          found.insert(inside.unit.key.ref() + " " + (inside.quantity ? inside.quantity->text() : "all"));
        RC_ASSERT(found == expected);
      }
    }
  }));
}

TEST_CASE("facts: a record that cannot be read moves the position and is no fact, and nothing else") {
  VectorLog log;
  FactsOf ledger(log);
  const Seq fact = ledger.add(body_with(received("A/1"), "e"));
  const auto entries = [&] {
    std::size_t count = 0;
    ledger.store->scan("", "", [&](std::string_view, std::string_view) { return ++count > 0; });
    return count;
  };
  const std::size_t before = entries();
  append_unreadable(log);
  ledger.facts.fold(log.records.back());
  CHECK(ledger.facts.is_fact(fact));
  CHECK_FALSE(ledger.facts.is_fact(log.records.back().seq()));
  CHECK(entries() == before + 1);
  CHECK(ledger.store->position().head == log.durable());
}

TEST_CASE("facts: there is no fact behind the last record, nor a fact that came as no event under an event's id") {
  VectorLog log;
  FactsOf ledger(log);
  const Seq fact = ledger.add(body_with(received("A/1"), "e"));
  CHECK(ledger.facts.is_fact(fact));
  CHECK_FALSE(ledger.facts.is_fact(fact + 1));
  CHECK_FALSE(ledger.facts.is_fact(k_no_seq));
  const Seq equated =
      ledger.add(command_body(engine::IdentityEvent{engine::UnitsEquated{unit("A/1"), unit("B/1")}}, "c-1"));
  CHECK(ledger.facts.is_fact(equated));
  CHECK_FALSE(ledger.facts.fact("c-1"));
  CHECK(ledger.facts.fact("e") == fact);
}

TEST_CASE("facts: what the sequencer decided on is what a fresh fold says") {
  CHECK(rc::check("facts after any history", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    FactsProjection projection;
    const auto store = folded(projection, *log);
    std::size_t messages = 0;
    store->scan_prefix("m", [&](std::string_view, std::string_view) { return ++messages > 0; });
    std::size_t readable = 0;
    for (const auto& record : log->records)
      if (body_to_fold(record) != nullptr) ++readable;
    // Every record has a dedup key of its own: nothing was recorded twice.
    RC_ASSERT(messages == readable);
  }));
}
