// engine/log/segment.cc - encoding and decoding of segment files.
#include "engine/log/segment.h"

#include "engine/base/assert.h"
#include "engine/log/crc32c.h"

#include <algorithm>
#include <charconv>

namespace lotledger::engine {

namespace {
using Magic = std::array<std::uint8_t, 4>;
constexpr Magic k_segment_magic{'L', 'L', 'S', 1};
constexpr Magic k_frame_magic{'L', 'L', 'G', 1};
constexpr Magic k_trailer_magic{'L', 'L', 'F', 1};

// Header, frame and trailer begin alike: magic, then the CRC-32C of all that follows.
constexpr std::size_t k_at_crc = 4;
constexpr std::size_t k_checked_from = 8;

void finish_block(const Magic& magic, MutableBytes block) {
  std::copy(magic.begin(), magic.end(), block.begin());
  store_le(block.data() + k_at_crc, crc32c(block.subspan(k_checked_from)));
}

Result<void> check_block(const Magic& magic, Bytes block, std::size_t size, std::string_view name) {
  const auto bad = [name](const std::string& why) { return fail(ErrorCode::corrupt, std::string(name) + why); };
  if (block.size() < size) {
    return bad(" is cut off after " + std::to_string(block.size()) + " of " + std::to_string(size) + " bytes");
  }
  if (!std::equal(magic.begin(), magic.end(), block.begin())) {
    return bad(" expected, but found bytes " + to_hex(block.first(magic.size())));
  }
  const auto stored = load_le<std::uint32_t>(block.data() + k_at_crc);
  if (stored != crc32c(block.subspan(k_checked_from, size - k_checked_from))) return bad(": checksum differs");
  return {};
}
}  // namespace

ByteVector encode_segment_header(const SegmentHeader& header) {
  ByteVector bytes(k_segment_header_bytes);
  std::copy(header.ledger.bytes.begin(), header.ledger.bytes.end(), bytes.data() + 8);
  store_le(bytes.data() + 24, header.first);
  store_le(bytes.data() + 32, header.records_per_segment);
  std::copy(header.previous_leaf.bytes.begin(), header.previous_leaf.bytes.end(), bytes.data() + 40);
  finish_block(k_segment_magic, bytes);
  return bytes;
}

Result<SegmentHeader> decode_segment_header(Bytes bytes) {
  LL_TRY(check_block(k_segment_magic, bytes, k_segment_header_bytes, "segment header"));
  SegmentHeader header;
  std::copy_n(bytes.data() + 8, header.ledger.bytes.size(), header.ledger.bytes.begin());
  header.first = load_le<Seq>(bytes.data() + 24);
  header.records_per_segment = load_le<std::uint64_t>(bytes.data() + 32);
  std::copy_n(bytes.data() + 40, header.previous_leaf.bytes.size(), header.previous_leaf.bytes.begin());
  if (header.records_per_segment == 0 || header.first % header.records_per_segment != 0) {
    return fail(ErrorCode::corrupt, "segment header: first seq " + std::to_string(header.first) +
                                        " is no multiple of the segment size " +
                                        std::to_string(header.records_per_segment));
  }
  return header;
}

void encode_frame_header(const FrameHeader& frame, MutableBytes to) {
  const MutableBytes bytes = to.first(k_frame_header_bytes);
  store_le(bytes.data() + 8, frame.first);
  store_le(bytes.data() + 16, frame.durable_to);
  store_le(bytes.data() + 24, frame.payload_bytes);
  store_le(bytes.data() + 32, frame.count);
  store_le(bytes.data() + 36, frame.payload_crc);
  store_le(bytes.data() + 40, frame.offset);
  finish_block(k_frame_magic, bytes);
}

Result<FrameHeader> decode_frame_header(Bytes bytes, std::uint64_t offset) {
  LL_TRY(check_block(k_frame_magic, bytes, k_frame_header_bytes, "group frame"));
  FrameHeader frame;
  frame.first = load_le<Seq>(bytes.data() + 8);
  frame.durable_to = load_le<Seq>(bytes.data() + 16);
  frame.payload_bytes = load_le<std::uint64_t>(bytes.data() + 24);
  frame.count = load_le<std::uint32_t>(bytes.data() + 32);
  frame.payload_crc = load_le<std::uint32_t>(bytes.data() + 36);
  frame.offset = load_le<std::uint64_t>(bytes.data() + 40);
  if (frame.offset != offset) {
    return fail(ErrorCode::corrupt, "group frame was written for offset " + std::to_string(frame.offset));
  }
  const bool lengths_fit = frame.count > 0 && frame.payload_bytes <= k_group_bytes_max &&
                           frame.payload_bytes >= frame.count * slot_bytes(0) && frame.payload_bytes % 16 == 0;
  if (!lengths_fit) {
    return fail(ErrorCode::corrupt, "group frame states " + std::to_string(frame.count) + " records in " +
                                        std::to_string(frame.payload_bytes) + " bytes");
  }
  return frame;
}

Result<SegmentTrailer> decode_trailer(Bytes bytes) {
  LL_TRY(check_block(k_trailer_magic, bytes, k_trailer_bytes, "segment trailer"));
  SegmentTrailer trailer;
  trailer.first = load_le<Seq>(bytes.data() + 8);
  trailer.count = load_le<std::uint64_t>(bytes.data() + 16);
  trailer.index_offset = load_le<std::uint64_t>(bytes.data() + 24);
  trailer.index_crc = load_le<std::uint32_t>(bytes.data() + 32);
  std::copy_n(bytes.data() + 40, trailer.last_leaf.bytes.size(), trailer.last_leaf.bytes.begin());
  return trailer;
}

ByteVector encode_footer(Seq first, std::span<const std::uint64_t> offsets, std::uint64_t index_offset,
                         const Digest& last_leaf) {
  const std::size_t index_bytes = offsets.size_bytes();
  ByteVector bytes(index_bytes + k_trailer_bytes);
  for (std::size_t i = 0; i < offsets.size(); ++i) store_le(bytes.data() + i * sizeof offsets[i], offsets[i]);
  const MutableBytes trailer = MutableBytes(bytes).subspan(index_bytes);
  store_le(trailer.data() + 8, first);
  store_le(trailer.data() + 16, std::uint64_t{offsets.size()});
  store_le(trailer.data() + 24, index_offset);
  store_le(trailer.data() + 32, crc32c(Bytes(bytes).first(index_bytes)));
  std::copy(last_leaf.bytes.begin(), last_leaf.bytes.end(), trailer.data() + 40);
  finish_block(k_trailer_magic, trailer);
  return bytes;
}

std::uint32_t slot_crc(const std::uint8_t* slot, std::uint64_t body_bytes) {
  return load_le<std::uint32_t>(slot + slot_bytes(body_bytes) - sizeof(std::uint32_t));
}

std::uint32_t encode_slot(const StoredRecord& record, MutableBytes to) {
  const Bytes header = record.header_bytes();
  const Bytes body = record.body();
  const MutableBytes checked = to.first(slot_bytes(body.size()) - sizeof(std::uint32_t));
  std::copy(header.begin(), header.end(), checked.begin());
  std::copy(body.begin(), body.end(), checked.begin() + k_header_bytes);
  std::fill(checked.begin() + static_cast<std::ptrdiff_t>(k_header_bytes + body.size()), checked.end(),
            std::uint8_t{0});
  const std::uint32_t crc = crc32c(checked);
  store_le(checked.data() + checked.size(), crc);
  return crc;
}

Result<StoredRecord> decode_slot(std::shared_ptr<const std::uint8_t> block, std::size_t size) {
  const Bytes bytes{block.get(), size};
  LL_ASSIGN(const RecordHeader header, decode_header(bytes));
  const std::uint64_t needed = slot_bytes(header.body_bytes);
  if (size < needed) {
    return fail(ErrorCode::corrupt,
                "record is cut off after " + std::to_string(size) + " of " + std::to_string(needed) + " bytes");
  }
  if (crc32c(bytes.first(needed - sizeof(std::uint32_t))) != slot_crc(block.get(), header.body_bytes)) {
    return fail(ErrorCode::corrupt, "record: checksum differs");
  }
  return adopt_record(std::move(block), size);
}

void encode_group(std::span<const StoredRecord> records, std::uint64_t offset, Seq durable_to, EncodedGroup& to) {
  LL_ASSERT(!records.empty(), "a group holds at least one record");
  std::uint64_t size = k_frame_header_bytes;
  to.offsets.clear();
  for (const StoredRecord& record : records) {
    to.offsets.push_back(offset + size);
    size += slot_bytes(record.body().size());
  }
  to.bytes.resize(size);
  std::uint32_t payload_crc = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::uint32_t crc = encode_slot(records[i], MutableBytes(to.bytes).subspan(to.offsets[i] - offset));
    payload_crc = crc32c({reinterpret_cast<const std::uint8_t*>(&crc), sizeof crc}, payload_crc);
  }
  const FrameHeader frame{.first = records.front().seq(),
                          .durable_to = durable_to,
                          .payload_bytes = size - k_frame_header_bytes,
                          .count = static_cast<std::uint32_t>(records.size()),
                          .payload_crc = payload_crc,
                          .offset = offset};
  encode_frame_header(frame, to.bytes);
}

namespace {
constexpr std::size_t k_name_digits = 20;
constexpr std::string_view k_name_end = ".seg";
}  // namespace

std::string segment_name(Seq first) {
  const std::string digits = std::to_string(first);
  return std::string(k_name_digits - digits.size(), '0') + digits + std::string(k_name_end);
}

std::optional<Seq> parse_segment_name(std::string_view name) {
  if (name.size() != k_name_digits + k_name_end.size() || !name.ends_with(k_name_end)) return std::nullopt;
  Seq first = 0;
  const char* const end = name.data() + k_name_digits;
  const auto [stopped, error] = std::from_chars(name.data(), end, first);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return first;
}

}  // namespace lotledger::engine
