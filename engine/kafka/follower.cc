// engine/kafka/follower.cc - reading, judging, landing.
#include "engine/kafka/follower.h"

#include "engine/base/assert.h"

namespace lotledger::engine::kafka {

namespace {

/// Records landed with one sync.
constexpr std::size_t k_landing_records_max = 32'768;
constexpr std::size_t k_landing_bytes_max = std::size_t{32} << 20;
/// How long the end of the partition, or a message before it, may take to come.
constexpr int k_message_wait_ms = 10'000;

std::string position(const NodeParts& parts, Seq seq) {
  return parts.landed.ledger().text() + ":" + std::to_string(seq);
}

}  // namespace

class Follower::Impl {
 public:
  explicit Impl(NodeParts parts) : parts_(std::move(parts)) { state_.ledger = parts_.landed.ledger(); }

  Result<void> start() {
    LL_ASSIGN(place_, read_place(parts_.disk, parts_.folder));
    judged_ = place_;
    skipped_ = place_.skipped;
    LL_ASSIGN(const Watermarks marks, parts_.cluster.watermarks(parts_.topic));
    if (place_.offset < 0 && marks.low != 0) return truncated("its first " + std::to_string(marks.low) + " messages");
    if (place_.offset >= 0) LL_TRY(reread_place(marks));
    if (marks.high - place_.offset > k_bulk_messages) mode_ = ReadMode::bulk;
    return {};
  }

  Result<void> catch_up() {
    LL_ASSIGN(const Watermarks marks, parts_.cluster.watermarks(parts_.topic));
    if (marks.high <= read_) return truncated("the end that this node has read");
    while (read_ + 1 < marks.high) {
      LL_ASSIGN(const bool more, read_one(k_message_wait_ms));
      // Silence is not the end: a node that has not read it must not call itself current.
      if (!more) return silent(read_, marks);
      if (ready()) LL_TRY(land());
    }
    return land();
  }

  Result<std::uint64_t> step(int wait_ms_max) {
    const Seq before = parts_.landed.tail().seq;
    int wait_ms = wait_ms_max;
    while (!ready()) {
      LL_ASSIGN(const bool more, read_one(wait_ms));
      if (!more) break;
      wait_ms = 0;
    }
    LL_TRY(land());
    return parts_.landed.tail().seq - before;
  }

  void wrote(const StoredRecord& record, Offset offset) {
    accept(state_, record.header(), record.leaf());
    read_ = offset;
    judged_ = {offset, state_.head, skipped_};
    place_ = judged_;
    beyond_ = false;
    consumer_.reset();
    mode_ = ReadMode::live;
  }

  Result<void> save() { return write_place(parts_.disk, parts_.folder, place_); }

  Place place_;  ///< Of the last record that is landed.
  SkipCounts skipped_{};
  Accepted state_;
  bool beyond_ = false;
  Offset read_ = -1;  ///< Last message taken.

 private:
  static constexpr Offset k_bulk_messages = 10'000;

  [[nodiscard]] std::unexpected<Error> truncated(const std::string& what) const {
    // Not `unavailable`: asking again would not help, and a copy that is longer must not follow such a topic.
    return fail(ErrorCode::io,
                "topic " + parts_.topic + " was truncated or made anew: " + what +
                    " is gone; nothing was changed here. lotledger kafka repair publishes again what was lost");
  }

  [[nodiscard]] std::unexpected<Error> silent(Offset after, const Watermarks& marks) const {
    return fail(ErrorCode::unavailable, "topic " + parts_.topic + " gave nothing for " +
                                            std::to_string(k_message_wait_ms / 1000) + " s after offset " +
                                            std::to_string(after) + ", though it holds messages up to " +
                                            std::to_string(marks.high - 1));
  }

  /// The stored place must still be in the topic, and in the segments.
  Result<void> reread_place(const Watermarks& marks) {
    const std::string where =
        "the record " + position(parts_, place_.head.seq) + " at offset " + std::to_string(place_.offset);
    LL_ASSIGN(const StoredRecord landed, parts_.landed.at(place_.head.seq));
    if (landed.leaf() != place_.head.leaf)
      return fail(ErrorCode::corrupt, parts_.folder + "/place names another record than the segments hold");
    if (place_.offset < marks.low || place_.offset >= marks.high) return truncated(where);
    LL_ASSIGN(const auto again, parts_.cluster.read_from(parts_.topic, place_.offset, ReadMode::live));
    LL_ASSIGN(const auto message, again->next(k_message_wait_ms));
    if (!message) return silent(place_.offset - 1, marks);
    const auto found =
        message->offset == place_.offset ? read_record(message->value) : fail(ErrorCode::not_found, "no message");
    if (!found.has_value() || found->leaf() != place_.head.leaf) return truncated(where);
    state_.head = place_.head;
    state_.epoch = epoch_of(landed.header());
    read_ = place_.offset;
    return {};
  }

  [[nodiscard]] bool ready() const {
    return pending_.size() >= k_landing_records_max || pending_bytes_ >= k_landing_bytes_max;
  }

  /// Takes one message; false when there was none.
  Result<bool> read_one(int wait_ms_max) {
    if (!consumer_) {
      LL_ASSIGN(consumer_, parts_.cluster.read_from(parts_.topic, read_ + 1, mode_));
    }
    const auto message = consumer_->next(wait_ms_max);
    if (!message.has_value()) {
      const bool gone = message.error().code == ErrorCode::corrupt;
      return gone ? truncated("offset " + std::to_string(read_ + 1)) : std::unexpected(message.error());
    }
    if (!*message) return false;
    LL_TRY(take(**message));
    read_ = (*message)->offset;
    return true;
  }

  Result<void> take(const Message& message) {
    auto record = read_record(message.value);
    if (!record.has_value()) return skip(Skip::unreadable);
    const auto refused = judge(state_, record->header());
    if (refused) return skip_record(*record, *refused);
    accept(state_, record->header(), record->leaf());
    beyond_ = false;
    judged_ = {message.offset, state_.head, skipped_};
    return keep(std::move(*record));
  }

  Result<void> skip(Skip cause) {
    ++skipped_[static_cast<std::size_t>(cause)];
    return {};
  }

  Result<void> skip_record(const StoredRecord& record, Skip cause) {
    if (cause == Skip::other_ledger) return skip(cause);
    LL_ASSIGN(const bool repeated, was_accepted(record));
    if (repeated) return skip(Skip::repeated);
    const bool ahead = state_.head.seq == k_no_seq || record.seq() > state_.head.seq;
    beyond_ = beyond_ || (ahead && cause != Skip::old_epoch);
    return skip(cause);
  }

  Result<bool> was_accepted(const StoredRecord& record) {
    if (state_.head.seq == k_no_seq || record.seq() > state_.head.seq) return false;
    if (!pending_.empty() && record.seq() >= pending_.front().seq())
      return pending_[record.seq() - pending_.front().seq()].leaf() == record.leaf();
    LL_ASSIGN(const StoredRecord own, parts_.landed.at(record.seq()));
    return own.leaf() == record.leaf();
  }

  /// Queues a record for landing; one that is landed already must be the same.
  Result<void> keep(StoredRecord record) {
    const Head tail = parts_.landed.tail();
    if (tail.seq != k_no_seq && record.seq() <= tail.seq) {
      LL_ASSIGN(const StoredRecord own, parts_.landed.at(record.seq()));
      return own.leaf() == record.leaf() ? Result<void>{} : fork(record);
    }
    pending_bytes_ += k_header_bytes + record.header().body_bytes;
    pending_.push_back(std::move(record));
    return {};
  }

  Result<void> fork(const StoredRecord& other) {
    const std::string path = parts_.folder + "/fork-" + std::to_string(other.seq());
    LL_TRY(replace_file(parts_.disk, path, {other.header_bytes().data(), k_header_bytes + other.body().size()}));
    return fail(ErrorCode::conflict,
                "ledger " + position(parts_, other.seq()) +
                    " forks: the topic holds another record of this seq than this node has landed. "
                    "Both are kept (the topic's in " +
                    path + "); a person decides which history stands");
  }

  Result<void> land() {
    if (!pending_.empty()) {
      LL_TRY(parts_.landed.append(pending_));
      LL_TRY(sync_all(parts_.landed));
      if (parts_.on_landed) parts_.on_landed(pending_);
    }
    pending_.clear();
    pending_bytes_ = 0;
    place_ = judged_;
    return {};
  }

  NodeParts parts_;
  std::unique_ptr<Consumer> consumer_;  ///< None before there is something to read: it would fetch what is sent here.
  ReadMode mode_ = ReadMode::live;
  Place judged_;                       ///< Of the last accepted record.
  std::vector<StoredRecord> pending_;  ///< Accepted, not landed yet.
  std::size_t pending_bytes_ = 0;
};

Follower::Follower(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Follower::~Follower() = default;

Result<std::unique_ptr<Follower>> Follower::open(NodeParts parts) {
  auto impl = std::make_unique<Impl>(std::move(parts));
  LL_TRY(impl->start());
  return std::unique_ptr<Follower>(new Follower(std::move(impl)));
}

Result<void> Follower::catch_up() {
  return impl_->catch_up();
}
Result<std::uint64_t> Follower::step(int wait_ms_max) {
  return impl_->step(wait_ms_max);
}
void Follower::wrote(const StoredRecord& record, Offset offset) {
  impl_->wrote(record, offset);
}
Result<void> Follower::save() {
  return impl_->save();
}
const Place& Follower::place() const {
  return impl_->place_;
}
Offset Follower::read() const {
  return impl_->read_;
}
const SkipCounts& Follower::skipped() const {
  return impl_->skipped_;
}
const Epoch& Follower::epoch() const {
  return impl_->state_.epoch;
}
bool Follower::diverged() const {
  return impl_->beyond_;
}

}  // namespace lotledger::engine::kafka
