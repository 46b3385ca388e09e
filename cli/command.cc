// cli/command.cc - the command table's look-ups, values of a call, options that commands share.
#include "cli/command.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace lotledger::cli {

const std::vector<std::string>& Call::all(std::string_view name) const {
  static const std::vector<std::string> k_nothing;
  const auto at = values_.find(std::string(name));
  return at == values_.end() ? k_nothing : at->second;
}

const std::string& Call::text(std::string_view name) const {
  static const std::string k_empty;
  const auto& values = all(name);
  return values.empty() ? k_empty : values.front();
}

Result<std::uint64_t> Call::number(std::string_view name, std::uint64_t otherwise, Range range) const {
  if (!has(name)) return otherwise;
  const std::string& given = text(name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
  const bool whole = error == std::errc() && end == given.data() + given.size();
  if (!whole || number < range.min || number > range.max) {
    return fail(ErrorCode::invalid_input, std::string(name) + ": '" + given + "' is not a whole number from " +
                                              std::to_string(range.min) + " to " + std::to_string(range.max));
  }
  return number;
}

const Command* CommandTable::find(std::string_view path) const {
  const auto at = std::ranges::find(commands, path, &Command::path);
  return at == commands.end() ? nullptr : &*at;
}

const Group* CommandTable::find_group(std::string_view name) const {
  const auto at = std::ranges::find(groups, name, &Group::name);
  return at == groups.end() ? nullptr : &*at;
}

std::vector<std::string_view> CommandTable::words_after(std::string_view group) const {
  std::vector<std::string_view> words;
  for (const Command& command : commands) {
    if (command.hidden) continue;
    const std::size_t space = command.path.find(' ');
    const std::string_view first = command.path.substr(0, space);
    if (!group.empty() && (first != group || space == std::string_view::npos)) continue;
    const std::string_view word = group.empty() ? first : command.path.substr(space + 1);
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
  return words;
}

std::vector<OptionSpec> time_options() {
  return {
      {"as-of", "TIME", {"only what had happened by then", "仅限此时之前已发生的事"}},
      {"reported-at", "TIME", {"only what sources had reported by then", "仅限此时之前来源已报告的事"}},
      {"known-at",
       "TIME|POSITION",
       {"only what was recorded by then; of several ledgers SZ1:5,SZ2:9",
        "仅限此时之前已记录的事；多个账本写 SZ1:5,SZ2:9"}},
      {"include-voided", "", {"show withdrawn facts too", "同时显示已撤回的事实"}},
  };
}

std::vector<OptionSpec> order_options() {
  return {
      {"reason", "TEXT", {"why; recorded for ever", "原因；永久记录"}},
      {"dry-run", "", {"say what would become of it, record nothing", "只判断结果，不记录"}},
      {"command-id",
       "ID",
       {"repeating an id repeats the receipt (default: a fresh one)", "重复编号将返回同一回执（默认：新编号）"}},
      {"if-unchanged-since",
       "POSITION",
       {"only when the stream still stands there; `never`: not yet written",
        "仅当该流仍停在此位置时执行；never 表示尚未写入"}},
  };
}

const std::vector<OptionSpec>& global_options() {
  static const std::vector<OptionSpec> k_options{
      {"data", "DIR", {"data folder (or LOTLEDGER_DATA)", "数据目录（或 LOTLEDGER_DATA）"}},
      {"ledger",
       "NAME",
       {"ledger; without it trace, recall, find, unit show, dlq list answer over all of the folder",
        "账本；不写时 trace、recall、find、unit show、dlq list 合并目录内全部账本"}},
      {"output",
       "FORMAT",
       {"form of the answer", "输出格式"},
       Times::optional,
       {"table", "tree", "json", "ndjson", "csv", "dot"},
       'o'},
      {"lang",
       "LANGUAGE",
       {"language of labels (or LOTLEDGER_LANG, LANG)", "标签语言（或 LOTLEDGER_LANG、LANG）"},
       Times::optional,
       {"en", "zh"}},
      {"color",
       "WHEN",
       {"colours; NO_COLOR counts too", "颜色；同样遵循 NO_COLOR"},
       Times::optional,
       {"auto", "always", "never"}},
      {"actor",
       "ID",
       {"who acts (or LOTLEDGER_ACTOR; default: login name)", "操作人（或 LOTLEDGER_ACTOR；默认登录名）"}},
      {"quiet", "", {"no remarks on stderr", "不在标准错误输出提示"}, Times::optional, {}, 'q'},
      {"help", "", {"show this help", "显示帮助"}, Times::optional, {}, 'h'},
      {"version", "", {"show the version", "显示版本"}},
  };
  return k_options;
}

std::vector<OptionSpec> operator+(std::vector<OptionSpec> first, const std::vector<OptionSpec>& second) {
  std::ranges::copy(second, std::back_inserter(first));
  return first;
}

}  // namespace lotledger::cli
