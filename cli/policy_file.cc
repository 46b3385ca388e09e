// cli/policy_file.cc - reading policies; the only code that knows TOML.
#include "cli/policy_file.h"

#include "cli/names.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>

namespace lotledger::cli {
namespace {

using engine::PolicyActivated;

class PolicyReader {
 public:
  PolicyReader(Query& query, const std::string& file) : query_(query), file_(file) {}

  Result<PolicyActivated> read(const toml::table& root) {
    PolicyActivated policy;
    LL_TRY(known_keys(root, std::array<std::string_view, 4>{"version", "holds_per_hour", "rule", "authority"}));
    LL_ASSIGN(policy.version, text(root, "version"));
    if (policy.version.empty()) return fail(ErrorCode::invalid_input, file_ + ": has no version");
    LL_TRY(holds(root, policy));
    LL_TRY(each(root, "rule", [&](const toml::table& table) { return rule(table, policy); }));
    LL_TRY(each(root, "authority", [&](const toml::table& table) { return authority(table, policy); }));
    return policy;
  }

 private:
  std::unexpected<Error> wrong(const toml::node& at, const std::string& what) const {
    return fail(ErrorCode::invalid_input, fmt::format("{}: line {}: {}", file_, at.source().begin.line, what));
  }

  template <std::size_t count>
  Result<void> known_keys(const toml::table& table, const std::array<std::string_view, count>& keys) const {
    for (const auto& [key, node] : table) {
      if (std::ranges::find(keys, key.str()) == keys.end())
        return wrong(node, fmt::format("'{}' is no key here: {}", key.str(), fmt::join(keys, ", ")));
    }
    return {};
  }

  template <typename Visit>
  Result<void> each(const toml::table& root, std::string_view name, const Visit& visit) const {
    const toml::node* node = root.get(name);
    if (node == nullptr) return {};
    const toml::array* tables = node->as_array();
    if (tables == nullptr) return wrong(*node, fmt::format("{} is no list of tables: write [[{}]]", name, name));
    for (const toml::node& entry : *tables) {
      const toml::table* table = entry.as_table();
      if (table == nullptr) return wrong(entry, fmt::format("an entry of {} is no table: write [[{}]]", name, name));
      LL_TRY(visit(*table));
    }
    return {};
  }

  /// Empty where the key is absent.
  Result<std::string> text(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::string();
    const auto value = node->value_exact<std::string>();
    if (!value) return wrong(*node, fmt::format("{} is no text: write it in quotes", key));
    return *value;
  }

  Result<std::string> needed(const toml::table& table, std::string_view key) const {
    if (table.get(key) == nullptr) return wrong(table, fmt::format("has no {}", key));
    return text(table, key);
  }

  Result<std::optional<Instant>> instant(const toml::table& table, std::string_view key) const {
    LL_ASSIGN(const std::string written, text(table, key));
    if (written.empty()) return std::optional<Instant>();
    const auto parsed = parse_instant(written);
    if (!parsed.has_value())
      return wrong(*table.get(key), fmt::format("{} = \"{}\": {}", key, written, parsed.error().message));
    return std::optional(parsed->at);
  }

  Result<void> holds(const toml::table& root, PolicyActivated& policy) const {
    const toml::node* node = root.get("holds_per_hour");
    if (node == nullptr) return {};
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < 0 || *value > UINT32_MAX)
      return wrong(*node, "holds_per_hour is no whole number from 0 (no limit) to 4294967295");
    policy.holds_per_hour = static_cast<std::uint32_t>(*value);
    return {};
  }

  Result<void> rule(const toml::table& table, PolicyActivated& policy) {
    LL_TRY(known_keys(table, std::array<std::string_view, 7>{"id", "mode", "site", "item", "source", "from", "until"}));
    engine::PolicyEntry entry;
    LL_ASSIGN(entry.rule, needed(table, "id"));
    if (const std::string fault = engine::fault_of_policy_rule(entry.rule); !fault.empty())
      return wrong(*table.get("id"), fmt::format("id = \"{}\": {}", entry.rule, fault));
    LL_ASSIGN(const std::string mode, needed(table, "mode"));
    const auto named = value_named<engine::RuleMode>(engine::k_rule_modes, mode);
    if (!named)
      return wrong(*table.get("mode"),
                   fmt::format("mode = \"{}\": is no mode: {}", mode, fmt::join(engine::k_rule_modes, ", ")));
    entry.mode = *named;
    LL_ASSIGN(const std::string site, text(table, "site"));
    if (!site.empty()) {
      LL_ASSIGN(entry.site, location_named(query_, site));
    }
    LL_ASSIGN(const std::string item, text(table, "item"));
    if (!item.empty()) {
      LL_ASSIGN(entry.item, item_named(item));
    }
    LL_ASSIGN(entry.source, text(table, "source"));
    LL_ASSIGN(entry.from, instant(table, "from"));
    LL_ASSIGN(entry.until, instant(table, "until"));
    policy.entries.push_back(std::move(entry));
    return {};
  }

  Result<void> authority(const toml::table& table, PolicyActivated& policy) const {
    LL_TRY(known_keys(table, std::array<std::string_view, 2>{"source", "subject"}));
    engine::Authority authority;
    LL_ASSIGN(authority.source, needed(table, "source"));
    LL_ASSIGN(authority.subject, needed(table, "subject"));
    const auto subject = value_named<engine::Subject>(engine::k_subjects, authority.subject);
    if (subject != engine::Subject::status && subject != engine::Subject::stock)
      return wrong(*table.get("subject"),
                   fmt::format("subject = \"{}\": is no subject: status, stock", authority.subject));
    policy.authorities.push_back(std::move(authority));
    return {};
  }

  Query& query_;
  const std::string& file_;
};

}  // namespace

Result<PolicyActivated> parse_policy(Query& query, const std::string& file, const std::string& text) {
  try {
    const toml::table root = toml::parse(std::string_view(text));
    LL_ASSIGN(PolicyActivated policy, PolicyReader(query, file).read(root));
    policy.text = text;
    return policy;
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: line {}: {}", file, error.source().begin.line, error.description()));
  }
}

}  // namespace lotledger::cli
