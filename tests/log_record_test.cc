// tests/log_record_test.cc - header bytes, leaf hashes, and refusal of what is not a record.
#include "engine/log/record.h"
#include "tests/support/log_records.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
RecordHeader distinct_fields() {
  RecordHeader header;
  header.schema_version = 0x0302;
  header.ledger = test_ledger();
  header.seq = 0x0807060504030201;
  std::fill(header.previous_leaf.bytes.begin(), header.previous_leaf.bytes.end(), std::uint8_t{0xAA});
  header.epoch = 0x1817161514131211;
  header.writer = 0x2827262524232221;
  header.recorded_at = Instant{0x3837363534333231};
  header.body_bytes = 0x00434241;
  std::fill(header.body_hash.bytes.begin(), header.body_hash.bytes.end(), std::uint8_t{0xBB});
  return header;
}

ByteVector bytes_of_record(const StoredRecord& record) {
  ByteVector bytes(record.header_bytes().begin(), record.header_bytes().end());
  bytes.insert(bytes.end(), record.body().begin(), record.body().end());
  return bytes;
}

template <typename T>
T arbitrary() {
  return *rc::gen::arbitrary<T>();
}
}  // namespace

TEST_CASE("record: every field of the header has its place") {
  const std::string expected =
      "4c4c5201"
      "0100"
      "0203"
      "7f3c0a521b6e4d079c840e5a2b9d6f11"
      "0102030405060708"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "1112131415161718"
      "2122232425262728"
      "3132333435363738"
      "41424300"
      "00000000"
      "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
  CHECK(to_hex(encode_header(distinct_fields())) == expected);
  CHECK(value_of(decode_header(from_hex(expected))) == distinct_fields());
}

TEST_CASE("record: decoding an encoded header gives it back") {
  CHECK(rc::check("header", [] {
    RecordHeader header;
    header.schema_version = arbitrary<std::uint16_t>();
    header.seq = arbitrary<Seq>();
    header.epoch = arbitrary<std::uint64_t>();
    header.writer = arbitrary<std::uint64_t>();
    header.recorded_at = Instant{arbitrary<std::int64_t>()};
    header.body_bytes = *rc::gen::inRange<std::uint32_t>(0, k_body_bytes_max + 1);
    header.ledger.bytes = arbitrary<std::array<std::uint8_t, 16>>();
    header.previous_leaf.bytes = arbitrary<std::array<std::uint8_t, 32>>();
    header.body_hash.bytes = arbitrary<std::array<std::uint8_t, 32>>();
    const auto decoded = decode_header(encode_header(header));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == header);
  }));
}

TEST_CASE("record: a header that is not ours is refused by name") {
  struct Row {
    std::string_view name;
    std::size_t at;
    std::uint8_t value;
    std::string_view expected;
  };
  constexpr Row rows[] = {
      {"magic", 0, 'X', "not a record of format version 1 (starts 584c5201"},
      {"version", 3, 2, "starts 4c4c5202"},
      {"hash suite", 4, 2, "hash suite 2 is unknown"},
      {"unknown flag", 92, 4, "record flags 4 are unknown"},
      {"body one byte too long", 90, 0x80, "body length 8388609 is over the limit"},
  };
  RecordHeader header = distinct_fields();
  header.body_bytes = 1;
  for (const Row& row : rows) {
    CAPTURE(row.name);
    HeaderBytes bytes = encode_header(header);
    bytes[row.at] = row.value;
    const auto refused = decode_header(bytes);
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == ErrorCode::corrupt);
    CHECK(refused.error().message.find(row.expected) != std::string::npos);
  }
  header.body_bytes = k_body_bytes_max;
  CHECK(decode_header(encode_header(header)).has_value());
  CHECK(decode_header(Bytes(encode_header(header)).first(127)).error().message ==
        "record header is cut off after 127 of 128 bytes");
}

TEST_CASE("record: the leaf hash is SHA-256 of a zero byte and the header") {  // RFC 6962 section 2.1
  const StoredRecord record = make_next({}, 10);
  ByteVector leaf{0};
  leaf.insert(leaf.end(), record.header_bytes().begin(), record.header_bytes().end());
  CHECK(record.leaf() == sha256(leaf));
  CHECK(leaf_hash(record.header_bytes()) == record.leaf());
  CHECK(record.header().body_hash == sha256(test_body(0, 10)));
}

TEST_CASE("record: header and body stand in one aligned block") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{333}, k_body_bytes_max}) {
    const StoredRecord made = make_next({}, size);
    const StoredRecord read = value_of(read_record(bytes_of_record(made)));
    for (const StoredRecord& record : {made, read}) {
      CHECK(reinterpret_cast<std::uintptr_t>(record.header_bytes().data()) % 16 == 0);
      CHECK(record.body().data() == record.header_bytes().data() + k_header_bytes);
      CHECK(same(record, made));
    }
  }
}

TEST_CASE("record: any flipped bit of the body and any cut is found") {
  const StoredRecord record = make_next({}, 64);
  const ByteVector whole = bytes_of_record(record);
  for (std::size_t at = k_header_bytes; at < whole.size(); ++at) {
    ByteVector bytes = whole;
    bytes[at] ^= 0x10;
    CHECK(read_record(bytes).error().message == "record 0: SHA-256 of the body differs from the header's");
  }
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(read_record(Bytes(whole).first(size)).error().code == ErrorCode::corrupt);
  ByteVector longer = whole;
  longer.push_back(7);
  CHECK(same(value_of(read_record(longer)), record));
}

}  // namespace lotledger::tests
