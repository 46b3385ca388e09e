// cli/help.h - help texts, man pages and completion, all made from the command table.
#pragma once

#include "cli/command.h"

#include <span>
#include <string>
#include <vector>

namespace lotledger::cli {

/// Help of a command, a group, or (empty path) the program.
[[nodiscard]] std::string help_text(const CommandTable& table, std::string_view path, Language language);

/// A man page in English: its file name (`lotledger-trace-down.1`) and its text (man macros).
struct ManPage {
  std::string file;
  std::string text;
};
/// One page for the program and one per command.
[[nodiscard]] std::vector<ManPage> man_pages(const CommandTable& table, std::string_view version);

/// What may stand for the last of `words` (all that stands after the program's name; the last may be empty): commands,
/// options or choices, sorted. Empty where a file, reference or text is due.
[[nodiscard]] std::vector<std::string> completions(const CommandTable& table, std::span<const std::string> words);

}  // namespace lotledger::cli
