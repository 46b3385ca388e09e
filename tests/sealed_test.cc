// tests/sealed_test.cc - personal data is readable with its key only, and destroying the key erases it.
#include "engine/evidence/sealed.h"

#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

using namespace lotledger;

namespace {

/// Bytes that differ from call to call and are the same in every run.
class CountingRandom final : public Random {
 public:
  void fill(MutableBytes to) override {
    for (std::uint8_t& byte : to) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

}  // namespace

TEST_CASE("sealed: a field opens with its key, in a later process too, and not without it") {
  const auto disk = std::make_unique<tests::SimDisk>();
  CountingRandom random;
  engine::KeyStore keys(*disk, random, "/data/keys");
  const auto field = keys.seal("party 1", "Dr. Müller, +49 30 5550");
  REQUIRE(field.has_value());
  CHECK(field->ciphertext.size() == 16 + std::string("Dr. Müller, +49 30 5550").size() + 16);

  engine::KeyStore later(*disk, random, "/data/keys");
  const auto opened = later.open(*field);
  REQUIRE(opened.has_value());
  CHECK(*opened == "Dr. Müller, +49 30 5550");

  REQUIRE(later.destroy(field->key_id).has_value());
  CHECK(later.open(*field).error().code == ErrorCode::not_found);
  CHECK(later.destroy(field->key_id).error().code == ErrorCode::not_found);
}

TEST_CASE("sealed: any changed byte and any other length of a key file is found and named") {
  const auto disk = std::make_unique<tests::SimDisk>();
  CountingRandom random;
  const auto field = engine::KeyStore(*disk, random, "/data/keys").seal("party 1", "secret");
  REQUIRE(field.has_value());
  const std::string path = "/data/keys/" + field->key_id + ".key";
  const ByteVector whole = disk->content(path);
  REQUIRE(whole.size() == 64);
  const auto refused = [&](const ByteVector& content) {
    disk->put(path, content);
    engine::KeyStore keys(*disk, random, "/data/keys");
    const auto opened = keys.open(*field);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == ErrorCode::corrupt);
    CHECK(opened.error().message.starts_with(path));
    CHECK(keys.fingerprint("party 1", "secret").error().code == ErrorCode::corrupt);
    CHECK(engine::check_key_file(*disk, path).error().code == ErrorCode::corrupt);
  };
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    ByteVector changed = whole;
    changed[at] ^= 0x10;
    refused(changed);
  }
  for (std::size_t size = 0; size <= whole.size() + 1; ++size) {
    CAPTURE(size);
    ByteVector cut = whole;
    cut.resize(size);
    if (size != 32 && size != 64) refused(cut);
  }
  // The key of another subject is no key of this one.
  REQUIRE(engine::KeyStore(*disk, random, "/data/keys").seal("party 2", "secret").has_value());
  refused(disk->content("/data/keys/" + engine::key_id_of("party 2") + ".key"));
  // Files of before: the key alone.
  disk->put(path, ByteVector(whole.begin(), whole.begin() + 32));
  CHECK(*engine::KeyStore(*disk, random, "/data/keys").open(*field) == "secret");
}

TEST_CASE("sealed: any changed byte of nonce, cipher text or commitment is found") {
  const auto disk = std::make_unique<tests::SimDisk>();
  CountingRandom random;
  engine::KeyStore keys(*disk, random, "/data/keys");
  const auto field = keys.seal("party 1", "secret");
  REQUIRE(field.has_value());
  const auto corrupt = [&](ByteVector SealedField::* part) {
    for (std::size_t at = 0; at < ((*field).*part).size(); ++at) {
      SealedField changed = *field;
      (changed.*part)[at] ^= 1;
      const auto opened = keys.open(changed);
      REQUIRE_FALSE(opened.has_value());
      CHECK(opened.error().code == ErrorCode::corrupt);
    }
  };
  corrupt(&SealedField::nonce);
  corrupt(&SealedField::ciphertext);
  corrupt(&SealedField::commitment);
}

TEST_CASE("sealed: fingerprints recognise equal texts of one subject, and tell nothing across subjects") {
  const auto disk = std::make_unique<tests::SimDisk>();
  CountingRandom random;
  engine::KeyStore keys(*disk, random, "/data/keys");
  CHECK(*keys.fingerprint("party 1", "a@x") == *keys.fingerprint("party 1", "a@x"));
  CHECK(*keys.fingerprint("party 1", "a@x") != *keys.fingerprint("party 1", "b@x"));
  CHECK(*keys.fingerprint("party 1", "a@x") != *keys.fingerprint("party 2", "a@x"));
  CHECK(engine::key_id_of("party 1").find("party") == std::string::npos);
}
