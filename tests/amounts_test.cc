// tests/amounts_test.cc - amounts in 64 bits say the same as those in 128, or that they do not fit.
#include "projections/amounts.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace lotledger::tests {

using namespace projections;

namespace {

constexpr Conversion k_same{};
constexpr auto k_up = Decimal::Rounding::up;

std::string text(const std::optional<Decimal>& amount) {
  return amount ? amount->text() : "unknown";
}
std::string text(ShortAmounts::Amount amount) {
  return text(ShortAmounts::known(amount) ? std::optional(Decimal(amount, NodeBounds::k_short_scale)) : std::nullopt);
}

/// The same sums and differences in either kind of numbers.
template <typename Numbers>
std::vector<std::string> worked_out(Numbers& numbers, const std::vector<std::pair<std::int64_t, int>>& quantities,
                                    const Conversion& factor) {
  auto sum = numbers.of(Decimal());
  auto least = numbers.of(std::nullopt);
  std::vector<std::string> said;
  for (const auto& [mantissa, scale] : quantities) {
    const auto amount = numbers.times(mantissa, scale, factor, k_up);
    const auto rest = numbers.minus(sum, amount);
    sum = numbers.plus(sum, amount);
    least = Numbers::least(least, Numbers::not_below_zero(rest));
    for (const auto& value : {amount, rest, sum, least, numbers.plus(numbers.of(std::nullopt), amount)})
      said.push_back(text(value));
    said.emplace_back(Numbers::positive(rest) ? "positive" : "not positive");
  }
  return said;
}

}  // namespace

TEST_CASE("amounts: in 64 bits as in 128, wherever they fit") {
  std::size_t fitted = 0;
  CHECK(rc::check("equal", [&] {
    const auto quantity =
        rc::gen::pair(rc::gen::inRange<std::int64_t>(-2'000'000, 2'000'000'000), rc::gen::inRange(0, 8));
    const auto quantities = *rc::gen::container<std::vector<std::pair<std::int64_t, int>>>(quantity);
    const Conversion factor{*rc::gen::inRange<std::int64_t>(1, 2000),
                            *rc::gen::element<std::int64_t>(1, 1, 1, 2, 8, 1000)};
    ShortAmounts shorts;
    WideAmounts wides;
    const auto in_short = worked_out(shorts, quantities, factor);
    const auto in_wide = worked_out(wides, quantities, factor);
    if (!shorts.fits()) return;
    ++fitted;
    RC_ASSERT(wides.fits());
    RC_ASSERT(in_short == in_wide);
  }));
  CHECK(fitted > 20);
}

TEST_CASE("amounts: what 64 bits at six decimals do not hold does not fit") {
  struct Row {
    std::int64_t mantissa;
    int scale;
    Conversion factor;
    bool fits;
  };
  const Row rows[] = {{1, 6, k_same, true},
                      {1, 7, k_same, false},
                      {10, 7, k_same, true},
                      {9'223'372'036'854, 0, k_same, true},
                      {9'223'372'036'855, 0, k_same, false},
                      {INT64_MAX, 6, k_same, true},
                      {INT64_MIN, 6, k_same, false},  // Stands for what is not known.
                      {1, 0, {1, 3}, false},
                      {3, 0, {1, 3}, true},
                      {5'000'000'000'000, 0, {2, 1}, false},
                      {5'000'000'000'000, 0, {2, 4}, true}};
  for (const Row& row : rows) {
    CAPTURE(row.mantissa);
    CAPTURE(row.scale);
    ShortAmounts numbers;
    const auto amount = numbers.times(row.mantissa, row.scale, row.factor, k_up);
    REQUIRE(numbers.fits() == row.fits);
    if (row.fits) CHECK(text(amount) == text(WideAmounts::times(row.mantissa, row.scale, row.factor, k_up)));
  }
  ShortAmounts sums;
  static_cast<void>(sums.plus(INT64_MAX, 1));
  CHECK_FALSE(sums.fits());
  ShortAmounts differences;
  static_cast<void>(differences.minus(-INT64_MAX, 1));
  CHECK_FALSE(differences.fits());
}

TEST_CASE("amounts: bounds are told alike from either") {
  const NodeBounds shorts(std::vector<NodeBounds::Short>{{1'500'000, NodeBounds::k_unknown}, {0, 12'000'000}});
  const NodeBounds wides(std::vector<Bounds>{{Decimal(15, 1), std::nullopt}, {Decimal(), Decimal::whole(12)}});
  REQUIRE(shorts.size() == 2);
  REQUIRE(wides.size() == 2);
  CHECK(NodeBounds().size() == 0);
  for (std::size_t node = 0; node < 2; ++node) {
    CHECK(text(shorts[node].low) == text(wides[node].low));
    CHECK(text(shorts[node].high) == text(wides[node].high));
  }
}

}  // namespace lotledger::tests
