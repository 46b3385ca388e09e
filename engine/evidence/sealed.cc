// engine/evidence/sealed.cc - AES-256-GCM fields and their keys.
#include "engine/evidence/sealed.h"

#include "engine/base/assert.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <optional>

namespace lotledger::engine {
namespace {

constexpr std::size_t k_nonce_bytes = 12;
constexpr std::size_t k_tag_bytes = 16;
constexpr std::size_t k_salt_bytes = 16;

struct CipherDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

int length_of(Bytes bytes) {
  return static_cast<int>(bytes.size());
}

/// Cipher text followed by the tag.
ByteVector encrypt(Bytes key, Bytes nonce, Bytes plain) {
  const Cipher cipher(EVP_CIPHER_CTX_new());
  ByteVector out(plain.size() + k_tag_bytes);
  int written = 0;
  int rest = 0;
  bool ok = cipher != nullptr;
  ok = ok && EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1;
  ok = ok && EVP_EncryptUpdate(cipher.get(), out.data(), &written, plain.data(), length_of(plain)) == 1;
  ok = ok && EVP_EncryptFinal_ex(cipher.get(), out.data() + written, &rest) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, k_tag_bytes, out.data() + plain.size()) == 1;
  LL_ASSERT(ok, "AES-256-GCM of OpenSSL works with a 32-byte key and a 12-byte nonce");
  return out;
}

/// The plain text, or nullopt when the tag does not verify.
std::optional<ByteVector> decrypt(Bytes key, Bytes nonce, Bytes sealed) {
  if (sealed.size() < k_tag_bytes || nonce.size() != k_nonce_bytes) return std::nullopt;
  const Bytes text = sealed.first(sealed.size() - k_tag_bytes);
  ByteVector tag(sealed.end() - k_tag_bytes, sealed.end());
  const Cipher cipher(EVP_CIPHER_CTX_new());
  ByteVector out(text.size());
  int written = 0;
  int rest = 0;
  bool ok = cipher != nullptr;
  ok = ok && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1;
  ok = ok && EVP_DecryptUpdate(cipher.get(), out.data(), &written, text.data(), length_of(text)) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, k_tag_bytes, tag.data()) == 1;
  ok = ok && EVP_DecryptFinal_ex(cipher.get(), out.data() + written, &rest) == 1;
  if (!ok) return std::nullopt;
  return out;
}

}  // namespace

std::string key_id_of(std::string_view subject) {
  return sha256(subject).hex().substr(0, 32);
}

namespace {

constexpr std::size_t k_key_bytes = 32;

/// What stands behind the key in its file: a flipped bit would make another key, which opens nothing and recognises
/// nobody, and an import would take known facts for new ones.
Digest key_check(const std::string& path, Bytes key) {
  const std::size_t name = path.rfind('/') + 1;
  const std::string id = path.substr(name, path.rfind('.') - name);
  Sha256 hash;
  hash.update(bytes_of(id));
  hash.update(key);
  return hash.finish();
}

Result<ByteVector> read_key(Disk& disk, const std::string& path) {
  constexpr std::size_t k_file_bytes = k_key_bytes + sizeof(Digest::bytes);
  auto bytes = read_file(disk, path, k_file_bytes);
  if (!bytes.has_value() && bytes.error().code == ErrorCode::invalid_input)
    return fail(ErrorCode::corrupt, path + ": is longer than a key with its checksum");
  if (!bytes.has_value()) return bytes;
  const std::size_t size = bytes->size();
  // Keys that were made before there was a checksum.
  if (size == k_key_bytes) return bytes;
  if (size != k_file_bytes) {
    return fail(ErrorCode::corrupt, path + ": a key with its checksum has 64 bytes, this file " + std::to_string(size));
  }
  const Digest check = key_check(path, Bytes(*bytes).first(k_key_bytes));
  if (!std::equal(check.bytes.begin(), check.bytes.end(), bytes->begin() + k_key_bytes))
    return fail(ErrorCode::corrupt, path + ": the key differs from its checksum; restore the file from a copy");
  bytes->resize(k_key_bytes);
  return bytes;
}

}  // namespace

Result<void> check_key_file(Disk& disk, const std::string& path) {
  LL_TRY(read_key(disk, path));
  return {};
}

Result<KeyStore::Key> KeyStore::key_of(const std::string& key_id, bool make) {
  if (const auto known = keys_.find(key_id); known != keys_.end()) return known->second;
  const std::string path = path_of(key_id);
  LL_ASSIGN(const bool exists, disk_.exists(path));
  Key key;
  if (exists) {
    LL_ASSIGN(const ByteVector bytes, read_key(disk_, path));
    std::copy(bytes.begin(), bytes.end(), key.begin());
  } else {
    if (!make) return fail(ErrorCode::not_found, path + ": this key was destroyed or never stood here");
    random_.fill(key);
    LL_TRY(disk_.make_folders(folder_));
    ByteVector file(key.begin(), key.end());
    const Digest check = key_check(path, key);
    file.insert(file.end(), check.bytes.begin(), check.bytes.end());
    LL_TRY(replace_file(disk_, path, file));
  }
  keys_.emplace(key_id, key);
  return key;
}

Result<SealedField> KeyStore::seal(std::string_view subject, std::string_view text) {
  SealedField field;
  field.key_id = key_id_of(subject);
  LL_ASSIGN(const Key key, key_of(field.key_id, true));
  ByteVector plain(k_salt_bytes);
  random_.fill(plain);
  const Bytes bytes = bytes_of(text);
  plain.insert(plain.end(), bytes.begin(), bytes.end());
  field.nonce.resize(k_nonce_bytes);
  random_.fill(field.nonce);
  field.ciphertext = encrypt(key, field.nonce, plain);
  const Digest commitment = sha256(Bytes(plain));
  field.commitment.assign(commitment.bytes.begin(), commitment.bytes.end());
  return field;
}

Result<std::string> KeyStore::open(const SealedField& field) {
  LL_ASSIGN(const Key key, key_of(field.key_id, false));
  const auto plain = decrypt(key, field.nonce, field.ciphertext);
  if (!plain || plain->size() < k_salt_bytes)
    return fail(ErrorCode::corrupt, "a sealed field does not verify under key " + field.key_id);
  const Digest commitment = sha256(Bytes(*plain));
  const bool committed = field.commitment.size() == commitment.bytes.size() &&
                         CRYPTO_memcmp(field.commitment.data(), commitment.bytes.data(), commitment.bytes.size()) == 0;
  if (!committed)
    return fail(ErrorCode::corrupt, "a sealed field differs from its commitment under key " + field.key_id);
  return std::string(plain->begin() + k_salt_bytes, plain->end());
}

Result<Digest> KeyStore::fingerprint(std::string_view subject, std::string_view text) {
  LL_ASSIGN(const Key key, key_of(key_id_of(subject), true));
  Digest digest;
  unsigned int length = 0;
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text).data(), text.size(),
                          digest.bytes.data(), &length);
  LL_ASSERT(made != nullptr && length == digest.bytes.size(), "HMAC-SHA256 of OpenSSL works with a 32-byte key");
  return digest;
}

Result<void> KeyStore::destroy(const std::string& key_id) {
  LL_TRY(key_of(key_id, false));
  keys_.erase(key_id);
  LL_TRY(disk_.remove(path_of(key_id)));
  return disk_.sync_folder(folder_);
}

}  // namespace lotledger::engine
