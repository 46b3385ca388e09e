// Bytes to rows: CSV and NDJSON as they come, and as they come damaged.
#include "tests/support/plain_read.h"

#include <rapidcheck.h>

#include <algorithm>

namespace lotledger::tests {

using namespace connectors;
using plain::Column;
using plain::Kind;
using plain::Row;

namespace {

const std::string k_header = "at,item,lot,quantity,uom\n";
constexpr std::string_view k_at = "2026-03-02T08:00:00Z";

std::string row_of(const std::string& lot) {
  return std::string(k_at) + ",RM," + lot + ",1,EA\n";
}

/// `LINE@OFFSET LOT` of each row, `LINE@OFFSET !FAULT` of refused ones.
std::vector<std::string> shown(const std::vector<Row>& rows) {
  std::vector<std::string> out;
  for (const Row& row : rows) {
    std::string text = std::to_string(row.place.line) + "@" + std::to_string(row.place.offset) + " ";
    text += row.faults.empty() ? row[Column::lot] : "!" + row.faults.front().what;
    out.push_back(std::move(text));
  }
  return out;
}

using Shown = std::vector<std::string>;

/// A cell as careful exporters write it.
std::string quoted_cell(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

TEST_CASE("plain reader: rows with their lines and offsets") {
  struct Case {
    std::string_view name;
    std::string rows;
    Shown expected;
  };
  const std::string row = row_of("L1");
  const Case cases[] = {
      {"none", "", {}},
      {"one", row, {"2@25 L1"}},
      {"no line end at the end", row.substr(0, row.size() - 1), {"2@25 L1"}},
      {"CRLF", row.substr(0, row.size() - 1) + "\r\n" + row, {"2@25 L1", "3@58 L1"}},
      {"blank lines are passed over", "\n \t\r\n" + row, {"4@30 L1"}},
      {"quotes", row_of("\"a,\"\"b\"\"\""), {"2@25 a,\"b\""}},
      {"quoted last cell before CRLF", std::string(k_at) + ",RM,L1,1,\"EA\"\r\n" + row, {"2@25 L1", "3@60 L1"}},
      {"blanks around a value", row_of("  L1\t"), {"2@25 L1"}},
  };
  for (const Case& each : cases) {
    CAPTURE(each.name);
    CHECK(shown(plain_rows(k_header + each.rows, plain_format(Kind::receipts))) == each.expected);
  }
  CHECK(shown(plain_rows("\xEF\xBB\xBF" + k_header + row, plain_format(Kind::receipts))) == Shown{"2@28 L1"});
}

TEST_CASE("plain reader: a broken row costs its own line") {
  const std::string good = row_of("GOOD");
  const std::string first = std::string(k_at);
  struct Case {
    std::string_view name;
    std::string bad;
    std::string_view what;
  };
  const Case cases[] = {
      {"opened, never closed", first + ",RM,\"L1,1,EA\n", "has a quote that is not closed"},
      {"inside a cell", first + ",RM,5\" pipe,1,EA\n", "has a quote inside a cell that does not begin with one"},
      {"text behind a quote", first + ",RM,\"L\"1,1,EA\n", "has text behind a closing quote"},
      {"too few cells", first + ",RM,L1,1\n", "has 4 cells, the header names 5"},
      {"too many cells", first + ",RM,L1,1,5,EA\n", "has 6 cells, the header names 5"},
      {"NUL", first + ",RM,L" + std::string(1, '\0') + ",1,EA\n", "has a NUL character as byte 2 of the value"},
      {"control character", first + ",RM,L\x01,1,EA\n", "has the control character 0x01 as byte 2 of the value"},
      {"not UTF-8", first + ",RM,L\xFF,1,EA\n", "is not UTF-8 at byte 2 of the value (0xFF)"},
      {"overlong UTF-8", first + ",RM,\xC0\xAF,1,EA\n", "is not UTF-8 at byte 1 of the value (0xC0)"},
      {"surrogate", first + ",RM,\xED\xA0\x80,1,EA\n", "is not UTF-8 at byte 1 of the value (0xED)"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.name);
    const auto rows = plain_rows(k_header + good + each.bad + good + good, plain_format(Kind::receipts));
    REQUIRE(rows.size() == 4);
    CHECK(rows[1].faults.front().what == each.what);
    CHECK(rows[1].place.line == 3);
    for (const std::size_t sound : {0UZ, 2UZ, 3UZ}) CHECK(rows[sound].faults.empty());
  }
}

TEST_CASE("plain reader: a forgotten quote does not swallow the row that closes it") {
  const std::string opens = std::string(k_at) + ",RM,\"L1,1,EA\n";
  const std::string quoted = std::string(k_at) + ",RM,\"L2\",1,EA\n";
  const std::string at_start = "\"" + std::string(k_at) + "\",RM,L3,1,EA\n";
  for (const std::string& next : {quoted, at_start}) {
    const auto rows = plain_rows(k_header + opens + next + row_of("L4"), plain_format(Kind::receipts));
    REQUIRE(rows.size() == 3);
    CHECK_FALSE(rows[0].faults.empty());
    CHECK(rows[0].text == opens.substr(0, opens.size() - 1));
    CHECK(rows[1].faults.empty());
    CHECK(rows[2].faults.empty());
  }
}

TEST_CASE("plain reader: two stray quotes do not swallow the rows between them") {
  const std::string good = row_of("L2") + row_of("L3");
  for (const std::string_view closes : {",RM,L4\",1,EA\n", ",RM\",L4,1,EA\n", ",RM,L4,1,EA\"\n"}) {
    CAPTURE(closes);
    const std::string text = k_header + row_of("\"L1") + good + std::string(k_at) + std::string(closes) + row_of("L5");
    const auto rows = plain_rows(text, plain_format(Kind::receipts));
    REQUIRE(rows.size() == 5);
    CHECK_FALSE(rows[0].faults.empty());
    CHECK(rows[1][Column::lot] == "L2");
    CHECK(rows[2][Column::lot] == "L3");
    CHECK_FALSE(rows[3].faults.empty());
    CHECK(rows[4][Column::lot] == "L5");
  }
}

TEST_CASE("plain reader: a line end in quotes belongs to an address, not to a code") {
  const std::string text = "party,valid_from,name,street\nC-1," + std::string(k_at) +
                           ",N,\"1 Road\nBuilding 2\"\nC-2," + std::string(k_at) + ",N,S\n";
  const auto rows = plain_rows(text, plain_format(Kind::parties));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].faults.empty());
  CHECK(rows[0][Column::street] == "1 Road\nBuilding 2");
  CHECK(rows[1].place.line == 4);
  CHECK(rows[1].faults.empty());
  const auto code = plain_rows(k_header + row_of("\"L\n1\""), plain_format(Kind::receipts));
  REQUIRE(code.size() == 2);
  CHECK(code[0].faults.front().what == "has a quote that is not closed on this line");
  CHECK_FALSE(code[1].faults.empty());
}

TEST_CASE("plain reader: rows of the greatest length and one byte more") {
  for (const std::size_t more : {0UZ, 1UZ}) {
    CAPTURE(more);
    const std::string rest = row_of("");
    const std::string lot(plain::k_row_bytes_max - rest.size() + more, 'x');
    const auto rows = plain_rows(k_header + row_of(lot) + row_of("L2"), plain_format(Kind::receipts));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].faults.empty() == (more == 0));
    CHECK(rows[1][Column::lot] == "L2");
    CHECK(rows[1].place.line == 3);
  }
  const std::string endless(plain::k_row_bytes_max * 9, 'x');
  const auto rows = plain_rows(k_header + endless + "\n" + row_of("L2"), plain_format(Kind::receipts), 4096);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].length == endless.size());
  CHECK_FALSE(rows[0].whole);
  CHECK(rows[0].text.size() == plain::k_row_bytes_max);
  CHECK(rows[1][Column::lot] == "L2");
}

TEST_CASE("plain reader: headers that are not sound") {
  struct Case {
    std::string_view header;
    std::string_view expected;
  };
  const Case cases[] = {
      {"", "f.csv: is empty"},
      {"\n\n", "f.csv: holds no header"},
      {"at,itm,lot\n", "f.csv: line 1, column itm: is no column of receipts (did you mean item?)"},
      {"at,unit,consignee\n", "f.csv: line 1, column consignee: is no column of receipts (a column of: shipments)"},
      {"at;unit;lot\n",
       "f.csv: line 1, column at;unit;lot: is no column of receipts (cells are delimited otherwise? "
       "--delimiter ';')"},
      {"at,unit,at\n", "f.csv: line 1, column at: stands twice in the header"},
      {"unit\n", "f.csv: line 1, column at: column is missing (lotledger connect template receipts)"},
      {"at,lot\n", "f.csv: line 1, column unit: no column names the unit (unit, or item or gtin, with lot and serial)"},
      {"\xFF\xFE"
       "a\0t\0",
       "f.csv: is UTF-16, which is not read; save it as UTF-8 (CSV UTF-8)"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.header);
    CHECK(header_fault(std::string(each.header), plain_format(Kind::receipts)) == each.expected);
  }
}

TEST_CASE("plain reader: GB18030 by option, and a hint without it") {
  // 批次 in GB18030; 0x5C, a backslash in ASCII, is the second byte of the last character.
  const std::string lot = "\xC5\xFA\xB4\xCE\x81\x5C";
  plain::PlainFormat format = plain_format(Kind::receipts);
  const auto refused = plain_rows(k_header + row_of(lot), format);
  REQUIRE(refused.front().faults.size() == 1);
  CHECK(refused.front().faults.front().hint == "it may be GB18030: --encoding gb18030");
  format.encoding = plain::Encoding::gb18030;
  const auto rows = plain_rows(k_header + row_of(lot), format);
  CHECK(rows.front()[Column::lot] == "批次乗");
  CHECK(rows.front().text.find("批次乗") != std::string::npos);
  const auto wrong = plain_rows(k_header + row_of("\xFF"), format);
  CHECK(wrong.front().faults.front().what == "is not GB18030");
  CHECK(header_fault("\xEF\xBB\xBF" + k_header, format) ==
        "f.csv: begins with the mark of UTF-8; leave --encoding out");
  CHECK(header_fault("{}", format) == "f.csv: JSON is UTF-8 (RFC 8259, 8.1); leave --encoding out");
}

TEST_CASE("plain reader: one JSON object a line") {
  const std::string text = R"({"at":"2026-03-02T08:00:00Z","unit":"RM/L1","quantity":1.50,"uom":"EA","id":null}
{"at":"x","lot":4711}
{"at":"x","lots":"L"}
{"at":"x"
[1]
{"unit":"RM/L2"})";
  const auto rows = plain_rows(text, plain_format(Kind::receipts));
  REQUIRE(rows.size() == 6);
  CHECK(rows[0].faults.empty());
  CHECK(rows[0][Column::quantity] == "1.50");
  CHECK(to_text(rows[1].faults.at(0)) ==
        "lot: \"4711\": must be a text (put it in quotes: numbers lose their leading zeros)");
  CHECK(to_text(rows[2].faults.at(0)) == "lots: is no column of receipts (did you mean lot?)");
  CHECK_FALSE(rows[3].is_row);
  CHECK(rows[4].faults.at(0).what == "a row is one JSON object");
  CHECK(rows[5][Column::unit] == "RM/L2");
  CHECK(rows[5].place.line == 6);
}

TEST_CASE("plain reader: written rows are read again") {
  CHECK(rc::check("round trip of any cells", [] {
    const auto cell = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\",; 'é|x")));
    const auto lots = *rc::gen::container<std::vector<std::string>>(cell);
    std::string text = k_header;
    std::vector<std::string> expected;
    for (const std::string& lot : lots) {
      if (plain::utf8_fault(lot)) continue;
      text += row_of(quoted_cell(lot));
      expected.emplace_back(plain::trimmed(lot));
    }
    std::vector<std::string> found;
    for (const Row& row : plain_rows(text, plain_format(Kind::receipts))) found.push_back(row[Column::lot]);
    RC_ASSERT(found == expected);
  }));
}

TEST_CASE("plain reader: any split of the bytes reads the same") {
  CHECK(rc::check("chunks of any size", [] {
    const auto piece = rc::gen::elementOf(std::vector<std::string>{row_of("L1"), row_of("\"a\"\"b\""),
                                                                   row_of("\"x\ny\""), row_of("\"open"), "\n", "\r\n",
                                                                   "\"", ",", "x\r\n", row_of("\xE6")});
    std::string text = k_header;
    for (const std::string& each : *rc::gen::container<std::vector<std::string>>(piece)) text += each;
    const auto chunk = *rc::gen::inRange<std::size_t>(1, 40);
    const auto format = plain_format(Kind::receipts);
    RC_ASSERT(shown(plain_rows(text, format, chunk)) == shown(plain_rows(text, format)));
  }));
}

TEST_CASE("plain reader: every byte of a file stands in some row") {
  CHECK(rc::check("nothing vanishes", [] {
    const auto piece = rc::gen::elementOf(
        std::vector<std::string>{row_of("L1"), row_of("\"open"), "\"", "x", ",", "\n", row_of("\"x\ny\"")});
    std::string text = k_header;
    for (const std::string& each : *rc::gen::container<std::vector<std::string>>(piece)) text += each;
    std::uint64_t at = k_header.size();
    for (const Row& row : plain_rows(text, plain_format(Kind::receipts))) {
      const std::string between = text.substr(at, row.place.offset - at);
      RC_ASSERT(std::ranges::all_of(between, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }));
      at = row.place.offset + row.length;
    }
    RC_ASSERT(std::ranges::all_of(text.substr(at), [](char c) { return c == '\n' || c == '\r'; }));
  }));
}

}  // namespace lotledger::tests
