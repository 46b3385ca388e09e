// Profiles against exports that other people made.
#include "connectors/mapping/submissions.h"
#include "tests/support/outside.h"
#include "tests/support/plain_read.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace lotledger::tests {

using namespace connectors;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

struct Read {
  std::vector<MappedRow> rows;
  std::vector<std::string> notes;
};

/// A file by a profile; every row must be one that can be taken.
Read read(const std::string& profile, const std::string& path) {
  auto by = mapping::parse_mapping(
      content_of(std::string(LOTLEDGER_SOURCE_DIR) + "/profiles/" + profile + "/mapping.toml"), "mapping.toml");
  REQUIRE_MESSAGE(by.has_value(), (by.has_value() ? std::string() : by.error().message));
  const PersonalData personal = unsealed();
  const std::string text = content_of(path);
  const auto reader = mapping::open_submissions(
      source_over(text), std::make_shared<const mapping::Mapping>(std::move(*by)), {{}, path, {}}, personal);
  REQUIRE_MESSAGE(reader.has_value(), (reader.has_value() ? std::string() : reader.error().message));
  Read out;
  for (bool more = true; more;) {
    const auto next = (*reader)->next(out.rows);
    REQUIRE(next.has_value());
    more = *next;
  }
  for (const MappedRow& row : out.rows) CHECK_MESSAGE(row.message.empty(), row.message);
  out.notes = (*reader)->notes();
  return out;
}

/// Records that became rows, or were left out for a reason.
std::size_t records_told(const Read& read) {
  std::set<std::uint64_t> taken;
  for (const MappedRow& row : read.rows) taken.insert(row.submission.body.source.offset.value());
  std::size_t left_out = 0;
  for (const std::string& note : read.notes) {
    CAPTURE(note);
    CHECK(note.find(" left out: ") != std::string::npos);
    left_out += std::stoul(note);
  }
  return taken.size() + left_out;
}

using Links = std::set<std::pair<std::string, std::string>>;  // Assembly and part.

Links links_of(const Read& read) {
  Links links;
  for (const MappedRow& row : read.rows) {
    for (const engine::Event& event : row.submission.body.events) {
      const auto* production = std::get_if<engine::ProductionEvent>(&event.body);
      const auto* installed = production == nullptr ? nullptr : std::get_if<engine::PartsInstalled>(production);
      if (installed == nullptr) continue;
      for (const UnitAmount& part : installed->parts)
        CHECK(links.emplace(installed->parent.key.ref(), part.unit.key.ref()).second);
    }
  }
  return links;
}

using Json = nlohmann::json;

/// What a file of digital twins says, read without the code under test.
struct Counted {
  std::size_t records = 0;
  Links links;
};

std::string id_in(const Json& one, const char* older) {
  return one.contains("catenaXId") ? one["catenaXId"].get<std::string>() : one[older].get<std::string>();
}

void count_aspect(const std::string& twin, const std::string& aspect, const Json& payload, Counted& out) {
  const std::string name = aspect.substr(aspect.find('#') + 1);
  ++out.records;
  for (const char* list : {"childItems", "childParts", "parentItems", "parentParts", "localIdentifiers"}) {
    const bool material = !name.ends_with("AsPlanned") && name != "DataIntegrity";
    if (!material || !payload.contains(list)) continue;
    out.records += payload[list].size();
    for (const Json& one : payload[list]) {
      if (std::string_view(list).starts_with("child")) out.links.emplace(twin, id_in(one, "childCatenaXId"));
      if (std::string_view(list).starts_with("parent")) out.links.emplace(id_in(one, "parentCatenaXId"), twin);
    }
  }
}

Counted counted(const std::string& path) {
  const Json file = Json::parse(content_of(path));
  Counted out;
  if (file.contains("submodels")) {
    for (const Json& one : file["submodels"])
      count_aspect(one["payload"].value("catenaXId", ""), one["aspectType"], one["payload"], out);
    return out;
  }
  for (const Json& twin : file["https://catenax.io/schema/TestDataContainer/1.0.0"]) {
    ++out.records;
    for (const auto& [name, payloads] : twin.items()) {
      if (!payloads.is_array()) continue;
      for (const Json& payload : payloads) count_aspect(twin["catenaXId"], name, payload, out);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("mapping: every record of an InvenTree export is a row, or left out by name") {
  const std::string folder = outside("erp/inventree");
  if (folder.empty()) return;
  const Read found = read("inventree", folder + "/inventree_data.json");
  CHECK(records_told(found) == 3678);
  std::map<std::string, std::size_t> by_system;
  for (const MappedRow& row : found.rows) ++by_system[row.submission.body.source.system];
  CHECK(by_system["inventree.items"] == 410);
  CHECK(by_system["inventree.parties"] == 34);
  CHECK(by_system["inventree.locations"] == 11);
  CHECK(by_system["inventree.aliases"] == 891);
  CHECK(by_system["inventree.consumption"] == 97);
  CHECK(by_system["inventree.shipments"] == 5);
  CHECK(by_system["inventree.orders"] == 16);
}

TEST_CASE("mapping: every record of digital twins is rows, or left out by name, and every link stands once") {
  struct Row {
    std::string_view file;
    std::size_t links, made;
  };
  constexpr Row rows[] = {
      {"smallTestdata.json", 283, 161},
      {"IRS_Testdata_v1.0.0-DataIntegrity-IntegrityAspect.json", 44, 45},
      {"CX_Testdata_529_compatibility_SingleLevelBomAsBuilt.json", 3, 4},
      {"CX_Testdata_529_compatibility_SingleLevelUsageAsPlanned.json", 0, 0},
      {"CX_Testdata_v.1.7.0_PartType.json", 0, 0},
      {"CX_Testdata_v1.4.1-AsPlanned.json", 0, 0},
      {"expected/TRI-704-expected-submodels.json", 4, 5},
      {"expected/TRI-1070-expected-submodels.json", 44, 45},
  };
  const std::string folder = outside("genealogy/catena-x");
  if (folder.empty()) return;
  for (const Row& row : rows) {
    CAPTURE(row.file);
    const std::string path = folder + "/" + std::string(row.file);
    const Counted expected = counted(path);
    const Read found = read("catena-x", path);
    CHECK(records_told(found) == expected.records);
    CHECK(expected.links.size() == row.links);
    CHECK(links_of(found) == expected.links);
    CHECK(static_cast<std::size_t>(std::ranges::count_if(found.rows, [](const MappedRow& one) {
            return one.submission.body.source.system == "catena-x.production";
          })) == row.made);
  }
}

}  // namespace lotledger::tests
