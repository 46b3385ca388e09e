// Profiles against exports that other people made.
#include "connectors/mapping/submissions.h"
#include "tests/support/outside.h"
#include "tests/support/plain_read.h"

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

}  // namespace

TEST_CASE("mapping: every record of an InvenTree export is a row, or left out by name") {
  const std::string folder = outside("erp/inventree");
  if (folder.empty()) return;
  auto profile = mapping::parse_mapping(
      content_of(std::string(LOTLEDGER_SOURCE_DIR) + "/profiles/inventree/mapping.toml"), "mapping.toml");
  REQUIRE_MESSAGE(profile.has_value(), (profile.has_value() ? std::string() : profile.error().message));
  const PersonalData personal = unsealed();
  const std::string text = content_of(folder + "/inventree_data.json");
  const auto reader =
      mapping::open_submissions(source_over(text), std::make_shared<const mapping::Mapping>(std::move(*profile)),
                                {{}, "inventree_data.json", {}}, personal);
  REQUIRE(reader.has_value());
  std::vector<MappedRow> rows;
  for (bool more = true; more;) {
    const auto next = (*reader)->next(rows);
    REQUIRE(next.has_value());
    more = *next;
  }
  std::set<std::uint64_t> taken;
  std::map<std::string, std::size_t> by_system;
  for (const MappedRow& row : rows) {
    CHECK_MESSAGE(row.message.empty(), row.message);
    taken.insert(row.submission.body.source.offset.value());
    ++by_system[row.submission.body.source.system];
  }
  std::size_t left_out = 0;
  for (const std::string& note : (*reader)->notes()) {
    CAPTURE(note);
    CHECK(note.find(" left out: ") != std::string::npos);
    left_out += std::stoul(note);
  }
  CHECK(taken.size() + left_out == 3678);
  CHECK(by_system["inventree.items"] == 410);
  CHECK(by_system["inventree.parties"] == 34);
  CHECK(by_system["inventree.locations"] == 11);
  CHECK(by_system["inventree.aliases"] == 891);
  CHECK(by_system["inventree.consumption"] == 97);
  CHECK(by_system["inventree.shipments"] == 5);
  CHECK(by_system["inventree.orders"] == 16);
}

}  // namespace lotledger::tests
