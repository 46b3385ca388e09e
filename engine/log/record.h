// engine/log/record.h - the stored record: a fixed 128-byte header and a body. Drawn byte by byte in
// docs/data_format.md. The leaf hash covers the header only, and the header carries the body's hash, so that a leaf can
// be proved while its body is withheld.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/time.h"

#include <memory>
#include <vector>

namespace lotledger::engine {

inline constexpr std::size_t k_header_bytes = 128;
inline constexpr std::size_t k_body_bytes_max = std::size_t{8} << 20;
/// First four bytes of a header: "LLR" and the format version.
inline constexpr std::array<std::uint8_t, 4> k_record_magic{'L', 'L', 'R', 1};
/// Hash suite 1 = SHA-256 (FIPS 180-4) for bodies, leaves and tree.
inline constexpr std::uint16_t k_hash_suite = 1;
/// Version of schemas/ that wrote the body. A body of a higher version is kept, reported and makes answers incomplete.
inline constexpr std::uint16_t k_schema_version = 1;

/// Flag: the record opens the epoch that its header names (EpochOpened). In the header, because the rule of acceptance
/// on Kafka reads headers only.
inline constexpr std::uint32_t k_flag_opens_epoch = 1;

/// The header's fields, in their stored order.
struct RecordHeader {
  std::uint16_t hash_suite = k_hash_suite;
  std::uint16_t schema_version = k_schema_version;
  LedgerId ledger;
  Seq seq = 0;
  Digest previous_leaf{};    ///< Leaf hash of seq - 1; zero for record 0.
  std::uint64_t epoch = 1;   ///< Number of the writing epoch.
  std::uint64_t writer = 0;  ///< Random id of the writer that opened the epoch.
  Instant recorded_at;       ///< The writer's clock; never decreases within a ledger.
  std::uint32_t body_bytes = 0;
  std::uint32_t flags = 0;  ///< k_flag_opens_epoch; a reader refuses unknown ones.
  Digest body_hash{};       ///< SHA-256 of the body.
  friend bool operator==(const RecordHeader&, const RecordHeader&) = default;
};

using HeaderBytes = std::array<std::uint8_t, k_header_bytes>;

[[nodiscard]] HeaderBytes encode_header(const RecordHeader& header);
/// corrupt when the magic, version, suite or flags are not ours, or the body length is over the limit.
[[nodiscard]] Result<RecordHeader> decode_header(Bytes bytes);
/// SHA-256(0x00 || header), the leaf hash of RFC 6962 section 2.1 over the header.
[[nodiscard]] Digest leaf_hash(Bytes header_bytes);

/// A record as stored, shared by whoever still reads it. `header_bytes()` and `body()` point into one 16-byte aligned
/// block, so FlatBuffers are read in place.
class StoredRecord {
 public:
  StoredRecord() = default;
  /// Takes over `block`: 128 header bytes followed by the body. The header was decoded from it.
  StoredRecord(std::shared_ptr<const std::uint8_t> block, const RecordHeader& header, const Digest& leaf)
      : block_(std::move(block)), header_(header), leaf_(leaf) {}

  [[nodiscard]] const RecordHeader& header() const { return header_; }
  [[nodiscard]] Seq seq() const { return header_.seq; }
  [[nodiscard]] const Digest& leaf() const { return leaf_; }
  [[nodiscard]] Bytes header_bytes() const { return {block_.get(), k_header_bytes}; }
  [[nodiscard]] Bytes body() const { return {block_.get() + k_header_bytes, header_.body_bytes}; }

  /// What is known of the body beside its hash, so that those who come later need not look again.
  enum class Reading : std::uint8_t {
    unknown,     ///< Nobody in this process has looked.
    readable,    ///< Well formed, of known types, within its ranges.
    unreadable,  ///< Not for this program.
  };
  [[nodiscard]] Reading reading() const { return reading_; }
  void note(Reading reading) { reading_ = reading; }

 private:
  std::shared_ptr<const std::uint8_t> block_;
  RecordHeader header_;
  Digest leaf_;
  Reading reading_ = Reading::unknown;
};

/// Completes `header` (body length, body hash) and joins it with `body` into a stored record.
[[nodiscard]] StoredRecord make_record(RecordHeader header, Bytes body);
/// Reads one record at the start of `bytes` and verifies body hash. corrupt names what differs. Copies the bytes.
[[nodiscard]] Result<StoredRecord> read_record(Bytes bytes);
/// As read_record(), without copying: the record keeps `block` alive, which holds `size` bytes and is 16-byte aligned.
[[nodiscard]] Result<StoredRecord> adopt_record(std::shared_ptr<const std::uint8_t> block, std::size_t size);
/// A block for records, aligned to 16 bytes; its content is undefined.
[[nodiscard]] std::shared_ptr<std::uint8_t> make_block(std::size_t size);

}  // namespace lotledger::engine
