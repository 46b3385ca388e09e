// cli/errors.cc - failures and refusals, told.
#include "cli/errors.h"

#include "engine/recording.h"

#include <fmt/format.h>

#include <ostream>
#include <span>

namespace lotledger::cli {

Exit exit_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_found: return Exit::not_found;
    case ErrorCode::corrupt: return Exit::invalid_data;
    case ErrorCode::io:
    case ErrorCode::unavailable: return Exit::unavailable;
    case ErrorCode::conflict: return Exit::conflict;
    case ErrorCode::invalid_input: return Exit::usage;
  }
  return Exit::unavailable;
}

Exit exit_of(engine::Outcome outcome) {
  switch (outcome) {
    case engine::Outcome::accepted:
    case engine::Outcome::duplicate: return Exit::ok;
    case engine::Outcome::conflict: return Exit::conflict;
    case engine::Outcome::refused: return Exit::refused;
    case engine::Outcome::rejected: return Exit::invalid_data;
  }
  return Exit::unavailable;
}

std::unexpected<Error> fail_with_hint(ErrorCode code, std::string message, std::string_view hint) {
  return fail(code, std::move(message) + "\nhint: " + std::string(hint));
}

Exit print_error(const Output& output, const Error& error) {
  std::string_view rest = error.message;
  std::string_view prefix = "lotledger: ";
  do {
    const std::size_t end = rest.find('\n');
    output.err << prefix << printable(rest.substr(0, end)) << '\n';
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    prefix = "  ";
  } while (!rest.empty());
  // The folder of a store is the only thing here that can be made again.
  if (error.code == ErrorCode::corrupt && error.message.starts_with("store "))
    output.err << "  hint: nothing is lost, a store is folded again from the log: lotledger doctor --repair\n";
  return exit_of(error.code);
}

std::vector<const Rule*> all_rules() {
  std::vector<const Rule*> rules;
  for (const engine::JudgedRule& judged : engine::k_judgement_rules) rules.push_back(&judged.rule);
  const auto add = [&](std::span<const Rule> table) {
    for (const Rule& rule : table) rules.push_back(&rule);
  };
  add(engine::k_correction_rules);
  add(engine::k_identity_rules);
  add(engine::k_intake_rules);
  add(engine::k_lot_rules);
  add(engine::k_policy_rules);
  add(engine::k_recording_rules);
  return rules;
}

const Rule* rule_named(std::string_view id) {
  for (const Rule* rule : all_rules()) {
    if (rule->id == id) return rule;
  }
  return nullptr;
}

void print_rule(const Output& output, const Rule& rule) {
  const bool chinese = output.lang == Language::zh;
  output.err << fmt::format("  {} {}: {}\n", output.say(Text::rule_says), rule.id, chinese ? rule.text_zh : rule.text);
  output.err << fmt::format("  {}: {}\n", output.say(Text::rule_clause), rule.clause);
  const engine::JudgedRule* judged = engine::judged_rule(rule.id);
  const bool translated = chinese && judged != nullptr;
  output.err << fmt::format("  {}: {}\n", output.say(Text::rule_cure), translated ? judged->cure_zh : rule.cure);
  if (judged != nullptr)
    output.err << fmt::format("  {}: {}\n", output.say(Text::rule_who), chinese ? judged->who_zh : judged->who);
}

}  // namespace lotledger::cli
