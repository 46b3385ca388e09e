// engine/base/quantity.cc - exact decimals, and the factors between units of UN/ECE Recommendation 20.
#include "engine/base/quantity.h"

#include "engine/base/ascii.h"
#include "engine/base/assert.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace lotledger {

namespace {

constexpr int k_scale_max = 18;
constexpr std::size_t k_number_chars_max = 128;
/// Beyond this an exponent cannot yield a number that fits, whatever the digits before it (k_number_chars_max).
constexpr int k_exponent_max = 1000;
constexpr std::int64_t k_mantissa_max = INT64_MAX;

constexpr std::array<std::int64_t, k_scale_max + 1> k_powers = [] {
  std::array<std::int64_t, k_scale_max + 1> powers{};
  std::int64_t power = 1;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    powers[i] = power;
    if (i + 1 < powers.size()) power *= 10;
  }
  return powers;
}();

std::int64_t power_of_ten(int exponent) {
  LL_ASSERT(exponent >= 0, "a decimal has a scale of at least 0");
  LL_ASSERT(exponent <= k_scale_max, "a decimal has a scale of at most 18");
  return k_powers[static_cast<std::size_t>(exponent)];
}

std::unexpected<Error> bad_number(std::string_view text, std::string_view why) {
  return fail(ErrorCode::invalid_input, fmt::format("number \"{}\": {}", text.substr(0, 80), why));
}

/// A number text taken apart: value = digits * 10^-scale, digits without leading zeros (empty: zero).
struct Number {
  bool negative = false;
  std::string digits;
  int scale = 0;
};

/// Moves `from` past its leading digits and returns them.
std::string_view take_digits(std::string_view& from) {
  const auto end = std::find_if_not(from.begin(), from.end(), ascii_digit);
  const std::string_view digits = from.substr(0, static_cast<std::size_t>(end - from.begin()));
  from.remove_prefix(digits.size());
  return digits;
}

bool take_sign(std::string_view& from) {
  const bool negative = from.starts_with('-');
  if (negative || from.starts_with('+')) from.remove_prefix(1);
  return negative;
}

/// nullopt when no digit follows; saturates at k_exponent_max.
std::optional<int> take_exponent(std::string_view& from) {
  const bool negative = take_sign(from);
  const std::string_view digits = take_digits(from);
  if (digits.empty()) return std::nullopt;
  int value = 0;
  for (const char c : digits) value = std::min(k_exponent_max, value * 10 + (c - '0'));
  return negative ? -value : value;
}

Result<Number> take_apart(std::string_view text) {
  if (text.size() > k_number_chars_max) return bad_number(text, "longer than 128 characters");
  Number number;
  std::string_view rest = text;
  number.negative = take_sign(rest);
  const std::string_view whole = take_digits(rest);
  std::string_view decimals;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    decimals = take_digits(rest);
  }
  if (whole.empty() && decimals.empty()) return bad_number(text, "no digits");
  int exponent = 0;
  if (rest.starts_with('e') || rest.starts_with('E')) {
    rest.remove_prefix(1);
    const auto found = take_exponent(rest);
    if (!found) return bad_number(text, "no digits in the exponent");
    exponent = *found;
  }
  if (!rest.empty()) {
    return bad_number(text, fmt::format("unexpected character at position {}", text.size() - rest.size() + 1));
  }
  number.digits.append(whole).append(decimals);
  number.digits.erase(0, std::min(number.digits.find_first_not_of('0'), number.digits.size()));
  number.scale = static_cast<int>(decimals.size()) - exponent;
  return number;
}

/// nullopt when the digits need more than 63 bits.
std::optional<std::int64_t> mantissa_of(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) {
    if (__builtin_mul_overflow(value, 10, &value)) return std::nullopt;
    if (__builtin_add_overflow(value, c - '0', &value)) return std::nullopt;
  }
  return value;
}

/// Brings the scale into 0 to 18 without changing the value, as far as trailing zeros allow.
void fit_scale(Number& number) {
  if (number.digits.empty()) {
    number.scale = std::clamp(number.scale, 0, k_scale_max);
    return;
  }
  const auto too_fine = [&] { return number.scale > k_scale_max || !mantissa_of(number.digits); };
  while (number.scale > 0 && too_fine() && number.digits.back() == '0') {
    number.digits.pop_back();
    --number.scale;
  }
  // Bounded: 19 digits are the most that 63 bits hold, so a longer mantissa is too large anyway.
  while (number.scale < 0 && number.digits.size() <= 19) {
    number.digits.push_back('0');
    ++number.scale;
  }
}

std::string digits_of(int128 value) {
  std::string digits;
  for (const bool negative = value < 0; value != 0; value /= 10) {
    const auto last = static_cast<int>(value % 10);
    digits.push_back(static_cast<char>('0' + (negative ? -last : last)));
  }
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string decimal_text(int128 mantissa, int scale) {
  std::string digits = digits_of(mantissa);
  const auto decimals = static_cast<std::size_t>(scale);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  return mantissa < 0 ? "-" + digits : digits;
}

struct Scaled {
  int128 mantissa = 0;
  int scale = 0;
};

Scaled trimmed(Scaled value) {
  while (value.scale > 0 && value.mantissa % 10 == 0) {
    value.mantissa /= 10;
    --value.scale;
  }
  return value;
}

/// Gives both the greater scale of the two; false when a mantissa would overflow.
bool align(Scaled& a, Scaled& b) {
  const int scale = std::max(a.scale, b.scale);
  const auto raise = [scale](Scaled& value) {
    const std::int64_t factor = power_of_ten(scale - value.scale);
    value.scale = scale;
    return !__builtin_mul_overflow(value.mantissa, int128{factor}, &value.mantissa);
  };
  return raise(a) && raise(b);
}

/// Aligns as written where that fits, because trimming costs divisions and sums are the hot path.
std::optional<std::pair<Scaled, Scaled>> aligned(Scaled a, Scaled b) {
  std::pair<Scaled, Scaled> both{a, b};
  if (align(both.first, both.second)) return both;
  both = {trimmed(a), trimmed(b)};
  if (align(both.first, both.second)) return both;
  return std::nullopt;
}

}  // namespace

Result<UnitCode> UnitCode::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorCode::invalid_input, fmt::format("unit of measure \"{}\": {}", text.substr(0, 80), why));
  };
  if (text.empty()) return bad("empty");
  UnitCode code;
  if (text.size() >= code.text.size()) return bad("longer than 15 characters");
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; })) {
    return bad("only printable ASCII characters without spaces are allowed");
  }
  std::copy(text.begin(), text.end(), code.text.begin());
  return code;
}

UnitCode each() {
  UnitCode code;
  code.text[0] = 'E';
  code.text[1] = 'A';
  return code;
}

std::string Quantity::text() const {
  return decimal_text(mantissa, scale);
}

Result<Quantity> parse_quantity(std::string_view number, UnitCode unit) {
  LL_ASSIGN(Number parts, take_apart(number));
  fit_scale(parts);
  if (parts.scale > k_scale_max) return bad_number(number, "needs more than 18 decimals; nothing is rounded");
  const auto mantissa = mantissa_of(parts.digits);
  if (!mantissa || parts.scale < 0) {
    return bad_number(number, fmt::format("needs more than 63 bits (at most {} without its point)", k_mantissa_max));
  }
  return Quantity{parts.negative ? -*mantissa : *mantissa, static_cast<std::uint8_t>(parts.scale), unit};
}

std::optional<Decimal> Decimal::plus(const Decimal& other) const {
  int128 sum = 0;
  if (scale_ == other.scale_ && !__builtin_add_overflow(mantissa_, other.mantissa_, &sum)) return Decimal{sum, scale_};
  const auto both = aligned({mantissa_, scale_}, {other.mantissa_, other.scale_});
  if (!both || __builtin_add_overflow(both->first.mantissa, both->second.mantissa, &sum)) return std::nullopt;
  return Decimal{sum, both->first.scale};
}

std::optional<Decimal> Decimal::minus(const Decimal& other) const {
  int128 difference = 0;
  if (scale_ == other.scale_ && !__builtin_sub_overflow(mantissa_, other.mantissa_, &difference))
    return Decimal{difference, scale_};
  const auto both = aligned({mantissa_, scale_}, {other.mantissa_, other.scale_});
  if (!both || __builtin_sub_overflow(both->first.mantissa, both->second.mantissa, &difference)) return std::nullopt;
  return Decimal{difference, both->first.scale};
}

std::optional<Decimal> Decimal::times(std::int64_t numerator, std::int64_t denominator, Rounding rounding) const {
  LL_ASSERT(numerator > 0, "a factor is positive");
  LL_ASSERT(denominator > 0, "a factor is positive");
  if (numerator == denominator) return *this;
  // Divide first, so that only the remainder (below 2^63) is ever multiplied: no overflow that the result does not
  // have. All divisions cut towards zero; what is cut decides the rounding at the end.
  const int128 share = mantissa_ % denominator * numerator;
  int128 result = 0;
  if (__builtin_mul_overflow(mantissa_ / denominator, int128{numerator}, &result)) return std::nullopt;
  if (__builtin_add_overflow(result, share / denominator, &result)) return std::nullopt;
  int128 rest = share % denominator;
  // Add decimals until the value is exact, or no further digit fits.
  int scale = scale_;
  for (; rest != 0 && scale < k_scale_max; ++scale) {
    int128 longer = 0;
    if (__builtin_mul_overflow(result, int128{10}, &longer)) break;
    if (__builtin_add_overflow(longer, rest * 10 / denominator, &longer)) break;
    result = longer;
    rest = rest * 10 % denominator;
  }
  const int128 step = rounding == Rounding::up ? (rest > 0 ? 1 : 0) : (rest < 0 ? -1 : 0);
  if (__builtin_add_overflow(result, step, &result)) return std::nullopt;
  return Decimal{result, scale};
}

std::strong_ordering Decimal::compare(const Decimal& other) const {
  if (scale_ == other.scale_) return mantissa_ <=> other.mantissa_;
  // Whole parts, then decimals brought to 18 digits: neither step can overflow.
  const int128 power = power_of_ten(scale_);
  const int128 other_power = power_of_ten(other.scale_);
  const int128 whole = mantissa_ / power;
  const int128 other_whole = other.mantissa_ / other_power;
  if (whole != other_whole) return whole < other_whole ? std::strong_ordering::less : std::strong_ordering::greater;
  const int128 decimals = mantissa_ % power * power_of_ten(k_scale_max - scale_);
  const int128 other_decimals = other.mantissa_ % other_power * power_of_ten(k_scale_max - other.scale_);
  if (decimals == other_decimals) return std::strong_ordering::equal;
  return decimals < other_decimals ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::string Decimal::text() const {
  const Scaled shortest = trimmed({mantissa_, scale_});
  return decimal_text(shortest.mantissa, shortest.scale);
}

namespace {

/// A unit as a multiple of the base of its dimension: gram, millilitre, millimetre, square millimetre, one.
struct UnitFactor {
  std::string_view code;
  Dimension dimension;
  std::int64_t numerator;
  std::int64_t denominator;
};

// UN/ECE Recommendation 20, Annex I. The pound and the inch are exact by the international agreement of 1959; the ounce
// is a sixteenth of that pound (the recommendation prints it rounded), the foot twelve inches.
constexpr UnitFactor k_units[] = {
    {"EA", Dimension::count, 1, 1},
    {"C62", Dimension::count, 1, 1},
    {"H87", Dimension::count, 1, 1},
    {"MC", Dimension::mass, 1, 1'000'000},
    {"MGM", Dimension::mass, 1, 1'000},
    {"GRM", Dimension::mass, 1, 1},
    {"KGM", Dimension::mass, 1'000, 1},
    {"DTN", Dimension::mass, 100'000, 1},
    {"TNE", Dimension::mass, 1'000'000, 1},
    {"LBR", Dimension::mass, 45'359'237, 100'000},
    {"ONZ", Dimension::mass, 45'359'237, 1'600'000},
    {"4G", Dimension::volume, 1, 1'000},
    {"MMQ", Dimension::volume, 1, 1'000},
    {"MLT", Dimension::volume, 1, 1},
    {"CMQ", Dimension::volume, 1, 1},
    {"CLT", Dimension::volume, 10, 1},
    {"DLT", Dimension::volume, 100, 1},
    {"LTR", Dimension::volume, 1'000, 1},
    {"DMQ", Dimension::volume, 1'000, 1},
    {"HLT", Dimension::volume, 100'000, 1},
    {"MTQ", Dimension::volume, 1'000'000, 1},
    {"4H", Dimension::length, 1, 1'000},
    {"MMT", Dimension::length, 1, 1},
    {"CMT", Dimension::length, 10, 1},
    {"DMT", Dimension::length, 100, 1},
    {"MTR", Dimension::length, 1'000, 1},
    {"KMT", Dimension::length, 1'000'000, 1},
    {"INH", Dimension::length, 254, 10},
    {"FOT", Dimension::length, 3'048, 10},
    {"MMK", Dimension::area, 1, 1},
    {"CMK", Dimension::area, 100, 1},
    {"DMK", Dimension::area, 10'000, 1},
    {"MTK", Dimension::area, 1'000'000, 1},
};

const UnitFactor* factor_of(UnitCode unit) {
  const auto* found = std::ranges::find(k_units, unit.view(), &UnitFactor::code);
  return found == std::end(k_units) ? nullptr : found;
}

}  // namespace

Dimension dimension_of(UnitCode unit) {
  const UnitFactor* factor = factor_of(unit);
  return factor == nullptr ? Dimension::other : factor->dimension;
}

std::optional<Conversion> conversion(UnitCode from, UnitCode to) {
  if (from == to) return Conversion{};
  const UnitFactor* a = factor_of(from);
  const UnitFactor* b = factor_of(to);
  if (a == nullptr || b == nullptr || a->dimension != b->dimension) return std::nullopt;
  // At most 45,359,237 * 1,600,000: far from 63 bits.
  const std::int64_t numerator = a->numerator * b->denominator;
  const std::int64_t denominator = a->denominator * b->numerator;
  const std::int64_t common = std::gcd(numerator, denominator);
  return Conversion{numerator / common, denominator / common};
}

}  // namespace lotledger
