// tests/hash_test.cc - SHA-256: published vectors, reuse of one context, hexadecimal text.
#include "engine/base/hash.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

namespace lotledger::tests {

TEST_CASE("hash: SHA-256 gives the published digests") {
  struct Row {
    std::string_view name;
    std::string message;
    std::string_view expected;
  };
  // FIPS 180-4 example messages of NIST.
  const Row rows[] = {
      {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"one block", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"a million times a", std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(sha256(row.message).hex() == row.expected);
  }
}

TEST_CASE("hash: a context starts anew after each digest") {
  Sha256 hash;
  const Digest first = hash.of(bytes_of("abc"));
  CHECK(hash.finish() == sha256(""));
  CHECK(hash.of(bytes_of("abc")) == first);
}

TEST_CASE("hash: parts give the digest of the whole") {
  CHECK(rc::check("chunks", [](const std::vector<std::string>& parts) {
    Sha256 hash;
    std::string whole;
    for (const std::string& part : parts) {
      hash.update(bytes_of(part));
      whole += part;
    }
    RC_ASSERT(hash.finish() == sha256(whole));
  }));
}

TEST_CASE("hash: any flipped bit changes the digest") {
  CHECK(rc::check("flip", [](std::string text) {
    RC_PRE(!text.empty());
    const Digest before = sha256(text);
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    text[at] = static_cast<char>(text[at] ^ (1 << *rc::gen::inRange(0, 8)));
    RC_ASSERT(sha256(text) != before);
  }));
}

TEST_CASE("bytes: hexadecimal text") {
  CHECK(rc::check("round trip", [](const ByteVector& bytes) { RC_ASSERT(from_hex(to_hex(bytes)) == bytes); }));
  CHECK(from_hex("0aFF") == ByteVector{0x0a, 0xff});
  CHECK(from_hex("abc").empty());
  CHECK(from_hex("0g").empty());
}

}  // namespace lotledger::tests
