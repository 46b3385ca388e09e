// cli/kafka_freshness.cc - by what the running process knows, else by where the topic ends.
#include "cli/kafka_freshness.h"

#include "cli/kafka_connection.h"
#include "cli/kafka_state.h"
#include "cli/position.h"
#include "engine/kafka/place.h"
#include "engine/log/log_files.h"

#include <fmt/format.h>

namespace lotledger::cli {

namespace {

/// The process asks every two seconds where the topic ends.
constexpr std::int64_t k_fresh_us = 10'000'000;
constexpr int k_ask_ms = 2000;

/// When a process that runs now last knew that everything was landed; nullopt: none runs, or it never did.
Result<std::optional<Instant>> current_at(engine::Disk& disk, const LedgerInfo& info) {
  LL_ASSIGN(const bool busy, disk.locked(engine::lock_path(info.log_folder())));
  LL_ASSIGN(const auto state, read_state(disk, kafka_folder(info)));
  return busy && state ? state->current_at : std::optional<Instant>();
}

/// What the end of the topic says; empty: nothing is missing.
Result<std::string> asked(engine::Disk& disk, const LedgerInfo& info) {
  LL_ASSIGN(const KafkaConnection connection, read_connection(disk, info));
  LL_ASSIGN(const engine::kafka::Place place, engine::kafka::read_place(disk, kafka_folder(info)));
  const auto cluster = connect(connection, k_ask_ms);
  if (!cluster.has_value()) return "its cluster does not answer: " + cluster.error().message;
  const auto marks = (*cluster)->watermarks(engine::kafka::topic_of(info.id));
  if (!marks.has_value()) return "its topic does not answer: " + marks.error().message;
  const engine::kafka::Offset end = place.offset + 1;
  if (marks->high == end) return std::string();
  if (marks->high < end) return std::string("its topic is shorter than this node's copy");
  return fmt::format("{} message(s) of its topic are not read here", marks->high - end);
}

}  // namespace

Result<std::optional<projections::Missing>> staleness(const LedgerInfo& info, Seq seq, Instant now) {
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const bool on_kafka, stands_on_kafka(*disk, info));
  if (!on_kafka) return std::nullopt;
  LL_ASSIGN(const auto current, current_at(*disk, info));
  if (current && now.utc_us - current->utc_us <= k_fresh_us) return std::nullopt;
  std::string why;
  if (current) {
    why = "its process has not reached the end of the topic since " + format_utc(*current);
  } else {
    LL_ASSIGN(why, asked(*disk, info));
  }
  if (why.empty()) return std::nullopt;
  return projections::Missing{
      "ledger " + info.name() + " is stale: " + why, position_text(info.name(), seq),
      fmt::format("lotledger --ledger {} kafka {}", info.name(), current ? "status" : "follow")};
}

}  // namespace lotledger::cli
