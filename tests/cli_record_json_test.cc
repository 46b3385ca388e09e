// Records as JSON by reflection.
#include "cli/record_json.h"

#include "engine/codec/codec.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace lotledger::tests {

using namespace cli;

namespace {

UnitRef ref(std::string_view text) {
  return *parse_unit(text);
}

engine::Body shipment() {
  engine::Body body;
  body.actor = {ActorId{"qa.lee"}, "qa", ""};
  body.source.system = "epcis";
  body.source.line = 18'000'000'000'000'000'000U;
  body.source_text = "{\"a\":1}";
  body.content = sha256("x");
  body.assurance = engine::Assurance::login;
  engine::Event event;
  event.occurred = ZonedInstant{Instant{1'767'254'400'500'000}, 480};
  event.context.business_step = "shipping";
  event.context.business_location = ref("urn:epc:id:sgln:4012345.00005.0").key;
  event.context.documents = {{"desadv", "D-1"}, {"po", "P-2"}};
  const Quantity quantity{1250, 2, *UnitCode::parse("KGM")};
  event.body = engine::OrderEvent{
      engine::UnitsShipped{{{ref("04012345111118/L1"), quantity}, {ref("04012345111118#9"), std::nullopt}}}};
  body.events.push_back(event);
  engine::Event hold;
  hold.body = engine::LotEvent{engine::HoldPlaced{HoldId{"H-1"}, ref("RM/L1"), engine::HoldKind::regulatory}};
  body.events.push_back(hold);
  return body;
}

engine::StoredRecord record_of(const engine::Body& body) {
  engine::BodyEncoder encoder;
  engine::RecordHeader header;
  header.seq = 12;
  header.recorded_at = Instant{1'767'254'400'000'000};
  header.writer = 18'000'000'000'000'000'000U;
  return engine::make_record(header, *encoder.encode(body));
}

}  // namespace

TEST_CASE("record json: a shipment and a hold, field by field") {
  const Json json = record_json("SZ1", record_of(shipment()));
  CHECK(json["kind"] == "record");
  CHECK(json["position"]["SZ1"] == "12");
  CHECK(json["seq"] == "12");
  CHECK(json["recorded_at"] == "2026-01-01T08:00:00Z");
  CHECK(json["readable"] == true);
  CHECK(json["header"]["writer"] == "18000000000000000000");
  const Json& body = json["body"];
  CHECK(body["actor"]["id"] == "qa.lee");
  CHECK(body["source"]["line"] == "18000000000000000000");
  CHECK(body["source_text"] == "{\"a\":1}");
  CHECK(body["content_digest"] == sha256("x").hex());
  CHECK(body["assurance"] == "login");
  CHECK_FALSE(body.contains("reported_at"));
  CHECK_FALSE(body.contains("command_id"));
  REQUIRE(body["events"].size() == 2);
  const Json& shipped = body["events"][0];
  CHECK(shipped["occurred_at"] == "2026-01-01T08:00:00.5Z");
  CHECK(shipped["offset_minutes"] == 480);
  CHECK(shipped["context"]["business_location"] == "(414)4012345000054");
  CHECK(shipped["context"]["documents"][1]["id"] == "P-2");
  const Json& units = shipped["area"]["order"]["event"]["units_shipped"]["units"];
  REQUIRE(units.size() == 2);
  CHECK(units[0]["unit"]["key"] == "04012345111118/L1");
  CHECK(units[0]["quantity"]["mantissa"] == "1250");
  CHECK(units[0]["quantity"]["scale"] == 2);
  CHECK(units[0]["quantity"]["unit"] == "KGM");
  CHECK(units[1]["unit"]["key"] == "04012345111118#9");
  CHECK_FALSE(units[1].contains("quantity"));
  const Json& hold = body["events"][1]["area"]["lot"]["event"]["hold_placed"];
  CHECK(hold["hold_id"] == "H-1");
  CHECK(hold["kind"] == "regulatory");
  CHECK(hold["unit"]["key"] == "RM/L1");
}

TEST_CASE("record json: source words that are no UTF-8 still print") {
  engine::Body body = shipment();
  body.source_text = "\xff\xfe";
  CHECK_FALSE(pretty(record_json("SZ1", record_of(body))).empty());
}

TEST_CASE("record json: a body that is not whole shows its header and says why") {
  engine::RecordHeader header;
  header.seq = 3;
  const std::vector<std::uint8_t> noise(64, 0x5a);
  const Json json = record_json("SZ1", engine::make_record(header, noise));
  CHECK(json["readable"] == false);
  CHECK(json["body"].is_null());
  CHECK_FALSE(json["why_unreadable"].get<std::string>().empty());
  CHECK(json["header"]["body_bytes"] == 64);
}

TEST_CASE("record json: a record of a later schema is shown as far as it is known, and marked") {
  engine::BodyEncoder encoder;
  engine::RecordHeader header;
  header.schema_version = engine::k_schema_version + 1;
  const Json json = record_json("SZ1", engine::make_record(header, *encoder.encode(shipment())));
  CHECK(json["readable"] == false);
  CHECK(json["body"]["actor"]["id"] == "qa.lee");
}

}  // namespace lotledger::tests
