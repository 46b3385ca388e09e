// An accepted event as values: every field of the standard arrives, and the text of the event is kept.
#include "tests/support/epcis_read.h"

namespace lotledger::tests {
namespace {

using namespace connectors;
using namespace connectors::epcis;
using Strings = std::vector<std::string>;

Event only_event(const std::string& text) {
  EpcisItems items = read_text(text);
  for (const auto& item : items.bad) {
    for (const auto& fault : item.faults) MESSAGE(to_text(fault));
  }
  REQUIRE(items.events.size() == 1);
  return std::move(items.events[0].event);
}

const std::string k_context =
    R"({"@context":[{"ex":"https://e.org/"},"https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],)";
const std::string k_when = R"("eventTime":"2026-03-02T16:00:00.25+08:00","eventTimeZoneOffset":"-05:30",)";

TEST_CASE("epcis model: times, identity, error declaration and certificates") {
  const Event event =
      only_event(k_context + k_when + R"("type":"ObjectEvent","action":"OBSERVE","epcList":["urn:x:1","urn:x:2"],
      "recordTime":"2026-03-02T08:00:01Z","eventID":"urn:x:id","certificationInfo":["https://e.org/c1","https://e.org/c2"],
      "errorDeclaration":{"declarationTime":"2026-03-03T00:00:00Z","reason":"cbv:ER-incorrect_data","correctiveEventIDs":["urn:x:n1","urn:x:n2"],"ex:by":"QA"}})");
  CHECK(event.type == EventType::object);
  CHECK(event.action == Action::observe);
  CHECK(format_utc(event.event_time.at) == "2026-03-02T08:00:00.25Z");
  CHECK(event.event_time.offset_minutes == 480);
  CHECK(event.event_time_zone_offset_minutes == -330);
  REQUIRE(event.record_time.has_value());
  CHECK(format_utc(event.record_time->at) == "2026-03-02T08:00:01Z");
  CHECK(event.event_id == "urn:x:id");
  CHECK(event.certification_info == Strings{"https://e.org/c1", "https://e.org/c2"});
  CHECK(event.epc_list == Strings{"urn:x:1", "urn:x:2"});
  REQUIRE(event.error_declaration.has_value());
  CHECK(format_utc(event.error_declaration->declaration_time.at) == "2026-03-03T00:00:00Z");
  CHECK(event.error_declaration->reason == Term{"incorrect_data", true});
  CHECK(event.error_declaration->corrective_event_ids == Strings{"urn:x:n1", "urn:x:n2"});
  CHECK(event.error_declaration->extensions ==
        std::vector<Extension>{{"ex:by", "https://e.org/", "by", "QA", "\"QA\""}});
}

TEST_CASE("epcis model: things of aggregations, transformations and transactions") {
  const Event packed = only_event(
      k_context + k_when + R"("type":"AggregationEvent","action":"DELETE","parentID":"urn:x:p","childEPCs":["urn:x:1"],
      "childQuantityList":[{"epcClass":"urn:x:c","quantity":200.50,"uom":"KGM"},{"epcClass":"urn:x:d"}]})");
  CHECK(packed.type == EventType::aggregation);
  CHECK(packed.action == Action::remove);
  CHECK(packed.parent_id == "urn:x:p");
  CHECK(packed.child_epcs == Strings{"urn:x:1"});
  CHECK(packed.child_quantity_list == std::vector<QuantityElement>{{"urn:x:c", "200.50", "KGM"}, {"urn:x:d", "", ""}});

  const Event made = only_event(k_context + k_when +
                                R"("type":"TransformationEvent","transformationID":"urn:x:t","inputEPCList":["urn:x:i"],
      "inputQuantityList":[{"epcClass":"urn:x:ic","quantity":1}],"outputEPCList":["urn:x:o"],"outputQuantityList":[{"epcClass":"urn:x:oc","quantity":2e1}]})");
  CHECK(made.type == EventType::transformation);
  CHECK_FALSE(made.action.has_value());
  CHECK(made.transformation_id == "urn:x:t");
  CHECK(made.input_epc_list == Strings{"urn:x:i"});
  CHECK(made.input_quantity_list == std::vector<QuantityElement>{{"urn:x:ic", "1", ""}});
  CHECK(made.output_epc_list == Strings{"urn:x:o"});
  CHECK(made.output_quantity_list == std::vector<QuantityElement>{{"urn:x:oc", "2e1", ""}});

  const Event linked =
      only_event(k_context + k_when + R"("type":"TransactionEvent","action":"ADD","epcList":["urn:x:1"],
      "quantityList":[{"epcClass":"urn:x:c"}],"bizTransactionList":[{"bizTransaction":"urn:x:po","type":"https://ref.gs1.org/cbv/BTT-po"},{"bizTransaction":"urn:x:n"}]})");
  CHECK(linked.type == EventType::transaction);
  CHECK(linked.quantity_list.size() == 1);
  CHECK(linked.biz_transaction_list == std::vector<TypedUri>{{{"po", true}, "urn:x:po"}, {{}, "urn:x:n"}});
  CHECK(only_event(k_context + k_when + R"("type":"AssociationEvent","action":"DELETE","parentID":"urn:x:p"})").type ==
        EventType::association);
}

TEST_CASE("epcis model: where and why") {
  const Event event = only_event(k_context + k_when + R"("type":"ObjectEvent","action":"ADD","epcList":["urn:x:1"],
      "bizStep":"urn:epcglobal:cbv:bizstep:receiving","disposition":"ex:blocked","persistentDisposition":{"set":["cbv:Disp-recalled"],"unset":["available"]},
      "readPoint":{"id":"urn:x:r","ex:door":4},"bizLocation":{"id":"urn:x:l"},
      "sourceList":[{"type":"possessing_party","source":"urn:x:s"}],"destinationList":[{"type":"ex:own","destination":"urn:x:d"}]})");
  CHECK(event.biz_step == Term{"receiving", true});
  CHECK(event.disposition == Term{"https://e.org/blocked", false});
  CHECK(event.persistent_set == std::vector<Term>{{"recalled", true}});
  CHECK(event.persistent_unset == std::vector<Term>{{"available", true}});
  REQUIRE(event.read_point.has_value());
  CHECK(event.read_point->id == "urn:x:r");
  CHECK(event.read_point->extensions == std::vector<Extension>{{"ex:door", "https://e.org/", "door", "4", "4"}});
  REQUIRE(event.biz_location.has_value());
  CHECK(event.biz_location->id == "urn:x:l");
  CHECK(event.source_list == std::vector<TypedUri>{{{"possessing_party", true}, "urn:x:s"}});
  CHECK(event.destination_list == std::vector<TypedUri>{{{"https://e.org/own", false}, "urn:x:d"}});
}

TEST_CASE("epcis model: ilmd, extensions and sensor data") {
  const Event event = only_event(k_context + k_when + R"("type":"ObjectEvent","action":"ADD","epcList":["urn:x:1"],
      "ilmd":{"cbvmda:lotNumber":"00\u0037","https://other.org/a#b":[1, 2.0]},"ex:note":{"k" : "a b"},
      "sensorElementList":[{"sensorMetadata":{"deviceID":"urn:x:d","ex:m":1},"sensorReport":[{"type":"gs1:Temperature","value":-4.50,"uom":"CEL","component":"cbv:Comp-x","ex:r":2}],"ex:e":3}]})");
  CHECK(event.ilmd ==
        std::vector<Extension>{{"cbvmda:lotNumber", "urn:epcglobal:cbv:mda:", "lotNumber", "007", "\"00\\u0037\""},
                               {"https://other.org/a#b", "https://other.org/a#", "b", "", "[1,2.0]"}});
  CHECK(event.extensions == std::vector<Extension>{{"ex:note", "https://e.org/", "note", "", R"({"k":"a b"})"}});
  REQUIRE(event.sensor_element_list.size() == 1);
  const SensorElement& sensor = event.sensor_element_list[0];
  CHECK(sensor.metadata == std::vector<SensorField>{{"deviceID", "urn:x:d"}});
  REQUIRE(sensor.reports.size() == 1);
  CHECK(sensor.reports[0] ==
        std::vector<SensorField>{{"type", "Temperature"}, {"value", "-4.50"}, {"uom", "CEL"}, {"component", "x"}});
  Strings names;
  for (const auto& extension : sensor.extensions) names.push_back(extension.name);
  CHECK(names == Strings{"ex:m", "ex:r", "ex:e"});
}

TEST_CASE("epcis model: the text of an event and the prefixes it needs are kept") {
  const std::string text =
      "{\"@context\":{\"ex\":\"https://doc.org/\",\"zz\":\"https://z.org/"
      "\"},\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"2026-03-02T09:00:00Z\","
      "\"epcisBody\":{\"eventList\":[ { \"type\" : \"ObjectEvent\",\n \"@context\":{\"ex\":\"https://event.org/\"}, "
      "\"eventTime\":\"2026-03-02T08:00:00Z\",\"eventTimeZoneOffset\":\"+08:00\","
      "\"action\":\"ADD\",\"epcList\":[\"urn:x:1\"],\"ex:k\": [ 1.50 , \"a  \\u0041\" ] } ]}}";
  const Event event = only_event(text);
  CHECK(event.source_text ==
        "{\"type\":\"ObjectEvent\",\"@context\":{\"ex\":\"https://event.org/"
        "\"},\"eventTime\":\"2026-03-02T08:00:00Z\",\"eventTimeZoneOffset\":\"+08:00\","
        "\"action\":\"ADD\",\"epcList\":[\"urn:x:1\"],\"ex:k\":[1.50,\"a  \\u0041\"]}");
  CHECK(event.source_namespaces == "ex=https://event.org/\nzz=https://z.org/\n");
  CHECK(event.extensions[0].space == "https://event.org/");
}

TEST_CASE("epcis model: names of types and actions are those of the standard") {
  CHECK(name_of(EventType::transformation) == "TransformationEvent");
  CHECK(name_of(Action::remove) == "DELETE");
}

}  // namespace
}  // namespace lotledger::tests
