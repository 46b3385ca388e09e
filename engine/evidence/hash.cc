// engine/evidence/hash.cc - SHA-256 by OpenSSL.
#include "engine/base/hash.h"

// The calls of OpenSSL before its version 3, with the same code for the same processors behind them: its general
// interface takes a third of the time of a small digest for itself, and nearly all of ours are small.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "engine/base/assert.h"

#include <openssl/sha.h>

namespace lotledger {

struct Sha256::Context {
  SHA256_CTX state{};

  Context() { start(); }
  void start() { LL_ASSERT(SHA256_Init(&state) == 1, "SHA-256 did not start"); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;

Sha256& Sha256::update(Bytes bytes) {
  LL_ASSERT(SHA256_Update(&context_->state, bytes.data(), bytes.size()) == 1, "SHA-256 refused bytes");
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  static_assert(sizeof digest.bytes == SHA256_DIGEST_LENGTH);
  LL_ASSERT(SHA256_Final(digest.bytes.data(), &context_->state) == 1, "SHA-256 did not finish");
  context_->start();
  return digest;
}

Digest sha256(Bytes bytes) {
  thread_local Sha256 hash;
  return hash.of(bytes);
}

}  // namespace lotledger
