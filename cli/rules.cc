// cli/rules.cc - rules list, rules show, rules policy: what is asked of facts and commands, and in which mode.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/listing.h"
#include "cli/policy_file.h"
#include "cli/submit.h"
#include "engine/rules/known.h"
#include "projections/facts.h"
#include "projections/runner.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <ostream>

namespace lotledger::cli {
namespace {

using engine::JudgedRule;
using engine::PolicyActivated;

/// The policy in force at the end of the ledger.
struct InForce {
  PolicyActivated policy;
  std::optional<Seq> since;
};

Result<InForce> in_force(Query& query) {
  ReadSession& session = query.session();
  LL_ASSIGN(auto folded,
            projections::open_for_reading(std::make_unique<projections::FactsProjection>(),
                                          session.info().stores_folder(), session.log(), session.head().seq));
  const projections::StoreFacts facts(*folded.store);
  InForce found{facts.policy(), facts.policy_since()};
  LL_TRY(folded.store->failure());
  return found;
}

/// Mode of the rule where no entry for a single site, item, source or time fits, and how many such entries there are.
std::string mode_of_rule(const PolicyActivated& policy, const JudgedRule* judged) {
  if (judged == nullptr || (!judged->kept_by.empty() && judged->subject == engine::Subject::any)) return "always";
  engine::RuleMode mode = engine::RuleMode::enforce;
  std::size_t others = 0;
  for (const engine::PolicyEntry& entry : policy.entries) {
    if (entry.rule != judged->rule.id) continue;
    const bool everywhere = !entry.site && !entry.item && entry.source.empty() && !entry.from && !entry.until;
    if (everywhere) mode = entry.mode;
    others = everywhere ? 0 : others + 1;
  }
  const std::string name(name_of(mode));
  return others == 0 ? name : fmt::format("{} ({} exceptions)", name, others);
}

Json rule_json(const PolicyActivated& policy, const Rule& rule, Language language) {
  const JudgedRule* judged = engine::judged_rule(rule.id);
  const bool chinese = language == Language::zh;
  Json json{{"id", std::string(rule.id)}, {"mode", mode_of_rule(policy, judged)}};
  json["effect"] = judged == nullptr ? "refusal" : std::string(name_of(judged->effect));
  json["clause"] = std::string(rule.clause);
  json["text"] = std::string(chinese ? rule.text_zh : rule.text);
  json["cure"] = std::string(chinese && judged != nullptr ? judged->cure_zh : rule.cure);
  json["who"] = judged == nullptr ? Json() : Json(std::string(chinese ? judged->who_zh : judged->who));
  json["asked_of"] = judged == nullptr ? "commands" : std::string(name_of(judged->subject));
  json["kept_by"] = judged == nullptr ? Json() : text_json(judged->kept_by);
  return json;
}

Result<Exit> list_rules(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  LL_ASSIGN(const InForce found, in_force(*query));
  std::vector<Json> rows;
  for (const Rule* rule : all_rules()) rows.push_back(rule_json(found.policy, *rule, call.out.lang));
  Json head{{"kind", "rules"}, {"position", position_json(query->cut())}};
  const Listing listing{std::move(head),
                        "rows",
                        {{"id", Text::rule},
                         {"mode", Text::mode},
                         {"effect", Text::effect},
                         {"clause", Text::clause},
                         {"text", Text::says}}};
  print_listing(call.out, listing, rows);
  return Exit::ok;
}

Result<Exit> show_rules(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  const Rule* rule = rule_named(call.text("RULE"));
  if (rule == nullptr)
    return fail_with_hint(ErrorCode::not_found, "no rule is called '" + call.text("RULE") + "'",
                          "lotledger rules list");
  LL_ASSIGN(const InForce found, in_force(*query));
  Json json{{"kind", "rule"}, {"position", position_json(query->cut())}};
  json.update(rule_json(found.policy, *rule, call.out.lang));
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
    return Exit::ok;
  }
  const auto line = [&](std::string_view title, const char* member) {
    if (!json[member].is_null()) call.out.out << fmt::format("  {}: {}\n", title, json[member].get<std::string>());
  };
  call.out.out << fmt::format("{}: {}\n", rule->id, json["text"].get<std::string>());
  line(call.out.say(Text::rule_clause), "clause");
  line(call.out.say(Text::mode), "mode");
  line(call.out.say(Text::effect), "effect");
  line(call.out.say(Text::rule_cure), "cure");
  line(call.out.say(Text::rule_who), "who");
  return Exit::ok;
}

Json key_json(const std::optional<UnitKey>& key) {
  return key ? Json(key->ref()) : Json();
}

Json policy_json(Query& query, const InForce& found) {
  Json json{{"kind", "policy"}, {"position", position_json(query.cut())}};
  json["since"] = found.since ? Json(query.text(EventPosition{*found.since, 0, 0})) : Json();
  json["version"] = text_json(found.policy.version);
  json["holds_per_hour"] = found.policy.holds_per_hour;
  json["rules"] = Json::array();
  for (const engine::PolicyEntry& entry : found.policy.entries) {
    json["rules"].push_back({{"id", entry.rule},
                             {"mode", std::string(name_of(entry.mode))},
                             {"site", key_json(entry.site)},
                             {"item", key_json(entry.item)},
                             {"source", text_json(entry.source)},
                             {"from", instant_json(entry.from)},
                             {"until", instant_json(entry.until)}});
  }
  json["authorities"] = Json::array();
  for (const engine::Authority& authority : found.policy.authorities)
    json["authorities"].push_back({{"source", authority.source}, {"subject", authority.subject}});
  json["text"] = text_json(found.policy.text);
  return json;
}

Result<Exit> show_policy(const Call& call, Query& query) {
  LL_ASSIGN(const InForce found, in_force(query));
  const Json json = policy_json(query, found);
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else if (!found.since) {
    call.out.out << call.out.say(Text::policy_none) << '\n';
  } else {
    call.out.out << fmt::format(fmt::runtime(call.out.say(Text::policy_since)), printable(found.policy.version),
                                json["since"].get<std::string>())
                 << "\n\n"
                 << found.policy.text;
  }
  return Exit::ok;
}

Result<std::string> file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, path + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<Exit> run_policy(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  if (!call.has("file")) return show_policy(call, *query);
  const std::string& path = call.text("file");
  LL_ASSIGN(const std::string text, file_text(path));
  LL_ASSIGN(PolicyActivated policy, parse_policy(*query, path, text));
  const LedgerInfo info = query->session().info();
  LL_ASSIGN(auto order, make_order(call, info, engine::ActivatePolicy{std::move(policy)}, {"activate policy", text}));
  return submit_order(call, info, std::move(order));
}

}  // namespace

void add_rules(CommandTable& table) {
  table.groups.push_back({"rules", {"rules: what is asked of facts and commands", "规则：对事实与命令的要求"}});
  Command list;
  list.path = "rules list";
  list.summary = {"all rules, and the mode they are in", "全部规则及其当前模式"};
  list.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  list.examples = {{"rules list --lang zh", {"in Chinese", "以中文显示"}}};
  list.run = list_rules;
  table.commands.push_back(std::move(list));

  Command show;
  show.path = "rules show";
  show.summary = {"one rule: clause, mode, effect, cure, who may cure it", "单条规则：条款、模式、效果、补救与责任人"};
  show.arguments = {{"RULE", {"its id", "规则编号"}}};
  show.formats = {Format::table, Format::json};
  show.examples = {{"rules show I-25", {"what may be used", "什么可以使用"}}};
  show.run = show_rules;
  table.commands.push_back(std::move(show));

  Command policy;
  policy.path = "rules policy";
  policy.summary = {"the policy in force, or activate one", "当前策略，或启用新策略"};
  policy.options =
      std::vector<OptionSpec>{{"file", "FILE", {"TOML file of the policy to activate", "要启用的策略文件（TOML）"}}} +
      order_options();
  policy.formats = {Format::table, Format::json};
  policy.examples = {
      {"rules policy", {"what counts now", "当前生效的策略"}},
      {"rules policy --file policy.toml --reason 'QM 7.2' --dry-run", {"whether it would be taken", "检查是否可启用"}}};
  policy.run = run_policy;
  table.commands.push_back(std::move(policy));
}

}  // namespace lotledger::cli
