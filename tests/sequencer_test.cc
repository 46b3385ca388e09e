// tests/sequencer_test.cc - deciding: dedup for ever, conflicts kept, withdrawals before and after, refusals recorded.
#include "engine/sequencer.h"

#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace lotledger;
using namespace lotledger::tests;
using engine::Outcome;

namespace {

engine::Submission commissioning(std::string id, std::string_view lot = "STEEL/L1") {
  return fact(std::move(id), minute(0), {engine::LotEvent{engine::UnitsCommissioned{{amount(lot, "5")}, {}}}});
}

std::string_view outcome_of(const Result<engine::Receipt>& receipt) {
  return receipt.has_value() ? engine::name_of(receipt->outcome) : name_of(receipt.error().code);
}

/// What records say of versions: `previous > version`.
std::vector<std::string> activations(const VectorLog& log) {
  std::vector<std::string> found;
  for (const engine::StoredRecord& record : log.records) {
    const auto body = engine::decode_body(*engine::body_of(record));
    const auto* system = std::get_if<engine::SystemEvent>(&body.events.front().body);
    const auto* said = system == nullptr ? nullptr : std::get_if<engine::SoftwareActivated>(system);
    if (said != nullptr) found.push_back(said->previous + " > " + said->version);
  }
  return found;
}

/// A store whose files go bad at some moment: from then on nothing is found in it.
class FailingStore final : public projections::Store {
 public:
  void fail() { failed_ = true; }

  bool get(std::string_view key, std::string& value) const override { return !failed_ && store_->get(key, value); }
  void scan(std::string_view first, std::string_view last, const projections::EntryVisitor& visit) const override {
    if (!failed_) store_->scan(first, last, visit);
  }
  projections::StorePosition position() const override { return store_->position(); }
  projections::StoreDigest digest() const override { return store_->digest(); }
  Result<void> failure() const override {
    if (failed_) return lotledger::fail(ErrorCode::corrupt, "store /s: reading: block checksum mismatch");
    return {};
  }
  void put(std::string_view key, std::string_view value) override { store_->put(key, value); }
  void insert(std::string_view key, std::string_view value) override { store_->insert(key, value); }
  void append(std::string_view key, std::string_view value) override { store_->append(key, value); }
  void erase(std::string_view key) override { store_->erase(key); }
  void advance(const Head& head) override { store_->advance(head); }
  std::size_t delta_bytes() const override { return store_->delta_bytes(); }
  Result<void> seal() override { return store_->seal(); }
  Result<void> flush() override { return store_->flush(); }
  Result<void> settle() override { return store_->settle(); }

 private:
  std::unique_ptr<projections::Store> store_ = projections::memory_store(1);
  bool failed_ = false;
};

}  // namespace

TEST_CASE("sequencer: on facts that cannot be read nothing is decided, so nothing is recorded twice") {
  FailingStore store;
  projections::StoreFacts facts(store);
  engine::Sequencer sequencer({LedgerId{}, 1, 1, "test"}, facts, Head{}, Instant{});
  REQUIRE(outcome_of(sequencer.submit(commissioning("e1"), minute(0).at)) == "accepted");
  REQUIRE(sequencer.take_records().size() == 1);
  store.fail();
  for (const char* id : {"e1", "e2"}) {
    CAPTURE(id);
    const auto receipt = sequencer.submit(commissioning(id), minute(0).at);
    REQUIRE_FALSE(receipt.has_value());
    CHECK(receipt.error().code == ErrorCode::corrupt);
    CHECK(sequencer.take_records().empty());
  }
  CHECK(sequencer.tail().seq == 0);
}

TEST_CASE("sequencer: the same fact twice is one record, and the first receipt again") {
  TestLedger ledger;
  const Seq first = ledger.take(commissioning("e1"));
  const auto again = ledger.submit(commissioning("e1"));
  REQUIRE(again.has_value());
  CHECK(outcome_of(again) == "duplicate");
  CHECK(again->position.seq == first);
  CHECK(ledger.log.records.size() == 1);
}

TEST_CASE("sequencer: the same id with other content is kept as a conflict, once") {
  TestLedger ledger;
  const Seq first = ledger.take(commissioning("e1"));
  auto other = commissioning("e1");
  other.body.content = sha256("other content");
  const auto conflict = ledger.submit(other);
  REQUIRE(conflict.has_value());
  CHECK(outcome_of(conflict) == "conflict");
  CHECK(ledger.log.records.size() == 2);
  const auto body = engine::decode_body(*engine::body_of(ledger.log.records.back()));
  const auto& row = std::get<engine::RowRejected>(std::get<engine::IntakeEvent>(body.events.front().body));
  CHECK(row.conflicts_with == first);
  CHECK(row.raw == "{\"eventID\":\"e1\"}");
  CHECK(outcome_of(ledger.submit(other)) == "conflict");
  CHECK(ledger.log.records.size() == 2);
  CHECK(ledger.facts().row(1) == engine::RowState::open);
}

TEST_CASE("sequencer: a withdrawal finds its fact, or waits for it and then applies") {
  TestLedger after;
  const Seq fact_seq = after.take(commissioning("e1"));
  const auto found = after.submit(withdrawal("e1", {unit("STEEL/L1")}));
  REQUIRE(found.has_value());
  CHECK_FALSE(found->unresolved);
  CHECK(after.facts().withdrawn(fact_seq));

  TestLedger before;
  const auto waiting = before.submit(withdrawal("e1", {unit("STEEL/L1")}));
  REQUIRE(waiting.has_value());
  CHECK(waiting->unresolved);
  CHECK(before.facts().waiting_withdrawals("e1") == std::vector<Seq>{0});
  const Seq late = before.take(commissioning("e1"));
  CHECK(before.facts().withdrawn(late));
  CHECK(before.facts().waiting_withdrawals("e1").empty());
  const auto body = engine::decode_body(*engine::body_of(before.log.records.back()));
  CHECK(body.events.size() == 2);
  CHECK(std::get<engine::WithdrawalApplied>(std::get<engine::CorrectionEvent>(body.events.back().body)).withdrawal ==
        0);
}

TEST_CASE("sequencer: a withdrawal does not hide behind the event it withdraws, and is itself taken once") {
  TestLedger ledger;
  ledger.take(commissioning("e1"));
  CHECK(outcome_of(ledger.submit(withdrawal("e1", {}))) == "accepted");
  CHECK(outcome_of(ledger.submit(withdrawal("e1", {}))) == "duplicate");
  CHECK(outcome_of(ledger.submit(commissioning("e1"))) == "duplicate");
}

TEST_CASE("sequencer: a refused command is recorded, keeps its id, and names its rule") {
  TestLedger ledger;
  const engine::PlaceHold hold{HoldId{"H1"}, unit("STEEL/L1"), engine::HoldKind::quality};
  const auto refused = ledger.submit(command("c1", hold, ""));
  REQUIRE(refused.has_value());
  CHECK(outcome_of(refused) == "refused");
  CHECK(refused->rule == "LOT-1");
  CHECK(ledger.log.records.size() == 1);
  CHECK(outcome_of(ledger.submit(command("c1", hold, ""))) == "refused");
  CHECK(ledger.log.records.size() == 1);
}

TEST_CASE("rules: each command is accepted where its rules hold and refused by name where one does not") {
  const engine::PlaceHold place{HoldId{"H1"}, unit("STEEL/L1"), engine::HoldKind::quality};
  const engine::LiftHold lift{HoldId{"H1"}, unit("STEEL/L1")};
  struct Row {
    std::string_view name;
    std::vector<std::pair<engine::Command, std::string>> before;
    engine::Command tried;
    std::string reason;
    std::string expected;
  };
  const Row rows[] = {
      {"LOT-1 hold without reason", {}, place, "", "LOT-1"},
      {"LOT-1 hold with reason", {}, place, "crack", "accepted"},
      {"LOT-2 same hold twice", {{place, "crack"}}, place, "again", "LOT-2"},
      {"LOT-2 after lifting", {{place, "crack"}, {lift, "ok"}}, place, "again", "accepted"},
      {"LOT-3 lifting none", {}, lift, "ok", "LOT-3"},
      {"LOT-3 lifting one that stands", {{place, "crack"}}, lift, "ok", "accepted"},
      {"LOT-1 lifting without reason", {{place, "crack"}}, lift, "", "LOT-1"},
      {"IDENTITY-1 one key twice", {}, engine::EquateUnits{unit("A/1"), unit("A/1")}, "same", "IDENTITY-1"},
      {"IDENTITY-1 two keys", {}, engine::EquateUnits{unit("A/1"), unit("B/1")}, "same", "accepted"},
      {"IDENTITY-2 no reason", {}, engine::EquateUnits{unit("A/1"), unit("B/1")}, "", "IDENTITY-2"},
      {"CORRECTION-1 no reason", {}, engine::VoidFact{0, {}}, "", "CORRECTION-1"},
      {"CORRECTION-2 a recorded fact", {}, engine::VoidFact{0, {}}, "mistyped", "accepted"},
      {"CORRECTION-2 no such record", {}, engine::VoidFact{99, {}}, "mistyped", "CORRECTION-2"},
      {"CORRECTION-2 twice",
       {{engine::VoidFact{0, {}}, "mistyped"}},
       engine::VoidFact{0, {}},
       "mistyped",
       "CORRECTION-2"},
      {"CORRECTION-2 a rejected row", {}, engine::VoidFact{1, {}}, "mistyped", "CORRECTION-2"},
      {"INTAKE-1 no reason", {}, engine::DiscardRow{1}, "", "INTAKE-1"},
      {"INTAKE-1 and INTAKE-2 an open row", {}, engine::DiscardRow{1}, "test data", "accepted"},
      {"INTAKE-2 no row", {}, engine::DiscardRow{0}, "test data", "INTAKE-2"},
      {"INTAKE-2 discarded before", {{engine::DiscardRow{1}, "test data"}}, engine::DiscardRow{1}, "again", "INTAKE-2"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestLedger ledger;
    ledger.take(commissioning("e1"));                                     // record 0
    CHECK(outcome_of(ledger.submit(rejected_row("bad"))) == "rejected");  // record 1
    int id = 0;
    for (const auto& [tried, reason] : row.before)
      CHECK(outcome_of(ledger.submit(command("before" + std::to_string(++id), tried, reason))) == "accepted");
    const auto receipt = ledger.submit(command("tried", row.tried, row.reason));
    REQUIRE(receipt.has_value());
    CHECK((receipt->outcome == Outcome::refused ? receipt->rule : std::string(outcome_of(receipt))) == row.expected);
  }
}

TEST_CASE("sequencer: a conditional append holds only while the state stands where it was read") {
  TestLedger ledger;
  const engine::PlaceHold hold{HoldId{"H1"}, unit("STEEL/L1"), engine::HoldKind::quality};
  auto first = command("c1", hold, "crack");
  first.condition = engine::Condition{"unit:" + hold.unit.key.bytes(), "", k_no_seq};
  CHECK(outcome_of(ledger.submit(first)) == "accepted");
  auto second = command("c2", engine::LiftHold{hold.hold, hold.unit}, "ok");
  second.condition = engine::Condition{"unit:" + hold.unit.key.bytes(), "", k_no_seq};
  CHECK(outcome_of(ledger.submit(second)) == "conflict");
  second.condition->last_seq = 0;
  CHECK(outcome_of(ledger.submit(second)) == "accepted");
}

TEST_CASE("sequencer: a repaired row is closed by the event that repairs it, or that had come another way") {
  TestLedger ledger;
  CHECK(outcome_of(ledger.submit(rejected_row("bad"))) == "rejected");
  CHECK(outcome_of(ledger.submit(rejected_row("bad"))) == "duplicate");
  auto repaired = commissioning("e1");
  repaired.repairs = 0;
  CHECK(outcome_of(ledger.submit(repaired)) == "accepted");
  CHECK(ledger.facts().row(0) == engine::RowState::repaired);

  CHECK(outcome_of(ledger.submit(rejected_row("bad too"))) == "rejected");
  auto known = commissioning("e1");
  known.repairs = 2;
  CHECK(outcome_of(ledger.submit(known)) == "duplicate");
  CHECK(ledger.facts().row(2) == engine::RowState::repaired);
}

TEST_CASE("sequencer: recorded_at never decreases, whatever the clock does") {
  TestLedger ledger;
  ledger.take(commissioning("e1"), 10);
  ledger.take(commissioning("e2"), 5);
  ledger.take(commissioning("e3"), 11);
  CHECK(ledger.log.records[1].header().recorded_at == ledger.log.records[0].header().recorded_at);
  CHECK(ledger.log.records[2].header().recorded_at > ledger.log.records[1].header().recorded_at);
}

TEST_CASE("sequencer: another version of the program says so once, in a record before its first") {
  struct Row {
    std::string_view name;
    std::vector<std::string> versions;   ///< Of the programs that open the ledger, one after another.
    std::vector<std::string> activated;  ///< `previous > version`, in order.
  };
  const Row rows[] = {
      {"the same version", {"test", "test"}, {}},
      {"another version", {"lotledger 2"}, {"test > lotledger 2"}},
      {"another version, opened twice", {"lotledger 2", "lotledger 2"}, {"test > lotledger 2"}},
      {"one and back",
       {"lotledger 2", "test", "lotledger 2"},
       {"test > lotledger 2", "lotledger 2 > test", "test > lotledger 2"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestLedger ledger;
    ledger.take(commissioning("first"));
    CHECK(ledger.facts().software() == "test");
    std::size_t id = 0;
    for (const std::string& version : row.versions) {
      ledger.reopen(version);
      ledger.take(commissioning("e" + std::to_string(++id)), 1);
      ledger.take(commissioning("e" + std::to_string(++id)), 2);
      CHECK(ledger.facts().software() == version);
    }
    CHECK(activations(ledger.log) == row.activated);
    CHECK(ledger.log.records.size() == 1 + id + row.activated.size());
  }
}

TEST_CASE("sequencer: the version stands right before the first submission, and counts for no source") {
  TestLedger ledger;
  ledger.take(commissioning("e1"));
  ledger.reopen("lotledger 2");
  CHECK(ledger.log.records.size() == 1);  // Opening alone writes nothing.
  CHECK(outcome_of(ledger.submit(commissioning("e1"))) == "duplicate");
  CHECK(ledger.log.records.size() == 2);
  CHECK(ledger.take(commissioning("e2")) == 2);
  const auto body = engine::decode_body(*engine::body_of(ledger.log.records[1]));
  CHECK(body.software == "lotledger 2");
  CHECK(body.actor.id.text == "system");
  CHECK_FALSE(ledger.facts().is_fact(1));
}

TEST_CASE("sequencer: a ledger whose records name no version has none to differ from") {
  TestLedger ledger;
  ledger.reopen("");
  ledger.take(commissioning("e1"));
  CHECK_FALSE(ledger.facts().software());
  ledger.reopen("lotledger 2");
  CHECK(ledger.take(commissioning("e2")) == 1);
}

TEST_CASE("sequencer: records chain, and repeating the same submissions gives the same bytes") {
  CHECK(rc::check("deterministic", [] {
    const auto ids = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
    TestLedger first;
    TestLedger second;
    for (const int id : ids) {
      const std::string name = "e" + std::to_string(id);
      RC_ASSERT(first.submit(commissioning(name)).has_value());
      RC_ASSERT(second.submit(commissioning(name)).has_value());
    }
    RC_ASSERT(first.log.records.size() == second.log.records.size());
    Digest previous{};
    for (std::size_t i = 0; i < first.log.records.size(); ++i) {
      RC_ASSERT(first.log.records[i].header() == second.log.records[i].header());
      RC_ASSERT(first.log.records[i].header().previous_leaf == previous);
      previous = first.log.records[i].leaf();
    }
    RC_ASSERT(first.facts_store->digest() == second.facts_store->digest());
  }));
}
