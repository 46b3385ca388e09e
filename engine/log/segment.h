// engine/log/segment.h - the bytes of a segment file: header, group frames, record slots, index and trailer. Pure
// encoding and decoding; drawn byte by byte in docs/data_format.md. Every byte is covered by a checksum.
#pragma once

#include "engine/base/ids.h"
#include "engine/log/record.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lotledger::engine {

inline constexpr std::size_t k_segment_header_bytes = 80;
inline constexpr std::size_t k_frame_header_bytes = 48;
inline constexpr std::size_t k_trailer_bytes = 80;
/// Most bytes of records in one group; what a reader of a frame must be ready to hold.
inline constexpr std::uint64_t k_group_bytes_max = std::uint64_t{64} << 20;

/// First bytes of a segment file.
struct SegmentHeader {
  LedgerId ledger;
  Seq first = 0;  ///< A multiple of records_per_segment.
  std::uint64_t records_per_segment = 0;
  Digest previous_leaf{};  ///< Leaf hash of record first - 1; zero in the first segment.
};

/// What precedes the records of one group. The group is whole iff this is intact and every record's slot is.
struct FrameHeader {
  Seq first = 0;
  Seq durable_to = k_no_seq;  ///< Last record known to be durable when the group was written.
  std::uint64_t payload_bytes = 0;
  std::uint32_t count = 0;
  std::uint32_t payload_crc = 0;  ///< CRC-32C over the checksums of the record slots, in order.
  std::uint64_t offset = 0;       ///< Of this frame in its file, so that a misdirected write is noticed.
};

/// Last bytes of a sealed segment.
struct SegmentTrailer {
  Seq first = 0;
  std::uint64_t count = 0;
  std::uint64_t index_offset = 0;  ///< Where the offsets of the records begin, 8 bytes each.
  std::uint32_t index_crc = 0;
  Digest last_leaf{};
};

/// Each decoder: corrupt with the reason; the caller adds file and position.
[[nodiscard]] ByteVector encode_segment_header(const SegmentHeader& header);
[[nodiscard]] Result<SegmentHeader> decode_segment_header(Bytes bytes);
void encode_frame_header(const FrameHeader& frame, MutableBytes to);
[[nodiscard]] Result<FrameHeader> decode_frame_header(Bytes bytes, std::uint64_t offset);
[[nodiscard]] Result<SegmentTrailer> decode_trailer(Bytes bytes);
/// Index and trailer of a full segment whose records begin at `offsets`; they are to stand at `index_offset`.
[[nodiscard]] ByteVector encode_footer(Seq first, std::span<const std::uint64_t> offsets, std::uint64_t index_offset,
                                       const Digest& last_leaf);

/// Bytes of a record's slot: header, body, zero padding and a CRC-32C, together a multiple of 16.
[[nodiscard]] constexpr std::uint64_t slot_bytes(std::uint64_t body_bytes) {
  return (k_header_bytes + body_bytes + sizeof(std::uint32_t) + 15) / 16 * 16;
}
/// Writes a slot to the start of `to` and returns its checksum.
std::uint32_t encode_slot(const StoredRecord& record, MutableBytes to);
/// The record in the slot at the start of `block`, of which `size` bytes are there; shares the block. Verifies the
/// slot's checksum and the body hash.
[[nodiscard]] Result<StoredRecord> decode_slot(std::shared_ptr<const std::uint8_t> block, std::size_t size);
/// The checksum stored in the slot of a body of this length.
[[nodiscard]] std::uint32_t slot_crc(const std::uint8_t* slot, std::uint64_t body_bytes);

/// A group as it is written, and where its records stand in the file.
struct EncodedGroup {
  ByteVector bytes;
  std::vector<std::uint64_t> offsets;
};
/// Encodes `records`, at least one, as the group to be written at `offset`. Reuses the memory of `to`.
void encode_group(std::span<const StoredRecord> records, std::uint64_t offset, Seq durable_to, EncodedGroup& to);

/// `00000000000000065536.seg`
[[nodiscard]] std::string segment_name(Seq first);
/// The first seq that a segment's name states, or nullopt for other files.
[[nodiscard]] std::optional<Seq> parse_segment_name(std::string_view name);

}  // namespace lotledger::engine
