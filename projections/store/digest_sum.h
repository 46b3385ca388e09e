// projections/store/digest_sum.h - the additive digest of a set of entries: what is added can be taken away again.
#pragma once

#include "projections/store/store.h"

#include <array>
#include <string>

namespace lotledger::projections {

/// Running sum modulo 2^256 of SHA-256(u32 key length, little-endian || key || value), each digest read as a
/// little-endian number. The sum of no entries is zero.
class DigestSum {
 public:
  DigestSum() = default;
  explicit DigestSum(const StoreDigest& start);

  void add(std::string_view key, std::string_view value);
  void subtract(std::string_view key, std::string_view value);
  [[nodiscard]] StoreDigest digest() const;

 private:
  using Number = std::array<std::uint64_t, 4>;  // Least significant first.

  [[nodiscard]] Number term(std::string_view key, std::string_view value);

  Number sum_{};
  Sha256 sha_;
  std::string scratch_;
};

}  // namespace lotledger::projections
