// cli/command.h - what a command is: one row of the table from which parsing, help, completion and man pages are made.
// Explained in docs/areas/cli.md.
#pragma once

#include "cli/output.h"
#include "cli/text.h"
#include "engine/base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::cli {

/// How a command ended, as scripts see it. Numbers are public and never reused.
enum class Exit : std::uint8_t {
  ok = 0,
  negative = 1,  ///< It ran, and the answer is no: damage found, digests differ, not reached.
  usage = 2,     ///< The words are wrong, or name several things.
  not_found = 3,
  refused = 4,       ///< A rule says no.
  conflict = 5,      ///< Somebody else was first.
  unavailable = 6,   ///< Nobody can answer now, or the machine refused.
  invalid_data = 7,  ///< Stored or given data is damaged.
  incomplete = 8,    ///< The answer is not complete; printed all the same.
};

/// How often an option or argument is given.
enum class Times : std::uint8_t { optional, required, repeated };

struct OptionSpec {
  std::string_view name;   ///< Without dashes: `reason`.
  std::string_view value;  ///< What it takes: `TEXT`. Empty: a flag.
  Bilingual summary;
  Times times = Times::optional;
  std::vector<std::string_view> choices = {};
  char letter = 0;  ///< Short form: `n`.
};

struct ArgumentSpec {
  std::string_view name;  ///< `REF`
  Bilingual summary;
  Times times = Times::required;
  std::vector<std::string_view> choices = {};
};

/// Options of the whole program, as given or from the environment.
struct Settings {
  std::string data;
  std::string ledger;
  std::string actor;
  bool actor_given = false;  ///< By option or environment; else it is the login name.
};

struct Command;

/// One call of a command: what was asked for, and where to answer.
class Call {
 public:
  Call(const Command& called, Settings given, Output& to) : command(called), settings(std::move(given)), out(to) {}

  const Command& command;
  Settings settings;
  Output& out;

  void add(std::string_view name, std::string value) { values_[std::string(name)].push_back(std::move(value)); }
  /// Whether the option (`reason`) or argument (`REF`) was given.
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(std::string(name)); }
  /// Its first value, or empty.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  /// All its values, in the order given.
  [[nodiscard]] const std::vector<std::string>& all(std::string_view name) const;
  /// A whole number within bounds, or `otherwise` when it was not given; invalid_input names option, value and bounds.
  struct Range {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
  };
  [[nodiscard]] Result<std::uint64_t> number(std::string_view name, std::uint64_t otherwise, Range range) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

/// Runs a command: prints its answer and says how it ended. Errors are printed by the caller, in one place.
using RunCommand = Result<Exit> (*)(const Call& call);

struct Example {
  std::string_view line;  ///< Without the program's name: `trace down RM-TI64/2026-0417`.
  Bilingual what;
};

struct Command {
  std::string_view path;  ///< `trace down`; one word, or a group and a word.
  Bilingual summary;
  std::vector<ArgumentSpec> arguments;
  std::vector<OptionSpec> options;
  std::vector<Format> formats;  ///< What -o may be, the default first.
  std::vector<Example> examples;
  RunCommand run = nullptr;
  bool hidden = false;
};

/// A word that several commands begin with.
struct Group {
  std::string_view name;
  Bilingual summary;
};

struct CommandTable {
  std::vector<Group> groups;
  std::vector<Command> commands;

  [[nodiscard]] const Command* find(std::string_view path) const;
  [[nodiscard]] const Group* find_group(std::string_view name) const;
  /// Words that may follow `group` (empty: at the start), without hidden ones.
  [[nodiscard]] std::vector<std::string_view> words_after(std::string_view group) const;
};

/// --as-of, --reported-at, --known-at, --include-voided: of every command that answers from history.
[[nodiscard]] std::vector<OptionSpec> time_options();
/// --reason, --command-id, --if-unchanged-since: of every command that records a decision of a person.
[[nodiscard]] std::vector<OptionSpec> order_options();
/// Options of the whole program.
[[nodiscard]] const std::vector<OptionSpec>& global_options();
[[nodiscard]] std::vector<OptionSpec> operator+(std::vector<OptionSpec> first, const std::vector<OptionSpec>& second);

}  // namespace lotledger::cli
