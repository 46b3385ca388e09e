// Records of a foreign export to plain rows, by a mapping.
#include "connectors/mapping/path.h"
#include "connectors/mapping/records.h"
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

std::shared_ptr<const mapping::Mapping> profile(const std::string& name) {
  std::ifstream file(std::string(LOTLEDGER_SOURCE_DIR) + "/profiles/" + name + "/mapping.toml");
  std::ostringstream text;
  text << file.rdbuf();
  return mapping_of(text.str());
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
      {head + columns + "[model.part.inside]\nlines = \"line\"\n", "m.toml:12: model 'line' is not in the mapping"},
      {head + columns + "[model.part.inside]\n\"a*b*c\" = \"\"\n", "m.toml:12: 'a*b*c': a name has one * at most"},
      {head + columns + "[model.part.inside]\n'\"a.b' = \"\"\n", "m.toml:12: '\"a.b': a quote is not closed"},
      {head + columns + "[model.x]\nalso = \"a*b*c\"\n", "m.toml:11: also 'a*b*c': a name has one * at most"},
      {head + columns + "[[left_out]]\nfrom = \"part\"\nbecause = \"x\"\nwhen.maker = { found = true }\n",
       "m.toml:14: 'maker' ends at no reference of a model"},
      {head + columns + "[[left_out]]\nfrom = \"part\"\nbecause = \"x\"\nwhen.maker = { fond = true }\n",
       "m.toml:14: 'fond' is not known here; did you mean 'found'?"},
      {"[source]\nname = \"erp\"\nusual_model = \"thing\"\n", "m.toml:1: model 'thing' is not in the mapping"},
      {"[source]\nname = \"erp\"\nrecords = [\"\", \"a..b\"]\n", "m.toml:1: 'a..b' is no path"},
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

TEST_CASE("mapping: a path is names with points between them, in quotes where a name has points") {
  struct Row {
    std::string_view path, steps;
  };
  constexpr Row rows[] = {
      {"a", "a"},
      {"item.@created.date", "item|@created|date"},
      {R"("a.b")", "a.b"},
      {R"("https://x.y/1.0.0".list)", "https://x.y/1.0.0|list"},
      {R"(a."b.c".d)", "a|b.c|d"},
      {R"("a*z".b*)", "a*z|b*"},
      {R"(a"b.c)", R"(a"b|c)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    CHECK(mapping::path_fault(row.path) == "");
    std::string steps;
    for (std::string_view rest = row.path; !rest.empty();)
      steps += (steps.empty() ? "" : "|") + std::string(mapping::next_step(rest).name);
    CHECK(steps == row.steps);
  }
}

TEST_CASE("mapping: what is no path says why") {
  struct Row {
    std::string_view path, fault;
  };
  constexpr Row rows[] = {
      {"", "'' is no path; write item.part.IPN"},
      {".", "'.' is no path"},
      {".a", "'.a' is no path"},
      {"a.", "'a.' is no path"},
      {"a..b", "'a..b' is no path"},
      {R"("")", "is no path"},
      {R"("a.b)", R"('"a.b': a quote is not closed)"},
      {R"("a"b.c)", "a quote is not closed"},
      {"\"", "a quote is not closed"},
      {"a*b*c", "'a*b*c': a name has one * at most"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const std::string fault = mapping::path_fault(row.path);
    CHECK_MESSAGE(fault.find(row.fault) != std::string::npos, fault);
  }
}

TEST_CASE("mapping: a star in a name stands for any text, none included") {
  struct Row {
    std::string_view pattern, name;
    bool fits;
  };
  constexpr Row rows[] = {
      {"a", "a", true},        {"a", "b", false},       {"a", "", false},     {"", "", true},      {"*", "", true},
      {"*", "a.b", true},      {"a*b", "ab", true},     {"a*b", "a-b", true}, {"a*b", "a", false}, {"a*b", "b", false},
      {"aa*aa", "aaa", false}, {"aa*aa", "aaaa", true}, {"a*", "ba", false},  {"*a", "ab", false}, {"a*b", "a*b", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.name);
    CHECK(mapping::name_fits(row.pattern, row.name) == row.fits);
  }
}

TEST_CASE("mapping: records inside records become rows, refer and are referred to") {
  const Mapped out = mapped(fixture("nested.json"), mapping_of(fixture("nested.toml")));
  CHECK(out.error == "");
  CHECK(rows_shown(out) ==
        "items item=P5 name=Nut valid_from=2026-03-01T12:00:00Z\n"
        "receipts at=2026-03-01T10:00:00Z id=D2/P4 item=P4 lot=D2 quantity=5 uom=EA\n"
        "receipts at=2026-03-02T08:00:00Z id=D1/P1 item=P1 lot=D1 quantity=2 uom=EA\n"
        "receipts at=2026-03-02T08:00:00Z id=D1/P2 item=P2 lot=D1 quantity=3 uom=EA\n"
        "receipts at=2026-03-02T08:00:00Z id=D1b/P3 item=P3 lot=D1 quantity=4 uom=EA\n"
        "receipts at=2026-03-02T08:00:00Z id=D3/P5 item=P5 lot=D3 quantity=6 uom=EA\n"
        "receipts at=2026-03-02T08:00:00Z id=D9/P6 item=P6 quantity=8 uom=EA\n");
  std::vector<std::string> notes = out.notes;
  std::ranges::sort(notes);
  const std::vector<std::string> expected{
      "1 records of part:7#News: the mapping does not know them; the first in line 14 (part:7#News in delivery D2)",
      "2 records of remark left out: no rows; the first in line 10 (remark in delivery D1)",
      "3 records of code left out: no rows; the first in line 12 (code in lot in delivery D2)",
      "3 records of delivery left out: told by what is in them; the first in line 4 (delivery D1)",
      "6 records of lines left out: told by what is in them; the first in line 5 (lines in delivery D1)"};
  CHECK(notes == expected);
}

TEST_CASE("mapping: a record inside a record keeps its own words and its place") {
  const std::string text = fixture("nested.json");
  const Mapped out = mapped(text, mapping_of(fixture("nested.toml")));
  const auto found = std::ranges::find_if(
      out.rows, [](const MappedRow& row) { return row.submission.body.source.message_id == "nested.receipts:D1/P2"; });
  REQUIRE(found != out.rows.end());
  const engine::Body& body = found->submission.body;
  CHECK(body.source_text == R"({"item": "P2", "amount": 3})");
  CHECK(body.source.offset == text.find(body.source_text));
  CHECK(body.source.line == 7);
}

TEST_CASE("mapping: a fault inside a record names the way to it, and costs its row alone") {
  struct Case {
    std::string_view name, what, by, fault;
  };
  constexpr Case cases[] = {
      {"a value", R"("amount": 3})", R"("amount": "three"})",
       "f.json: line 7 (line in lines in delivery D1), column quantity: \"three\""},
      {"an element that is no record", R"({"item": "P2", "amount": 3})", "17",
       "f.json: line 7 (line in lines in delivery D1): \"17\": a record is a JSON object"},
      {"an element that is null", R"({"item": "P2", "amount": 3})", "null", "a record is a JSON object"},
      {"a text where records stand", R"({"line": null})", R"({"line": "none"})",
       "(line in lines in delivery D3): \"\"none\"\": a record is a JSON object"},
      {"a member twice, deep inside", R"("amount": 3})", R"("amount": 3, "amount": 4})", "f.json: line 4"},
      {"a key that stands twice outside", R"("no": "D2")", R"("no": "D1")", "another record of delivery has this key"},
  };
  const auto by = mapping_of(fixture("nested.toml"));
  for (const Case& each : cases) {
    CAPTURE(each.name);
    std::string text = fixture("nested.json");
    const std::size_t at = text.find(each.what);
    REQUIRE(at != std::string::npos);
    text.replace(at, each.what.size(), each.by);
    const Mapped out = mapped(text, by);
    CHECK_MESSAGE(any_holds(out, std::string(each.fault)), rows_shown(out));
    CHECK(std::ranges::count_if(out.rows, [](const MappedRow& row) { return !row.message.empty(); }) == 1);
    CHECK(std::ranges::any_of(out.rows, [](const MappedRow& row) { return row.message.empty(); }));
  }
}

TEST_CASE("mapping: a refused record keeps what was made of it, or where it stands") {
  const auto by = mapping_of(fixture("nested.toml"));
  struct Case {
    std::string_view by, kept;
  };
  constexpr Case cases[] = {
      {R"({"item": "P2", "amount": "three"})", "mapped=receipts\nD1/P2,"},
      {"17", "line in lines in delivery D1"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.by);
    std::string text = fixture("nested.json");
    const std::string_view what = R"({"item": "P2", "amount": 3})";
    text.replace(text.find(what), what.size(), each.by);
    const Mapped out = mapped(text, by);
    const auto refused = std::ranges::find_if(out.rows, [](const MappedRow& row) { return !row.message.empty(); });
    REQUIRE(refused != out.rows.end());
    CHECK(refused->submission.body.source_context.starts_with(each.kept));
  }
}

TEST_CASE("mapping: a record may be longer than a row if only what is inside it is taken") {
  const auto by = mapping_of(fixture("nested.toml"));
  const auto with = [](std::size_t bytes, std::string_view row) {
    return R"({"data": [{"no": "D1", "part:1#News": [")" + std::string(bytes, 'x') +
           R"("], "part:1#Lines": [{"line": [)" + std::string(row) + "]}]}]}";
  };
  struct Case {
    std::string_view name;
    std::string text;
    std::size_t taken;
    std::string_view fault;
  };
  const std::string row = R"({"item": "P1", "amount": 2})";
  const std::string long_row = R"({"item": "P1", "amount": 2, "note": ")" + std::string(70'000, 'x') + "\"}";
  const Case cases[] = {
      {"a long record", with(70'000, row), 1, "a record is a JSON object"},
      {"a long row", with(1, long_row), 0, "(line in lines in delivery D1): "},
      {"the longest record", with(mapping::k_record_bytes_max - 100, row), 1, "a record is a JSON object"},
      {"one that is too long", with(mapping::k_record_bytes_max, row), 0, "is longer than 1048576 bytes"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.name);
    const Mapped out = mapped(each.text, by);
    CHECK(static_cast<std::size_t>(
              std::ranges::count_if(out.rows, [](const MappedRow& one) { return one.message.empty(); })) == each.taken);
    CHECK_MESSAGE(any_holds(out, std::string(each.fault)), out.error << rows_shown(out).substr(0, 2000));
  }
  CHECK(any_holds(mapped(cases[1].text, by), "is longer than 65536 bytes"));
}

TEST_CASE("mapping: no bytes bring records inside records down, and a file that is cut off says so") {
  const auto by = mapping_of(fixture("nested.toml"));
  const std::string whole = fixture("nested.json");
  const std::size_t list = whole.find("rows\": [\n") + std::string_view("rows\": [").size();
  for (std::size_t length = list; length <= whole.rfind(']'); ++length) {
    CAPTURE(length);
    CHECK(any_holds(mapped(whole.substr(0, length), by), "breaks off"));
  }
  CHECK(rc::check("mutated nested exports", [&] {
    std::string text = whole;
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      text[at] = *rc::gen::elementOf(std::string("\"{}[],:0e\\ \n\xff"));
    }
    const Mapped out = mapped(text, by);
    for (const MappedRow& row : out.rows) RC_ASSERT(row.submission.body.events.size() == 1);
  }));
}

TEST_CASE("mapping: digital twins of any version become genealogy, and what is left out is named") {
  const Mapped out = mapped(fixture("twins.json"), profile("catena-x"));
  CHECK(out.error == "");
  CHECK(rows_shown(out) == fixture("twins_rows.txt"));
  std::string notes;
  std::multiset<std::string> sorted(out.notes.begin(), out.notes.end());
  for (const std::string& note : sorted) notes += note.substr(0, note.find("; the first")) + "\n";
  CHECK(notes == fixture("twins_left_out.txt"));
}

TEST_CASE("mapping: submodels of digital twins give the rows that the twins give") {
  const auto by = profile("catena-x");
  const std::string aspect =
      R"({"catenaXId": "urn:uuid:1", "childItems": [{"catenaXId": "urn:uuid:2", "createdOn": "2026-03-02T10:00:00Z", )"
      R"("quantity": {"value": 3, "unit": "unit:piece"}}]})";
  const std::string name = "urn:samm:io.catenax.single_level_bom_as_built:3.0.0#SingleLevelBomAsBuilt";
  const std::string twin = R"([{"catenaXId": "urn:uuid:1", ")" + name + "\": [" + aspect + "]}]";
  const std::string submodel =
      R"({"submodels": [{"identification": "1", "aspectType": ")" + name + R"(", "payload": )" + aspect + "}]}";
  const std::string expected =
      "moves at=2026-03-02T10:00:00Z id=urn:uuid:1 urn:uuid:2 into=urn:uuid:1 quantity=3 type=install "
      "unit=urn:uuid:2 uom=EA\n";
  CHECK(rows_shown(mapped(twin, by)) == expected);
  CHECK(rows_shown(mapped(submodel, by)) == expected);
}

TEST_CASE("mapping: a child item that cannot be taken says which, and where") {
  const auto by = profile("catena-x");
  struct Case {
    std::string_view what, by, fault;
  };
  constexpr Case cases[] = {
      {R"("unit": "unit:litre")", R"("unit": "unit:barrel")",
       "(child in assembly in twin urn:uuid:00000000-0000-4000-8000-000000000001), column uom: \"unit:barrel\""},
      {R"("value": 25e-1)", R"("value": -1)", "column quantity: \"-1\": is negative"},
      {R"({"catenaXId": "urn:uuid:00000000-0000-4000-8000-000000000009", )", "{", "column item: is empty"},
      {R"("createdOn": "2026-03-02T12:00:00Z")", R"("createdOn": "soon")", "column at: \"soon\": is no time"},
      {R"("date": "2026-01-31")", R"("date": "")", "(batch in twin urn:uuid:00000000-0000-4000-8000-000000000003)"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.what);
    std::string text = fixture("twins.json");
    const std::size_t at = text.find(each.what);
    REQUIRE(at != std::string::npos);
    text.replace(at, each.what.size(), each.by);
    const Mapped out = mapped(text, by);
    CHECK_MESSAGE(any_holds(out, std::string(each.fault)), rows_shown(out));
  }
}

}  // namespace lotledger::tests
