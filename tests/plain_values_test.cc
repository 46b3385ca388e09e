// Values of rows: what is taken, and what a person is told of the rest.
#include "connectors/plain/values.h"
#include "tests/support/plain_read.h"

namespace lotledger::tests {

using namespace connectors;
using plain::Kind;

namespace {

constexpr std::string_view k_at = "2026-03-02T08:00:00Z";

/// The verdict on a receipt with these columns beside `at`.
std::string receipt(const std::string& columns, const std::string& cells,
                    plain::PlainFormat format = plain_format(Kind::receipts)) {
  format.delimiter = '\t';
  std::string text = verdict("at\t" + columns + "\n" + std::string(k_at) + "\t" + cells + "\n", format);
  const std::string_view where = "f.csv: line 2, column ";
  return text.starts_with(where) ? text.substr(where.size()) : text;
}

struct Case {
  std::string_view value;
  std::string_view expected;
};

}  // namespace

TEST_CASE("plain values: quantities") {
  const Case points[] = {
      {"1", "accepted"},
      {"12.50", "accepted"},
      {"0.000000000000000001", "accepted"},
      {"0.0000000000000000001", "quantity: \"0.0000000000000000001\": "},
      {"9223372036854775807", "accepted"},
      {"9223372036854775808", "quantity: \"9223372036854775808\": "},
      {"12,5",
       "quantity: \"12,5\": has a comma in it (decimals begin with a point; of a file with decimal commas, say "
       "--decimal-comma; no separators of thousands)"},
      {"1.2E+05",
       "quantity: \"1.2E+05\": is a number as a spreadsheet shortens it; its last digits may be lost (write all "
       "its digits)"},
      {"-1", "quantity: \"-1\": is negative"},
      {"0", "quantity: \"0\": is zero: nothing happened (leave the row out)"},
      {"a dozen", "quantity: \"a dozen\": number "},
      {"0.00", "quantity: \"0.00\": is zero: nothing happened (leave the row out)"},
      {"12 kg", "quantity: \"12 kg\": "},
      {"", "quantity: is empty; a lot or item needs a quantity"},
  };
  for (const Case& each : points) {
    CAPTURE(each.value);
    CHECK(receipt("unit\tquantity\tuom", "RM/L1\t" + std::string(each.value) + (each.value.empty() ? "\t" : "\tKGM"))
              .starts_with(each.expected));
  }
  plain::PlainFormat commas = plain_format(Kind::receipts);
  commas.decimal_comma = true;
  CHECK(receipt("unit\tquantity\tuom", "RM/L1\t12,5\tKGM", commas) == "accepted");
  CHECK(receipt("unit\tquantity\tuom", "RM/L1\t12.5\tKGM", commas) ==
        "quantity: \"12.5\": has a point in it (--decimal-comma was given; no separators of thousands)");
  CHECK(receipt("unit\tquantity\tuom", "RM/L1\t1,2,3\tKGM", commas).starts_with("quantity: \"1,2,3\": "));
  CHECK(receipt("unit\tquantity\tuom", "RM/L1\t1\t") ==
        "uom: is empty beside a quantity (UN/ECE Rec 20: EA, KGM, LTR, MTR)");
  CHECK(receipt("unit\tquantity\tuom", "RM#S1\t\tEA") == "uom: \"EA\": stands without a quantity");
}

TEST_CASE("plain values: a serial is one piece, a container none") {
  CHECK(receipt("unit\tquantity\tuom", "RM#S1\t1\tEA") == "accepted");
  CHECK(receipt("unit\tquantity\tuom", "RM#S1\t1.0\tH87") == "accepted");
  CHECK(receipt("unit\tquantity\tuom", "RM#S1\t\t") == "accepted");
  CHECK(receipt("unit\tquantity\tuom", "RM#S1\t2\tEA") ==
        "quantity: \"2\": a serial is one piece (1 EA, or leave quantity and uom empty)");
  CHECK(receipt("unit\tquantity\tuom", "RM#S1\t1\tKGM").starts_with("quantity: \"1\": a serial is one piece"));
  CHECK(receipt("unit\tquantity\tuom", "(00)340123451111111111\t\t") == "accepted");
  CHECK(receipt("unit\tquantity\tuom", "(00)340123451111111111\t1\tEA")
            .starts_with("quantity: \"1\": a container has no quantity of its own"));
}

TEST_CASE("plain values: times") {
  const auto time = [](const std::string& text, plain::PlainFormat format = plain_format(Kind::receipts)) {
    const std::string found = verdict("at,unit\n" + text + ",RM#S1\n", format);
    const std::string_view where = "f.csv: line 2, column at: ";
    return found.starts_with(where) ? found.substr(where.size()) : found;
  };
  CHECK(time("2026-03-02T08:00:00+08:00") == "accepted");
  CHECK(time("2026-03-02 08:00:00Z") == "accepted");
  CHECK(time("2026-03-02T08:00:00") ==
        "\"2026-03-02T08:00:00\": has no offset from UTC (write 2026-03-02T08:15:00+08:00, "
        "or say --timezone +08:00 for the whole file)");
  CHECK(time("2026-03-02") == "\"2026-03-02\": has no time of day (when on that day? 2026-03-02T08:15:00+08:00)");
  CHECK(time("02.03.2026 08:00").starts_with("\"02.03.2026 08:00\": is no time (RFC 3339"));
  CHECK(time("2026-02-29T08:00:00Z").starts_with("\"2026-02-29T08:00:00Z\": is no time"));
  plain::PlainFormat east = plain_format(Kind::receipts);
  east.offset_minutes = 480;
  const auto rows = plain_submissions("at,unit\n2026-03-02 08:00:00,RM#S1\n2026-03-02T08:00:00Z,RM#S2\n", east);
  REQUIRE(rows.size() == 2);
  const auto at = [&](std::size_t i) { return format_zoned(rows[i].submission.body.events.front().occurred.value()); };
  CHECK(at(0) == "2026-03-02T08:00:00+08:00");
  CHECK(at(1) == "2026-03-02T08:00:00Z");
  CHECK(time("2026-03-02", east).find("has no time of day") != std::string::npos);
}

TEST_CASE("plain values: units in one text") {
  const Case cases[] = {
      {"RM/L1", "accepted"},
      {"SUP-A:RM/L1", "accepted"},
      {"(01)04012345111118(10)L1", "accepted"},
      {"urn:epc:class:lgtin:4012345.011111.L1", "accepted"},
      {"https://id.gs1.org/01/04012345111118/10/L1", "accepted"},
      {"urn:x:lot:1", "accepted"},
      {"RM/1E+11", "accepted"},
      {"L1", "unit: \"L1\": names no item (ITEM/LOT, ITEM#SERIAL, a GS1 element string, a Digital Link or an EPC URI)"},
      {"(417)4000001000005", "unit: \"(417)4000001000005\": names a party (ITEM/LOT"},
      {"(01)04012345111119(10)L1", "unit: \"(01)04012345111119(10)L1\": "},
      {"1.23457E+11", "unit: \"1.23457E+11\": is a number as a spreadsheet shortens it; its last digits are lost"},
      {"", "item: is empty, so that the row names no unit (a lot text alone is no unit)"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.value);
    CHECK(receipt("unit\tquantity\tuom", std::string(each.value) + "\t1\tKGM").starts_with(each.expected));
  }
}

TEST_CASE("plain values: units in columns") {
  struct Unit {
    std::string_view cells;  ///< gtin, item, lot, serial, issuer
    std::string_view expected;
  };
  const Unit cases[] = {
      {"\tRM\tL1\t\t", "accepted"},
      {"\tRM\t\t\t", "accepted"},
      {"04012345111118\t\tL1\t\t", "accepted"},
      {"4012345111118\t\tL1\t\t", "accepted"},
      {"04012345111119\t\tL1\t\t",
       "gtin: \"04012345111119\": is no GTIN: has the wrong check digit 9; it would be 8 (8, 12, "
       "13 or 14 digits, the last of them the check digit)"},
      {"12345678905\t\tL1\t\t",
       "gtin: \"12345678905\": is no GTIN: has 11 digits (leading zeros were lost? 00012345678905; format the column "
       "as "
       "text)"},
      {"4.01235E+12\t\tL1\t\t",
       "gtin: \"4.01235E+12\": is a number as a spreadsheet shortens it; its last digits are lost"},
      {"04012345111118\t\tL2345678901234567890X\t\t",
       "lot: \"L2345678901234567890X\": GS1 does not allow this beside a GTIN"},
      {"04012345111118\tRM\tL1\t\t", "item: \"RM\": stands beside gtin, which names the item already"},
      {"04012345111118\t\tL1\t\tSUP", "issuer: \"SUP\": stands beside gtin"},
      {"\t04012345111119\tL1\t\t",
       "item: \"04012345111119\": reads as a GTIN but has the wrong check digit 9; it would be 8"},
      {"\t4012345111119\tL1\t\t",
       "item: \"4012345111119\": reads as a GTIN but has the wrong check digit 9; it would be 8"},
      {"\t04012345111119\tL1\t\tSUP", "accepted"},
      {"\t401234511111\tL1\t\t", "accepted"},
      {"\t\tL1\t\t", "item: is empty, so that the row names no unit"},
      {"\tRM\t1.5E+10\t\t", "lot: \"1.5E+10\": is a number as a spreadsheet shortens it"},
      {"\tRM\t1E5\t\t", "accepted"},
  };
  for (const Unit& each : cases) {
    CAPTURE(each.cells);
    CHECK(receipt("gtin\titem\tlot\tserial\tissuer\tquantity\tuom", std::string(each.cells) + "\t1\tEA")
              .starts_with(each.expected));
  }
  CHECK(receipt("unit\tlot\tquantity\tuom", "RM/L1\tL1\t1\tEA") ==
        "lot: \"L1\": stands beside unit, which names the unit already (leave one of them empty)");
}

TEST_CASE("plain values: parties and places") {
  const Case cases[] = {
      {"C-1", "accepted"},
      {"4000001000005", "accepted"},
      {"4000001000006", "supplier: \"4000001000006\": is no GLN: has the wrong check digit 6; it would be 5"},
      {"urn:epc:id:pgln:4000001.00000", "accepted"},
      {"urn:x:1", "accepted"},
      {"(01)04012345111118", "supplier: \"(01)04012345111118\": names a class, no party"},
      {"(417)4000001000006", "supplier: \"(417)4000001000006\": "},
      {"4E+12", "supplier: \"4E+12\": is a number as a spreadsheet shortens it"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.value);
    CHECK(receipt("unit\tsupplier", "RM#S1\t" + std::string(each.value)).starts_with(each.expected));
  }
}

TEST_CASE("plain values: what a spreadsheet makes of long numbers") {
  for (const std::string_view text : {"1.23457E+11", "1,23457E+11", "1E+11", "-1.2e-05", "4E+12"}) {
    CAPTURE(text);
    CHECK(plain::is_scientific(text));
  }
  for (const std::string_view text :
       {"", "E", "1E5", "E+11", "1E+", "1.E+5", "12.5E+3", "1.2E+A", "LOT1E+5", "12", "1.5"}) {
    CAPTURE(text);
    CHECK_FALSE(plain::is_scientific(text));
  }
}

TEST_CASE("plain values: every fault of a row is told") {
  const auto rows = plain_submissions("at,unit,quantity,uom,supplier\nyesterday,L1,\"1,5\",KGM,4000001000006\n",
                                      plain_format(Kind::receipts));
  REQUIRE(rows.size() == 1);
  const auto& body = std::get<engine::IntakeEvent>(rows[0].submission.body.events.front().body);
  std::vector<std::string> fields;
  for (const engine::Fault& fault : std::get<engine::RowRejected>(body).faults) fields.push_back(fault.field);
  CHECK(fields == std::vector<std::string>{"at", "quantity", "unit", "supplier"});
}

TEST_CASE("plain values: dates and countries") {
  const auto made = [](const std::string& day) {
    return verdict("at,order,unit,expires_on\n" + std::string(k_at) + ",WO,RM#S1," + day + "\n",
                   plain_format(Kind::production));
  };
  CHECK(made("2028-02-29") == "accepted");
  CHECK(made("2027-02-29") == "f.csv: line 2, column expires_on: \"2027-02-29\": is no date (YYYY-MM-DD)");
  CHECK(made("2027-02-00") == "accepted");
  CHECK(made("2027-13-00").ends_with("is no date (YYYY-MM-DD)"));
  CHECK(made("28.02.2027").ends_with("is no date (YYYY-MM-DD)"));
  const auto party = [](const std::string& country) {
    return verdict("party,valid_from,name,country\nC-1," + std::string(k_at) + ",N," + country + "\n",
                   plain_format(Kind::parties));
  };
  CHECK(party("CN") == "accepted");
  CHECK(party("cn").ends_with("is no country code (two capital letters, ISO 3166-1: CN, DE, US)"));
  CHECK(party("CHN").find("is no country code") != std::string::npos);
}

}  // namespace lotledger::tests
