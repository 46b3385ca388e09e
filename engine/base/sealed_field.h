// engine/base/sealed_field.h - a field that identifies a person, as it stands in a record. Mirrors schemas/common.fbs.
#pragma once

#include "engine/base/bytes.h"

#include <string>

namespace lotledger {

/// Personal data, encrypted under a key outside the ledger (engine/evidence/sealed.h makes and opens it).
struct SealedField {
  std::string key_id;
  ByteVector nonce;
  ByteVector ciphertext;
  ByteVector commitment;
  friend bool operator==(const SealedField&, const SealedField&) = default;
};

}  // namespace lotledger
