// engine/evidence/openssl_memory.cc - the allocator of OpenSSL: the one it has by default, and a look at what it
// returns.
#include "engine/evidence/openssl_memory.h"

#include "engine/base/assert.h"

#include <openssl/crypto.h>

#include <cstdlib>
#include <new>

namespace lotledger {

namespace {

void* checked(void* block, std::size_t size) {
  const std::new_handler handler = std::get_new_handler();
  if (block == nullptr && size > 0 && handler != nullptr) handler();
  return block;
}

void* allocate(std::size_t size, const char* /*file*/, int /*line*/) {
  return checked(std::malloc(size), size);
}

void* reallocate(void* block, std::size_t size, const char* /*file*/, int /*line*/) {
  return checked(std::realloc(block, size), size);
}

void release(void* block, const char* /*file*/, int /*line*/) {
  std::free(block);
}

}  // namespace

void let_openssl_call_the_new_handler() {
  LL_ASSERT(CRYPTO_set_mem_functions(allocate, reallocate, release) == 1, "OpenSSL has allocated nothing yet");
}

}  // namespace lotledger
