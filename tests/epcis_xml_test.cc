// EPCIS 2.0 and 1.2 in XML: what the JSON of the same event says, and what broken or hostile files do.
#include "tests/support/epcis_read.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace lotledger::tests {
namespace {

using connectors::source_over;
using connectors::epcis::DocumentReader;
using Strings = std::vector<std::string>;

/// A document around `events`; `attributes` stand in its first tag.
std::string document(const std::string& events, const std::string& attributes = {},
                     const std::string& version = "2.0") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:" +
         version.substr(0, 1) + "\" schemaVersion=\"" + version + "\" creationDate=\"2026-03-02T09:00:00Z\"" +
         attributes + ">\n<EPCISBody>\n<EventList>\n" + events + "</EventList>\n</EPCISBody>\n</epcis:EPCISDocument>\n";
}

const std::string k_times =
    "<eventTime>2026-03-02T08:00:00Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>";

/// An event that observes one thing.
std::string event(const std::string& id, const std::string& more = {}) {
  return "<ObjectEvent>" + k_times + "<eventID>urn:x:" + id +
         "</eventID><epcList><epc>urn:epc:id:sgtin:0614141.107346.2017</epc></epcList><action>OBSERVE</action>" + more +
         "</ObjectEvent>\n";
}

Strings ids_of(const EpcisItems& items) {
  Strings ids;
  for (const auto& good : items.events) ids.push_back(good.event.event_id);
  return ids;
}

std::string json_document(const std::string& event) {
  return R"({"@context":{"ext":"https://example.org/ext/"},"type":"EPCISDocument","schemaVersion":"2.0",)"
         R"("creationDate":"2026-03-02T09:00:00Z","epcisBody":{"eventList":[)" +
         event + "]}}";
}

const std::string k_json_times = R"("eventTime":"2026-03-02T08:00:00Z","eventTimeZoneOffset":"+08:00",)";

/// One event in both syntaxes.
struct Writings {
  std::string name;
  std::string xml;
  std::string json;
};

std::vector<Writings> writings() {
  return {
      {"quantities",
       "<ObjectEvent>" + k_times +
           "<action>ADD</action><quantityList><quantityElement><epcClass>urn:epc:class:lgtin:4012345.012345.L1"
           "</epcClass><quantity>+0200.50</quantity><uom>KGM</uom></quantityElement><quantityElement><epcClass>"
           "urn:epc:class:lgtin:4012345.012345.L2</epcClass></quantityElement></quantityList></ObjectEvent>",
       R"({"type":"ObjectEvent",)" + k_json_times +
           R"("action":"ADD","quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.L1","quantity":200.50,)"
           R"("uom":"KGM"},{"epcClass":"urn:epc:class:lgtin:4012345.012345.L2"}]})"},
      {"documents, sources and destinations",
       "<ObjectEvent>" + k_times +
           "<epcList><epc>urn:epc:id:sgtin:0614141.107346.1</epc></epcList><action>OBSERVE</action>"
           "<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep><bizTransactionList><bizTransaction "
           "type=\"urn:epcglobal:cbv:btt:po\"> urn:x:po:1 </bizTransaction><bizTransaction>urn:x:2</bizTransaction>"
           "</bizTransactionList><sourceList><source type=\"urn:epcglobal:cbv:sdt:owning_party\">urn:x:a</source>"
           "</sourceList><destinationList><destination type=\"urn:epcglobal:cbv:sdt:location\">urn:x:b</destination>"
           "</destinationList></ObjectEvent>",
       R"({"type":"ObjectEvent",)" + k_json_times +
           R"("epcList":["urn:epc:id:sgtin:0614141.107346.1"],"action":"OBSERVE","bizStep":"shipping",)"
           R"("bizTransactionList":[{"type":"po","bizTransaction":"urn:x:po:1"},{"bizTransaction":"urn:x:2"}],)"
           R"("sourceList":[{"type":"owning_party","source":"urn:x:a"}],)"
           R"("destinationList":[{"type":"location","destination":"urn:x:b"}]})"},
      {"sensor data",
       "<ObjectEvent>" + k_times +
           "<epcList><epc>urn:epc:id:sgtin:0614141.107346.1</epc></epcList><action>OBSERVE</action><sensorElementList>"
           "<sensorElement><sensorMetadata time=\"2026-03-02T08:00:00Z\" deviceID=\"urn:x:d\"/><sensorReport "
           "type=\"gs1:Temperature\" value=\"26.0\" uom=\"CEL\"/><sensorReport type=\"gs1:Dimensionless\" "
           "booleanValue=\"1\"/></sensorElement></sensorElementList></ObjectEvent>",
       R"({"type":"ObjectEvent",)" + k_json_times +
           R"("epcList":["urn:epc:id:sgtin:0614141.107346.1"],"action":"OBSERVE","sensorElementList":[{)"
           R"("sensorMetadata":{"time":"2026-03-02T08:00:00Z","deviceID":"urn:x:d"},"sensorReport":[)"
           R"({"type":"gs1:Temperature","value":26.0,"uom":"CEL"},{"type":"gs1:Dimensionless","booleanValue":true}]}]})"},
      {"fields of one's own, with attributes, lists and a default namespace",
       "<TransformationEvent xmlns:e=\"https://example.org/ext/\">" + k_times +
           "<inputEPCList><epc>urn:x:1</epc></inputEPCList><outputEPCList><epc>urn:x:2</epc></outputEPCList>"
           "<ilmd><e:grade>A &amp; B</e:grade></ilmd><e:list>1</e:list><e:list>2</e:list>"
           "<e:box side=\"left &amp; &#114;ight\"><in>x</in></e:box><own xmlns=\"https://example.org/ext/\">z</own>"
           "</TransformationEvent>",
       R"({"type":"TransformationEvent",)" + k_json_times +
           R"("inputEPCList":["urn:x:1"],"outputEPCList":["urn:x:2"],"ilmd":{"ext:grade":"A & B"},)"
           R"("ext:list":["1","2"],"ext:box":{"side":"left & right","in":"x"},"ext:own":"z"})"},
      {"persistent dispositions and certificates",
       "<ObjectEvent>" + k_times +
           "<certificationInfo>urn:x:c1</certificationInfo><certificationInfo>urn:x:c2</certificationInfo>"
           "<epcList><epc>urn:x:1</epc></epcList><action>OBSERVE</action><persistentDisposition>"
           "<unset>urn:epcglobal:cbv:disp:completeness_inferred</unset>"
           "<set>urn:epcglobal:cbv:disp:completeness_verified</set></persistentDisposition></ObjectEvent>",
       R"({"type":"ObjectEvent",)" + k_json_times +
           R"("certificationInfo":["urn:x:c1","urn:x:c2"],"epcList":["urn:x:1"],"action":"OBSERVE",)"
           R"("persistentDisposition":{"unset":["completeness_inferred"],"set":["completeness_verified"]}})"},
  };
}

TEST_CASE("epcis xml: an event is the one that its JSON says") {
  for (const auto& row : writings()) {
    CAPTURE(row.name);
    const EpcisItems xml = read_text(document(row.xml));
    const EpcisItems json = read_text(json_document(row.json));
    CHECK(xml.fault_fields() == Strings{});
    CHECK(json.fault_fields() == Strings{});
    REQUIRE(xml.events.size() == 1);
    REQUIRE(json.events.size() == 1);
    CHECK(xml.events[0].event.hash == json.events[0].event.hash);
    CHECK(xml.events[0].event.content == json.events[0].event.content);
    CHECK(xml.events[0].event.sensor_element_list.size() == json.events[0].event.sensor_element_list.size());
    CHECK(xml.events[0].event.quantity_list.size() == json.events[0].event.quantity_list.size());
  }
}

TEST_CASE("epcis xml: wrappers of EPCIS 1.2 change nothing") {
  const std::string wrapped =
      "<extension><TransformationEvent>" + k_times +
      "<baseExtension><eventID>urn:x:t</eventID></baseExtension><inputEPCList><epc>urn:x:1</epc></inputEPCList>"
      "<outputEPCList><epc>urn:x:2</epc></outputEPCList></TransformationEvent></extension>\n<AggregationEvent>" +
      k_times +
      "<baseExtension><errorDeclaration><declarationTime>2026-03-03T08:00:00Z</declarationTime><extension/>"
      "</errorDeclaration></baseExtension><parentID>urn:epc:id:sscc:4012345.0111111111</parentID><childEPCs>"
      "<epc>urn:x:1</epc></childEPCs><action>ADD</action><extension><childQuantityList><quantityElement><epcClass>"
      "urn:epc:class:lgtin:4012345.012345.L1</epcClass><quantity>.5</quantity></quantityElement></childQuantityList>"
      "<sourceList><source type=\"urn:epcglobal:cbv:sdt:location\">urn:x:s</source></sourceList><extension>"
      "<persistentDisposition><set>urn:epcglobal:cbv:disp:damaged</set></persistentDisposition></extension></extension>"
      "</AggregationEvent>\n";
  const EpcisItems items = read_text(document(wrapped, "", "1.2"));
  CHECK(items.fault_fields() == Strings{});
  REQUIRE(items.events.size() == 2);
  CHECK(items.events[0].event.event_id == "urn:x:t");
  CHECK(items.events[0].origin.path == "EPCISBody.EventList[0]");
  const auto& packing = items.events[1].event;
  CHECK(items.events[1].origin.path == "EPCISBody.EventList[1]");
  CHECK(packing.error_declaration.has_value());
  REQUIRE(packing.child_quantity_list.size() == 1);
  CHECK(packing.child_quantity_list[0].quantity == "0.5");
  CHECK(packing.source_list.size() == 1);
  CHECK(packing.persistent_set.size() == 1);
}

TEST_CASE("epcis xml: a bad event is named and takes no other with it") {
  struct Row {
    std::string name;
    std::string bad;
    Strings faults;
  };
  const std::string at = "EPCISBody.EventList[1]";
  const Row rows[] = {
      {"mismatched tag inside", "<ObjectEvent><a></b></ObjectEvent>\n", {at + ": syntax"}},
      {"no end tag", "<ObjectEvent>" + k_times + "<epcList>\n", {at + ": syntax"}},
      {"broken first tag", "<ObjectEvent x=\"1\n<eventTime>1</eventTime></ObjectEvent>\n", {at + ": syntax"}},
      {"an entity of one's own", event("b", "<bizStep>&step;</bizStep>"), {at + ": syntax"}},
      {"invalid UTF-8", event("b\xC3(", ""), {at + ": syntax"}},
      {"a zero byte", event(std::string("b\0", 2)), {at + ": syntax"}},
      {"undeclared prefix", event("b", "<no:where>1</no:where>"), {at + ".where: unknown field"}},
      {"unknown field", event("b", "<hue>red</hue>"), {at + ".hue: unknown field"}},
      {"field twice", event("b", "<action>ADD</action>"), {at + ".action[1]: duplicate"}},
      {"no number",
       event("b",
             "<quantityList><quantityElement><epcClass>urn:x:1</epcClass><quantity>INF</quantity>"
             "</quantityElement></quantityList>"),
       {at + ".quantityList[0].quantity: wrong type"}},
      {"text in a list", event("b", "<quantityList>12</quantityList>"), {at + ".quantityList: wrong type"}},
      {"stranger in a list",
       event("b", "<quantityList><epc>1</epc></quantityList>"),
       {at + ".quantityList.epc: unknown field"}},
      {"withdrawn type", "<QuantityEvent>" + k_times + "</QuantityEvent>\n", {at + ": bad value"}},
      {"own type", "<my:Event xmlns:my=\"urn:my\">" + k_times + "</my:Event>\n", {at + ".type: bad value"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const EpcisItems items = read_text(document(event("a") + row.bad + event("c")));
    CHECK(ids_of(items) == Strings{"urn:x:a", "urn:x:c"});
    CHECK(items.fault_fields() == row.faults);
    REQUIRE_FALSE(items.bad.empty());
    CHECK(items.bad[0].origin.line == 6);
    CHECK(items.bad[0].origin.number == 2);
  }
}

TEST_CASE("epcis xml: a bad event can be mended and read by itself") {
  const std::string text = document(event("a", "<ext:lot>1</ext:lot><bizStep>shiping</bizStep>"),
                                    " xmlns:ext=\"https://example.org/a&amp;b\" xmlns:unused=\"urn:unused\"");
  const EpcisItems items = read_text(text);
  REQUIRE(items.bad.size() == 1);
  CHECK(items.bad[0].event_id == "urn:x:a");
  CHECK(items.bad[0].faults[0].value == "shiping");
  CHECK(items.bad[0].raw.starts_with("<ObjectEvent xmlns:ext=\"https://example.org/a&amp;b\"><eventTime>"));
  std::string mended = items.bad[0].raw;
  mended.replace(mended.find("shiping"), 7, "urn:epcglobal:cbv:bizstep:shipping");
  const EpcisItems again = read_text(mended);
  CHECK(ids_of(again) == Strings{"urn:x:a"});
  REQUIRE(again.events[0].event.extensions.size() == 1);
  CHECK(again.events[0].event.extensions[0].space == "https://example.org/a&b");
}

TEST_CASE("epcis xml: a file that defines entities, is no EPCIS or no UTF-8 is refused as a whole") {
  struct Row {
    std::string name;
    std::string text;
    std::string message;
  };
  const std::string laughs =
      "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<ObjectEvent>&b;"
      "</ObjectEvent>";
  const Row rows[] = {
      {"document type", laughs, "in: line 2: \"<!DOCTYPE\": a document type (DOCTYPE) is never read (leave it out)"},
      {"another root", "<note/>",
       "in: line 1: note: \"<note/>\": is no document or event of EPCIS (one EPCISDocument or EPCISQueryDocument, or "
       "events such as ObjectEvent)"},
      {"Latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?><ObjectEvent/>",
       "in: the XML is written in ISO-8859-1; convert it to UTF-8"},
      {"UTF-16", std::string("\xFF\xFE<\0", 4), "in: byte 0: this is UTF-16, but JSON and XML must be UTF-8"},
      {"only a comment", "<!-- nothing -->", "in: the file holds no XML element"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto reader = DocumentReader::over(source_over(row.text), "in");
    REQUIRE_FALSE(reader.has_value());
    CHECK(reader.error().code == ErrorCode::invalid_input);
    CHECK(reader.error().message == row.message);
  }
}

TEST_CASE("epcis xml: a document type behind the beginning ends the reading and is told") {
  const EpcisItems items = read_text(document(event("a") + "<!DOCTYPE x>" + event("c")));
  CHECK(ids_of(items) == Strings{"urn:x:a"});
  CHECK(items.fault_fields() == Strings{"!EPCISBody.EventList: syntax"});
}

TEST_CASE("epcis xml: limits hold") {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<d>";
  for (int i = 0; i < 10'000; ++i) deep += "</d>";
  const std::string wide = "<e:x xmlns:e=\"urn:e\" a=\"" + std::string(70'000, 'x') + "\"/>";
  struct Row {
    std::string name;
    std::string bad;
  };
  const Row rows[] = {
      {"ten thousand levels", event("b", "<e:x xmlns:e=\"urn:e\">" + deep + "</e:x>")},
      {"a tag of 70,000 bytes", event("b", wide)},
      {"an event of 9 MiB", event("b", "<!--" + std::string(std::size_t{9} << 20, 'x') + "-->")},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const EpcisItems items = read_text(document(event("a") + row.bad + event("c")));
    CHECK(ids_of(items) == Strings{"urn:x:a", "urn:x:c"});
    CHECK(items.fault_fields() == Strings{"EPCISBody.EventList[1]: limit"});
  }
  const EpcisItems outside_events = read_text(
      "<EPCISDocument schemaVersion=\"2.0\" creationDate=\"2026-03-02T09:00:00Z\">"
      "<EPCISHeader><x:y>" +
      deep + "</x:y></EPCISHeader></EPCISDocument>");
  CHECK(outside_events.fault_fields().size() == 1);
}

TEST_CASE("epcis xml: fifty thousand things are one event") {
  std::string list = "<ObjectEvent>" + k_times + "<epcList>";
  for (int i = 0; i < 50'000; ++i) list += "<epc>urn:epc:id:sgtin:0614141.107346." + std::to_string(i) + "</epc>";
  const EpcisItems items = read_text(document(list + "</epcList><action>OBSERVE</action></ObjectEvent>"));
  REQUIRE(items.events.size() == 1);
  CHECK(items.events[0].event.epc_list.size() == 50'000);
  CHECK(items.events[0].event.epc_list[49'999] == "urn:epc:id:sgtin:0614141.107346.49999");
}

/// How many of the ids `urn:x:0`, `urn:x:1`, ... vanished: they are in no event, and in no raw text that was kept.
std::size_t vanished(const EpcisItems& items, std::size_t count) {
  std::size_t missing = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = "urn:x:" + std::to_string(i) + "<";
    const bool taken =
        std::ranges::any_of(items.events, [&](const auto& good) { return good.event.event_id + "<" == id; });
    const bool kept =
        std::ranges::any_of(items.bad, [&](const auto& bad) { return bad.raw.find(id) != std::string::npos; });
    if (!taken && !kept) ++missing;
  }
  return missing;
}

TEST_CASE("epcis xml: a file cut anywhere gives whole events, then says where it ends") {
  std::string events;
  for (int i = 0; i < 20; ++i) events += event(std::to_string(i), i % 3 == 0 ? "<!-- c --><ilmd/>" : "");
  const std::string whole = document(events);
  const std::size_t begin = whole.find("<EventList>");
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    CAPTURE(size);
    const std::string cut = whole.substr(0, size);
    const auto reader = DocumentReader::over(source_over(cut), "in");
    if (!reader.has_value()) {
      CHECK(size < begin);
      continue;
    }
    const EpcisItems items = read_all(**reader);
    CHECK_FALSE(items.bad.empty());
  }
}

TEST_CASE("epcis xml: one changed byte never makes another event vanish") {
  constexpr std::size_t k_events = 4;
  std::string events;
  for (std::size_t i = 0; i < k_events; ++i) events += event(std::to_string(i));
  const std::string whole = document(events);
  const std::size_t first = whole.find("<ObjectEvent>");
  CHECK(rc::check("damage", [&] {
    std::string text = whole;
    const auto at = *rc::gen::inRange(first, whole.find("</EventList>"));
    text[at] = *rc::gen::elementOf(std::string("<>/\"'&! x\0\xFF-", 12));
    const auto reader = DocumentReader::over(source_over(text), "in");
    RC_ASSERT(reader.has_value());
    const EpcisItems items = read_all(**reader);
    // The changed byte may be part of one id.
    RC_ASSERT(vanished(items, k_events) <= 1);
  }));
}

TEST_CASE("epcis xml: no mixture of markup crashes the reader or reads on for ever") {
  CHECK(rc::check("mixtures", [] {
    const auto words = *rc::gen::container<Strings>(rc::gen::elementOf(Strings{"<ObjectEvent>",
                                                                               "</ObjectEvent>",
                                                                               "<EPCISDocument>",
                                                                               "<EPCISBody>",
                                                                               "<EventList>",
                                                                               "</EventList>",
                                                                               "</EPCISBody>",
                                                                               "<extension>",
                                                                               "</extension>",
                                                                               "<![CDATA[",
                                                                               "]]>",
                                                                               "<!--",
                                                                               "-->",
                                                                               "<?x",
                                                                               "?>",
                                                                               "<",
                                                                               ">",
                                                                               "\"",
                                                                               "&amp;",
                                                                               "&#0;",
                                                                               "<a b='",
                                                                               "'/>",
                                                                               "text",
                                                                               "<Vocabulary type='t'>",
                                                                               "</Vocabulary>",
                                                                               "<EPCISHeader>",
                                                                               "\n",
                                                                               "<!DOCTYPE"}));
    std::string text = "<EPCISDocument>";
    for (const std::string& word : words) text += word;
    const auto reader = DocumentReader::over(source_over(text), "in");
    if (!reader.has_value()) return;
    for (std::size_t i = 0; i <= words.size() + 10; ++i) {
      const auto item = (*reader)->next();
      RC_ASSERT(item.has_value());
      if (!item->has_value()) return;
    }
    RC_FAIL("more items than pieces of markup");
  }));
}

}  // namespace
}  // namespace lotledger::tests
