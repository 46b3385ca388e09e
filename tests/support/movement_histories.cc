// tests/support/movement_histories.cc - random histories of a warehouse.
#include "tests/support/movement_histories.h"

#include <doctest/doctest.h>

namespace lotledger::tests {
namespace {

constexpr std::uint8_t k_kinds = 20;
constexpr std::uint8_t k_void = 11;
constexpr std::size_t k_first_container = 4;
constexpr std::int64_t k_minutes = 8;

struct Words {
  Movement step;
  std::size_t at;

  [[nodiscard]] std::string id() const { return "urn:test:move:" + std::to_string(at); }
  [[nodiscard]] ZonedInstant when() const { return minute(step[3] % k_minutes); }
  [[nodiscard]] UnitRef container() const {
    return unit(moved_units()[k_first_container + step[2] % (moved_units().size() - k_first_container)]);
  }

  /// Some amount of a lot, now and then in another unit of measure or not told; a serial or container as a whole.
  [[nodiscard]] UnitAmount some(std::size_t index) const {
    const std::string& name = moved_units()[index % moved_units().size()];
    if (index % moved_units().size() > 1 || step[5] % 16 == 15) return amount(name);
    const int much = 1 + step[5] % 5;
    if (index % moved_units().size() == 1) return amount(name, std::to_string(much), "EA");
    if (step[5] % 3 == 0) return amount(name, std::to_string(much * 500), "GRM");
    return amount(name, std::to_string(much) + ".5", "KGM");
  }
  [[nodiscard]] std::vector<UnitAmount> units() const {
    std::vector<UnitAmount> named{some(step[1])};
    if (step[5] % 4 == 1) named.push_back(some(step[1] + 1U + step[2] % (moved_units().size() - 1)));
    return named;
  }
  /// Nothing lies in itself.
  [[nodiscard]] std::vector<UnitAmount> children() const {
    std::vector<UnitAmount> named = units();
    std::erase_if(named, [this](const UnitAmount& child) { return child.unit.key == container().key; });
    if (named.empty()) named.push_back(some(step[2] % k_first_container));
    return named;
  }
  [[nodiscard]] std::vector<UnitAmount> maybe_none() const {
    return step[5] % 3 == 0 ? std::vector<UnitAmount>{} : children();
  }

  [[nodiscard]] Context papers() const {
    Context context;
    if (step[4] % 4 != 0) context.documents.push_back({"desadv", "DN-" + std::to_string(step[4] % 4)});
    if (step[4] % 8 == 7) context.documents.push_back({"po", "PO-1"});
    return context;
  }
  [[nodiscard]] Context whereto() const {
    Context context = papers();
    if (step[4] % 5 != 0)
      context.destinations.push_back({"owning_party", unit(step[4] % 5 == 1 ? own_party() : hospital()).key, {}});
    return context;
  }
  [[nodiscard]] Context wherefrom() const {
    Context context = papers();
    if (step[4] % 5 > 2) context.sources.push_back({"owning_party", unit(hospital()).key, {}});
    return context;
  }
  [[nodiscard]] Context there() const {
    Context context = papers();
    if (step[2] % 3 == 0) context.business_location = unit("(414)4000001000005").key;
    return context;
  }

  [[nodiscard]] engine::Submission tell(engine::AreaEvent event, Context context = {}) const {
    return fact(id(), when(), {std::move(event)}, std::move(context));
  }

  [[nodiscard]] engine::AreaEvent packed() const {
    return engine::LotEvent{engine::UnitsPacked{container(), children(), step[5] % 8 == 6}};
  }
  [[nodiscard]] engine::AreaEvent shipped() const { return engine::OrderEvent{engine::UnitsShipped{units()}}; }

  [[nodiscard]] engine::Submission submission() const {
    using namespace engine;
    const std::string order = "order-" + std::to_string(at);
    const HoldId hold{"H-" + std::to_string(step[2] % 3)};
    switch (step[0] % k_kinds) {
      case 0: return tell(LotEvent{UnitsCommissioned{units(), {}}});
      case 1: return tell(ProductionEvent{UnitsTransformed{{}, {amount("ORE/1")}, units(), Flow::mixed, {}}});
      case 2: return tell(ProductionEvent{UnitsTransformed{{}, units(), {amount("BAR/1")}, Flow::mixed, {}}});
      case 3: return tell(ProductionEvent{UnitsTransformed{"rework", units(), units(), Flow::mixed, {}}});
      case 4:
      case 5:
      case 6: return tell(packed());
      case 7: return tell(LotEvent{UnitsUnpacked{container(), maybe_none()}});
      case 8:
      case 9: return tell(shipped(), whereto());
      case 10: return fact(id(), when(), {packed(), OrderEvent{UnitsShipped{{{container(), {}}}}}}, whereto());
      case k_void: return tell(OrderEvent{ShipmentVoided{units()}}, papers());
      case 12: return tell(WarehouseEvent{UnitsReceived{units()}}, there());
      case 13: return tell(OrderEvent{UnitsReturned{units()}}, wherefrom());
      case 14: return tell(WarehouseEvent{UnitsObserved{units()}});
      case 15: return tell(LotEvent{UnitsDecommissioned{units(), EndKind::scrapped}});
      case 16: return tell(ProductionEvent{PartsInstalled{unit("DEVICE#1"), units(), false}});
      case 17: return tell(ProductionEvent{PartsRemoved{unit("DEVICE#1"), units()}});
      case 18:
        if (step[5] % 2 == 0) return command(order, PlaceHold{hold, units()[0].unit, HoldKind::recall}, "because");
        return command(order, LiftHold{hold, units()[0].unit}, "because");
      default: return withdrawal("urn:test:move:" + std::to_string(step[5] % 24), {});
    }
  }
};

}  // namespace

const std::vector<std::string>& moved_units() {
  static const std::vector<std::string> units{"TI-64/H-2201",
                                              "(01)04012345111118(10)L1",
                                              "(01)04012345111118(10)L1(21)1",
                                              "(01)04012345111118(10)L1(21)2",
                                              "(00)340123451111111111",
                                              "(00)340123451111111128",
                                              "(00)340123451111111135"};
  return units;
}

const std::string& own_party() {
  static const std::string party = "(417)4012345000009";
  return party;
}

const std::string& hospital() {
  static const std::string party = "(417)4000001000005";
  return party;
}

bool voids_a_shipment(const Movement& step) {
  return step[0] % k_kinds == k_void;
}

std::vector<TimedSubmission> movement_submissions(const std::vector<Movement>& steps) {
  std::vector<TimedSubmission> submissions;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    engine::Submission submission = Words{steps[at], at}.submission();
    if (steps[at][5] % 8 == 3) submission.body.reported_at = minute(steps[at][3] % k_minutes + steps[at][4] % 3).at;
    submissions.push_back({std::move(submission), static_cast<std::int64_t>(at) / 4});
  }
  return submissions;
}

std::unique_ptr<VectorLog> movements(const std::vector<Movement>& steps) {
  TestLedger ledger;
  for (auto& [submission, now] : movement_submissions(steps))
    REQUIRE(ledger.submit(std::move(submission), now).has_value());
  auto log = std::make_unique<VectorLog>();
  log->records = std::move(ledger.log.records);
  return log;
}

}  // namespace lotledger::tests
