// engine/kafka/publish.cc - sending what the topic does not hold.
#include "engine/kafka/publish.h"

#include <deque>

namespace lotledger::engine::kafka {

namespace {

/// Records under way at once.
constexpr std::size_t k_window = 8192;
constexpr std::uint64_t k_report_every = 4096;

/// Sends records behind the accepted ones, with a window of reports outstanding. As in a writer's session, what is
/// stored without a gap behind the last message that was read is accepted by every reader.
class Sending {
 public:
  Sending(const NodeParts& parts, Follower& follower, const Published& published)
      : parts_(parts),
        follower_(follower),
        published_(published),
        accepted_{parts.landed.ledger(), follower.place().head, follower.epoch()} {}

  Result<void> run(Seq last) {
    LL_ASSIGN(producer_, parts_.cluster.produce_to(parts_.topic));
    Result<void> sent;
    LL_TRY(parts_.landed.read(accepted_.head.seq + 1, last, [&](const StoredRecord& record) {
      sent = send(record);
      return sent.has_value();
    }));
    LL_TRY(sent);
    while (!under_way_.empty()) LL_TRY(confirm());
    return {};
  }

 private:
  Result<void> send(const StoredRecord& record) {
    if (const auto refused = judge(accepted_, record.header())) {
      return fail(ErrorCode::conflict, "record " + std::to_string(record.seq()) +
                                           " of this copy would be skipped by every reader of topic " + parts_.topic +
                                           " (" + std::string(name_of(*refused)) + ")");
    }
    accept(accepted_, record.header(), record.leaf());
    LL_TRY(producer_->send({record.header_bytes().data(), k_header_bytes + record.body().size()}));
    under_way_.push_back(record);
    return under_way_.size() < k_window ? Result<void>{} : confirm();
  }

  Result<void> confirm() {
    LL_ASSIGN(const Offset stored, producer_->next_report());
    dense_ = dense_ && stored == follower_.read() + 1;
    if (dense_) follower_.wrote(under_way_.front(), stored);
    if (published_ && ++confirmed_ % k_report_every == 0) published_(under_way_.front().seq());
    under_way_.pop_front();
    return {};
  }

  const NodeParts& parts_;
  Follower& follower_;
  const Published& published_;
  Accepted accepted_;  ///< When all that was sent is.
  std::unique_ptr<Producer> producer_;
  std::deque<StoredRecord> under_way_;
  std::uint64_t confirmed_ = 0;
  bool dense_ = true;  ///< Else what is accepted has to be read.
};

}  // namespace

Result<std::uint64_t> publish_missing(const NodeParts& parts, const Published& published) {
  LL_TRY(write_place(parts.disk, parts.folder, {}));
  LL_ASSIGN(const auto follower, Follower::open(parts));
  const Head tail = parts.landed.tail();
  LL_TRY(follower->catch_up());
  if (parts.landed.tail() != tail)
    return fail(ErrorCode::conflict, "topic " + parts.topic + " held more than this copy; it was landed here");
  if (follower->diverged())
    return fail(ErrorCode::conflict, "topic " + parts.topic + " goes on with records that this copy does not hold");
  const std::uint64_t missing = tail.seq - follower->place().head.seq;  // k_no_seq is one before record 0.
  if (missing > 0) LL_TRY(Sending(parts, *follower, published).run(tail.seq));
  if (follower->place().head != tail) LL_TRY(follower->catch_up());
  if (follower->place().head != tail)
    return fail(ErrorCode::unavailable, "topic " + parts.topic + " accepted records up to " +
                                            std::to_string(follower->place().head.seq) + " of " +
                                            std::to_string(tail.seq) + "; repeat the command");
  LL_TRY(follower->save());
  return missing;
}

}  // namespace lotledger::engine::kafka
