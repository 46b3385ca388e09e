// engine/kafka/kafka_log.cc - sending, and knowing that it was accepted.
#include "engine/kafka/kafka_log.h"

#include "engine/base/assert.h"

namespace lotledger::engine::kafka {

namespace {

Bytes bytes_of_record(const StoredRecord& record) {
  return {record.header_bytes().data(), k_header_bytes + record.body().size()};
}

}  // namespace

KafkaLog::KafkaLog(Log& landed, Follower& follower, Producer& producer, LandedSink on_landed)
    : landed_(landed),
      producer_(producer),
      tail_(landed.tail()),
      offset_(follower.place().offset),
      accepted_(landed.tail()),
      lander_(landed, follower, std::move(on_landed)) {
  LL_ASSERT(follower.place().head == tail_, "a session begins where the follower stands");
}

Head KafkaLog::durable() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

Result<void> KafkaLog::append(std::span<const StoredRecord> batch) {
  for (const StoredRecord& record : batch) {
    LL_TRY(sending_);
    LL_ASSERT(record.seq() == tail_.seq + 1, "appended records continue the log");
    LL_ASSERT(record.header().previous_leaf == tail_.leaf, "appended records continue the chain");
    sending_ = producer_.send(bytes_of_record(record));
    if (!sending_.has_value()) return sending_;
    tail_ = {record.seq(), record.leaf()};
    sent_.push_back(record);
  }
  return {};
}

Result<void> KafkaLog::sync() {
  LL_TRY(accepting_);
  if (sent_.empty()) return sending_;
  std::size_t accepted = 0;
  Result<void> confirmed;
  do {
    confirmed = confirm_next();
    if (confirmed.has_value()) ++accepted;
  } while (confirmed.has_value() && producer_.report_ready());
  if (auto landed = land(accepted); !landed.has_value()) return over(landed.error());
  return confirmed.has_value() ? confirmed : over(confirmed.error());
}

/// Offsets are dense where nobody uses transactions: without a gap, nothing can have slipped in before the record.
Result<void> KafkaLog::confirm_next() {
  LL_ASSIGN(const Offset stored, producer_.next_report());
  if (stored == offset_ + 1) {
    ++offset_;
    return {};
  }
  return fail(ErrorCode::unavailable, "a record was stored at offset " + std::to_string(stored) + ", expected " +
                                          std::to_string(offset_ + 1) + ": something was written in between");
}

/// What was accepted stays accepted, even when the session ends with the record after it.
Result<void> KafkaLog::land(std::size_t accepted) {
  if (accepted == 0) return {};
  const auto end = sent_.begin() + static_cast<std::ptrdiff_t>(accepted);
  std::vector<StoredRecord> records(std::make_move_iterator(sent_.begin()), std::make_move_iterator(end));
  sent_.erase(sent_.begin(), end);
  const Head head{records.back().seq(), records.back().leaf()};
  LL_TRY(lander_.add(std::move(records), offset_));
  const std::lock_guard lock(mutex_);
  accepted_ = head;
  return {};
}

Result<void> KafkaLog::over(const Error& error) {
  accepting_ = sending_ = std::unexpected(error);
  return accepting_;
}

}  // namespace lotledger::engine::kafka
