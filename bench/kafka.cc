// bench/kafka.cc - the ledger on a real cluster beside the raw client library: same topic settings, acks, sizes and
// number outstanding, turn by turn in one run. The cluster is the one that LOTLEDGER_BENCH_KAFKA names (scripts/kafka
// start).
#include "bench/measure.h"

#include "engine/kafka/epoch.h"
#include "engine/kafka/kafka_log.h"
#include "engine/kafka/publish.h"
#include "engine/kafka/topic.h"
#include "engine/log/local_log.h"
#include "engine/writer.h"
#include "projections/facts.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <unordered_map>

namespace lotledger::bench {
namespace {

using engine::kafka::Cluster;
using engine::kafka::NodeParts;

constexpr int k_interactive_rounds = 15;
constexpr int k_bulk_rounds = 7;
constexpr std::uint64_t k_bulk_bytes = 448;
constexpr std::uint64_t k_submitters = 64;
constexpr std::uint64_t k_bulk_outstanding = 8192;

/// A ledger with a topic of its own, and the node that writes it.
struct Node {
  TemporaryFolder folder;
  std::unique_ptr<engine::Disk> disk = engine::posix_disk();
  std::unique_ptr<engine::LocalLog> log;
  std::string topic;

  Result<void> make(Cluster& cluster, const LedgerId& ledger) {
    topic = engine::kafka::topic_of(ledger);
    LL_TRY(disk->make_folders(folder.path() + "/kafka"));
    LL_TRY(engine::LocalLog::create(*disk, folder.path() + "/log", ledger));
    LL_ASSIGN(log, engine::LocalLog::open(*disk, folder.path() + "/log"));
    if (const auto there = cluster.describe(topic); there.has_value()) return {};
    return engine::kafka::create_topic(cluster, topic, {});
  }
  NodeParts parts(Cluster& cluster) { return {cluster, *disk, *log, folder.path() + "/kafka", topic, {}}; }
};

LedgerId fresh_ledger() {
  LedgerId id;
  SystemRandom().fill(id.bytes);
  return id;
}

engine::Submission observation(std::uint64_t number) {
  engine::Submission submission;
  engine::Body& body = submission.body;
  body.actor.id = ActorId{"bench"};
  body.source.system = "bench";
  body.source.message_id = fmt::format("urn:uuid:bench-{}", number);
  body.content = sha256(body.source.message_id);
  engine::Event event;
  engine::UnitsObserved seen;
  seen.units.push_back({*parse_unit(fmt::format("STEM#{}", number)), std::nullopt});
  event.body = engine::WarehouseEvent{std::move(seen)};
  body.events.push_back(std::move(event));
  return submission;
}

Result<void> first_record(engine::LocalLog& log) {
  engine::RecordHeader header;
  header.ledger = log.ledger();
  const auto record = engine::make_record(header, ByteVector(16, 0));
  LL_TRY(log.append(std::span(&record, 1)));
  return log.sync();
}

/// A node that writes, without command line around it. Members are destroyed in reverse order.
struct WritingNode {
  Node node;
  std::unique_ptr<engine::kafka::Follower> follower;
  engine::kafka::OpenedEpoch epoch;
  std::unique_ptr<engine::kafka::KafkaLog> log;
  SystemClock clock;
  std::unique_ptr<projections::Store> store = projections::memory_store(1);
  projections::StoreFacts facts{*store, std::size_t{1} << 30};
  std::unique_ptr<engine::Writer> writer;

  Result<void> open(Cluster& cluster, engine::DurableSink on_accepted) {
    LL_TRY(node.make(cluster, fresh_ledger()));
    LL_TRY(first_record(*node.log));
    LL_TRY(engine::kafka::publish_missing(node.parts(cluster)));
    LL_ASSIGN(follower, engine::kafka::Follower::open(node.parts(cluster)));
    NodeParts parts = node.parts(cluster);
    SystemRandom random;
    const auto body = [](const engine::kafka::Epoch&) { return ByteVector(16, 0); };
    LL_ASSIGN(epoch, engine::kafka::open_epoch(parts, *follower, body, clock, random));
    log = std::make_unique<engine::kafka::KafkaLog>(*node.log, *follower, *epoch.producer);
    const engine::WriterIdentity identity{node.log->ledger(), epoch.epoch.number, epoch.epoch.writer, "bench"};
    writer = std::make_unique<engine::Writer>(identity, *log, facts, clock, clock.now(), std::move(on_accepted));
    return {};
  }

  /// Records per second from submission to acceptance; 64 submitters wait for their receipts.
  Result<double> submit(std::uint64_t records) {
    std::atomic<std::uint64_t> next = 0;
    std::atomic<bool> failed = false;
    const Stopwatch watch;
    {
      std::vector<std::jthread> submitters;
      for (std::uint64_t count = 0; count < k_submitters; ++count) {
        submitters.emplace_back([&] {
          for (std::uint64_t number = next++; number < records; number = next++) {
            std::vector<engine::Submission> one;
            one.push_back(observation(number));
            if (!writer->submit(std::move(one)).front().has_value()) failed = true;
          }
        });
      }
    }
    const auto elapsed = watch.elapsed_us();
    if (failed) return fail(ErrorCode::unavailable, "a submission was not accepted");
    return static_cast<double>(records) * 1e6 / static_cast<double>(elapsed);
  }
};

/// Records per second through writer, session and topic.
Result<double> ledger_interactive(Cluster& cluster, std::uint64_t records, std::uint64_t& record_bytes) {
  WritingNode writing;
  LL_TRY(writing.open(cluster, {}));
  LL_ASSIGN(const double rate, writing.submit(records));
  LL_TRY(writing.log->wait_landed(writing.log->tail().seq));
  LL_ASSIGN(const auto last, writing.node.log->at(writing.log->tail().seq));
  record_bytes = engine::k_header_bytes + last.header().body_bytes;
  return rate;
}

/// Times of records at two places, by one watch.
class Lag {
 public:
  /// By the writer, before a submitter is answered.
  void accepted(const std::vector<engine::StoredRecord>& records) { note(accepted_us_, records); }
  /// By the follower, durable there.
  void landed(const std::vector<engine::StoredRecord>& records) { note(landed_us_, records); }
  /// From acceptance to landing, ascending, of the records that were seen at both; when both threads have ended. 0
  /// where the follower was faster.
  [[nodiscard]] std::vector<std::int64_t> sorted_us() const {
    std::vector<std::int64_t> lags;
    for (const auto& [seq, landed] : landed_us_) {
      if (const auto at = accepted_us_.find(seq); at != accepted_us_.end())
        lags.push_back(std::max<std::int64_t>(landed - at->second, 0));
    }
    std::ranges::sort(lags);
    return lags;
  }

 private:
  using Times = std::unordered_map<Seq, std::int64_t>;
  void note(Times& times, const std::vector<engine::StoredRecord>& records) const {
    const auto now = watch_.elapsed_us();
    for (const auto& record : records) times.emplace(record.seq(), now);
  }

  Stopwatch watch_;
  Times accepted_us_;
  Times landed_us_;
};

/// Prints how far a second node is behind a writer with 64 submitters, and the writer's speed meanwhile.
Result<void> follower_lag(Cluster& cluster, std::uint64_t records) {
  Lag lag;
  WritingNode writing;
  LL_TRY(writing.open(cluster, [&lag](const auto& accepted) { lag.accepted(accepted); }));
  Node copy;
  LL_TRY(copy.make(cluster, writing.node.log->ledger()));
  auto parts = copy.parts(cluster);
  parts.on_landed = [&lag](const auto& landed) { lag.landed(landed); };
  LL_ASSIGN(const auto follower, engine::kafka::Follower::open(parts));
  LL_TRY(follower->catch_up());
  Result<void> followed;
  Result<double> rate = 0;
  {
    const std::jthread following([&](const std::stop_token& stop) {
      while (followed.has_value() && !stop.stop_requested()) {
        if (auto landed = follower->step(20); !landed.has_value()) followed = std::unexpected(landed.error());
      }
    });
    rate = writing.submit(records);
  }
  LL_TRY(rate);
  LL_TRY(followed);
  LL_TRY(follower->catch_up());
  const auto lags = lag.sorted_us();
  if (lags.size() != records) return fail(ErrorCode::corrupt, "the follower landed other records than were written");
  const auto part_ms = [&](std::size_t percent) {
    return static_cast<double>(lags[(lags.size() - 1) * percent / 100]) / 1000;
  };
  fmt::print("{:<44} {:>9.0f}/s   behind by {:.1f} ms in the middle, {:.1f} ms for 99 %, {:.1f} ms at most\n",
             "submit to accepted, beside a follower", *rate, part_ms(50), part_ms(99), part_ms(100));
  return {};
}

Result<std::string> raw_topic(Cluster& cluster) {
  const std::string topic = "lotledger-bench." + fresh_ledger().text();
  LL_TRY(engine::kafka::create_topic(cluster, topic, {}));
  return topic;
}

/// What the raw producer sends.
struct Load {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;        ///< Of each.
  std::uint64_t outstanding = 0;  ///< Messages under way at once.
};

/// Messages per second.
Result<double> raw_produce(Cluster& cluster, const std::string& topic, const Load& load) {
  LL_ASSIGN(const auto producer, cluster.produce_to(topic));
  ByteVector value(load.bytes);
  std::uint64_t under_way = 0;
  const Stopwatch watch;
  for (std::uint64_t sent = 0; sent < load.messages; ++sent) {
    // Bytes like those of records: hashes do not compress.
    const Digest digest = sha256(Bytes(reinterpret_cast<const std::uint8_t*>(&sent), sizeof sent));
    std::ranges::copy(digest.bytes, value.begin());
    std::ranges::copy(digest.bytes, value.begin() + 32);
    LL_TRY(producer->send(value));
    if (++under_way == load.outstanding) {
      LL_TRY(producer->next_report());
      --under_way;
    }
  }
  for (; under_way > 0; --under_way) LL_TRY(producer->next_report());
  return static_cast<double>(load.messages) * 1e6 / static_cast<double>(watch.elapsed_us());
}

Result<double> raw_consume(Cluster& cluster, const std::string& topic, std::uint64_t messages) {
  LL_ASSIGN(const auto consumer, cluster.read_from(topic, 0, engine::kafka::ReadMode::bulk));
  const Stopwatch watch;
  for (std::uint64_t count = 0; count < messages; ++count) {
    LL_ASSIGN(const auto message, consumer->next(10'000));
    if (!message) return fail(ErrorCode::unavailable, "the topic ended early");
  }
  return static_cast<double>(messages) * 1e6 / static_cast<double>(watch.elapsed_us());
}

/// A local ledger of so many records of one size.
Result<void> fill(engine::LocalLog& log, std::uint64_t records, std::uint64_t bytes) {
  const ByteVector body(bytes - engine::k_header_bytes, 0x5a);
  std::vector<engine::StoredRecord> batch;
  Head tail;
  for (std::uint64_t count = 0; count < records; ++count) {
    engine::RecordHeader header;
    header.ledger = log.ledger();
    header.seq = tail.seq + 1;
    header.previous_leaf = tail.leaf;
    batch.push_back(engine::make_record(header, body));
    tail = {header.seq, batch.back().leaf()};
    if (batch.size() < k_bulk_outstanding && count + 1 < records) continue;
    LL_TRY(log.append(batch));
    batch.clear();
  }
  return log.sync();
}

struct Bulk {
  double push = 0;
  double follow = 0;
};

/// Records per second of a push, and of a follower that lands them all on a fresh node.
Result<Bulk> ledger_bulk(Cluster& cluster, std::uint64_t records, std::uint64_t bytes) {
  Node source;
  LL_TRY(source.make(cluster, fresh_ledger()));
  LL_TRY(fill(*source.log, records, bytes));
  Bulk bulk;
  const Stopwatch push;
  LL_TRY(engine::kafka::publish_missing(source.parts(cluster)));
  bulk.push = static_cast<double>(records) * 1e6 / static_cast<double>(push.elapsed_us());
  Node copy;
  LL_TRY(copy.make(cluster, source.log->ledger()));
  const Stopwatch follow;
  LL_ASSIGN(const auto follower, engine::kafka::Follower::open(copy.parts(cluster)));
  LL_TRY(follower->catch_up());
  bulk.follow = static_cast<double>(records) * 1e6 / static_cast<double>(follow.elapsed_us());
  if (copy.log->tail() != source.log->tail()) return fail(ErrorCode::corrupt, "the copy differs");
  return bulk;
}

/// Figures of some rounds beside those of the raw client, turn by turn.
class Comparison {
 public:
  void add(double ledger, double raw) {
    ledger_.push_back(ledger);
    raw_.push_back(raw);
    percent_.push_back(100 * ledger / raw);
  }
  /// The middle of the rounds, and the range of their ratios.
  void print(const std::string& what) {
    for (auto* figures : {&ledger_, &raw_, &percent_}) std::ranges::sort(*figures);
    const std::size_t middle = percent_.size() / 2;
    fmt::print("{:<34} {:>8.0f}/s   raw {:>8.0f}/s   {:>3.0f} % ({:.0f} to {:.0f} %, {} rounds)\n", what,
               ledger_[middle], raw_[middle], percent_[middle], percent_.front(), percent_.back(), percent_.size());
  }

 private:
  std::vector<double> ledger_;
  std::vector<double> raw_;
  std::vector<double> percent_;
};

/// Messages per second of the raw producer, with the linger of the ledger's or without: whichever is faster now.
Result<double> best_raw_produce(Cluster& cluster, Cluster& prompt, const Load& load) {
  LL_ASSIGN(const std::string topic, raw_topic(cluster));
  LL_ASSIGN(const double lingering, raw_produce(cluster, topic, load));
  LL_ASSIGN(const std::string other, raw_topic(cluster));
  LL_ASSIGN(const double at_once, raw_produce(prompt, other, load));
  return std::max(lingering, at_once);
}

Result<void> compare_interactive(Cluster& cluster, Cluster& prompt, std::uint64_t records) {
  Comparison submitted;
  std::uint64_t bytes = 0;
  for (int round = 0; round < k_interactive_rounds; ++round) {
    LL_ASSIGN(const double ledger, ledger_interactive(cluster, records, bytes));
    LL_ASSIGN(const double raw, best_raw_produce(cluster, prompt, {records, bytes, k_submitters}));
    submitted.add(ledger, raw);
  }
  submitted.print(fmt::format("submit to accepted, {} bytes", bytes));
  return {};
}

Result<void> compare_bulk(Cluster& cluster, std::uint64_t records) {
  Comparison pushed;
  Comparison followed;
  for (int round = 0; round < k_bulk_rounds; ++round) {
    LL_ASSIGN(const Bulk bulk, ledger_bulk(cluster, records, k_bulk_bytes));
    LL_ASSIGN(const std::string topic, raw_topic(cluster));
    LL_ASSIGN(const double raw_push, raw_produce(cluster, topic, {records, k_bulk_bytes, k_bulk_outstanding}));
    LL_ASSIGN(const double raw_read, raw_consume(cluster, topic, records));
    pushed.add(bulk.push, raw_push);
    followed.add(bulk.follow, raw_read);
  }
  pushed.print(fmt::format("push, {} bytes", k_bulk_bytes));
  followed.print("follower, landed and durable");
  return {};
}

Result<void> run(std::uint64_t records) {
  const char* bootstrap = std::getenv("LOTLEDGER_BENCH_KAFKA");
  if (bootstrap == nullptr)
    return fail(ErrorCode::invalid_input, "LOTLEDGER_BENCH_KAFKA names no cluster; scripts/kafka start prints one");
  LL_ASSIGN(const auto cluster, engine::kafka::connect(bootstrap, {}));
  LL_ASSIGN(const auto prompt, engine::kafka::connect(bootstrap, {{"linger.ms", "0"}}));
  LL_ASSIGN(const auto brokers, cluster->brokers());
  fmt::print("{} broker(s), acks=all, idempotent, zstd, {} submitters; flush.messages=1 where there is one replica\n",
             brokers, k_submitters);
  const std::uint64_t interactive = std::max<std::uint64_t>(records / 5, 1000);
  LL_TRY(compare_interactive(*cluster, *prompt, interactive));
  LL_TRY(compare_bulk(*cluster, records));
  return follower_lag(*cluster, interactive);
}

}  // namespace

int bench_kafka(std::uint64_t records) {
  const auto done = run(records);
  if (done.has_value()) return 0;
  fmt::print(stderr, "kafka: {}\n", done.error().message);
  return done.error().code == ErrorCode::invalid_input ? 2 : 1;
}

}  // namespace lotledger::bench
