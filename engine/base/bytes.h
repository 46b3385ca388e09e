// engine/base/bytes.h - views of raw bytes, and integers in the two byte orders that we store.
// Little-endian in the log (docs/data_format.md), big-endian in ordered keys of projections/store.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using ByteVector = std::vector<std::uint8_t>;

[[nodiscard]] inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

static_assert(std::endian::native == std::endian::little,
              "stored integers are read in place on little-endian machines");

template <typename T>
void store_le(std::uint8_t* to, T value) {
  std::memcpy(to, &value, sizeof value);
}
template <typename T>
[[nodiscard]] T load_le(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Appends `value` so that byte order of keys equals numeric order.
inline void append_be64(std::string& to, std::uint64_t value) {
  const std::uint64_t swapped = __builtin_bswap64(value);
  char raw[sizeof swapped];
  std::memcpy(raw, &swapped, sizeof swapped);
  to.append(raw, sizeof raw);
}
inline void append_be32(std::string& to, std::uint32_t value) {
  const std::uint32_t swapped = __builtin_bswap32(value);
  char raw[sizeof swapped];
  std::memcpy(raw, &swapped, sizeof swapped);
  to.append(raw, sizeof raw);
}
[[nodiscard]] inline std::uint64_t load_be64(const char* from) {
  std::uint64_t value;
  std::memcpy(&value, from, sizeof value);
  return __builtin_bswap64(value);
}
[[nodiscard]] inline std::uint32_t load_be32(const char* from) {
  std::uint32_t value;
  std::memcpy(&value, from, sizeof value);
  return __builtin_bswap32(value);
}

/// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] std::string to_hex(Bytes bytes);
/// The bytes of `hex` in either case, or an empty vector when it is not an even number of hexadecimal digits.
[[nodiscard]] ByteVector from_hex(std::string_view hex);

}  // namespace lotledger
