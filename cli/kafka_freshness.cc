// cli/kafka_freshness.cc - by what the running process knows, else by where the topic ends.
#include "cli/kafka_freshness.h"

#include "cli/kafka_connection.h"
#include "cli/kafka_state.h"
#include "cli/position.h"
#include "engine/kafka/place.h"
#include "engine/log/log_files.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::cli {

namespace {

using engine::kafka::Offset;

/// The process asks every two seconds where the topic ends.
constexpr std::int64_t k_fresh_us = 10'000'000;
constexpr int k_ask_ms = 2000;

/// How many messages of the topic are not judged here. `read`: how far an earlier process got, past messages that do
/// not count too.
Result<Offset> unread(engine::Disk& disk, const LedgerInfo& info, Offset read) {
  LL_ASSIGN(const KafkaConnection connection, read_connection(disk, info));
  LL_ASSIGN(const engine::kafka::Place place, engine::kafka::read_place(disk, kafka_folder(info)));
  LL_ASSIGN(const auto cluster, connect(connection, k_ask_ms));
  LL_ASSIGN(const engine::kafka::Watermarks marks, cluster->watermarks(engine::kafka::topic_of(info.id)));
  const Offset end = std::max(place.offset, read) + 1;
  if (marks.high >= end) return marks.high - end;
  return fail(ErrorCode::unavailable, "its topic is shorter than what was read of it");
}

/// Why it is stale; empty when it is not.
Result<std::string> cause(engine::Disk& disk, const LedgerInfo& info, Instant now) {
  LL_ASSIGN(const bool on_kafka, stands_on_kafka(disk, info));
  if (!on_kafka) return std::string();
  LL_ASSIGN(const bool runs, disk.locked(engine::lock_path(info.log_folder())));
  LL_ASSIGN(const auto state, read_state(disk, kafka_folder(info)));
  if (runs && state && state->current_at) {
    if (now.utc_us - state->current_at->utc_us <= k_fresh_us) return std::string();
    return "its process has not reached the end of the topic since " + format_utc(*state->current_at);
  }
  LL_ASSIGN(const Offset messages, unread(disk, info, state ? state->read : -1));
  return messages == 0 ? std::string() : fmt::format("{} message(s) of its topic are not read here", messages);
}

}  // namespace

std::optional<projections::Missing> staleness(const LedgerInfo& info, Seq seq, Instant now) {
  const auto disk = engine::posix_disk();
  const Result<std::string> why = cause(*disk, info, now);
  if (why.has_value() && why->empty()) return std::nullopt;
  return projections::Missing{
      fmt::format("ledger {} is stale: {}", info.name(), why.has_value() ? *why : why.error().message),
      position_text(info.name(), seq), fmt::format("lotledger --ledger {} kafka status", info.name())};
}

}  // namespace lotledger::cli
