// Rows of a plant's daily record to events: types of moves, statuses, orders, master data, ranges of serials; and what
// is wrong with rows that are none.
#include "tests/support/plain_read.h"

#include <fmt/format.h>

namespace lotledger::tests {

using namespace connectors;
using plain::Kind;

namespace {

std::string text_of(const UnitAmount& amount) {
  return amount.unit.key.ref() + (amount.quantity ? " " + amount.quantity->text() : "");
}

engine::Body move(const std::string& type, const std::string& columns, const std::string& values) {
  return plain_body("at,type,unit" + columns + "\n2026-03-02T08:00:00Z," + type + ",RM/L1" + values + "\n",
                    Kind::moves);
}

struct Refusal {
  Kind kind;
  const char* text;
  const char* message;  ///< What it must say, with line and column.
};

}  // namespace

TEST_CASE("plain plant: every type of move is the event that the page names") {
  using namespace engine;
  for (const std::string_view type : k_move_kinds) {
    CAPTURE(type);
    const auto body = move(std::string(type), ",quantity,uom,from,location", ",5,KGM,A,B");
    const auto& event = event_of<UnitsMoved, WarehouseEvent>(body);
    CHECK(name_of(event.kind) == type);
    CHECK(text_of(event.units.at(0)) == "RM/L1 5");
    CHECK(event.from.value().ref() == "location:A");
    CHECK(body.events.front().context.business_location.value().ref() == "location:B");
  }
  const std::string much = ",5,KGM,W";
  const std::string columns = ",quantity,uom,location";
  CHECK(text_of(event_of<UnitsCounted, WarehouseEvent>(move("count", columns, ",0,KGM,W")).units.at(0)) == "RM/L1 0");
  CHECK_FALSE(event_of<StockAdjusted, WarehouseEvent>(move("adjust_in", columns, much)).decrease);
  CHECK(event_of<StockAdjusted, WarehouseEvent>(move("adjust_out", columns, much)).decrease);
  CHECK(event_of<UnitsDecommissioned, LotEvent>(move("scrap", columns, much)).end == EndKind::scrapped);
  CHECK(event_of<UnitsSampled, WarehouseEvent>(move("sample", columns, much)).units.size() == 1);
  const auto packed = move("pack", ",container", ",(00)340123451111111111");
  CHECK(event_of<UnitsPacked, LotEvent>(packed).parent.key.ref() == "(00)340123451111111111");
  const auto unpacked = move("unpack", ",container", ",(00)340123451111111111");
  CHECK(event_of<UnitsUnpacked, LotEvent>(unpacked).children.size() == 1);
  CHECK(event_of<OwnerChanged, WarehouseEvent>(move("owner", ",owner", ",S-1")).owner.value().ref() == "party:S-1");
  CHECK_FALSE(event_of<OwnerChanged, WarehouseEvent>(move("owner", "", "")).owner.has_value());
  for (const auto& [type, kind] : {std::pair{"split", ProcessKind::split}, std::pair{"merge", ProcessKind::merge},
                                   std::pair{"relabel", ProcessKind::relabel}}) {
    CAPTURE(type);
    const auto body = move(type, ",quantity,uom,into", ",5,KGM,RM/L9");
    const auto& event = event_of<UnitsTransformed, ProductionEvent>(body);
    CHECK(event.kind == kind);
    CHECK(event.process_id.empty());
    CHECK(text_of(event.inputs.at(0)) == "RM/L1 5");
    CHECK(text_of(event.outputs.at(0)) == "RM/L9 5");
  }
}

TEST_CASE("plain plant: a range of serials is one submission of many pieces") {
  const auto body = plain_body(
      "at,order,item,lot,serial,serial_to,location\n2026-03-02T08:00:00Z,O1,FG,L1,S0001,S0050,W\n", Kind::production);
  const auto& made = event_of<engine::UnitsTransformed, engine::ProductionEvent>(body).outputs;
  REQUIRE(made.size() == 50);
  CHECK(made.front().unit.key.ref() == "FG#S0001");
  CHECK(made.back().unit.key.ref() == "FG#S0050");
  CHECK(made.back().unit.lot.value().ref() == "FG/L1");
}

TEST_CASE("plain plant: what an order made and threw away was made all the same") {
  const auto body =
      plain_body("at,order,type,item,lot,quantity,uom\n2026-03-02T08:00:00Z,O1,scrap,FG,L1,3,EA\n", Kind::production);
  REQUIRE(body.events.size() == 2);
  CHECK(text_of(event_of<engine::UnitsTransformed, engine::ProductionEvent>(body).outputs.at(0)) == "FG/L1 3");
  CHECK(text_of(event_of<engine::UnitsDecommissioned, engine::LotEvent>(body, 1).units.at(0)) == "FG/L1 3");
}

TEST_CASE("plain plant: consumption says how it is known, and over which time") {
  const auto body = plain_body(
      "at,until,order,operation,unit,quantity,uom,basis,cost,currency\n"
      "2026-03-02T08:00:00Z,2026-03-02T16:00:00Z,O1,0020,RM/L1,3,KGM,backflushed,12.50,EUR\n",
      Kind::consumption);
  const auto& step = event_of<engine::UnitsTransformed, engine::ProductionEvent>(body);
  CHECK(step.basis == engine::Basis::backflushed);
  CHECK(step.operation == "0020");
  CHECK(format_utc(body.events.front().occurred_until.value()) == "2026-03-02T16:00:00Z");
  CHECK(step.inputs.at(0).cost == Money{1250, 2, "EUR"});
}

TEST_CASE("plain plant: statuses, holds and dates of lots") {
  using namespace engine;
  const auto held = plain_body(
      "at,unit,quantity,uom,location,status,hold,hold_kind,reason\n"
      "2026-03-02T08:00:00Z,RM/L1,5,KGM,W,held,NC-1,recall,cracks\n",
      Kind::status);
  const auto& status = event_of<StatusReported, LotEvent>(held);
  CHECK(status.status == ReportedStatus::held);
  CHECK(status.hold.text == "NC-1");
  CHECK(status.hold_kind == HoldKind::recall);
  CHECK(status.quantity.value().text() == "5");
  CHECK(status.location.value().ref() == "location:W");
  CHECK(held.reason.text == "cracks");
  const auto both =
      plain_body("at,unit,status,expires_on\n2026-03-02T08:00:00Z,RM/L1,released,2027-01-00\n", Kind::status);
  REQUIRE(both.events.size() == 2);
  CHECK(event_of<StatusReported, LotEvent>(both).status == ReportedStatus::released);
  CHECK(event_of<ExpirySet, LotEvent>(both, 1).expires_on == "2027-01-00");
}

TEST_CASE("plain plant: orders and their operations") {
  const auto body = plain_body(
      "at,order,run,operation,state,item,quantity,uom,due_on,equipment\n"
      "2026-03-02T08:00:00Z,O1,2,0020,started,FG,100,EA,2026-04-01,CNC-3\n",
      Kind::orders);
  const auto& order = event_of<engine::OrderRecorded, engine::ProductionEvent>(body);
  CHECK(order.order == "O1/2");
  CHECK(order.operation == "0020");
  CHECK(order.state == engine::OrderState::started);
  CHECK(text_of(order.product.value()) == "FG/* 100");
  CHECK(order.due_on == "2026-04-01");
  CHECK(order.equipment == "CNC-3");
}

TEST_CASE("plain plant: a supplier's lot is the lot that ours is a part of") {
  const auto body = plain_body(
      "at,unit,quantity,uom,supplier,supplier_lot,owner,expires_on\n"
      "2026-03-02T08:00:00Z,RM/L1,5,KGM,S-1,X,S-1,2027-01-31\n",
      Kind::receipts);
  const auto& receipt = event_of<engine::UnitsReceived, engine::WarehouseEvent>(body);
  CHECK(receipt.units.at(0).unit.lot.value().ref() == "S-1:RM/X");
  CHECK(receipt.owner.value().ref() == "party:S-1");
  CHECK(receipt.expires_on == "2027-01-31");
}

TEST_CASE("plain plant: shipments stay ours by their terms, or did not happen") {
  using namespace engine;
  const std::string header = "at,unit,quantity,uom,type,terms\n2026-03-02T08:00:00Z,FG/L1,5,EA,";
  const auto loan = plain_body(header + "ship,loan\n", Kind::shipments);
  CHECK(event_of<UnitsShipped, OrderEvent>(loan).terms == ShippingTerms::loan);
  CHECK(event_of<ShipmentVoided, OrderEvent>(plain_body(header + "void,\n", Kind::shipments)).units.size() == 1);
}

TEST_CASE("plain plant: items, units of measure and aliases") {
  using namespace engine;
  const auto item = plain_body(
      "valid_from,gtin,name,name_latin,uom,lot_tracked,serial_tracked,shelf_life_days,implant,sterile,release_required,"
      "markets\n2026-01-01T00:00:00Z,04012345111118,螺钉,Screw,EA,yes,no,730,yes,yes,yes,CN EU\n",
      Kind::items);
  const auto& recorded = event_of<ItemRecorded, ItemEvent>(item);
  CHECK(recorded.key.ref() == "(01)04012345111118");
  CHECK(recorded.names.size() == 2);
  CHECK(recorded.uom.value().view() == "EA");
  CHECK(recorded.profile == TraceProfile{true, false, 730, true, true, true, {"CN", "EU"}});
  CHECK_FALSE(
      event_of<ItemRecorded, ItemEvent>(plain_body("valid_from,item,name\n2026-01-01T00:00:00Z,RM,Rod\n", Kind::items))
          .profile.has_value());
  const std::tuple<const char*, std::int64_t, std::int64_t> factors[] = {
      {"50", 50, 1}, {"0.5", 5, 10}, {"1/3", 1, 3}, {"2.5/0.02", 250, 2}};
  for (const auto& [text, above, below] : factors) {
    CAPTURE(text);
    const auto set = plain_body(
        fmt::format("valid_from,item,uom,factor,base_uom\n2026-01-01T00:00:00Z,RM,ROLL,{},MTR\n", text), Kind::units);
    const auto& factor = event_of<ConversionSet, ItemEvent>(set).factor;
    CHECK(factor.numerator * below == factor.denominator * above);
  }
  const auto alias = plain_body(
      "valid_from,valid_until,unit,alias,alias_type,owner\n"
      "2026-01-01T00:00:00Z,2027-01-01T00:00:00Z,RM/L1,X-77,supplier,S-1\n",
      Kind::aliases);
  const auto& code = event_of<AliasRecorded, ItemEvent>(alias);
  CHECK(code.key.ref() == "RM/L1");
  CHECK(code.alias == "X-77");
  CHECK(code.kind == AliasKind::supplier);
  CHECK(code.owner.value().ref() == "party:S-1");
}

TEST_CASE("plain plant: what is wrong with a row names line, column, value and hint") {
  const Refusal refusals[] = {
      {Kind::moves, "at,type,unit\n2026-03-02T08:00:00Z,teleport,RM/L1\n",
       "column type: \"teleport\": is none of the words"},
      {Kind::moves, "at,unit\n2026-03-02T08:00:00Z,RM/L1\n", "column location: is empty; where did it go?"},
      {Kind::moves, "at,type,unit\n2026-03-02T08:00:00Z,count,RM/L1\n",
       "column quantity: is empty; a lot or item needs"},
      {Kind::moves, "at,type,unit,quantity,uom\n2026-03-02T08:00:00Z,scrap,RM/L1,0,EA\n", "\"0\": is zero"},
      {Kind::moves, "at,type,unit\n2026-03-02T08:00:00Z,pack,RM/L1\n", "column container: is empty"},
      {Kind::moves, "at,type,unit,quantity,uom\n2026-03-02T08:00:00Z,split,RM/L1,1,EA\n", "column into: is empty"},
      {Kind::moves, "at,type,unit,quantity,uom,into\n2026-03-02T08:00:00Z,split,RM/L1,1,EA,RM/L1\n",
       "is the unit itself"},
      {Kind::moves, "at,type,unit,quantity,uom,into\n2026-03-02T08:00:00Z,merge,RM/L1,1,EA,RM#S\n",
       "is of another sort"},
      {Kind::moves, "at,unit,location,container\n2026-03-02T08:00:00Z,RM/L1,W,(00)340123451111111111\n",
       "stands in a row that packs nothing"},
      {Kind::moves, "at,unit,location,owner\n2026-03-02T08:00:00Z,RM/L1,W,S\n",
       "stands in a row that changes no owner"},
      {Kind::receipts, "at,unit,quantity,uom,supplier_lot\n2026-03-02T08:00:00Z,RM/L1,1,KGM,X\n",
       "column supplier: is empty; supplier_lot says nothing"},
      {Kind::receipts, "at,unit,supplier,supplier_lot\n2026-03-02T08:00:00Z,RM#S1,S,X\n",
       "beside a unit that is no lot"},
      {Kind::receipts, "at,unit,quantity,uom,cost\n2026-03-02T08:00:00Z,RM/L1,1,KGM,5\n", "column currency: is empty"},
      {Kind::receipts, "at,unit,quantity,uom,currency\n2026-03-02T08:00:00Z,RM/L1,1,KGM,EUR\n",
       "stands without a cost"},
      {Kind::receipts, "at,unit,quantity,uom,cost,currency\n2026-03-02T08:00:00Z,RM/L1,1,KGM,5,euro\n",
       "\"euro\": is no currency code"},
      {Kind::receipts, "at,item,serial,serial_to\n2026-03-02T08:00:00Z,FG,S9,S10\n", "must have the same length"},
      {Kind::receipts, "at,item,serial,serial_to\n2026-03-02T08:00:00Z,FG,S20,S10\n", "comes before the first"},
      {Kind::receipts, "at,item,lot,quantity,uom,serial_to\n2026-03-02T08:00:00Z,FG,L,1,EA,S10\n",
       "column serial: is empty; serial_to ends"},
      {Kind::status, "at,unit\n2026-03-02T08:00:00Z,RM/L1\n", "column status: is empty, and so are the dates"},
      {Kind::status, "at,unit,status\n2026-03-02T08:00:00Z,RM/L1,held\n", "column hold: is empty; which hold?"},
      {Kind::status, "at,unit,status,hold\n2026-03-02T08:00:00Z,RM/L1,released,H\n", "a status that is no hold"},
      {Kind::orders, "at,order,state,quantity,uom\n2026-03-02T08:00:00Z,O,planned,5,EA\n",
       "column item: is empty beside"},
      {Kind::items, "valid_from,name\n2026-03-02T08:00:00Z,Rod\n", "the row names no item"},
      {Kind::items, "valid_from,item,name,sterile\n2026-03-02T08:00:00Z,RM,Rod,maybe\n", "is neither yes nor no"},
      {Kind::items, "valid_from,item,name,shelf_life_days\n2026-03-02T08:00:00Z,RM,Rod,2y\n", "is no whole number"},
      {Kind::units, "valid_from,uom,factor,base_uom\n2026-03-02T08:00:00Z,ROLL,0,MTR\n", "is no factor"},
      {Kind::units, "valid_from,uom,factor,base_uom\n2026-03-02T08:00:00Z,ROLL,1/0,MTR\n", "is no factor"},
      {Kind::units, "valid_from,uom,factor,base_uom\n2026-03-02T08:00:00Z,MTR,2,MTR\n", "is uom itself"},
      {Kind::aliases, "valid_from,alias,unit\n2026-03-02T08:00:00Z,X,\n", "whose alias is it?"},
      {Kind::aliases, "valid_from,alias,unit,party\n2026-03-02T08:00:00Z,X,RM/L,C\n", "an alias is of one of them"},
  };
  for (const Refusal& refusal : refusals) {
    CAPTURE(refusal.text);
    const std::string said = verdict(refusal.text, plain_format(refusal.kind));
    CAPTURE(said);
    CHECK(said.find("f.csv: line 2, column ") == 0);
    CHECK(said.find(refusal.message) != std::string::npos);
  }
}

}  // namespace lotledger::tests
