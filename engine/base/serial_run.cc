// engine/base/serial_run.cc - counting on the digits at the end of a serial.
#include "engine/base/serial_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/ascii.h"

namespace lotledger {
namespace {

/// Digits that are counted on; 18 fit 63 bits.
constexpr std::size_t k_digits_max = 18;

std::string_view tail_of(std::string_view serial) {
  std::size_t digits = 0;
  while (digits < serial.size() && digits < k_digits_max && ascii_digit(serial[serial.size() - 1 - digits])) ++digits;
  return serial.substr(serial.size() - digits);
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number;
}

}  // namespace

std::optional<std::string> serial_after(std::string_view first, std::uint32_t steps) {
  const std::string_view tail = tail_of(first);
  if (tail.empty()) return steps == 0 ? std::optional(std::string(first)) : std::nullopt;
  std::string digits = fmt::format("{:0{}}", number_of(tail) + steps, tail.size());
  if (digits.size() > tail.size()) return std::nullopt;
  return std::string(first.substr(0, first.size() - tail.size())).append(digits);
}

Result<std::uint32_t> serials_between(std::string_view first, std::string_view last) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorCode::invalid_input, fmt::format("\"{}\" to \"{}\" is no range of serials: {}", first, last, why));
  };
  if (first.size() != last.size()) return bad("both must have the same length");
  const std::string_view tail = tail_of(first);
  const std::string_view last_tail = last.substr(first.size() - tail.size());
  if (first.substr(0, first.size() - tail.size()) != last.substr(0, first.size() - tail.size()) ||
      !std::ranges::all_of(last_tail, ascii_digit)) {
    return bad("they may differ only in the digits at their end");
  }
  const std::uint64_t from = number_of(tail);
  const std::uint64_t to = number_of(last_tail);
  if (to < from) return bad("the second comes before the first");
  if (to - from >= k_serials_of_range_max)
    return bad(fmt::format("it has more than {} pieces", k_serials_of_range_max));
  return static_cast<std::uint32_t>(to - from + 1);
}

}  // namespace lotledger
