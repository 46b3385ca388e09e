// tests/genealogy_test.cc - what a walk reaches, case by case, and against the slow model on random histories.
#include "projections/trace.h"

#include "tests/support/slow_genealogy.h"
#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;
using engine::IdentityEvent;
using engine::LotEvent;
using engine::ProductionEvent;

namespace {

engine::AreaEvent made(std::vector<UnitAmount> inputs, std::vector<UnitAmount> outputs, std::string process = {}) {
  return ProductionEvent{
      engine::UnitsTransformed{std::move(process), std::move(inputs), std::move(outputs), engine::Flow::mixed, {}}};
}

UnitAmount serial_of(std::string_view serial, std::string_view lot) {
  UnitAmount out = amount(serial);
  out.unit.lot = unit(lot).key;
  return out;
}

/// The nodes of a walk that are not containers, as the slow model names them.
Reached fast_walk(const TestLedger& ledger, const std::string& root, bool down, TimeFilter filter = {}) {
  const GenealogyReader reader = ledger.reader(filter);
  Containment containment(reader);
  const auto id = reader.find(UnitKey(root));
  Reached reached;
  if (!id) return reached;
  const Trace trace = named(reader, walk(reader, containment, *id, down ? Direction::down : Direction::up));
  for (const TraceNode& node : trace.nodes) {
    if (node.type == NodeType::container) continue;
    const std::string& process = node.node.process;
    const std::string name = !node.node.is_process()     ? node.node.key.bytes()
                             : process.starts_with("xe") ? "process event " + process.substr(2)
                                                         : "process " + process.substr(2);
    reached[name] = node.certain ? "certain" : "possible";
  }
  return reached;
}

std::string certainty(const Reached& reached, std::string_view text) {
  const auto at = reached.find(unit(text).key.bytes());
  return at == reached.end() ? "not reached" : at->second;
}

}  // namespace

TEST_CASE("trace: a lot leads to its serials, a serial to its lot's inputs, never to its siblings") {
  TestLedger ledger;
  ledger.take(fact("p", minute(0), {made({amount("STEEL/L1", "5")}, {amount("STEM/F1", "10", "EA")})}));
  ledger.take(fact(
      "c", minute(1),
      {LotEvent{engine::UnitsCommissioned{{serial_of("STEM#1", "STEM/F1"), serial_of("STEM#2", "STEM/F1")}, {}}}}));
  const Reached down = fast_walk(ledger, unit("STEEL/L1").key.bytes(), true);
  CHECK(certainty(down, "STEM#1") == "certain");
  CHECK(certainty(down, "STEM#2") == "certain");
  const Reached up = fast_walk(ledger, unit("STEM#1").key.bytes(), false);
  CHECK(certainty(up, "STEEL/L1") == "certain");
  CHECK(certainty(up, "STEM#2") == "not reached");
  const Reached serial_down = fast_walk(ledger, unit("STEM#1").key.bytes(), true);
  CHECK(serial_down.size() == 1);
}

TEST_CASE("trace: a use recorded of a lot reaches its serial as possible, in both directions") {
  TestLedger ledger;
  ledger.take(fact("c", minute(0), {LotEvent{engine::UnitsCommissioned{{serial_of("PUMP#1", "PUMP/P1")}, {}}}}));
  ledger.take(fact("i", minute(1),
                   {ProductionEvent{engine::PartsInstalled{unit("PUMP#1"), {amount("CHIP/C1", "1", "EA")}, false}}}));
  ledger.take(fact("k", minute(2), {made({amount("PUMP/P1", "3", "EA")}, {amount("KIT/K1", "3", "EA")})}));
  CHECK(certainty(fast_walk(ledger, unit("PUMP#1").key.bytes(), true), "KIT/K1") == "possible");
  CHECK(certainty(fast_walk(ledger, unit("PUMP/P1").key.bytes(), true), "KIT/K1") == "certain");
  CHECK(certainty(fast_walk(ledger, unit("CHIP/C1").key.bytes(), true), "KIT/K1") == "possible");
  CHECK(certainty(fast_walk(ledger, unit("KIT/K1").key.bytes(), false), "CHIP/C1") == "possible");
}

TEST_CASE("trace: containers are shown and not walked on from") {
  TestLedger ledger;
  ledger.take(
      fact("p", minute(0),
           {LotEvent{engine::UnitsPacked{unit("(00)340123450000000017"), {amount("A#1"), amount("B#1")}, false}}}));
  const GenealogyReader reader = ledger.reader();
  Containment containment(reader);
  const Trace trace = named(reader, walk(reader, containment, *reader.find(unit("A#1").key), Direction::down));
  REQUIRE(trace.nodes.size() == 2);
  CHECK(trace.nodes[1].type == NodeType::container);
  CHECK(trace.edges.size() == 1);
  const Trace contents =
      named(reader, walk(reader, containment, *reader.find(unit("(00)340123450000000017").key), Direction::down));
  CHECK(contents.nodes.size() == 3);
}

TEST_CASE("trace: nodes named alone are those of the whole trace") {
  TestLedger ledger;
  ledger.take(fact("run", minute(0), {made({amount("A/1", "5")}, {amount("B/1", "2"), amount("B/2", "3")})}));
  const GenealogyReader reader = ledger.reader();
  Containment containment(reader);
  const Reach reach = walk(reader, containment, *reader.find(unit("A/1").key), Direction::down);
  const Trace whole = named(reader, reach);
  const Trace nodes = named_nodes(reader, reach);
  CHECK(whole.edges.size() == 3);
  CHECK(nodes.edges.empty());
  CHECK(nodes.direction == whole.direction);
  REQUIRE(nodes.nodes.size() == 4);
  for (std::size_t at = 0; at < nodes.nodes.size(); ++at) {
    CHECK(nodes.nodes[at].node.id == whole.nodes[at].node.id);
    CHECK(nodes.nodes[at].depth == whole.nodes[at].depth);
    CHECK(nodes.nodes[at].type == whole.nodes[at].type);
  }
}

TEST_CASE("trace: loops, chains of ten thousand and hubs of fifty thousand are answered in full") {
  TestLedger ledger;
  ledger.take(fact("loop1", minute(0), {made({amount("A/1", "5")}, {amount("A/2", "5")})}));
  ledger.take(fact("loop2", minute(1), {made({amount("A/2", "5")}, {amount("A/1", "5")})}));
  CHECK(fast_walk(ledger, unit("A/1").key.bytes(), true).size() == 4);

  for (int i = 0; i < 10'000; ++i) {
    ledger.take(fact("chain" + std::to_string(i), minute(i),
                     {made({amount("C/" + std::to_string(i), "1")}, {amount("C/" + std::to_string(i + 1), "1")})}));
  }
  CHECK(fast_walk(ledger, unit("C/0").key.bytes(), true).size() == 20'001);
  CHECK(fast_walk(ledger, unit("C/10000").key.bytes(), false).size() == 20'001);

  std::vector<UnitAmount> outputs;
  for (int i = 0; i < 50'000; ++i) outputs.push_back(amount("HUB#" + std::to_string(i)));
  ledger.take(fact("hub", minute(5), {made({amount("H/1", "1")}, std::move(outputs))}));
  CHECK(fast_walk(ledger, unit("H/1").key.bytes(), true).size() == 50'002);
}

TEST_CASE("trace: as-of, reported-at and known-at are filters; a withdrawal hides by what was known") {
  TestLedger ledger;
  auto late = fact("p", minute(100), {made({amount("A/1", "5")}, {amount("B/1", "5")})});
  late.body.reported_at = minute(200).at;
  ledger.take(fact("c", minute(0), {LotEvent{engine::UnitsCommissioned{{amount("A/1", "5")}, {}}}}), 300);
  const Seq made_at = ledger.take(std::move(late), 300);
  const Seq withdrawn_at = ledger.take(withdrawal("p", {unit("A/1")}), 400);
  const std::string root = unit("A/1").key.bytes();
  const auto reaches = [&](TimeFilter filter) { return certainty(fast_walk(ledger, root, true, filter), "B/1"); };
  struct Row {
    std::string_view name;
    TimeFilter filter;
    std::string_view expected;
  };
  const Row rows[] = {
      {"withdrawn now", {}, "not reached"},
      {"voided shown on demand",
       {.as_of = {}, .reported_at = {}, .known_at = k_no_seq, .include_voided = true},
       "certain"},
      {"before it was known",
       {.as_of = {}, .reported_at = {}, .known_at = made_at - 1, .include_voided = false},
       "not reached"},
      {"when it was known", {.as_of = {}, .reported_at = {}, .known_at = made_at, .include_voided = false}, "certain"},
      {"when its withdrawal was known",
       {.as_of = {}, .reported_at = {}, .known_at = withdrawn_at, .include_voided = false},
       "not reached"},
      {"the minute before it happened",
       {.as_of = minute(99).at, .reported_at = {}, .known_at = made_at, .include_voided = false},
       "not reached"},
      {"the minute it happened",
       {.as_of = minute(100).at, .reported_at = {}, .known_at = made_at, .include_voided = false},
       "certain"},
      {"before its source reported it",
       {.as_of = {}, .reported_at = minute(199).at, .known_at = made_at, .include_voided = false},
       "not reached"},
      {"when its source reported it",
       {.as_of = {}, .reported_at = minute(200).at, .known_at = made_at, .include_voided = false},
       "certain"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(reaches(row.filter) == row.expected);
  }
}

TEST_CASE("trace: flow through a class is possible and marked") {
  TestLedger ledger;
  ledger.take(fact("p", minute(0), {made({amount("(01)09521101530018", "5", "EA")}, {amount("KIT/K1", "1", "EA")})}));
  ledger.take(
      fact("c", minute(0), {LotEvent{engine::UnitsCommissioned{{amount("(01)09521101530018(10)L7", "5", "EA")}, {}}}}));
  const GenealogyReader reader = ledger.reader();
  Containment containment(reader);
  const Reach trace = walk(reader, containment, *reader.find(unit("(01)09521101530018(10)L7").key), Direction::down);
  CHECK(trace.through_class);
  CHECK(certainty(fast_walk(ledger, unit("(01)09521101530018(10)L7").key.bytes(), true), "KIT/K1") == "possible");
}

TEST_CASE("trace: the end of an installation is the removal of the part, or of all parts") {
  TestLedger ledger;
  ledger.take(
      fact("i", minute(0),
           {ProductionEvent{engine::PartsInstalled{unit("PUMP#1"), {amount("CHIP#1"), amount("CHIP#2")}, false}}}));
  ledger.take(fact("r", minute(9), {ProductionEvent{engine::PartsRemoved{unit("PUMP#1"), {amount("CHIP#1")}}}}));
  const GenealogyReader reader = ledger.reader();
  Containment containment(reader);
  const auto end_of = [&](std::string_view part) {
    const Trace trace = named(reader, walk(reader, containment, *reader.find(unit(part).key), Direction::down));
    REQUIRE(trace.edges.size() == 1);
    return trace.edges[0].until;
  };
  CHECK(end_of("CHIP#1") == minute(9).at);
  CHECK_FALSE(end_of("CHIP#2").has_value());
  ledger.take(fact("all", minute(20), {ProductionEvent{engine::PartsRemoved{unit("PUMP#1"), {}}}}));
  CHECK(end_of("CHIP#2") == minute(20).at);
}

namespace {

/// A random history over a small world, in which everything happens: loops, classes, serials of lots, packing in
/// packing.
struct History {
  std::vector<Statement> statements;
  std::set<std::string> withdrawn;
};

UnitAmount random_unit() {
  const int which = *rc::gen::inRange(0, 14);
  if (which < 6) return amount("X" + std::to_string(which % 2) + "/L" + std::to_string(which), "2", "EA");
  if (which < 8) return amount("(01)09521101530018(10)L" + std::to_string(which), "2", "EA");
  if (which == 8) return amount("(01)09521101530018", "2", "EA");
  if (which < 11) return serial_of("(01)09521101530018(21)S" + std::to_string(which), "(01)09521101530018(10)L6");
  return serial_of("X0#S" + std::to_string(which), "X0/L0");
}

std::vector<UnitAmount> random_units(int most) {
  std::vector<UnitAmount> units;
  const int count = *rc::gen::inRange(1, most + 1);
  for (int i = 0; i < count; ++i) units.push_back(random_unit());
  return units;
}

UnitRef random_container() {
  return unit(
      *rc::gen::element<std::string>("(00)340123450000000017", "(00)340123450000000024", "(00)340123450000000031"));
}

engine::AreaEvent random_event() {
  switch (*rc::gen::inRange(0, 7)) {
    case 0: return LotEvent{engine::UnitsCommissioned{random_units(3), {}}};
    case 1: return ProductionEvent{engine::PartsInstalled{random_unit().unit, random_units(2), false}};
    case 2: return IdentityEvent{engine::UnitsEquated{random_unit().unit, random_unit().unit}};
    case 3:
      return LotEvent{
          engine::UnitsPacked{random_container(),
                              {amount("X0#S" + std::to_string(*rc::gen::inRange(11, 14))), {random_container(), {}}},
                              false}};
    case 4:
      return LotEvent{engine::UnitsUnpacked{random_container(),
                                            *rc::gen::inRange(0, 2) == 0
                                                ? std::vector<UnitAmount>{}
                                                : std::vector<UnitAmount>{amount("X0#S11"), {random_container(), {}}}}};
    default: return made(random_units(2), random_units(2), *rc::gen::inRange(0, 3) == 0 ? "shared" : "");
  }
}

History random_history() {
  History history;
  const int count = *rc::gen::inRange(1, 14);
  for (int i = 0; i < count; ++i) {
    history.statements.push_back({"e" + std::to_string(i), *rc::gen::inRange(0, 1000) * 20 + i, random_event()});
    if (*rc::gen::inRange(0, 6) == 0) history.withdrawn.insert("e" + std::to_string(i));
  }
  return history;
}

/// Takes the statements in a random order, withdrawals anywhere, some statements twice.
void take_in_random_order(TestLedger& ledger, const History& history, std::uint32_t seed) {
  std::vector<engine::Submission> all;
  for (const Statement& statement : history.statements) {
    for (std::uint32_t copy = 0; copy <= seed % 2; ++copy)
      all.push_back(fact(statement.id, minute(statement.minute), {statement.event}));
    if (history.withdrawn.contains(statement.id)) all.push_back(withdrawal(statement.id, {}));
  }
  std::mt19937 order(seed);
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[order() % i]);
  for (engine::Submission& submission : all) RC_ASSERT(ledger.submit(std::move(submission)).has_value());
}

}  // namespace

TEST_CASE("trace: on random histories in any order the fast walk equals the slow one, both ways") {
  CHECK(rc::check("fast equals slow", [] {
    const History history = random_history();
    TestLedger ledger;
    take_in_random_order(ledger, history, *rc::gen::arbitrary<std::uint32_t>());
    for (const auto& root : {std::string("X0/L0"), std::string("X0#S11"), std::string("(01)09521101530018(10)L6"),
                             std::string("(01)09521101530018(21)S9"), std::string("(01)09521101530018")}) {
      const std::string key = unit(root).key.bytes();
      const auto node = ledger.reader().find(UnitKey(key));
      if (!node || !ledger.reader().mentioned(*node)) continue;
      for (const bool down : {true, false})
        RC_ASSERT(fast_walk(ledger, key, down) == slow_walk(history.statements, history.withdrawn, key, down));
    }
  }));
}

TEST_CASE("containment: on random histories the containers of a unit at any minute equal the slow model's") {
  CHECK(rc::check("fast equals slow", [] {
    const History history = random_history();
    TestLedger ledger;
    take_in_random_order(ledger, history, *rc::gen::arbitrary<std::uint32_t>());
    const GenealogyReader reader = ledger.reader();
    Containment containment(reader);
    for (const std::string child : {"X0#S11", "X0#S12"}) {
      const auto id = reader.find(unit(child).key);
      if (!id) continue;
      for (const Statement& statement : history.statements) {
        const std::int64_t at = statement.minute;  // Minutes are distinct, so a stay is judged just after its change.
        std::set<std::string> around;
        for (const Stay& stay : containment.nested_stays(*id)) {
          if (stay.from <= minute(at).at && (!stay.to || minute(at).at < *stay.to))
            around.insert(reader.node(stay.container).key.bytes());
        }
        RC_ASSERT(around == slow_containers(history.statements, history.withdrawn, unit(child).key.bytes(), at));
      }
    }
  }));
}
