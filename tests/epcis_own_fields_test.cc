// What a fact says beyond the words of EPCIS: written as fields of our own, read back as the same fact; and what is
// wrong in such fields is a fault that names them.
#include "connectors/epcis/mapping.h"
#include "connectors/epcis/mapping_items.h"
#include "connectors/epcis/record_description.h"
#include "connectors/epcis/record_event.h"
#include "tests/support/epcis_read.h"

#include <algorithm>

namespace lotledger::tests {
namespace {

using namespace connectors;
using namespace connectors::epcis;
using engine::AreaEvent;
using engine::LotEvent;
using engine::OrderEvent;
using engine::ProductionEvent;
using engine::WarehouseEvent;

UnitRef unit(const std::string& text) {
  const auto read = parse_unit(text);
  REQUIRE(read.has_value());
  return *read;
}
UnitKey place(const std::string& name) {
  return unit("location:" + name).key;
}
UnitAmount some(const std::string& text, std::int64_t quantity, const std::string& uom) {
  return {unit(text), Quantity{quantity, 0, *UnitCode::parse(uom)}};
}
std::vector<UnitAmount> lot() {
  return {some("RM/L1", 5, "MTR")};
}

/// As sources tell it: a receipt and a shipment have their step.
std::string step_of(const AreaEvent& fact) {
  const auto* warehouse = std::get_if<WarehouseEvent>(&fact);
  if (warehouse != nullptr && std::holds_alternative<engine::UnitsReceived>(*warehouse)) return "receiving";
  return std::holds_alternative<OrderEvent>(fact) ? "shipping" : "";
}

engine::Body body_of(std::vector<AreaEvent> facts) {
  engine::Body body;
  body.source.system = "plain.moves";
  for (AreaEvent& fact : facts) {
    const std::string step = step_of(fact);
    engine::Event event = plain_event(std::move(fact));
    event.context.business_step = step;
    event.occurred = *parse_instant("2026-02-02T08:00:00+08:00");
    event.context.business_location = place("L");
    body.events.push_back(std::move(event));
  }
  return body;
}

const RecordName k_name{"urn:lotledger:event:x:1", Instant{1'770'000'000'000'000}};

std::expected<engine::Submission, std::vector<Fault>> mapped(const std::string& json) {
  const EpcisItems items = read_text(json);
  REQUIRE(items.events.size() == 1);
  return map_event(items.events.front().event, items.events.front().origin, {});
}

/// The events of a written body, read by whoever knows our fields.
std::vector<engine::Event> back(const engine::Body& body) {
  const auto written = event_of_record(body, k_name);
  REQUIRE_MESSAGE(written.has_value(), (written.has_value() ? "" : written.error()));
  const auto read = mapped(written->json);
  REQUIRE(read.has_value());
  return read->body.events;
}

engine::UnitsTransformed step(engine::ProcessKind kind) {
  engine::UnitsTransformed out{"WO-1", lot(), {some("FG/F1", 3, "EA")}, engine::Flow::mixed, {}};
  out.kind = kind;
  return out;
}

engine::StatusReported status(engine::ReportedStatus word) {
  const bool hold = word == engine::ReportedStatus::held || word == engine::ReportedStatus::lifted;
  return {unit("RM/L1"),
          word,
          Quantity{5, 0, *UnitCode::parse("MTR")},
          place("L"),
          HoldId{hold ? "NC-1" : ""},
          hold ? engine::HoldKind::recall : engine::HoldKind::quality,
          hold ? "" : "Maker",
          hold ? "" : "CN"};
}

struct Row {
  std::string_view name;
  AreaEvent fact;
  std::string_view standard;  ///< What readers of the standard alone find.
};

std::vector<Row> rows() {
  const UnitKey party = unit("party:C-1").key;
  engine::UnitsTransformed told = step(engine::ProcessKind::production);
  told.basis = engine::Basis::backflushed;
  told.flow = engine::Flow::sequential;
  told.operation = "0010";
  return {
      {"move", WarehouseEvent{engine::UnitsMoved{lot(), engine::MoveKind::move, place("W")}},
       R"("bizStep":"storing","readPoint":{"id":"location:W"},"bizLocation":{"id":"location:L"})"},
      {"issue", WarehouseEvent{engine::UnitsMoved{lot(), engine::MoveKind::issue, std::nullopt}},
       R"("bizStep":"picking","bizLocation":{"id":"location:L"})"},
      {"consignment", WarehouseEvent{engine::UnitsMoved{lot(), engine::MoveKind::to_consignment, std::nullopt}},
       R"("action":"OBSERVE")"},
      {"count", WarehouseEvent{engine::UnitsCounted{{some("RM/L1", 0, "MTR")}}},
       R"("quantity":0,"uom":"MTR"}],"bizStep":"cycle_counting")"},
      {"booked in", WarehouseEvent{engine::StockAdjusted{lot(), false}}, R"("action":"ADD")"},
      {"booked out", WarehouseEvent{engine::StockAdjusted{lot(), true}}, R"("action":"DELETE")"},
      {"sample", WarehouseEvent{engine::UnitsSampled{lot()}}, R"("bizStep":"sampling")"},
      {"scrap", LotEvent{engine::UnitsDecommissioned{lot(), engine::EndKind::scrapped}}, R"("bizStep":"destroying")"},
      {"owner", WarehouseEvent{engine::OwnerChanged{lot(), party}},
       R"("destinationList":[{"type":"owning_party","destination":"party:C-1"}])"},
      {"ours", WarehouseEvent{engine::OwnerChanged{lot(), std::nullopt}}, R"("action":"OBSERVE")"},
      {"consigned receipt", WarehouseEvent{engine::UnitsReceived{lot(), party, "2027-01-00"}},
       R"("bizStep":"receiving")"},
      {"loan", OrderEvent{engine::UnitsShipped{lot(), engine::ShippingTerms::loan}}, R"("bizStep":"shipping")"},
      {"plant's own unit of measure", WarehouseEvent{engine::UnitsReceived{{some("RM/L1", 2, "ROLL")}}},
       R"("quantityList":[{"epcClass":"urn:lotledger:lot::RM:L1"}])"},
      {"split", ProductionEvent{step(engine::ProcessKind::split)}, R"("type":"TransformationEvent")"},
      {"relabel", ProductionEvent{step(engine::ProcessKind::relabel)}, R"("type":"TransformationEvent")"},
      {"by-product", ProductionEvent{step(engine::ProcessKind::by_product)}, R"("type":"TransformationEvent")"},
      {"basis, flow, operation", ProductionEvent{told}, R"("transformationID":"urn:lotledger:process:WO-1")"},
      {"pending", LotEvent{status(engine::ReportedStatus::pending)}, R"("disposition":"non_sellable_other")"},
      {"released", LotEvent{status(engine::ReportedStatus::released)}, R"("disposition":"conformant")"},
      {"concession", LotEvent{status(engine::ReportedStatus::concession)}, R"("disposition":"available")"},
      {"rejected", LotEvent{status(engine::ReportedStatus::rejected)}, R"("disposition":"non_conformant")"},
      {"held", LotEvent{status(engine::ReportedStatus::held)}, R"("bizStep":"holding")"},
      {"lifted", LotEvent{status(engine::ReportedStatus::lifted)}, R"("bizStep":"inspecting")"},
      {"dates", LotEvent{engine::ExpirySet{unit("RM/L1"), "2027-01-31", "2026-12-00"}}, R"("bizStep":"inspecting")"},
  };
}

TEST_CASE("epcis own fields: a fact that EPCIS has no words for comes back as it was") {
  for (Row& row : rows()) {
    CAPTURE(row.name);
    engine::Body body = body_of({row.fact});
    body.events.front().occurred_until = Instant{1'770'100'000'000'000};
    body.reason.text = "as told";
    const auto written = event_of_record(body, k_name);
    REQUIRE_MESSAGE(written.has_value(), (written.has_value() ? "" : written.error()));
    CHECK_FALSE(written->in_part);
    CHECK_MESSAGE(written->json.find(row.standard) != std::string::npos, written->json);
    const auto read = mapped(written->json);
    REQUIRE(read.has_value());
    CHECK(read->body.reason.text == "as told");
    REQUIRE(read->body.events.size() == 1);
    CHECK(read->body.events.front().body.index() == row.fact.index());
    CHECK(read->body.events.front().occurred_until == body.events.front().occurred_until);
    // The way back again: the same words.
    engine::Body again = body;
    again.events = read->body.events;
    CHECK(event_of_record(again, k_name)->json == written->json);
  }
}

TEST_CASE("epcis own fields: facts that stand or fall together are one event") {
  const auto outputs = std::vector<UnitAmount>{some("FG/F1", 3, "EA")};
  engine::UnitsTransformed made{"WO-1", {}, outputs, engine::Flow::mixed, {}};
  const auto scrapped =
      back(body_of({ProductionEvent{made}, LotEvent{engine::UnitsDecommissioned{outputs, engine::EndKind::scrapped}}}));
  REQUIRE(scrapped.size() == 2);
  CHECK(std::get<engine::UnitsDecommissioned>(std::get<LotEvent>(scrapped[1].body)).end == engine::EndKind::scrapped);
  const auto dated = back(body_of({LotEvent{status(engine::ReportedStatus::released)},
                                   LotEvent{engine::ExpirySet{unit("RM/L1"), "2027-01-31", {}}}}));
  REQUIRE(dated.size() == 2);
  CHECK(std::get<engine::ExpirySet>(std::get<LotEvent>(dated[1].body)).expires_on == "2027-01-31");

  const auto other_units = std::vector<UnitAmount>{some("FG/F1", 2, "EA")};
  CHECK_FALSE(event_of_record(body_of({ProductionEvent{made},
                                       LotEvent{engine::UnitsDecommissioned{other_units, engine::EndKind::scrapped}}}),
                              k_name)
                  .has_value());
  CHECK_FALSE(
      event_of_record(
          body_of({WarehouseEvent{engine::UnitsCounted{lot()}}, WarehouseEvent{engine::UnitsSampled{lot()}}}), k_name)
          .has_value());
}

TEST_CASE("epcis own fields: decisions become statuses, and what rules placed beside a fact stays here") {
  engine::Body hold;
  hold.source.system = "cli";
  hold.command = CommandId{"c1"};
  hold.events.push_back(plain_event(
      LotEvent{engine::HoldPlaced{HoldId{"H-7"}, unit("RM/L1"), engine::HoldKind::customs, std::nullopt, place("W")}}));
  hold.events.front().stream = "lot:RM/L1";
  const auto held = back(hold);
  REQUIRE(held.size() == 1);
  const auto& reported = std::get<engine::StatusReported>(std::get<LotEvent>(held.front().body));
  CHECK(reported.status == engine::ReportedStatus::held);
  CHECK(reported.hold == HoldId{"H-7"});
  CHECK(reported.hold_kind == engine::HoldKind::customs);
  CHECK(reported.location == place("W"));
  CHECK(held.front().occurred->at == k_name.recorded_at);

  engine::Body released = hold;
  released.events.front().body =
      LotEvent{engine::LotDispositioned{unit("RM/L1"), engine::Disposition::concession, std::nullopt, std::nullopt,
                                        engine::ReleaseKind::market, "Maker", "CN"}};
  const auto written = event_of_record(released, k_name);
  REQUIRE(written.has_value());
  CHECK_MESSAGE(written->in_part, "for the market alone is not told");
  CHECK(written->json.find("\"urn:lotledger:fact:kind\":\"concession\"") != std::string::npos);

  engine::Body judged = body_of({WarehouseEvent{engine::UnitsCounted{lot()}}});
  judged.events.push_back(plain_event(engine::JudgementEvent{engine::InvariantBreached{}}));
  judged.events.push_back(plain_event(LotEvent{engine::HoldPlaced{HoldId{"RULE-9"}, unit("RM/L1")}}));
  CHECK(is_hold_of_rules(judged, judged.events.back()));
  CHECK_FALSE(is_hold_of_rules(hold, hold.events.back()));
  CHECK(back(judged).size() == 1);
}

TEST_CASE("epcis own fields: cost stays here, and an order is nothing that EPCIS tells") {
  std::vector<UnitAmount> dear = lot();
  dear.front().cost = Money{100, 0, "EUR"};
  const auto written = event_of_record(body_of({WarehouseEvent{engine::UnitsReceived{dear}}}), k_name);
  REQUIRE(written.has_value());
  CHECK(written->in_part);
  CHECK(written->json.find("EUR") == std::string::npos);
  const auto order = event_of_record(body_of({ProductionEvent{engine::OrderRecorded{}}}), k_name);
  REQUIRE_FALSE(order.has_value());
  CHECK(order.error() == "EPCIS has no words for it");
}

TEST_CASE("epcis own fields: prefixes, and readers that do not know them") {
  const std::string event = R"("type":"ObjectEvent","eventTime":"2026-02-02T08:00:00Z","eventTimeZoneOffset":"+00:00",)"
                            R"("action":"OBSERVE","epcList":["urn:x:1"],"bizStep":"storing",)"
                            R"("readPoint":{"id":"location:W"},"bizLocation":{"id":"location:L"})";
  const auto plain = mapped("{" + event + "}");
  CHECK(std::holds_alternative<engine::UnitsObserved>(std::get<WarehouseEvent>(plain->body.events.front().body)));
  const auto ours = mapped(R"({"@context":[{"own":"urn:lotledger:fact:"}],)" + event + R"(,"own:kind":"put_away"})");
  const auto& moved = std::get<engine::UnitsMoved>(std::get<WarehouseEvent>(ours->body.events.front().body));
  CHECK(moved.kind == engine::MoveKind::put_away);
  CHECK(moved.from == place("W"));
  CHECK(ours->body.events.front().context.business_location == place("L"));
  CHECK(ours->body.events.front().context.business_step.empty());
}

TEST_CASE("epcis own fields: what is wrong with them is told with name and value") {
  struct Case {
    std::string_view fields;
    std::string_view field;
    std::string_view value;
  };
  constexpr Case cases[] = {
      {R"("kind":"borrow")", "kind", "borrow"},
      {R"("kind":["move"])", "kind", R"(["move"])"},
      {R"("kind":"sample")", "kind", "sample"},
      {R"("kind":"split")", "kind", "split"},
      {R"("kind":"held")", "hold", ""},
      {R"("kind":"expiry")", "expiresOn", ""},
      {R"("kind":"expiry","expiresOn":"2026-02-30")", "expiresOn", "2026-02-30"},
      {R"("kind":"held","hold":"H","holdKind":"police")", "holdKind", "police"},
      {R"("kind":"move","owner":"party:C-1")", "owner", "\"party:C-1\""},
      {R"("colour":"red")", "colour", "\"red\""},
      {R"("until":"soon")", "until", "soon"},
      {R"("units":{})", "units", "{}"},
      {R"("units":[{"lot":"urn:x:2"}])", "units", ""},
      {R"("units":[{"unit":"urn:x:2","lot":"urn:x:3"}])", "units", "urn:x:2"},
      {R"("units":[{"unit":"urn:x:1","quantity":"x","uom":"ROLL"}])", "units", "x ROLL"},
      {R"("units":[{"unit":"urn:x:1","quantity":"-1","uom":"ROLL"}])", "units", "-1 ROLL"},
      {R"("units":[{"unit":"urn:x:1"},{"unit":"urn:x:1"}])", "units", "urn:x:1"},
  };
  for (const Case& row : cases) {
    CAPTURE(row.fields);
    std::string fields(row.fields);
    // Only the members of the event itself are names of ours.
    for (const std::string_view name : {"kind", "hold", "holdKind", "expiresOn", "owner", "colour", "until", "units"}) {
      const std::string member = "\"" + std::string(name) + "\":";
      const auto at = fields.find(member);
      if (at != std::string::npos) fields.replace(at, member.size(), "\"urn:lotledger:fact:" + member.substr(1));
    }
    const auto read =
        mapped(R"({"type":"ObjectEvent","eventTime":"2026-02-02T08:00:00Z","eventTimeZoneOffset":"+00:00",)"
               R"("action":"OBSERVE","epcList":["urn:x:1"],)" +
               fields + "}");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().front().field == "urn:lotledger:fact:" + std::string(row.field));
    CHECK(read.error().front().value == row.value);
    CHECK_FALSE(read.error().front().what.empty());
  }
}

/// The one element that a description becomes, as a reader has it.
MasterDataElement element(const std::string& json, std::string_view vocabulary) {
  const EpcisItems items = read_text(
      R"({"@context":[],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z",)"
      R"("epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":")" +
      std::string(vocabulary) + R"(","vocabularyElementList":[)" + json + R"(]}]}},"epcisBody":{"eventList":[]}})");
  REQUIRE(items.master_data.size() == 1);
  REQUIRE(items.master_data.front().data.elements.size() == 1);
  return items.master_data.front().data.elements.front();
}

TEST_CASE("epcis own fields: items, conversions and aliases come back as they were") {
  const UnitKey rod = *unit("RM/L1").key.item_class();
  const auto uom = [](std::string_view text) { return *UnitCode::parse(text); };
  engine::ItemRecorded traced{rod, {}, {{"", "杆"}, {"Latn", "Rod"}}, uom("MTR"), engine::TraceProfile{}};
  traced.profile->release_required = true;
  traced.profile->shelf_life_days = 365;
  traced.profile->markets = {"CN", "EU"};
  const engine::ItemEvent events[] = {
      traced,
      engine::ItemRecorded{rod, {}, {{"", "Rod"}}, std::nullopt, std::nullopt},
      engine::ConversionSet{rod, uom("ROLL"), {50, 3}, uom("MTR")},
      engine::ConversionSet{std::nullopt, uom("BOX"), {12, 1}, uom("EA")},
      engine::AliasRecorded{unit("RM/L1").key, "HEAT-9", engine::AliasKind::supplier, unit("party:S-1").key,
                            Instant{1'770'000'000'000'000}},
      engine::AliasRecorded{unit("RM/L1").key, "X", engine::AliasKind::internal, std::nullopt, std::nullopt},
  };
  for (const engine::ItemEvent& event : events) {
    const std::string written = element_of(event, *parse_instant("2026-01-01T00:00:00+08:00"));
    CAPTURE(written);
    const auto vocabulary = vocabulary_of(event);
    const MasterDataElement read = element(written, vocabulary);
    REQUIRE(describes_item(vocabulary, read));
    auto described = map_item(vocabulary, read);
    REQUIRE(described.has_value());
    if (auto* item = std::get_if<engine::ItemRecorded>(&described->event)) item->original.clear();
    CHECK(described->event == event);
  }
}

TEST_CASE("epcis own fields: an item in somebody else's words is other master data, and a bad one of ours a fault") {
  const auto item = [](const std::string& attributes) {
    return element(R"({"id":"urn:lotledger:class::RM","attributes":[)" + attributes + "]}", k_item_vocabulary);
  };
  CHECK_FALSE(
      describes_item(k_item_vocabulary, item(R"({"id":"urn:epcglobal:cbv:mda:descriptionShort","attribute":"Rod"})")));
  const MasterDataElement bad = item(
      R"({"id":"urn:lotledger:mda:profile","attribute":"yes"},{"id":"urn:lotledger:mda:implant","attribute":"maybe"})");
  REQUIRE(describes_item(k_item_vocabulary, bad));
  const auto read = map_item(k_item_vocabulary, bad);
  REQUIRE_FALSE(read.has_value());
  const auto named = [&](std::string_view field) {
    return std::ranges::any_of(read.error(), [&](const Fault& fault) { return fault.field.ends_with(field); });
  };
  CHECK(named("urn:lotledger:mda:implant"));
  CHECK(named("urn:lotledger:mda:lotTracked"));
  CHECK_FALSE(named("urn:lotledger:mda:profile"));
}

}  // namespace
}  // namespace lotledger::tests
