// Rules of EPCIS 2.0 and CBV 2.0, field by field: what is taken, and what is refused for which field.
#include "connectors/epcis/validate.h"
#include "tests/support/epcis_read.h"

#include <fmt/format.h>

#include <map>

namespace lotledger::tests {
namespace {

using namespace connectors;
using namespace connectors::epcis;

/// A smallest acceptable event of a type, as members by name.
std::map<std::string, std::string> smallest(const std::string& type) {
  std::map<std::string, std::string> event{
      {"type", "\"" + type + "\""}, {"eventTime", R"("2026-03-02T08:00:00Z")"}, {"eventTimeZoneOffset", R"("+08:00")"}};
  if (type != "TransformationEvent") event["action"] = R"("ADD")";
  if (type == "ObjectEvent") event["epcList"] = R"(["urn:x:1"])";
  if (type == "AggregationEvent" || type == "AssociationEvent") {
    event["parentID"] = R"("urn:x:parent")";
    event["childEPCs"] = R"(["urn:x:1"])";
  }
  if (type == "TransformationEvent") {
    event["inputEPCList"] = R"(["urn:x:1"])";
    event["outputEPCList"] = R"(["urn:x:2"])";
  }
  if (type == "TransactionEvent") {
    event["epcList"] = R"(["urn:x:1"])";
    event["bizTransactionList"] = R"([{"type":"po","bizTransaction":"urn:x:po"}])";
  }
  return event;
}

/// Members changed (an empty text takes one away), written out and read back as faults.
std::vector<std::string> faults_of(const std::string& type, const std::map<std::string, std::string>& changes) {
  auto event = smallest(type);
  for (const auto& [name, value] : changes) {
    if (value.empty()) {
      event.erase(name);
    } else {
      event[name] = value;
    }
  }
  std::string text =
      R"({"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"https://e.org/"}])";
  for (const auto& [name, value] : event) text += fmt::format(",\"{}\":{}", name, value);
  return read_text(text + "}").fault_fields();
}

struct Row {
  std::string name;
  std::string type;
  std::map<std::string, std::string> changes;
  std::vector<std::string> faults;
};

void check_rows(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(faults_of(row.type, row.changes) == row.faults);
  }
}

TEST_CASE("epcis rules: the smallest event of each type is taken") {
  for (const char* type :
       {"ObjectEvent", "AggregationEvent", "AssociationEvent", "TransformationEvent", "TransactionEvent"}) {
    CAPTURE(type);
    CHECK(faults_of(type, {}).empty());
  }
}

TEST_CASE("epcis rules: type, times, action and identifiers of the event") {
  check_rows({
      {"no type", "ObjectEvent", {{"type", ""}}, {"type: missing"}},
      {"misspelt type", "ObjectEvent", {{"type", R"("ObjektEvent")"}}, {"type: bad value"}},
      {"type is a number", "ObjectEvent", {{"type", "1"}}, {"type: wrong type"}},
      {"no time, no offset",
       "ObjectEvent",
       {{"eventTime", ""}, {"eventTimeZoneOffset", ""}},
       {"eventTime: missing", "eventTimeZoneOffset: missing"}},
      {"time without zone", "ObjectEvent", {{"eventTime", R"("2026-03-02T08:00:00")"}}, {"eventTime: bad value"}},
      {"day that does not exist",
       "ObjectEvent",
       {{"eventTime", R"("2026-02-30T08:00:00Z")"}},
       {"eventTime: bad value"}},
      {"date only", "ObjectEvent", {{"eventTime", R"("2026-03-02")"}}, {"eventTime: bad value"}},
      {"time as number", "ObjectEvent", {{"eventTime", "1772438400"}}, {"eventTime: wrong type"}},
      {"microseconds", "ObjectEvent", {{"eventTime", R"("2026-03-02T08:00:00.123456Z")"}}, {}},
      {"nanoseconds", "ObjectEvent", {{"eventTime", R"("2026-03-02T08:00:00.123456789Z")"}}, {}},
      {"no seconds", "ObjectEvent", {{"eventTime", R"("2026-03-02T08:00Z")"}}, {}},
      {"no minutes", "ObjectEvent", {{"eventTime", R"("2026-03-02T08Z")"}}, {"eventTime: bad value"}},
      {"a word behind nanoseconds",
       "ObjectEvent",
       {{"eventTime", R"("2026-03-02T08:00:00.123456789x")"}},
       {"eventTime: bad value"}},
      {"record time", "ObjectEvent", {{"recordTime", R"("2026-03-02T08:00:00.5+14:00")"}}, {}},
      {"record time broken", "ObjectEvent", {{"recordTime", R"("now")"}}, {"recordTime: bad value"}},
      {"last offset east", "ObjectEvent", {{"eventTimeZoneOffset", R"("+14:00")"}}, {}},
      {"first offset too far east",
       "ObjectEvent",
       {{"eventTimeZoneOffset", R"("+14:01")"}},
       {"eventTimeZoneOffset: bad value"}},
      {"last offset west", "ObjectEvent", {{"eventTimeZoneOffset", R"("-14:00")"}}, {}},
      {"offset as Z", "ObjectEvent", {{"eventTimeZoneOffset", R"("Z")"}}, {"eventTimeZoneOffset: bad value"}},
      {"offset without sign",
       "ObjectEvent",
       {{"eventTimeZoneOffset", R"("08:00")"}},
       {"eventTimeZoneOffset: bad value"}},
      {"offset with minute 60",
       "ObjectEvent",
       {{"eventTimeZoneOffset", R"("+08:60")"}},
       {"eventTimeZoneOffset: bad value"}},
      {"no action", "ObjectEvent", {{"action", ""}}, {"action: missing"}},
      {"action in small letters", "ObjectEvent", {{"action", R"("add")"}}, {"action: bad value"}},
      {"action where none may be", "TransformationEvent", {{"action", R"("ADD")"}}, {"action: unknown field"}},
      {"event id", "ObjectEvent", {{"eventID", R"("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8")"}}, {}},
      {"event id is no URI", "ObjectEvent", {{"eventID", R"("4711")"}}, {"eventID: bad value"}},
      {"one certificate", "ObjectEvent", {{"certificationInfo", R"("https://e.org/c")"}}, {}},
      {"two certificates", "ObjectEvent", {{"certificationInfo", R"(["https://e.org/c","https://e.org/d"])"}}, {}},
      {"certificate as object", "ObjectEvent", {{"certificationInfo", "[{}]"}}, {"certificationInfo[0]: wrong type"}},
      {"null is no value", "ObjectEvent", {{"bizStep", "null"}}, {"bizStep: wrong type"}},
  });
}

TEST_CASE("epcis rules: each type needs the things that it is about") {
  const std::string quantity = R"([{"epcClass":"urn:epc:class:lgtin:4012345.011111.4444","quantity":1}])";
  const std::string sensor = R"([{"sensorReport":[{"type":"Temperature","value":1}]}])";
  const std::string place = R"({"id":"urn:x:r"})";
  check_rows({
      {"object: nothing", "ObjectEvent", {{"epcList", ""}}, {"epcList: missing"}},
      {"object: empty list", "ObjectEvent", {{"epcList", "[]"}}, {"epcList: missing"}},
      {"object: quantity only", "ObjectEvent", {{"epcList", ""}, {"quantityList", quantity}}, {}},
      {"object: sensor at a place",
       "ObjectEvent",
       {{"epcList", "[]"}, {"sensorElementList", sensor}, {"readPoint", place}},
       {}},
      {"object: sensor nowhere", "ObjectEvent", {{"epcList", ""}, {"sensorElementList", sensor}}, {"epcList: missing"}},
      {"object: children", "ObjectEvent", {{"childEPCs", R"(["urn:x:1"])"}}, {"childEPCs: unknown field"}},
      {"aggregation: no children", "AggregationEvent", {{"childEPCs", ""}}, {"childEPCs: missing"}},
      {"aggregation: unpacking all", "AggregationEvent", {{"childEPCs", ""}, {"action", R"("DELETE")"}}, {}},
      {"aggregation: observing nothing",
       "AggregationEvent",
       {{"childEPCs", "[]"}, {"action", R"("OBSERVE")"}},
       {"childEPCs: missing"}},
      {"aggregation: no parent", "AggregationEvent", {{"parentID", ""}}, {"parentID: missing"}},
      {"aggregation: deleting without parent",
       "AggregationEvent",
       {{"parentID", ""}, {"action", R"("DELETE")"}},
       {"parentID: missing"}},
      {"aggregation: observing without parent", "AggregationEvent", {{"parentID", ""}, {"action", R"("OBSERVE")"}}, {}},
      {"aggregation: child quantities only",
       "AggregationEvent",
       {{"childEPCs", ""}, {"childQuantityList", quantity}},
       {}},
      {"association: observing without parent",
       "AssociationEvent",
       {{"parentID", ""}, {"action", R"("OBSERVE")"}},
       {"parentID: missing"}},
      {"association: removing all", "AssociationEvent", {{"childEPCs", ""}, {"action", R"("DELETE")"}}, {}},
      {"transformation: inputs only", "TransformationEvent", {{"outputEPCList", ""}}, {"outputEPCList: missing"}},
      {"transformation: outputs only", "TransformationEvent", {{"inputEPCList", "[]"}}, {"inputEPCList: missing"}},
      {"transformation: tied inputs only",
       "TransformationEvent",
       {{"outputEPCList", ""}, {"transformationID", R"("urn:x:t")"}},
       {}},
      {"transformation: tied outputs only",
       "TransformationEvent",
       {{"inputEPCList", ""}, {"transformationID", R"("urn:x:t")"}},
       {}},
      {"transformation: tied and empty",
       "TransformationEvent",
       {{"inputEPCList", ""}, {"outputEPCList", ""}, {"transformationID", R"("urn:x:t")"}},
       {"inputEPCList: missing"}},
      {"transformation: quantities",
       "TransformationEvent",
       {{"inputEPCList", ""}, {"outputEPCList", ""}, {"inputQuantityList", quantity}, {"outputQuantityList", quantity}},
       {}},
      {"transaction: no transaction",
       "TransactionEvent",
       {{"bizTransactionList", ""}},
       {"bizTransactionList: missing"}},
      {"transaction: empty list", "TransactionEvent", {{"bizTransactionList", "[]"}}, {"bizTransactionList: missing"}},
      {"transaction: nothing", "TransactionEvent", {{"epcList", ""}}, {"epcList: missing"}},
      {"transaction: deleting for all", "TransactionEvent", {{"epcList", ""}, {"action", R"("DELETE")"}}, {}},
      {"ilmd when added", "ObjectEvent", {{"ilmd", R"({"ex:lot":"1"})"}}, {}},
      {"ilmd when observed",
       "ObjectEvent",
       {{"ilmd", R"({"ex:lot":"1"})"}, {"action", R"("OBSERVE")"}},
       {"ilmd: rule"}},
      {"ilmd of a transformation", "TransformationEvent", {{"ilmd", R"({"ex:lot":"1"})"}}, {}},
      {"ilmd of an aggregation", "AggregationEvent", {{"ilmd", R"({"ex:lot":"1"})"}}, {"ilmd: unknown field"}},
  });
}

TEST_CASE("epcis rules: identifiers and quantities") {
  check_rows({
      {"EPC is a bare text", "ObjectEvent", {{"epcList", R"(["urn:x:1","4711"])"}}, {"epcList[1]: bad value"}},
      {"EPC with a blank", "ObjectEvent", {{"epcList", R"(["urn:x:1 2"])"}}, {"epcList[0]: bad value"}},
      {"EPC is empty", "ObjectEvent", {{"epcList", R"([""])"}}, {"epcList[0]: bad value"}},
      {"EPC is a number", "ObjectEvent", {{"epcList", "[12]"}}, {"epcList[0]: wrong type"}},
      {"EPCs are no list", "ObjectEvent", {{"epcList", R"("urn:x:1")"}}, {"epcList: wrong type", "epcList: missing"}},
      {"class without quantity", "ObjectEvent", {{"quantityList", R"([{"epcClass":"urn:x:c"}])"}}, {}},
      {"no class", "ObjectEvent", {{"quantityList", R"([{"quantity":1}])"}}, {"quantityList[0].epcClass: missing"}},
      {"quantity as text",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":"1"}])"}},
       {"quantityList[0].quantity: wrong type"}},
      {"quantity zero", "ObjectEvent", {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":0}])"}}, {}},
      {"negative quantity",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":-1}])"}},
       {"quantityList[0].quantity: bad value"}},
      {"last quantity that fits",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":9223372036854775807}])"}},
       {}},
      {"first quantity that does not",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":9223372036854775808}])"}},
       {"quantityList[0].quantity: bad value"}},
      {"19 decimals",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":0.1234567890123456789}])"}},
       {"quantityList[0].quantity: bad value"}},
      {"unit of two letters",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":1,"uom":"EA"}])"}},
       {}},
      {"unit in small letters",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":1,"uom":"kg"}])"}},
       {"quantityList[0].uom: bad value"}},
      {"unit of four letters",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","quantity":1,"uom":"KGMS"}])"}},
       {"quantityList[0].uom: bad value"}},
      {"unknown member",
       "ObjectEvent",
       {{"quantityList", R"([{"epcClass":"urn:x:c","ex:weight":1}])"}},
       {"quantityList[0].ex:weight: unknown field"}},
      {"all faults of one element",
       "ObjectEvent",
       {{"quantityList", R"([{"quantity":"1","uom":1,"weight":5}])"}},
       {"quantityList[0].weight: unknown field", "quantityList[0].epcClass: missing", "quantityList[0].uom: wrong type",
        "quantityList[0].quantity: wrong type"}},
      {"element is no object", "ObjectEvent", {{"quantityList", "[1]"}}, {"quantityList[0]: wrong type"}},
  });
}

TEST_CASE("epcis rules: a class among things, and a thing as a class, are noted and taken") {
  struct NoteRow {
    std::string_view field;
    std::string_view members;
  };
  const NoteRow rows[] = {
      {"epcList[1]", R"("epcList":["urn:x:1","urn:epc:class:lgtin:4012345.011111.4444"])"},
      {"epcList[0]", R"("epcList":["urn:epc:idpat:sgtin:4012345.066666.*"])"},
      {"quantityList[0].epcClass", R"("quantityList":[{"epcClass":"urn:epc:id:sgtin:4012345.011111.9876"}])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.field);
    const EpcisItems items = read_text(
        R"({"type":"ObjectEvent","eventTime":"2026-03-02T08:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD",)" +
        std::string(row.members) + "}");
    REQUIRE(items.events.size() == 1);
    REQUIRE(items.events[0].notes.size() == 1);
    CHECK(items.events[0].notes[0].field == row.field);
  }
}

TEST_CASE("epcis rules: words of the vocabularies in all their writings") {
  check_rows({
      {"bare", "ObjectEvent", {{"bizStep", R"("shipping")"}}, {}},
      {"web URI", "ObjectEvent", {{"bizStep", R"("https://ref.gs1.org/cbv/BizStep-shipping")"}}, {}},
      {"CBV 1.x URN", "ObjectEvent", {{"bizStep", R"("urn:epcglobal:cbv:bizstep:shipping")"}}, {}},
      {"CURIE", "ObjectEvent", {{"bizStep", R"("cbv:BizStep-shipping")"}}, {}},
      {"own URI", "ObjectEvent", {{"bizStep", R"("https://e.org/releasing")"}}, {}},
      {"own CURIE", "ObjectEvent", {{"bizStep", R"("ex:releasing")"}}, {}},
      {"unknown bare word", "ObjectEvent", {{"bizStep", R"("shiping")"}}, {"bizStep: vocabulary"}},
      {"word of another vocabulary", "ObjectEvent", {{"bizStep", R"("in_transit")"}}, {"bizStep: vocabulary"}},
      {"unknown word as URI",
       "ObjectEvent",
       {{"bizStep", R"("https://ref.gs1.org/cbv/BizStep-shiping")"}},
       {"bizStep: vocabulary"}},
      {"unknown word as URN",
       "ObjectEvent",
       {{"bizStep", R"("urn:epcglobal:cbv:bizstep:shiping")"}},
       {"bizStep: vocabulary"}},
      {"unknown word as CURIE", "ObjectEvent", {{"bizStep", R"("cbv:BizStep-shiping")"}}, {"bizStep: vocabulary"}},
      {"empty word", "ObjectEvent", {{"bizStep", R"("")"}}, {"bizStep: vocabulary"}},
      {"broken URI", "ObjectEvent", {{"bizStep", R"("https://e.org/a b")"}}, {"bizStep: bad value"}},
      {"disposition", "ObjectEvent", {{"disposition", R"("needs_replacement")"}}, {}},
      {"disposition unknown", "ObjectEvent", {{"disposition", R"("quarantine")"}}, {"disposition: vocabulary"}},
      {"persistent",
       "ObjectEvent",
       {{"persistentDisposition", R"({"set":["recalled"],"unset":["https://e.org/x"]})"}},
       {}},
      {"persistent in an aggregation", "AggregationEvent", {{"persistentDisposition", R"({"set":["recalled"]})"}}, {}},
      {"persistent empty", "ObjectEvent", {{"persistentDisposition", "{}"}}, {"persistentDisposition: missing"}},
      {"persistent empty list",
       "ObjectEvent",
       {{"persistentDisposition", R"({"set":[]})"}},
       {"persistentDisposition.set: missing"}},
      {"persistent unknown",
       "ObjectEvent",
       {{"persistentDisposition", R"({"set":["recaled"],"keep":["active"]})"}},
       {"persistentDisposition.set[0]: vocabulary", "persistentDisposition.keep: unknown field"}},
      {"transaction type unknown",
       "ObjectEvent",
       {{"bizTransactionList", R"([{"type":"purchase","bizTransaction":"urn:x:1"}])"}},
       {"bizTransactionList[0].type: vocabulary"}},
      {"transaction without type", "ObjectEvent", {{"bizTransactionList", R"([{"bizTransaction":"urn:x:1"}])"}}, {}},
      {"transaction without id",
       "ObjectEvent",
       {{"bizTransactionList", R"([{"type":"po"}])"}},
       {"bizTransactionList[0].bizTransaction: missing"}},
      {"source without type",
       "ObjectEvent",
       {{"sourceList", R"([{"source":"urn:x:1"}])"}},
       {"sourceList[0].type: missing"}},
      {"source in a destination",
       "ObjectEvent",
       {{"destinationList", R"([{"type":"location","source":"urn:x:1"}])"}},
       {"destinationList[0].destination: missing", "destinationList[0].source: unknown field"}},
      {"own party role", "ObjectEvent", {{"sourceList", R"([{"type":"cbv:my_own_party","source":"urn:x:1"}])"}}, {}},
      {"error declaration",
       "ObjectEvent",
       {{"errorDeclaration",
         R"({"declarationTime":"2026-03-02T08:00:00Z","reason":"did_not_occur","correctiveEventIDs":["urn:x:1"],"ex:by":"QA"})"}},
       {}},
      {"error declaration in parts",
       "ObjectEvent",
       {{"errorDeclaration", R"({"reason":"mistake","correctiveEventIDs":"urn:x:1","by":"QA"})"}},
       {"errorDeclaration.declarationTime: missing", "errorDeclaration.reason: vocabulary",
        "errorDeclaration.correctiveEventIDs: wrong type", "errorDeclaration.by: unknown field"}},
  });
}

TEST_CASE("epcis rules: names outside the standard need a namespace") {
  check_rows({
      {"declared prefix", "ObjectEvent", {{"ex:a", "1"}}, {}},
      {"well-known prefix", "ObjectEvent", {{"cbvmda:lotNumber", R"("1")"}}, {}},
      {"full URI", "ObjectEvent", {{"https://e.org/a", "1"}}, {}},
      {"undeclared prefix", "ObjectEvent", {{"zz:a", "1"}}, {"zz:a: unknown field"}},
      {"no prefix", "ObjectEvent", {{"lot", "1"}}, {"lot: unknown field"}},
      {"misspelt field", "ObjectEvent", {{"bizLocaton", R"({"id":"urn:x:1"})"}}, {"bizLocaton: unknown field"}},
      {"keyword of JSON-LD", "ObjectEvent", {{"@graph", "[]"}}, {"@graph: unknown field"}},
      {"nested names are free", "ObjectEvent", {{"ex:a", R"({"b":{"c":1}})"}}, {}},
      {"in a place",
       "ObjectEvent",
       {{"readPoint", R"({"id":"urn:x:1","ex:a":1,"door":4})"}},
       {"readPoint.door: unknown field"}},
      {"place without id", "ObjectEvent", {{"bizLocation", R"({"ex:a":1})"}}, {"bizLocation.id: missing"}},
      {"in ilmd", "ObjectEvent", {{"ilmd", R"({"lot":"1","ex:b":{"c":1}})"}}, {"ilmd.lot: unknown field"}},
      {"in a sensor element",
       "ObjectEvent",
       {{"sensorElementList", R"([{"sensorReport":[{"type":"Temperature","vale":1}],"ex:a":1,"b":1}])"}},
       {"sensorElementList[0].sensorReport[0].vale: unknown field", "sensorElementList[0].b: unknown field"}},
      {"context declares the prefix",
       "ObjectEvent",
       {{"@context", R"({"zz":{"@id":"https://z.org/"}})"}, {"zz:a", "1"}},
       {"@context: duplicate"}},
  });
  CHECK(
      read_text(
          R"({"@context":["https://other.example/context.jsonld"],"type":"ObjectEvent","eventTime":"2026-03-02T08:00:00Z",)"
          R"("eventTimeZoneOffset":"+08:00","action":"ADD","epcList":["urn:x:1"],"zz:a":1})")
          .fault_fields()
          .empty());
  CHECK(read_text(
            R"({"@context":{"zz":{"@id":"https://z.org/"}},"type":"ObjectEvent","eventTime":"2026-03-02T08:00:00Z",)"
            R"("eventTimeZoneOffset":"+08:00","action":"ADD","epcList":["urn:x:1"],"zz:a":1,"ex:a":1})")
            .fault_fields() == std::vector<std::string>{"ex:a: unknown field"});
  CHECK(read_text(R"({"@context":[7],"type":"ObjectEvent","eventTime":"2026-03-02T08:00:00Z",)"
                  R"("eventTimeZoneOffset":"+08:00","action":"ADD","epcList":["urn:x:1"]})")
            .fault_fields() == std::vector<std::string>{"@context[0]: wrong type"});
}

TEST_CASE("epcis rules: sensor data") {
  const auto element = [](const std::string& text) {
    return std::map<std::string, std::string>{{"sensorElementList", "[" + text + "]"}};
  };
  const std::string report = "sensorElementList[0].sensorReport[0]";
  check_rows({
      {"all kinds of values",
       "ObjectEvent",
       element(
           R"({"sensorMetadata":{"time":"2026-03-02T08:00:00Z","deviceID":"urn:x:d","bizRules":"urn:x:b","ex:a":1},"sensorReport":[{"type":"gs1:Temperature","value":-1.5,"component":"x","stringValue":"s","booleanValue":false,"hexBinaryValue":"f0","uriValue":"urn:x:u","uom":"CEL","exception":"ALARM_CONDITION"}]})"),
       {}},
      {"no report", "ObjectEvent", element(R"({"sensorReport":[]})"), {"sensorElementList[0].sensorReport: missing"}},
      {"report without type", "ObjectEvent", element(R"({"sensorReport":[{"value":1}]})"), {report + ".type: missing"}},
      {"alert instead of type",
       "ObjectEvent",
       element(R"({"sensorReport":[{"exception":"gs1:ERROR_CONDITION"}]})"),
       {}},
      {"measurement that GS1 does not list", "ObjectEvent", element(R"({"sensorReport":[{"type":"Stickiness"}]})"), {}},
      {"measurement is empty",
       "ObjectEvent",
       element(R"({"sensorReport":[{"type":""}]})"),
       {report + ".type: vocabulary"}},
      {"unknown alert",
       "ObjectEvent",
       element(R"({"sensorReport":[{"type":"Speed","exception":"ALARM"}]})"),
       {report + ".exception: vocabulary"}},
      {"unknown component",
       "ObjectEvent",
       element(R"({"sensorReport":[{"type":"Speed","component":"w"}]})"),
       {report + ".component: vocabulary"}},
      {"value as text",
       "ObjectEvent",
       element(R"({"sensorReport":[{"type":"Speed","value":"1"}]})"),
       {report + ".value: wrong type"}},
      {"odd hexadecimal",
       "ObjectEvent",
       element(R"({"sensorReport":[{"type":"Speed","hexBinaryValue":"0g"}]})"),
       {report + ".hexBinaryValue: bad value"}},
      {"time in metadata",
       "ObjectEvent",
       element(R"({"sensorMetadata":{"startTime":"8 o'clock"},"sensorReport":[{"type":"Speed"}]})"),
       {"sensorElementList[0].sensorMetadata.startTime: bad value"}},
      {"elements are no list", "ObjectEvent", {{"sensorElementList", "{}"}}, {"sensorElementList: wrong type"}},
  });
  const EpcisItems items = read_text(
      R"({"type":"ObjectEvent","eventTime":"2026-03-02T08:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","epcList":["urn:x:1"],)"
      R"("sensorElementList":[{"sensorReport":[{"type":"Stickiness"}]}]})");
  REQUIRE(items.events.size() == 1);
  REQUIRE(items.events[0].notes.size() == 1);
  CHECK(items.events[0].notes[0].field == report + ".type");
}

TEST_CASE("epcis rules: values in messages are short, printable and UTF-8") {
  CHECK(quoted("a\x01\xFFz\xE9\x87\x91\xE9\x87") == "a??z\xE9\x87\x91??");
  CHECK(quoted(std::string(120, 'x')) == std::string(120, 'x'));
  CHECK(quoted(std::string(121, 'x')) == std::string(120, 'x') + "...");
  CHECK(quoted(std::string(119, 'x') + "\xC3\xA9") == std::string(119, 'x') + "...");
}

TEST_CASE("epcis rules: a fault names field, value, reason and cure") {
  const EpcisItems items = read_text(
      R"({"type":"ObjectEvent","eventID":"urn:x:e1","eventTime":"2026-03-02T08:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADDD","epcList":["urn:x:1"]})");
  REQUIRE(items.bad.size() == 1);
  CHECK(items.bad[0].event_id == "urn:x:e1");
  REQUIRE(items.bad[0].faults.size() == 1);
  CHECK(describe("in.json", items.bad[0], items.bad[0].faults[0]) ==
        "in.json: line 1, event 1 (eventID urn:x:e1): action: \"ADDD\": is no action (ADD, OBSERVE or DELETE)");
}

}  // namespace
}  // namespace lotledger::tests
