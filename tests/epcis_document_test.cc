// EPCIS files as wholes: layouts, order of members, damage, limits, and that nothing in a file vanishes.
#include "tests/support/epcis_read.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace lotledger::tests {
namespace {

using namespace connectors;
using namespace connectors::epcis;
using Strings = std::vector<std::string>;

std::string event(const std::string& id, const std::string& more = "") {
  return fmt::format(R"({{"type":"ObjectEvent","eventID":"urn:x:{}","eventTime":"2026-03-02T08:00:00Z",)"
                     R"("eventTimeZoneOffset":"+08:00","action":"ADD","epcList":["urn:y:{}"]{}}})",
                     id, id, more);
}

const std::string k_head =
    R"("@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"https://e.org/"}],)"
    R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T09:00:00Z")";

std::string document(const std::string& events, const std::string& more = "") {
  return "{" + k_head + more + R"(,"epcisBody":{"eventList":[)" + events + "]}}";
}

Strings ids_of(const EpcisItems& items) {
  Strings ids;
  for (const auto& good : items.events) ids.push_back(good.event.event_id.substr(6));
  return ids;
}

TEST_CASE("epcis file: every layout gives its events in file order") {
  struct Row {
    std::string name;
    std::string text;
    Strings ids;
    Strings faults;
  };
  const std::string query =
      R"({"type":"EPCISQueryDocument","@context":[],"epcisBody":{"queryResults":{"queryName":"q","subscriptionID":"s","resultsBody":{"eventList":[)" +
      event("a") + "]}}}}";
  const Row rows[] = {
      {"document", document(event("a") + "," + event("b")), {"a", "b"}, {}},
      {"document with a byte order mark", "\xEF\xBB\xBF" + document(event("a")), {"a"}, {}},
      {"document without events", document(""), {}, {}},
      {"query result", query, {"a"}, {}},
      {"one event", event("a"), {"a"}, {}},
      {"one event over several lines", "\n{\n\"type\"\n:" + event("a").substr(8), {"a"}, {}},
      {"list of events", "[" + event("a") + " ,\n" + event("b") + "]", {"a", "b"}, {}},
      {"empty list", "[]", {}, {}},
      {"one event a line", event("a") + "\n\n" + event("b") + "\r\n" + event("c"), {"a", "b", "c"}, {}},
      {"events one after another", "{\n" + event("a").substr(1) + "\n{\n" + event("b").substr(1), {"a", "b"}, {}},
      {"context and type behind the body",
       R"({"epcisBody":{"eventList":[)" + event("a", R"(,"ex:k":1)") + "]}," + k_head + "}",
       {"a"},
       {}},
      {"a broken line among good ones",
       event("a") + "\n{\"type\":\"ObjectEvent\",\n" + event("c") + "\n",
       {"a", "c"},
       {": syntax"}},
      {"the first line broken", "{\"eventID\":\"urn:x:a\"\n" + event("b") + "\n", {"b"}, {": syntax"}},
      {"the first line spoilt by its first byte", "x" + event("a") + "\n" + event("b") + "\n", {"b"}, {": syntax"}},
      {"the first line spoilt by a quote", "\"" + event("a").substr(1) + "\n" + event("b") + "\n", {"b"}, {": syntax"}},
      {"the first line closed too early",
       "{\"a\"}" + event("a").substr(1) + "\n" + event("b") + "\n",
       {"b"},
       {": syntax"}},
      {"something behind the document", document(event("a")) + " true", {"a"}, {"!: syntax"}},
      {"something behind the list", "[" + event("a") + "] ]", {"a"}, {"!: syntax"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const EpcisItems items = read_text(row.text);
    CHECK(ids_of(items) == row.ids);
    CHECK(items.fault_fields() == row.faults);
  }
}

TEST_CASE("epcis file: one bad event does not take others with it") {
  struct Row {
    std::string name;
    std::string events;
    Strings ids;
    Strings faults;
  };
  const std::string at1 = "epcisBody.eventList[1]";
  const Row rows[] = {
      {"bad literal",
       event("a") + "," + event("b", R"(,"ex:k":tru)") + "," + event("c"),
       {"a", "c"},
       {at1 + ".ex:k: syntax"}},
      {"colon forgotten", event("a") + R"(,{"type" "x"},)" + event("c"), {"a", "c"}, {at1 + ": syntax"}},
      {"quote forgotten",
       event("a") + ",{\"type\":\"ObjectEvent,\n\"k\":[]},\n" + event("c"),
       {"a", "c"},
       {at1 + ": syntax"}},
      {"not UTF-8",
       event("a") + "," + event("b", ",\"ex:k\":\"\xFF\"") + "," + event("c"),
       {"a", "c"},
       {at1 + ": syntax"}},
      {"member twice",
       event("a") + "," + event("b", R"(,"readPoint":{"id":"urn:x:r","id":"urn:x:s"})") + "," + event("c"),
       {"a", "c"},
       {at1 + ".readPoint.id: duplicate"}},
      {"nested too deep",
       event("a") + "," + event("b", ",\"ex:k\":" + std::string(3000, '[') + std::string(3000, ']')) + "," + event("c"),
       {"a", "c"},
       {at1 + ".ex:k" +
        [] {
          std::string path;
          for (int i = 0; i < 62; ++i) path += "[0]";
          return path;
        }() +
        ": limit"}},
      {"no object", event("a") + ",7," + event("c"), {"a", "c"}, {at1 + ": syntax"}},
      {"a list", event("a") + ",[]," + event("c"), {"a", "c"}, {at1 + ": wrong type"}},
      {"null", event("a") + ",null," + event("c"), {"a", "c"}, {at1 + ": syntax"}},
      {"comma forgotten", event("a") + " " + event("c"), {"a", "c"}, {"!epcisBody.eventList: syntax"}},
      {"comma too many", event("a") + ",," + event("c"), {"a", "c"}, {"!epcisBody.eventList: syntax"}},
      {"comma at the end", event("a") + "," + event("c") + ",", {"a", "c"}, {"!epcisBody.eventList: syntax"}},
      {"broken rule",
       event("a") + "," + event("b", R"(,"bizStep":"x")") + "," + event("c"),
       {"a", "c"},
       {at1 + ".bizStep: vocabulary"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const EpcisItems items = read_text(document(row.events));
    CHECK(ids_of(items) == row.ids);
    CHECK(items.fault_fields() == row.faults);
  }
}

TEST_CASE("epcis file: what cannot be followed is one entry from there to the end of the file") {
  const std::string whole = document(event("a") + "," + event("b") + "," + event("c"));
  struct Row {
    std::string name;
    std::string text;
    Strings ids;
    std::uint64_t offset;
  };
  const std::size_t b = whole.find(event("b"));
  std::string mismatched = whole;
  mismatched.replace(whole.find(R"(["urn:y:b"])"), 11, R"(["urn:y:b"})");
  const Row rows[] = {
      {"cut inside an event", whole.substr(0, b + 50), {"a"}, b},
      {"cut between events", whole.substr(0, b), {"a"}, b},
      {"wrong bracket in an event", mismatched, {"a"}, b},
      {"cut before the end of the document", whole.substr(0, whole.size() - 1), {"a", "b", "c"}, whole.size() - 1},
      {"wrong bracket of the list", whole.substr(0, whole.size() - 3) + "}}}", {"a", "b", "c"}, whole.size() - 3},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const EpcisItems items = read_text(row.text);
    CHECK(ids_of(items) == row.ids);
    const auto found = std::ranges::find(items.bad, BadItem::Kind::unreadable, &BadItem::kind);
    REQUIRE(found != items.bad.end());
    CHECK(found->origin.offset == row.offset);
    CHECK(found->origin.offset + found->origin.length == row.text.size());
    CHECK(found->raw == row.text.substr(row.offset));
    CHECK(found->raw_is_whole);
  }
}

TEST_CASE("epcis file: faults of the document are told, and its events are delivered") {
  struct Row {
    std::string name;
    std::string text;
    Strings faults;
  };
  const std::string body = R"("epcisBody":{"eventList":[)" + event("a") + "]}";
  const Row rows[] = {
      {"head is missing",
       "{" + body + "}",
       {"!@context: missing", "!type: missing", "!schemaVersion: missing", "!creationDate: missing"}},
      {"old version",
       R"({"@context":[],"type":"EPCISDocument","schemaVersion":"1.2","creationDate":"2026-03-02T09:00:00Z",)" + body +
           "}",
       {"!schemaVersion: bad value"}},
      {"version as number",
       R"({"@context":[],"type":"EPCISDocument","schemaVersion":2.0,"creationDate":"2026-03-02T09:00:00Z",)" + body +
           "}",
       {"!schemaVersion: wrong type"}},
      {"no instant",
       R"({"@context":[],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"today",)" + body + "}",
       {"!creationDate: bad value"}},
      {"another type",
       R"({"@context":[],"type":"Catalogue","schemaVersion":"2.0","creationDate":"2026-03-02T09:00:00Z",)" + body + "}",
       {"!type: bad value"}},
      {"unknown member", document(event("a"), R"(,"comment":"x")"), {"!comment: unknown field"}},
      {"extension member", document(event("a"), R"(,"ex:comment":{"x":[1]})"), {}},
      {"member twice", document(event("a"), R"(,"schemaVersion":"2.0")"), {"!schemaVersion: duplicate"}},
      {"broken member", document(event("a"), R"(,"sender":urn)"), {"!sender: syntax"}},
      {"header is no object", document(event("a"), R"(,"epcisHeader":[])"), {"!epcisHeader: wrong type"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const EpcisItems items = read_text(row.text);
    CHECK(ids_of(items) == Strings{"a"});
    CHECK(items.fault_fields() == row.faults);
  }
}

TEST_CASE("epcis file: what holds no JSON or XML is an error, not an empty file") {
  struct Row {
    std::string name;
    std::string text;
    std::string message;
  };
  const Row rows[] = {
      {"empty", "", "in: the file holds no JSON or XML at all"},
      {"blank", " \n", "in: the file holds no JSON or XML at all"},
      {"words", "hello", "in: byte 0: \"hello\" begins no JSON object or list, and no XML"},
      {"XML without an element", "<?xml?>", "in: the file holds no XML element"},
      {"UTF-16", "\xFF\xFE{", "in: byte 0: this is UTF-16, but JSON and XML must be UTF-8"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto reader = DocumentReader::over(source_over(row.text), "in");
    REQUIRE_FALSE(reader.has_value());
    CHECK(reader.error().code == ErrorCode::invalid_input);
    CHECK(reader.error().message == row.message);
  }
  const auto missing = DocumentReader::open("/nonexistent/epcis.json");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == ErrorCode::not_found);
  CHECK_FALSE(DocumentReader::open("/").has_value());
}

TEST_CASE("epcis file: whatever stands before the first event is known before it") {
  const std::string text = R"({"@context":{},"type":"EPCISDocument","schemaVersion":"2.0","sender":"urn:x:s",)"
                           R"("creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[)" +
                           event("a") + "]}}";
  const auto reader = DocumentReader::over(source_over(text), "in");
  REQUIRE(reader.has_value());
  CHECK((*reader)->info().creation_date == "2026-01-01T00:00:00Z");
  CHECK((*reader)->info().sender == "urn:x:s");
}

TEST_CASE("epcis file: places are told by offset, line, number and path") {
  const std::string text = "{" + k_head + ",\n\"epcisBody\":{\"eventList\":[\n" + event("a") +
                           ",\n\n  {\"x\":\n tru},\n" + event("c") + "]}}";
  const EpcisItems items = read_text(text);
  REQUIRE(items.events.size() == 2);
  CHECK(items.events[0].origin.line == 3);
  CHECK(items.events[0].origin.number == 1);
  CHECK(items.events[0].origin.offset == text.find(event("a")));
  CHECK(items.events[0].origin.length == event("a").size());
  CHECK(items.events[1].origin.line == 7);
  CHECK(items.events[1].origin.number == 3);
  CHECK(items.events[1].origin.path == "epcisBody.eventList[2]");
  REQUIRE(items.bad.size() == 1);
  CHECK(items.bad[0].origin.line == 5);
  CHECK(items.bad[0].origin.number == 2);
  CHECK(items.bad[0].raw == "{\"x\":\n tru}");
  CHECK(items.bad[0].faults[0].hint == fmt::format("at byte {} of the file, line 6", text.find("tru}")));
}

TEST_CASE("epcis file: the identifier of an event is found in broken JSON as well") {
  const EpcisItems items = read_text(document(R"({"a":tru, "eventID" : "urn:x:lost"})"));
  REQUIRE(items.bad.size() == 1);
  CHECK(items.bad[0].event_id == "urn:x:lost");
}

TEST_CASE("epcis file: master data is read wherever the header stands") {
  const std::string header =
      R"("epcisHeader":{"epcisMasterData":{"vocabularyList":[)"
      R"({"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[{"id":"urn:epc:id:sgln:4012345.00001.0","attributes":[{"id":"urn:epcglobal:cbv:mda#name","attribute":"Plant 1"},{"id":"urn:x:area","attribute":{"a": 1.0}}],"children":["urn:epc:id:sgln:4012345.00001.1"]}]},)"
      R"({"vocabularyElementList":[{"attributes":[{}]}]}]}})";
  const std::string body = R"("epcisBody":{"eventList":[)" + event("a") + "]}";
  for (const std::string& text :
       {fmt::format("{{{},{},{}}}", k_head, header, body), fmt::format("{{{},{},{}}}", k_head, body, header)}) {
    const EpcisItems items = read_text(text);
    CHECK(ids_of(items) == Strings{"a"});
    REQUIRE(items.master_data.size() == 1);
    const MasterData& data = items.master_data[0].data;
    CHECK(data.type == "urn:epcglobal:epcis:vtype:BusinessLocation");
    REQUIRE(data.elements.size() == 1);
    REQUIRE(data.elements[0].attributes.size() == 2);
    CHECK(data.elements[0].attributes[0].text == "Plant 1");
    CHECK(data.elements[0].attributes[1].json == R"({"a":1.0})");
    CHECK(data.elements[0].children == Strings{"urn:epc:id:sgln:4012345.00001.1"});
    const std::string at = "!epcisHeader.epcisMasterData.vocabularyList[1]";
    CHECK(items.fault_fields() == Strings{at + ".type: missing", at + ".vocabularyElementList[0].id: missing",
                                          at + ".vocabularyElementList[0].attributes[0].id: missing"});
  }
}

TEST_CASE("epcis file: an event that is too long is refused, those around it are read") {
  const std::string fits =
      event("b", R"(,"ex:k":")" + std::string(k_event_bytes_max - event("b").size() - 10, 'x') + "\"");
  const std::string too_long =
      event("d", R"(,"ex:k":")" + std::string(k_event_bytes_max - event("d").size() - 9, 'x') + "\"");
  CHECK(fits.size() == k_event_bytes_max);
  CHECK(too_long.size() == k_event_bytes_max + 1);
  const EpcisItems items =
      read_text(document(event("a") + "," + fits + "," + event("c") + "," + too_long + "," + event("e")));
  CHECK(ids_of(items) == Strings{"a", "b", "c", "e"});
  CHECK(items.fault_fields() == Strings{"epcisBody.eventList[3]: limit"});
  CHECK(items.bad[0].event_id == "urn:x:d");
  CHECK_FALSE(items.bad[0].raw_is_whole);
}

TEST_CASE("epcis file: a file larger than the buffers gives all its events") {
  std::string pattern = (std::filesystem::temp_directory_path() / "lotledger-epcis-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  const std::string path = pattern + "/large.json";
  constexpr std::size_t k_count = 20'000;
  {
    std::ofstream out(path, std::ios::binary);
    out << "{" << k_head << ",\"epcisBody\":{\"eventList\":[";
    for (std::size_t i = 0; i < k_count; ++i)
      out << (i == 0 ? "\n" : ",\n") << event(std::to_string(i), ",\"ex:k\":\"" + std::string(i % 300, 'y') + "\"");
    out << "]}}";
  }
  const EpcisItems items = read_file(path);
  CHECK(items.bad.empty());
  REQUIRE(items.events.size() == k_count);
  for (std::size_t i = 0; i < k_count; i += 997) {
    CHECK(items.events[i].event.event_id == "urn:x:" + std::to_string(i));
    CHECK(items.events[i].origin.line == i + 2);
  }
  std::filesystem::remove_all(pattern);
}

/// Whether the bytes of `needle` are somewhere in what the reader gave back.
bool is_accounted_for(const EpcisItems& items, const std::string& needle) {
  const auto holds = [&needle](const std::string& text) { return text.find(needle) != std::string::npos; };
  return std::ranges::any_of(items.events, [&](const GoodEvent& good) { return holds(good.event.source_text); }) ||
         std::ranges::any_of(items.bad, [&](const BadItem& bad) { return holds(bad.raw); });
}

TEST_CASE("epcis file: whatever one byte is changed to, every identifier that is still whole is told of") {
  Strings events;
  for (const char* id : {"aaaa", "bbbb", "cccc", "dddd"}) events.push_back(event(id, R"(,"ex:k":{"l":[1,"\"x"]})"));
  const std::string list = events[0] + ",\n" + events[1] + ",\n" + events[2] + ",\n" + events[3];
  const Strings texts{document(list), "[" + list + "]",
                      events[0] + "\n" + events[1] + "\n" + events[2] + "\n" + events[3]};
  CHECK(rc::check("damage", [&texts] {
    std::string text = texts[*rc::gen::inRange<std::size_t>(0, texts.size())];
    const std::size_t first = text.find("{\"type\":\"ObjectEvent\"");
    const std::size_t at = *rc::gen::inRange<std::size_t>(first, text.size());
    const std::string bytes = std::string("{}[]\",:\\\n x0") + '\0' + '\xFF';
    text[at] = bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())];
    if (*rc::gen::inRange(0, 4) == 0) text.resize(at);
    RC_LOG() << text;
    auto reader = DocumentReader::over(source_over(text), "in");
    const EpcisItems items = reader.has_value() ? read_all(**reader) : EpcisItems{};
    for (const std::string id : {"urn:x:aaaa", "urn:x:bbbb", "urn:x:cccc", "urn:x:dddd"}) {
      if (text.find(id) != std::string::npos) RC_ASSERT(is_accounted_for(items, id));
    }
  }));
}

TEST_CASE("epcis file: no bytes make the reader fail or run on") {
  CHECK(rc::check("any bytes", [](const std::vector<char>& bytes) {
    const std::string text(bytes.begin(), bytes.end());
    auto reader = DocumentReader::over(source_over(text), "in");
    if (!reader.has_value()) return;
    for (std::size_t items = 0;; ++items) {
      RC_ASSERT(items <= text.size() + 2);
      const auto next = (*reader)->next();
      RC_ASSERT(next.has_value());
      if (!next->has_value()) break;
    }
  }));
  CHECK(rc::check("any mixture of tokens", [] {
    const Strings tokens{"{",
                         "}",
                         "[",
                         "]",
                         ":",
                         ",",
                         "\"epcisBody\"",
                         "\"eventList\"",
                         "\"type\"",
                         "\"EPCISDocument\"",
                         "\"ObjectEvent\"",
                         "\"@context\"",
                         "\"schemaVersion\"",
                         "\"2.0\"",
                         "\"epcisHeader\"",
                         "\"vocabularyList\"",
                         "1",
                         "nul",
                         " ",
                         "\n",
                         "\\",
                         "\""};
    std::string text;
    for (const auto index :
         *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, tokens.size())))
      text += tokens[index];
    auto reader = DocumentReader::over(source_over(text), "in");
    if (!reader.has_value()) return;
    for (std::size_t items = 0;; ++items) {
      RC_ASSERT(items <= text.size() + 2);
      const auto next = (*reader)->next();
      RC_ASSERT(next.has_value());
      if (!next->has_value()) break;
    }
  }));
}

}  // namespace
}  // namespace lotledger::tests
