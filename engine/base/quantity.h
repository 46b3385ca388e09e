// engine/base/quantity.h - exact decimal quantities with a unit. No floating point anywhere: 0.1 kg is one tenth.
#pragma once

#include "engine/base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lotledger {

__extension__ using int128 = __int128;

/// Unit of measure: a UN/ECE Recommendation 20 code as EPCIS uses them (KGM, LTR), or a plant's own code, 1 to 15
/// printable ASCII characters. `EA` (each) is what a count without a unit means; EA, C62 and H87 convert 1:1.
struct UnitCode {
  std::array<char, 16> text{};
  friend bool operator==(const UnitCode&, const UnitCode&) = default;
  friend auto operator<=>(const UnitCode&, const UnitCode&) = default;
  [[nodiscard]] std::string_view view() const { return text.data(); }
  /// invalid_input when empty, longer than 15 characters or not printable ASCII.
  [[nodiscard]] static Result<UnitCode> parse(std::string_view text);
};
[[nodiscard]] UnitCode each();

/// What a record states: mantissa * 10^-scale of a unit. Scale 0 to 18. Equality is of writing (1.0 differs from 1);
/// compare values through Decimal.
struct Quantity {
  std::int64_t mantissa = 0;
  std::uint8_t scale = 0;
  UnitCode unit{};
  friend bool operator==(const Quantity&, const Quantity&) = default;
  /// `12.50`, without the unit.
  [[nodiscard]] std::string text() const;
};

/// Reads a JSON/XML number text (`12`, `12.50`, `1.25e1`) exactly. invalid_input when it is no number, or needs more
/// than 18 decimals or more than 63 bits: it is refused, never rounded.
[[nodiscard]] Result<Quantity> parse_quantity(std::string_view number, UnitCode unit);

/// 128-bit decimal for sums and bounds. Operations return nullopt on overflow: an error, never a wrapped figure.
class Decimal {
 public:
  constexpr Decimal() = default;
  constexpr Decimal(int128 mantissa, int scale) : mantissa_(mantissa), scale_(scale) {}
  [[nodiscard]] static Decimal of(const Quantity& quantity) { return {quantity.mantissa, quantity.scale}; }
  [[nodiscard]] static Decimal whole(std::int64_t count) { return {count, 0}; }

  [[nodiscard]] std::optional<Decimal> plus(const Decimal& other) const;
  [[nodiscard]] std::optional<Decimal> minus(const Decimal& other) const;
  enum class Rounding : std::uint8_t { down, up };
  /// This value times numerator/denominator (both > 0). Exact where 18 decimals suffice and 128 bits hold them, else
  /// rounded towards -infinity (down) or +infinity (up), so that a bound stays a bound. nullopt only when no form fits.
  [[nodiscard]] std::optional<Decimal> times(std::int64_t numerator, std::int64_t denominator, Rounding rounding) const;
  [[nodiscard]] std::strong_ordering compare(const Decimal& other) const;
  [[nodiscard]] bool negative() const { return mantissa_ < 0; }
  [[nodiscard]] bool zero() const { return mantissa_ == 0; }
  [[nodiscard]] bool positive() const { return mantissa_ > 0; }
  [[nodiscard]] int128 mantissa() const { return mantissa_; }
  [[nodiscard]] int scale() const { return scale_; }
  /// Shortest exact form: `12.5`, `-3`, `0`.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Decimal& a, const Decimal& b) { return a.compare(b) == std::strong_ordering::equal; }
  friend bool operator<(const Decimal& a, const Decimal& b) { return a.compare(b) == std::strong_ordering::less; }

 private:
  int128 mantissa_ = 0;
  int scale_ = 0;
};

/// Exact factor between two units.
struct Conversion {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  friend bool operator==(const Conversion&, const Conversion&) = default;
};
/// The dimension in which two quantities may be compared at all.
enum class Dimension : std::uint8_t { count, mass, volume, length, area, other };
[[nodiscard]] Dimension dimension_of(UnitCode unit);
/// The factor from `from` to `to` for the metric units of Rec 20 and for counts (UN/ECE Recommendation 20, Annex I), or
/// nullopt where none is defined. A plant's own units convert only to themselves.
[[nodiscard]] std::optional<Conversion> conversion(UnitCode from, UnitCode to);

}  // namespace lotledger
