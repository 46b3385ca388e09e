// CBV event hashes: canonical values, order, sorting, and that they do not see how an event was written.
#include "connectors/epcis/event_hash.h"
#include "connectors/epcis/number_text.h"
#include "tests/support/epcis_read.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>

namespace lotledger::tests {
namespace {

using namespace connectors;
using namespace connectors::epcis;

std::string pre_hash_of(const std::string& json, NumberForm numbers = NumberForm::cbv) {
  JsonParser parser;
  const auto event = parser.parse(json);
  REQUIRE(event.has_value());
  Namespaces names;
  if (const JsonValue context = event->find("@context")) names.add_context(context);
  EventTree tree;
  build_tree(*event, names, tree);
  return pre_hash(tree, numbers);
}

TEST_CASE("epcis hash: numbers lose superfluous zeros, and long ones are rounded as published hashes have it") {
  struct Row {
    std::string_view text;
    std::string_view cbv;
    std::string_view exact;
  };
  const Row rows[] = {
      {"0", "0", "0"},
      {"-0", "0", "0"},
      {"-0.0", "0", "0"},
      {"600", "600", "600"},
      {"26.0", "26", "26"},
      {"0.100", "0.1", "0.1"},
      {"+12.10000", "12.1", "12.1"},
      {"007", "7", "7"},
      {".5", "0.5", "0.5"},
      {"5.", "5", "5"},
      {"1e3", "1000", "1000"},
      {"12.5E-1", "1.25", "1.25"},
      {"0.0001", "0.0001", "0.0001"},
      {"0.00001", "1e-05", "0.00001"},
      {"-0.0000125", "-1.25e-05", "-0.0000125"},
      {"123456789012345", "123456789012345", "123456789012345"},
      {"9007199254740993", "9007199254740992", "9007199254740993"},
      {"340123450000000018", "340123450000000000", "340123450000000018"},
      {"111100001111000011110000", "111100001111000003641344", "111100001111000011110000"},
      {"0.1234567890123456789", "0.12345678901234568", "0.1234567890123456789"},
      {"1e22", "10000000000000000000000", "10000000000000000000000"},
      {"1e23", "99999999999999991611392", "100000000000000000000000"},
      // Not numbers: they stay.
      {"1e999", "1e999", "1e999"},
      {"12-5", "12-5", "12-5"},
      {"1.2.3", "1.2.3", "1.2.3"},
      {"1e", "1e", "1e"},
      {"-", "-", "-"},
      {".", ".", "."},
      {"1_000", "1_000", "1_000"},
      {"nan", "nan", "nan"},
      {"0x10", "0x10", "0x10"},
      {"2019-10-21", "2019-10-21", "2019-10-21"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(canonical_value(row.text, NumberForm::cbv) == row.cbv);
    CHECK(canonical_value(row.text, NumberForm::exact) == row.exact);
  }
}

TEST_CASE("epcis hash: values in their canonical form") {
  struct Row {
    std::string_view text;
    std::string_view expected;
  };
  const Row rows[] = {
      {"", ""},
      {"  some text \n", "some text"},
      {"urn:epc:id:sgtin:4012345.011111.9876", "https://id.gs1.org/01/04012345111118/21/9876"},
      {"urn:epc:class:lgtin:4054739.099914.20160711", "https://id.gs1.org/01/04054739999148/10/20160711"},
      {"urn:epc:idpat:sgtin:4012345.066666.*", "https://id.gs1.org/01/04012345666663"},
      {"https://id.example.com/01/04012345111118/22/ab/10/L1/21/9876?exp=1",
       "https://id.gs1.org/01/04012345111118/21/9876"},
      {"urn:epc:id:sgln:4012345.00005.0", "https://id.gs1.org/414/4012345000054"},
      {"urn:epcglobal:cbv:bizstep:receiving", "https://ref.gs1.org/cbv/BizStep-receiving"},
      {"urn:epcglobal:cbv:disp:active", "https://ref.gs1.org/cbv/Disp-active"},
      {"urn:epcglobal:cbv:btt:po", "https://ref.gs1.org/cbv/BTT-po"},
      {"urn:epcglobal:cbv:sdt:location", "https://ref.gs1.org/cbv/SDT-location"},
      {"urn:epcglobal:cbv:bt:5200001000008:4711", "urn:epcglobal:cbv:bt:5200001000008:4711"},
      {"gs1:Temperature", "https://gs1.org/voc/Temperature"},
      {"cbv:Comp-x", "https://ref.gs1.org/cbv/Comp-x"},
      {"geo:47.506694,11.104301", "geo:47.506694,11.104301"},
      {"http://transaction.acme.com/po/12345678", "http://transaction.acme.com/po/12345678"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(canonical_value(row.text, NumberForm::cbv) == row.expected);
  }
}

TEST_CASE("epcis hash: instants in UTC with milliseconds, rounded by the fourth decimal") {
  struct Row {
    std::string_view text;
    std::string_view expected;
  };
  const Row rows[] = {
      {"2020-04-01T15:00:00+01:00", "2020-04-01T14:00:00.000Z"},
      {"2020-04-01T14:00:00Z", "2020-04-01T14:00:00.000Z"},
      {"2023-02-02T11:04:03.1414Z", "2023-02-02T11:04:03.141Z"},
      {"2023-02-02T11:04:03.1415Z", "2023-02-02T11:04:03.142Z"},
      {"2023-02-02T11:04:03.14149999999Z", "2023-02-02T11:04:03.141Z"},
      {"2023-12-31T23:59:59.9995Z", "2024-01-01T00:00:00.000Z"},
      {"2023-02-02T11:04:03.5Z", "2023-02-02T11:04:03.500Z"},
      {"2022-02-15T01:33:31.116000-06:00", "2022-02-15T07:33:31.116Z"},
      {"yesterday", "yesterday"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(canonical_time(row.text) == row.expected);
  }
}

TEST_CASE("epcis hash: order of fields, names of extensions and what is left out") {
  struct Row {
    std::string_view name;
    std::string_view members;
    std::string_view expected;
  };
  const Row rows[] = {
      {"nothing more", "", ""},
      {"identity and declarations are left out",
       R"("eventID":"urn:uuid:1","recordTime":"2020-01-01T00:00:00Z","errorDeclaration":{"declarationTime":"2020-01-01T00:00:00Z"},"@context":[])",
       ""},
      {"comments are left out at every level", R"("rdfs:comment":"x","ex:a":{"rdfs:comment":"y","ex:b":"1"})",
       "{https://e.org/}a{https://e.org/}b=1"},
      {"empty lists are no fields", R"("epcList":[],"bizTransactionList":[],"readPoint":{})", ""},
      {"lists are sorted", R"("epcList":["urn:x:2","urn:x:10","urn:x:1"])",
       "epcListepc=urn:x:1epc=urn:x:10epc=urn:x:2"},
      {"elements of lists are sorted by their whole text",
       R"("quantityList":[{"uom":"KGM","epcClass":"urn:x:b","quantity":2.50},{"epcClass":"urn:x:a","quantity":17}])",
       "quantityListquantityElementepcClass=urn:x:aquantity=17quantityElementepcClass=urn:x:bquantity=2.5uom=KGM"},
      {"types stand before the transaction whatever the order of members",
       R"("bizTransactionList":[{"bizTransaction":"urn:x:2","type":"po"},{"type":"cbv:BTT-inv","bizTransaction":"urn:x:1"},{"bizTransaction":"urn:x:0"}])",
       "bizTransactionListbizTransaction=urn:x:0type=https://ref.gs1.org/cbv/BTT-invbizTransaction=urn:x:1type=https://"
       "ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:2"},
      {"fields stand in their order, the rest behind them sorted",
       R"("ex:z":"1","sourceList":[{"type":"location","source":"urn:x:s"}],"ilmd":{"ex:b":"2","ex:a":"1"},"disposition":"active","destinationList":[{"type":"location","destination":"urn:x:d"}],"bizStep":"shipping","parentID":"urn:x:p")",
       "parentID=urn:x:pbizStep=https://ref.gs1.org/cbv/BizStep-shippingdisposition=https://ref.gs1.org/cbv/"
       "Disp-activedestinationListtype=https://ref.gs1.org/cbv/SDT-locationdestination=urn:x:dilmd{https://e.org/"
       "}a=1{https://e.org/}b=2sourceListtype=https://ref.gs1.org/cbv/SDT-locationsource=urn:x:s{https://e.org/}z=1"},
      {"extensions of a place stand at its end",
       R"("readPoint":{"ex:a":"1","id":"urn:x:r"},"bizLocation":{"id":"urn:x:l"})",
       "readPointid=urn:x:r{https://e.org/}a=1bizLocationid=urn:x:l"},
      {"a list in an extension repeats its name, sorted", R"("ex:a":["3",{"ex:b":"x"},"1",true,null])",
       "{https://e.org/}a{https://e.org/}a=1{https://e.org/}a=3{https://e.org/}a=true{https://e.org/}a{https://e.org/"
       "}b=x"},
      {"a full URI as name is the same name", R"("https://e.org/a":"1")", "{https://e.org/}a=1"},
      {"a word of the vocabulary is one in its own field only", R"("bizStep":"urn:x:shipping","ex:a":"shipping")",
       "bizStep=urn:x:shipping{https://e.org/}a=shipping"},
      {"a CURIE is written out in any value", R"("disposition":"ex:blocked","ex:a":"ex:c")",
       "disposition=https://e.org/blocked{https://e.org/}a=https://e.org/c"},
      {"certificates may be one or many", R"("certificationInfo":["urn:c:2","urn:c:1"])",
       "certificationInfo=urn:c:1certificationInfo=urn:c:2"},
      {"sensor reports in their order, then sorted",
       R"("sensorElementList":[{"sensorReport":[{"uom":"CEL","value":26.0,"type":"Temperature","ex:cv":"1"},{"type":"gs1:Speed","component":"x"}],"sensorMetadata":{"time":"2020-01-01T01:00:00+01:00"}}])",
       "sensorElementListsensorElementsensorMetadatatime=2020-01-01T00:00:00.000ZsensorReporttype=https://gs1.org/voc/"
       "Speedcomponent=https://ref.gs1.org/cbv/Comp-xsensorReporttype=https://gs1.org/voc/"
       "Temperaturevalue=26uom=CEL{https://e.org/}cv=1"},
      {"persistent dispositions", R"("persistentDisposition":{"unset":["active"],"set":["recalled","expired"]})",
       "persistentDispositionset=https://ref.gs1.org/cbv/Disp-expiredset=https://ref.gs1.org/cbv/"
       "Disp-recalledunset=https://ref.gs1.org/cbv/Disp-active"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const bool own_context = row.members.find("@context") != std::string_view::npos;
    const std::string_view context = own_context ? "" : R"("@context":{"ex":"https://e.org/"},)";
    const std::string json =
        fmt::format(R"({{{}"type":"ObjectEvent"{}{}}})", context, row.members.empty() ? "" : ",", row.members);
    CHECK(pre_hash_of(json) == "eventType=ObjectEvent" + std::string(row.expected));
  }
}

TEST_CASE("epcis hash: written as a name of RFC 6920") {
  CHECK(event_hash_uri(sha256(std::string_view("abc"))) ==
        "ni:///sha-256;ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad?ver=CBV2.0");
}

TEST_CASE("epcis hash: a digit that the published form rounds away is seen by the content digest") {
  const std::string base =
      R"("type":"ObjectEvent","eventTime":"2020-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:x:1"])";
  const auto with_serial = [&base](const std::string& serial) {
    return read_text(R"({"@context":{"ex":"https://e.org/"},)" + base + R"(,"ilmd":{"ex:serial":")" + serial +
                     R"("}})");
  };
  const EpcisItems a = with_serial("340123450000000018");
  const EpcisItems b = with_serial("340123450000000019");
  REQUIRE(a.events.size() == 1);
  REQUIRE(b.events.size() == 1);
  CHECK(a.events[0].event.hash == b.events[0].event.hash);
  CHECK(a.events[0].event.content != b.events[0].event.content);
  const EpcisItems plain = with_serial("4711");
  REQUIRE(plain.events.size() == 1);
  CHECK(plain.events[0].event.hash == plain.events[0].event.content);
}

/// One event whose members, list elements, offsets, blanks and vocabulary writings are drawn anew each time.
class Writer {
 public:
  std::string object(std::vector<std::string> members) {
    return "{" + blank() + join(shuffled(std::move(members))) + "}";
  }
  std::string list(std::vector<std::string> elements) {
    return "[" + blank() + join(shuffled(std::move(elements))) + "]";
  }
  std::string pick(std::vector<std::string> writings) {
    return writings[*rc::gen::inRange<std::size_t>(0, writings.size())];
  }

  std::string event() {
    return object({
        R"("@context":{"ex":"https://e.org/","yy":"https://e.org/"})",
        R"("type":"TransformationEvent")",
        R"("eventTime":)" + pick({R"("2026-03-02T08:00:00.250Z")", R"("2026-03-02T16:00:00.25+08:00")",
                                  R"("2026-03-02T02:30:00.250000-05:30")"}),
        R"("eventTimeZoneOffset":"+08:00")",
        R"("recordTime":)" + pick({R"("2026-03-02T08:00:01Z")", R"("2026-03-03T08:00:01Z")"}),
        R"("inputEPCList":)" + list({R"("urn:epc:id:sgtin:4012345.011122.25")",
                                     pick({R"("urn:epc:id:sgtin:4000001.065432.99886655")",
                                           R"("https://id.example.com/01/04000001654321/21/99886655?x=1")"})}),
        R"("inputQuantityList":)" +
            list({object({R"("epcClass":"urn:epc:class:lgtin:4012345.011111.4444")",
                          R"("quantity":)" + pick({"10", "10.0", "1e1"}), R"("uom":"KGM")"}),
                  object({R"("epcClass":"urn:epc:class:lgtin:0614141.077777.987")", R"("quantity":30)"})}),
        R"("outputEPCList":)" +
            list({R"("urn:epc:id:sgtin:4012345.077889.25")", R"("urn:epc:id:sgtin:4012345.077889.26")"}),
        R"("bizStep":)" + pick({R"("commissioning")", R"("cbv:BizStep-commissioning")",
                                R"("https://ref.gs1.org/cbv/BizStep-commissioning")",
                                R"("urn:epcglobal:cbv:bizstep:commissioning")"}),
        R"("readPoint":)" + object({R"("id":"urn:epc:id:sgln:4012345.00001.0")", R"("ex:door":"4")"}),
        R"("bizTransactionList":)" + list({object({R"("type":"po")", R"("bizTransaction":"urn:x:po")"}),
                                           object({R"("type":"prodorder")", R"("bizTransaction":"urn:x:order")"})}),
        R"("ilmd":)" + object({R"("ex:lot":"A\u0031")", R"("ex:expiry":"2027-01-01")"}),
        "\"" + pick({"ex", "yy"}) + R"(:extra":)" +
            list({R"("b")", R"("a")", object({R"("ex:k":"v")", R"("ex:l":"w")"})}),
    });
  }

 private:
  std::string blank() { return pick({"", " ", "\n\t"}); }
  std::vector<std::string> shuffled(std::vector<std::string> parts) {
    for (std::size_t i = parts.size(); i > 1; --i) std::swap(parts[i - 1], parts[*rc::gen::inRange<std::size_t>(0, i)]);
    return parts;
  }
  std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : "," + blank()) + part + blank();
    return text;
  }
};

TEST_CASE("epcis hash: order of members and elements, zones, blanks and writings do not change it") {
  const std::string expected = pre_hash_of(
      R"({"@context":{"ex":"https://e.org/"},"type":"TransformationEvent","eventTime":"2026-03-02T08:00:00.250Z","eventTimeZoneOffset":"+08:00",
          "inputEPCList":["urn:epc:id:sgtin:4012345.011122.25","urn:epc:id:sgtin:4000001.065432.99886655"],
          "inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.011111.4444","quantity":10,"uom":"KGM"},
                               {"epcClass":"urn:epc:class:lgtin:0614141.077777.987","quantity":30}],
          "outputEPCList":["urn:epc:id:sgtin:4012345.077889.25","urn:epc:id:sgtin:4012345.077889.26"],
          "bizStep":"commissioning","readPoint":{"id":"urn:epc:id:sgln:4012345.00001.0","ex:door":"4"},
          "bizTransactionList":[{"type":"po","bizTransaction":"urn:x:po"},{"type":"prodorder","bizTransaction":"urn:x:order"}],
          "ilmd":{"ex:lot":"A1","ex:expiry":"2027-01-01"},"ex:extra":["b","a",{"ex:k":"v","ex:l":"w"}]})");
  CHECK(expected.find("quantity=10uom=KGM") != std::string::npos);
  CHECK(rc::check("writings", [&expected] {
    Writer writer;
    const std::string json = writer.event();
    RC_LOG() << json;
    RC_ASSERT(pre_hash_of(json) == expected);
    const EpcisItems items = read_text(json);
    RC_ASSERT(items.events.size() == 1U);
    RC_ASSERT(items.events[0].event.hash == sha256(expected));
  }));
}

TEST_CASE("epcis hash: any changed value changes it") {
  const std::string base =
      R"({"type":"ObjectEvent","eventTime":"2020-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:x:1"],"bizStep":"packing"})";
  const std::vector<std::pair<std::string, std::string>> changes{
      {"ObjectEvent", "TransactionEvent"},
      {"00:00:00Z", "00:00:00.001Z"},
      {"+00:00", "+01:00"},
      {"ADD", "OBSERVE"},
      {"urn:x:1", "urn:x:2"},
      {"packing", "unpacking"},
  };
  for (const auto& [from, to] : changes) {
    CAPTURE(from);
    std::string changed = base;
    changed.replace(changed.find(from), from.size(), to);
    CHECK(pre_hash_of(changed) != pre_hash_of(base));
  }
}

}  // namespace
}  // namespace lotledger::tests
