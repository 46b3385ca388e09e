// engine/judgement.cc - policies: what may stand in one, and which mode it gives.
#include "engine/judgement.h"

#include <algorithm>

namespace lotledger::engine {

std::string fault_of_policy_rule(std::string_view id) {
  const JudgedRule* judged = judged_rule(id);
  if (judged == nullptr) return "no rule is called '" + std::string(id) + "'";
  if (judged->kept_by.empty() || judged->subject != Subject::any) return {};
  return "rule " + std::string(id) + " is kept by the program itself and has no mode";
}

Decision<JudgementEvent> decide(const ActivatePolicy& command, std::string_view reason) {
  if (reason.empty()) return refuse(k_policy_rules[0], "the policy has no reason");
  for (const PolicyEntry& entry : command.policy.entries) {
    if (auto fault = fault_of_policy_rule(entry.rule); !fault.empty()) return refuse(k_policy_rules[1], fault);
    if (static_cast<std::size_t>(entry.mode) >= k_rule_modes.size())
      return refuse(k_policy_rules[1], "rule " + entry.rule + " has an unknown mode");
  }
  for (const Authority& authority : command.policy.authorities) {
    if (authority.subject != name_of(Subject::status) && authority.subject != name_of(Subject::stock))
      return refuse(k_policy_rules[1], "'" + authority.subject + "' is no subject: status or stock");
  }
  return command.policy;
}

namespace {

bool fits(const PolicyEntry& entry, std::string_view rule, const JudgedWhere& where) {
  return entry.rule == rule && (!entry.site || entry.site == where.site) && (!entry.item || entry.item == where.item) &&
         (entry.source.empty() || entry.source == where.source) && (!entry.from || *entry.from <= where.at) &&
         (!entry.until || where.at < *entry.until);
}

}  // namespace

RuleMode mode_of(const PolicyActivated& policy, std::string_view rule, const JudgedWhere& where) {
  RuleMode mode = RuleMode::enforce;
  for (const PolicyEntry& entry : policy.entries) {
    if (fits(entry, rule, where)) mode = entry.mode;
  }
  return mode;
}

bool believes(const PolicyActivated& policy, std::string_view source, std::string_view subject) {
  return std::ranges::any_of(policy.authorities, [&](const Authority& authority) {
    return authority.source == source && authority.subject == subject;
  });
}

}  // namespace lotledger::engine
