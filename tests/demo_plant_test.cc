// tests/demo_plant_test.cc - the demo plant: same bytes everywhere, sound files, a consistent plant, and a true story.
// The story's answers are found again here by a plain walk over the written rows and events, which shares no code with
// the generator. Rows are read as the events that they stand for.
#include "cli/demo/plant.h"

#include "engine/base/hash.h"
#include "engine/base/time.h"
#include "engine/base/unit_key.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace lotledger::tests {
namespace {

using cli::DemoOptions;
using cli::DemoScope;
using cli::DemoSummary;
using Json = nlohmann::json;
namespace fs = std::filesystem;

/// A new folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "lotledger-demo-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path plant() const { return path_ / "plant"; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Plant {
  Folder folder;
  DemoSummary summary;
  std::vector<Json> documents;  ///< As summary.files; rows as the events that they stand for.
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

using Row = std::map<std::string, std::string>;

/// Rows of CSV by column. A comma within quotes belongs to its cell; the demo has no other use of quotes.
std::vector<Row> rows_of(const std::string& text) {
  std::vector<Row> rows;
  std::vector<std::string> columns;
  for (const std::string& line : split(text, '\n')) {
    if (line.empty()) continue;
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) cells.emplace_back();
      if (c != '"' && (c != ',' || quoted)) cells.back() += c;
    }
    if (columns.empty()) {
      columns = std::move(cells);
      continue;
    }
    REQUIRE_MESSAGE(cells.size() == columns.size(), line);
    Row row;
    for (std::size_t i = 0; i < cells.size(); ++i) row[columns[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

/// In base units; a text that is no number stays a text, which is how a broken row is told.
Json quantity_of(const Row& row) {
  const Json number = Json::parse(row.at("quantity"), nullptr, false);
  if (!number.is_number()) return row.at("quantity");
  const std::int64_t holds = row.at("uom") == "ROLL" ? 50 : row.at("uom") == "BOX" ? 20 : 1;
  return holds == 1 ? number : Json(number.get<std::int64_t>() * holds);
}

/// The lot or serials of a row, under `lots` or `serials`.
void add_units(Json& event, const Row& row, const char* serials, const char* lots) {
  const std::string item = "https://id.gs1.org/01/" + row.at("gtin");
  if (!row.contains("serial") || row.at("serial").empty()) {
    event[lots] = Json::array({{{"epcClass", item + "/10/" + row.at("lot")}, {"quantity", quantity_of(row)}}});
    return;
  }
  const std::string& first = row.at("serial");
  const std::string& last = row.contains("serial_to") ? row.at("serial_to") : first;
  for (int number = std::stoi(first.substr(2)); number <= std::stoi(last.substr(2)); ++number) {
    const std::string digits = std::to_string(number);
    event[serials].push_back(item + "/21/" + first.substr(0, first.size() - digits.size()) + digits);
  }
}

Json object_of(const Row& row, const char* action, const char* step, const char* disposition) {
  Json event{{"type", "ObjectEvent"}, {"action", action}, {"bizStep", step}, {"disposition", disposition}};
  add_units(event, row, "epcList", "quantityList");
  return event;
}

Json process_of(const Row& row, const std::string& name, bool output) {
  Json event{{"type", "TransformationEvent"}, {"transformationID", name}, {"bizStep", "creating_class_instance"}};
  add_units(event, row, output ? "outputEPCList" : "inputEPCList", output ? "outputQuantityList" : "inputQuantityList");
  return event;
}

Json move_of(const Row& row) {
  const std::string& type = row.at("type");
  if (type == "scrap") return object_of(row, "DELETE", "destroying", "destroyed");
  if (type != "split" && type != "merge") return object_of(row, "OBSERVE", "storing", "in_progress");
  Json event = process_of(row, "move " + row.at("id"), false);
  const auto into = split(row.at("into"), '/');
  event["outputQuantityList"] = event["inputQuantityList"];
  event["outputQuantityList"][0]["epcClass"] = "https://id.gs1.org/01/" + into.at(0) + "/10/" + into.at(1);
  return event;
}

/// The event that a row stands for; one without units for what tells nothing of any.
Json event_of(const std::string& kind, const Row& row) {
  const auto plain_event = [&] {
    if (kind == "consumption") return process_of(row, row.at("order"), false);
    if (kind == "production") return process_of(row, row.at("order"), true);
    if (kind == "moves") return move_of(row);
    if (kind == "returns") return object_of(row, "OBSERVE", "receiving", "returned");
    if (kind == "shipments") return object_of(row, "OBSERVE", "departing", "in_transit");
    if (kind == "receipts") {
      const bool sent_by_us = !row.at("desadv").empty();
      return object_of(row, "OBSERVE", sent_by_us ? "arriving" : "receiving", "in_progress");
    }
    return Json{{"type", "ObjectEvent"}, {"action", "OBSERVE"}, {"bizStep", kind}};
  };
  Json event = plain_event();
  event["eventTime"] = row.contains("at") ? row.at("at") : row.at("valid_from");
  event["eventTimeZoneOffset"] = "+08:00";
  if (row.contains("id")) event["eventID"] = kind + ' ' + row.at("id");
  return event;
}

/// What a scrapped output says besides having been made.
Json end_of(const Row& row) {
  Json event = object_of(row, "DELETE", "destroying", "destroyed");
  event["eventTime"] = row.at("at");
  event["eventTimeZoneOffset"] = "+08:00";
  return event;
}

Json document_of_rows(const std::string& kind, const std::string& text) {
  Json events = Json::array(), ends = Json::array();
  for (const Row& row : rows_of(text)) {
    events.push_back(event_of(kind, row));
    if (kind == "production" && row.at("type") == "scrap") ends.push_back(end_of(row));
  }
  return {{"rows", events.size()}, {"epcisBody", {{"eventList", events}}}, {"ends", ends}};
}

Json document(const Plant& plant, const std::string& file) {
  const fs::path path = plant.folder.plant() / file;
  if (path.extension() == ".json") return Json::parse(read(path));
  return document_of_rows(path.stem() == "broken-row-repaired" ? "consumption" : path.stem().string(), read(path));
}

void generate(Plant& plant, std::uint64_t events, std::uint64_t seed) {
  auto made = cli::generate_demo({plant.folder.plant(), events, seed});
  REQUIRE_MESSAGE(made.has_value(), (made.has_value() ? "" : made.error().message));
  plant.summary = *made;
  for (const std::string& file : plant.summary.files) plant.documents.push_back(document(plant, file));
}

const Json& events_of(const Plant& plant, std::size_t file) {
  return plant.documents[file].at("epcisBody").at("eventList");
}

/// SHA-256 over name and bytes of every file, in order of name.
std::string digest(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Sha256 hash;
  for (const fs::path& file : files) {
    const std::string name = fs::relative(file, folder).generic_string() + '\n';
    const std::string bytes = read(file);
    hash.update(bytes_of(name)).update(bytes_of(bytes));
  }
  return hash.finish().hex();
}

// From here on: a reader of its own.

/// Brings EPC URN and Digital Link to one form without check digits: `gtin13/10/LOT`, `gtin13/21/SERIAL`, `sscc/17
/// digits`, `gln12`.
std::string plain(const std::string& id) {
  const auto last = id.substr(id.rfind(':') + 1);
  const auto part = split(last, '.');
  const auto item = [&part] { return part[1].substr(0, 1) + part[0] + part[1].substr(1); };
  if (id.starts_with("urn:epc:class:lgtin:")) return item() + "/10/" + part[2];
  if (id.starts_with("urn:epc:id:sgtin:")) return item() + "/21/" + part[2];
  if (id.starts_with("urn:epc:id:sscc:")) return "sscc/" + part[1].substr(0, 1) + part[0] + part[1].substr(1);
  if (id.starts_with("urn:epc:id:pgln:")) return part[0] + part[1];
  const auto step = split(id, '/');  // https: / / host / ai / value / ...
  REQUIRE_MESSAGE(step.size() >= 5, id);
  if (step[3] == "00") return "sscc/" + step[4].substr(0, 17);
  if (step[3] == "417") return step[4].substr(0, 12);
  const std::string class_key = step[4].substr(0, 13);
  return step[step.size() - 2] == "21" ? class_key + "/21/" + step.back() : class_key + "/10/" + step.back();
}

std::string first_of(const std::vector<std::string>& found) {
  return found.empty() ? "none" : found.front();
}

bool is_pump(const std::string& key) {
  return key.starts_with("0952123420") && key.find("/21/") != std::string::npos;
}

struct Amount {
  std::string unit;
  std::int64_t thousandths = 0;
};

std::int64_t thousandths(const Json& number) {
  const auto parts = split(number.dump(), '.');
  std::string decimals = parts.size() > 1 ? parts[1] : "";
  REQUIRE(decimals.size() <= 3);
  decimals.resize(3, '0');
  return std::stoll(parts[0]) * 1000 + std::stoll(decimals);
}

/// Serials count one; an absent list is empty.
std::vector<Amount> units(const Json& event, const char* list, const char* quantities) {
  std::vector<Amount> found;
  for (const auto& epc : event.value(list, Json::array())) found.push_back({plain(epc), 1000});
  for (const auto& entry : event.value(quantities, Json::array())) {
    found.push_back({plain(entry.at("epcClass")), thousandths(entry.at("quantity"))});
  }
  return found;
}

struct Read {
  std::int64_t at = 0;
  std::size_t order = 0;  ///< In the order of import.
  Json event;
};

bool broken(const Json& event) {
  for (const char* list : {"inputQuantityList", "outputQuantityList", "quantityList", "childQuantityList"}) {
    for (const auto& entry : event.value(list, Json::array())) {
      if (!entry.at("quantity").is_number()) return true;
    }
  }
  return false;
}

Read read_event(Json event, std::size_t order) {
  const auto at = parse_instant(event.at("eventTime").get<std::string>());
  REQUIRE(at.has_value());
  return {at->at.utc_us, order, std::move(event)};
}

struct View {
  std::size_t files = SIZE_MAX;
  std::string as_of = "2099-01-01T00:00:00Z";
  bool repaired = false;
};

/// What counts in a view, in order of event time: withdrawn events are left out, and the broken one is if not repaired.
std::vector<Read> facts(const Plant& plant, const View& view) {
  std::vector<Read> all;
  std::set<std::string> withdrawn;
  for (std::size_t file = 0; file < std::min(view.files, plant.summary.files.size()); ++file) {
    for (const Json& event : events_of(plant, file)) {
      if (event.contains("errorDeclaration")) {
        withdrawn.insert(event.at("eventID"));
      } else if (!broken(event)) {
        all.push_back(read_event(event, all.size()));
      } else if (view.repaired) {
        const Json repaired = document(plant, plant.summary.repaired_row);
        all.push_back(read_event(repaired.at("epcisBody").at("eventList").at(0), all.size()));
      }
    }
    for (const Json& end : plant.documents[file].value("ends", Json::array()))
      all.push_back(read_event(end, all.size()));
  }
  const auto as_of = parse_instant(view.as_of);
  REQUIRE(as_of.has_value());
  std::erase_if(all, [&](const Read& read_one) {
    return read_one.at > as_of->at.utc_us || withdrawn.contains(read_one.event.value("eventID", ""));
  });
  std::ranges::sort(all, {}, [](const Read& one) { return std::pair{one.at, one.order}; });
  return all;
}

bool assembles(const Json& event) {
  return event.value("action", "") == "ADD" &&
         (event.at("type") == "AssociationEvent" ||
          (event.at("type") == "AggregationEvent" && event.at("bizStep") == "assembling"));
}

/// Everything made from `root`, by breadth.
std::set<std::string> reached(const std::vector<Read>& events, const std::string& root) {
  std::map<std::string, std::vector<std::string>> next;  // unit -> process -> unit
  std::size_t process = 0;
  for (const Read& read_one : events) {
    const Json& event = read_one.event;
    if (event.at("type") == "TransformationEvent") {
      const std::string name = event.contains("transformationID") ? event.at("transformationID")
                                                                  : Json("process " + std::to_string(++process));
      for (const Amount& input : units(event, "inputEPCList", "inputQuantityList")) next[input.unit].push_back(name);
      for (const Amount& output : units(event, "outputEPCList", "outputQuantityList"))
        next[name].push_back(output.unit);
    } else if (assembles(event)) {
      const std::string parent = plain(event.at("parentID"));
      for (const Amount& child : units(event, "childEPCs", "childQuantityList")) next[child.unit].push_back(parent);
    }
  }
  std::set<std::string> seen{root};
  std::vector<std::string> open{root};
  while (!open.empty()) {
    const std::string unit = open.back();
    open.pop_back();
    for (const std::string& to : next[unit]) {
      if (seen.insert(to).second) open.push_back(to);
    }
  }
  seen.erase(root);
  return seen;
}

/// Who holds what: containment, shipments and ends, folded over events in order of time.
class Movements {
 public:
  void fold(const Json& event) {
    const std::string step = event.at("bizStep");
    if (event.at("type") == "AggregationEvent" && step == "packing") pack(event);
    if (event.at("type") == "AggregationEvent" && step == "unpacking") unpack(event);
    if (event.at("type") != "ObjectEvent") return;
    if (step == "shipping") ship(event);
    if (step == "void_shipping") {
      for (const std::string& unit : contents(event)) shipped_to[unit].pop_back();
    }
    if (step == "receiving" && event.value("disposition", "") == "returned") {
      for (const std::string& unit : contents(event)) returned.insert(unit);
    }
    if (step == "destroying") {
      for (const std::string& unit : contents(event)) destroyed.insert(unit);
    }
  }

  std::map<std::string, std::vector<std::string>> shipped_to;
  std::set<std::string> returned, destroyed;

 private:
  void pack(const Json& event) {
    auto& inside = inside_[plain(event.at("parentID"))];
    for (const Amount& child : units(event, "childEPCs", "childQuantityList")) inside.insert(child.unit);
  }
  void unpack(const Json& event) {
    auto& inside = inside_[plain(event.at("parentID"))];
    if (!event.contains("childEPCs")) inside.clear();
    for (const Amount& child : units(event, "childEPCs", "childQuantityList")) inside.erase(child.unit);
  }
  std::vector<std::string> contents(const Json& event) {
    std::vector<std::string> open;
    for (const Amount& unit : units(event, "epcList", "quantityList")) open.push_back(unit.unit);
    std::vector<std::string> found;
    while (!open.empty()) {
      const std::string unit = open.back();
      open.pop_back();
      found.push_back(unit);
      const auto inside = inside_.find(unit);
      if (inside != inside_.end()) open.insert(open.end(), inside->second.begin(), inside->second.end());
    }
    return found;
  }
  void ship(const Json& event) {
    std::string owner, holder;
    for (const auto& entry : event.at("destinationList")) {
      if (entry.at("type") == "owning_party") owner = plain(entry.at("destination"));
      if (entry.at("type") == "possessing_party") holder = plain(entry.at("destination"));
    }
    REQUIRE_FALSE(holder.empty());
    for (const std::string& unit : contents(event)) shipped_to[unit].push_back(owner.empty() ? holder : owner);
  }

  std::map<std::string, std::set<std::string>> inside_;
};

/// The scope as this walk finds it, in the form of DemoScope without names.
DemoScope walk(const Plant& plant, const View& view) {
  const std::vector<Read> events = facts(plant, view);
  Movements movements;
  for (const Read& read_one : events) movements.fold(read_one.event);
  DemoScope scope;
  std::map<std::string, std::size_t> consignees;
  for (const std::string& unit : reached(events, plain(plant.summary.bad_lot_epc))) {
    if (unit.find("/10/") != std::string::npos) ++scope.lots;
    if (!is_pump(unit)) continue;
    ++scope.devices;
    const auto& shipments = movements.shipped_to[unit];
    for (const std::string& party : std::set<std::string>(shipments.begin(), shipments.end())) ++consignees[party];
    if (movements.destroyed.contains(unit)) {
      ++scope.destroyed;
    } else if (movements.returned.contains(unit)) {
      ++scope.returned;
    } else {
      ++(shipments.empty() ? scope.in_plant : scope.at_customers);
    }
  }
  for (const auto& [party, devices] : consignees) scope.consignees.push_back({"", party, "", devices});
  return scope;
}

/// A scope as text, so that a difference can be read.
std::string told(const DemoScope& scope) {
  std::map<std::string, std::size_t> parties;
  for (const auto& consignee : scope.consignees) parties[consignee.gln.substr(0, 12)] = consignee.devices;
  std::string text = std::to_string(scope.devices) + " devices, " + std::to_string(scope.lots) + " lots;";
  for (const auto& [party, devices] : parties) text += ' ' + party + '=' + std::to_string(devices);
  return text;
}

std::string places(const DemoScope& scope) {
  std::string text;
  for (const std::size_t count : {scope.in_plant, scope.at_customers, scope.returned, scope.destroyed}) {
    text += std::to_string(count) + ' ';
  }
  return text;
}

void check_story(const Plant& plant) {
  const DemoSummary& summary = plant.summary;
  const DemoScope before = walk(plant, {});
  const DemoScope after = walk(plant, {.repaired = true});
  CHECK(told(summary.before) == told(before));
  CHECK(places(summary.before) == places(before));
  CHECK(told(summary.after) == told(after));
  CHECK(places(summary.after) == places(after));
  CHECK(told(summary.known_at) == told(walk(plant, {.files = summary.known_at_files})));
  CHECK(told(summary.at_as_of) == told(walk(plant, {.as_of = summary.as_of})));
}

}  // namespace

TEST_CASE("demo: the same seed gives the same bytes on every machine") {
  Plant first, second, other;
  generate(first, 1'000, 7);
  generate(second, 1'000, 7);
  generate(other, 1'000, 8);
  CHECK(digest(first.folder.plant()) == "da5b7f7b5028dc2ddebd873857fb57cd7c8cce88999ab693e0b9d34f617ffb38");
  CHECK(digest(second.folder.plant()) == digest(first.folder.plant()));
  CHECK(digest(other.folder.plant()) != digest(first.folder.plant()));
}

TEST_CASE("demo: bounds of size, and a folder that is in use") {
  struct Row {
    std::uint64_t events;
    bool accepted;
  };
  for (const Row& row : {Row{0, false}, {999, false}, {1'000, true}, {1'000'001, false}}) {
    CAPTURE(row.events);
    const Folder folder;
    const auto made = cli::generate_demo({folder.plant(), row.events, 1});
    CHECK(made.has_value() == row.accepted);
    if (!made.has_value()) CHECK(made.error().code == ErrorCode::invalid_input);
  }
  const Folder folder;
  std::ofstream(folder.path() / "mine.txt") << "keep";
  const auto refused = cli::generate_demo({folder.path(), 1'000, 1});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message.find(folder.path().string()) != std::string::npos);
  const auto unwritable = cli::generate_demo({folder.path() / "mine.txt" / "below", 1'000, 1});
  REQUIRE_FALSE(unwritable.has_value());
  CHECK(unwritable.error().code == ErrorCode::io);
}

TEST_CASE("demo: the number of events is within 5 % of what was asked, and every file is listed") {
  for (const std::uint64_t asked : {1'000U, 2'500U, 10'000U, 40'000U}) {
    CAPTURE(asked);
    Plant plant;
    generate(plant, asked, 3);
    std::uint64_t events = 0, known = 0;
    std::set<std::string> listed;
    for (std::size_t i = 0; i < plant.summary.files.size(); ++i) {
      listed.insert(plant.summary.files[i]);
      events += events_of(plant, i).size();
      if (i + 1 == plant.summary.known_at_files) known = events;
    }
    CHECK(events == plant.summary.events);
    CHECK(known == plant.summary.known_at_events);
    CHECK(events * 100 >= asked * 95);
    CHECK(events * 100 <= asked * 105);
    std::size_t written = 0;
    for (const auto& entry : fs::recursive_directory_iterator(plant.folder.plant())) {
      const fs::path file = fs::relative(entry.path(), plant.folder.plant());
      if (!entry.is_regular_file() || !file.has_parent_path()) continue;  // Remarks stand at the top.
      CHECK(listed.contains(file.generic_string()));
      ++written;
    }
    CHECK(written == listed.size());
    std::string manifest;
    for (const std::string& file : plant.summary.files) manifest += file + '\n';
    const std::string text = read(plant.folder.plant() / "MANIFEST.txt");
    CHECK(text.substr(text.find('\n') + 1) == manifest);
  }
}

TEST_CASE("demo: every file is rows or an EPCIS 2.0 document, and exactly one row in all of them is broken") {
  Plant plant;
  generate(plant, 3'000, 1);
  std::size_t broken_events = 0;
  std::set<std::string> ids;
  const std::set<std::string> types{"ObjectEvent", "AggregationEvent", "AssociationEvent", "TransformationEvent"};
  for (std::size_t i = 0; i < plant.documents.size(); ++i) {
    const std::string& file = plant.summary.files[i];
    const Json& doc = plant.documents[i];
    CAPTURE(file);
    if (!doc.contains("rows")) {
      CHECK(doc.at("type") == "EPCISDocument");
      CHECK(doc.at("schemaVersion") == "2.0");
    }
    for (const Json& event : doc.at("epcisBody").at("eventList")) {
      CHECK(types.contains(event.at("type")));
      CHECK(event.at("eventTimeZoneOffset") == "+08:00");
      const std::int64_t at = read_event(event, 0).at;
      CHECK(at >= parse_instant("2025-11-01T00:00:00+08:00")->at.utc_us);
      CHECK(at < parse_instant("2026-11-01T00:00:00+08:00")->at.utc_us);
      if (!broken(event)) {
        if (event.contains("eventID") && !event.contains("errorDeclaration")) {
          CHECK_MESSAGE(ids.insert(event.at("eventID")).second, event.at("eventID"));
        }
        continue;
      }
      ++broken_events;
      CHECK(file == plant.summary.broken_file);
      CHECK(event.at("eventID") == "consumption " + plant.summary.broken_row_id);
    }
  }
  CHECK(broken_events == 1);
  const auto lines = split(read(plant.folder.plant() / plant.summary.broken_file), '\n');
  CHECK(lines.at(plant.summary.broken_line - 1).starts_with(plant.summary.broken_row_id + ","));
  const Json repaired = document(plant, plant.summary.repaired_row).at("epcisBody").at("eventList");
  REQUIRE(repaired.size() == 1);
  CHECK_FALSE(broken(repaired[0]));
  CHECK(repaired[0].at("eventID") == "consumption " + plant.summary.broken_row_id);
}

TEST_CASE("demo: every identifier is a sound GS1 key, and one key in all its writings") {
  Plant plant;
  generate(plant, 2'000, 5);
  std::map<std::string, std::string> key_of;
  std::size_t checked = 0;
  std::vector<std::string> unsound;
  const auto check = [&](const std::string& id) {
    const auto unit = parse_unit_uri(id);
    const bool sound = unit.has_value() && unit->key.type() != UnitType::opaque &&
                       key_of.emplace(plain(id), unit->key.bytes()).first->second == unit->key.bytes();
    if (!sound) unsound.push_back(id);
    ++checked;
  };
  for (std::size_t file = 0; file < plant.documents.size(); ++file) {
    for (const Json& event : events_of(plant, file)) {
      if (event.contains("parentID")) check(event.at("parentID"));
      for (const char* list : {"epcList", "childEPCs", "inputEPCList", "outputEPCList"}) {
        for (const auto& epc : event.value(list, Json::array())) check(epc);
      }
      for (const char* list : {"inputQuantityList", "outputQuantityList", "quantityList", "childQuantityList"}) {
        for (const auto& entry : event.value(list, Json::array())) check(entry.at("epcClass"));
      }
      for (const auto& entry : event.value("destinationList", Json::array())) {
        if (entry.at("type") != "location") check(entry.at("destination"));
      }
    }
  }
  CHECK_MESSAGE(unsound.empty(), first_of(unsound));
  CHECK(checked > 3'000);
  const auto lot = parse_unit(plant.summary.bad_lot_epc);
  REQUIRE(lot.has_value());
  CHECK(lot->key.ref() == plant.summary.bad_lot);
  CHECK(parse_unit(plant.summary.bad_lot_digital_link)->key == lot->key);
  CHECK(parse_unit(plant.summary.device_epc)->key.ref() == plant.summary.device);
}

TEST_CASE("demo: parties, places and items are described before anything is told of them") {
  Plant plant;
  generate(plant, 1'000, 1);
  std::map<std::string, Row> parties;
  for (const Row& row : rows_of(read(plant.folder.plant() / "00-master/parties.csv")))
    parties[plain(row.at("party"))] = row;
  CHECK(parties.size() == 47);
  std::map<std::string, int> countries;
  for (const auto& [key, attributes] : parties) {
    CAPTURE(key);
    for (const char* name : {"name", "name_latin", "street", "city", "postal_code", "country", "telephone", "email",
                             "recall_contact", "role"}) {
      CHECK_MESSAGE((attributes.contains(name) && !attributes.at(name).empty()), name);
    }
    if (key.starts_with("95214")) ++countries[attributes.at("country")];
  }
  CHECK(countries == std::map<std::string, int>{{"BR", 6}, {"CN", 16}, {"DE", 9}, {"US", 9}});
  for (const auto& consignee : plant.summary.after.consignees) {
    CHECK(parties.at(consignee.gln.substr(0, 12)).at("name") == consignee.name);
  }
  std::set<std::string> items, locations, used_items, used_locations;
  for (const Row& row : rows_of(read(plant.folder.plant() / "00-master/items.csv"))) items.insert(row.at("gtin"));
  for (const Row& row : rows_of(read(plant.folder.plant() / "00-master/locations.csv")))
    locations.insert(row.at("location"));
  for (const std::string& file : plant.summary.files) {
    if (!file.ends_with(".csv") || file.starts_with("00-master")) continue;
    for (const Row& row : rows_of(read(plant.folder.plant() / file))) {
      used_items.insert(row.at("gtin"));
      if (row.contains("location") && !row.at("location").empty()) used_locations.insert(row.at("location"));
    }
  }
  CHECK(std::ranges::includes(items, used_items));
  CHECK(std::ranges::includes(locations, used_locations));
}

namespace {

/// Stock of each lot in thousandths, and the life of each serial, folded in order of time. Breaches are gathered as
/// text.
class PlantLaws {
 public:
  void fold(const Json& event) {
    const std::string step = event.at("bizStep");
    const std::string type = event.at("type");
    if (type == "TransformationEvent") {
      for (const Amount& input : units(event, "inputEPCList", "inputQuantityList")) use(input);
      for (const Amount& output : units(event, "outputEPCList", "outputQuantityList")) make(output);
    } else if (assembles(event)) {
      hold(alive.contains(plain(event.at("parentID"))), "assembled before it is made", plain(event.at("parentID")));
      for (const Amount& child : units(event, "childEPCs", "childQuantityList")) use(child);
    } else if (type == "ObjectEvent") {
      fold_object(event, step);
    } else if (type == "AggregationEvent" && step == "packing") {
      for (const Amount& child : units(event, "childEPCs", "childQuantityList")) {
        if (is_pump(child.unit)) hold(alive.contains(child.unit), "packed before it is made", child.unit);
      }
    }
  }

  std::map<std::string, std::int64_t> on_hand, total_made;
  std::set<std::string> alive, made;
  std::vector<std::string> breaches;

 private:
  void hold(bool law, const std::string& what, const std::string& unit) {
    if (!law) breaches.push_back(unit + ": " + what);
  }
  void fold_object(const Json& event, const std::string& step) {
    for (const Amount& unit : units(event, "epcList", "quantityList")) {
      const bool origin = step == "commissioning" || (step == "receiving" && event.at("disposition") != "returned");
      if (origin) {
        make(unit);
      } else if (unit.unit.starts_with("sscc/")) {
        continue;
      } else if (event.at("action") == "DELETE" && unit.unit.find("/10/") != std::string::npos) {
        use(unit);
      } else {
        hold(made.contains(unit.unit), step + " before it is made", unit.unit);
        if (event.at("action") == "DELETE" && is_pump(unit.unit))
          hold(alive.erase(unit.unit) == 1, "ends twice", unit.unit);
      }
    }
  }
  void make(const Amount& unit) {
    made.insert(unit.unit);
    if (unit.unit.find("/10/") != std::string::npos) {
      on_hand[unit.unit] += unit.thousandths;
      total_made[unit.unit.substr(0, 13)] += unit.thousandths;
    } else {
      hold(alive.insert(unit.unit).second, "made twice", unit.unit);
    }
  }
  void use(const Amount& unit) {
    if (unit.unit.find("/10/") != std::string::npos) {
      hold((on_hand[unit.unit] -= unit.thousandths) >= 0, "used beyond what there was", unit.unit);
    } else {
      hold(alive.erase(unit.unit) == 1, "used but not there", unit.unit);
    }
  }
};

}  // namespace

TEST_CASE("demo: nothing is used, packed or shipped before it is there, and quantities close") {
  for (const std::uint64_t events : {1'000U, 12'000U}) {
    CAPTURE(events);
    Plant plant;
    generate(plant, events, 2);
    PlantLaws laws;
    Movements movements;
    for (const Read& read_one : facts(plant, {.repaired = true})) {
      laws.fold(read_one.event);
      movements.fold(read_one.event);
    }
    std::map<std::string, std::int64_t> left;  // By item.
    for (const auto& [unit, amount] : laws.on_hand) left[unit.substr(0, 13)] += amount;
    CHECK(left["0952123410010"] == 0);  // Every blank was machined.
    CHECK(laws.total_made["0952130110001"] > 0);
    // A blank takes 250 g of bar; the rest is in the store.
    CHECK(laws.total_made["0952130110001"] - left["0952130110001"] == laws.total_made["0952123410010"] / 4);
    CHECK(static_cast<std::int64_t>(std::ranges::count_if(laws.made, is_pump)) == plant.summary.devices_made);
    std::vector<std::string> breaches = laws.breaches;
    for (const auto& [unit, shipments] : movements.shipped_to) {
      if (!is_pump(unit)) continue;
      if (!laws.made.contains(unit)) breaches.push_back(unit + ": shipped but never made");
      // One distributor reports what it sends on.
      const bool sent_on = shipments.size() == 2 && shipments.front() == "952142300000";
      if (shipments.size() > 1 && !sent_on) breaches.push_back(unit + ": shipped twice");
    }
    CHECK_MESSAGE(breaches.empty(), first_of(breaches));
  }
}

TEST_CASE("demo: the told stock is what the rows and events leave") {
  for (const std::uint64_t events : {1'000U, 9'000U}) {
    CAPTURE(events);
    Plant plant;
    generate(plant, events, 6);
    std::int64_t missing = 0;  // What the last count did not find: the walk knows nothing of counts.
    PlantLaws laws;
    for (const Read& read_one : facts(plant, {.repaired = true})) laws.fold(read_one.event);
    std::map<std::string, std::int64_t> told_stock;
    for (const auto& row : plant.summary.stock) {
      const auto unit = split(row.lot, '/');
      told_stock[unit.at(0).substr(0, 13) + "/10/" + unit.at(1)] += thousandths(Json::parse(row.quantity));
    }
    std::vector<std::string> differing;
    for (const auto& [unit, amount] : laws.on_hand) {
      if (unit == plain(plant.summary.bad_lot_epc)) {
        missing = amount - told_stock[unit];
      } else if (amount != told_stock[unit]) {
        differing.push_back(unit + ": " + std::to_string(amount) + ", told " + std::to_string(told_stock[unit]));
      }
    }
    CHECK_MESSAGE(differing.empty(), first_of(differing));
    CHECK(missing == 50);
  }
}

TEST_CASE("demo: the story holds every incident, however small the plant") {
  for (const std::uint64_t events : {1'000U, 2'000U, 6'000U, 30'000U}) {
    for (const std::uint64_t seed : {1U, 2U}) {
      CAPTURE(events);
      CAPTURE(seed);
      Plant plant;
      generate(plant, events, seed);
      const DemoSummary& summary = plant.summary;
      CHECK(summary.after.devices > summary.before.devices);
      CHECK(summary.after.consignees.size() > summary.before.consignees.size());
      CHECK(summary.after.in_plant > 0);
      CHECK(summary.after.returned > 0);
      CHECK(summary.after.destroyed > 0);
      CHECK(summary.known_at.devices > 0);
      CHECK(summary.at_as_of.devices > 0);
      CHECK(summary.at_as_of.devices < summary.before.devices);
      std::map<std::string, int> count;
      std::set<std::string> lots_with_text;
      for (std::size_t file = 0; file < plant.documents.size(); ++file) {
        for (const Json& event : events_of(plant, file)) {
          if (event.contains("errorDeclaration")) ++count[event["errorDeclaration"].at("reason")];
          if (!event.contains("eventID")) ++count["no id"];
          ++count[event.at("bizStep")];
          if (event.at("bizStep") != "receiving") continue;
          for (const auto& entry : event.value("quantityList", Json::array())) {
            const std::string unit = plain(entry.at("epcClass"));
            if (unit.ends_with("/" + summary.lot_text)) lots_with_text.insert(unit);
          }
        }
      }
      for (const char* what :
           {"did_not_occur", "incorrect_data", "void_shipping", "unpacking", "removing", "destroying", "no id"}) {
        CHECK_MESSAGE(count[what] > 0, std::string(what));
      }
      CHECK(lots_with_text.size() == 3);
    }
  }
}

TEST_CASE("demo: repair, mixing and repacking happen to affected units") {
  for (const std::uint64_t events : {1'000U, 20'000U}) {
    CAPTURE(events);
    Plant plant;
    generate(plant, events, 4);
    const std::vector<Read> all = facts(plant, {.repaired = true});
    const std::set<std::string> affected = reached(all, plain(plant.summary.bad_lot_epc));
    CHECK(affected.contains(plain(plant.summary.device_epc)));
    std::set<std::string> packed_with_both;
    std::size_t repaired = 0;
    std::map<std::string, std::set<bool>> made_of;  // Lot -> whether its inputs are affected.
    for (const Read& read_one : all) {
      const Json& event = read_one.event;
      if (event.at("bizStep") == "removing" && affected.contains(plain(event.at("parentID")))) ++repaired;
      for (const Amount& output : units(event, "outputEPCList", "outputQuantityList")) {
        for (const Amount& input : units(event, "inputEPCList", "inputQuantityList"))
          made_of[output.unit].insert(affected.contains(input.unit));
      }
      if (event.at("type") != "AggregationEvent" || event.at("bizStep") != "packing") continue;
      const auto children = units(event, "childEPCs", "childQuantityList");
      const auto bad =
          std::ranges::count_if(children, [&](const Amount& child) { return affected.contains(child.unit); });
      if (bad > 0 && static_cast<std::size_t>(bad) < children.size())
        packed_with_both.insert(plain(event.at("parentID")));
    }
    CHECK(repaired >= 1);
    CHECK(std::ranges::count_if(made_of, [](const auto& lot) { return lot.second.size() == 2; }) == 1);
    CHECK(packed_with_both.size() >= 1);
  }
}

TEST_CASE("demo: the told scope is what a plain walk over the files finds") {
  for (const std::uint64_t events : {1'000U, 5'000U, 25'000U}) {
    CAPTURE(events);
    Plant plant;
    generate(plant, events, 1);
    check_story(plant);
    // The story is there to be told apart: the four views differ.
    CHECK(told(plant.summary.before) != told(plant.summary.after));
    CHECK(told(plant.summary.before) != told(plant.summary.known_at));
    CHECK(told(plant.summary.known_at) != told(plant.summary.at_as_of));
  }
}

TEST_CASE("demo: the told scope holds at every step of scale and for extreme seeds") {
  struct Row {
    std::uint64_t events;
    std::uint64_t seed;
  };
  // Cases grow from 2 to 5 pumps near 5,200 events, bar lots from 4 to 8 runs near 8,100.
  constexpr Row rows[] = {{1'000, 0},  {1'000, ~0ULL}, {1'237, 11}, {1'999, 12}, {3'456, 13},
                          {5'000, 14}, {5'400, 15},    {8'000, 16}, {8'300, 17}, {15'000, ~0ULL}};
  for (const Row& row : rows) {
    CAPTURE(row.events);
    CAPTURE(row.seed);
    Plant plant;
    generate(plant, row.events, row.seed);
    check_story(plant);
    CHECK(plant.summary.after.consignees.size() > plant.summary.before.consignees.size());
  }
}

TEST_CASE("demo: story.json tells what the summary tells") {
  Plant plant;
  generate(plant, 1'000, 1);
  const Json story = document(plant, "story.json");
  const DemoSummary& summary = plant.summary;
  CHECK(story.at("kind") == "demo_story");
  CHECK(story.at("events") == summary.events);
  CHECK(story.at("bad_lot") == summary.bad_lot);
  CHECK(story.at("twins") == Json(summary.twins));
  CHECK(story.at("before_repair").at("devices") == summary.before.devices);
  CHECK(story.at("after_repair").at("consignees").size() == summary.after.consignees.size());
  CHECK(story.at("known_at").at("lots") == summary.known_at.lots);
  CHECK(story.at("as_of") == summary.as_of);
  CHECK(story.at("stock").size() == summary.stock.size());
  CHECK(story.at("balances").at(0).at("lot") == summary.bad_lot);
  const std::string text = read(plant.folder.plant() / "STORY.md");
  for (const std::string& said :
       {summary.bad_lot, summary.device, summary.broken_file, summary.as_of, summary.late_hold_lot}) {
    CHECK_MESSAGE(text.find(said) != std::string::npos, said);
  }
}

}  // namespace lotledger::tests
