// engine/evidence/sealed.h - personal data in records: sealed with AES-256-GCM under keys that live outside the ledger,
// so that destroying a key erases what it sealed while the chain still verifies (requirements R108; NIST SP 800-38D).
#pragma once

#include "engine/base/hash.h"
#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/base/sealed_field.h"
#include "engine/log/disk.h"

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace lotledger::engine {

/// Keys in files of one folder, one per subject: KEY_ID.key, mode 0600, the key and a checksum (docs/data_format.md).
/// Not for use by two threads at once.
class KeyStore {
 public:
  /// `disk` and `random` must outlive the store. The folder is made when the first key is.
  KeyStore(Disk& disk, Random& random, std::string folder) : disk_(disk), random_(random), folder_(std::move(folder)) {}

  /// Seals `text` for a subject (a party's key); makes the subject's key when there is none. corrupt when its file is
  /// damaged: what was sealed under it stays sealed until the file is restored.
  [[nodiscard]] Result<SealedField> seal(std::string_view subject, std::string_view text);
  /// The plain text. not_found when the key was destroyed; corrupt when the field or its commitment does not verify.
  [[nodiscard]] Result<std::string> open(const SealedField& field);
  /// HMAC-SHA256 of `text` under the subject's key: equal texts can be recognised without being stored or guessed.
  [[nodiscard]] Result<Digest> fingerprint(std::string_view subject, std::string_view text);
  /// Destroys the key: everything sealed under it is unreadable for ever. not_found when there is none.
  [[nodiscard]] Result<void> destroy(const std::string& key_id);

 private:
  using Key = std::array<std::uint8_t, 32>;
  [[nodiscard]] Result<Key> key_of(const std::string& key_id, bool make);
  [[nodiscard]] std::string path_of(const std::string& key_id) const { return folder_ + "/" + key_id + ".key"; }

  Disk& disk_;
  Random& random_;
  std::string folder_;
  std::map<std::string, Key> keys_;
};

/// ok when the file of that name in a folder of keys holds a key; corrupt with the path, io.
[[nodiscard]] Result<void> check_key_file(Disk& disk, const std::string& path);

/// Id of a subject's key: 32 hexadecimal digits that do not tell the subject.
[[nodiscard]] std::string key_id_of(std::string_view subject);

}  // namespace lotledger::engine
