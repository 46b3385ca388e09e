// engine/log/crc32c.cc - CRC-32C by the SSE4.2 instruction where the processor has it, else by table, eight bytes a
// step.
#include "engine/log/crc32c.h"

#include "engine/base/assert.h"

#include <array>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace lotledger::engine {

namespace {
using Table = std::array<std::uint32_t, 256>;

/// tables[0] is the CRC of one byte; tables[k] that of a byte followed by k zero bytes.
constexpr std::array<Table, 8> make_tables() {
  constexpr std::uint32_t k_polynomial_reflected = 0x82F63B78;
  std::array<Table, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? k_polynomial_reflected : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t shorter = tables[k - 1][byte];
      tables[k][byte] = (shorter >> 8) ^ tables[0][shorter & 0xFF];
    }
  }
  return tables;
}
constexpr std::array<Table, 8> k_tables = make_tables();

std::uint32_t one_byte(std::uint32_t crc, std::uint8_t byte) {
  return (crc >> 8) ^ k_tables[0][(crc ^ byte) & 0xFF];
}
}  // namespace

std::uint32_t crc32c_software(Bytes bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  while (bytes.size() >= 8) {
    const std::uint64_t word = load_le<std::uint64_t>(bytes.data()) ^ crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= k_tables[7 - k][(word >> (8 * k)) & 0xFF];
    bytes = bytes.subspan(8);
  }
  for (const std::uint8_t byte : bytes) crc = one_byte(crc, byte);
  return ~crc;
}

#if defined(__x86_64__)
bool crc32c_has_hardware() {
  static const bool has = __builtin_cpu_supports("sse4.2") != 0;
  return has;
}

__attribute__((target("sse4.2"))) std::uint32_t crc32c_hardware(Bytes bytes, std::uint32_t before) {
  std::uint64_t crc = static_cast<std::uint32_t>(~before);
  while (bytes.size() >= 8) {
    crc = _mm_crc32_u64(crc, load_le<std::uint64_t>(bytes.data()));
    bytes = bytes.subspan(8);
  }
  auto narrow = static_cast<std::uint32_t>(crc);
  for (const std::uint8_t byte : bytes) narrow = _mm_crc32_u8(narrow, byte);
  return ~narrow;
}
#else
bool crc32c_has_hardware() {
  return false;
}

std::uint32_t crc32c_hardware(Bytes, std::uint32_t) {
  LL_ASSERT(false, "asked for a CRC instruction that this processor does not have");
  return 0;
}
#endif

std::uint32_t crc32c(Bytes bytes, std::uint32_t before) {
  return crc32c_has_hardware() ? crc32c_hardware(bytes, before) : crc32c_software(bytes, before);
}

}  // namespace lotledger::engine
