// connectors/epcis/number_text.h - canonical texts of numbers for event hashes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

/// A decimal number taken apart: (-1)^negative * 0.digits * 10^point, digits without leading and trailing zeros. Views
/// none.
struct DecimalText {
  bool negative = false;
  std::string digits;  ///< Empty for zero.
  int point = 0;
};

/// Reads `12`, `+012.50`, `.5`, `5.`, `1e3`. nullopt for anything else, and for exponents beyond 400.
[[nodiscard]] std::optional<DecimalText> read_decimal(std::string_view text);

/// Without exponent and superfluous zeros: `12.5`, `-3`, `0`.
[[nodiscard]] std::string exact_text(const DecimalText& number);

/// As exact_text() of the nearest IEEE 754 double, in its shortest writing: the form in which published CBV hashes hold
/// numbers. Below 0.0001 with an exponent (`1e-05`). nullopt when no finite double is near.
[[nodiscard]] std::optional<std::string> double_text(const DecimalText& number);

}  // namespace lotledger::connectors::epcis
