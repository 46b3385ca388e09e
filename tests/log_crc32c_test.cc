// tests/log_crc32c_test.cc - CRC-32C against published vectors, in both implementations.
#include "engine/log/crc32c.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
ByteVector counting(std::uint8_t from, int step) {
  ByteVector bytes(32);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(from + step * static_cast<int>(i));
  return bytes;
}
}  // namespace

TEST_CASE("crc32c: known vectors") {  // RFC 3720 appendix B.4, and the check value of the CRC catalogue.
  struct Row {
    std::string_view name;
    ByteVector bytes;
    std::uint32_t expected;
  };
  const std::string_view digits = "123456789";
  const Row rows[] = {
      {"empty", {}, 0},
      {"32 bytes of zero", ByteVector(32, 0x00), 0x8A9136AA},
      {"32 bytes of ones", ByteVector(32, 0xFF), 0x62A8AB43},
      {"32 bytes counting up", counting(0, 1), 0x46DD794E},
      {"32 bytes counting down", counting(31, -1), 0x113FDB5C},
      {"an iSCSI read command",
       from_hex("01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
                "0200000000000000"),
       0xD9963A56},
      {"nine digits", {digits.begin(), digits.end()}, 0xE3069283},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(crc32c(row.bytes) == row.expected);
    CHECK(crc32c_software(row.bytes, 0) == row.expected);
    if (crc32c_has_hardware()) CHECK(crc32c_hardware(row.bytes, 0) == row.expected);
  }
}

TEST_CASE("crc32c: both implementations agree, at once and in parts") {
  CHECK(rc::check("crc32c", [](const ByteVector& front, const ByteVector& back) {
    ByteVector whole = front;
    whole.insert(whole.end(), back.begin(), back.end());
    const std::uint32_t expected = crc32c_software(whole, 0);
    RC_ASSERT(crc32c_software(back, crc32c_software(front, 0)) == expected);
    RC_ASSERT(crc32c(back, crc32c(front)) == expected);
    if (crc32c_has_hardware()) RC_ASSERT(crc32c_hardware(back, crc32c_hardware(front, 0)) == expected);
  }));
}

}  // namespace lotledger::tests
