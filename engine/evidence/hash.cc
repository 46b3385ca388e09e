// engine/evidence/hash.cc - SHA-256 by OpenSSL, with the algorithm looked up once and the context kept.
#include "engine/base/hash.h"

#include "engine/base/assert.h"

#include <openssl/evp.h>

namespace lotledger {

namespace {
/// Fetched once and never freed: OpenSSL keeps it for the life of the process anyway, and a thread that still hashes
/// while the process ends must not find it gone.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  LL_ASSERT(algorithm != nullptr, "OpenSSL has no SHA-256");
  return algorithm;
}
}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();

  Context() {
    LL_ASSERT(evp != nullptr, "no memory for a SHA-256 context");
    start();
  }
  ~Context() { EVP_MD_CTX_free(evp); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void start() { LL_ASSERT(EVP_DigestInit_ex2(evp, sha256_algorithm(), nullptr) == 1, "SHA-256 did not start"); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;

Sha256& Sha256::update(Bytes bytes) {
  LL_ASSERT(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1, "SHA-256 refused bytes");
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  unsigned size = 0;
  LL_ASSERT(EVP_DigestFinal_ex(context_->evp, digest.bytes.data(), &size) == 1, "SHA-256 did not finish");
  LL_ASSERT(size == digest.bytes.size(), "SHA-256 has 32 bytes");
  context_->start();
  return digest;
}

Digest sha256(Bytes bytes) {
  thread_local Sha256 hash;
  return hash.of(bytes);
}

}  // namespace lotledger
