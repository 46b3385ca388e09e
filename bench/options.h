// bench/options.h - the words after `lotledger_bench NAME`: pairs of --option and value.
#pragma once

#include "engine/base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::bench {

class Options {
 public:
  /// invalid_input where a word is no option or has no value.
  [[nodiscard]] static Result<Options> parse(int count, char** words);

  /// invalid_input when it was not given.
  [[nodiscard]] Result<std::string> text(const std::string& name) const;
  /// A whole number of at most `max`; invalid_input when it is none, or was not given.
  [[nodiscard]] Result<std::uint64_t> number(const std::string& name, std::uint64_t max) const;
  /// Such numbers between commas, at least one; invalid_input otherwise.
  [[nodiscard]] Result<std::vector<std::uint64_t>> numbers(const std::string& name, std::uint64_t max) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace lotledger::bench
