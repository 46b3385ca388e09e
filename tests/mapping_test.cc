// Records of a foreign export to plain rows, by a mapping.
#include "connectors/mapping/submissions.h"
#include "connectors/plain/export.h"
#include "tests/support/plain_read.h"

#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace lotledger::tests {

using namespace connectors;

namespace {

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(LOTLEDGER_SOURCE_DIR) + "/tests/fixtures/mapping/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

std::shared_ptr<const mapping::Mapping> mapping_of(const std::string& text) {
  auto read = mapping::parse_mapping(text, "m.toml");
  REQUIRE_MESSAGE(read.has_value(), (read.has_value() ? std::string() : read.error().message));
  return std::make_shared<const mapping::Mapping>(std::move(*read));
}

/// What is wrong with a mapping; empty when nothing is.
std::string lint(const std::string& text) {
  const auto read = mapping::parse_mapping(text, "m.toml");
  return read.has_value() ? std::string() : read.error().message;
}

struct Mapped {
  std::string error;  ///< The file as a whole.
  std::vector<MappedRow> rows;
  std::vector<std::string> notes;
};

Mapped mapped(const std::string& text, const std::shared_ptr<const mapping::Mapping>& by) {
  const PersonalData personal = unsealed();
  Mapped out;
  auto reader = mapping::open_submissions(source_over(text), by, {{}, "f.json", {}}, personal);
  if (!reader.has_value()) {
    out.error = reader.error().message;
    return out;
  }
  for (bool more = true; more;) {
    const auto next = (*reader)->next(out.rows);
    REQUIRE(next.has_value());
    more = *next;
  }
  out.notes = (*reader)->notes();
  return out;
}

std::string shown(const plain::ExportedRow& row) {
  std::set<std::string> cells;
  for (const auto& [column, value] : row.values) cells.insert(std::string(plain::name_of(column)) + "=" + value);
  std::string line(plain::name_of(row.kind));
  for (const std::string& cell : cells) line += " " + cell;
  return line;
}

/// The rows that records keep, sorted, a line each; a rejected one as its message.
std::string rows_shown(const Mapped& from) {
  std::multiset<std::string> lines;
  for (const MappedRow& row : from.rows) {
    if (!row.message.empty()) lines.insert("rejected " + row.message);
    if (!row.message.empty()) continue;
    const auto rows = plain::rows_of(row.submission.body, Instant{});
    REQUIRE(rows.has_value());
    for (const plain::ExportedRow& one : *rows) lines.insert(shown(one));
  }
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

/// The fixture's first release with one text replaced.
std::string changed(const std::string& what, const std::string& by) {
  std::string text = fixture("release_1.json");
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

bool any_holds(const Mapped& from, const std::string& words) {
  return std::ranges::any_of(from.rows,
                             [&](const MappedRow& row) { return row.message.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("mapping: two releases of an export give the same rows") {
  const auto by = mapping_of(fixture("mapping.toml"));
  const std::string golden = fixture("rows.txt");
  CHECK(rows_shown(mapped(fixture("release_1.json"), by)) == golden);
  CHECK(rows_shown(mapped(fixture("release_2.json"), by)) == golden);
}

TEST_CASE("mapping: what no row takes is named, and so is a model that is not known") {
  const Mapped out = mapped(fixture("release_1.json"), mapping_of(fixture("mapping.toml")));
  const std::vector<std::string> expected{
      "1 records of mood: the mapping does not know them; the first in line 14 (mood 1)",
      "1 records of place that no row takes; the first in line 4 (place 7)",
      "2 records of event left out: nothing happened; the first in line 8 (event 22)",
      "3 records of stock that no row takes; the first in line 5 (stock 11)"};
  std::vector<std::string> notes = out.notes;
  std::ranges::sort(notes);
  CHECK(notes == expected);
}

TEST_CASE("mapping: a record keeps its own words, its place and what made the row") {
  const auto by = mapping_of(fixture("mapping.toml"));
  const Mapped out = mapped(fixture("release_1.json"), by);
  const auto found = std::ranges::find_if(
      out.rows, [](const MappedRow& row) { return row.submission.body.source.message_id == "erp.consumption:E24"; });
  REQUIRE(found != out.rows.end());
  const engine::Body& body = found->submission.body;
  CHECK(body.source.system == "erp.consumption");
  CHECK(body.source.line == 11);
  const std::string text = fixture("release_1.json");
  CHECK(body.source_text == text.substr(body.source.offset.value(), body.source_text.size()));
  CHECK(body.source_text.starts_with("{\"model\": \"event\", \"pk\": 24"));
  CHECK(body.source_text.ends_with("}}"));
  CHECK(body.source_context.ends_with("mapping=" + by->hash));
}

TEST_CASE("mapping: faults name record, column and value, and cost their row alone") {
  struct Case {
    std::string_view name, what, by, fault;
  };
  constexpr Case cases[] = {
      {"a reference that leads nowhere", "\"stock\": 12,", "\"stock\": 99,",
       "f.json: line 10 (event 23), column stock: \"99\": no record of stock has this key"},
      {"a word that the table does not have", "\"unit\": \"litre\"", "\"unit\": \"barrel\"",
       "f.json: line 3 (part 2), column uom: \"barrel\": unit: is no word of the mapping's table"},
      {"a sum of what is no number", "\"amount\": 0.5", "\"amount\": \"half\"", "column quantity: \"half\""},
      {"a value that plain rows refuse", "\"2026-03-02T08:15:00Z\"", "\"yesterday\"",
       "f.json: line 10 (event 23), column at: \"yesterday\": is no time"},
      {"a key that stands twice", "\"pk\": 13", "\"pk\": 12", "another record of stock has this key"},
      {"a record that is none", "{\"model\": \"mood\", \"pk\": 1, \"fields\": {}}", "[17]",
       "a record is a JSON object"},
      {"no model", "\"model\": \"mood\"", "\"modal\": \"mood\"", "does not say what the record is"},
      {"a member twice", "\"serial\": \"6\"", "\"serial\": \"6\", \"serial\": \"7\"", "f.json: line 7"},
      {"a list that breaks off", "}},\n{\"model\": \"mood\"", "}}\n{\"model\": \"mood\"",
       "the list of records breaks off"},
  };
  const auto by = mapping_of(fixture("mapping.toml"));
  for (const Case& each : cases) {
    CAPTURE(each.name);
    const Mapped out = mapped(changed(std::string(each.what), std::string(each.by)), by);
    CHECK(out.error.empty());
    CHECK_MESSAGE(any_holds(out, std::string(each.fault)), rows_shown(out));
    CHECK(std::ranges::any_of(out.rows, [](const MappedRow& row) { return row.message.empty(); }));
  }
}

TEST_CASE("mapping: a file without a list of records is refused as a whole") {
  const auto by = mapping_of(fixture("mapping.toml"));
  for (const std::string_view text : {"", " ", "{}", "{\"data\": 1}", "\"text\"", "{\"data\": {\"records\"", "<a/>"}) {
    CAPTURE(text);
    CHECK(mapped(std::string(text), by)
              .error.find("f.json: holds no list of records; looked at the file itself, "
                          "'data.records'") == 0);
  }
  CHECK(mapped("[]", by).rows.empty());
}

TEST_CASE("mapping: an export that is cut off says so, wherever it is cut") {
  const auto by = mapping_of(fixture("mapping.toml"));
  const std::string whole = fixture("release_1.json");
  const std::size_t list_end = whole.rfind(']');
  for (std::size_t length = 1; length <= list_end; ++length) {
    CAPTURE(length);
    const Mapped out = mapped(whole.substr(0, length), by);
    CHECK(std::ranges::any_of(out.rows, [](const MappedRow& row) { return !row.message.empty(); }));
  }
}

TEST_CASE("mapping: no bytes bring the reader down, and rows stay rows") {
  const auto by = mapping_of(fixture("mapping.toml"));
  const std::string whole = fixture("release_1.json");
  CHECK(rc::check("mutated exports", [&] {
    std::string text = whole;
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      text[at] =
          *rc::gen::elementOf(std::string("\"{}[],:0e\\ \n\xff"
                                          "a"));
    }
    const Mapped out = mapped(text, by);
    for (const MappedRow& row : out.rows) RC_ASSERT(row.submission.body.events.size() == 1);
  }));
}

TEST_CASE("mapping: a mapping that is not sound says file, line and what") {
  const std::string head =
      "[source]\nname = \"erp\"\n[model.part]\n[[row]]\nkind = \"items\"\nfrom = \"part\"\n[row.columns]\n";
  const std::string columns = "valid_from = \"a\"\nitem = \"b\"\nname = \"c\"\n";
  CHECK(lint(head + columns) == "");
  struct Case {
    std::string text, fault;
  };
  const Case cases[] = {
      {"[source", "m.toml:1: "},
      {"[source]\nname = \"plain\"\n", "m.toml:1: source.name 'plain'"},
      {"[source]\nname = \"erp\"\n", "has no [[row]]"},
      {head, "m.toml:4: items need the column 'valid_from'"},
      {head + columns + "nam = \"x\"\n", "m.toml:11: 'nam' is no column of items; did you mean 'name'?"},
      {head + columns + "uom = 1\n", "m.toml:11: a value is a path"},
      {head + columns + "uom = \"a..b\"\n", "m.toml:11: 'a..b' is no path"},
      {head + columns + "uom = { template = \"x{a\" }\n", "m.toml:11: 'x{a': a { is not closed"},
      {head + columns + "uom = \"@made.a\"\n", "m.toml:11: '@made' is no back reference"},
      {head + columns + "uom = { of = \"a\", mapp = {} }\n",
       "m.toml:11: 'mapp' is not known here; did you mean 'map'?"},
      {head + columns + "uom = [[[[[\"a\"]]]]]\n", "m.toml:11: values stand too deep"},
      {head + columns + "[[row]]\nkind = \"thing\"\nfrom = \"part\"\n", "m.toml:11: kind 'thing' is none of: receipts"},
      {head + columns + "[model.part.refs]\nmaker = \"company\"\n", "model 'company' is not in the mapping"},
      {head + columns + "[[left_out]]\nfrom = \"part\"\n", "m.toml:11: needs because"},
      {head + columns + "[rows]\n", "m.toml:11: 'rows' is not known here; did you mean 'row'?"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.text);
    CHECK_MESSAGE(lint(each.text).find(each.fault) != std::string::npos, lint(each.text));
  }
}

TEST_CASE("mapping: fields made of each other end in a fault, not in a circle") {
  const std::string text =
      "[source]\nname = \"erp\"\n[model.part]\nvalues.a = \"b\"\nvalues.b = \"a\"\n[[row]]\nkind = \"items\"\n"
      "from = \"part\"\n[row.columns]\nvalid_from = { const = \"2026-01-01T00:00:00Z\" }\nitem = \"a\"\nname = \"a\"\n";
  const Mapped out = mapped(R"([{"model": "part", "pk": 1, "fields": {}}])", mapping_of(text));
  CHECK(any_holds(out, "is made of itself"));
}

}  // namespace lotledger::tests
