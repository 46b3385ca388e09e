// tests/balance_test.cc - the mass balance of a lot, with pieces that are traced as serials.
#include "projections/balance.h"

#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>

#include <set>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;

namespace {

constexpr std::string_view k_gtin = "(01)04012345111118";

std::string serial(int number) {
  return std::string(k_gtin) + "(10)L1(21)" + std::to_string(number);
}

std::vector<UnitAmount> serials(int first, int last) {
  std::vector<UnitAmount> units;
  for (int number = first; number <= last; ++number) units.push_back(amount(serial(number)));
  return units;
}

UnitAmount lot(std::string_view quantity) {
  return amount(std::string(k_gtin) + "(10)L1", quantity, "EA");
}

/// One thing that happens to units.
struct Happening {
  std::string_view what;
  std::vector<UnitAmount> units;
};

engine::Submission submission(const Happening& happening, std::int64_t at) {
  using namespace engine;
  const auto event = [&]() -> AreaEvent {
    if (happening.what == "commissioned") return LotEvent{UnitsCommissioned{happening.units, {}}};
    if (happening.what == "received") return WarehouseEvent{UnitsReceived{happening.units}};
    if (happening.what == "shipped") return OrderEvent{UnitsShipped{happening.units}};
    if (happening.what == "returned") return OrderEvent{UnitsReturned{happening.units}};
    if (happening.what == "scrapped") return LotEvent{UnitsDecommissioned{happening.units}};
    if (happening.what == "packed")
      return LotEvent{UnitsPacked{unit("(00)340123450000000017"), happening.units, false}};
    REQUIRE(happening.what == "consumed");
    return ProductionEvent{UnitsTransformed{{}, happening.units, {amount("KIT#1")}, Flow::mixed, {}}};
  };
  return fact("e" + std::to_string(at), minute(at), {event()});
}

/// The figures that are not zero, as `name figure`.
std::string text_of(const Balance& balance) {
  if (!balance.known) return "unknown";
  const std::pair<std::string_view, const Decimal*> figures[] = {
      {"received", &balance.received}, {"produced", &balance.produced},      {"returned", &balance.returned},
      {"stock", &balance.stock},       {"consumed", &balance.consumed},      {"scrapped", &balance.scrapped},
      {"shipped", &balance.shipped},   {"unexplained", &balance.unexplained}};
  std::string text(balance.unit.view());
  for (const auto& [name, figure] : figures) {
    if (!figure->zero()) text += " " + std::string(name) + " " + figure->text();
  }
  return text;
}

Balance balance_after(const std::vector<Happening>& happenings) {
  TestLedger ledger;
  ledger.take(fact("other", minute(0), {engine::LotEvent{engine::UnitsCommissioned{{amount("OTHER/1")}, {}}}}));
  for (std::size_t at = 0; at < happenings.size(); ++at)
    ledger.take(submission(happenings[at], static_cast<std::int64_t>(at + 1)));
  const GenealogyReader reader = ledger.reader();
  Containment containment(reader);
  const auto state = [&](NodeId id) { return state_of(reader, containment, reader.node(id)); };
  const auto root = reader.find(unit(std::string(k_gtin) + "(10)L1").key);
  REQUIRE(root.has_value());
  std::set<NodeId> members;
  reader.links(*root, LinkKind::member, [&](const Link& link) { members.insert(link.other); });
  std::vector<UnitState> states;
  for (const NodeId member : members) states.push_back(state(member));
  std::vector<const UnitState*> pieces;
  for (const UnitState& piece : states) pieces.push_back(&piece);
  const auto balance = balance_of(state(*root), pieces);
  REQUIRE(balance.has_value());
  return *balance;
}

}  // namespace

TEST_CASE("balance: every piece of a lot stands in one place, and what nobody told is unexplained") {
  struct Row {
    std::string_view name;
    std::vector<Happening> happenings;
    std::string_view expected;
  };
  const Row rows[] = {
      {"a lot of serials", {{"commissioned", serials(1, 10)}}, "EA produced 10 stock 10"},
      {"serials of a stated lot",
       {{"commissioned", {lot("10")}}, {"commissioned", serials(1, 4)}},
       "EA produced 10 stock 10"},
      {"all of a stated lot", {{"commissioned", {lot("4")}}, {"commissioned", serials(1, 4)}}, "EA produced 4 stock 4"},
      {"more serials than stated",
       {{"commissioned", {lot("4")}}, {"commissioned", serials(1, 5)}},
       "EA produced 5 stock 5"},
      {"bought serials", {{"received", serials(1, 3)}}, "EA received 3 stock 3"},
      {"each fate",
       {{"commissioned", serials(1, 6)},
        {"shipped", serials(1, 3)},
        {"returned", serials(3, 3)},
        {"consumed", serials(4, 4)},
        {"scrapped", serials(5, 5)}},
       "EA produced 6 returned 1 stock 2 consumed 1 scrapped 1 shipped 3"},
      {"shipped again after its return",
       {{"commissioned", serials(1, 1)},
        {"shipped", serials(1, 1)},
        {"returned", serials(1, 1)},
        {"shipped", serials(1, 1)}},
       "EA produced 1 returned 1 shipped 2"},
      {"passed on by who received it",
       {{"commissioned", serials(1, 1)}, {"shipped", serials(1, 1)}, {"shipped", serials(1, 1)}},
       "EA produced 1 shipped 1"},
      {"used by who received it",
       {{"commissioned", serials(1, 1)}, {"shipped", serials(1, 1)}, {"consumed", serials(1, 1)}},
       "EA produced 1 shipped 1"},
      {"shipped as part of the lot",
       {{"commissioned", serials(1, 10)}, {"shipped", {lot("4")}}},
       "EA produced 10 stock 6 shipped 4"},
      {"more shipped than there was",
       {{"commissioned", serials(1, 3)}, {"shipped", {lot("4")}}},
       "EA produced 3 shipped 4 unexplained -1"},
      {"only ever packed", {{"packed", serials(1, 2)}}, "EA produced 2 unexplained 2"},
      {"a lot without quantity", {{"commissioned", {amount("(01)04012345111118(10)L1")}}}, "unknown"},
      {"pieces of a weighed lot",
       {{"commissioned", {amount("(01)04012345111118(10)L1", "4", "KGM")}}, {"commissioned", serials(1, 1)}},
       "unknown"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(text_of(balance_after(row.happenings)) == row.expected);
  }
}

TEST_CASE("balance: balances of one unit add up, of two units they are unknown") {
  Balance kilograms;
  kilograms.unit = *UnitCode::parse("KGM");
  kilograms.produced = Decimal(15, 1);
  kilograms.stock = Decimal(15, 1);
  Balance sum;
  REQUIRE(add(sum, kilograms).has_value());
  REQUIRE(add(sum, kilograms).has_value());
  CHECK(text_of(sum) == "KGM produced 3 stock 3");
  Balance pieces;
  pieces.unit = each();
  REQUIRE(add(sum, pieces).has_value());
  CHECK(text_of(sum) == "unknown");
}

TEST_CASE("balance: a figure that fits no 128 bits is an error") {
  constexpr int128 k_most = static_cast<int128>(1) << 126;
  UnitState lot;
  lot.unit = each();
  lot.remaining = Decimal();
  lot.made = Decimal(k_most, 0);
  lot.received = Decimal(k_most, 0);
  const auto balance = balance_of(lot, {});
  REQUIRE_FALSE(balance.has_value());
  CHECK(balance.error().code == ErrorCode::invalid_input);
}
