// engine/kafka/epoch.cc - opening a session.
#include "engine/kafka/epoch.h"

#include <algorithm>

namespace lotledger::engine::kafka {

namespace {

std::uint64_t random_writer(Random& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  return load_le<std::uint64_t>(bytes.data());
}

/// EpochOpened as the next record after what is landed.
Result<StoredRecord> opening(NodeParts& parts, const Follower& follower, const EpochBody& body, Clock& clock,
                             std::uint64_t writer) {
  const Head tail = parts.landed.tail();
  LL_ASSIGN(const StoredRecord last, parts.landed.at(tail.seq));
  RecordHeader header;
  header.ledger = parts.landed.ledger();
  header.seq = tail.seq + 1;
  header.previous_leaf = tail.leaf;
  header.epoch = follower.epoch().number + 1;
  header.writer = writer;
  header.recorded_at = std::max(clock.now(), last.header().recorded_at);
  header.flags = k_flag_opens_epoch;
  return make_record(header, body(follower.epoch()));
}

/// Sends it and reads on until its fate is plain; false: others were faster, or nobody knows.
Result<bool> was_accepted(Follower& follower, Producer& producer, const StoredRecord& record) {
  const auto sent = producer.send({record.header_bytes().data(), k_header_bytes + record.body().size()});
  const bool stored = sent.has_value() && producer.next_report().has_value();
  LL_TRY(follower.catch_up());
  return stored && follower.epoch() == epoch_of(record.header());
}

}  // namespace

Result<OpenedEpoch> open_epoch(NodeParts& parts, Follower& follower, const EpochBody& body, Clock& clock,
                               Random& random) {
  for (int attempt = 0; attempt < k_epoch_attempts_max; ++attempt) {
    LL_TRY(follower.catch_up());
    if (follower.diverged())
      return fail(ErrorCode::conflict, "this node has diverged from topic " + parts.topic +
                                           ": the topic continues records that this node has not; it may not write");
    // A new producer each time: what an old one still has under way carries another writer id, and is skipped.
    LL_ASSIGN(auto producer, parts.cluster.produce_to(parts.topic));
    LL_ASSIGN(const StoredRecord record, opening(parts, follower, body, clock, random_writer(random)));
    LL_ASSIGN(const bool accepted, was_accepted(follower, *producer, record));
    if (accepted) return OpenedEpoch{epoch_of(record.header()), std::move(producer)};
  }
  return fail(ErrorCode::unavailable, "no epoch could be opened on topic " + parts.topic + " in " +
                                          std::to_string(k_epoch_attempts_max) +
                                          " attempts: other writers were faster, or the cluster did not confirm");
}

}  // namespace lotledger::engine::kafka
