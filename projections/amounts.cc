// projections/amounts.cc - amounts as whole numbers of millionths.
#include "projections/amounts.h"

#include <limits>

namespace lotledger::projections {
namespace {

bool fits_short(int128 amount) {
  return amount > std::numeric_limits<std::int64_t>::min() && amount <= std::numeric_limits<std::int64_t>::max();
}

}  // namespace

ShortAmounts::Amount ShortAmounts::scaled(int128 mantissa, int scale) {
  for (; scale > NodeBounds::k_short_scale && mantissa % 10 == 0; --scale) mantissa /= 10;
  if (scale > NodeBounds::k_short_scale || !fits_short(mantissa)) {
    fits_ = false;
    return 0;
  }
  return scaled(static_cast<std::int64_t>(mantissa), scale);
}

ShortAmounts::Amount ShortAmounts::of(const std::optional<Decimal>& amount) {
  return amount ? scaled(amount->mantissa(), amount->scale()) : k_unknown;
}

ShortAmounts::Amount ShortAmounts::converted(Amount amount, const Conversion& factor) {
  const int128 product = int128{amount} * factor.numerator;
  const int128 result = factor.denominator == 1 ? product : product / factor.denominator;
  fits_ &= fits_short(result) && result * factor.denominator == product;
  return static_cast<Amount>(result);
}

}  // namespace lotledger::projections
