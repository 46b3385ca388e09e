// engine/kafka/publish.cc - sending what the topic does not hold.
#include "engine/kafka/publish.h"

namespace lotledger::engine::kafka {

namespace {

/// Records under way at once.
constexpr std::uint64_t k_window = 8192;
constexpr Seq k_report_every = 4096;

/// Sends first..last with a window of reports outstanding.
Result<void> send_records(const NodeParts& parts, Seq first, Seq last, const Published& published) {
  LL_ASSIGN(const auto producer, parts.cluster.produce_to(parts.topic));
  Result<void> failure;
  Seq confirmed = first;
  const auto confirm = [&]() -> Result<void> {
    LL_ASSIGN([[maybe_unused]] const Offset offset, producer->next_report());
    ++confirmed;
    if (published && (confirmed - first) % k_report_every == 0) published(confirmed - 1);
    return {};
  };
  LL_TRY(parts.landed.read(first, last, [&](const StoredRecord& record) {
    failure = producer->send({record.header_bytes().data(), k_header_bytes + record.body().size()});
    if (failure.has_value() && record.seq() - confirmed >= k_window) failure = confirm();
    return failure.has_value();
  }));
  LL_TRY(failure);
  while (confirmed <= last) LL_TRY(confirm());
  return {};
}

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
  const Head accepted = follower->place().head;
  const std::uint64_t missing = tail.seq - accepted.seq;  // k_no_seq is one before record 0.
  if (missing > 0) LL_TRY(send_records(parts, accepted.seq + 1, tail.seq, published));
  LL_TRY(follower->catch_up());
  if (follower->place().head != tail)
    return fail(ErrorCode::unavailable, "topic " + parts.topic + " accepted records up to " +
                                            std::to_string(follower->place().head.seq) + " of " +
                                            std::to_string(tail.seq) + "; repeat the command");
  LL_TRY(follower->save());
  return missing;
}

}  // namespace lotledger::engine::kafka
