// cli/help.cc - help texts, from the command table.
#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::cli {
namespace {

struct Words {
  Bilingual usage{"Usage", "用法"};
  Bilingual commands{"Commands", "命令"};
  Bilingual arguments{"Arguments", "参数"};
  Bilingual options{"Options", "选项"};
  Bilingual program_options{"Options of every command", "所有命令的选项"};
  Bilingual examples{"Examples", "示例"};
  Bilingual exits{"Exit codes", "退出码"};
  Bilingual exit_codes{
      "0 ok, 1 negative finding, 2 usage or ambiguous, 3 not found, 4 refused by a rule, 5 conflict,\n"
      "  6 unavailable, 7 invalid data, 8 incomplete answer (printed all the same)",
      "0 成功，1 否定结论，2 用法错误或有歧义，3 未找到，4 被规则拒绝，5 冲突，\n"
      "  6 不可用，7 数据无效，8 答案不完整（仍会输出）"};
  Bilingual references{"References", "单元写法"};
  Bilingual reference_forms{
      "ITEM/LOT, ITEM#SERIAL, (01)GTIN(10)LOT, a GS1 Digital Link, an EPC URI, or a lot text that only one unit has",
      "物料/批号、物料#序列号、(01)GTIN(10)批号、GS1 Digital Link、EPC URI，或仅属于一个单元的批号"};
  Bilingual program{"traceability and compliance ledger for medical-device makers", "医疗器械制造商的追溯与合规账本"};
  Bilingual more{"lotledger COMMAND --help tells more about a command.",
                 "lotledger 命令 --help 显示该命令的详细说明。"};
};
constexpr Words k_words;

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return std::string(text) + std::string(taken < width ? width - taken : 1, ' ');
}

std::string left_of(const OptionSpec& option) {
  std::string text = option.letter == 0 ? "" : std::string{'-', option.letter, ',', ' '};
  text += "--" + std::string(option.name);
  return option.value.empty() ? text : text + " " + std::string(option.value);
}

std::string choices_of(const std::vector<std::string_view>& choices) {
  return choices.empty() ? "" : fmt::format(" ({})", fmt::join(choices, "|"));
}

constexpr std::size_t k_left_width = 30;

std::string option_lines(const std::vector<OptionSpec>& options, Language language) {
  std::string text;
  for (const OptionSpec& option : options) {
    const std::string_view needed = option.times == Times::required   ? " *"
                                    : option.times == Times::repeated ? " ..."
                                                                      : "";
    text += fmt::format("  {}{}{}\n", padded(left_of(option) + std::string(needed), k_left_width),
                        option.summary.in(language), choices_of(option.choices));
  }
  return text;
}

std::string usage_of(const Command& command) {
  std::string text = "lotledger " + std::string(command.path);
  for (const ArgumentSpec& argument : command.arguments) {
    switch (argument.times) {
      case Times::required: text += fmt::format(" {}", argument.name); break;
      case Times::optional: text += fmt::format(" [{}]", argument.name); break;
      case Times::repeated: text += fmt::format(" [{}...]", argument.name); break;
    }
  }
  for (const OptionSpec& option : command.options) {
    if (option.times == Times::required) text += fmt::format(" --{} {}", option.name, option.value);
  }
  return text;
}

std::string formats_of(const Command& command) {
  std::string text;
  for (const Format format : command.formats) text += (text.empty() ? "" : "|") + std::string(name_of(format));
  return text;
}

std::string command_help(const Command& command, Language language) {
  std::string text = fmt::format("{}\n\n{}: {} [options]\n", command.summary.in(language), k_words.usage.in(language),
                                 usage_of(command));
  if (!command.arguments.empty()) text += fmt::format("\n{}:\n", k_words.arguments.in(language));
  bool refers = false;
  for (const ArgumentSpec& argument : command.arguments) {
    refers |= argument.name == "REF";
    text += fmt::format("  {}{}{}\n", padded(argument.name, k_left_width), argument.summary.in(language),
                        choices_of(argument.choices));
  }
  if (!command.options.empty())
    text += fmt::format("\n{}:\n{}", k_words.options.in(language), option_lines(command.options, language));
  if (!command.formats.empty())
    text += fmt::format("  {}{}\n", padded("-o, --output", k_left_width), formats_of(command));
  text += fmt::format("\n{}:\n", k_words.examples.in(language));
  for (const Example& example : command.examples)
    text += fmt::format("  lotledger {}\n      {}\n", example.line, example.what.in(language));
  if (refers)
    text += fmt::format("\n{}:\n  {}\n", k_words.references.in(language), k_words.reference_forms.in(language));
  return text + fmt::format("\n{}:\n  {}\n", k_words.exits.in(language), k_words.exit_codes.in(language));
}

Bilingual summary_of(const CommandTable& table, std::string_view path) {
  if (const Command* command = table.find(path)) return command->summary;
  const Group* group = table.find_group(path);
  return group == nullptr ? Bilingual{} : group->summary;
}

std::string words_help(const CommandTable& table, std::string_view group, Language language) {
  std::string text;
  for (const std::string_view word : table.words_after(group)) {
    const std::string path = group.empty() ? std::string(word) : fmt::format("{} {}", group, word);
    text += fmt::format("  {}{}\n", padded(path, k_left_width), summary_of(table, path).in(language));
  }
  return text;
}

std::string program_help(const CommandTable& table, Language language) {
  return fmt::format(
      "lotledger - {}\n\n{}: lotledger COMMAND [options]\n\n{}:\n{}\n{}:\n{}\n{}:\n  {}\n\n{}:\n  {}\n\n{}\n",
      k_words.program.in(language), k_words.usage.in(language), k_words.commands.in(language),
      words_help(table, "", language), k_words.program_options.in(language), option_lines(global_options(), language),
      k_words.references.in(language), k_words.reference_forms.in(language), k_words.exits.in(language),
      k_words.exit_codes.in(language), k_words.more.in(language));
}

}  // namespace

std::string help_text(const CommandTable& table, std::string_view path, Language language) {
  if (const Command* command = table.find(path)) return command_help(*command, language);
  const Group* group = table.find_group(path);
  if (group == nullptr) return program_help(table, language);
  return fmt::format("{}\n\n{}:\n{}\n{}\n", group->summary.in(language), k_words.commands.in(language),
                     words_help(table, path, language), k_words.more.in(language));
}

namespace {

/// Text for man: a backslash, a dash and a leading dot mean something there.
std::string man_text(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out.push_back(c);
    }
    line_start = c == '\n';
  }
  return out;
}

std::string dashed(std::string_view path) {
  std::string name(path);
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string man_options(const std::vector<OptionSpec>& options) {
  std::string text;
  for (const OptionSpec& option : options) {
    text += fmt::format(".TP\n.B {}\n{}\n", man_text(left_of(option)),
                        man_text(std::string(option.summary.en) + choices_of(option.choices)));
  }
  return text;
}

ManPage command_page(const Command& command, std::string_view version) {
  const std::string name = "lotledger-" + dashed(command.path);
  std::string text =
      fmt::format(".TH {} 1 \"\" \"lotledger {}\" \"Lotledger\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.B {}\n[options]\n",
                  man_text(name), version, man_text(name), man_text(command.summary.en), man_text(usage_of(command)));
  if (!command.arguments.empty()) text += ".SH ARGUMENTS\n";
  for (const ArgumentSpec& argument : command.arguments) {
    text += fmt::format(".TP\n.I {}\n{}\n", argument.name,
                        man_text(std::string(argument.summary.en) + choices_of(argument.choices)));
  }
  if (!command.options.empty()) text += ".SH OPTIONS\n" + man_options(command.options);
  if (!command.formats.empty()) text += fmt::format(".TP\n.B \\-o\n{}\n", man_text(formats_of(command)));
  text += ".SH EXAMPLES\n";
  for (const Example& example : command.examples) {
    text += fmt::format(".PP\n{}:\n.PP\n.nf\n.RS\nlotledger {}\n.RE\n.fi\n", man_text(example.what.en),
                        man_text(example.line));
  }
  text += fmt::format(".SH EXIT STATUS\n{}\n.SH SEE ALSO\n.BR lotledger (1)\n", man_text(k_words.exit_codes.en));
  return {name + ".1", text};
}

ManPage program_page(const CommandTable& table, std::string_view version) {
  std::string text = fmt::format(
      ".TH lotledger 1 \"\" \"lotledger {}\" \"Lotledger\"\n.SH NAME\nlotledger \\- {}\n.SH SYNOPSIS\n.B lotledger\n"
      "COMMAND [options]\n.SH COMMANDS\n",
      version, man_text(k_words.program.en));
  for (const Command& command : table.commands) {
    if (command.hidden) continue;
    text +=
        fmt::format(".TP\n.BR lotledger\\-{} (1)\n{}\n", man_text(dashed(command.path)), man_text(command.summary.en));
  }
  text += ".SH OPTIONS\n" + man_options(global_options());
  text += fmt::format(".SH REFERENCES\n{}\n.SH EXIT STATUS\n{}\n", man_text(k_words.reference_forms.en),
                      man_text(k_words.exit_codes.en));
  return {"lotledger.1", text};
}

}  // namespace

std::vector<ManPage> man_pages(const CommandTable& table, std::string_view version) {
  std::vector<ManPage> pages{program_page(table, version)};
  for (const Command& command : table.commands) {
    if (!command.hidden) pages.push_back(command_page(command, version));
  }
  return pages;
}

namespace {

const OptionSpec* option_of(const Command* command, std::string_view word) {
  const auto named = [&](const OptionSpec& option) {
    return word == "--" + std::string(option.name) || (option.letter != 0 && word == std::string{'-', option.letter});
  };
  if (command != nullptr) {
    const auto own = std::ranges::find_if(command->options, named);
    if (own != command->options.end()) return &*own;
  }
  const auto global = std::ranges::find_if(global_options(), named);
  return global == global_options().end() ? nullptr : &*global;
}

/// What the words before the last one have settled.
struct Typed {
  const Command* command = nullptr;
  std::string path;
  std::size_t arguments = 0;
  const OptionSpec* waiting = nullptr;  ///< Option whose value comes next.
};

Typed read_typed(const CommandTable& table, std::span<const std::string> words) {
  Typed typed;
  for (const std::string& word : words) {
    if (typed.waiting != nullptr) {
      typed.waiting = nullptr;
      continue;
    }
    if (word.starts_with('-')) {
      const OptionSpec* option = option_of(typed.command, word);
      if (option != nullptr && !option->value.empty()) typed.waiting = option;
      continue;
    }
    if (typed.command != nullptr) {
      ++typed.arguments;
      continue;
    }
    typed.path += (typed.path.empty() ? "" : " ") + word;
    typed.command = table.find(typed.path);
  }
  return typed;
}

std::vector<std::string> candidates(const CommandTable& table, const Typed& typed, std::string_view last) {
  std::vector<std::string> found;
  const auto add = [&](std::string_view name) { found.emplace_back(name); };
  if (typed.waiting != nullptr) {
    std::ranges::for_each(typed.waiting->choices, add);
    return found;
  }
  if (last.starts_with('-')) {
    if (typed.command != nullptr) {
      for (const OptionSpec& option : typed.command->options) found.push_back("--" + std::string(option.name));
    }
    for (const OptionSpec& option : global_options()) found.push_back("--" + std::string(option.name));
    return found;
  }
  if (typed.command == nullptr) {
    std::ranges::for_each(table.words_after(typed.path), add);
  } else if (typed.arguments < typed.command->arguments.size()) {
    std::ranges::for_each(typed.command->arguments[typed.arguments].choices, add);
  }
  return found;
}

}  // namespace

std::vector<std::string> completions(const CommandTable& table, std::span<const std::string> words) {
  const std::string last = words.empty() ? "" : words.back();
  const Typed typed = read_typed(table, words.empty() ? words : words.first(words.size() - 1));
  std::vector<std::string> found = candidates(table, typed, last);
  std::erase_if(found, [&](const std::string& name) { return !name.starts_with(last); });
  std::ranges::sort(found);
  return found;
}

}  // namespace lotledger::cli
