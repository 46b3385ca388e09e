// projections/store/digest_sum.cc - 256-bit sums of SHA-256 digests.
#include "projections/store/digest_sum.h"

namespace lotledger::projections {

namespace {
std::array<std::uint64_t, 4> number_of(const Digest& digest) {
  std::array<std::uint64_t, 4> number;
  static_assert(sizeof number == sizeof digest.bytes);
  std::memcpy(number.data(), digest.bytes.data(), sizeof number);
  return number;
}
}  // namespace

DigestSum::DigestSum(const StoreDigest& start) : sum_(number_of(start)) {}

void DigestSum::add(std::string_view key, std::string_view value) {
  const Number more = term(key, value);
  bool carry = false;
  for (std::size_t i = 0; i < sum_.size(); ++i) {
    std::uint64_t sum = 0;
    const bool over = __builtin_add_overflow(sum_[i], more[i], &sum);
    carry = __builtin_add_overflow(sum, std::uint64_t{carry}, &sum_[i]) || over;
  }
}

void DigestSum::subtract(std::string_view key, std::string_view value) {
  const Number less = term(key, value);
  bool borrow = false;
  for (std::size_t i = 0; i < sum_.size(); ++i) {
    std::uint64_t rest = 0;
    const bool under = __builtin_sub_overflow(sum_[i], less[i], &rest);
    borrow = __builtin_sub_overflow(rest, std::uint64_t{borrow}, &sum_[i]) || under;
  }
}

StoreDigest DigestSum::digest() const {
  StoreDigest digest;
  std::memcpy(digest.bytes.data(), sum_.data(), digest.bytes.size());
  return digest;
}

DigestSum::Number DigestSum::term(std::string_view key, std::string_view value) {
  std::uint8_t length[4];
  store_le(length, static_cast<std::uint32_t>(key.size()));
  // One update: a call of OpenSSL costs more than copying what is hashed here.
  scratch_.assign(text_of(length));
  scratch_.append(key).append(value);
  return number_of(sha_.of(bytes_of(scratch_)));
}

}  // namespace lotledger::projections
