// tests/support/histories.cc - random histories of a plant.
#include "tests/support/histories.h"

#include "tests/support/records.h"

#include <doctest/doctest.h>

namespace lotledger::tests {
namespace {

/// Few ids, so that many submissions repeat, contradict or withdraw one another.
constexpr unsigned k_event_ids = 24;
constexpr std::uint8_t k_kinds = 16;

struct Words {
  Step step;
  std::int64_t at;

  [[nodiscard]] UnitRef one() const { return unit(history_units()[step[1] % history_units().size()]); }
  [[nodiscard]] UnitRef two() const { return unit(history_units()[step[2] % history_units().size()]); }
  [[nodiscard]] std::vector<UnitAmount> amounts() const { return {{one(), std::nullopt}}; }
  [[nodiscard]] std::string event_id() const { return "urn:test:event:" + std::to_string(step[3] % k_event_ids); }
  [[nodiscard]] HoldId hold() const { return {"H-" + std::to_string(step[3] % 4)}; }
  [[nodiscard]] Seq seq() const { return step[3] % 32; }
  /// Commands without a reason are refused.
  [[nodiscard]] std::string reason() const { return step[2] % 5 == 0 ? "" : "because"; }

  [[nodiscard]] engine::Submission fact_of(engine::AreaEvent event) const {
    return fact(event_id(), minute(at % 90), {std::move(event)});
  }
  [[nodiscard]] engine::Submission command_of(engine::Command order) const {
    return command("command-" + std::to_string(at), std::move(order), reason());
  }

  [[nodiscard]] engine::Submission shipped() const {
    Context context;
    context.business_step = "shipping";
    context.documents.push_back({step[3] % 2 == 0 ? "desadv" : "", "DN-" + std::to_string(step[3] % 7)});
    context.destinations.push_back({"owning_party", unit("(417)4000001000005").key, {}});
    return fact(event_id(), minute(at % 90), {engine::OrderEvent{engine::UnitsShipped{amounts()}}}, std::move(context));
  }

  [[nodiscard]] engine::Submission described() const {
    engine::PartyRecorded party;
    party.key = unit("(417)4000001000005").key;
    party.names.push_back({"en", "Hospital " + std::to_string(step[3] % 3)});
    auto submission = fact({}, minute(at % 90), {engine::PartyEvent{std::move(party)}});
    submission.dedup = engine::DedupKind::master;
    submission.body.content = sha256("party " + std::to_string(step[3] % 3));
    return submission;
  }

  [[nodiscard]] engine::Submission conflicting() const {
    auto submission = fact_of(engine::WarehouseEvent{engine::UnitsReceived{amounts()}});
    submission.body.content = sha256("other content " + std::to_string(step[2]));
    return submission;
  }

  [[nodiscard]] engine::Submission submission() const {
    using namespace engine;
    switch (step[0] % k_kinds) {
      case 0: return fact_of(WarehouseEvent{UnitsReceived{amounts()}});
      case 1: return fact_of(LotEvent{UnitsCommissioned{amounts(), {}}});
      case 2:
        return fact_of(ProductionEvent{
            UnitsTransformed{step[3] % 3 == 0 ? "WO-1" : "", amounts(), {{two(), std::nullopt}}, Flow::mixed, {}}});
      case 3: return fact_of(LotEvent{UnitsPacked{two(), amounts(), false}});
      case 4: return fact_of(LotEvent{UnitsUnpacked{two(), step[3] % 2 == 0 ? std::vector<UnitAmount>{} : amounts()}});
      case 5: return shipped();
      case 6: return fact_of(ProductionEvent{PartsInstalled{two(), amounts(), false}});
      case 7: return command_of(PlaceHold{hold(), one(), HoldKind::quality});
      case 8: return command_of(LiftHold{hold(), one()});
      case 9: return command_of(EquateUnits{one(), two()});
      case 10: return withdrawal(event_id(), {one()}, std::to_string(step[2] % 3));
      case 11: return command_of(VoidFact{seq(), {one()}});
      case 12: return rejected_row("row " + std::to_string(step[3] % 8));
      case 13: return command_of(DiscardRow{seq()});
      case 14: return described();
      default: return conflicting();
    }
  }
};

}  // namespace

const std::vector<std::string>& history_units() {
  static const std::vector<std::string> units{"TI-64/H-2201",
                                              "STEM/F-31",
                                              "STEM#0007",
                                              "(01)04012345111118(10)L1(21)9876",
                                              "(01)04012345111118(10)L1",
                                              "(00)340123451111111111",
                                              "(01)04012345111118",
                                              "urn:plant:thing"};
  return units;
}

std::unique_ptr<VectorLog> history(const std::vector<Step>& steps) {
  TestLedger ledger;
  std::vector<bool> unreadable;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const auto receipt =
        ledger.submit(Words{steps[at], static_cast<std::int64_t>(at)}.submission(), static_cast<std::int64_t>(at));
    REQUIRE(receipt.has_value());
    unreadable.resize(ledger.log.records.size(), steps[at][2] % 16 == 15);
  }
  auto log = std::make_unique<VectorLog>();
  for (std::size_t seq = 0; seq < ledger.log.records.size(); ++seq) {
    if (unreadable[seq]) {
      append_unreadable(*log);
    } else {
      append_bytes(*log, ledger.log.records[seq].body());
    }
  }
  return log;
}

}  // namespace lotledger::tests
