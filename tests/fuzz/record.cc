// tests/fuzz/record.cc - any bytes as a stored record, and as the body of one: what the verifier lets pass can be
// decoded and encoded again.
#include "engine/log/record.h"
#include "engine/codec/codec.h"
#include "engine/sequencer.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lotledger;
  const Bytes bytes(data, size);
  static_cast<void>(engine::read_record(bytes));
  // Bodies are read in place, in memory that is aligned as a stored record's.
  const engine::StoredRecord record = engine::make_record({}, bytes.first(std::min(size, engine::k_body_bytes_max)));
  const auto body = engine::verify_body(record.body());
  if (!body.has_value() || !engine::all_events_known(**body)) return 0;
  static_cast<void>(engine::dedup_key_of(**body));
  engine::BodyEncoder encoder;
  const auto encoded = encoder.encode(engine::decode_body(**body));
  if (encoded.has_value() && !engine::verify_body(engine::make_record({}, *encoded).body()).has_value()) std::abort();
  return 0;
}
