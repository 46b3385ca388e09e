// cli/options.h - words of a command line to a call, by the command table. CLI11 is known in options.cc only.
#pragma once

#include "cli/command.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lotledger::cli {

/// Value of an environment variable; empty when unset.
using Environment = std::function<std::string(std::string_view)>;

/// What a command line asks for.
struct Parsed {
  enum class Wish : std::uint8_t {
    run,
    help,
    version,
    usage,  ///< Too few words: help belongs on stderr.
  };
  Wish wish = Wish::run;
  /// Of `help` and `usage`: the command or group asked about; empty: the program.
  std::string path;
  /// Of `run`.
  std::unique_ptr<Call> call;
};

/// Reads `words` (without the program's name). Sets language (--lang, LOTLEDGER_LANG, LC_ALL, LANG), colours (--color,
/// NO_COLOR, whether stdout is a terminal), format and quiet of `output`, the language also when parsing fails.
/// invalid_input names the word and what it may have meant.
[[nodiscard]] Result<Parsed> parse_command_line(const CommandTable& table, const std::vector<std::string>& words,
                                                const Environment& environment, Output& output);

}  // namespace lotledger::cli
