// engine/log/log_reading.cc - chunks of a segment in, verified records out.
#include "engine/log/log_reading.h"

#include "engine/log/segment_scan.h"

#include <algorithm>
#include <optional>

namespace lotledger::engine {

namespace {
constexpr std::uint64_t k_chunk_bytes = std::uint64_t{256} << 10;
/// The largest slot, and the frame header that may follow it before the next one.
constexpr std::uint64_t k_gap_max = slot_bytes(k_body_bytes_max) + k_frame_header_bytes;

/// Reads windows chunk by chunk and hands on one verified record after the other.
class RecordStream {
 public:
  RecordStream(const ReadScope& scope, const FindWindow& find, const RecordVisitor& visit)
      : scope_(scope), find_(find), visit_(visit) {}

  Result<void> run(Seq first, Seq last) {
    for (Seq next = first; next <= last && !ended_;) {
      LL_ASSIGN(const RecordWindow window, find_(next, last));
      LL_TRY(read_window(window));
      next += window.count();
      if (next == 0) break;
    }
    return {};
  }

  Result<StoredRecord> verified(const RecordWindow& window, std::size_t i, std::shared_ptr<const std::uint8_t> slot,
                                std::uint64_t size) const;

 private:
  Result<void> read_window(const RecordWindow& window);
  Result<void> read_chunk(const RecordWindow& window, std::size_t begin, std::size_t end);

  const ReadScope& scope_;
  const FindWindow& find_;
  const RecordVisitor& visit_;
  std::optional<Head> before_;
  bool ended_ = false;
};

std::unexpected<Error> bad_record(const ReadScope& scope, const RecordWindow& window, std::size_t i,
                                  const std::string& why) {
  return damage_error(scope.ledger, {window.first + i, window.path, window.offsets[i]}, why);
}

Result<std::shared_ptr<const std::uint8_t>> read_slots(const ReadScope& scope, const RecordWindow& window,
                                                       std::size_t begin, std::size_t end) {
  const std::uint64_t from = window.offsets[begin];
  const std::uint64_t size = window.offsets[end] - from;
  if (size > (end - begin) * k_gap_max || from % 16 != 0) {
    return bad_record(scope, window, begin, "index of the segment is damaged");
  }
  auto block = read_block(*window.file, from, size);
  if (!block && block.error().code == ErrorCode::corrupt)
    return bad_record(scope, window, begin, block.error().message);
  return block;
}

Result<StoredRecord> RecordStream::verified(const RecordWindow& window, std::size_t i,
                                            std::shared_ptr<const std::uint8_t> slot, std::uint64_t size) const {
  auto record = decode_slot(std::move(slot), size);
  if (!record) return bad_record(scope_, window, i, record.error().message);
  const Seq seq = window.first + i;
  if (record->seq() != seq)
    return bad_record(scope_, window, i, "record " + std::to_string(record->seq()) + " stands there");
  if (record->header().ledger != scope_.ledger) {
    return bad_record(scope_, window, i, "record is of ledger " + record->header().ledger.text());
  }
  if (before_ && record->header().previous_leaf != before_->leaf) {
    return bad_record(scope_, window, i, "previous leaf hash differs from the leaf hash of the record before");
  }
  if (seq == scope_.durable.seq && record->leaf() != scope_.durable.leaf) {
    return bad_record(scope_, window, i, "leaf hash differs from the published one");
  }
  return record;
}

Result<void> RecordStream::read_window(const RecordWindow& window) {
  for (std::size_t begin = 0; begin < window.count() && !ended_;) {
    std::size_t end = begin + 1;
    while (end < window.count() && window.offsets[end + 1] - window.offsets[begin] <= k_chunk_bytes) ++end;
    LL_TRY(read_chunk(window, begin, end));
    begin = end;
  }
  return {};
}

Result<void> RecordStream::read_chunk(const RecordWindow& window, std::size_t begin, std::size_t end) {
  LL_ASSIGN(const auto block, read_slots(scope_, window, begin, end));
  const std::uint64_t base = window.offsets[begin];
  for (std::size_t i = begin; i < end && !ended_; ++i) {
    const std::shared_ptr<const std::uint8_t> slot(block, block.get() + (window.offsets[i] - base));
    LL_ASSIGN(const StoredRecord record, verified(window, i, slot, window.offsets[i + 1] - window.offsets[i]));
    before_ = Head{record.seq(), record.leaf()};
    ended_ = !visit_(record);
  }
  return {};
}
}  // namespace

Result<void> read_records(const ReadScope& scope, Seq first, Seq last, const FindWindow& find,
                          const RecordVisitor& visit) {
  if (scope.durable.seq == k_no_seq || first == k_no_seq) return {};
  return RecordStream(scope, find, visit).run(first, std::min(last, scope.durable.seq));
}

Result<StoredRecord> read_one(const ReadScope& scope, Seq seq, const FindWindow& find) {
  if (scope.durable.seq == k_no_seq || seq > scope.durable.seq) {
    const std::string end =
        scope.durable.seq == k_no_seq ? "the ledger is empty" : "the last one is " + std::to_string(scope.durable.seq);
    return fail(ErrorCode::not_found,
                "ledger " + scope.ledger.text() + ": no record " + std::to_string(seq) + ", " + end);
  }
  LL_ASSIGN(const RecordWindow window, find(seq, seq));
  LL_ASSIGN(const auto block, read_slots(scope, window, 0, 1));
  static const RecordVisitor k_nobody = [](const StoredRecord&) { return false; };
  return RecordStream(scope, find, k_nobody).verified(window, 0, block, window.offsets[1] - window.offsets[0]);
}

}  // namespace lotledger::engine
