// The catalogue speaks both languages.
#include "cli/text.h"

#include "cli/commands.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace lotledger::tests {

using namespace cli;

namespace {

std::size_t placeholders(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++count;
  return count;
}

}  // namespace

TEST_CASE("text: every key has both languages, with the same placeholders") {
  for (std::size_t key = 0; key < k_text_count; ++key) {
    CAPTURE(key);
    const Bilingual words = both(static_cast<Text>(key));
    CHECK_FALSE(words.en.empty());
    CHECK_FALSE(words.zh.empty());
    CHECK(placeholders(words.en) == placeholders(words.zh));
  }
}

TEST_CASE("text: the language chooses") {
  CHECK(text_of(Text::stop_now, Language::en) == "STOP NOW");
  CHECK(text_of(Text::stop_now, Language::zh) == "立即拦截");
}

TEST_CASE("text: every command, option, argument and example is explained in both languages") {
  const auto told = [](const Bilingual& words) {
    CHECK_FALSE(words.en.empty());
    CHECK_FALSE(words.zh.empty());
  };
  const CommandTable& table = all_commands();
  for (const Group& group : table.groups) told(group.summary);
  for (const OptionSpec& option : global_options()) told(option.summary);
  for (const Command& command : table.commands) {
    CAPTURE(command.path);
    told(command.summary);
    for (const OptionSpec& option : command.options) told(option.summary);
    for (const ArgumentSpec& argument : command.arguments) told(argument.summary);
    for (const Example& example : command.examples) told(example.what);
  }
}

}  // namespace lotledger::tests
