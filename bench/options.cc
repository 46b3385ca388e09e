// bench/options.cc - pairs of --option and value.
#include "bench/options.h"

#include <algorithm>
#include <charconv>

namespace lotledger::bench {
namespace {

Result<std::uint64_t> whole_number(const std::string& name, std::string_view digits, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (whole && value <= max) return value;
  return fail(ErrorCode::invalid_input,
              "--" + name + ": \"" + std::string(digits) + "\" is no whole number of at most " + std::to_string(max));
}

}  // namespace

Result<Options> Options::parse(int count, char** words) {
  Options options;
  for (int at = 0; at < count; at += 2) {
    const std::string name = words[at];
    if (!name.starts_with("--")) return fail(ErrorCode::invalid_input, "\"" + name + "\" is no option");
    if (at + 1 == count) return fail(ErrorCode::invalid_input, name + " needs a value");
    options.values_[name.substr(2)] = words[at + 1];
  }
  return options;
}

Result<std::string> Options::text(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return fail(ErrorCode::invalid_input, "--" + name + " is needed");
  return found->second;
}

Result<std::uint64_t> Options::number(const std::string& name, std::uint64_t max) const {
  LL_ASSIGN(const std::string digits, text(name));
  return whole_number(name, digits, max);
}

Result<std::vector<std::uint64_t>> Options::numbers(const std::string& name, std::uint64_t max) const {
  LL_ASSIGN(const std::string list, text(name));
  std::vector<std::uint64_t> values;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    LL_ASSIGN(const std::uint64_t value, whole_number(name, std::string_view(list).substr(from, comma - from), max));
    values.push_back(value);
    from = comma + 1;
  }
  return values;
}

}  // namespace lotledger::bench
