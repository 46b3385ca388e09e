// Tables, CSV and what may reach a terminal.
#include "cli/output.h"

#include <doctest/doctest.h>

#include <sstream>

namespace lotledger::tests {

using namespace cli;

namespace {

struct Screen {
  std::ostringstream out, err;
  [[nodiscard]] Output terminal() { return {out, err, true, true}; }
  [[nodiscard]] Output piped() { return {out, err}; }
};

}  // namespace

TEST_CASE("output: display width counts columns, not bytes") {
  struct Row {
    std::string_view name, text;
    std::size_t width;
  };
  constexpr Row rows[] = {
      {"nothing", "", 0},
      {"ascii", "RM-TI64", 7},
      {"han counts two", "批次", 4},
      {"mixed", "批A", 3},
      {"fullwidth form", "Ａ", 2},
      {"combining mark counts none", "e\xcc\x81", 1},
      {"latin with accent", "é", 1},
      {"broken byte counts one", "\xff", 1},
      {"cut character counts one a byte", "\xe6\x89", 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(display_width(row.text) == row.width);
  }
}

TEST_CASE("output: a table on a terminal aligns CJK and Latin cells") {
  Screen screen;
  Table table({{"单元"}, {"N", Align::right}, {"END"}});
  table.add({"批次一", "7", "x"});
  table.add({"L1", "120", "y"});
  table.print(screen.terminal());
  CHECK(screen.out.str() ==
        "单元      N  END\n"
        "批次一    7  x\n"
        "L1      120  y\n");
}

TEST_CASE("output: a table in a pipe is tab-separated, without titles, and every row stays one line") {
  Screen screen;
  Table table({{"A"}, {"B"}});
  table.add({"one\ttwo", "three\nfour"});
  table.add({"", "x"});
  table.print(screen.piped());
  CHECK(screen.out.str() == "one two\tthree four\n\tx\n");
}

TEST_CASE("output: recorded text cannot steer the terminal") {
  struct Row {
    std::string_view name, text, shown;
  };
  constexpr Row rows[] = {
      {"plain text stays", "批 L-1 é", "批 L-1 é"},
      {"escape", "a\x1b[2J", "a\xef\xbf\xbd[2J"},
      {"delete", "a\x7f", "a\xef\xbf\xbd"},
      {"C1 control", "a\xc2\x9b", "a\xef\xbf\xbd"},
      {"first that is no control", "a\xc2\xa0", "a\xc2\xa0"},
      {"right-to-left override", "a\xe2\x80\xae", "a\xef\xbf\xbd"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(printable(row.text) == row.shown);
  }
}

TEST_CASE("output: CSV fields are quoted where RFC 4180 wants it, and only there") {
  struct Row {
    std::string_view text, field;
  };
  constexpr Row rows[] = {
      {"", ""},           {"plain", "plain"},         {"a b", "a b"},
      {"a,b", "\"a,b\""}, {"\"q\"", "\"\"\"q\"\"\""}, {"a\nb", "\"a\nb\""},
      {"a\r", "\"a\r\""}, {"批次", "批次"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    std::string field;
    append_csv_field(field, row.text);
    CHECK(field == row.field);
  }
  CHECK(csv_line(std::vector<std::string_view>{"a", "b,c", ""}) == "a,\"b,c\",\r\n");
  CHECK(tab_line(std::vector<std::string_view>{"a\tb", "", "c\x1b[1m"}) == "a b\t\tc\xef\xbf\xbd[1m\n");
}

TEST_CASE("output: colours only where they are on") {
  Screen screen;
  Output output = screen.terminal();
  CHECK(output.paint(Style::bad, "x") == "x");
  output.color = true;
  CHECK(output.paint(Style::bad, "x") != "x");
  CHECK(output.paint(Style::plain, "x") == "x");
}

TEST_CASE("output: remarks go to stderr, and --quiet silences them") {
  Screen screen;
  Output output = screen.piped();
  output.note("hello");
  CHECK(screen.err.str() == "lotledger: hello\n");
  CHECK(screen.out.str().empty());
  output.quiet = true;
  output.note("again");
  CHECK(screen.err.str() == "lotledger: hello\n");
}

TEST_CASE("output: colour does not move columns") {
  Screen plain, coloured;
  Output colours = coloured.terminal();
  colours.color = true;
  for (auto* pair : {&plain, &coloured}) {
    Table table({{"A", Align::right}, {"B"}});
    table.add({"批", "x"});
    table.print_aligned(pair == &plain ? plain.terminal() : colours, 2);
  }
  std::string text = coloured.out.str();
  for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b'))
    text.erase(at, text.find('m', at) - at + 1);
  CHECK(text == plain.out.str());
  CHECK(plain.out.str() == "   A  B\n  批  x\n");
}

}  // namespace lotledger::tests
