// tests/slow_unit_state_test.cc - state of units against the slow model on random histories of movements.
#include "tests/support/slow_unit_state.h"
#include "projections/movements.h"
#include "tests/support/histories.h"
#include "tests/support/movement_histories.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;

namespace {

std::string in_words(const std::optional<EventPosition>& position) {
  return position ? fmt::format("{}.{}", position->seq, position->index) : "nowhere";
}

/// Grams or pieces, exactly.
std::string in_words(const Decimal& amount, UnitCode unit) {
  const auto scaled = unit.view() == "KGM" ? amount.times(1000, 1, Decimal::Rounding::down) : amount;
  return scaled ? scaled->text() : "overflow";
}

using Words = std::vector<std::string>;

/// The answers of projections/ to one filter.
class FastWorld {
 public:
  FastWorld(const Store& store, VectorLog& log, const TimeFilter& filter)
      : reader_(store, filter),
        containment_(reader_),
        records_(log),
        parties_(reader_, records_),
        movements_(parties_, records_, own_) {}

  [[nodiscard]] std::optional<UnitState> state(const UnitKey& unit) {
    const auto id = reader_.find(unit);
    if (!id) return std::nullopt;
    return state_of(reader_, containment_, reader_.node(*id), movements_.records());
  }
  [[nodiscard]] std::string name_of(NodeId node) const {
    return node == k_no_node ? "" : reader_.node(node).key.bytes();
  }

 private:
  std::vector<UnitKey> own_{unit(own_party()).key};
  GenealogyReader reader_;
  Containment containment_;
  RecordCache records_;
  Parties parties_;
  Movements movements_;
};

Words in_words(const UnitState& state) {
  Words words{fmt::format("{}{}, last seen {}", name_of(state.existence), state.held ? ", held" : "",
                          in_words(state.last_seen))};
  for (const Shipped& shipment : state.shipments) {
    const auto& much = shipment.quantity;
    words.push_back(fmt::format("shipped {} {}", in_words(shipment.position),
                                much ? in_words(Decimal::of(*much), much->unit) : "?"));
    if (shipment.returned) words.push_back(fmt::format("back from {}", in_words(shipment.position)));
  }
  std::sort(words.begin() + 1, words.end());
  if (!state.remaining) return words;
  const UnitCode unit = state.unit.value_or(each());
  const std::pair<const char*, Decimal> sums[] = {{"made", state.made},           {"received", state.received},
                                                  {"consumed", state.consumed},   {"shipped", state.shipped},
                                                  {"returned", state.returned},   {"scrapped", state.scrapped},
                                                  {"remaining", *state.remaining}};
  for (const auto& [name, sum] : sums) words.push_back(fmt::format("{} {}", name, in_words(sum, unit)));
  return words;
}

Words in_words(const SlowState& state) {
  Words words{
      fmt::format("{}{}, last seen {}", state.existence, state.held ? ", held" : "", in_words(state.last_seen))};
  for (const SlowShipment& shipment : state.shipments) {
    words.push_back(fmt::format("shipped {} {}", in_words(shipment.position),
                                shipment.amount ? std::to_string(shipment.amount->much) : "?"));
    if (shipment.returned) words.push_back(fmt::format("back from {}", in_words(shipment.position)));
  }
  std::sort(words.begin() + 1, words.end());
  if (!state.sums) return words;
  for (const char* name : {"made", "received", "consumed", "shipped", "returned", "scrapped", "remaining"})
    words.push_back(fmt::format("{} {}", name, state.sums->at(name)));
  return words;
}

/// Whether the container of each shipment is one that the event names and that the unit lay in.
bool same_carriers(const FastWorld& world, const UnitState& fast, const SlowState& slow) {
  return std::ranges::all_of(fast.shipments, [&](const Shipped& shipment) {
    const std::string via = world.name_of(shipment.via);
    return std::ranges::any_of(slow.shipments, [&](const SlowShipment& other) {
      return other.position == shipment.position && (via.empty() ? other.vias.empty() : other.vias.contains(via));
    });
  });
}

/// Each filter alone and all of them together.
std::vector<TimeFilter> some_filters(const VectorLog& log) {
  std::vector<TimeFilter> filters(6);
  filters[1].known_at = *rc::gen::inRange<Seq>(0, log.records.size());
  filters[2].as_of = minute(*rc::gen::inRange(0, 8)).at;
  filters[3].reported_at = minute(*rc::gen::inRange(0, 10)).at;
  filters[4].include_voided = true;
  filters[5] = {filters[2].as_of, filters[3].reported_at, filters[1].known_at, *rc::gen::inRange(0, 2) == 0};
  return filters;
}

/// Compares all units under all filters; the store was folded in any pieces.
void compare_all(const std::vector<Movement>& steps) {
  const auto log = movements(steps);
  RC_PRE(!log->records.empty());
  GenealogyProjection projection;
  const auto store = folded_in_pieces(projection, *log, *rc::gen::element<std::size_t>(1, 2, 3, 7, 1000));
  for (const TimeFilter& filter : some_filters(*log)) {
    FastWorld fast(*store, *log, filter);
    const SlowWorld slow(*log, filter, {unit(own_party()).key.bytes()});
    for (const std::string& text : moved_units()) {
      const UnitKey key = unit(text).key;
      const UnitState found = fast.state(key).value_or(UnitState{});
      const SlowState expected = slow.state(key.bytes());
      RC_LOG() << text << "\n";
      RC_ASSERT(in_words(found) == in_words(expected));
      RC_ASSERT(same_carriers(fast, found, expected));
    }
  }
}

constexpr std::string_view k_lot = "TI-64/H-2201";
constexpr std::string_view k_case = "(00)340123451111111111";
constexpr std::string_view k_pallet = "(00)340123451111111128";
constexpr std::string_view k_cage = "(00)340123451111111135";

engine::AreaEvent packed(std::string_view parent, UnitAmount child, bool observed = false) {
  return engine::LotEvent{engine::UnitsPacked{unit(parent), {std::move(child)}, observed}};
}
engine::AreaEvent unpacked(std::string_view parent, UnitAmount child) {
  return engine::LotEvent{engine::UnitsUnpacked{unit(parent), {std::move(child)}}};
}
engine::AreaEvent shipped(std::string_view text) {
  return engine::OrderEvent{engine::UnitsShipped{{amount(text)}}};
}

/// Shipments of the lot, after events at minutes.
std::string shipments_after(const std::vector<std::pair<std::int64_t, engine::AreaEvent>>& events) {
  TestLedger ledger;
  for (const auto& [at, event] : events)
    ledger.take(fact(fmt::format("e{}", ledger.log.records.size()), minute(at), {event}));
  FastWorld world(*ledger.genealogy_store, ledger.log, {});
  const auto state = world.state(unit(k_lot).key);
  REQUIRE(state.has_value());
  std::string words;
  for (const Shipped& shipment : state->shipments)
    words += (words.empty() ? "" : ", ") + (shipment.quantity ? shipment.quantity->text() : "?");
  return words;
}

}  // namespace

TEST_CASE("unit state: a container takes along what lies in it after packing and before unpacking of that moment") {
  const UnitAmount three = amount(k_lot, "3");
  const UnitAmount two = amount(k_lot, "2");
  struct Row {
    std::string_view name;
    std::vector<std::pair<std::int64_t, engine::AreaEvent>> events;
    std::string_view expected;
  };
  const Row rows[] = {
      {"more put in a minute before",
       {{0, packed(k_case, three)}, {4, packed(k_case, two)}, {5, shipped(k_case)}},
       "5"},
      {"more put in at that moment", {{0, packed(k_case, three)}, {5, packed(k_case, two)}, {5, shipped(k_case)}}, "5"},
      {"more put in a minute after", {{0, packed(k_case, three)}, {6, packed(k_case, two)}, {5, shipped(k_case)}}, "3"},
      {"a part taken out before", {{0, packed(k_case, three)}, {4, unpacked(k_case, two)}, {5, shipped(k_case)}}, "1"},
      {"a part taken out then", {{0, packed(k_case, three)}, {5, unpacked(k_case, two)}, {5, shipped(k_case)}}, "3"},
      {"both at that moment",
       {{0, packed(k_case, three)}, {5, packed(k_case, two)}, {5, unpacked(k_case, three)}, {5, shipped(k_case)}},
       "5"},
      {"in a container in a container",
       {{0, packed(k_case, three)},
        {1, packed(k_pallet, amount(k_case))},
        {5, packed(k_case, two)},
        {5, shipped(k_pallet)}},
       "5"},
      {"seen again inside", {{0, packed(k_case, three)}, {4, packed(k_case, three, true)}, {5, shipped(k_case)}}, "3"},
      {"only seen inside", {{4, packed(k_case, three, true)}, {5, shipped(k_case)}}, "3"},
      {"more put in, nobody said how much",
       {{0, packed(k_case, three)}, {4, packed(k_case, amount(k_lot))}, {5, shipped(k_case)}},
       "?"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(shipments_after(row.events) == row.expected);
  }
}

TEST_CASE("unit state: a unit goes with a container that surrounds it in two ways, as long as one of them lasts") {
  CHECK(shipments_after({{0, packed(k_pallet, amount(k_case))},
                         {0, packed(k_cage, amount(k_case))},
                         {0, packed(k_pallet, amount(k_cage))},
                         {1, packed(k_case, amount(k_lot, "3"))},
                         {2, unpacked(k_pallet, amount(k_case))},
                         {3, shipped(k_pallet)}}) == "3");
}

TEST_CASE("unit state: on random histories of movements every unit's state equals the slow model's") {
  CHECK(rc::check("fast equals slow", [](std::vector<Movement> steps) {
    std::erase_if(steps, voids_a_shipment);
    compare_all(steps);
  }));
}

TEST_CASE("unit state: with shipments that did not happen every unit's state equals the slow model's") {
  CHECK(rc::check("fast equals slow, with voids", compare_all));
}
