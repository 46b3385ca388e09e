// tests/serial_run_test.cc - serials that follow each other, and how a list of them is stored.
#include "engine/base/serial_run.h"

#include "engine/codec/codec.h"
#include "engine/codec/parts.h"
#include "tests/support/records.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

namespace lotledger::tests {

namespace {

/// The events of a body that was encoded and decoded again, and the bytes it took.
std::pair<std::vector<UnitAmount>, std::size_t> stored(std::vector<UnitAmount> units) {
  engine::BodyEncoder encoder;
  const auto bytes = encoder.encode(body_with(engine::WarehouseEvent{engine::UnitsObserved{std::move(units)}}));
  REQUIRE_MESSAGE(bytes.has_value(), (bytes.has_value() ? "" : bytes.error().message));
  const auto body = engine::verify_body(*bytes);
  REQUIRE_MESSAGE(body.has_value(), (body.has_value() ? "" : body.error().message));
  const engine::Body read = engine::decode_body(**body);
  return {std::get<engine::UnitsObserved>(std::get<engine::WarehouseEvent>(read.events.front().body)).units,
          bytes->size()};
}

UnitAmount piece(std::string_view writing) {
  return {unit(writing), std::nullopt, std::nullopt};
}

}  // namespace

TEST_CASE("serial runs: what follows a serial") {
  CHECK(serial_after("S0009", 1) == "S0010");
  CHECK(serial_after("S9", 0) == "S9");
  CHECK(serial_after("S9", 1) == std::nullopt);
  CHECK(serial_after("0099", 9900) == "9999");
  CHECK(serial_after("ABC", 0) == "ABC");
  CHECK(serial_after("ABC", 1) == std::nullopt);
  CHECK(serial_after("9-999999999999999998", 1) == "9-999999999999999999");
  CHECK(serial_after("1999999999999999999", 1) == std::nullopt);  // Only 18 digits are counted on.
}

TEST_CASE("serial runs: how many stand between two serials") {
  CHECK(serials_between("S0001", "S0050").value() == 50);
  CHECK(serials_between("7", "7").value() == 1);
  CHECK(serials_between("000001", "999999").value() == 999999);
  for (const auto& [first, last] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"S1", "S10"}, {"S2", "S1"}, {"A1", "B2"}, {"A1", "AX"}, {"AX", "AY"}, {"", "1"}, {"0000000", "9999999"}}) {
    CAPTURE(first);
    CHECK_FALSE(serials_between(first, last).has_value());
  }
}

TEST_CASE("serial runs: 50,000 pieces are one small record, in any writing") {
  for (const std::string_view stem : {"urn:epc:id:sgtin:4012345.011111.", "(01)04012345111118(21)", "FG#"}) {
    CAPTURE(stem);
    std::vector<UnitAmount> units;
    for (int i = 0; i < 50000; ++i) units.push_back(piece(fmt::format("{}{:06}", stem, i)));
    const auto [read, bytes] = stored(units);
    CHECK(read == units);
    CHECK(bytes < 1000);
  }
  std::vector<UnitAmount> scattered;
  for (int i = 0; i < 50000; ++i) scattered.push_back(piece(fmt::format("FG#{:012}", (i * 7919L) % 1000003 * 3)));
  const auto [read, bytes] = stored(scattered);
  CHECK(read == scattered);
  CHECK(bytes < 3'000'000);
}

TEST_CASE("serial runs: any list of units is read back as it was") {
  rc::check("units in, units out", [] {
    std::vector<UnitAmount> units;
    const int count = *rc::gen::inRange(0, 30);
    for (int i = 0; i < count; ++i) {
      const std::string serial = fmt::format("{}{:02}", *rc::gen::element("A", "", "9"), *rc::gen::inRange(0, 12));
      const std::string writing = *rc::gen::element<std::string>(
          "FG#" + serial, "RM#" + serial, "S:FG#" + serial, "urn:epc:id:sgtin:4012345.011111." + serial,
          "(01)04012345111118(10)L(21)" + serial, "FG/L", "(00)340123451111111111");
      UnitAmount one = piece(writing);
      if (*rc::gen::inRange(0, 6) == 0) one.quantity = Quantity{1, 0, each()};
      if (*rc::gen::inRange(0, 8) == 0) one.cost = Money{125, 2, "EUR"};
      if (*rc::gen::inRange(0, 4) == 0) one.unit.lot = unit("FG/L1").key;
      units.push_back(std::move(one));
    }
    const auto read = stored(units).first;
    RC_ASSERT(read == units);
  });
}

TEST_CASE("serial runs: a list of them is visited one by one, with key, lot and writing") {
  std::vector<UnitAmount> units;
  for (int i = 8; i < 12; ++i) {
    units.push_back(piece(fmt::format("urn:epc:id:sgtin:4012345.011111.{:03}", i)));
    units.back().unit.lot = unit("FG/L1").key;
  }
  engine::BodyEncoder encoder;
  const auto bytes = encoder.encode(body_with(engine::WarehouseEvent{engine::UnitsObserved{units}}));
  REQUIRE(bytes.has_value());
  const auto* event = (*engine::verify_body(*bytes))->events()->Get(0)->area_as_warehouse()->event_as_units_observed();
  CHECK(event->units()->size() == 1);
  CHECK(engine::codec::count_of(event->units()) == 4);
  std::size_t at = 0;
  engine::codec::for_each_amount(event->units(), [&](const engine::codec::AmountView& view) {
    REQUIRE(at < units.size());
    CHECK(view.key == units[at].unit.key.bytes());
    CHECK(view.lot == units[at].unit.lot->bytes());
    CHECK(view.original == units[at].unit.original);
    ++at;
  });
  CHECK(at == units.size());
}

}  // namespace lotledger::tests
