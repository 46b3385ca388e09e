// connectors/epcis/number_text.cc - the one place of this folder where a double occurs: a hash format prescribes its
// rounding. No quantity of the ledger passes through here.
#include "connectors/epcis/number_text.h"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <cmath>

namespace lotledger::connectors::epcis {

namespace {

constexpr int k_exponent_max = 400;
/// A decimal of at most this many digits is the shortest writing of its nearest double, so none needs to be made.
constexpr std::size_t k_exact_digits = 15;
/// Doubles below 10^-4 are written with an exponent.
constexpr int k_point_min = -3;

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end - from;
}

/// `e-5`; 0 for an empty text, nullopt when it is malformed or too large.
std::optional<int> read_exponent(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
  text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  if (value > k_exponent_max) return std::nullopt;
  return negative ? -value : value;
}

std::string with_exponent(const DecimalText& number) {
  const int exponent = number.point - 1;
  std::string text = number.negative ? "-" : "";
  text += number.digits.front();
  if (number.digits.size() > 1) text += "." + number.digits.substr(1);
  return text + fmt::format("e-{:02}", -exponent);
}

}  // namespace

std::optional<DecimalText> read_decimal(std::string_view text) {
  DecimalText number;
  number.negative = text.starts_with('-');
  if (number.negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t whole = digits_at(text, 0);
  const bool has_point = whole < text.size() && text[whole] == '.';
  const std::size_t fraction = has_point ? digits_at(text, whole + 1) : 0;
  if (whole + fraction == 0) return std::nullopt;
  const auto exponent = read_exponent(text.substr(whole + (has_point ? 1 + fraction : 0)));
  if (!exponent) return std::nullopt;
  number.digits = std::string(text.substr(0, whole));
  if (has_point) number.digits += text.substr(whole + 1, fraction);
  number.point = static_cast<int>(whole) + *exponent;
  const std::size_t first = number.digits.find_first_not_of('0');
  if (first == std::string::npos) return DecimalText{};
  number.digits.erase(number.digits.find_last_not_of('0') + 1);
  number.digits.erase(0, first);
  number.point -= static_cast<int>(first);
  return number;
}

std::string exact_text(const DecimalText& number) {
  if (number.digits.empty()) return "0";
  std::string text = number.negative ? "-" : "";
  const int size = static_cast<int>(number.digits.size());
  if (number.point <= 0) {
    text += "0.";
    text.append(static_cast<std::size_t>(-number.point), '0');
    return text + number.digits;
  }
  if (number.point >= size) {
    text += number.digits;
    return text.append(static_cast<std::size_t>(number.point - size), '0');
  }
  const auto point = static_cast<std::size_t>(number.point);
  return text + number.digits.substr(0, point) + "." + number.digits.substr(point);
}

std::optional<std::string> double_text(const DecimalText& number) {
  if (number.digits.size() <= k_exact_digits && number.point <= 16) {
    return number.point < k_point_min ? with_exponent(number) : exact_text(number);
  }
  const std::string written = fmt::format("{}0.{}e{}", number.negative ? "-" : "", number.digits, number.point);
  double value = 0;
  const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), value);
  if (error != std::errc() || end != written.data() + written.size()) return std::nullopt;
  std::array<char, 400> buffer{};
  const bool whole = std::trunc(value) == value;
  const auto format = whole ? std::chars_format::fixed : std::chars_format::scientific;
  // A whole double is written with all its digits, any other in its shortest form.
  const auto made = whole ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, 0)
                          : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
  const auto shortest =
      read_decimal(std::string_view(buffer.data(), static_cast<std::size_t>(made.ptr - buffer.data())));
  if (!shortest) return std::nullopt;
  return !whole && shortest->point < k_point_min ? with_exponent(*shortest) : exact_text(*shortest);
}

}  // namespace lotledger::connectors::epcis
