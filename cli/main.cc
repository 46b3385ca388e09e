// cli/main.cc - entry of the program: parse, run, say how it ended.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/version.h"
#include "engine/evidence/openssl_memory.h"
#include "engine/log/mapped_region.h"

#include <pwd.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>

namespace lotledger::cli {
namespace {

std::string environment_value(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value != nullptr && *value != '\0') return value;
  if (name != "LOGNAME") return {};
  // A service may run without login variables; the system still knows who it is.
  const passwd* user = getpwuid(geteuid());
  return user == nullptr ? std::string() : user->pw_name;
}

Exit help(Output& output, const Parsed& parsed) {
  const std::string text = help_text(all_commands(), parsed.path, output.lang);
  const bool asked = parsed.wish == Parsed::Wish::help;
  (asked ? output.out : output.err) << text;
  return asked ? Exit::ok : Exit::usage;
}

Exit run(Output& output, const std::vector<std::string>& words) {
  auto parsed = parse_command_line(all_commands(), words, environment_value, output);
  if (!parsed.has_value()) return print_error(output, parsed.error());
  switch (parsed->wish) {
    case Parsed::Wish::help:
    case Parsed::Wish::usage: return help(output, *parsed);
    case Parsed::Wish::version: output.out << k_software << '\n'; return Exit::ok;
    case Parsed::Wish::run: break;
  }
  const auto ended = parsed->call->command.run(*parsed->call);
  return ended.has_value() ? *ended : print_error(output, ended.error());
}

/// An answer that did not reach its reader is no answer.
Exit flushed(Output& output, Exit exit) {
  output.out.flush();
  if (output.out.good()) return exit;
  return print_error(output, {ErrorCode::io, "stdout could not be written: the answer is cut off"});
}

}  // namespace
}  // namespace lotledger::cli

int main(int count, char** words) {
  using namespace lotledger::cli;
  // What is durable stays so, and the next start goes on from there: nothing has to be put in order first.
  std::set_new_handler([] {
    constexpr std::string_view k_message =
        "lotledger: out of memory; give it more (ulimit -v, the container's limit), then repeat\n";
    if (::write(STDERR_FILENO, k_message.data(), k_message.size()) < 0) std::_Exit(static_cast<int>(Exit::unavailable));
    std::_Exit(static_cast<int>(Exit::unavailable));
  });
  lotledger::let_openssl_call_the_new_handler();
  lotledger::engine::end_on_unreadable_page(
      static_cast<int>(Exit::unavailable),
      "look after the disk; `lotledger projection rebuild genealogy` writes the snapshot anew");
  // A write over the limit of file sizes is an error like a full disk, and told with its path.
  std::signal(SIGXFSZ, SIG_IGN);
  std::ios::sync_with_stdio(false);
  Output output{std::cout, std::cerr, isatty(STDOUT_FILENO) == 1, isatty(STDERR_FILENO) == 1};
  try {
    const std::vector<std::string> given(words + (count > 0 ? 1 : 0), words + count);
    return static_cast<int>(flushed(output, run(output, given)));
  } catch (const std::exception& error) {
    // Last catch: a library threw where nothing of ours expected it.
    return static_cast<int>(print_error(output, {lotledger::ErrorCode::io, std::string("stopped by ") + error.what()}));
  }
}
