// cli/completion.cc - completion scripts for shells; the hidden commands behind them and behind the man pages.
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/version.h"
#include "engine/log/disk.h"

#include <ostream>

namespace lotledger::cli {
namespace {

constexpr std::string_view k_bash = R"(_lotledger() {
  local IFS=$'\n'
  COMPREPLY=($(lotledger __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _lotledger lotledger
)";

constexpr std::string_view k_zsh = R"(#compdef lotledger
_lotledger() {
  local -a found
  found=("${(@f)$(lotledger __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${found[*]}" ]]; then
    compadd -- "${found[@]}"
  else
    _files
  fi
}
compdef _lotledger lotledger
)";

constexpr std::string_view k_fish = R"(function __lotledger_complete
  set -l words (commandline -opc) (commandline -ct)
  lotledger __complete -- $words[2..-1] 2>/dev/null
end
complete -c lotledger -a '(__lotledger_complete)'
)";

Result<Exit> run_completion(const Call& call) {
  const std::string& shell = call.text("SHELL");
  call.out.out << (shell == "bash" ? k_bash : shell == "zsh" ? k_zsh : k_fish);
  return Exit::ok;
}

Result<Exit> run_complete(const Call& call) {
  for (const std::string& candidate : completions(all_commands(), call.all("WORD"))) call.out.out << candidate << '\n';
  return Exit::ok;
}

Result<Exit> run_man(const Call& call) {
  const auto disk = engine::posix_disk();
  const std::string& folder = call.text("DIR");
  LL_TRY(disk->make_folders(folder));
  for (const ManPage& page : man_pages(all_commands(), k_version))
    LL_TRY(engine::replace_file(*disk, folder + "/" + page.file, bytes_of(page.text)));
  return Exit::ok;
}

Command hidden(std::string_view path, ArgumentSpec argument, RunCommand run, Example example) {
  Command command;
  command.path = path;
  command.summary = {"used by completion scripts and the build", "供补全脚本与构建使用"};
  command.arguments = {std::move(argument)};
  command.examples = {example};
  command.run = run;
  command.hidden = true;
  return command;
}

}  // namespace

void add_completion(CommandTable& table) {
  Command completion;
  completion.path = "completion";
  completion.summary = {"print a completion script for a shell", "输出 shell 补全脚本"};
  completion.arguments = {{"SHELL", {"which shell", "shell 名称"}, Times::required, {"bash", "zsh", "fish"}}};
  completion.examples = {
      {"completion bash > /etc/bash_completion.d/lotledger", {"for all users of this machine", "供本机所有用户使用"}}};
  completion.run = run_completion;
  table.commands.push_back(std::move(completion));
  table.commands.push_back(hidden("__complete", {"WORD", {"words typed so far", "已输入的词"}, Times::repeated},
                                  run_complete, {"__complete -- trace d", {"what may stand there", "可能的候选"}}));
  table.commands.push_back(hidden("__man", {"DIR", {"folder to write to", "输出目录"}}, run_man,
                                  {"__man build/release/man", {"writes man pages", "生成手册页"}}));
}

}  // namespace lotledger::cli
