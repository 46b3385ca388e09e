// connectors/mapping/path.cc - quotes, points and stars.
#include "connectors/mapping/path.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::connectors::mapping {
namespace {

constexpr char k_quote = '"';
constexpr char k_star = '*';
constexpr std::string_view k_no_path = "'{}' is no path; write item.part.IPN";

/// Where the first step ends: at a point outside of quotes, or at the end.
std::size_t step_end(std::string_view path) {
  if (!path.starts_with(k_quote)) return std::min(path.find('.'), path.size());
  const std::size_t close = path.find("\".", 1);
  return close == std::string_view::npos ? path.size() : close + 1;
}

}  // namespace

Step next_step(std::string_view& rest) {
  Step step;
  step.text = rest.substr(0, step_end(rest));
  rest.remove_prefix(std::min(step.text.size() + 1, rest.size()));
  step.name = step.text;
  if (step.name.size() > 1 && step.name.front() == k_quote && step.name.back() == k_quote)
    step.name = step.name.substr(1, step.name.size() - 2);
  return step;
}

std::string path_fault(std::string_view path) {
  if (path.empty() || path.ends_with('.')) return fmt::format(k_no_path, path);
  for (std::string_view rest = path; !rest.empty();) {
    const Step step = next_step(rest);
    if (step.name.empty()) return fmt::format(k_no_path, path);
    if (step.text.starts_with(k_quote) && step.name.size() == step.text.size())
      return fmt::format("'{}': a quote is not closed", path);
    if (!is_name_pattern(step.name)) return fmt::format("'{}': a name has one * at most", path);
  }
  return {};
}

bool is_name_pattern(std::string_view name) {
  return std::ranges::count(name, k_star) <= 1;
}

bool name_fits(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find(k_star);
  if (star == std::string_view::npos) return pattern == name;
  const std::string_view head = pattern.substr(0, star);
  const std::string_view tail = pattern.substr(star + 1);
  return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

JsonValue member(const JsonValue& object, std::string_view pattern) {
  if (!object.is(JsonKind::object)) return {};
  if (const JsonValue exact = object.find(pattern)) return exact;
  if (pattern.find(k_star) == std::string_view::npos) return {};
  for (const JsonValue one : object.children()) {
    if (name_fits(pattern, one.name())) return one;
  }
  return {};
}

}  // namespace lotledger::connectors::mapping
