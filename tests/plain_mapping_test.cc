// Rows to events, and what makes a row the row that it was.
#include "tests/support/plain_read.h"

#include <rapidcheck.h>

#include <algorithm>
#include <set>

namespace lotledger::tests {

using namespace connectors;
using plain::Kind;

namespace {

std::string refs(const std::vector<UnitAmount>& units) {
  std::string out;
  for (const UnitAmount& each : units) {
    out += each.unit.key.ref();
    if (each.quantity) out += " " + each.quantity->text() + std::string(each.quantity->unit.view());
  }
  return out;
}

std::string roles(const std::vector<PartyRole>& roles) {
  std::string out;
  for (const PartyRole& each : roles) out += each.role + "=" + each.key.ref() + ";";
  return out;
}

std::string documents(const Context& context) {
  std::string out;
  for (const DocumentRef& each : context.documents) out += each.type + "=" + each.id + ";";
  return out;
}

std::vector<std::string> ids(const std::string& text, plain::PlainFormat format) {
  std::vector<std::string> out;
  for (const MappedRow& row : plain_submissions(text, format)) {
    const engine::Submission& submission = row.submission;
    out.push_back(engine::dedup_key(submission.dedup, submission.body.source.message_id, submission.body.content));
  }
  return out;
}

std::set<std::string> id_set(const std::string& text, plain::PlainFormat format) {
  const auto all = ids(text, format);
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("plain mapping: receipts") {
  const auto body = plain_body(
      "at,reported_at,unit,quantity,uom,location,supplier,po,desadv\n2026-03-02T08:00:00+08:00,"
      "2026-03-02T09:00:00+08:00,RM/L1,2.50,KGM,WH-01,4000001000005,PO1,D1\n",
      Kind::receipts);
  CHECK(refs(event_of<engine::UnitsReceived, engine::WarehouseEvent>(body).units) == "RM/L1 2.50KGM");
  const engine::Event& event = body.events.front();
  CHECK(format_zoned(event.occurred.value()) == "2026-03-02T08:00:00+08:00");
  CHECK(format_utc(body.reported_at.value()) == "2026-03-02T01:00:00Z");
  CHECK(event.context.business_step == "receiving");
  CHECK(event.context.business_location.value().ref() == "location:WH-01");
  CHECK(roles(event.context.sources) == "owning_party=(417)4000001000005;");
  CHECK(documents(event.context) == "po=PO1;desadv=D1;");
  CHECK(body.source.system == "plain.receipts");
  CHECK(body.source.line == 2);
  CHECK(body.source_text.starts_with("2026-03-02T08:00:00+08:00,"));
  CHECK(body.source_context == "delimiter=,\nheader=at,reported_at,unit,quantity,uom,location,supplier,po,desadv\n");
}

TEST_CASE("plain mapping: production and consumption of one order are one process") {
  const auto made =
      plain_body("at,order,run,gtin,lot,serial,expires_on\n2026-03-02T08:00:00Z,WO,2,04012345111118,L1,S1,2029-02-28\n",
                 Kind::production);
  const auto& out = event_of<engine::UnitsTransformed, engine::ProductionEvent>(made);
  CHECK(out.process_id == "WO/2");
  CHECK(out.inputs.empty());
  CHECK(refs(out.outputs) == "04012345111118#S1");
  CHECK(out.outputs.front().unit.lot.value().ref() == "04012345111118/L1");
  CHECK(out.expires_on == "2029-02-28");
  CHECK(documents(made.events.front().context) == "prodorder=WO;");
  const auto used = plain_body("at,order,run,issuer,item,lot,quantity,uom\n2026-03-02T08:00:00Z,WO,2,SUP,RM,L1,1,KGM\n",
                               Kind::consumption);
  const auto& in = event_of<engine::UnitsTransformed, engine::ProductionEvent>(used);
  CHECK(in.process_id == out.process_id);
  CHECK(refs(in.inputs) == "SUP:RM/L1 1KGM");
  CHECK(in.outputs.empty());
}

TEST_CASE("plain mapping: moves, shipments, returns") {
  const auto moved = plain_body("at,unit,location\n2026-03-02T08:00:00Z,RM/L1,WH-02\n", Kind::moves);
  CHECK(refs(event_of<engine::UnitsMoved, engine::WarehouseEvent>(moved).units) == "RM/L1");
  CHECK(moved.events.front().context.business_location.value().ref() == "location:WH-02");

  const auto shipped = plain_body(
      "at,unit,location,consignee,ship_to,po,desadv,invoice\n2026-03-02T08:00:00Z,RM#S1,WH-01,C-1,"
      "4012345000054,P,D,I\n",
      Kind::shipments);
  CHECK(refs(event_of<engine::UnitsShipped, engine::OrderEvent>(shipped).units) == "RM#S1");
  const Context& context = shipped.events.front().context;
  CHECK(context.business_step == "shipping");
  CHECK(context.read_point.value().ref() == "location:WH-01");
  CHECK_FALSE(context.business_location.has_value());
  CHECK(roles(context.destinations) == "owning_party=party:C-1;location=(414)4012345000054;");
  CHECK(documents(context) == "po=P;desadv=D;inv=I;");

  const auto back =
      plain_body("at,unit,location,customer,rma\n2026-03-02T08:00:00Z,RM#S1,WH-01,C-1,R\n", Kind::returns);
  CHECK(refs(event_of<engine::UnitsReturned, engine::OrderEvent>(back).units) == "RM#S1");
  CHECK(back.events.front().context.disposition == "returned");
  CHECK(roles(back.events.front().context.sources) == "owning_party=party:C-1;");
  CHECK(documents(back.events.front().context) == "rma=R;");
}

TEST_CASE("plain mapping: a part goes into a device, and comes out again") {
  const std::string header = "at,type,item,lot,serial,quantity,uom,into\n2026-03-02T08:00:00Z,";
  const engine::Body in = plain_body(header + "install,PCB,,7,,,PUMP#9\n", Kind::moves);
  const auto& installed = event_of<engine::PartsInstalled, engine::ProductionEvent>(in);
  CHECK(installed.parent.key.ref() == "PUMP#9");
  CHECK(refs(installed.parts) == "PCB#7");
  CHECK_FALSE(installed.observed);
  const engine::Body out = plain_body(header + "remove,OIL,L-1,,0.5,LTR,PUMP#9\n", Kind::moves);
  const auto& removed = event_of<engine::PartsRemoved, engine::ProductionEvent>(out);
  CHECK(removed.parent.key.ref() == "PUMP#9");
  CHECK(refs(removed.parts) == "OIL/L-1 0.5LTR");
  const std::string by_uri = "at,type,unit,quantity,uom,into\n2026-03-02T08:00:00Z,";
  const engine::Body unknown = plain_body(by_uri + "install,urn:uuid:1,,,urn:uuid:2\n", Kind::moves);
  CHECK(refs(event_of<engine::PartsInstalled, engine::ProductionEvent>(unknown).parts) == "urn:uuid:1");
  CHECK(verdict(by_uri + "scrap,urn:uuid:1,,,\n", plain_format(Kind::moves)).find("column quantity: is empty") !=
        std::string::npos);

  struct Case {
    std::string_view row, fault;
  };
  constexpr Case cases[] = {
      {"install,PCB,,7,,,", "column into: is empty"},
      {"install,OIL,L-1,,,,PUMP#9", "column quantity: is empty"},
      {"remove,PCB,,7,,,PCB#7", "column into: \"PCB#7\": is the part itself"},
      {"move,PCB,,7,,,PUMP#9", "column into: \"PUMP#9\": stands in a row that puts nothing into it"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.row);
    CHECK(verdict(header + std::string(each.row) + "\n", plain_format(Kind::moves)).find(each.fault) !=
          std::string::npos);
  }
}

TEST_CASE("plain mapping: parties and locations") {
  const auto body = plain_body(
      "party,valid_from,name,name_latin,street,city,postal_code,region,country,telephone,role,email,"
      "recall_contact\nC-1,2026-01-01T00:00:00Z,医院,Hospital,S,C,518000,R,CN,+86 1,hospital,e@x,Li\n",
      Kind::parties);
  const auto& party = event_of<engine::PartyRecorded, engine::PartyEvent>(body);
  CHECK(party.key.ref() == "party:C-1");
  CHECK(party.original == "C-1");
  CHECK_FALSE(party.is_location);
  CHECK(party.names == std::vector<engine::LocalText>{{"", "医院"}, {"Latn", "Hospital"}});
  CHECK(party.street + party.city + party.postal_code + party.region + party.country == "SC518000RCN");
  CHECK(party.telephone == "+86 1");
  CHECK(party.role == "hospital");
  CHECK(party.email.value().key_id == "key");
  CHECK(party.recall_contact.has_value());
  CHECK_MESSAGE(body.source_text.empty(), "the row's words hold personal data in clear");

  const auto place =
      plain_body("location,valid_from,name,owner\nWH-01,2026-01-01T00:00:00Z,Store,C-1\n", Kind::locations);
  const auto& location = event_of<engine::PartyRecorded, engine::PartyEvent>(place);
  CHECK(location.key.ref() == "location:WH-01");
  CHECK(location.is_location);
  CHECK(location.owner.value().ref() == "party:C-1");
}

TEST_CASE("plain mapping: a row is known again by what it says, however it is written") {
  const auto format = plain_format(Kind::receipts);
  const std::string csv = "at,item,lot,quantity,uom\n2026-03-02T08:00:00+08:00,RM,L1,1.5,KGM\n";
  const auto wanted = ids(csv, format);
  CHECK(ids("lot,item,uom,quantity,at\r\nL1,\"RM\",KGM,1.5,2026-03-02 08:00:00+08:00\r\n", format) == wanted);
  CHECK(ids(R"({"at":"2026-03-02T08:00:00+08:00","item":"RM","lot":"L1","quantity":1.5,"uom":"KGM"})", format) ==
        wanted);
  plain::PlainFormat local = format;
  local.delimiter = ';';
  local.decimal_comma = true;
  local.offset_minutes = 480;
  CHECK(ids("at;item;lot;quantity;uom\n2026-03-02T08:00:00;RM;L1;1,5;KGM\n", local) == wanted);
  local.offset_minutes = 540;
  CHECK(ids("at;item;lot;quantity;uom\n2026-03-02T08:00:00;RM;L1;1,5;KGM\n", local) != wanted);
  CHECK(ids("at,item,lot,quantity,uom\n2026-03-02T08:00:00+08:00,RM,L1,1.50,KGM\n", format) != wanted);
  CHECK(ids(csv, plain_format(Kind::returns)) != wanted);
}

TEST_CASE("plain mapping: ids of the source, and conflicts") {
  const auto format = plain_format(Kind::receipts);
  const auto of = [&](const std::string& id, const std::string& quantity) {
    return plain_submissions("id,at,unit,quantity,uom\n" + id + ",2026-03-02T08:00:00Z,RM/L1," + quantity + ",KGM\n",
                             format)
        .front()
        .submission.body;
  };
  CHECK(of("A", "1").source.message_id == "plain.receipts:A");
  CHECK(of("A", "2").source.message_id == of("A", "1").source.message_id);
  CHECK(of("A", "2").content != of("A", "1").content);
  CHECK(of("A", "1").content == of("A", "1").content);
}

TEST_CASE("plain mapping: equal rows of one file are several facts, sound or not") {
  const auto format = plain_format(Kind::receipts);
  const std::string header = "at,unit,quantity,uom\n";
  for (const std::string row : {"2026-03-02T08:00:00Z,RM/L1,1,KGM\n", "2026-03-02T08:00:00Z,RM/L1,x,KGM\n"}) {
    CAPTURE(row);
    const auto twice = ids(header + row + row, format);
    REQUIRE(twice.size() == 2);
    CHECK(twice[0] != twice[1]);
    CHECK(ids(header + row, format) == std::vector<std::string>{twice[0]});
  }
  const std::string bad = "1,2,3,4\n";
  CHECK(ids(header + bad, format) != ids("at,unit,uom,quantity\n" + bad, format));
}

TEST_CASE("plain mapping: shuffled rows are the same set of facts") {
  CHECK(rc::check("any order of rows", [] {
    const auto row = rc::gen::elementOf(std::vector<std::string>{"2026-03-02T08:00:00Z,RM/L1,1,KGM\n",
                                                                 "2026-03-02T08:00:00Z,RM/L2,1,KGM\n",
                                                                 "2026-03-02T08:00:00Z,RM#S,,\n", "bad\n"});
    auto rows = *rc::gen::container<std::vector<std::string>>(row);
    const auto text_of = [](const std::vector<std::string>& all) {
      std::string text = "at,unit,quantity,uom\n";
      for (const std::string& each : all) text += each;
      return text;
    };
    const auto before = id_set(text_of(rows), plain_format(Kind::receipts));
    RC_ASSERT(before.size() == rows.size());
    std::ranges::sort(rows);
    RC_ASSERT(id_set(text_of(rows), plain_format(Kind::receipts)) == before);
  }));
}

TEST_CASE("plain mapping: what a row names is read alike, whichever rows came before it") {
  const std::string header = "at,item,lot,quantity,uom,location,supplier\n";
  const std::vector<std::string> rows = {"2026-03-02T08:00:00Z,RM-1,L1,1,EA,1000,1000\n",
                                         "2026-03-02T08:00:00Z,RM-1,L2,1,EA,1000,4000001000005\n",
                                         "2026-03-02T08:00:00Z,RM-1,L3,1,EA,4000001000005,1000\n",
                                         "2026-03-02T08:00:00Z,RM-1,L4,1,EA,4000001000006,1000\n",
                                         "2026-03-02T08:00:00Z,RM-1,L5,1,EA,4000001000006,1000\n"};
  std::string file = header;
  for (const std::string& row : rows) file += row;
  const auto together = plain_submissions(file, plain_format(Kind::receipts));
  REQUIRE(together.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    const auto alone = plain_submissions(header + rows[i], plain_format(Kind::receipts));
    REQUIRE(alone.size() == 1);
    CHECK(together[i].submission.body.events == alone[0].submission.body.events);
    CHECK(together[i].message.empty() == (i < 3));
  }
}

TEST_CASE("plain mapping: a refused row keeps its words and its place") {
  const auto rows = plain_submissions("id,at,unit,quantity,uom\nA1,2026-03-02T08:00:00Z,RM/L1,\"1,5\",KGM\n",
                                      plain_format(Kind::receipts));
  REQUIRE(rows.size() == 1);
  const engine::Submission& submission = rows[0].submission;
  CHECK(submission.dedup == engine::DedupKind::row);
  CHECK(submission.body.source.message_id == "A1");
  CHECK(submission.body.source.line == 2);
  CHECK(submission.body.source.offset == 24);
  const auto& row = event_of<engine::RowRejected, engine::IntakeEvent>(submission.body);
  CHECK(row.kind == engine::RejectKind::invalid);
  CHECK(row.raw == "A1,2026-03-02T08:00:00Z,RM/L1,\"1,5\",KGM");
  CHECK(row.raw_bytes == row.raw.size());
  REQUIRE(row.faults.size() == 1);
  CHECK(row.faults[0].field == "quantity");
  CHECK(row.faults[0].value == "1,5");
  const auto broken = plain_submissions("at,unit\n2026-03-02T08:00:00Z,RM#\xFF\n", plain_format(Kind::receipts));
  CHECK(event_of<engine::RowRejected, engine::IntakeEvent>(broken[0].submission.body).kind ==
        engine::RejectKind::unreadable);
}

}  // namespace lotledger::tests
