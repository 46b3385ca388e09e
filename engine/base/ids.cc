// engine/base/ids.cc - text forms of identifiers and bytes.
#include "engine/base/ids.h"

#include "engine/base/ascii.h"

namespace lotledger {

std::string to_hex(Bytes bytes) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(k_digits[byte >> 4]);
    text.push_back(k_digits[byte & 15]);
  }
  return text;
}

ByteVector from_hex(std::string_view hex) {
  ByteVector bytes;
  if (hex.size() % 2 != 0) return bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]);
    const int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return {};
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string LedgerId::text() const {
  const std::string hex = to_hex(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

Result<LedgerId> LedgerId::parse(std::string_view text) {
  const auto bad = [&] {
    return fail(ErrorCode::invalid_input, "\"" + std::string(text) + "\" is not a ledger id (a UUID)");
  };
  if (text.size() != 36) return bad();
  std::string hex;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen_place = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen_place != (text[i] == '-')) return bad();
    if (!hyphen_place) hex.push_back(text[i]);
  }
  const ByteVector raw = from_hex(hex);
  if (raw.size() != 16) return bad();
  LedgerId id;
  std::copy(raw.begin(), raw.end(), id.bytes.begin());
  return id;
}

}  // namespace lotledger
