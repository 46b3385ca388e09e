// tests/unit_key_test.cc - keys of units: one unit, one key, whatever the writing; every key can be typed back.
#include "engine/base/unit_key.h"
#include "engine/base/gs1.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace lotledger::tests {

namespace {

UnitRef parsed(std::string_view text) {
  auto read = parse_unit(text);
  if (!read) FAIL(read.error().message);
  return *std::move(read);
}

UnitKey key_of(std::string_view text) {
  return parsed(text).key;
}

UnitKey plant(const PlantUnit& unit) {
  return plant_unit_key(unit).value();
}

const std::string k_set82 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'()*+,-./:;<=>?_";
const std::string k_urn_plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!'()*+,-.:;=_";

std::string any_text(const std::string& alphabet, std::size_t longest) {
  const auto size = *rc::gen::inRange<std::size_t>(1, longest + 1);
  return *rc::gen::container<std::string>(size, rc::gen::elementOf(alphabet));
}

std::string any_digits(std::size_t count) {
  return *rc::gen::container<std::string>(count, rc::gen::elementOf(std::string("0123456789")));
}

/// Text as a URN or a link must write it: all but `plain` as % and two digits.
std::string percent_encoded(const std::string& text, const std::string& plain) {
  static constexpr char k_digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (plain.find(c) != std::string::npos) {
      encoded.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', k_digits[byte >> 4], k_digits[byte & 15]};
    }
  }
  return encoded;
}

/// A value as an element string in brackets writes it.
std::string bracket_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '(') escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

/// An item of some company, once as a URN has it and once as the GTIN-14 built by hand from the same digits.
struct AnyItem {
  std::string urn;
  std::string gtin;
};
AnyItem any_item() {
  const auto company_size = *rc::gen::inRange<std::size_t>(6, 13);
  const std::string company = any_digits(company_size);
  const std::string reference = any_digits(13 - company_size);
  std::string gtin = reference.substr(0, 1) + company + reference.substr(1);
  gtin.push_back(gs1_check_digit(gtin));
  return {company + "." + reference, gtin};
}

/// Any GS1 key, by way of one of its writings.
UnitKey any_gs1_key() {
  const auto numbered = [](std::size_t digits, const std::string& front) {
    std::string number = front + any_digits(digits - front.size());
    number.push_back(gs1_check_digit(number));
    return number;
  };
  const std::string gtin = "01" + any_item().gtin;
  const std::string company = any_digits(8);
  const std::string tail = any_text(k_set82, 16);
  const std::string text = any_text(k_set82, 20);
  const auto key = [](const std::string& bytes) { return UnitKey("g" + bytes); };
  switch (*rc::gen::inRange(0, 18)) {
    case 0: return key(gtin);
    case 1:
      return key(gtin +
                 "\x1d"
                 "10" +
                 text);
    case 2:
      return key(gtin +
                 "\x1d"
                 "21" +
                 text);
    case 3:
      return key(gtin +
                 "\x1d"
                 "235" +
                 any_text(k_set82, 28));
    case 4: return key("00" + numbered(17, ""));
    case 5: return key("414" + numbered(12, ""));
    case 6:
      return key("414" + numbered(12, "") +
                 "\x1d"
                 "254x" +
                 any_text(k_set82, 19));
    case 7: return key("417" + numbered(12, ""));
    case 8: return key("8003" + numbered(13, "0"));
    case 9: return key("8003" + numbered(13, "0") + tail);
    case 10: return key("8004" + company + tail);
    case 11: return key("8006" + any_item().gtin + "0203");
    case 12:
      return key("8006" + any_item().gtin +
                 "0203\x1d"
                 "21" +
                 text);
    case 13: return key("8010" + company + any_text("ABCXYZ0189#-/", 22));
    case 14:
      return key("8010" + company + any_text("ABCXYZ0189#-/", 22) +
                 "\x1d"
                 "80111" +
                 any_digits(11));
    case 15: return key("253" + numbered(12, "") + tail);
    case 16: return key("8018" + numbered(17, ""));
    default: return key("401" + company + tail);
  }
}

/// Printable text in which structure characters are frequent.
std::string any_field() {
  return any_text("AB01 :/#%(<>*\\)\xc3\xa9\xe6", 24);
}

UnitKey any_plant_key() {
  const std::string issuer = *rc::gen::arbitrary<bool>() ? any_field() : "";
  const std::string item = *rc::gen::arbitrary<bool>() ? any_field() : any_item().gtin;
  const std::string value = any_field();
  switch (*rc::gen::inRange(0, 3)) {
    case 0: return plant({issuer, item, value, ""});
    case 1: return plant({issuer, item, "", value});
    default: return plant({issuer, item, "", ""});
  }
}

/// Any opaque key that a source may have written where a URI stands.
UnitKey any_opaque_key() {
  const std::string head = *rc::gen::elementOf(std::vector<std::string>{
      "", "<", "foo/", "a:b/", "a#", "(01)", "urn:epc:id:sgtin:1.", "https://example.com/01/"});
  const std::string tail = any_field();
  UnitKey key = parse_unit_uri(head + tail).value().key;
  RC_PRE(key.type() == UnitType::opaque);
  return key;
}

UnitKey any_key() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0: return any_gs1_key();
    case 1: return any_plant_key();
    default: return any_opaque_key();
  }
}

}  // namespace

namespace {

/// What a writing of a unit must read as.
struct Parts {
  std::string_view text;
  UnitType type;
  std::string_view item;
  std::string_view lot;
  std::string_view serial;
  std::string_view issuer;
  std::string_view ref;
  std::string_view uri;
};

}  // namespace

TEST_CASE("unit key: parts, type, ref and uri of each kind") {
  const Parts rows[] = {
      {"(01)04012345111118(10)L/1", UnitType::lot, "04012345111118", "L/1", "", "", "04012345111118/L/1",
       "https://id.gs1.org/01/04012345111118/10/L%2F1"},
      {"urn:epc:id:sgtin:4012345.011111.9876", UnitType::serial, "04012345111118", "", "9876", "",
       "04012345111118#9876", "https://id.gs1.org/01/04012345111118/21/9876"},
      {"4012345111118#9876", UnitType::serial, "04012345111118", "", "9876", "", "04012345111118#9876",
       "https://id.gs1.org/01/04012345111118/21/9876"},
      {"urn:epc:idpat:sgtin:4012345.011111.*", UnitType::item_class, "04012345111118", "", "", "", "(01)04012345111118",
       "https://id.gs1.org/01/04012345111118"},
      {"4012345111118/*", UnitType::item_class, "04012345111118", "", "", "", "(01)04012345111118",
       "https://id.gs1.org/01/04012345111118"},
      {"(01)04012345111118(235)T", UnitType::serial, "04012345111118", "", "T", "", "(01)04012345111118(235)T",
       "https://id.gs1.org/01/04012345111118/235/T"},
      {"(00)340123451111111111", UnitType::container, "", "", "", "", "(00)340123451111111111",
       "https://id.gs1.org/00/340123451111111111"},
      {"(8004)4012345A(1", UnitType::opaque, "", "", "", "", "(8004)4012345A(1", "(8004)4012345A(1"},
      {"(8004)4012345A\\(1", UnitType::serial, "", "", "4012345A(1", "", "(8004)4012345A\\(1",
       "https://id.gs1.org/8004/4012345A%281"},
      {"(8006)040123451111180102(21)9", UnitType::serial, "04012345111118", "", "9", "",
       "(8006)040123451111180102(21)9", "https://id.gs1.org/8006/040123451111180102/21/9"},
      {"(8010)0614141A#(8011)7", UnitType::serial, "0614141A#", "", "7", "", "(8010)0614141A#(8011)7",
       "https://id.gs1.org/8010/0614141A%23/8011/7"},
      {"TI-64/H-2201", UnitType::lot, "TI-64", "H-2201", "", "", "TI-64/H-2201", "TI-64/H-2201"},
      {"ACME:TI-64/H/22#01", UnitType::lot, "TI-64", "H/22#01", "", "ACME", "ACME:TI-64/H/22#01", "ACME:TI-64/H/22#01"},
      {"STEM#0007", UnitType::serial, "STEM", "", "0007", "", "STEM#0007", "STEM#0007"},
      {"TI-64/*", UnitType::item_class, "TI-64", "", "", "", "TI-64/*", "TI-64/*"},
      {"TI-64/%2A", UnitType::lot, "TI-64", "*", "", "", "TI-64/%2A", "TI-64/%2A"},
      {"TI%2F64/50%", UnitType::lot, "TI/64", "50%", "", "", "TI%2F64/50%", "TI%2F64/50%"},
      {"%3CTI/6>", UnitType::lot, "<TI", "6>", "", "", "%3CTI/6>", "%3CTI/6>"},
      {"%28TI/6", UnitType::lot, "(TI", "6", "", "", "%28TI/6", "%28TI/6"},
      {"ACME:04012345111118/L", UnitType::lot, "04012345111118", "L", "", "ACME", "ACME:04012345111118/L",
       "ACME:04012345111118/L"},
      {"04012345111119/L", UnitType::lot, "04012345111119", "L", "", "", "04012345111119/L", "04012345111119/L"},
      {"04012345111118/a lot with blanks", UnitType::lot, "04012345111118", "a lot with blanks", "", "",
       "04012345111118/a lot with blanks", "04012345111118/a lot with blanks"},
      {"TI-64", UnitType::opaque, "", "", "", "", "TI-64", "TI-64"},
      {"TI-64/", UnitType::opaque, "", "", "", "", "TI-64/", "TI-64/"},
      {"/L", UnitType::opaque, "", "", "", "", "/L", "/L"},
      {":TI-64/L", UnitType::opaque, "", "", "", "", ":TI-64/L", ":TI-64/L"},
      {"urn:uuid:0733946c/x", UnitType::opaque, "", "", "", "", "urn:uuid:0733946c/x", "urn:uuid:0733946c/x"},
      {"https://example.com/unit/7", UnitType::opaque, "", "", "", "", "https://example.com/unit/7",
       "https://example.com/unit/7"},
      {"<foo/bar>", UnitType::opaque, "", "", "", "", "<foo/bar>", "foo/bar"},
      {"<urn:epc:id:sscc:4012345.3111111111>", UnitType::container, "", "", "", "", "(00)340123451111111111",
       "https://id.gs1.org/00/340123451111111111"},
      {"https://id.gs1.org/01/04012345111119", UnitType::opaque, "", "", "", "", "https://id.gs1.org/01/04012345111119",
       "https://id.gs1.org/01/04012345111119"},
  };
  for (const Parts& row : rows) {
    CAPTURE(row.text);
    const UnitRef unit = parsed(row.text);
    CHECK(unit.original == row.text);
    CHECK(name_of(unit.key.type()) == name_of(row.type));
    CHECK(unit.key.item() == row.item);
    CHECK(unit.key.lot() == row.lot);
    CHECK(unit.key.serial() == row.serial);
    CHECK(unit.key.issuer() == row.issuer);
    CHECK(unit.key.ref() == row.ref);
    CHECK(unit.key.uri() == row.uri);
    CHECK(key_of(unit.key.ref()) == unit.key);
  }
}

TEST_CASE("unit key: bytes as drawn in the data format") {
  CHECK(key_of("urn:epc:class:lgtin:4012345.011111.L1").bytes() ==
        "g0104012345111118\x1d"
        "10L1");
  CHECK(key_of("(00)340123451111111111").bytes() == "g00340123451111111111");
  CHECK(key_of("ACME:TI-64/H1").bytes() == "pACME\x1dTI-64\x1dLH1");
  CHECK(key_of("TI-64#7").bytes() == "p\x1dTI-64\x1dS7");
  CHECK(key_of("TI-64/*").bytes() == "p\x1dTI-64");
  CHECK(key_of("anything").bytes() == "uanything");
}

TEST_CASE("unit key: keys of unknown schemes are opaque") {
  for (const std::string_view bytes : {"", "x", "zfuture", "g", "g99abc",
                                       "g0104012345111118\x1d"
                                       "99x",
                                       "p", "pACME", "pACME\x1dI\x1dX1"}) {
    CAPTURE(bytes);
    const UnitKey key{std::string(bytes)};
    CHECK(key.type() == UnitType::opaque);
    CHECK(key.item().empty());
    CHECK(key.lot().empty());
    CHECK(key.serial().empty());
    CHECK_FALSE(key.item_class().has_value());
  }
}

TEST_CASE("unit key: case matters") {
  CHECK(key_of("TI-64/h1") != key_of("TI-64/H1"));
  CHECK(key_of("(01)04012345111118(21)a") != key_of("(01)04012345111118(21)A"));
}

TEST_CASE("unit key: what is no text at all is an error") {
  struct Row {
    std::string text;
    std::string_view why;
  };
  const Row rows[] = {
      {"", "is empty"},
      {"A/B\n", "control character (0x0a) at position 4"},
      {std::string("A\0B", 3), "control character (0x00) at position 2"},
      {"A\x7f", "(0x7f)"},
      {"A\x1d"
       "B",
       "(0x1d)"},
      {std::string(2049, 'x'), "2049 bytes, at most 2048"},
      {"<" + std::string(2049, 'x') + ">", "2049 bytes"},
  };
  for (const Row& row : rows) {
    const auto read = parse_unit(row.text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == ErrorCode::invalid_input);
    CAPTURE(read.error().message);
    CHECK(read.error().message.find(row.why) != std::string::npos);
  }
  CHECK(parse_unit(std::string(2048, 'x')).has_value());
  CHECK(parse_unit("<" + std::string(2048, 'x') + ">").has_value());
}

TEST_CASE("unit key: fields of a plant's unit") {
  const std::string longest(200, 'x');
  const std::string too_long(201, 'x');
  CHECK(plant_unit_key({longest, longest, longest, ""}).has_value());
  CHECK_FALSE(plant_unit_key({"", too_long, "", ""}).has_value());
  CHECK_FALSE(plant_unit_key({"", "", "L", ""}).has_value());
  CHECK_FALSE(plant_unit_key({"", "I", "L", "S"}).has_value());
  CHECK_FALSE(plant_unit_key({"", "I", "L\t", ""}).has_value());
  CHECK(plant({"", "4012345111118", "L", ""}) == key_of("(01)04012345111118(10)L"));
  CHECK(plant({"", "4012345111118", "", ""}) == key_of("(01)04012345111118"));
  CHECK(plant({"", "I%2F", "50%25", ""}).item() == "I%2F");
  CHECK(plant({"", "I", "*", ""}).lot() == "*");
  // Longer than a text may be, yet a key: it is opaque only as a text.
  CHECK(parse_unit(too_long + "/L")->key.type() == UnitType::opaque);
}

TEST_CASE("unit key: URIs are not guessed to be a plant's") {
  CHECK(parse_unit_uri("foo/bar")->key.type() == UnitType::opaque);
  CHECK(parse_unit_uri("04012345111118/L")->key.type() == UnitType::opaque);
  CHECK(parse_unit_uri("<foo>")->key.bytes() == "u<foo>");
  CHECK(parse_unit_uri("urn:epc:class:lgtin:4012345.011111.L")->key == key_of("04012345111118/L"));
}

TEST_CASE("unit key: a serial belongs to a class, a GIAI to none") {
  CHECK(key_of("TI-64#7").item_class() == key_of("TI-64/*"));
  CHECK(key_of("04012345111118/L").item_class() == key_of("(01)04012345111118"));
  CHECK(key_of("(8006)040123451111180102(21)9").item_class() == key_of("(8006)040123451111180102"));
  CHECK_FALSE(key_of("(8004)4012345A").item_class().has_value());
  CHECK_FALSE(key_of("(01)04012345111118").item_class().has_value());
  CHECK_FALSE(key_of("(00)340123451111111111").item_class().has_value());
}

TEST_CASE("unit key: every key can be typed back") {
  CHECK(rc::check("parse(ref(k)) == k", [] {
    const UnitKey key = any_key();
    const auto read = parse_unit(key.ref());
    RC_LOG(key.ref());
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->key == key);
  }));
}

TEST_CASE("unit key: every GS1 and every opaque key survives its URI") {
  CHECK(rc::check("parse(uri(k)) == k", [] {
    const UnitKey key = *rc::gen::arbitrary<bool>() ? any_gs1_key() : any_opaque_key();
    RC_LOG(key.uri());
    RC_ASSERT(parse_unit_uri(key.uri()).value().key == key);
  }));
}

TEST_CASE("unit key: all writings of a serial give one key") {
  CHECK(rc::check("urn == link == link elsewhere == element string == ITEM#SERIAL", [] {
    const AnyItem item = any_item();
    const std::string serial = any_text(k_set82, 20);
    const std::string in_link = percent_encoded(serial, "abcdefghijklmnopqrstuvwxyz0123456789");
    const UnitKey key = key_of("urn:epc:id:sgtin:" + item.urn + "." + percent_encoded(serial, k_urn_plain));
    RC_ASSERT(key.type() == UnitType::serial);
    RC_ASSERT(key.serial() == serial);
    RC_ASSERT(key.item() == item.gtin);
    RC_ASSERT(key_of("https://id.gs1.org/01/" + item.gtin + "/21/" + in_link) == key);
    RC_ASSERT(key_of("https://example.com/some/path/01/" + item.gtin + "/22/V/10/L/21/" + in_link + "?17=261231") ==
              key);
    RC_ASSERT(key_of("(01)" + item.gtin + "(17)261231(21)" + bracket_escaped(serial)) == key);
    RC_ASSERT(plant({"", item.gtin, "", serial}) == key);
    RC_ASSERT(parse_unit_uri(key.uri()).value().key == key);
  }));
}

TEST_CASE("unit key: all writings of a lot give one key") {
  CHECK(rc::check("urn == link == element string == ITEM/LOT", [] {
    const AnyItem item = any_item();
    const std::string lot = any_text(k_set82, 20);
    const std::string in_link = percent_encoded(lot, "abcdefghijklmnopqrstuvwxyz0123456789");
    const UnitKey key = key_of("urn:epc:class:lgtin:" + item.urn + "." + percent_encoded(lot, k_urn_plain));
    RC_ASSERT(key.type() == UnitType::lot);
    RC_ASSERT(key.lot() == lot);
    RC_ASSERT(key_of("http://example.com/01/" + item.gtin + "/10/" + in_link) == key);
    RC_ASSERT(key_of("(10)" + bracket_escaped(lot) + "(01)" + item.gtin) == key);
    RC_ASSERT(plant({"", item.gtin, lot, ""}) == key);
    const auto serial = parse_unit("https://example.com/01/" + item.gtin + "/10/" + in_link + "/21/S");
    RC_ASSERT(serial->lot.value() == key);
  }));
}

TEST_CASE("unit key: lots and serials stand behind their class, before any other item") {
  CHECK(rc::check("byte order", [] {
    const UnitKey unit = *rc::gen::arbitrary<bool>() ? any_gs1_key() : any_plant_key();
    const auto parent = unit.item_class();
    RC_PRE(parent.has_value());
    RC_ASSERT(unit.bytes().starts_with(parent->bytes()));
    RC_ASSERT(*parent < unit);
    RC_ASSERT(parent->type() == UnitType::item_class);
    RC_ASSERT(parent->item() == unit.item());
    // Nothing of another item lies between a class and its last unit.
    const UnitKey other = *rc::gen::arbitrary<bool>() ? any_gs1_key() : any_plant_key();
    if (*parent < other && other < unit) RC_ASSERT(other.bytes().starts_with(parent->bytes() + "\x1d"));
  }));
}

TEST_CASE("unit key: a wrong check digit never makes a GS1 key") {
  CHECK(rc::check("check digit", [] {
    std::string gtin = any_item().gtin;
    const auto at = *rc::gen::inRange<std::size_t>(0, 14);
    const char digit = *rc::gen::elementOf(std::string("0123456789"));
    RC_PRE(digit != gtin[at]);
    gtin[at] = digit;
    for (const std::string& text : {"(01)" + gtin, "https://id.gs1.org/01/" + gtin}) {
      RC_ASSERT(key_of(text).type() == UnitType::opaque);
      RC_ASSERT(gs1_fault(text).has_value());
    }
    RC_ASSERT(!key_of(gtin + "/L").bytes().starts_with('g'));
  }));
}

TEST_CASE("unit key: any text is one unit, and is kept as given") {
  CHECK(rc::check("arbitrary", [](const std::string& text) {
    for (const auto& read : {parse_unit(text), parse_unit_uri(text)}) {
      if (!read) continue;
      RC_ASSERT(read->original == text);
      RC_ASSERT(!read->key.bytes().empty());
      RC_ASSERT(parse_unit(read->key.ref()).value().key == read->key);
    }
  }));
}

namespace {

std::string trimmed(std::string text) {
  const auto wanted = [](char c) { return c != ' ' && c != '`'; };
  text.erase(text.begin(), std::ranges::find_if(text, wanted));
  while (!text.empty() && !wanted(text.back())) text.pop_back();
  return text;
}

/// The cells of each row of the first table behind `heading` in a document, without the two rows of its head.
std::vector<std::vector<std::string>> table_behind(const std::string& path, const std::string& heading) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  while (std::getline(file, line) && line != heading) {
  }
  while (std::getline(file, line) && !line.starts_with("|")) {
  }
  for (; line.starts_with("|"); std::getline(file, line)) {
    std::vector<std::string> cells;
    for (std::size_t from = 1, to = line.find('|', 1); to != std::string::npos;
         from = to + 1, to = line.find('|', from)) {
      cells.push_back(trimmed(line.substr(from, to - from)));
    }
    rows.push_back(std::move(cells));
    if (file.eof()) break;
  }
  if (rows.size() >= 2) rows.erase(rows.begin(), rows.begin() + 2);
  return rows;
}

}  // namespace

TEST_CASE("unit key: the table of canonical forms in docs/areas/identity.md holds") {
  const auto rows = table_behind(LOTLEDGER_SOURCE_DIR "/docs/areas/identity.md", "## Canonical forms");
  std::set<std::string> types;
  for (const auto& row : rows) {
    REQUIRE(row.size() == 4);
    CAPTURE(row[0]);
    const UnitKey key = key_of(row[0]);
    CHECK(name_of(key.type()) == row[1]);
    CHECK(key.ref() == row[2]);
    CHECK(key.uri() == row[3]);
    types.insert(row[1]);
  }
  // The table shows every type there is.
  CHECK(types.size() == 8);
}

}  // namespace lotledger::tests
