// tests/codec_test.cc - values to FlatBuffers and back: nothing is lost, and bytes from outside are verified.
#include "engine/codec/codec.h"

#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace lotledger;
using namespace lotledger::tests;

namespace {

std::string text() {
  return *rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
}

UnitRef any_unit() {
  UnitRef out = unit(*rc::gen::element<std::string>(
      "A/1", "A#1", "(00)340123450000000017", "urn:epc:id:sgtin:9521101.053001.77", "https://x.example/odd thing"));
  if (*rc::gen::arbitrary<bool>()) out.lot = unit("A/L").key;
  return out;
}

UnitAmount any_amount() {
  UnitAmount out{any_unit(), std::nullopt};
  if (*rc::gen::arbitrary<bool>())
    out.quantity =
        Quantity{*rc::gen::arbitrary<std::int64_t>(), static_cast<std::uint8_t>(*rc::gen::inRange(0, 19)), each()};
  return out;
}

std::vector<UnitAmount> amounts() {
  std::vector<UnitAmount> out;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) out.push_back(any_amount());
  return out;
}

SealedField sealed() {
  return {text(), {1, 2, 3}, {4, 5}, ByteVector(32, 7)};
}

engine::PartyRecorded party() {
  engine::PartyRecorded out;
  out.key = unit("(417)9521401000006").key;
  out.original = text();
  out.is_location = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) out.owner = unit("A/1").key;
  out.names = {{"zh", "医院"}, {"", text()}};
  out.street = text();
  out.city = text();
  out.postal_code = text();
  out.region = text();
  out.country = text();
  out.telephone = text();
  out.role = text();
  if (*rc::gen::arbitrary<bool>()) out.email = sealed();
  if (*rc::gen::arbitrary<bool>()) out.recall_contact = sealed();
  out.attributes = {{text(), text()}};
  return out;
}

/// Every event type of every area once, with random content.
std::vector<engine::AreaEvent> every_event() {
  using namespace engine;
  const auto flag = [] { return *rc::gen::arbitrary<bool>(); };
  const auto seq = [] { return *rc::gen::arbitrary<Seq>(); };
  return {SystemEvent{LedgerCreated{text(), Environment::drill, seq(), {any_unit().key}}},
          SystemEvent{FormatRaised{3, 4}},
          SystemEvent{EpochOpened{text(), seq(), seq()}},
          SystemEvent{CommandRefused{text(), text(), text(), text(), {any_unit()}}},
          LotEvent{UnitsCommissioned{amounts(), text()}},
          LotEvent{UnitsDecommissioned{amounts(), EndKind::scrapped}},
          LotEvent{UnitsPacked{any_unit(), amounts(), flag()}},
          LotEvent{UnitsUnpacked{any_unit(), amounts()}},
          LotEvent{HoldPlaced{HoldId{text()}, any_unit(), HoldKind::customs}},
          LotEvent{HoldLifted{HoldId{text()}, any_unit()}},
          ProductionEvent{UnitsTransformed{text(), amounts(), amounts(), Flow::sequential, text()}},
          ProductionEvent{PartsInstalled{any_unit(), amounts(), flag()}},
          ProductionEvent{PartsRemoved{any_unit(), amounts()}},
          WarehouseEvent{UnitsReceived{amounts()}},
          WarehouseEvent{UnitsObserved{amounts()}},
          OrderEvent{UnitsShipped{amounts()}},
          OrderEvent{ShipmentVoided{amounts()}},
          OrderEvent{UnitsReturned{amounts()}},
          OrderEvent{TransactionLinked{flag() ? std::optional<UnitRef>(any_unit()) : std::nullopt, amounts(),
                                       LinkAction::remove}},
          IdentityEvent{UnitsEquated{any_unit(), any_unit()}},
          PartyEvent{party()},
          PartyEvent{VocabularyRecorded{text(), text(), {{text(), text()}}}},
          CorrectionEvent{EventWithdrawn{EventId{text()},
                                         flag() ? std::optional<Seq>(seq()) : std::nullopt,
                                         text(),
                                         minute(3).at,
                                         {EventId{text()}},
                                         {any_unit()}}},
          CorrectionEvent{WithdrawalApplied{seq()}},
          IntakeEvent{RowRejected{RejectKind::conflict, text(), seq(), {{text(), text(), text(), text()}}, seq()}},
          IntakeEvent{RowRepaired{seq()}},
          IntakeEvent{RowDiscarded{seq()}}};
}

engine::Body any_body() {
  engine::Body body;
  body.actor = {ActorId{text()}, text(), text()};
  body.source.system = text();
  body.source.device = text();
  body.source.message_id = text();
  body.source.file = text();
  body.source.file_hash = sha256(text());
  body.source.offset = *rc::gen::arbitrary<std::uint64_t>();
  body.source.line = 7;
  body.source.sequence = 9;
  if (*rc::gen::arbitrary<bool>()) body.command = CommandId{text()};
  body.correlation_id = text();
  body.causation = 12;
  body.reason = {text(), text(), "zh"};
  body.reported_at = minute(9).at;
  body.software = text();
  body.rule_pack = text();
  body.region = text();
  body.assurance = engine::Assurance::imported_legacy;
  body.content = sha256(text());
  body.interpretation = 3;
  body.source_text = text();
  body.source_context = text();
  for (engine::AreaEvent& area : every_event()) {
    engine::Event event;
    event.body = std::move(area);
    event.occurred = minute(*rc::gen::inRange(-1000, 1000));
    event.occurred_until = minute(2000).at;
    event.context.business_step = text();
    event.context.disposition = text();
    event.context.read_point = any_unit().key;
    event.context.documents = {{text(), "D1"}};
    event.context.sources = {{"owning_party", any_unit().key, text()}};
    event.context.destinations = {{"location", any_unit().key, text()}};
    event.stream = text();
    event.tags = {"t1", "t2"};
    body.events.push_back(std::move(event));
  }
  return body;
}

}  // namespace

TEST_CASE("codec: decode(encode(x)) == x for every event type of every area") {
  CHECK(rc::check("round trip", [] {
    const engine::Body body = any_body();
    engine::BodyEncoder encoder;
    const auto encoded = encoder.encode(body);
    RC_ASSERT(encoded.has_value());
    const engine::StoredRecord record = engine::make_record({}, *encoded);
    const auto verified = engine::verify_body(record.body());
    RC_ASSERT(verified.has_value());
    RC_ASSERT(engine::all_events_known(**verified));
    RC_ASSERT(engine::decode_body(**verified) == body);
  }));
}

TEST_CASE("codec: encoding does not depend on what the encoder encoded before") {
  CHECK(rc::check("same bytes", [] {
    const engine::Body body = any_body();
    engine::BodyEncoder fresh;
    engine::BodyEncoder used;
    RC_ASSERT(used.encode(any_body()).has_value());
    const auto first = fresh.encode(body);
    const auto second = used.encode(body);
    RC_ASSERT(ByteVector(first->begin(), first->end()) == ByteVector(second->begin(), second->end()));
  }));
}

TEST_CASE("codec: a body without events is refused") {
  engine::Body body;
  body.actor.id = ActorId{"a"};
  body.source.system = "s";
  engine::BodyEncoder encoder;
  const auto encoded = encoder.encode(body);
  REQUIRE(encoded.has_value());
  const engine::StoredRecord record = engine::make_record({}, *encoded);
  CHECK(engine::verify_body(record.body()).error().message == "the body holds no event");
  CHECK_FALSE(engine::readable(record));
}

TEST_CASE("codec: a body cut short or changed is refused or still well-formed, and never read outside its bytes") {
  engine::Body body;
  body.actor.id = ActorId{"a"};
  body.source.system = "s";
  body.events.push_back({});
  body.events.back().body = engine::OrderEvent{engine::UnitsShipped{{amount("A/1", "3")}}};
  engine::BodyEncoder encoder;
  const auto encoded = encoder.encode(body);
  REQUIRE(encoded.has_value());
  const ByteVector bytes(encoded->begin(), encoded->end());
  std::size_t refused = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const engine::StoredRecord record = engine::make_record({}, Bytes(bytes).first(size));
    refused += engine::verify_body(record.body()).has_value() ? 0U : 1U;
  }
  CHECK(refused > bytes.size() / 2);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const std::uint8_t mask : {std::uint8_t{0x01}, std::uint8_t{0x80}, std::uint8_t{0xff}}) {
      ByteVector changed = bytes;
      changed[at] ^= mask;
      const engine::StoredRecord record = engine::make_record({}, changed);
      const auto verified = engine::verify_body(record.body());
      if (verified.has_value() && engine::all_events_known(**verified))
        CHECK(engine::decode_body(**verified).events.size() == (*verified)->events()->size());
    }
  }
}

TEST_CASE("codec: a body over 8 MiB is refused with its size") {
  engine::Body body;
  body.actor.id = ActorId{"a"};
  body.source.system = "s";
  body.events.push_back({});
  body.source_text.assign(std::size_t{engine::k_body_bytes_max}, 'x');
  engine::BodyEncoder encoder;
  const auto encoded = encoder.encode(body);
  REQUIRE_FALSE(encoded.has_value());
  CHECK(encoded.error().code == ErrorCode::invalid_input);
  CHECK(encoded.error().message.find("8388") != std::string::npos);
}

TEST_CASE("codec: submissions and receipts cross the socket unchanged") {
  auto submission = command("c1", engine::PlaceHold{HoldId{"H1"}, unit("A/1"), engine::HoldKind::recall}, "crack");
  submission.condition = engine::Condition{"unit:x", "", 4};
  submission.repairs = 9;
  const auto encoded = engine::encode_submission(submission);
  REQUIRE(encoded.has_value());
  const auto decoded = engine::decode_submission(*encoded);
  REQUIRE(decoded.has_value());
  CHECK(decoded->body == submission.body);
  CHECK(decoded->command == submission.command);
  CHECK(decoded->repairs == submission.repairs);
  CHECK(decoded->condition->last_seq == 4);

  const engine::Receipt receipt{engine::Outcome::refused, {7, sha256("x")}, true, "LOT-1", "why"};
  const auto back = engine::decode_receipt(engine::encode_receipt(receipt));
  REQUIRE(back.has_value());
  CHECK(back->outcome == receipt.outcome);
  CHECK(back->position == receipt.position);
  CHECK(back->unresolved);
  CHECK(back->rule == "LOT-1");
  const auto error = engine::decode_receipt(engine::encode_receipt(std::unexpected(Error{ErrorCode::io, "disk"})));
  REQUIRE_FALSE(error.has_value());
  CHECK(error.error().message == "disk");
  CHECK_FALSE(engine::decode_submission(bytes_of("no submission at all")).has_value());
}
