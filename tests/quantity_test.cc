// tests/quantity_test.cc - exact decimals: reading, sums, bounds, order, and the factors between units.
#include "engine/base/quantity.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace lotledger::tests {

namespace {

UnitCode unit(std::string_view code) {
  return UnitCode::parse(code).value();
}

/// The number as read and written again, or the fault.
std::string read(std::string_view number) {
  const auto quantity = parse_quantity(number, each());
  return quantity ? quantity->text() : quantity.error().message;
}

bool refused(std::string_view number, std::string_view why) {
  const auto quantity = parse_quantity(number, each());
  return !quantity && quantity.error().code == ErrorCode::invalid_input &&
         quantity.error().message.find(why) != std::string::npos;
}

Decimal decimal(std::string_view number) {
  return Decimal::of(parse_quantity(number, each()).value());
}

/// The greatest mantissa, 2^127 - 1.
constexpr int128 k_most = (int128{1} << 126) - 1 + (int128{1} << 126);

}  // namespace

TEST_CASE("quantity: numbers are read exactly as written") {
  struct Row {
    std::string_view number;
    std::string_view expected;
  };
  const Row rows[] = {
      {"12", "12"},
      {"12.50", "12.50"},
      {"1.25e1", "12.5"},
      {"1.25E+1", "12.5"},
      {"125e-1", "12.5"},
      {"1e3", "1000"},
      {"0", "0"},
      {"-0", "0"},
      {"0.00", "0.00"},
      {"0e999999999999", "0"},
      {"+7", "7"},
      {".5", "0.5"},
      {"5.", "5"},
      {"007", "7"},
      {"-0.1", "-0.1"},
      {"0.41", "0.41"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775807", "-9223372036854775807"},
      {"0.000000000000000001", "0.000000000000000001"},
      {"1.0000000000000000000", "1.000000000000000000"},
      {"9223372036854775807.000", "9223372036854775807"},
      {"9.223372036854775807", "9.223372036854775807"},
      {"1e18", "1000000000000000000"},
      {"9.300000000000000000", "9.30000000000000000"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.number);
    CHECK(read(row.number) == row.expected);
  }
}

TEST_CASE("quantity: what does not fit is refused, never rounded") {
  struct Row {
    std::string_view number;
    std::string_view why;
  };
  const std::string long_number(129, '1');
  const Row rows[] = {
      {"", "no digits"},
      {".", "no digits"},
      {"-", "no digits"},
      {"e5", "no digits"},
      {"1e", "exponent"},
      {"1e+", "exponent"},
      {"1.2.3", "position 4"},
      {"12 ", "position 3"},
      {" 12", "no digits"},
      {"1,5", "position 2"},
      {"0x10", "position 2"},
      {"NaN", "no digits"},
      {"9223372036854775808", "63 bits"},
      {"-9223372036854775808", "63 bits"},
      {"922337203685477580.75", "63 bits"},
      {"1e19", "63 bits"},
      {"1e999999999999999999999", "63 bits"},
      {"0.0000000000000000001", "18 decimals"},
      {"1e-19", "18 decimals"},
      {"1e-999999999999999999999", "18 decimals"},
      {long_number, "128 characters"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.number);
    CAPTURE(read(row.number));
    CHECK(refused(row.number, row.why));
  }
}

TEST_CASE("quantity: every quantity survives its text") {
  CHECK(rc::check("text", [](std::int64_t mantissa) {
    RC_PRE(mantissa != std::numeric_limits<std::int64_t>::min());
    const auto scale = static_cast<std::uint8_t>(*rc::gen::inRange(0, 19));
    const Quantity quantity{mantissa, scale, each()};
    RC_ASSERT(parse_quantity(quantity.text(), each()).value() == quantity);
  }));
}

TEST_CASE("quantity: units of measure are 1 to 15 printable characters") {
  CHECK(unit("KGM").view() == "KGM");
  CHECK(each().view() == "EA");
  CHECK(UnitCode::parse("ABCDEFGHIJKLMNO").has_value());
  CHECK_FALSE(UnitCode::parse("ABCDEFGHIJKLMNOP").has_value());
  CHECK_FALSE(UnitCode::parse("").has_value());
  CHECK_FALSE(UnitCode::parse("K M").has_value());
  CHECK_FALSE(UnitCode::parse("K\tM").has_value());
  CHECK_FALSE(UnitCode::parse("\xc2\xb5g").has_value());
}

TEST_CASE("decimal: text is the shortest exact form") {
  CHECK(Decimal{}.text() == "0");
  CHECK(decimal("12.50").text() == "12.5");
  CHECK(decimal("-3.000").text() == "-3");
  CHECK(decimal("-0.05").text() == "-0.05");
  CHECK(Decimal{k_most, 0}.text() == "170141183460469231731687303715884105727");
  CHECK(Decimal{-k_most - 1, 18}.text() == "-170141183460469231731.687303715884105728");
}

TEST_CASE("decimal: a tenth three times is three tenths") {
  Decimal sum;
  for (int i = 0; i < 3; ++i) sum = sum.plus(decimal("0.1")).value();
  CHECK(sum == decimal("0.3"));
  CHECK(sum.minus(decimal("0.3"))->zero());
  CHECK(decimal("1").minus(decimal("1.000000000000000001"))->negative());
}

TEST_CASE("decimal: an overflow is reported, never wrapped") {
  const Decimal most{k_most, 0};
  const Decimal least{-k_most - 1, 0};
  CHECK_FALSE(most.plus(Decimal::whole(1)).has_value());
  CHECK(most.plus(Decimal::whole(-1)).has_value());
  CHECK_FALSE(least.minus(Decimal::whole(1)).has_value());
  CHECK_FALSE(Decimal{}.minus(least).has_value());
  CHECK_FALSE(most.plus(decimal("0.5")).has_value());
  CHECK(most.plus(decimal("0.000")) == most);
  CHECK_FALSE(most.times(2, 1, Decimal::Rounding::down).has_value());
  CHECK_FALSE(least.times(2, 1, Decimal::Rounding::up).has_value());
  CHECK(most.times(2, 2, Decimal::Rounding::down) == most);
  CHECK(least.times(std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max(),
                    Decimal::Rounding::down) == least);
}

TEST_CASE("decimal: a product is exact where 18 decimals suffice, else a bound") {
  struct Row {
    std::string_view value;
    std::int64_t numerator;
    std::int64_t denominator;
    std::string_view down;
    std::string_view up;
  };
  const Row rows[] = {
      {"10", 1, 4, "2.5", "2.5"},
      {"1", 1, 3, "0.333333333333333333", "0.333333333333333334"},
      {"-1", 1, 3, "-0.333333333333333334", "-0.333333333333333333"},
      {"0.000000000000000001", 1, 2, "0", "0.000000000000000001"},
      {"-0.000000000000000001", 1, 2, "-0.000000000000000001", "0"},
      {"2.2", 45'359'237, 100'000'000, "0.997903214", "0.997903214"},
      {"0", 7, 3, "0", "0"},
      {"3", 7, 3, "7", "7"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    const Decimal value = decimal(row.value);
    CHECK(value.times(row.numerator, row.denominator, Decimal::Rounding::down)->text() == row.down);
    CHECK(value.times(row.numerator, row.denominator, Decimal::Rounding::up)->text() == row.up);
  }
}

TEST_CASE("decimal: large products are rounded where 128 bits end, and stay bounds") {
  const Decimal large{k_most / 10, 0};
  const auto down = large.times(1, 7, Decimal::Rounding::down);
  const auto up = large.times(1, 7, Decimal::Rounding::up);
  REQUIRE(down.has_value());
  REQUIRE(up.has_value());
  CHECK(*down < *up);
  CHECK(*down->times(7, 1, Decimal::Rounding::down) < large);
  CHECK(large < *up->times(7, 1, Decimal::Rounding::up));
}

TEST_CASE("decimal: order does not depend on scale or size") {
  CHECK(Decimal{k_most, 0}.compare(Decimal{k_most, 18}) == std::strong_ordering::greater);
  CHECK(Decimal{-k_most - 1, 0}.compare(Decimal{-k_most - 1, 18}) == std::strong_ordering::less);
  CHECK(Decimal{k_most, 0}.compare(Decimal{-k_most - 1, 18}) == std::strong_ordering::greater);
  CHECK(decimal("1.0") == decimal("1.000000"));
  CHECK(decimal("-0.5") < decimal("0.3"));
  CHECK(decimal("-0.5") < decimal("-0.3"));
  CHECK(decimal("-1.5") < decimal("-0.5"));
}

TEST_CASE("decimal: sums, order and bounds agree") {
  const auto any_decimal = rc::gen::map(
      rc::gen::pair(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange(0, 19)),
      [](const std::pair<std::int64_t, int>& parts) { return std::vector<std::int64_t>{parts.first, parts.second}; });
  const auto make = [](const std::vector<std::int64_t>& parts) {
    return Decimal{parts[0], static_cast<int>(parts[1])};
  };
  CHECK(rc::check("a + b - b == a", [&] {
    const Decimal a = make(*any_decimal);
    const Decimal b = make(*any_decimal);
    RC_ASSERT(a.plus(b)->minus(b) == a);
    RC_ASSERT(a.plus(b) == b.plus(a));
    RC_ASSERT((a < b) == a.minus(b)->negative());
  }));
  CHECK(rc::check("down <= exact <= up, one unit of the last place apart", [&] {
    const Decimal a = make(*any_decimal);
    const auto numerator = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
    const auto denominator = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
    const auto down = a.times(numerator, denominator, Decimal::Rounding::down);
    const auto up = a.times(numerator, denominator, Decimal::Rounding::up);
    RC_ASSERT(down.has_value());
    RC_ASSERT(up.has_value());
    RC_ASSERT(!(*up < *down));
    const auto exact = a.times(numerator, 1, Decimal::Rounding::down);
    const auto low = down->times(denominator, 1, Decimal::Rounding::down);
    const auto high = up->times(denominator, 1, Decimal::Rounding::up);
    if (low && exact) RC_ASSERT(!(*exact < *low));
    if (high && exact) RC_ASSERT(!(*high < *exact));
  }));
}

TEST_CASE("units: factors of UN/ECE Recommendation 20") {
  struct Row {
    std::string_view from;
    std::string_view to;
    Dimension dimension;
    std::int64_t numerator;
    std::int64_t denominator;
  };
  // Annex I, column "Conversion factor to SI"; pound, ounce, inch and foot by the international agreement of 1959
  // (1 lb = 0.45359237 kg, 1 yd = 0.9144 m), of which the recommendation prints rounded values.
  const Row rows[] = {
      {"TNE", "KGM", Dimension::mass, 1000, 1},
      {"DTN", "KGM", Dimension::mass, 100, 1},
      {"GRM", "KGM", Dimension::mass, 1, 1000},
      {"MGM", "KGM", Dimension::mass, 1, 1'000'000},
      {"MC", "KGM", Dimension::mass, 1, 1'000'000'000},
      {"LBR", "KGM", Dimension::mass, 45'359'237, 100'000'000},
      {"ONZ", "GRM", Dimension::mass, 45'359'237, 1'600'000},
      {"LBR", "ONZ", Dimension::mass, 16, 1},
      {"LTR", "MTQ", Dimension::volume, 1, 1000},
      {"MLT", "LTR", Dimension::volume, 1, 1000},
      {"CLT", "LTR", Dimension::volume, 1, 100},
      {"DLT", "LTR", Dimension::volume, 1, 10},
      {"HLT", "LTR", Dimension::volume, 100, 1},
      {"4G", "MLT", Dimension::volume, 1, 1000},
      {"DMQ", "LTR", Dimension::volume, 1, 1},
      {"CMQ", "MLT", Dimension::volume, 1, 1},
      {"MMQ", "CMQ", Dimension::volume, 1, 1000},
      {"KMT", "MTR", Dimension::length, 1000, 1},
      {"DMT", "MTR", Dimension::length, 1, 10},
      {"CMT", "MTR", Dimension::length, 1, 100},
      {"MMT", "MTR", Dimension::length, 1, 1000},
      {"4H", "MMT", Dimension::length, 1, 1000},
      {"INH", "MMT", Dimension::length, 127, 5},
      {"FOT", "INH", Dimension::length, 12, 1},
      {"DMK", "MTK", Dimension::area, 1, 100},
      {"CMK", "MTK", Dimension::area, 1, 10'000},
      {"MMK", "MTK", Dimension::area, 1, 1'000'000},
      {"C62", "EA", Dimension::count, 1, 1},
      {"H87", "EA", Dimension::count, 1, 1},
      {"BOX", "BOX", Dimension::other, 1, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.from);
    CHECK(dimension_of(unit(row.from)) == row.dimension);
    const auto factor = conversion(unit(row.from), unit(row.to));
    REQUIRE(factor.has_value());
    CHECK(factor->numerator == row.numerator);
    CHECK(factor->denominator == row.denominator);
  }
}

TEST_CASE("units: what has no common measure does not convert") {
  CHECK_FALSE(conversion(unit("KGM"), unit("LTR")).has_value());
  CHECK_FALSE(conversion(unit("EA"), unit("KGM")).has_value());
  CHECK_FALSE(conversion(unit("BOX"), unit("EA")).has_value());
  CHECK_FALSE(conversion(unit("kgm"), unit("KGM")).has_value());
}

TEST_CASE("units: there and back is one, by any way") {
  const std::vector<std::vector<std::string_view>> dimensions = {
      {"MC", "MGM", "GRM", "KGM", "DTN", "TNE", "LBR", "ONZ"},
      {"4G", "MMQ", "MLT", "CMQ", "CLT", "DLT", "LTR", "DMQ", "HLT", "MTQ"},
      {"4H", "MMT", "CMT", "DMT", "MTR", "KMT", "INH", "FOT"},
      {"MMK", "CMK", "DMK", "MTK"},
      {"EA", "C62", "H87"},
  };
  for (const auto& codes : dimensions) {
    for (const auto a : codes) {
      for (const auto b : codes) {
        CAPTURE(a);
        CAPTURE(b);
        const auto there = conversion(unit(a), unit(b)).value();
        const auto back = conversion(unit(b), unit(a)).value();
        CHECK(there.numerator == back.denominator);
        CHECK(there.denominator == back.numerator);
        CHECK(std::gcd(there.numerator, there.denominator) == 1);
      }
    }
  }
}

}  // namespace lotledger::tests
