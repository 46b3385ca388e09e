// projections/amounts.h - two ways to count amounts of one unit of measure: in 64 bits, which is fast and holds nearly
// every plant's figures, and in 128 bits with any scale, which holds all. Both are exact; what fits the first gives the
// same value in the second.
#pragma once

#include "projections/node_bounds.h"

#include <iterator>

namespace lotledger::projections {

/// Millionths in 64 bits. What is no whole number of them, or needs more bits, does not fit.
class ShortAmounts {
 public:
  using Amount = std::int64_t;
  using Bounds = NodeBounds::Short;
  static constexpr Amount k_unknown = NodeBounds::k_unknown;

  /// Whether everything so far did; results since are worth nothing where not.
  [[nodiscard]] bool fits() const { return fits_; }
  static bool known(Amount a) { return a != k_unknown; }
  static bool positive(Amount a) { return a > 0; }

  [[nodiscard]] Amount of(const std::optional<Decimal>& amount);
  /// mantissa * 10^-scale times a factor. The rounding is never needed: what does not end does not fit.
  [[nodiscard]] Amount times(std::int64_t mantissa, int scale, const Conversion& factor, Decimal::Rounding) {
    const Amount amount = scaled(mantissa, scale);
    return factor == Conversion{} ? amount : converted(amount, factor);
  }
  [[nodiscard]] Amount plus(Amount a, Amount b) {
    if (!known(a) || !known(b)) return k_unknown;
    Amount sum = 0;
    fits_ &= !__builtin_add_overflow(a, b, &sum) && sum != k_unknown;
    return sum;
  }
  [[nodiscard]] Amount minus(Amount a, Amount b) {
    if (!known(a) || !known(b)) return k_unknown;
    Amount difference = 0;
    fits_ &= !__builtin_sub_overflow(a, b, &difference) && difference != k_unknown;
    return difference;
  }
  static Amount least(Amount a, Amount b) {
    if (!known(a)) return b;
    if (!known(b)) return a;
    return b < a ? b : a;
  }
  static Amount not_below_zero(Amount a) { return known(a) && a < 0 ? 0 : a; }

 private:
  [[nodiscard]] Amount scaled(int128 mantissa, int scale);
  [[nodiscard]] Amount scaled(std::int64_t mantissa, int scale) {
    if (scale > NodeBounds::k_short_scale) return scaled(int128{mantissa}, scale);
    Amount amount = 0;
    fits_ &= !__builtin_mul_overflow(mantissa, k_powers[NodeBounds::k_short_scale - scale], &amount);
    fits_ &= amount != k_unknown;
    return amount;
  }
  [[nodiscard]] Amount converted(Amount amount, const Conversion& factor);

  static constexpr std::int64_t k_powers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};
  static_assert(std::size(k_powers) == NodeBounds::k_short_scale + 1);

  bool fits_ = true;
};

/// Decimals of 128 bits.
class WideAmounts {
 public:
  using Amount = std::optional<Decimal>;
  using Bounds = projections::Bounds;

  [[nodiscard]] bool fits() const { return fits_; }
  static bool known(const Amount& a) { return a.has_value(); }
  static bool positive(const Amount& a) { return a && a->positive(); }

  [[nodiscard]] static Amount of(const Amount& amount) { return amount; }
  [[nodiscard]] static Amount times(std::int64_t mantissa, int scale, const Conversion& factor,
                                    Decimal::Rounding rounding) {
    return Decimal(mantissa, scale).times(factor.numerator, factor.denominator, rounding);
  }
  [[nodiscard]] Amount plus(const Amount& a, const Amount& b) { return a && b ? checked(a->plus(*b)) : std::nullopt; }
  [[nodiscard]] Amount minus(const Amount& a, const Amount& b) { return a && b ? checked(a->minus(*b)) : std::nullopt; }
  static Amount least(const Amount& a, const Amount& b) {
    if (!a) return b;
    if (!b) return a;
    return *b < *a ? b : a;
  }
  static Amount not_below_zero(const Amount& a) { return a && a->negative() ? Amount(Decimal()) : a; }

 private:
  [[nodiscard]] Amount checked(const Amount& result) {
    fits_ &= result.has_value();
    return result;
  }

  bool fits_ = true;
};

}  // namespace lotledger::projections
