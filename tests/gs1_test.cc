// tests/gs1_test.cc - GS1 writings: every URN scheme, Digital Links, element strings, what is broken and why, and the
// canonical form that CBV event hashes see.
#include "engine/base/gs1.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

namespace lotledger::tests {

namespace {

/// Key bytes with the separator written as `|`, or the fault, or `no GS1`.
std::string key_of(std::string_view text) {
  const auto unit = read_gs1(text);
  if (!unit) return gs1_fault(text).value_or("no GS1");
  std::string key = unit->key;
  for (char& c : key) c = c == '\x1d' ? '|' : c;
  return key;
}

UnitType type_of(std::string_view text) {
  return unit_type_of(read_gs1(text)->key);
}

}  // namespace

TEST_CASE("gs1: check digits of the General Specifications") {
  CHECK(gs1_check_digit("0401234511111") == '8');
  CHECK(gs1_check_digit("04012345111111111") == '0');
  CHECK(gs1_check_digit("978034541891") == '3');
  CHECK(gs1_check_digit("629104150021") == '3');
  CHECK(gs1_check_digit("37610425002123456") == '9');
}

TEST_CASE("gs1: a GTIN of any length becomes a GTIN-14") {
  CHECK(gtin14_of("97803119") == "00000097803119");
  CHECK(gtin14_of("614141000036") == "00614141000036");
  CHECK(gtin14_of("4012345111118") == "04012345111118");
  CHECK(gtin14_of("04012345111118") == "04012345111118");
  CHECK_FALSE(gtin14_of("04012345111119").has_value());
  CHECK_FALSE(gtin14_of("012345678905x").has_value());
  CHECK_FALSE(gtin14_of("0614141000036000").has_value());
  CHECK_FALSE(gtin14_of("").has_value());
}

TEST_CASE("gs1: every EPC URN scheme") {
  struct Row {
    std::string_view urn;
    std::string_view key;
    UnitType type;
  };
  const Row rows[] = {
      {"urn:epc:id:sgtin:4012345.011111.9876", "g0104012345111118|219876", UnitType::serial},
      {"urn:epc:id:sgtin:4012345.111111.9876", "g0114012345111115|219876", UnitType::serial},
      {"urn:epc:id:sgtin:415056789012.0.987654", "g0104150567890128|21987654", UnitType::serial},
      {"urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()", "g0180614141123458|216789/&%\"!?()", UnitType::serial},
      {"urn:epc:id:sgtin:4012345.011111.a.b", "g0104012345111118|21a.b", UnitType::serial},
      {"urn:epc:class:lgtin:4012345.012345.Lot987", "g0104012345123456|10Lot987", UnitType::lot},
      {"urn:epc:class:lgtin:4012345.012345.2014-02-10", "g0104012345123456|102014-02-10", UnitType::lot},
      {"urn:epc:id:sscc:4012345.3111111111", "g00340123451111111111", UnitType::container},
      {"urn:epc:id:sscc:4012345.0000000011", "g00040123450000000115", UnitType::container},
      {"urn:epc:id:sgln:4012345.00005.122", "g4144012345000054|254122", UnitType::location},
      {"urn:epc:id:sgln:4012345.00005.0", "g4144012345000054", UnitType::location},
      {"urn:epc:id:sgln:999999999999..0", "g4149999999999994", UnitType::location},
      {"urn:epc:id:pgln:4000001.00000", "g4174000001000005", UnitType::party},
      {"urn:epc:id:pgln:999999999999.", "g4179999999999994", UnitType::party},
      {"urn:epc:id:grai:4012345.00022.334455", "g800304012345000221334455", UnitType::container},
      {"urn:epc:id:giai:4012345.ABC345", "g80044012345ABC345", UnitType::serial},
      {"urn:epc:id:gsrn:4012345.0000006765", "g8018401234500000067657", UnitType::party},
      {"urn:epc:id:gsrnp:4012345.0000000007", "g8017401234500000000074", UnitType::party},
      {"urn:epc:id:gdti:4012345.00009.PO-4711", "g2534012345000092PO-4711", UnitType::document},
      {"urn:epc:id:gdti:987659999999..9", "g25398765999999929", UnitType::document},
      {"urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234", "g8010061414111111111111111-A#/|80111234",
       UnitType::serial},
      {"urn:epc:id:sgcn:4012345.22222.9", "g25540123452222279", UnitType::document},
      {"urn:epc:id:ginc:0614141.xyz47%2F11", "g4010614141xyz47/11", UnitType::document},
      {"urn:epc:id:gsin:4012345.222333444", "g40240123452223334442", UnitType::document},
      {"urn:epc:id:itip:4012345.011111.01.02.987", "g8006040123451111180102|21987", UnitType::serial},
      {"urn:epc:id:upui:1234567.098765.51qIgY)%3C%26Jp3*j7SDB", "g0101234567987651|23551qIgY)<&Jp3*j7SDB",
       UnitType::serial},
  };
  for (const Row& row : rows) {
    CAPTURE(row.urn);
    CHECK(key_of(row.urn) == row.key);
    CHECK(type_of(row.urn) == row.type);
  }
}

TEST_CASE("gs1: patterns name a class, one serial, or nothing") {
  struct Row {
    std::string_view urn;
    std::string_view key;
  };
  const Row rows[] = {
      {"urn:epc:idpat:sgtin:4012345.012345.*", "g0104012345123456"},
      {"urn:epc:idpat:upui:4012345.012345.*", "g0104012345123456"},
      {"urn:epc:idpat:grai:4012345.99999.*", "g800304012345999990"},
      {"urn:epc:idpat:gdti:4012345.11111.*", "g2534012345111118"},
      {"urn:epc:idpat:sgcn:4012345.22222.*", "g2554012345222227"},
      {"urn:epc:idpat:cpi:4012345.AB12.*", "g80104012345AB12"},
      {"urn:epc:idpat:itip:4012345.012345.01.02.*", "g8006040123451234560102"},
      {"urn:epc:idpat:sgtin:4012345.011111.9876", "g0104012345111118|219876"},
      {"urn:epc:idpat:sgtin:4012345.*.*", "no GS1"},
      {"urn:epc:idpat:sgtin:*.*.*", "no GS1"},
      {"urn:epc:idpat:sgtin:4012345.011111.[1-9]", "no GS1"},
      {"urn:epc:idpat:itip:4012345.012345.*.*.*", "no GS1"},
      {"urn:epc:idpat:sscc:4012345.*", "no GS1"},
      {"urn:epc:idpat:giai:4012345.*", "no GS1"},
      {"urn:epc:idpat:sgln:4012345.00005.*", "no GS1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.urn);
    CHECK(key_of(row.urn) == row.key);
  }
  CHECK(type_of("urn:epc:idpat:sgtin:4012345.012345.*") == UnitType::item_class);
  CHECK(type_of("urn:epc:idpat:grai:4012345.99999.*") == UnitType::item_class);
}

TEST_CASE("gs1: one asterisk in a plain URN is a serial") {
  CHECK(key_of("urn:epc:id:sgtin:4012345.011111.*") == "g0104012345111118|21*");
}

TEST_CASE("gs1: Digital Links on any domain") {
  struct Row {
    std::string_view link;
    std::string_view key;
  };
  const Row rows[] = {
      {"https://id.gs1.org/01/04012345111118", "g0104012345111118"},
      {"http://id.gs1.org/01/04012345111118", "g0104012345111118"},
      {"HTTPS://ID.GS1.ORG/01/04012345111118", "g0104012345111118"},
      {"https://example.com:8443/a/b/01/04012345111118/21/9876?17=261231&x=y#z", "g0104012345111118|219876"},
      {"https://example.com/01/04012345111118/", "g0104012345111118"},
      {"https://example.com/01/4012345111118/10/L1", "g0104012345111118|10L1"},
      {"https://example.com/gtin-8/01/97803119", "g0100000097803119"},
      {"https://example.com/01/614141000036", "g0100614141000036"},
      {"https://example.com/gtin/04012345111118/lot/L1/ser/S1", "g0104012345111118|21S1"},
      {"https://example.com/01/04012345111118/22/V/10/L/21/S", "g0104012345111118|21S"},
      {"https://example.com/01/04012345111118/22/V", "g0104012345111118"},
      {"https://example.com/01/04012345111118/235/T", "g0104012345111118|235T"},
      {"https://example.com/01/04012345111118/21/A%2FB%25", "g0104012345111118|21A/B%"},
      {"https://example.com/01/04012345111118/21/A%2fB", "g0104012345111118|21A/B"},
      {"https://example.com/01/index/01/04012345111118", "g0104012345111118"},
      {"https://example.com/01/04012345111118/10/01/21/414", "g0104012345111118|21414"},
      {"https://example.com/00/340123451111111111", "g00340123451111111111"},
      {"https://example.com/414/4012345000054/254/122", "g4144012345000054|254122"},
      {"https://example.com/414/4012345000054/254/0", "g4144012345000054"},
      {"https://example.com/417/4000001000005", "g4174000001000005"},
      {"https://example.com/8003/04012345000221334455", "g800304012345000221334455"},
      {"https://example.com/8004/4012345ABC345", "g80044012345ABC345"},
      {"https://example.com/8004/4012345ABC345/7040/1ABC", "g80044012345ABC345"},
      {"https://example.com/8006/040123451111180102/21/987", "g8006040123451111180102|21987"},
      {"https://example.com/8006/040123451111180202", "g8006040123451111180202"},
      {"https://example.com/8010/0614141A%23%2F/8011/1234", "g80100614141A#/|80111234"},
      {"https://example.com/8018/401234500000067657/8019/7", "g8018401234500000067657"},
      {"https://example.com/253/4012345000092PO-4711", "g2534012345000092PO-4711"},
      {"https://example.com/255/40123452222279", "g25540123452222279"},
      {"https://example.com/401/0614141xyz47%2F11", "g4010614141xyz47/11"},
      {"https://example.com/402/40123452223334442", "g40240123452223334442"},
      {"https://[2001:db8::1]/01/04012345111118", "g0104012345111118"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.link);
    CHECK(key_of(row.link) == row.key);
  }
}

TEST_CASE("gs1: a serial written with its lot keeps the lot beside the key") {
  for (const std::string_view text : {"https://id.gs1.org/01/04012345111118/10/L1/21/S1",
                                      "(01)04012345111118(10)L1(21)S1", "(21)S1(10)L1(17)261231(01)04012345111118"}) {
    CAPTURE(text);
    const auto unit = read_gs1(text);
    REQUIRE(unit.has_value());
    CHECK(unit->key ==
          "g0104012345111118\x1d"
          "21S1");
    CHECK(unit->lot ==
          "g0104012345111118\x1d"
          "10L1");
  }
}

TEST_CASE("gs1: element strings in brackets") {
  struct Row {
    std::string_view text;
    std::string_view key;
  };
  const Row rows[] = {
      {"(01)04012345111118", "g0104012345111118"},
      {"(01)04012345111118(17)261231(10)L1", "g0104012345111118|10L1"},
      {"(01)04012345111118(10)A\\(1)(21)S", "g0104012345111118|21S"},
      {"(01)04012345111118(10)A\\(1)", "g0104012345111118|10A(1)"},
      {"(00)340123451111111111(02)04012345111118(37)12", "g00340123451111111111"},
      {"(8004)4012345ABC(01)04012345111118", "g80044012345ABC"},
      {"(01)04012345111118(01)04012345111118", "g0104012345111118"},
      {"(414)4012345000054(254)122", "g4144012345000054|254122"},
      {"(8010)0614141A#/(8011)12", "g80100614141A#/|801112"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(key_of(row.text) == row.key);
  }
}

TEST_CASE("gs1: a broken writing names no unit, and says why") {
  struct Row {
    std::string_view text;
    std::string_view why;
  };
  const Row rows[] = {
      {"(01)04012345111119", "GTIN (01) 04012345111119 has check digit 9, must be 8"},
      {"https://id.gs1.org/01/04012345111119", "check digit 9, must be 8"},
      {"https://id.gs1.org/00/340123451111111112", "SSCC (00)"},
      {"(01)4012345111118", "GTIN (01) has 13 characters, must have 14"},
      {"(01)0401234511111A", "character at position 14"},
      {"(01)04012345111118(10)123456789012345678901", "lot (10) has 21 characters, must have 1 to 20"},
      {"(01)04012345111118(21)123456789012345678901", "serial (21) has 21 characters"},
      {"https://id.gs1.org/01/04012345111118/21/123456789012345678901", "serial (21) has 21 characters"},
      {"https://id.gs1.org/01/04012345111118/21/a%20b", "not allowed there"},
      {"https://id.gs1.org/01/04012345111118/21/a%1Db", "not allowed there"},
      {"https://id.gs1.org/01/04012345111118/21/a%2", "without two hexadecimal digits"},
      {"https://id.gs1.org/01/04012345111118/21/a%zz", "without two hexadecimal digits"},
      {"https://id.gs1.org/01/04012345111118/21/a%2z", "without two hexadecimal digits"},
      {"https://id.gs1.org/01/04012345111118/21//", "serial (21) has 0 characters"},
      {"https://id.gs1.org/01/04012345111118/99/A", "\"99\" may not follow here"},
      {"https://id.gs1.org/01/04012345111118/21/S/10/L", "\"10\" may not follow here"},
      {"https://id.gs1.org/01/04012345111118/10/L/10/M", "\"10\" may not follow here"},
      {"https://id.gs1.org/01/04012345111118/21/S/235/T", "exclude each other"},
      {"https://id.gs1.org/8003/14012345000221334455", "GRAI (8003) 14012345000221334455 must begin with 0"},
      {"https://id.gs1.org/8006/040123451111180302", "piece and total"},
      {"https://id.gs1.org/8006/040123451111180002", "piece and total"},
      {"https://id.gs1.org/8010/0614141a/8011/1", "CPID (8010) has a character at position 8"},
      {"https://id.gs1.org/8010/0614141A/8011/01", "must not begin with 0"},
      {"(01)04012345111118(01)14012345111115", "(01) occurs with two values"},
      {"(01)04012345111118(02)04012345111118", "(01) and (02) exclude each other"},
      {"(01)04012345111118(21)A(235)B", "(21) and (235) exclude each other"},
      {"(10)L1", "no key"},
      {"(01)04012345111118(11)", "(11) must have 1 to 90 characters"},
      {"(01)04012345111118(10)A(B", "a bracket opens no AI"},
      {"(01)04012345111118(10)A B", "outside GS1's sets"},
      {"(8004)ABC123", "GIAI (8004) ABC123 must begin with a company prefix"},
      {"urn:epc:id:sgtin:40123.01111111.1", "6 to 12 digits"},
      {"urn:epc:id:sgtin:4012345.01111.1", "13 digits together"},
      {"urn:epc:id:sgtin:4012345.01111X.1", "13 digits together"},
      {"urn:epc:id:sgtin:4012345.011111", "needs 3 parts"},
      {"urn:epc:id:sgtin:4012345.011111.", "without a serial"},
      {"urn:epc:id:sgtin:4012345.011111.a/b", "a URN must write as %"},
      {"urn:epc:id:sgtin:4012345.011111.a%2", "without two hexadecimal digits"},
      {"urn:epc:id:sgtin:4012345.011111.a%20b", "not allowed there"},
      {"urn:epc:id:sgtin:4012345.011111.123456789012345678901", "serial (21) has 21 characters"},
      {"urn:epc:id:sscc:4012345.311111111", "17 digits together"},
      {"urn:epc:id:cpi:0614141.A.012", "must not begin with 0"},
      {"urn:epc:id:itip:4012345.011111.03.02.1", "piece and total"},
      {"urn:epc:id:sgcn:4012345.22222.A", "GCN (255)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK_FALSE(read_gs1(row.text).has_value());
    const std::string fault = gs1_fault(row.text).value_or("no fault");
    CAPTURE(fault);
    CHECK(fault.find(row.why) != std::string::npos);
  }
}

TEST_CASE("gs1: an attribute has at most 90 characters") {
  CHECK(read_gs1("(01)04012345111118(99)" + std::string(90, 'x')).has_value());
  CHECK(gs1_fault("(01)04012345111118(99)" + std::string(91, 'x')) == "(99) must have 1 to 90 characters");
}

TEST_CASE("gs1: other texts are no GS1 and have no fault") {
  for (const std::string_view text : {"",
                                      "LOT-1",
                                      "urn:uuid:0733946c-59c6-41ae-9570-cb43a6e4c79e",
                                      "urn:epc:id:usdod:CAGEY.1234",
                                      "urn:epc:tag:sgtin-96:3.1",
                                      "https://example.com/",
                                      "https://example.com/01",
                                      "https://example.com/order/01/items",
                                      "https://01/04012345111118",
                                      "https:///01/04012345111118",
                                      "ftp://example.com/01/04012345111118",
                                      "HtTp://a/b/00/006141411234567890",
                                      "https://[fe80::1%25lo]/01/04012345111118",
                                      "https://a b/01/04012345111118",
                                      "()12345",
                                      "(1",
                                      "(12345)12345",
                                      "geo:47.506694,11.104301",
                                      "https://example.com/01//04012345111118",
                                      "https://id.gs1.org/cFuCJI6qsqw"}) {
    CAPTURE(text);
    CHECK(key_of(text) == "no GS1");
  }
}

TEST_CASE("gs1: the form that event hashes see") {
  struct Row {
    std::string_view uri;
    std::string_view expected;
  };
  // CBV 2.0, canonical GS1 Digital Link with the finest level only.
  const Row rows[] = {
      {"urn:epc:id:sgtin:4012345.011111.9876", "https://id.gs1.org/01/04012345111118/21/9876"},
      {"urn:epc:id:sgtin:4012345.011111.98%22", "https://id.gs1.org/01/04012345111118/21/98%22"},
      {"urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()",
       "https://id.gs1.org/01/80614141123458/21/6789%2F%26%25%22%21%3F%28%29"},
      {"urn:epc:id:upui:1234567.098765.51qIgY)%3C%26Jp3*j7'SDB",
       "https://id.gs1.org/01/01234567987651/235/51qIgY%29%3C%26Jp3%2Aj7'SDB"},
      {"urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234",
       "https://id.gs1.org/8010/061414111111111111111-A%23%2F/8011/1234"},
      {"urn:epc:id:sgln:4012345.00005.0", "https://id.gs1.org/414/4012345000054"},
      {"urn:epc:id:sgln:4012345.00005.122", "https://id.gs1.org/414/4012345000054/254/122"},
      {"urn:epc:id:pgln:4012345.00000", "https://id.gs1.org/417/4012345000009"},
      {"urn:epc:id:giai:4000001.111", "https://id.gs1.org/8004/4000001111"},
      {"urn:epc:id:gdti:4012345.55555.1234", "https://id.gs1.org/253/40123455555541234"},
      {"urn:epc:idpat:sgtin:4012345.066666.*", "https://id.gs1.org/01/04012345666663"},
      {"https://example.com/253/4012345000054987", "https://id.gs1.org/253/4012345000054987"},
      {"https://example.org/01/9780345418913/22/344/10/1223/21/765tz?11=221109",
       "https://id.gs1.org/01/09780345418913/21/765tz"},
      {"https://id.gs1.org/giai/4000001111", "https://id.gs1.org/8004/4000001111"},
      {"https://id.gs1.org/01/04012345111119/10/L", "https://id.gs1.org/01/04012345111119/10/L"},
      {"https://example.org/01/04012345111119/10/L", "https://id.gs1.org/01/04012345111119/10/L"},
      {"https://example.org/01/97803", "https://example.org/01/97803"},
      {"https://example.org/123/4012345ABC987/456/4711", "https://example.org/123/4012345ABC987/456/4711"},
      {"urn:epcglobal:cbv:bt:5200001000008:4711", "urn:epcglobal:cbv:bt:5200001000008:4711"},
      {"(01)04012345111118", "(01)04012345111118"},
      {"geo:47.506694,11.104301", "geo:47.506694,11.104301"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.uri);
    CHECK(canonical_digital_link(row.uri) == row.expected);
  }
}

TEST_CASE("gs1: a canonical link is its own canonical form") {
  CHECK(rc::check("idempotent", [] {
    const auto serial = *rc::gen::nonEmpty(
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcXYZ019!\"%&'()*+,-./:;<=>?_"))));
    RC_PRE(serial.size() <= 20);
    const auto key = gs1_serial_key("04012345111118", serial);
    RC_ASSERT(key.has_value());
    const std::string link = gs1_digital_link(*gs1_parts(*key));
    RC_ASSERT(canonical_digital_link(link) == link);
    RC_ASSERT(read_gs1(link)->key == *key);
  }));
}

TEST_CASE("gs1: any text is read without harm") {
  CHECK(rc::check("arbitrary text", [](const std::string& tail) {
    for (const std::string_view head : {"", "(01)", "(01)04012345111118(21)", "urn:epc:id:sgtin:4012345.011111.",
                                        "urn:epc:idpat:itip:", "https://id.gs1.org/01/", "https://id.gs1.org/8006/",
                                        "https://id.gs1.org/01/04012345111118/21/"}) {
      const std::string text = std::string(head) + tail;
      // Either it names a unit, or it does not; a fault only in the second case.
      RC_ASSERT(!(read_gs1(text).has_value() && gs1_fault(text).has_value()));
      RC_ASSERT(!canonical_digital_link(text).empty() || text.empty());
    }
  }));
}

}  // namespace lotledger::tests
