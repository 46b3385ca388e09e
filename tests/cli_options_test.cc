// Words of a command line to a call.
#include "cli/options.h"

#include "cli/commands.h"

#include <doctest/doctest.h>

#include <map>
#include <sstream>

namespace lotledger::tests {

using namespace cli;

namespace {

struct Shell {
  std::ostringstream out, err;
  Output output{out, err};
  std::map<std::string, std::string, std::less<>> variables;

  Result<Parsed> parse(const std::vector<std::string>& words) {
    return parse_command_line(
        all_commands(), words,
        [&](std::string_view name) {
          const auto at = variables.find(name);
          return at == variables.end() ? std::string() : at->second;
        },
        output);
  }
};

std::string fault_of(const std::vector<std::string>& words) {
  Shell shell;
  const auto parsed = shell.parse(words);
  return parsed.has_value() ? "accepted" : parsed.error().message;
}

}  // namespace

TEST_CASE("options: arguments, options and global options in any order") {
  Shell shell;
  const auto parsed = shell.parse(
      {"--data", "/d", "trace", "down", "RM/L1", "--as-of", "2026-01-01T00:00:00Z", "-o", "json", "--ledger=SZ1"});
  REQUIRE(parsed.has_value());
  REQUIRE(parsed->wish == Parsed::Wish::run);
  const Call& call = *parsed->call;
  CHECK(call.command.path == "trace down");
  CHECK(call.text("REF") == "RM/L1");
  CHECK(call.text("as-of") == "2026-01-01T00:00:00Z");
  CHECK(call.settings.data == "/d");
  CHECK(call.settings.ledger == "SZ1");
  CHECK(shell.output.format == Format::json);
  CHECK_FALSE(call.has("known-at"));
}

TEST_CASE("options: references survive as written") {
  for (const std::string reference : {"(01)04012345111118(10)L1", "04012345111118#9876", "<a/b>", "[x]",
                                      "https://id.gs1.org/01/04012345111118?a=b", "trace", "down", "批次/一", "a b"}) {
    CAPTURE(reference);
    Shell shell;
    const auto parsed = shell.parse({"trace", "down", reference});
    REQUIRE(parsed.has_value());
    REQUIRE(parsed->call != nullptr);
    CHECK(parsed->call->text("REF") == reference);
  }
}

TEST_CASE("options: repeated arguments and options keep their order") {
  Shell shell;
  const auto parsed = shell.parse({"recall", "scope", "A/1", "B/2", "--lot", "C/3", "--lot", "D/4"});
  REQUIRE(parsed.has_value());
  CHECK(parsed->call->all("REF") == std::vector<std::string>{"A/1", "B/2"});
  CHECK(parsed->call->all("lot") == std::vector<std::string>{"C/3", "D/4"});
}

TEST_CASE("options: what is wrong is named, with what it may have meant") {
  struct Row {
    std::vector<std::string> words;
    std::string message;
  };
  const Row rows[] = {
      {{"trcae", "down", "X"}, "no command 'trcae'; did you mean 'trace'?"},
      {{"trace", "dwon", "X"}, "no command 'trace dwon'; did you mean 'down'?"},
      {{"zzzzzz"}, "no command 'zzzzzz'"},
      {{"trace", "down", "X", "--as-off", "2026"}, "no option '--as-off'; did you mean '--as-of'?"},
      {{"trace", "down", "X", "--as-off=2026"}, "no option '--as-off'; did you mean '--as-of'?"},
      {{"trace", "down", "X", "Y"}, "'trace down' takes no further argument 'Y'"},
      {{"trace", "down"}, "'trace down' needs REF"},
      {{"recall", "why", "U"}, "'recall why' needs --lot"},
      {{"lot", "hold", "A/1", "--kind", "recal"},
       "kind: 'recal' is none of quality, recall, evidence, regulatory, customs; did you mean 'recall'?"},
      {{"lot", "hold", "A/1", "--reason", "a", "--reason", "b"}, "--reason was given 2 times"},
      {{"trace", "down", "X", "-o", "xml"}, "output: 'xml' is none of table, tree, json, ndjson, csv, dot"},
      {{"doctor", "-o", "dot"}, "'doctor' has no output 'dot'; it has table, json, ndjson, csv"},
      {{"completion", "csh"}, "SHELL: 'csh' is none of bash, zsh, fish; did you mean 'zsh'?"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(fault_of(row.words) == row.message);
  }
}

TEST_CASE("options: an option without its value is refused") {
  CHECK(fault_of({"trace", "down", "X", "--as-of"}).find("--as-of") != std::string::npos);
}

TEST_CASE("options: numbers have bounds") {
  Shell shell;
  const auto count = [&](const std::string& text) {
    const auto parsed = shell.parse({"event", "tail", "-n", text});
    return parsed->call->number("count", 10, {1, 100});
  };
  CHECK(count("1").value_or(0) == 1);
  CHECK(count("100").value_or(0) == 100);
  for (const std::string text : {"0", "101", "-1", "1.5", "x", "", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(count(text).has_value());
  }
  CHECK(shell.parse({"event", "tail"})->call->number("count", 10, {1, 100}).value_or(0) == 10);
}

TEST_CASE("options: the environment stands behind options") {
  Shell shell;
  shell.variables = {
      {"LOTLEDGER_DATA", "/env"}, {"LOTLEDGER_ACTOR", "qa.lee"}, {"LANG", "zh_CN.UTF-8"}, {"LOGNAME", "root"}};
  const auto parsed = shell.parse({"doctor"});
  REQUIRE(parsed.has_value());
  CHECK(parsed->call->settings.data == "/env");
  CHECK(parsed->call->settings.actor == "qa.lee");
  CHECK(parsed->call->settings.actor_given);
  CHECK(shell.output.lang == Language::zh);
  const auto given = shell.parse({"doctor", "--data", "/d", "--lang", "en", "--actor", "x"});
  CHECK(given->call->settings.data == "/d");
  CHECK(given->call->settings.actor == "x");
  CHECK(shell.output.lang == Language::en);
  shell.variables.erase("LOTLEDGER_ACTOR");
  const auto login = shell.parse({"doctor"});
  CHECK(login->call->settings.actor == "root");
  CHECK_FALSE(login->call->settings.actor_given);
}

TEST_CASE("options: colours follow terminal, NO_COLOR and --color") {
  struct Row {
    std::string_view name;
    bool terminal;
    std::string no_color;
    std::vector<std::string> words;
    bool color;
  };
  const Row rows[] = {
      {"terminal", true, "", {"doctor"}, true},
      {"pipe", false, "", {"doctor"}, false},
      {"NO_COLOR", true, "1", {"doctor"}, false},
      {"always beats the pipe", false, "1", {"doctor", "--color", "always"}, true},
      {"never beats the terminal", true, "", {"doctor", "--color", "never"}, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Shell shell;
    shell.output.out_is_terminal = row.terminal;
    shell.variables["NO_COLOR"] = row.no_color;
    REQUIRE(shell.parse(row.words).has_value());
    CHECK(shell.output.color == row.color);
  }
}

TEST_CASE("options: help is asked for, or shown where words are missing") {
  struct Row {
    std::vector<std::string> words;
    Parsed::Wish wish;
    std::string path;
  };
  const Row rows[] = {
      {{"--help"}, Parsed::Wish::help, ""},
      {{"trace", "-h"}, Parsed::Wish::help, "trace"},
      {{"trace", "down", "--help"}, Parsed::Wish::help, "trace down"},
      {{"trace", "down", "X", "--help"}, Parsed::Wish::help, "trace down"},
      {{}, Parsed::Wish::usage, ""},
      {{"trace"}, Parsed::Wish::usage, "trace"},
      {{"--version"}, Parsed::Wish::version, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    Shell shell;
    const auto parsed = shell.parse(row.words);
    REQUIRE(parsed.has_value());
    CHECK(parsed->wish == row.wish);
    CHECK(parsed->path == row.path);
  }
}

}  // namespace lotledger::tests
