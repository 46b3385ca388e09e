// engine/codec/codec.h - values to FlatBuffers and back: the only FlatBuffers builder code. One file per area beside
// this one, so that a new event touches only files named after its area (docs/adr/0002).
#pragma once

#include "engine/submission.h"

#include "schemas/event_generated.h"
#include "schemas/submission_generated.h"

#include <memory>

namespace lotledger::engine {

/// Encodes bodies into one reused buffer. Not for use by two threads at once.
class BodyEncoder {
 public:
  BodyEncoder();
  ~BodyEncoder();
  BodyEncoder(const BodyEncoder&) = delete;
  BodyEncoder& operator=(const BodyEncoder&) = delete;

  /// The encoded body, valid until the next call and as long as the encoder: none of a temporary one. invalid_input
  /// when it exceeds k_body_bytes_max, naming its size.
  [[nodiscard]] Result<Bytes> encode(const Body& body) &;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Verifies bytes from outside (socket, log, file) with the generated verifier under limits (depth 16, tables bounded
/// by the size), then the ranges that the verifier does not know. corrupt says what failed. The pointer points into
/// `bytes`, which must be 16-byte aligned.
[[nodiscard]] Result<const schema::Body*> verify_body(Bytes bytes);
/// The part of verify_body that the generated verifier does not know: numbers of tags, ranges of quantities.
[[nodiscard]] Result<void> check_ranges(const schema::Body& body);
/// The same for one event.
[[nodiscard]] Result<void> check_event(const schema::Event& event);
[[nodiscard]] bool event_known(const schema::Event& event);
/// False when the body holds an event type of a later version: such a record is kept and makes answers incomplete.
[[nodiscard]] bool all_events_known(const schema::Body& body);
/// Reads a body that was verified when it entered this process. Asserts nothing but the root.
[[nodiscard]] inline const schema::Body* body_of(const StoredRecord& record) {
  return schema::GetBody(record.body().data());
}
/// Whether this program knows the schema version of a record and all its event types.
[[nodiscard]] bool readable(const StoredRecord& record);
/// The same of a body that this process has just encoded: it is well formed by construction, so only what it says is
/// looked at.
[[nodiscard]] bool readable_as_encoded(const StoredRecord& record);

/// The inverse of BodyEncoder::encode, for the socket, tests and tools. Never on the fold path.
[[nodiscard]] Body decode_body(const schema::Body& body);

[[nodiscard]] Result<ByteVector> encode_submission(const Submission& submission);
/// corrupt when the bytes are no submission.
[[nodiscard]] Result<Submission> decode_submission(Bytes bytes);
[[nodiscard]] ByteVector encode_receipt(const Result<Receipt>& receipt);
[[nodiscard]] Result<Receipt> decode_receipt(Bytes bytes);

}  // namespace lotledger::engine
