// tests/gs1_outside_test.cc - our reading of GS1 writings against files of others: the checks of the GS1 Barcode Syntax
// Engine, and the pre-hash strings of EPCIS events. See docs/areas/identity.md for where we differ on purpose.
#include "engine/base/gs1.h"
#include "tests/support/outside.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace lotledger::tests {

namespace {

using nlohmann::json;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<json> read_lines(const std::filesystem::path& path) {
  std::vector<json> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) rows.push_back(json::parse(line));
  return rows;
}

/// The checks of one operation.
std::vector<json> checks_of(const std::string& folder, std::string_view operation) {
  std::vector<json> found;
  for (const json& row : read_lines(folder + "/element-strings-and-digital-links.jsonl")) {
    if (row["op"] == operation) found.push_back(row);
  }
  return found;
}

/// Length of the AI at the front of an unbracketed element string, and of its value where that is predefined, for the
/// AIs that the checks use (GS1 General Specifications, figures 7.8.5-2 and 3.2-1).
struct AiLength {
  std::string_view ai;
  std::size_t value;  ///< 0: up to the next separator.
};
constexpr AiLength k_ai_lengths[] = {
    {"00", 18}, {"01", 14}, {"10", 0},  {"11", 6},   {"17", 6},   {"21", 0},   {"22", 0},
    {"235", 0}, {"253", 0}, {"401", 0}, {"414", 13}, {"3103", 6}, {"3922", 0}, {"8004", 0},
    {"89", 0},  {"97", 0},  {"98", 0},  {"99", 0},   {"95", 0},
};

/// `^0104...10ABC^99X` as `(01)04...(10)ABC(99)X`, so that the expected result goes through the one reader there is.
std::string bracketed(std::string_view plain) {
  std::string text;
  while (!plain.empty()) {
    if (plain.front() == '^') {
      plain.remove_prefix(1);
      continue;
    }
    const auto* length =
        std::ranges::find_if(k_ai_lengths, [&](const AiLength& each) { return plain.starts_with(each.ai); });
    if (length == std::end(k_ai_lengths)) return text + "(unknown AI)" + std::string(plain);
    plain.remove_prefix(length->ai.size());
    const std::size_t end = length->value != 0 ? length->value : std::min(plain.find('^'), plain.size());
    text.append("(").append(length->ai).append(")");
    for (const char c : plain.substr(0, end)) {
      if (c == '(') text.push_back('\\');
      text.push_back(c);
    }
    plain.remove_prefix(std::min(end, plain.size()));
  }
  return text;
}

std::string key_of(std::string_view text) {
  const auto unit = read_gs1(text);
  return unit ? unit->key : std::string{};
}

/// Inputs that some row accepts once a switch is on that we always have on: names instead of numbers, short GTINs.
std::set<std::string> accepted_by_switch(const std::vector<json>& rows) {
  std::set<std::string> inputs;
  for (const json& row : rows) {
    if (!row["valid"] || !row.contains("options")) continue;
    const json& options = row["options"];
    if (options.contains("permitConvenienceAlphas") || options.contains("permitZeroSuppressedGTINinDLuris")) {
      inputs.insert(row["input"]);
    }
  }
  return inputs;
}

bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("gs1 outside: Digital Links of the GS1 syntax engine") {
  const std::string folder = outside("udi/gs1-syntax-engine");
  if (folder.empty()) return;
  const auto rows = checks_of(folder, "digital_link_to_element_string");
  const auto by_switch = accepted_by_switch(rows);
  int valid = 0;
  int invalid = 0;
  for (const json& row : rows) {
    const std::string input = row["input"];
    CAPTURE(input);
    if (row["valid"]) {
      ++valid;
      CHECK(key_of(input) == key_of(bracketed(row["expect"].get<std::string>())));
      CHECK_FALSE(key_of(input).empty());
      continue;
    }
    if (by_switch.contains(input)) continue;
    ++invalid;
    const std::size_t query = input.find('?');
    if (query == std::string::npos) {
      CHECK(key_of(input).empty());
    } else {
      // Attributes in the query say nothing about identity, so neither does a fault in them.
      CHECK(key_of(input) == key_of(input.substr(0, query)));
    }
  }
  CHECK(valid == 36);
  CHECK(invalid == 20);
}

TEST_CASE("gs1 outside: Digital Links made from element strings") {
  const std::string folder = outside("udi/gs1-syntax-engine");
  if (folder.empty()) return;
  int checked = 0;
  for (const json& row : checks_of(folder, "element_string_to_digital_link")) {
    const std::string input = row["input"];
    CAPTURE(input);
    if (!row["valid"]) continue;
    ++checked;
    const std::string link = row["expect"];
    CHECK_FALSE(key_of(link).empty());
    CHECK(key_of(input) == key_of(link));
  }
  CHECK(checked == 8);
}

TEST_CASE("gs1 outside: element strings in brackets") {
  const std::string folder = outside("udi/gs1-syntax-engine");
  if (folder.empty()) return;
  int valid = 0;
  int invalid = 0;
  for (const char* operation : {"bracketed_ai_to_element_string", "ai_content_check", "ai_association_rule"}) {
    for (const json& row : checks_of(folder, operation)) {
      const std::string input = row["input"];
      CAPTURE(input);
      // Companions that an attribute needs (a second serial, a signature) are no matter of identity.
      if (mentions(input, "(250)") || mentions(input, "(8030)")) continue;
      if (!row["valid"]) {
        ++invalid;
        CHECK(key_of(input).empty());
      } else if (!mentions(gs1_fault(input).value_or(""), "no key")) {
        ++valid;
        CHECK_FALSE(key_of(input).empty());
      }
    }
  }
  // Rows with a key, counted by hand: 3 + 1 + 10; and all rows that are to be refused.
  CHECK(valid == 14);
  CHECK(invalid == 71);
}

TEST_CASE("gs1 outside: components against check digit and character set") {
  const std::string folder = outside("udi/gs1-syntax-engine");
  if (folder.empty()) return;
  int checked = 0;
  for (const json& row : read_lines(folder + "/component-checks.jsonl")) {
    const std::string linter = row["linter"];
    const std::string input = row["input"];
    const bool valid = row["valid"];
    CAPTURE(input);
    if (linter == "csum" && (input.size() == 8 || (input.size() >= 12 && input.size() <= 14))) {
      ++checked;
      CHECK(gtin14_of(input).has_value() == valid);
    }
    if (linter == "cset82" && !input.empty() && input.size() <= 20) {
      ++checked;
      CHECK(gs1_lot_key("04012345111118", input).has_value() == valid);
    }
  }
  CHECK(checked > 100);
}

namespace {

/// Its second event differs from the one in its pre-hash file, which is older (informative, says the source).
constexpr std::string_view k_older_prehash = "epcisDocWithCustomSchemaInContext.jsonld";

/// Identifiers in an EPCIS document that a CBV event hash writes in canonical form. XML or JSON: ends at a quote or a
/// tag.
std::set<std::string> identifiers_in(const std::string& document) {
  std::set<std::string> found;
  for (const std::string_view head : {"urn:epc:", "http://", "https://"}) {
    for (std::size_t at = document.find(head); at != std::string::npos; at = document.find(head, at + 1)) {
      const std::size_t end = document.find_first_of("\"<> \t\r\n", at);
      found.insert(document.substr(at, end - at));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("gs1 outside: identifiers of EPCIS events stand in their pre-hash strings in canonical form") {
  const std::string folder = outside("epcis/event-hash/examples");
  if (folder.empty()) return;
  int pairs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".prehashes" || entry.path().extension() == ".hashes") continue;
    std::filesystem::path expected = entry.path();
    expected.replace_extension(".prehashes");
    if (!std::filesystem::exists(expected)) continue;
    CAPTURE(entry.path().filename().string());
    const std::string prehash = read_file(expected);
    std::set<std::string> forms;
    for (const std::string& identifier : identifiers_in(read_file(entry.path()))) {
      const std::string form = canonical_digital_link(identifier);
      if (!form.starts_with("https://id.gs1.org/")) continue;
      CAPTURE(identifier);
      if (entry.path().filename() != k_older_prehash) CHECK(mentions(prehash, "=" + form));
      forms.insert(form);
      ++pairs;
    }
    // And the other way: every identifier of the pre-hash was found, none is left in another form.
    for (std::size_t at = prehash.find("=https://id.gs1.org/"); at != std::string::npos;
         at = prehash.find("=https://id.gs1.org/", at + 1)) {
      const std::string_view rest = std::string_view(prehash).substr(at + 1);
      CAPTURE(rest.substr(0, 60));
      CHECK(std::ranges::any_of(forms, [&](const std::string& form) { return rest.starts_with(form); }));
    }
    CHECK_FALSE(mentions(prehash, "urn:epc:id:"));
  }
  CHECK(pairs > 100);
}

}  // namespace lotledger::tests
