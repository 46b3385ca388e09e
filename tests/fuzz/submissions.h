// tests/fuzz/submissions.h - what the fuzz targets of connectors share: reading a whole file into submissions, and
// making of each what a ledger would store.
#pragma once

#include "connectors/base/rows.h"
#include "engine/codec/codec.h"

#include <cstdlib>
#include <memory>
#include <vector>

namespace lotledger::tests {

/// Keys that anybody knows; nothing is kept.
inline connectors::PersonalData open_secrets() {
  return {[](std::string_view subject, std::string_view text) -> Result<SealedField> {
            SealedField field;
            field.key_id = sha256(subject).hex().substr(0, 32);
            field.ciphertext.assign(text.begin(), text.end());
            return field;
          },
          [](std::string_view, std::string_view text) -> Result<Digest> { return sha256(text); }};
}

/// Reads to the end. Every submission must be one that can be recorded and read back, or be refused as too large.
inline void take_all(const Result<std::unique_ptr<connectors::SubmissionReader>>& reader) {
  if (!reader.has_value()) return;
  std::vector<connectors::MappedRow> rows;
  engine::BodyEncoder encoder;
  for (Result<bool> more = true; more.has_value() && *more;) {
    rows.clear();
    more = (*reader)->next(rows);
    for (const connectors::MappedRow& row : rows) {
      const auto encoded = encoder.encode(row.submission.body);
      if (!encoded.has_value()) continue;
      // As a stored record, because bodies are read in place from memory that is aligned so.
      if (!engine::verify_body(engine::make_record({}, *encoded).body()).has_value()) std::abort();
    }
  }
}

}  // namespace lotledger::tests
