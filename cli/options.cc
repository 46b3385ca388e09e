// cli/options.cc - the command table as a CLI11 parser. The library splits words into options and arguments; what they
// may be, and what is said when they are wrong, comes from the table.
#include "cli/options.h"

#include "cli/errors.h"
#include "cli/suggest.h"

// The library's headers are not written for our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop

#include <algorithm>

namespace lotledger::cli {
namespace {

std::unexpected<Error> usage(std::string message) {
  return fail(ErrorCode::invalid_input, std::move(message));
}

/// The options and arguments of one command (or of the program) in the library.
struct Bound {
  std::string_view name;
  Times times = Times::optional;
  bool flag = false;
  const std::vector<std::string_view>* choices = nullptr;
  CLI::Option* option = nullptr;
};

struct Leaf {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::vector<Bound> options;
  std::vector<Bound> arguments;
};

Bound bind(CLI::App& app, const OptionSpec& spec) {
  std::string name = spec.letter == 0 ? "" : std::string{'-', spec.letter, ','};
  name += "--" + std::string(spec.name);
  const bool flag = spec.value.empty();
  const CLI::callback_t keep = [](const CLI::results_t&) { return true; };
  CLI::Option* option = flag ? app.add_flag(name) : app.add_option(name, keep);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return {spec.name, spec.times, flag, &spec.choices, option};
}

Bound bind(CLI::App& app, const ArgumentSpec& spec) {
  const CLI::callback_t keep = [](const CLI::results_t&) { return true; };
  CLI::Option* option = app.add_option(std::string(spec.name), keep);
  if (spec.times == Times::repeated) option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
  return {spec.name, spec.times, false, &spec.choices, option};
}

class Parser {
 public:
  explicit Parser(const CommandTable& table) {
    app_.set_help_flag();
    app_.allow_extras();
    app_.fallthrough();
    app_.require_subcommand(0, 1);
    for (const OptionSpec& spec : global_options()) globals_.push_back(bind(app_, spec));
    for (const Command& command : table.commands) add(command);
  }

  /// Splits the words; false with `fault` when the library refuses them.
  bool split(std::vector<std::string> words, std::string& fault) {
    std::ranges::reverse(words);  // The library takes them from the back.
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      fault = error.what();
    }
    return fault.empty();
  }

  [[nodiscard]] std::string global(std::string_view name) const {
    const auto at = std::ranges::find(globals_, name, &Bound::name);
    return at->option->count() == 0 ? "" : at->option->results().back();
  }
  [[nodiscard]] bool asked(std::string_view name) const {
    return std::ranges::find(globals_, name, &Bound::name)->option->count() > 0;
  }
  [[nodiscard]] const std::vector<Bound>& globals() const { return globals_; }

  [[nodiscard]] const Leaf* leaf() const {
    for (const Leaf& leaf : leaves_) {
      if (leaf.app->parsed()) return &leaf;
    }
    return nullptr;
  }
  /// Group or command that was named, for help.
  [[nodiscard]] std::string path() const {
    if (const Leaf* found = leaf()) return std::string(found->command->path);
    for (const auto& [name, app] : groups_) {
      if (app->parsed()) return name;
    }
    return {};
  }
  /// Words that nothing took; `--` only says that what follows is no option.
  [[nodiscard]] std::vector<std::string> left_over() const {
    std::vector<std::string> words = app_.remaining(true);
    std::erase(words, "--");
    return words;
  }

 private:
  void add(const Command& command) {
    const std::size_t space = command.path.find(' ');
    CLI::App* parent = space == std::string_view::npos ? &app_ : group(std::string(command.path.substr(0, space)));
    const std::string_view word = space == std::string_view::npos ? command.path : command.path.substr(space + 1);
    Leaf leaf;
    leaf.command = &command;
    leaf.app = parent->add_subcommand(std::string(word));
    for (const OptionSpec& spec : command.options) leaf.options.push_back(bind(*leaf.app, spec));
    for (const ArgumentSpec& spec : command.arguments) leaf.arguments.push_back(bind(*leaf.app, spec));
    leaves_.push_back(std::move(leaf));
  }

  CLI::App* group(const std::string& name) {
    const auto [at, fresh] = groups_.try_emplace(name, nullptr);
    if (fresh) {
      at->second = app_.add_subcommand(name);
      at->second->require_subcommand(0, 1);
    }
    return at->second;
  }

  CLI::App app_;
  std::map<std::string, CLI::App*> groups_;
  std::vector<Bound> globals_;
  std::vector<Leaf> leaves_;
};

Result<void> check_choice(const Bound& bound, const std::string& value) {
  if (bound.choices->empty() || std::ranges::find(*bound.choices, value) != bound.choices->end()) return {};
  const std::vector<std::string> names(bound.choices->begin(), bound.choices->end());
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return usage(std::string(bound.name) + ": '" + value + "' is none of " + all + did_you_mean(value, names));
}

/// Moves values into the call, checking how often and what.
Result<void> take(const std::vector<Bound>& bounds, std::string_view dashes, Call& call) {
  for (const Bound& bound : bounds) {
    const auto& values = bound.option->results();
    const std::string name = std::string(dashes) + std::string(bound.name);
    if (values.empty() && bound.times == Times::required)
      return usage("'" + std::string(call.command.path) + "' needs " + name);
    if (values.size() > 1 && bound.times != Times::repeated && !bound.flag)
      return usage(name + " was given " + std::to_string(values.size()) + " times");
    for (const std::string& value : values) {
      LL_TRY(check_choice(bound, value));
      call.add(bound.name, value);
    }
  }
  return {};
}

std::vector<std::string> option_names(const Leaf* leaf) {
  std::vector<std::string> names;
  for (const OptionSpec& spec : global_options()) names.push_back("--" + std::string(spec.name));
  if (leaf == nullptr) return names;
  for (const Bound& bound : leaf->options) names.push_back("--" + std::string(bound.name));
  return names;
}

Result<void> check_left_over(const Parser& parser, const CommandTable& table) {
  const auto words = parser.left_over();
  const Leaf* leaf = parser.leaf();
  for (const std::string& word : words) {
    if (!word.starts_with('-') || word == "--") continue;
    const std::string name = word.substr(0, word.find('='));
    return usage("no option '" + name + "'" + did_you_mean(name, option_names(leaf)));
  }
  if (words.empty()) return {};
  if (leaf != nullptr)
    return usage("'" + std::string(leaf->command->path) + "' takes no further argument '" + words.front() + "'");
  const std::string group = parser.path();
  std::vector<std::string> names;
  for (const std::string_view name : table.words_after(group)) names.emplace_back(name);
  return usage("no command '" + (group.empty() ? "" : group + " ") + words.front() + "'" +
               did_you_mean(words.front(), names));
}

std::string first_set(std::initializer_list<std::string> values) {
  for (const std::string& value : values) {
    if (!value.empty()) return value;
  }
  return {};
}

Language language_of(const std::string& name) {
  return name.starts_with("zh") ? Language::zh : Language::en;
}

Result<void> set_output(const Parser& parser, const Environment& environment, Output& output) {
  output.quiet = parser.asked("quiet");
  for (const Bound& bound : parser.globals()) {
    for (const std::string& value : bound.option->results()) {
      if (!bound.flag) LL_TRY(check_choice(bound, value));
    }
  }
  const std::string color = parser.global("color");
  const bool automatic = output.out_is_terminal && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  output.color = color == "always" || (color != "never" && automatic);
  return {};
}

Result<void> set_format(const Parser& parser, const Command& command, Output& output) {
  if (command.formats.empty()) return {};
  output.format = command.formats.front();
  const std::string wanted = parser.global("output");
  if (wanted.empty()) return {};
  std::string all;
  for (const Format format : command.formats) {
    if (name_of(format) == wanted) {
      output.format = format;
      return {};
    }
    all += (all.empty() ? "" : ", ") + std::string(name_of(format));
  }
  return usage("'" + std::string(command.path) + "' has no output '" + wanted + "'; it has " + all);
}

Settings settings_of(const Parser& parser, const Environment& environment) {
  Settings settings;
  settings.data = first_set({parser.global("data"), environment("LOTLEDGER_DATA")});
  settings.ledger = first_set({parser.global("ledger"), environment("LOTLEDGER_LEDGER")});
  settings.actor = first_set({parser.global("actor"), environment("LOTLEDGER_ACTOR")});
  settings.actor_given = !settings.actor.empty();
  if (settings.actor.empty()) settings.actor = first_set({environment("LOGNAME"), environment("USER")});
  return settings;
}

}  // namespace

Result<Parsed> parse_command_line(const CommandTable& table, const std::vector<std::string>& words,
                                  const Environment& environment, Output& output) {
  Parser parser(table);
  std::string fault;
  const bool good = parser.split(words, fault);
  output.lang = language_of(first_set(
      {good ? parser.global("lang") : "", environment("LOTLEDGER_LANG"), environment("LC_ALL"), environment("LANG")}));
  if (!good) return fail_with_hint(ErrorCode::invalid_input, fault, "lotledger --help");
  LL_TRY(set_output(parser, environment, output));
  Parsed parsed;
  parsed.path = parser.path();
  const Leaf* leaf = parser.leaf();
  if (parser.asked("version")) {
    parsed.wish = Parsed::Wish::version;
    return parsed;
  }
  if (!parser.asked("help")) LL_TRY(check_left_over(parser, table));
  if (parser.asked("help") || leaf == nullptr) {
    parsed.wish = parser.asked("help") ? Parsed::Wish::help : Parsed::Wish::usage;
    return parsed;
  }
  LL_TRY(set_format(parser, *leaf->command, output));
  parsed.call = std::make_unique<Call>(*leaf->command, settings_of(parser, environment), output);
  LL_TRY(take(leaf->options, "--", *parsed.call));
  LL_TRY(take(leaf->arguments, "", *parsed.call));
  return parsed;
}

}  // namespace lotledger::cli
