// engine/log/segment_scan.cc - the one place that tells a torn tail from damage.
#include "engine/log/segment_scan.h"

#include "engine/log/crc32c.h"

#include <algorithm>
#include <array>

namespace lotledger::engine {

namespace {

/// The records of one group as far as they are intact.
struct GroupRecords {
  std::uint32_t payload_crc = 0;
  std::uint64_t end = 0;  ///< Behind the last intact record, in the file.
  std::string why{};      ///< What is wrong with the record that follows; empty when the bytes simply end.
  bool misfit = false;    ///< That record is whole but does not belong there: no crash does that.
};

class Scanner {
 public:
  Scanner(const File& file, const ScanRequest& request, std::uint64_t size)
      : file_(file), request_(request), size_(size), frame_at_(request.offset) {
    found_.last = request.before;
    found_.end = request.offset;
  }

  Result<ScanFinding> run() {
    while (!found_.damage && wanted(next()) && frame_at_ < size_) LL_TRY(read_group());
    return std::move(found_);
  }

 private:
  [[nodiscard]] Seq next() const { return found_.last.seq + 1; }
  [[nodiscard]] Seq segment_last() const { return request_.segment.first + request_.segment.records_per_segment - 1; }
  [[nodiscard]] bool wanted(Seq seq) const { return seq <= segment_last() && seq < request_.stop_before; }

  Result<void> read_group();
  Result<void> read_payload(const FrameHeader& frame);
  Result<void> salvage(const std::string& why);
  Result<GroupRecords> take_records(std::uint64_t from, std::uint64_t bytes_max, std::uint64_t count_max);
  Result<void> check_record(const StoredRecord& record) const;
  void take(const StoredRecord& record, std::uint64_t offset);
  [[nodiscard]] std::shared_ptr<std::uint8_t> block_of(std::size_t bytes);
  [[nodiscard]] Result<bool> something_durable_behind(std::uint64_t from, Seq damaged) const;
  [[nodiscard]] bool before_known_durable(Seq seq) const {
    return request_.known_durable && request_.known_durable->seq != k_no_seq && seq <= request_.known_durable->seq;
  }
  void note_damage(Seq seq, std::uint64_t offset, std::string why, bool last_group) {
    found_.damage = ScanDamage{seq, offset, std::move(why), last_group && !before_known_durable(seq)};
  }

  const File& file_;
  const ScanRequest& request_;
  std::uint64_t size_;
  std::uint64_t frame_at_;
  std::shared_ptr<std::uint8_t> block_;  ///< Of the group before.
  std::size_t block_bytes_ = 0;
  ScanFinding found_;
};

/// Room for a group: that of the group before, unless somebody keeps a record of it. Memory that is new for every group
/// would have to be cleared by the system each time.
std::shared_ptr<std::uint8_t> Scanner::block_of(std::size_t bytes) {
  if (block_.use_count() != 1 || block_bytes_ < bytes) {
    block_ = make_block(bytes);
    block_bytes_ = bytes;
  }
  return block_;
}

Result<void> Scanner::read_group() {
  std::array<std::uint8_t, k_frame_header_bytes> bytes{};
  const std::size_t there = std::min<std::uint64_t>(bytes.size(), size_ - frame_at_);
  LL_ASSIGN(const std::size_t got, file_.read_at(frame_at_, MutableBytes(bytes).first(there)));
  const auto frame = decode_frame_header(Bytes(bytes).first(got), frame_at_);
  if (!frame) return salvage(frame.error().message);
  // From here on the frame's own checksum holds, so a wrong field was written so: never a torn write.
  const bool continues = frame->first == next() && frame->durable_to + 1 <= frame->first;
  if (!continues || frame->count > segment_last() - frame->first + 1) {
    note_damage(next(), frame_at_,
                "group frame states records from " + std::to_string(frame->first) + " on, " +
                    std::to_string(frame->count) + " of them, where record " + std::to_string(next()) + " belongs",
                false);
    return {};
  }
  return read_payload(*frame);
}

Result<void> Scanner::read_payload(const FrameHeader& frame) {
  const std::uint64_t group = frame_at_;
  const Seq first = frame.first;
  const std::uint64_t group_end = group + k_frame_header_bytes + frame.payload_bytes;
  LL_ASSIGN(const GroupRecords records, take_records(group + k_frame_header_bytes, frame.payload_bytes, frame.count));
  if (next() != first) {
    found_.last_group = group;
    found_.last_group_first = first;
  }
  // A group is begun only after the one before it is durable, so any byte behind this group proves it durable.
  const bool is_last = size_ <= group_end;
  if (next() - first < frame.count) {
    const std::string why = records.why.empty() ? "record is missing from its group" : records.why;
    note_damage(next(), records.end, why, is_last && !records.misfit);
  } else if (records.end != group_end || records.payload_crc != frame.payload_crc) {
    note_damage(first, group, "group frame does not fit the records that follow it", false);
  }
  frame_at_ = group_end;
  return {};
}

/// The frame itself is unreadable. Its records may still be whole: each slot has its own checksum and its place in the
/// chain.
Result<void> Scanner::salvage(const std::string& why) {
  const std::uint64_t group = frame_at_;
  const Seq first = next();
  const std::uint64_t payload = std::min(size_, group + k_frame_header_bytes);
  LL_ASSIGN(const GroupRecords records,
            take_records(payload, std::min(k_group_bytes_max, size_ - payload), k_group_bytes_max));
  LL_ASSIGN(const bool durable, something_durable_behind(group + 16, first));
  if (next() != first) {
    found_.last_group = group;
    found_.last_group_first = first;
  }
  note_damage(first, group, why, !durable);
  return {};
}

Result<GroupRecords> Scanner::take_records(std::uint64_t from, std::uint64_t bytes_max, std::uint64_t count_max) {
  GroupRecords records{.end = from};
  const std::uint64_t bytes = std::min(bytes_max, size_ - std::min(size_, from));
  if (bytes == 0) return records;
  const auto block = block_of(bytes);
  LL_ASSIGN(const std::size_t got, file_.read_at(from, {block.get(), bytes}));
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < count_max && at < got && next() <= segment_last(); ++i) {
    const std::shared_ptr<const std::uint8_t> slot(block, block.get() + at);
    const auto record = decode_slot(slot, got - at);
    const auto fits = record ? check_record(*record) : Result<void>(std::unexpected(record.error()));
    if (!fits) {
      records.why = fits.error().message;
      records.misfit = record.has_value();
      break;
    }
    const std::uint64_t size = slot_bytes(record->body().size());
    const std::uint32_t crc = slot_crc(slot.get(), record->body().size());
    records.payload_crc = crc32c({reinterpret_cast<const std::uint8_t*>(&crc), sizeof crc}, records.payload_crc);
    take(*record, from + at);
    at += size;
  }
  records.end = from + at;
  if (at > 0) found_.end = records.end;
  return records;
}

Result<void> Scanner::check_record(const StoredRecord& record) const {
  const auto bad = [&record](const std::string& why) {
    return fail(ErrorCode::corrupt, "record " + std::to_string(record.seq()) + ": " + why);
  };
  if (record.header().ledger != request_.segment.ledger) return bad("is of ledger " + record.header().ledger.text());
  if (record.seq() != next()) return bad("stands where record " + std::to_string(next()) + " belongs");
  if (record.header().previous_leaf != found_.last.leaf) return bad("previous leaf hash differs");
  const auto& known = request_.known_durable;
  if (known && known->seq == record.seq() && known->leaf != record.leaf()) return bad("leaf hash differs from `head`");
  return {};
}

void Scanner::take(const StoredRecord& record, std::uint64_t offset) {
  found_.offsets.push_back(offset);
  found_.last = {record.seq(), record.leaf()};
  if (request_.visit) request_.visit(record);
}

/// Whether anything stands behind `from` that is only ever written after the damaged group was durable: the frame of a
/// later group, which states its own offset so that no record body can pass for one, or the trailer of a sealed
/// segment.
Result<bool> Scanner::something_durable_behind(std::uint64_t from, Seq damaged) const {
  LL_ASSIGN(const auto trailer, read_trailer(file_, request_.segment));
  if (trailer) return true;
  constexpr std::size_t k_chunk = std::size_t{1} << 20;
  ByteVector chunk(k_chunk);
  for (std::uint64_t at = from; at < size_; at += k_chunk - k_frame_header_bytes) {
    LL_ASSIGN(const std::size_t got,
              file_.read_at(at, MutableBytes(chunk).first(std::min<std::uint64_t>(k_chunk, size_ - at))));
    for (std::size_t i = 0; i + k_frame_header_bytes <= got; i += 16) {
      const auto frame = decode_frame_header(Bytes(chunk).subspan(i, k_frame_header_bytes), at + i);
      if (frame && frame->first > damaged) return true;
    }
  }
  return false;
}

}  // namespace

Result<ScanFinding> scan_segment(const File& file, const ScanRequest& request) {
  LL_ASSIGN(const std::uint64_t size, file.size());
  return Scanner(file, request, size).run();
}

Result<std::shared_ptr<const std::uint8_t>> read_block(const File& file, std::uint64_t offset, std::size_t size) {
  auto block = make_block(size);
  LL_ASSIGN(const std::size_t got, file.read_at(offset, {block.get(), size}));
  if (got < size) {
    return fail(ErrorCode::corrupt, "the file ends after " + std::to_string(offset + got) + " bytes, expected " +
                                        std::to_string(offset + size));
  }
  return block;
}

Result<std::optional<SegmentTrailer>> read_trailer(const File& file, const SegmentHeader& segment) {
  LL_ASSIGN(const std::uint64_t size, file.size());
  if (size < k_segment_header_bytes + k_trailer_bytes) return std::nullopt;
  LL_ASSIGN(const auto block, read_block(file, size - k_trailer_bytes, k_trailer_bytes));
  const auto trailer = decode_trailer({block.get(), k_trailer_bytes});
  if (!trailer) return std::nullopt;
  const std::uint64_t index_bytes = segment.records_per_segment * sizeof(std::uint64_t);
  const bool fits = trailer->first == segment.first && trailer->count == segment.records_per_segment &&
                    trailer->index_offset + index_bytes + k_trailer_bytes == size;
  if (!fits) return std::nullopt;
  return *trailer;
}

}  // namespace lotledger::engine
