// tests/cut_test.cc - answers over several ledgers: whoever recorded what, they are those of one ledger with it all.
#include "projections/recall_scope.h"
#include "projections/totals.h"
#include "projections/trace.h"
#include "tests/support/movement_histories.h"
#include "tests/support/slow_genealogy.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <memory>
#include <set>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;

namespace {

using Words = std::multiset<std::string>;

/// Ledgers, and what an answer over all of them stands on. Read after everything was submitted.
class World {
 public:
  explicit World(std::size_t ledgers) {
    for (std::size_t at = 0; at < ledgers; ++at) ledgers_.push_back(std::make_unique<TestLedger>());
  }

  TestLedger& operator[](std::size_t at) { return *ledgers_[at]; }

  /// Begins an answer under a filter.
  void read(const TimeFilter& filter = {}, std::vector<Seq> known_at = {}) {
    std::vector<engine::LogReader*> logs;
    std::vector<CutLedger> stores;
    for (std::size_t at = 0; at < ledgers_.size(); ++at) {
      logs.push_back(&ledgers_[at]->log);
      stores.push_back({ledgers_[at]->genealogy_store.get(), known_at.empty() ? k_no_seq : known_at[at]});
    }
    records = std::make_unique<RecordCache>(logs);
    shared = std::make_unique<SharedEvents>(*records, [this, stores](LedgerIndex ledger, std::string_view id) {
      const auto fact = ledgers_[ledger]->facts().fact(id);
      return fact && *fact <= stores[ledger].known_at ? fact : std::nullopt;
    });
    reader = std::make_unique<GenealogyReader>(stores, filter, *shared);
    containment = std::make_unique<Containment>(*reader);
    parties = std::make_unique<Parties>(*reader, *records);
    movements = std::make_unique<Movements>(*parties, *records, own_);
  }

  std::optional<UnitState> state(const UnitKey& unit) {
    const auto id = reader->find(unit);
    if (!id) return std::nullopt;
    return state_of(*reader, *containment, reader->node(*id), movements->records());
  }

  /// The source's name of an event, whichever ledger holds it.
  std::string event(EventPosition position) {
    const schema::Body* body = records->body(position.record());
    REQUIRE(body != nullptr);
    return fmt::format("{}.{}", body->source()->message_id()->str(), position.index);
  }

  std::string name(NodeId node) const {
    if (node == k_no_node) return "";
    const Node named = reader->node(node);
    return named.is_process() ? named.process : named.key.ref();
  }

  Words walked(const UnitKey& unit, Direction direction) {
    Words words;
    const auto root = reader->find(unit);
    if (!root || !reader->mentioned(*root)) return words;
    const Trace trace = named(*reader, walk(*reader, *containment, *root, direction));
    for (const TraceNode& node : trace.nodes)
      words.insert(fmt::format("{} {} {}", name(node.node.id), node.depth, node.certain ? "certain" : "possible"));
    std::set<std::string> edges;
    for (const TraceEdge& edge : trace.edges) {
      // Containers that lie in each other at one instant: which edge closes the ring is nobody's fact.
      if (trace.nodes[edge.from].type == NodeType::container) continue;
      edges.insert(fmt::format("{} {} {} {} {} {}", name(trace.nodes[edge.from].node.id),
                               name(trace.nodes[edge.to].node.id), name_of(edge.kind), name_of(edge.basis),
                               edge.at.utc_us, edge.quantity ? edge.quantity->text() : "-"));
    }
    words.insert(edges.begin(), edges.end());
    return words;
  }

  Result<RecallScope> scope(const UnitKey& root) {
    ScopeSources sources{*reader, *containment, *records, [](std::string_view) { return true; }, names(), own_};
    return recall_scope(sources, {reader->find(root).value_or(k_no_node)});
  }

  [[nodiscard]] std::optional<Total> total(NodeId unit) {
    return total_of(*reader, movements->items(), reader->node(unit));
  }

  std::unique_ptr<RecordCache> records;
  std::unique_ptr<SharedEvents> shared;
  std::unique_ptr<GenealogyReader> reader;
  std::unique_ptr<Containment> containment;
  std::unique_ptr<Parties> parties;
  std::unique_ptr<Movements> movements;

 private:
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (std::size_t at = 0; at < ledgers_.size(); ++at) names.push_back(fmt::format("S{}", at));
    return names;
  }

  std::vector<std::unique_ptr<TestLedger>> ledgers_;
  std::vector<UnitKey> own_{unit(own_party()).key};
};

/// Grams or pieces: which unit a sum is told in may depend on what was told first.
std::string in_words(const Decimal& amount, UnitCode unit) {
  const auto scaled = unit.view() == "KGM" ? amount.times(1000, 1, Decimal::Rounding::down) : amount;
  return scaled ? scaled->text() : "overflow";
}

Words in_words(World& world, const std::optional<UnitState>& state) {
  Words words;
  if (!state) return words;
  words.insert(fmt::format("{} {}", name_of(state->existence), state->held));
  words.insert("last seen " + (state->last_seen ? world.event(*state->last_seen) : "-"));
  for (const Shipped& shipment : state->shipments) {
    // Not which container carried it: of several that did, any may be named.
    words.insert(fmt::format("shipped {} {} {}", world.event(shipment.position),
                             shipment.quantity ? shipment.quantity->text() : "-", shipment.returned));
  }
  if (state->remaining) words.insert("remaining " + in_words(*state->remaining, state->unit.value_or(UnitCode{})));
  return words;
}

Words in_words(World& world, const RecallScope& scope) {
  Words words;
  for (const AffectedUnit& unit : scope.affected)
    words.insert(fmt::format("{} {}", unit.node.key.ref(), name_of(unit.state.existence)));
  for (const Consignee& consignee : scope.consignees) {
    words.insert(fmt::format("{} {} {} {}", consignee.party.bytes(), consignee.units, consignee.possible_units,
                             consignee.returned));
    for (const ScopeShipment& shipment : consignee.shipments)
      words.insert(fmt::format("{} {}", world.event(shipment.position), shipment.units.size()));
  }
  std::set<std::string> missing;  // A withdrawal that waits in two ledgers is named in both.
  for (const Missing& each : scope.completeness.missing) missing.insert(each.what);
  words.insert(missing.begin(), missing.end());
  words.insert(scope.balance.known ? "stock " + in_words(scope.balance.stock, scope.balance.unit)
                                   : "balance not known");
  return words;
}

/// Submits all to `one`; and each to some ledgers of `several`, commands to the first of them.
void submit(std::vector<TimedSubmission> submissions, World& one, World& several, std::size_t count) {
  for (TimedSubmission& timed : submissions) {
    const bool command = timed.submission.command.has_value();
    const auto first = command ? 0 : *rc::gen::inRange<std::size_t>(0, count);
    const auto again = command ? 0 : *rc::gen::inRange<std::size_t>(0, 2 * count);  // Often in no second one.
    if (again < count && again != first) RC_ASSERT(several[again].submit(timed.submission, timed.now).has_value());
    RC_ASSERT(several[first].submit(timed.submission, timed.now).has_value());
    RC_ASSERT(one[0].submit(std::move(timed.submission), timed.now).has_value());
  }
}

engine::AreaEvent made(std::vector<UnitAmount> inputs, std::vector<UnitAmount> outputs, std::string process = {}) {
  return engine::ProductionEvent{
      engine::UnitsTransformed{std::move(process), std::move(inputs), std::move(outputs), engine::Flow::mixed, {}}};
}

}  // namespace

TEST_CASE("cut: movements spread over ledgers, some in two, answer as one ledger that holds them all") {
  CHECK(rc::check("several equal one", [](const std::vector<Movement>& steps) {
    const auto count = *rc::gen::inRange<std::size_t>(2, 4);
    World one(1);
    World several(count);
    submit(movement_submissions(steps), one, several, count);
    TimeFilter filter;
    if (*rc::gen::inRange(0, 3) == 0) filter.as_of = minute(*rc::gen::inRange(0, 8)).at;
    filter.include_voided = *rc::gen::inRange(0, 4) == 0;
    one.read(filter);
    several.read(filter);
    for (const std::string& text : moved_units()) {
      const UnitKey key = unit(text).key;
      RC_LOG() << text << "\n";
      RC_ASSERT(in_words(several, several.state(key)) == in_words(one, one.state(key)));
      for (const Direction direction : {Direction::down, Direction::up})
        RC_ASSERT(several.walked(key, direction) == one.walked(key, direction));
      if (!one.reader->find(key)) continue;
      const auto expected = one.scope(key);
      const auto found = several.scope(key);
      RC_ASSERT(found.has_value() == expected.has_value());
      if (found.has_value()) RC_ASSERT(in_words(several, *found) == in_words(one, *expected));
    }
  }));
}

TEST_CASE("cut: a trace crosses from site to site, and says in which ledger each step stands") {
  World world(2);
  world[0].take(fact("made", minute(1), {made({amount("STEEL/L1", "5")}, {amount("BAR/B1", "4")})}));
  world[1].take(fact("used", minute(2), {made({amount("BAR/B1", "4")}, {amount("SCREW/S1", "100", "EA")})}));
  world.read();
  const auto root = world.reader->find(unit("STEEL/L1").key);
  REQUIRE(root.has_value());
  const Trace trace = named(*world.reader, walk(*world.reader, *world.containment, *root, Direction::down));
  std::set<std::pair<std::string, LedgerIndex>> ends;
  for (const TraceEdge& edge : trace.edges)
    ends.emplace(world.name(trace.nodes[edge.to].node.id), edge.position.ledger);
  CHECK(ends.contains({"BAR/B1", 0}));
  CHECK(ends.contains({"SCREW/S1", 1}));
}

TEST_CASE("cut: one event in two ledgers is told once, by the first; its withdrawal in one counts in both") {
  struct Row {
    const char* name;
    std::size_t withdrawn_in;  // 2: nowhere
    bool withdrawal_first;
    std::string_view expected;
  };
  const Row rows[] = {{"nowhere withdrawn", 2, false, "4"},
                      {"withdrawn where it is told", 0, false, "nothing"},
                      {"withdrawn in the other ledger", 1, false, "nothing"},
                      {"withdrawn in the other ledger before it came", 1, true, "nothing"}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    World world(2);
    const auto withdraw = [&] {
      if (row.withdrawn_in < 2) world[row.withdrawn_in].take(withdrawal("E1", {}));
    };
    if (row.withdrawal_first) withdraw();
    for (const std::size_t ledger : {std::size_t{0}, std::size_t{1}})
      world[ledger].take(fact("E1", minute(1), {made({amount("STEEL/L1", "5")}, {amount("BAR/B1", "4")})}));
    if (!row.withdrawal_first) withdraw();
    world.read();
    const auto bar = world.reader->find(unit("BAR/B1").key);
    REQUIRE(bar.has_value());
    const auto total = world.total(*bar);
    CHECK((total ? total->amount.text() : "nothing") == row.expected);
  }
}

TEST_CASE("cut: a withdrawal whose event only another ledger holds does not wait; as of before it came, it does") {
  World world(2);
  world[0].take(withdrawal("E1", {}));
  world[1].take(fact("E0", minute(1), {made({amount("STEEL/L1")}, {amount("BAR/B1")})}));
  world[1].take(fact("E1", minute(1), {made({amount("STEEL/L1")}, {amount("BAR/B2")})}));
  world.read();
  CHECK(world.reader->waiting_withdrawals().empty());
  CHECK(world.reader->withdrawn_by({1, 1}) == RecordPosition{0, 0});
  world.read({}, {0, 0});
  CHECK(world.reader->waiting_withdrawals() == std::vector<RecordPosition>{{0, 0}});
}

TEST_CASE("cut: events of one id and other content are two, and two holds on one lot stand both") {
  World world(2);
  world[0].take(fact("E1", minute(1), {made({}, {amount("BAR/B1", "4")})}));
  world[1].take(fact("E1", minute(2), {made({}, {amount("BAR/B1", "3")})}));
  for (const std::size_t ledger : {std::size_t{0}, std::size_t{1}}) {
    world[ledger].take(command("C1", engine::PlaceHold{HoldId{"H-1"}, unit("BAR/B1"), engine::HoldKind::quality}, "r"));
  }
  world.read();
  const auto bar = world.reader->find(unit("BAR/B1").key);
  REQUIRE(bar.has_value());
  CHECK(world.total(*bar)->amount.text() == "7");
  std::size_t holds = 0;
  world.reader->links(*bar, LinkKind::hold_placed, [&](const Link&) { ++holds; });
  CHECK(holds == 2);
}

TEST_CASE("cut: each ledger is read at its own position") {
  World world(2);
  for (const std::size_t ledger : {std::size_t{0}, std::size_t{1}}) {
    for (int at = 0; at < 3; ++at) {
      const std::string lot = fmt::format("BAR/{}{}", ledger, at);
      world[ledger].take(fact("E" + lot, minute(at), {made({amount("STEEL/L1")}, {amount(lot)})}));
    }
  }
  world.read({}, {0, 1});
  std::set<std::string> reached;
  for (const std::string& word : world.walked(unit("STEEL/L1").key, Direction::down))
    if (word.starts_with("BAR/") && word.ends_with("certain")) reached.insert(word.substr(0, 6));
  CHECK(reached == std::set<std::string>{"BAR/00", "BAR/10", "BAR/11"});
}
