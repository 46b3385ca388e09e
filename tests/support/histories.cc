// tests/support/histories.cc - random histories of a plant.
#include "tests/support/histories.h"

#include "tests/support/records.h"

#include <doctest/doctest.h>

namespace lotledger::tests {
namespace {

/// Few ids, so that many submissions repeat, contradict or withdraw one another.
constexpr unsigned k_event_ids = 24;
constexpr std::uint8_t k_kinds = 26;
constexpr std::int64_t k_second_us = 1'000'000;

struct Words {
  Step step;
  std::int64_t at;

  [[nodiscard]] UnitRef one() const { return unit(history_units()[step[1] % history_units().size()]); }
  [[nodiscard]] UnitRef two() const { return unit(history_units()[step[2] % history_units().size()]); }
  [[nodiscard]] std::vector<UnitAmount> amounts() const { return {{one(), std::nullopt}}; }
  [[nodiscard]] std::vector<UnitAmount> maybe_none() const {
    return step[3] % 2 == 0 ? std::vector<UnitAmount>{} : amounts();
  }
  [[nodiscard]] static std::string id_of(unsigned number) {
    return "urn:test:event:" + std::to_string(number % k_event_ids);
  }
  [[nodiscard]] std::string event_id() const { return id_of(step[3]); }
  [[nodiscard]] HoldId hold() const { return {"H-" + std::to_string(step[3] % 4)}; }
  [[nodiscard]] Seq seq() const { return step[3] % 32; }
  /// Commands without a reason are refused.
  [[nodiscard]] std::string reason() const { return step[2] % 5 == 0 ? "" : "because"; }
  /// When it happened: facts arrive in any order, and some happened at one instant.
  [[nodiscard]] ZonedInstant when() const { return minute((step[1] * 7 + step[3] * 3) % 60); }

  [[nodiscard]] engine::Submission fact_of(engine::AreaEvent event) const {
    return fact(event_id(), when(), {std::move(event)});
  }
  [[nodiscard]] engine::Submission command_of(engine::Command order) const {
    return command("command-" + std::to_string(at), std::move(order), reason());
  }

  [[nodiscard]] engine::Submission shipped() const {
    Context context;
    context.business_step = "shipping";
    context.documents.push_back({step[3] % 2 == 0 ? "desadv" : "", "DN-" + std::to_string(step[3] % 7)});
    context.destinations.push_back({"owning_party", unit("(417)4000001000005").key, {}});
    return fact(event_id(), when(), {engine::OrderEvent{engine::UnitsShipped{amounts()}}}, std::move(context));
  }

  [[nodiscard]] engine::Submission described() const {
    engine::PartyRecorded party;
    party.key = unit(step[2] % 2 == 0 ? "(417)4000001000005" : "(417)4012345000009").key;
    party.names.push_back({"en", "Hospital " + std::to_string(step[3] % 3)});
    auto submission = fact({}, when(), {engine::PartyEvent{std::move(party)}});
    return master(std::move(submission), "party " + std::to_string(step[2] % 2));
  }
  [[nodiscard]] engine::Submission vocabulary() const {
    engine::VocabularyRecorded word{"urn:test:type", "urn:test:word:" + std::to_string(step[2] % 2), {}};
    word.attributes.emplace_back("name", "word " + std::to_string(step[3] % 3));
    auto submission = fact({}, when(), {engine::PartyEvent{std::move(word)}});
    return master(std::move(submission), "word " + std::to_string(step[2] % 2));
  }
  [[nodiscard]] engine::Submission master(engine::Submission submission, const std::string& what) const {
    submission.dedup = engine::DedupKind::master;
    submission.body.content = sha256(what + " as " + std::to_string(step[3] % 3));
    return submission;
  }

  [[nodiscard]] engine::Submission conflicting() const {
    auto submission = fact_of(engine::WarehouseEvent{engine::UnitsReceived{amounts()}});
    submission.body.content = sha256("other content " + std::to_string(step[2]));
    return submission;
  }

  /// Where the source says so, other events tell it rightly: told before, told later, or never.
  [[nodiscard]] engine::Submission withdrawn() const {
    auto submission = withdrawal(event_id(), {one()}, std::to_string(step[2] % 3));
    auto& event =
        std::get<engine::EventWithdrawn>(std::get<engine::CorrectionEvent>(submission.body.events.front().body));
    for (unsigned id = 0; id < step[2] % 3U; ++id) event.corrective_events.push_back({id_of(step[1] + id)});
    return submission;
  }

  /// One submission that tells of two events.
  [[nodiscard]] engine::Submission two_events() const {
    using namespace engine;
    return fact(event_id(), when(),
                {LotEvent{UnitsPacked{two(), amounts(), false}}, OrderEvent{UnitsShipped{{{two(), std::nullopt}}}}});
  }

  /// More units than an audit trail lists.
  [[nodiscard]] engine::Submission many() const {
    engine::UnitsObserved seen;
    for (unsigned i = 0; i <= step[2] % 12U; ++i)
      seen.units.push_back({unit(history_units()[(step[1] + i) % history_units().size()]), std::nullopt});
    return fact_of(engine::WarehouseEvent{std::move(seen)});
  }

  [[nodiscard]] engine::Submission repaired() const {
    auto submission = fact_of(engine::WarehouseEvent{engine::UnitsReceived{amounts()}});
    submission.repairs = seq();
    return submission;
  }

  [[nodiscard]] engine::Submission of_kind() const {
    using namespace engine;
    switch (step[0] % k_kinds) {
      case 0: return fact_of(WarehouseEvent{UnitsReceived{amounts()}});
      case 1: return fact_of(LotEvent{UnitsCommissioned{amounts(), {}}});
      case 2:
        return fact_of(ProductionEvent{
            UnitsTransformed{step[3] % 3 == 0 ? "WO-1" : "", amounts(), {{two(), std::nullopt}}, Flow::mixed, {}}});
      case 3: return fact_of(LotEvent{UnitsPacked{two(), amounts(), false}});
      case 4: return fact_of(LotEvent{UnitsUnpacked{two(), maybe_none()}});
      case 5: return shipped();
      case 6: return fact_of(ProductionEvent{PartsInstalled{two(), amounts(), false}});
      case 7: return command_of(PlaceHold{hold(), one(), HoldKind::quality});
      case 8: return command_of(LiftHold{hold(), one()});
      case 9: return command_of(EquateUnits{one(), two()});
      case 10: return withdrawn();
      case 11: return command_of(VoidFact{seq(), {one()}});
      case 12: return rejected_row("row " + std::to_string(step[3] % 8));
      case 13: return command_of(DiscardRow{seq()});
      case 14: return described();
      case 15: return conflicting();
      case 16: return fact_of(OrderEvent{UnitsReturned{amounts()}});
      case 17: return fact_of(OrderEvent{ShipmentVoided{amounts()}});
      case 18: return many();
      case 19: return fact_of(LotEvent{UnitsDecommissioned{amounts(), EndKind::scrapped}});
      case 20: return fact_of(ProductionEvent{PartsRemoved{two(), maybe_none()}});
      case 21: return vocabulary();
      case 22: return two_events();
      case 23: return repaired();
      case 24: return withdrawn();  // Twice as often: what a withdrawal relates is the hardest question.
      default: return linked();
    }
  }

  [[nodiscard]] engine::Submission linked() const {
    const std::optional<UnitRef> parent = step[2] % 2 == 0 ? std::optional(two()) : std::nullopt;
    return fact_of(engine::OrderEvent{engine::TransactionLinked{parent, amounts(), engine::LinkAction::add}});
  }

  /// Who speaks, for whom, and when the source wrote it down.
  [[nodiscard]] engine::Submission submission() const {
    engine::Submission submission = of_kind();
    const unsigned speaker = (step[1] + step[2]) % 7U;
    if (speaker == 1) submission.body.actor = {ActorId{"qa.lee"}, "quality", ""};
    if (speaker == 2) submission.body.actor = {ActorId{"connector"}, "", "qa.lee"};
    if (speaker == 3) submission.body.actor = {ActorId{"qa.lee"}, "", "qa.lee"};
    if (step[2] % 4 == 1) submission.body.reported_at = minute((step[1] * 5 + step[3]) % 90).at;
    return submission;
  }
};

/// Appends the body as it is, or bytes in its place that nobody can read. Some neighbours are recorded at one instant.
void append_as(VectorLog& log, Bytes body, const Step& step) {
  if (step[2] % 16 == 15) {
    append_unreadable(log);
    return;
  }
  static constexpr std::string_view k_damaged = "no FlatBuffer at all";
  const Head before = log.durable();
  engine::RecordHeader header;
  header.seq = before.seq + 1;
  header.previous_leaf = before.leaf;
  header.recorded_at = log.records.empty() ? minute(0).at : log.records.back().header().recorded_at;
  if (step[3] % 4 != 0) header.recorded_at.utc_us += k_second_us;
  log.records.push_back(
      engine::make_record(header, step[2] % 16 == 7 && step[1] % 2 == 0 ? bytes_of(k_damaged) : body));
}

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
  std::vector<Step> step_of;  // The step that each record came from.
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const auto receipt =
        ledger.submit(Words{steps[at], static_cast<std::int64_t>(at)}.submission(), static_cast<std::int64_t>(at));
    REQUIRE(receipt.has_value());
    step_of.resize(ledger.log.records.size(), steps[at]);
  }
  auto log = std::make_unique<VectorLog>();
  for (std::size_t seq = 0; seq < step_of.size(); ++seq) append_as(*log, ledger.log.records[seq].body(), step_of[seq]);
  return log;
}

std::unique_ptr<projections::Store> folded_in_pieces(projections::Projection& projection, VectorLog& log,
                                                     std::size_t piece) {
  auto store = projections::memory_store(projection.fold_version());
  for (std::size_t end = 0; end < log.records.size();) {
    end = std::min(end + piece, log.records.size());
    REQUIRE(projections::catch_up(projection, *store, log, end - 1).has_value());
    REQUIRE(store->seal().has_value());
  }
  return store;
}

}  // namespace lotledger::tests
