// engine/log/record.cc - header bytes, leaf hashes and record blocks.
#include "engine/log/record.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <new>

namespace lotledger::engine {

namespace {
// Offsets of the header's fields, as docs/data_format.md draws them.
constexpr std::size_t k_at_hash_suite = 4;
constexpr std::size_t k_at_schema_version = 6;
constexpr std::size_t k_at_ledger = 8;
constexpr std::size_t k_at_seq = 24;
constexpr std::size_t k_at_previous_leaf = 32;
constexpr std::size_t k_at_epoch = 64;
constexpr std::size_t k_at_writer = 72;
constexpr std::size_t k_at_recorded_at = 80;
constexpr std::size_t k_at_body_bytes = 88;
constexpr std::size_t k_at_flags = 92;
constexpr std::size_t k_at_body_hash = 96;
static_assert(k_at_body_hash + sizeof(Digest::bytes) == k_header_bytes);

constexpr std::align_val_t k_block_alignment{16};

std::unexpected<Error> corrupt(const std::string& why) {
  return fail(ErrorCode::corrupt, why);
}

/// Everything of a header that must hold before its other fields mean anything.
Result<void> check_format(Bytes bytes) {
  if (bytes.size() < k_header_bytes) {
    return corrupt("record header is cut off after " + std::to_string(bytes.size()) + " of 128 bytes");
  }
  if (!std::equal(k_record_magic.begin(), k_record_magic.end(), bytes.begin())) {
    return corrupt("not a record of format version 1 (starts " + to_hex(bytes.first(4)) + ", expected 4c4c5201)");
  }
  const auto suite = load_le<std::uint16_t>(bytes.data() + k_at_hash_suite);
  if (suite != k_hash_suite) return corrupt("hash suite " + std::to_string(suite) + " is unknown, expected 1");
  const auto flags = load_le<std::uint32_t>(bytes.data() + k_at_flags);
  if ((flags & ~k_flag_opens_epoch) != 0) {
    return corrupt("record flags " + std::to_string(flags) + " are unknown, expected 0 or 1");
  }
  const auto body_bytes = load_le<std::uint32_t>(bytes.data() + k_at_body_bytes);
  if (body_bytes > k_body_bytes_max) {
    return corrupt("body length " + std::to_string(body_bytes) + " is over the limit of 8388608 bytes");
  }
  return {};
}
}  // namespace

std::shared_ptr<std::uint8_t> make_block(std::size_t size) {
  void* const raw = ::operator new(size, k_block_alignment);
  return {static_cast<std::uint8_t*>(raw), [](std::uint8_t* block) { ::operator delete(block, k_block_alignment); }};
}

HeaderBytes encode_header(const RecordHeader& header) {
  HeaderBytes bytes{};
  const auto put = [&bytes](std::size_t at, const auto& from) {
    std::copy(from.begin(), from.end(), bytes.data() + at);
  };
  put(0, k_record_magic);
  store_le(bytes.data() + k_at_hash_suite, header.hash_suite);
  store_le(bytes.data() + k_at_schema_version, header.schema_version);
  put(k_at_ledger, header.ledger.bytes);
  store_le(bytes.data() + k_at_seq, header.seq);
  put(k_at_previous_leaf, header.previous_leaf.bytes);
  store_le(bytes.data() + k_at_epoch, header.epoch);
  store_le(bytes.data() + k_at_writer, header.writer);
  store_le(bytes.data() + k_at_recorded_at, header.recorded_at.utc_us);
  store_le(bytes.data() + k_at_body_bytes, header.body_bytes);
  store_le(bytes.data() + k_at_flags, header.flags);
  put(k_at_body_hash, header.body_hash.bytes);
  return bytes;
}

Result<RecordHeader> decode_header(Bytes bytes) {
  LL_TRY(check_format(bytes));
  const auto take = [bytes](std::size_t at, auto& to) { std::copy_n(bytes.data() + at, to.size(), to.begin()); };
  RecordHeader header;
  header.hash_suite = load_le<std::uint16_t>(bytes.data() + k_at_hash_suite);
  header.schema_version = load_le<std::uint16_t>(bytes.data() + k_at_schema_version);
  take(k_at_ledger, header.ledger.bytes);
  header.seq = load_le<std::uint64_t>(bytes.data() + k_at_seq);
  take(k_at_previous_leaf, header.previous_leaf.bytes);
  header.epoch = load_le<std::uint64_t>(bytes.data() + k_at_epoch);
  header.writer = load_le<std::uint64_t>(bytes.data() + k_at_writer);
  header.recorded_at.utc_us = load_le<std::int64_t>(bytes.data() + k_at_recorded_at);
  header.body_bytes = load_le<std::uint32_t>(bytes.data() + k_at_body_bytes);
  header.flags = load_le<std::uint32_t>(bytes.data() + k_at_flags);
  take(k_at_body_hash, header.body_hash.bytes);
  return header;
}

Digest leaf_hash(Bytes header_bytes) {
  LL_ASSERT(header_bytes.size() == k_header_bytes, "a leaf covers exactly the header");
  // One buffer, so that the digest is fed once: twice is measurably slower for 129 bytes.
  std::array<std::uint8_t, 1 + k_header_bytes> leaf{};
  std::copy(header_bytes.begin(), header_bytes.end(), leaf.data() + 1);
  return sha256(leaf);
}

StoredRecord make_record(RecordHeader header, Bytes body) {
  LL_ASSERT(body.size() <= k_body_bytes_max, "a body of more than 8 MiB");
  header.body_bytes = static_cast<std::uint32_t>(body.size());
  header.body_hash = sha256(body);
  auto block = make_block(k_header_bytes + body.size());
  const HeaderBytes bytes = encode_header(header);
  std::copy(bytes.begin(), bytes.end(), block.get());
  std::copy(body.begin(), body.end(), block.get() + k_header_bytes);
  return {std::move(block), header, leaf_hash(bytes)};
}

Result<StoredRecord> adopt_record(std::shared_ptr<const std::uint8_t> block, std::size_t size) {
  const Bytes bytes{block.get(), size};
  LL_ASSIGN(const RecordHeader header, decode_header(bytes));
  if (size - k_header_bytes < header.body_bytes) {
    return corrupt("record " + std::to_string(header.seq) + ": body is cut off after " +
                   std::to_string(size - k_header_bytes) + " of " + std::to_string(header.body_bytes) + " bytes");
  }
  if (sha256(bytes.subspan(k_header_bytes, header.body_bytes)) != header.body_hash) {
    return corrupt("record " + std::to_string(header.seq) + ": SHA-256 of the body differs from the header's");
  }
  const Digest leaf = leaf_hash(bytes.first(k_header_bytes));
  return StoredRecord{std::move(block), header, leaf};
}

Result<StoredRecord> read_record(Bytes bytes) {
  LL_ASSIGN(const RecordHeader header, decode_header(bytes));
  const std::size_t size = std::min(bytes.size(), k_header_bytes + header.body_bytes);
  auto block = make_block(size);
  std::copy_n(bytes.begin(), size, block.get());
  return adopt_record(std::move(block), size);
}

}  // namespace lotledger::engine
