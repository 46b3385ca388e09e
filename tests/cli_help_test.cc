// Help, man pages and completion come from one table, and the table is whole.
#include "cli/help.h"

#include "cli/commands.h"
#include "cli/options.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace lotledger::tests {

using namespace cli;

namespace {

using Words = std::vector<std::string>;

/// The words of an example up to a pipe or redirection, quotes taken away, as a shell would hand them over.
Words words_of(std::string_view line) {
  Words words;
  std::string word;
  bool quoted = false, begun = false;
  for (const char c : std::string(line) + " ") {
    if (c == '\'') {
      quoted = !quoted;
      begun = true;
    } else if (c == ' ' && !quoted) {
      if (begun && (word == "|" || word == ">")) break;
      if (begun) words.push_back(word);
      word.clear();
      begun = false;
    } else {
      word.push_back(c);
      begun = true;
    }
  }
  return words;
}

}  // namespace

TEST_CASE("help: every command has a function, a unique path, and an example that parses to it") {
  const CommandTable& table = all_commands();
  std::set<std::string_view> paths;
  for (const Command& command : table.commands) {
    CAPTURE(command.path);
    CHECK((command.run != nullptr));
    CHECK(paths.insert(command.path).second);
    CHECK_FALSE(command.examples.empty());
    for (const Example& example : command.examples) {
      CAPTURE(example.line);
      std::ostringstream out, err;
      Output output{out, err};
      const auto parsed =
          parse_command_line(table, words_of(example.line), [](std::string_view) { return std::string(); }, output);
      REQUIRE_MESSAGE(parsed.has_value(), (parsed.has_value() ? "" : parsed.error().message));
      REQUIRE(parsed->call != nullptr);
      CHECK(parsed->call->command.path == command.path);
    }
  }
}

TEST_CASE("help: commands of two words belong to a group, and groups to commands") {
  const CommandTable& table = all_commands();
  for (const Command& command : table.commands) {
    const std::size_t space = command.path.find(' ');
    if (space == std::string_view::npos) continue;
    CAPTURE(command.path);
    CHECK(table.find_group(command.path.substr(0, space)) != nullptr);
  }
  for (const Group& group : table.groups) CHECK_FALSE(table.words_after(group.name).empty());
}

TEST_CASE("help: the commands of this release are there") {
  const CommandTable& table = all_commands();
  for (const std::string_view path : {"init",          "ingest",          "trace up",           "trace down",
                                      "trace both",    "recall scope",    "recall why",         "find",
                                      "unit show",     "unit equate",     "lot hold",           "lot lift",
                                      "lot show",      "lot list",        "item list",          "party list",
                                      "location list", "order list",      "event get",          "event tail",
                                      "event void",    "audit verify",    "audit scrub",        "audit trail",
                                      "replay run",    "projection list", "projection rebuild", "projection verify",
                                      "dlq list",      "dlq show",        "dlq retry",          "dlq discard",
                                      "demo generate", "doctor",          "completion"}) {
    CAPTURE(path);
    CHECK(table.find(path) != nullptr);
  }
}

TEST_CASE("help: a command's text holds its usage, options, formats and examples in both languages") {
  for (const Command& command : all_commands().commands) {
    for (const Language language : {Language::en, Language::zh}) {
      const std::string text = help_text(all_commands(), command.path, language);
      CAPTURE(text);
      CHECK(text.find("lotledger " + std::string(command.path)) != std::string::npos);
      CHECK(text.find(command.summary.in(language)) != std::string::npos);
      for (const OptionSpec& option : command.options)
        CHECK(text.find("--" + std::string(option.name)) != std::string::npos);
      for (const Format format : command.formats) CHECK(text.find(name_of(format)) != std::string::npos);
      for (const Example& example : command.examples) CHECK(text.find(example.line) != std::string::npos);
    }
  }
}

TEST_CASE("help: the program lists every visible word, and hides the others") {
  const std::string text = help_text(all_commands(), "", Language::en);
  for (const std::string_view word : all_commands().words_after(""))
    CHECK(text.find("\n  " + std::string(word)) != std::string::npos);
  CHECK(text.find("__complete") == std::string::npos);
  const std::string trace = help_text(all_commands(), "trace", Language::en);
  CHECK(trace.find("trace down") != std::string::npos);
  CHECK(trace.find("recall") == std::string::npos);
}

TEST_CASE("help: one man page per visible command, and one for the program") {
  const auto pages = man_pages(all_commands(), "1.2.3");
  const auto visible =
      std::ranges::count_if(all_commands().commands, [](const Command& command) { return !command.hidden; });
  CHECK(pages.size() == static_cast<std::size_t>(visible) + 1);
  std::set<std::string> files;
  for (const ManPage& page : pages) {
    CAPTURE(page.file);
    CHECK(files.insert(page.file).second);
    CHECK(page.text.starts_with(".TH "));
    CHECK(page.text.find("lotledger 1.2.3") != std::string::npos);
    CHECK(page.text.find(".SH NAME\n") != std::string::npos);
    CHECK(page.text.find("\n-") == std::string::npos);
  }
  CHECK(files.contains("lotledger.1"));
  CHECK(files.contains("lotledger-trace-down.1"));
  CHECK_FALSE(files.contains("lotledger-__man.1"));
}

TEST_CASE("completion: what may stand for the last word") {
  struct Row {
    std::string_view name;
    Words words;
    Words expected;
  };
  const Row rows[] = {
      {"commands", {"tr"}, {"trace"}},
      {"several", {"re"}, {"recall", "record", "replay"}},
      {"words of a group", {"trace", ""}, {"both", "down", "up"}},
      {"beginning of one", {"trace", "d"}, {"down"}},
      {"options", {"trace", "down", "X", "--re"}, {"--reported-at"}},
      {"options of the program too", {"trace", "down", "X", "--l"}, {"--lang", "--ledger"}},
      {"choices of an option", {"lot", "hold", "X", "--kind", "re"}, {"recall", "regulatory"}},
      {"choices of a global option", {"--lang", ""}, {"en", "zh"}},
      {"short form of an option", {"trace", "down", "X", "-o", "nd"}, {"ndjson"}},
      {"choices of an argument", {"completion", ""}, {"bash", "fish", "zsh"}},
      {"only one argument", {"completion", "bash", ""}, {}},
      {"a reference is not guessed", {"trace", "down", ""}, {}},
      {"the value of an option is no word", {"--ledger", "trace", "reca"}, {"recall"}},
      {"hidden commands stay hidden", {"__"}, {}},
      {"no such command", {"nothing", ""}, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(completions(all_commands(), row.words) == row.expected);
  }
  CHECK(completions(all_commands(), {}) == completions(all_commands(), Words{""}));
  CHECK(completions(all_commands(), Words{""}).size() == all_commands().words_after("").size());
}

}  // namespace lotledger::tests
