// EPCIS documents, query results and event hashes that other people published.
#include "connectors/epcis/event_hash.h"
#include "tests/support/epcis_read.h"
#include "tests/support/outside.h"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace lotledger::tests {
namespace {

namespace fs = std::filesystem;
using connectors::epcis::DocumentReader;
using connectors::epcis::event_hash_uri;

const std::string k_resources = "epcis/openepcis-test-resources/2.0/JSON/";
const std::string k_hashes = "epcis/event-hash/";

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> files_in(const std::string& folder, const std::string& extension) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == extension)
      files.push_back(entry.path().filename().string());
  }
  std::ranges::sort(files);
  return files;
}

std::string all_faults(const std::string& file, const EpcisItems& items) {
  std::string text;
  for (const auto& item : items.bad) {
    for (const auto& fault : item.faults) text += describe(file, item, fault) + "\n";
  }
  return text;
}

TEST_CASE("epcis: every valid document, bare event and query result is taken whole") {
  struct Row {
    std::string folder;
    std::map<std::string, std::size_t> events;
  };
  const Row rows[] = {
      {"Capture/Documents",
       {{"AggregationEvent.json", 1},
        {"AggregationEvent_with_digitalLink.json", 1},
        {"AggregationEvent_with_sensorData.json", 1},
        {"AssociationEvent.json", 2},
        {"AssociationEvent_all_possible_fields.json", 1},
        {"AssociationEvent_with_userExtensions.json", 1},
        {"CurieString_document.json", 1},
        {"ObjectEvent.json", 2},
        {"ObjectEvent_with_comment.json", 2},
        {"ObjectEvent_with_digitalLink.json", 1},
        {"ObjectEvent_with_persistentDisposition.json", 2},
        {"ObjectEvent_with_userExtensions.json", 2},
        {"SensorData_with_combined_events.json", 13},
        {"TransactionEvent_all_possible_fields.json", 1},
        {"TransactionEvent_with_userExtensions.json", 1},
        {"TransformationEvent_all_possible_fields.json", 1},
        {"TransformationEvent_with_error_declaration.json", 2},
        {"TransformationEvent_with_userExtensions.json", 1},
        {"epcisDocWithSensorComponent.json", 1}}},
      {"Capture/Events", {{"AggregationEvent.json", 1}, {"TransactionEvent.json", 1}}},
      {"Query",
       {{"Combination_of_different_event.json", 6},
        {"JumbledFieldsOrder.json", 1},
        {"SensorData_with_combined_events.json", 13},
        {"TransformationEvent_with_error_declaration.json", 2},
        {"queryDocument.json", 1}}},
  };
  const std::string root = outside(k_resources);
  if (root.empty()) return;
  for (const auto& row : rows) {
    const std::string folder = root + row.folder + "/";
    CHECK(files_in(folder, ".json").size() == row.events.size());
    for (const auto& [file, count] : row.events) {
      CAPTURE(row.folder);
      CAPTURE(file);
      const EpcisItems items = read_file(folder + file);
      CHECK_MESSAGE(items.bad.empty(), all_faults(file, items));
      CHECK(items.events.size() == count);
    }
  }
}

TEST_CASE("epcis: every invalid file is refused for the field that breaks the standard") {
  struct Row {
    std::string file;
    std::size_t events_taken;
    std::vector<std::string> faults;
  };
  const std::string event0 = "epcisBody.eventList[0].";
  const std::string event1 = "epcisBody.eventList[1].";
  const Row rows[] = {
      {"Capture/Invalid/Combination_of_events_with_missing_mandatory_fields.json",
       0,
       {event0 + "action: missing", event1 + "eventTimeZoneOffset: missing", event1 + "action: missing"}},
      {"Capture/Invalid/Combination_of_non_standard_bizStep_and_disposition.json",
       0,
       {event0 + "bizStep: vocabulary", event1 + "disposition: vocabulary"}},
      {"Capture/Invalid/ObjectEvent_with_ilmd_field_without_namespace.json",
       0,
       {event0 + "ilmd.materialType: unknown field"}},
      {"Capture/Invalid/ObjectEvent_with_invalid_certificationInfo.json",
       0,
       {event0 + "certificationInfo[0]: wrong type", event0 + "certificationInfo[1]: wrong type"}},
      {"Capture/Invalid/ObjectEvent_with_non_standard_bizStep.json", 0, {event0 + "bizStep: vocabulary"}},
      {"Capture/Invalid/ObjectEvent_with_non_standard_disposition.json", 0, {event0 + "disposition: vocabulary"}},
      {"Capture/Invalid/ObjectEvent_with_unknown_field_in_quantityList.json",
       0,
       {event0 + "quantityList[0].weight: unknown field"}},
      {"Capture/Invalid/ObjectEvent_without_identifier_list.json", 0, {event0 + "epcList: missing"}},
      {"Query/Invalid/QueryDocument_with_invalid_action.json",
       0,
       {"epcisBody.queryResults.resultsBody.eventList[0].action: bad value"}},
  };
  const std::string root = outside(k_resources);
  if (root.empty()) return;
  CHECK(files_in(root + "Capture/Invalid", ".json").size() == 8);
  for (const auto& row : rows) {
    CAPTURE(row.file);
    const EpcisItems items = read_file(root + row.file);
    CHECK(items.events.size() == row.events_taken);
    CHECK(items.fault_fields() == row.faults);
  }
}

TEST_CASE("epcis: a query is no event, and both of its files say so") {
  const std::string root = outside(k_resources);
  if (root.empty()) return;
  for (const std::string file :
       {"Query/Queries/SimpleEventQuery.json", "Query/Queries/Invalid/Query_with_invalid_values.json"}) {
    CAPTURE(file);
    const EpcisItems items = read_file(root + file);
    CHECK(items.events.empty());
    const auto faults = items.fault_fields();
    CHECK(std::ranges::find(faults, "type: missing") != faults.end());
  }
}

TEST_CASE("epcis: misspelt words come back with the word that was meant") {
  const std::string root = outside(k_resources);
  if (root.empty()) return;
  const EpcisItems items = read_file(root + "Capture/Invalid/Combination_of_non_standard_bizStep_and_disposition.json");
  REQUIRE(items.bad.size() == 2);
  CHECK(items.bad[0].faults[0].hint == "did you mean \"transporting\"?");
  CHECK(items.bad[1].faults[0].hint == "did you mean \"in_transit\"?");
}

TEST_CASE("epcis: published event hashes are reproduced for every JSON document") {
  const std::string root = outside(k_hashes);
  if (root.empty()) return;
  const std::string examples = root + "examples/";
  std::size_t compared = 0;
  for (const std::string& file : files_in(examples, ".jsonld")) {
    CAPTURE(file);
    const auto expected = lines_of(fmt::format("{}{}.hashes", examples, file.substr(0, file.size() - 7)));
    const EpcisItems items = read_file(examples + file);
    CHECK_MESSAGE(items.bad.empty(), all_faults(file, items));
    REQUIRE(items.events.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(i);
      CHECK(event_hash_uri(items.events[i].event.hash) == expected[i]);
      ++compared;
    }
  }
  CHECK(compared == 26);
}

TEST_CASE("epcis: one event in several writings has one hash") {
  const std::string root = outside(k_hashes);
  if (root.empty()) return;
  const EpcisItems items = read_file(root + "expected_equal/ReferenceEventHashAlgorithm.json");
  REQUIRE(items.events.size() == 2);
  CHECK(items.events[0].event.hash == items.events[1].event.hash);
}

TEST_CASE("epcis: the hash of a tree that no JSON made is the published one, rounded digits included") {
  const std::string root = outside(k_hashes);
  if (root.empty()) return;
  using connectors::epcis::EventTree;
  EventTree tree;
  const auto report = [&tree](std::string_view type, std::string_view device, std::string_view name,
                              std::string_view value) {
    tree.open("sensorReport");
    tree.leaf("type", type);
    tree.leaf(name, value);
    tree.leaf("deviceID", device);
    if (name == "value") tree.leaf("uom", "CEL");
    tree.close();
  };
  tree.open("eventType", "ObjectEvent");
  tree.leaf("eventTime", "2019-10-07T16:00:00.000+01:00");
  tree.leaf("eventTimeZoneOffset", "+01:00");
  tree.open("epcList");
  tree.leaf("epc", "urn:epc:id:sgtin:4012345.011111.9876");
  tree.close();
  tree.leaf("action", "OBSERVE");
  tree.leaf("bizStep", "urn:epcglobal:cbv:bizstep:inspecting");
  tree.open("readPoint");
  tree.leaf("id", "urn:epc:id:sgln:4012345.00005.0");
  tree.close();
  tree.open("sensorElementList");
  tree.open("sensorElement");
  tree.open("sensorMetadata");
  tree.leaf("time", "2019-07-19T14:00:00.000+01:00");
  tree.close();
  report("gs1:MT-Temperature", "urn:epc:id:giai:4000001.111", "value", "26.0");
  report("rail:Abc", "urn:epc:id:giai:4000001.112", "stringValue", "111100001111000011110000");
  report("rail:Def", "urn:epc:id:giai:4000001.113", "booleanValue", "true");
  report("example:Ghi", "urn:epc:id:giai:4000001.114", "stringValue", "SomeString");
  report("example:Jkl", "urn:epc:id:giai:4000001.115", "hexBinaryValue", "f0f0f0");
  report("rail:Mno", "urn:epc:id:giai:4000001.116", "uriValue", "https://example.org/rail/someSectorSpecificValue");
  tree.close();
  tree.close();
  tree.close();
  const auto expected = lines_of(root + "examples/SensorDataExamples.hashes");
  REQUIRE(expected.size() == 12);
  const auto digests = connectors::epcis::digests_of(tree);
  CHECK(event_hash_uri(digests.hash) == expected[6]);
  CHECK(digests.content != digests.hash);
}

}  // namespace
}  // namespace lotledger::tests
