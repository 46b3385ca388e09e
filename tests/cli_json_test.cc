// Members that JSON answers share, rows, positions, errors.
#include "cli/errors.h"
#include "cli/listing.h"
#include "cli/position.h"
#include "cli/submit.h"

#include <doctest/doctest.h>

#include <sstream>

namespace lotledger::tests {

using namespace cli;

TEST_CASE("json: positions, unknown values and quantities") {
  CHECK(line_of(position_json("SZ1", 18440212)) == R"({"SZ1":"18440212"})");
  CHECK(line_of(position_json("SZ1", k_no_seq)) == R"({"SZ1":null})");
  CHECK(text_json("").is_null());
  CHECK(text_json("x") == "x");
  CHECK(decimal_json(std::nullopt).is_null());
  CHECK(decimal_json(Decimal(125, 1)) == "12.5");
  const std::map<UnitCode, Decimal> quantities{{each(), Decimal::whole(3)}, {*UnitCode::parse("KGM"), Decimal(5, 1)}};
  CHECK(line_of(quantities_json(quantities)) == R"([{"quantity":"3","unit":"EA"},{"quantity":"0.5","unit":"KGM"}])");
}

TEST_CASE("json: bytes that are no UTF-8 do not stop an answer") {
  CHECK(line_of(Json{{"text", "a\xff"}}) == "{\"text\":\"a\xef\xbf\xbd\"}");
}

TEST_CASE("json document: printed piece by piece as pretty() prints the whole") {
  const Json rows =
      Json::array({{{"a", "x\n\"y\"\xff"}, {"b", Json::array()}, {"c", {1, {{"d", {}}}}}}, 7, nullptr, ""});
  const Json heads =
      Json::array({Json::object(), {{"kind", "k"}}, {{"k\"\n", {{"in", {1, 2}}}}, {"empty", Json::object()}}});
  for (const Json& head : heads) {
    for (std::size_t count = 0; count <= rows.size(); ++count) {
      Json whole = head;
      std::ostringstream out;
      JsonDocument document(out);
      document.add_members(head);
      for (const std::string_view list : {"first", "second"}) {
        whole[std::string(list)] = Json::array();
        document.begin_list(list);
        for (std::size_t row = 0; row < count; ++row) {
          whole[std::string(list)].push_back(rows[row]);
          document.add_element(rows[row]);
        }
        document.end_list();
      }
      whole["last"] = rows;
      document.add("last", rows);
      document.finish();
      CHECK(out.str() == pretty(whole) + "\n");
    }
  }
  std::ostringstream out;
  JsonDocument(out).finish();
  CHECK(out.str() == pretty(Json::object()) + "\n");
}

TEST_CASE("json: completeness says what, where and how to mend it") {
  Json json;
  add_completeness(json, {});
  CHECK(line_of(json) == R"({"complete":true,"missing":[],"caveats":[]})");
  Json gap;
  add_completeness(gap, {{{"what", "where", "remedy"}}, {"caveat"}});
  CHECK(line_of(gap) ==
        R"({"complete":false,"missing":[{"what":"what","where":"where","remedy":"remedy"}],"caveats":["caveat"]})");
}

TEST_CASE("position: written and read") {
  CHECK(position_text("SZ1", Seq{12}) == "SZ1:12");
  CHECK(position_text("SZ1", EventPosition{12, 3}) == "SZ1:12.3");
  CHECK(position_text("SZ1", k_no_seq) == "SZ1:-");
  struct Row {
    std::string_view text;
    bool good;
    Seq seq;
    std::optional<std::uint32_t> event;
  };
  const Row rows[] = {
      {"SZ1:12", true, 12, std::nullopt},
      {"12", true, 12, std::nullopt},
      {"SZ1:12.3", true, 12, 3},
      {"12.0", true, 12, 0},
      {"0", true, 0, std::nullopt},
      {"", false, 0, {}},
      {"SZ2:12", false, 0, {}},
      {"SZ1:", false, 0, {}},
      {"SZ1:12.", false, 0, {}},
      {"SZ1:.3", false, 0, {}},
      {"SZ1:-1", false, 0, {}},
      {"12x", false, 0, {}},
      {"12.4294967296", false, 0, {}},
      {"12.4294967295", true, 12, 4294967295U},
      {"18446744073709551614", true, 18446744073709551614U, std::nullopt},
      {"18446744073709551615", false, 0, {}},
      {"18446744073709551616", false, 0, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto position = parse_position(row.text, "SZ1");
    REQUIRE(position.has_value() == row.good);
    if (!row.good) {
      CHECK(position.error().code == ErrorCode::invalid_input);
      continue;
    }
    CHECK(position->seq == row.seq);
    CHECK(position->event == row.event);
  }
}

namespace {

std::string printed(Format format, bool terminal = false) {
  std::ostringstream out, err;
  Output output{out, err, terminal};
  output.format = format;
  const Listing listing{
      Json{{"kind", "rows"}}, "rows", {{"a", Text::ref}, {"b.c", Text::quantity, Align::right}, {"list", Text::lots}}};
  const std::vector<Json> rows{Json{{"a", "x,y"}, {"b", {{"c", "5"}}}, {"list", {"p", "q"}}},
                               Json{{"a", nullptr}, {"list", Json::array({Json{{"quantity", "1"}, {"unit", "EA"}}})}}};
  print_listing(output, listing, rows);
  return out.str();
}

}  // namespace

TEST_CASE("listing: one set of rows in every form") {
  CHECK(printed(Format::table) == "x,y\t5\tp, q\n\t\t1 EA\n");
  CHECK(printed(Format::table, true) == "UNIT  QUANTITY  LOTS\nx,y          5  p, q\n                1 EA\n");
  CHECK(printed(Format::csv) == "a,b.c,list\r\n\"x,y\",5,\"p, q\"\r\n,,1 EA\r\n");
  CHECK(printed(Format::ndjson) ==
        "{\"a\":\"x,y\",\"b\":{\"c\":\"5\"},\"list\":[\"p\",\"q\"]}\n{\"a\":null,\"list\":[{\"quantity\":\"1\","
        "\"unit\":\"EA\"}]}\n");
  const Json whole = Json::parse(printed(Format::json));
  CHECK(whole["kind"] == "rows");
  CHECK(whole["rows"].size() == 2);
  CHECK(whole["rows"][0]["b"]["c"] == "5");
}

TEST_CASE("errors: codes and outcomes have their exit codes") {
  struct Row {
    ErrorCode code;
    Exit exit;
  };
  constexpr Row rows[] = {{ErrorCode::invalid_input, Exit::usage}, {ErrorCode::not_found, Exit::not_found},
                          {ErrorCode::conflict, Exit::conflict},   {ErrorCode::unavailable, Exit::unavailable},
                          {ErrorCode::io, Exit::unavailable},      {ErrorCode::corrupt, Exit::invalid_data}};
  for (const Row& row : rows) CHECK(exit_of(row.code) == row.exit);
  CHECK(exit_of(engine::Outcome::accepted) == Exit::ok);
  CHECK(exit_of(engine::Outcome::duplicate) == Exit::ok);
  CHECK(exit_of(engine::Outcome::refused) == Exit::refused);
  CHECK(exit_of(engine::Outcome::conflict) == Exit::conflict);
  CHECK(exit_of(engine::Outcome::rejected) == Exit::invalid_data);
}

TEST_CASE("errors: message first, hint below, nothing on stdout") {
  std::ostringstream out, err;
  const Output output{out, err};
  const auto failed = fail_with_hint(ErrorCode::not_found, "no lot 'L1'", "lotledger find L1");
  CHECK(print_error(output, failed.error()) == Exit::not_found);
  CHECK(err.str() == "lotledger: no lot 'L1'\n  hint: lotledger find L1\n");
  CHECK(out.str().empty());
}

TEST_CASE("errors: a refusal tells rule, clause and cure in the reader's language") {
  std::ostringstream out, err;
  Output output{out, err};
  output.format = Format::table;
  LedgerInfo info;
  info.created.name = "SZ1";
  engine::Receipt receipt{engine::Outcome::refused, {7, {}}, false, "LOT-1", "hold H-1 has no reason"};
  CHECK(print_receipt(output, info, receipt) == Exit::refused);
  for (const std::string_view part :
       {"LOT-1", "a hold needs a reason", "ISO 13485:2016 8.3.1", "give --reason", "hold H-1 has no reason"}) {
    CAPTURE(part);
    CHECK(err.str().find(part) != std::string::npos);
  }
  CHECK(out.str().empty());
  err.str("");
  output.lang = Language::zh;
  CHECK(print_receipt(output, info, receipt) == Exit::refused);
  CHECK(err.str().find("扣留必须说明原因") != std::string::npos);
}

TEST_CASE("errors: every rule of every area can be told") {
  for (const std::string_view id : {"LOT-1", "LOT-2", "LOT-3", "IDENTITY-1", "IDENTITY-2", "CORRECTION-1",
                                    "CORRECTION-2", "INTAKE-1", "INTAKE-2"}) {
    CAPTURE(id);
    REQUIRE(rule_named(id) != nullptr);
    CHECK(rule_named(id)->id == id);
  }
  CHECK(rule_named("LOT-99") == nullptr);
  CHECK(rule_named("") == nullptr);
}

TEST_CASE("receipt: JSON has kind, position and outcome") {
  std::ostringstream out, err;
  Output output{out, err};
  output.format = Format::json;
  LedgerInfo info;
  info.created.name = "SZ1";
  CHECK(print_receipt(output, info, {engine::Outcome::accepted, {7, {}}, false, "", ""}) == Exit::ok);
  const Json json = Json::parse(out.str());
  CHECK(json["kind"] == "receipt");
  CHECK(json["position"]["SZ1"] == "7");
  CHECK(json["outcome"] == "accepted");
  CHECK(json["rule"].is_null());
}

TEST_CASE("command ids: texts of one field cannot pass for another's") {
  CHECK(canonical_command({"a", "bc"}) == "1:a,2:bc,");
  CHECK(canonical_command({"ab", "c"}) != canonical_command({"a", "bc"}));
  CHECK(canonical_command({"a,1:b", ""}) != canonical_command({"a", "b", ""}));
  const std::string id = fresh_id();
  CHECK(id.size() == 32);
  CHECK(id != fresh_id());
}

}  // namespace lotledger::tests
