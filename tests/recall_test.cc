// tests/recall_test.cc - recall scope: consignees as shipped, stock under own control, what came back, complete or not.
#include "projections/recall_scope.h"

#include "tests/support/slow_bounds.h"
#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;
using engine::LotEvent;
using engine::OrderEvent;
using engine::ProductionEvent;
using engine::WarehouseEvent;

namespace {

constexpr std::string_view k_hospital = "(417)9521401000006";
constexpr std::string_view k_other = "(417)9521402000005";
constexpr std::string_view k_pallet = "(00)340123450000000017";
constexpr std::string_view k_case = "(00)340123450000000024";

Context to(std::string_view party, std::string_view role = "owning_party") {
  Context context;
  context.business_step = "shipping";
  context.documents = {{"desadv", "D1"}};
  if (!party.empty()) context.destinations = {{std::string(role), unit(party).key, std::string(party)}};
  return context;
}

engine::AreaEvent commissioned(std::vector<UnitAmount> units) {
  return LotEvent{engine::UnitsCommissioned{std::move(units), {}}};
}
engine::AreaEvent shipped(std::vector<UnitAmount> units) {
  return OrderEvent{engine::UnitsShipped{std::move(units)}};
}
engine::AreaEvent packed(std::string_view parent, std::vector<UnitAmount> children) {
  return LotEvent{engine::UnitsPacked{unit(parent), std::move(children), false}};
}

RecallScope scope(TestLedger& ledger, std::string_view root, TimeFilter filter = {},
                  std::vector<UnitKey> own_parties = {}) {
  const GenealogyReader reader = ledger.reader(filter);
  Containment containment(reader);
  RecordCache records(ledger.log);
  const auto known = [&](std::string_view id) {
    const auto fact = ledger.facts().fact(id);
    return fact && *fact <= filter.known_at;
  };
  ScopeSources sources{reader, containment, records, known, {"T1"}, std::move(own_parties)};
  const auto id = reader.find(unit(root).key);
  REQUIRE(id.has_value());
  auto found = recall_scope(sources, {*id});
  REQUIRE(found.has_value());
  return std::move(*found);
}

std::size_t units_at(const RecallScope& scope, std::string_view party) {
  for (const Consignee& consignee : scope.consignees) {
    if (consignee.party == unit(party).key) return consignee.units;
  }
  return 0;
}

bool owns(const RecallScope& scope, std::string_view text) {
  for (const OwnControl& row : scope.own_control) {
    if (scope.affected[row.unit].node.key == unit(text).key) return true;
  }
  return false;
}

/// A lot of steel that became two stems.
void make_stems(TestLedger& ledger) {
  ledger.take(fact("c", minute(0), {commissioned({amount("STEEL/L1", "5")})}));
  ledger.take(fact("p", minute(1),
                   {ProductionEvent{engine::UnitsTransformed{{},
                                                             {amount("STEEL/L1", "5")},
                                                             {amount("STEM#1"), amount("STEM#2"), amount("STEM#3")},
                                                             engine::Flow::mixed,
                                                             {}}}}));
}

}  // namespace

TEST_CASE("recall: units in a nested container went where the pallet went, at that moment only") {
  TestLedger ledger;
  make_stems(ledger);
  ledger.take(fact("k1", minute(2), {packed(k_case, {amount("STEM#1"), amount("STEM#2")})}));
  ledger.take(fact("k2", minute(3), {packed(k_pallet, {amount(k_case)})}));
  ledger.take(fact("k3", minute(4), {LotEvent{engine::UnitsUnpacked{unit(k_case), {amount("STEM#2")}}}}));
  ledger.take(fact("s", minute(5), {shipped({amount(k_pallet)})}, to(k_hospital)));
  ledger.take(fact("k4", minute(6), {packed(k_case, {amount("STEM#3")})}));
  const RecallScope found = scope(ledger, "STEEL/L1");
  CHECK(found.affected.size() == 4);
  CHECK(units_at(found, k_hospital) == 1);
  CHECK_FALSE(owns(found, "STEM#1"));
  CHECK(owns(found, "STEM#2"));
  CHECK(owns(found, "STEM#3"));
  CHECK(found.completeness.complete());
}

TEST_CASE("recall: withdrawn and voided shipments do not count, returns are counted apart") {
  TestLedger ledger;
  make_stems(ledger);
  ledger.take(fact("s1", minute(5), {shipped({amount("STEM#1")})}, to(k_hospital)));
  ledger.take(fact("s2", minute(6), {shipped({amount("STEM#2")})}, to(k_hospital)));
  ledger.take(fact("s3", minute(7), {shipped({amount("STEM#3")})}, to(k_other)));
  ledger.take(withdrawal("s1", {unit("STEM#1")}));
  ledger.take(fact("v", minute(8), {OrderEvent{engine::ShipmentVoided{{amount("STEM#2")}}}}));
  ledger.take(fact("r", minute(9), {OrderEvent{engine::UnitsReturned{{amount("STEM#3")}}}}));
  const RecallScope found = scope(ledger, "STEEL/L1");
  CHECK(units_at(found, k_hospital) == 0);
  REQUIRE(found.consignees.size() == 1);
  CHECK(found.consignees[0].units == 1);
  CHECK(found.consignees[0].returned == 1);
  CHECK(found.own_control.size() == 3);
}

TEST_CASE("recall: a return counts for whoever sent it back, else for whom the lot went to last") {
  struct Row {
    std::string_view name;
    std::vector<PartyRole> sources;
    std::vector<DocumentRef> documents;
    std::string_view expected;
  };
  const PartyRole hospital{"owning_party", unit(k_hospital).key, ""};
  const PartyRole other{"owning_party", unit(k_other).key, ""};
  const PartyRole stranger{"owning_party", unit("(417)9521405000002").key, ""};
  const Row rows[] = {
      {"the source is the first consignee", {hospital}, {}, k_hospital},
      {"the source is the last consignee", {other}, {}, k_other},
      {"it names the paper of the first shipment", {}, {{"desadv", "H"}}, k_hospital},
      {"nobody is named", {}, {}, k_other},
      {"somebody who never got any", {stranger}, {}, k_other},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestLedger ledger;
    ledger.take(fact("c", minute(0), {commissioned({amount("SCREW/L1", "9", "EA")})}));
    Context first = to(k_hospital);
    first.documents = {{"desadv", "H"}};
    ledger.take(fact("s1", minute(1), {shipped({amount("SCREW/L1", "3", "EA")})}, first));
    ledger.take(fact("s2", minute(2), {shipped({amount("SCREW/L1", "2", "EA")})}, to(k_other)));
    Context back;
    back.sources = row.sources;
    back.documents = row.documents;
    ledger.take(fact("r", minute(3), {OrderEvent{engine::UnitsReturned{{amount("SCREW/L1", "1", "EA")}}}}, back));
    for (const Consignee& consignee : scope(ledger, "SCREW/L1").consignees)
      CHECK(consignee.returned == (consignee.party == unit(row.expected).key ? 1 : 0));
  }
}

TEST_CASE(
    "recall: the consignee is the owning party, else the possessing one, else the location's owner, else the "
    "location") {
  struct Row {
    std::string_view name;
    std::vector<PartyRole> destinations;
    std::string_view expected;
  };
  const PartyRole owning{"owning_party", unit(k_hospital).key, ""};
  const PartyRole possessing{"possessing_party", unit(k_other).key, ""};
  const PartyRole place{"location", unit("(414)9521403000004").key, ""};
  const PartyRole owned_place{"location", unit("(414)9521404000003").key, ""};
  const Row rows[] = {
      {"owning wins", {place, possessing, owning}, k_hospital},
      {"then possessing", {place, possessing}, k_other},
      {"then the owner of the location", {owned_place}, k_hospital},
      {"then the party that the location's GLN names", {place}, "(417)9521403000004"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestLedger ledger;
    make_stems(ledger);
    engine::PartyRecorded described;
    described.key = owned_place.key;
    described.is_location = true;
    described.owner = unit(k_hospital).key;
    ledger.take(fact("m", minute(90), {engine::PartyEvent{described}}));
    Context context = to("");
    context.destinations = row.destinations;
    ledger.take(fact("s", minute(5), {shipped({amount("STEM#1")})}, context));
    CHECK(units_at(scope(ledger, "STEEL/L1"), row.expected) == 1);
  }
}

TEST_CASE("recall: a consignee is described as at the time of shipping") {
  TestLedger ledger;
  make_stems(ledger);
  const auto describe = [&](std::string id, std::int64_t at, std::string name) {
    engine::PartyRecorded party;
    party.key = unit(k_hospital).key;
    party.names = {{"", std::move(name)}};
    ledger.take(fact(std::move(id), minute(at), {engine::PartyEvent{party}}));
  };
  describe("m3", 30, "third name");
  describe("m1", 0, "first name");
  describe("m2", 10, "second name");
  ledger.take(fact("s", minute(20), {shipped({amount("STEM#1")})}, to(k_hospital)));
  const RecallScope found = scope(ledger, "STEEL/L1");
  REQUIRE(found.consignees.size() == 1);
  REQUIRE(found.consignees[0].description.has_value());
  CHECK(found.consignees[0].description->names[0].value == "second name");
}

TEST_CASE("recall: an answer is incomplete for exactly the named causes, and says which") {
  struct Row {
    std::string_view name;
    std::function<void(TestLedger&)> change;
    std::string_view expected;  ///< Beginning of the one missing item; empty: complete.
  };
  const Row rows[] = {
      {"nothing wrong", [](TestLedger&) {}, ""},
      {"a shipment without a party",
       [](TestLedger& l) { l.take(fact("s", minute(5), {shipped({amount("STEM#1")})}, to(""))); },
       "a shipment names no destination"},
      {"a shipment of something else without a party",
       [](TestLedger& l) { l.take(fact("s", minute(5), {shipped({amount("OTHER#1")})}, to(""))); }, ""},
      {"a withdrawal that waits, of a unit in the answer",
       [](TestLedger& l) { l.take(withdrawal("never", {unit("STEM#1")})); }, "a withdrawal waits"},
      {"a withdrawal that waits, of something else",
       [](TestLedger& l) { l.take(withdrawal("never", {unit("OTHER#1")})); }, ""},
      {"a rejected row that names a serial",
       [](TestLedger& l) {
         CHECK(l.submit(rejected_row(R"({"epcList":["urn:x:STEM-1"],"serial":"L1-not"})")).has_value());
       },
       ""},
      {"a rejected row that names the unit's URI",
       [](TestLedger& l) {
         CHECK(l.submit(rejected_row(R"({"epcList":["https://id.gs1.org/01/09521101530018/10/L7"]})")).has_value());
       },
       "a rejected event names"},
      {"a row that cannot be read at all",
       [](TestLedger& l) { CHECK(l.submit(rejected_row("{{{", engine::RejectKind::unreadable)).has_value()); },
       "part of a file could not be read"},
      {"a row about something else",
       [](TestLedger& l) {
         CHECK(l.submit(rejected_row(R"({"epcList":["https://id.gs1.org/01/09521101530018/10/L8"]})")).has_value());
       },
       ""},
      {"a device without origin",
       [](TestLedger& l) {
         l.take(fact("e", minute(3), {engine::IdentityEvent{engine::UnitsEquated{unit("STEM#1"), unit("GHOST#1")}}}));
       },
       "unit without origin"},
      {"flow through a class",
       [](TestLedger& l) {
         l.take(
             fact("k", minute(3),
                  {ProductionEvent{engine::UnitsTransformed{
                      {}, {amount("STEM#1")}, {amount("(01)09521101530025", "1", "EA")}, engine::Flow::mixed, {}}}}));
       },
       "flow through a unit known only by class"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestLedger ledger;
    make_stems(ledger);
    ledger.take(
        fact("q", minute(2),
             {ProductionEvent{engine::UnitsTransformed{
                 {}, {amount("STEM#3")}, {amount("(01)09521101530018(10)L7", "1", "EA")}, engine::Flow::mixed, {}}}}));
    row.change(ledger);
    const RecallScope found = scope(ledger, "STEEL/L1");
    if (row.expected.empty()) {
      CHECK(found.completeness.complete());
    } else {
      REQUIRE(found.completeness.missing.size() == 1);
      CHECK(found.completeness.missing[0].what.starts_with(row.expected));
      CHECK_FALSE(found.completeness.missing[0].remedy.empty());
    }
  }
}

TEST_CASE("recall: a repaired row makes the answer complete again, and known-at shows it as it was") {
  TestLedger ledger;
  make_stems(ledger);
  CHECK(ledger.submit(rejected_row("{\"lot\":\"STEEL-L1x\",\"epc\":\"urn:epc:x\",\"s\":\"p-1\"")).has_value());
  auto naming = rejected_row(R"({"transformationID":"urn:run:77","q":"12,5"})");
  ledger.take(fact("t", minute(2),
                   {ProductionEvent{engine::UnitsTransformed{
                       "urn:run:77", {amount("STEM#1")}, {amount("KIT#1")}, engine::Flow::mixed, {}}}}));
  const auto row = ledger.submit(naming);
  REQUIRE(row.has_value());
  CHECK_FALSE(scope(ledger, "STEEL/L1").completeness.complete());
  auto repaired = fact("t2", minute(2),
                       {ProductionEvent{engine::UnitsTransformed{
                           "urn:run:77", {amount("STEM#2")}, {amount("KIT#2")}, engine::Flow::mixed, {}}}});
  repaired.repairs = row->position.seq;
  ledger.take(std::move(repaired));
  const RecallScope after = scope(ledger, "STEEL/L1");
  CHECK(after.completeness.complete());
  CHECK(after.completeness.caveats.size() == 1);
  TimeFilter before;
  before.known_at = row->position.seq;
  CHECK_FALSE(scope(ledger, "STEEL/L1", before).completeness.complete());
}

TEST_CASE("recall: the balance of a lot is exact, and more used than there was is unexplained") {
  TestLedger ledger;
  ledger.take(fact("c", minute(0), {commissioned({amount("STEEL/L1", "10.5")})}));
  ledger.take(fact("p", minute(1),
                   {ProductionEvent{engine::UnitsTransformed{
                       {}, {amount("STEEL/L1", "4000", "GRM")}, {amount("ROD/R1", "4")}, engine::Flow::mixed, {}}}}));
  ledger.take(fact("s", minute(2), {shipped({amount("STEEL/L1", "1.25")})}, to(k_hospital)));
  const Balance balance = scope(ledger, "STEEL/L1").balance;
  CHECK(balance.known);
  CHECK(balance.produced.text() == "10.5");
  CHECK(balance.consumed.text() == "4");
  CHECK(balance.shipped.text() == "1.25");
  CHECK(balance.stock.text() == "5.25");
  CHECK(balance.unexplained.text() == "0");
  ledger.take(fact("p2", minute(3),
                   {ProductionEvent{engine::UnitsTransformed{
                       {}, {amount("STEEL/L1", "6")}, {amount("ROD/R2", "6")}, engine::Flow::mixed, {}}}}));
  const Balance over = scope(ledger, "STEEL/L1").balance;
  CHECK(over.stock.text() == "0");
  CHECK(over.unexplained.text() == "-0.75");
}

namespace {

/// low..high of a unit after a walk down from the root.
std::string bounds(TestLedger& ledger, std::string_view root, std::string_view of) {
  const GenealogyReader reader = ledger.reader();
  Containment containment(reader);
  Reach reach = walk(reader, containment, *reader.find(unit(root).key), Direction::down);
  RecordCache records(ledger.log);
  MasterData items(reader, records);
  REQUIRE(bound_quantities(reader, items, reach).has_value());
  const std::uint32_t at = reach.index.find(*reader.find(unit(of).key));
  REQUIRE(at != NodeIndex::k_none);
  const Bounds& found = reach.bounds[at];
  return (found.low ? found.low->text() : "?") + ".." + (found.high ? found.high->text() : "?");
}

engine::AreaEvent run(std::vector<UnitAmount> inputs, std::vector<UnitAmount> outputs) {
  return ProductionEvent{engine::UnitsTransformed{{}, std::move(inputs), std::move(outputs), engine::Flow::mixed, {}}};
}

}  // namespace

TEST_CASE("quantities: amounts of one item join by its own conversion, as of when something happened") {
  const auto uom = [](std::string_view text) { return *UnitCode::parse(text); };
  const auto described = [&](TestLedger& ledger) {
    const UnitKey item = *unit("R/1").key.item_class();
    const auto set = [&](std::string_view from, Conversion factor) {
      return engine::ItemEvent{engine::ConversionSet{item, uom(from), factor, uom("EA")}};
    };
    ledger.take(fact("case", minute(0), {set("CAS", {12, 1})}));
    ledger.take(fact("smaller case", minute(10), {set("CAS", {10, 1})}));
    ledger.take(fact("third", minute(0), {set("THIRD", {1, 3})}));
  };
  const auto base = [&](TestLedger& ledger) {
    ledger.take(fact("item", minute(0),
                     {engine::ItemEvent{engine::ItemRecorded{*unit("R/1").key.item_class(), {}, {}, uom("EA"), {}}}}));
  };
  struct Row {
    std::string_view name;
    UnitAmount taken;
    int at;
    std::vector<UnitAmount> outputs;  ///< The first is asked for.
    std::string_view bounds;
  };
  const Row rows[] = {
      {"pieces of a case", amount("R/1", "60", "EA"), 5, {amount("R/2", "60", "EA")}, "60..60"},
      {"cases", amount("R/1", "5", "CAS"), 5, {amount("R/2", "5", "CAS")}, "60..60"},
      {"cases into pieces", amount("R/1", "5", "CAS"), 5, {amount("R/2", "60", "EA")}, "60..60"},
      {"the last instant of the larger case", amount("R/1", "5", "CAS"), 9, {amount("R/2", "5", "CAS")}, "60..60"},
      {"the smaller case, from then on", amount("R/1", "5", "CAS"), 10, {amount("R/2", "5", "CAS")}, "50..50"},
      {"a part of it went into another lot",
       amount("R/1", "5", "CAS"),
       5,
       {amount("R/2", "2", "CAS"), amount("R/3", "36", "EA")},
       "24..60"},
      {"a third, rounded away from the truth",
       amount("R/1", "1", "THIRD"),
       5,
       {amount("R/2", "1", "THIRD")},
       "0.333333333333333332..0.333333333333333334"},
      {"another item has conversions of its own", amount("R/1", "5", "CAS"), 5, {amount("A/1", "5", "CAS")}, "0..60"},
      {"a unit of measure that nobody described", amount("R/1", "5", "BAG"), 5, {amount("R/2", "5", "BAG")}, "0..120"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto told = fact("p", minute(row.at), {run({row.taken}, row.outputs)});
    TestLedger ledger;
    base(ledger);
    described(ledger);
    ledger.take(fact("c", minute(1), {commissioned({amount("R/1", "10", "CAS")})}));
    ledger.take(told);
    CHECK(bounds(ledger, "R/1", row.outputs.front().unit.key.ref()) == row.bounds);
    TestLedger late;  // What converts what is told last.
    late.take(told);
    late.take(fact("c", minute(1), {commissioned({amount("R/1", "10", "CAS")})}));
    described(late);
    base(late);
    CHECK(bounds(late, "R/1", row.outputs.front().unit.key.ref()) == row.bounds);
  }
}

TEST_CASE("quantities: of what is taken beyond what there ever was, no more is held than the lot holds") {
  TestLedger ledger;
  ledger.take(fact("c", minute(0), {commissioned({amount("R/1", "100")})}));
  ledger.take(fact("p1", minute(1), {run({amount("R/1", "60")}, {amount("R/2", "60")})}));
  ledger.take(fact("p2", minute(2), {run({amount("R/2", "80")}, {amount("R/3", "80")})}));
  CHECK(bounds(ledger, "R/1", "R/2") == "60..60");
  CHECK(bounds(ledger, "R/1", "R/3") == "60..60");
}

TEST_CASE(
    "quantities: without a base unit of measure, a lot is measured in the unit told first, whichever came first") {
  const auto uom = [](std::string_view text) { return *UnitCode::parse(text); };
  std::vector<engine::Submission> facts{
      fact("c2", minute(2), {commissioned({amount("R/1", "6", "EA")})}),
      fact("c1", minute(1), {commissioned({amount("R/1", "2", "CAS")})}),
      fact("u", minute(0),
           {engine::ItemEvent{
               engine::ConversionSet{*unit("R/1").key.item_class(), uom("CAS"), Conversion{12, 1}, uom("EA")}}}),
      fact("p", minute(3), {run({amount("R/1", "1", "CAS")}, {amount("R/2", "12", "EA")})})};
  for (int turn = 0; turn < 4; ++turn) {
    std::ranges::rotate(facts, std::next(facts.begin()));
    TestLedger ledger;
    for (const engine::Submission& each : facts) ledger.take(each);
    CHECK(bounds(ledger, "R/1", "R/1") == "2.5..2.5");
    CHECK(bounds(ledger, "R/1", "R/2") == "1..1");
  }
}

TEST_CASE("quantities: bounds follow what was taken, what was left, and what the other outputs can hold") {
  TestLedger ledger;
  ledger.take(fact("c", minute(0), {commissioned({amount("R/1", "100"), amount("X/1", "20")})}));
  ledger.take(fact("p1", minute(1),
                   {run({amount("R/1", "60"), amount("X/1", "20")}, {amount("A/1", "50"), amount("B/1", "30")})}));
  ledger.take(fact("p2", minute(2), {run({amount("R/1", "40")}, {amount("D#1"), amount("D#2")})}));
  ledger.take(fact("p3", minute(3), {run({amount("A/1", "10")}, {amount("A/2", "10")})}));
  ledger.take(fact("p4", minute(4), {run({amount("D#1")}, {amount("E#1")})}));
  CHECK(bounds(ledger, "R/1", "R/1") == "100..100");
  CHECK(bounds(ledger, "R/1", "A/1") == "30..60");  // 60 taken, the other output holds at most 30.
  CHECK(bounds(ledger, "R/1", "B/1") == "10..60");  // The other holds at most 50.
  CHECK(bounds(ledger, "R/1", "D#1") == "0..40");   // Pieces do not compare with kilograms.
  CHECK(bounds(ledger, "R/1", "A/2") == "0..10");   // 10 of 50 taken: the 30 may all be in the rest.
  CHECK(bounds(ledger, "R/1", "E#1") == "0..40");
}

TEST_CASE("quantities: a cycle is bounded by the root, and pieces of another item bound nothing") {
  TestLedger ledger;
  ledger.take(fact("c", minute(0), {commissioned({amount("SCREW/1", "100", "EA")})}));
  ledger.take(fact("p1", minute(1), {run({amount("SCREW/1", "40", "EA")}, {amount("DEV/1", "10", "EA")})}));
  ledger.take(fact("p2", minute(2), {run({amount("DEV/1", "2", "EA")}, {amount("KIT/1", "2", "EA")})}));
  ledger.take(fact("l1", minute(3), {run({amount("SCREW/1", "5", "EA")}, {amount("W/1", "5", "EA")})}));
  ledger.take(fact("l2", minute(4), {run({amount("W/1", "5", "EA")}, {amount("W/1", "5", "EA")})}));
  CHECK(bounds(ledger, "SCREW/1", "DEV/1") == "0..40");
  CHECK(bounds(ledger, "SCREW/1", "KIT/1") == "0..40");  // Two devices may hold all forty screws.
  CHECK(bounds(ledger, "SCREW/1", "W/1") == "0..100");
}

namespace {

/// Lots of two items in turn, and devices at the end, which have no amounts.
UnitAmount some_of(std::size_t unit, std::size_t choice) {
  constexpr std::array<std::string_view, 7> k_units{"R/1", "A/1", "R/2", "A/2", "R/3", "A/3", "D#1"};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> k_amounts{{{"100", "KGM"},
                                                                                    {"60", "KGM"},
                                                                                    {"40000", "GRM"},
                                                                                    {"30", "KGM"},
                                                                                    {"2.5", "KGM"},
                                                                                    {"0.0000001", "KGM"},
                                                                                    {"12", "EA"}}};
  const std::string_view name = k_units.at(std::min(unit, k_units.size() - 1));
  const auto& [number, uom] = k_amounts.at(choice % k_amounts.size());
  return name.contains('#') ? amount(name) : amount(name, number, uom);
}

/// A run: the lot that it takes, how far on what it makes is (0: it leads back), and which amounts.
using RandomRun = std::array<std::uint8_t, 6>;

void take_runs(TestLedger& ledger, const std::vector<RandomRun>& runs) {
  ledger.take(fact("c", minute(0), {commissioned({amount("R/1", "100", "KGM")})}));
  int at = 0;
  for (const auto& [taken, on, amount_in, amount_out, other_in, other_out] : runs) {
    ++at;
    const std::size_t from = taken % 5;
    const std::size_t to = from + on % 4;
    std::vector<UnitAmount> inputs{some_of(from, amount_in)};
    if (other_in % 3 == 0) inputs.push_back(some_of(from + other_in % 2, other_in));
    std::vector<UnitAmount> outputs{some_of(to, amount_out)};
    if (other_out % 2 == 0) outputs.push_back(some_of(to + 1, other_out));
    ledger.take(fact("p" + std::to_string(at), minute(at), {run(inputs, outputs)}));
  }
}

std::string text(const Bounds& bounds) {
  return (bounds.low ? bounds.low->text() : "?") + ".." + (bounds.high ? bounds.high->text() : "?");
}

}  // namespace

TEST_CASE("quantities: on random runs, bounds are what the rules say one after the other") {
  std::size_t between = 0;  // Bounds that say more than nothing.
  CHECK(rc::check("fast equals slow", [&] {
    const auto any = rc::gen::inRange<std::uint8_t>(0, 84);
    const auto runs = *rc::gen::container<std::vector<RandomRun>>(rc::gen::container<RandomRun>(any));
    TestLedger ledger;
    take_runs(ledger, runs);
    const GenealogyReader reader = ledger.reader();
    Containment containment(reader);
    Reach reach = walk(reader, containment, *reader.find(unit("R/1").key), Direction::down);
    RecordCache records(ledger.log);
    MasterData items(reader, records);
    RC_ASSERT(bound_quantities(reader, items, reach).has_value());
    const auto slow = slow_bounds(reader, items, reach);
    for (std::size_t at = 0; at < reach.nodes.size(); ++at) {
      if (reach.nodes[at].type == NodeType::process) continue;
      RC_ASSERT(text(reach.bounds[at]) == text(slow[at]));
      if (at > 0 && slow[at].high && *slow[at].high < Decimal::whole(100)) ++between;
    }
  }));
  CHECK(between > 0);
}

TEST_CASE("recall: a delivery to a consignee adds nothing to our stock, our own receipt does") {
  const auto at = [](std::string_view location, std::string_view document = "") {
    Context context;
    context.business_step = "receiving";
    if (!location.empty()) context.business_location = unit(location).key;
    if (!document.empty()) context.documents = {{"desadv", std::string(document)}};
    return context;
  };
  const auto received = [](std::string_view quantity) {
    return engine::AreaEvent{WarehouseEvent{engine::UnitsReceived{{amount("SET/L1", quantity, "EA")}}}};
  };
  struct Row {
    std::string_view name;
    Context receipt;
    std::string_view consumed;
    std::string_view expected;  ///< Remaining, shipped, received.
  };
  const Row rows[] = {
      {"at the consignee", at("(414)9521401000006"), "", "40 60 0"},
      {"under the same paper", at("", "D1"), "", "40 60 0"},
      {"elsewhere, under another paper", at("(414)4000001000005", "D2"), "", "100 60 60"},
      {"somewhere", at(""), "", "100 60 60"},
      {"at a consignee whose use is recorded here", at("(414)9521401000006"), "90", "10 60 60"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestLedger ledger;
    ledger.take(fact("c", minute(0), {commissioned({amount("SET/L1", "100", "EA")})}));
    ledger.take(fact("s", minute(1), {shipped({amount("SET/L1", "60", "EA")})}, to(k_hospital)));
    ledger.take(fact("r", minute(2), {received("60")}, row.receipt));
    if (!row.consumed.empty())
      ledger.take(fact("p", minute(3), {run({amount("SET/L1", row.consumed, "EA")}, {amount("KIT#1")})}));
    const RecallScope found = scope(ledger, "SET/L1");
    const UnitState& state = found.affected.front().state;
    REQUIRE(state.remaining.has_value());
    CHECK(state.remaining->text() + " " + state.shipped.text() + " " + state.received.text() == row.expected);
    CHECK(owns(found, "SET/L1"));
    CHECK(found.balance.unexplained.zero());
  }
}

TEST_CASE("recall: stock under own control stands by unit, then by location, however it came in") {
  TestLedger ledger;
  std::vector<UnitAmount> lots;
  for (int lot = 0; lot < 12; ++lot) lots.push_back(amount("SET/L" + std::to_string(20 - lot), "1", "EA"));
  ledger.take(fact("c", minute(0), {commissioned({amount("STEEL/L1", "5")})}));
  ledger.take(fact("p", minute(1), {run({amount("STEEL/L1", "5")}, lots)}));
  for (int place = 0; place < 9; ++place) {
    Context receipt;
    receipt.business_location = unit("(414)4000001000005(254)BIN-" + std::to_string(place * 4 % 9)).key;
    ledger.take(fact("r" + std::to_string(place), minute(2), {WarehouseEvent{engine::UnitsReceived{lots}}}, receipt));
  }
  const RecallScope found = scope(ledger, "STEEL/L1");
  std::vector<std::pair<std::string, std::string>> rows;
  for (const OwnControl& own : found.own_control)
    rows.emplace_back(found.affected[own.unit].node.key.bytes(), own.location ? own.location->bytes() : std::string());
  CHECK(rows.size() >= 12 * 9);
  CHECK(std::ranges::is_sorted(rows));
  CHECK(std::ranges::adjacent_find(rows) == rows.end());
}

TEST_CASE("recall: a shipment between own sites is undone as such, and its receipt adds nothing") {
  TestLedger ledger;
  ledger.take(fact("c", minute(0), {commissioned({amount("SET/L1", "100", "EA")})}));
  ledger.take(fact("s1", minute(1), {shipped({amount("SET/L1", "10", "EA")})}, to(k_other)));
  ledger.take(fact("s2", minute(2), {shipped({amount("SET/L1", "60", "EA")})}, to(k_hospital)));
  Context receipt;
  receipt.business_location = unit("(414)9521401000006").key;
  ledger.take(fact("r", minute(3), {WarehouseEvent{engine::UnitsReceived{{amount("SET/L1", "60", "EA")}}}}, receipt));
  const auto own = [&] { return scope(ledger, "SET/L1", {}, {unit(k_hospital).key}); };
  CHECK(own().affected.front().state.remaining->text() == "90");
  CHECK(own().consignees.size() == 1);
  ledger.take(fact("v", minute(4), {OrderEvent{engine::ShipmentVoided{{amount("SET/L1", "60", "EA")}}}}));
  CHECK(own().affected.front().state.remaining->text() == "90");
  CHECK(units_at(own(), k_other) == 1);
}

TEST_CASE("recall: parts taken out of a device, by name or all at once, are under own control again") {
  struct Row {
    std::string_view name;
    std::vector<UnitAmount> removed;
    bool first_owned;
    bool second_owned;
  };
  const Row rows[] = {
      {"one by name", {amount("STEM#1")}, true, false},
      {"all at once", {}, true, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestLedger ledger;
    make_stems(ledger);
    const std::vector<UnitAmount> parts{amount("STEM#1"), amount("STEM#2")};
    ledger.take(fact("i", minute(2), {ProductionEvent{engine::PartsInstalled{unit("PUMP#1"), parts, false}}}));
    ledger.take(fact("o", minute(3), {ProductionEvent{engine::PartsInstalled{unit("PUMP#1"), parts, true}}}));
    CHECK_FALSE(owns(scope(ledger, "STEEL/L1"), "STEM#1"));
    ledger.take(fact("r", minute(4), {ProductionEvent{engine::PartsRemoved{unit("PUMP#1"), row.removed}}}));
    const RecallScope found = scope(ledger, "STEEL/L1");
    CHECK(owns(found, "STEM#1") == row.first_owned);
    CHECK(owns(found, "STEM#2") == row.second_owned);
  }
}

TEST_CASE("recall: of a container the scope is what lay in it; there is no balance of it") {
  TestLedger ledger;
  ledger.take(fact("made", minute(1), {commissioned({amount("A/1", "5", "EA")})}));
  ledger.take(fact("packed", minute(2), {packed("(00)340123450000000017", {amount("A/1", "2", "EA")})}));
  const RecallScope found = scope(ledger, "(00)340123450000000017");
  REQUIRE(found.affected.size() == 1);
  CHECK(found.affected[0].node.key.ref() == "A/1");
  CHECK_FALSE(found.balance.known);
}
