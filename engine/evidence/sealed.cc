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

Result<KeyStore::Key> KeyStore::key_of(const std::string& key_id, bool make) {
  if (const auto known = keys_.find(key_id); known != keys_.end()) return known->second;
  const std::string path = path_of(key_id);
  LL_ASSIGN(const bool exists, disk_.exists(path));
  Key key;
  if (exists) {
    LL_ASSIGN(const ByteVector bytes, read_file(disk_, path, key.size()));
    if (bytes.size() != key.size())
      return fail(ErrorCode::corrupt, path + ": a key has 32 bytes, this file " + std::to_string(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), key.begin());
  } else {
    if (!make) return fail(ErrorCode::not_found, path + ": this key was destroyed or never stood here");
    random_.fill(key);
    LL_TRY(disk_.make_folders(folder_));
    LL_TRY(replace_file(disk_, path, key));
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
