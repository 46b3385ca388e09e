// engine/base/hash.h - SHA-256 as the engine needs it. Declared here, where everybody may include it; implemented with
// OpenSSL in engine/evidence/hash.cc, the only folder that knows that library.
#pragma once

#include "engine/base/bytes.h"

#include <array>
#include <memory>

namespace lotledger {

/// A SHA-256 digest (hash suite 1, "intl-1": FIPS 180-4).
struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  friend bool operator==(const Digest&, const Digest&) = default;
  friend auto operator<=>(const Digest&, const Digest&) = default;
  [[nodiscard]] Bytes view() const { return bytes; }
  [[nodiscard]] std::string hex() const { return to_hex(bytes); }
};

/// A reusable SHA-256 computation. Keeps its context, because OpenSSL 3.0 looks the algorithm up anew for every
/// one-shot call, which halves its speed. Not for use by two threads at once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& update(Bytes bytes);
  /// Returns the digest of all updates and starts anew.
  [[nodiscard]] Digest finish();
  [[nodiscard]] Digest of(Bytes bytes) { return update(bytes).finish(); }

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// SHA-256 of `bytes`, with a context kept per thread.
[[nodiscard]] Digest sha256(Bytes bytes);
[[nodiscard]] inline Digest sha256(std::string_view text) {
  return sha256(bytes_of(text));
}

}  // namespace lotledger
