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

namespace lotledger::bench {
namespace {

using engine::kafka::Cluster;
using engine::kafka::NodeParts;

constexpr int k_rounds = 3;
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

/// Records per second through writer, session and topic; 64 submitters wait for their receipts.
Result<double> ledger_interactive(Cluster& cluster, std::uint64_t records, std::uint64_t& record_bytes) {
  Node node;
  LL_TRY(node.make(cluster, fresh_ledger()));
  LL_TRY(first_record(*node.log));
  LL_TRY(engine::kafka::publish_missing(node.parts(cluster)));
  LL_ASSIGN(const auto follower, engine::kafka::Follower::open(node.parts(cluster)));
  NodeParts parts = node.parts(cluster);
  SystemClock clock;
  SystemRandom random;
  const auto body = [](const engine::kafka::Epoch&) { return ByteVector(16, 0); };
  LL_ASSIGN(const auto epoch, engine::kafka::open_epoch(parts, *follower, body, clock, random));
  engine::kafka::KafkaLog log(*node.log, *follower, *epoch.producer);
  const auto store = projections::memory_store(1);
  projections::StoreFacts facts(*store, std::size_t{1} << 30);
  engine::Writer writer({node.log->ledger(), epoch.epoch.number, epoch.epoch.writer, "bench"}, log, facts, clock,
                        clock.now(), {});
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
          if (!writer.submit(std::move(one)).front().has_value()) failed = true;
        }
      });
    }
  }
  const auto elapsed = watch.elapsed_us();
  if (failed) return fail(ErrorCode::unavailable, "a submission was not accepted");
  LL_TRY(log.wait_landed(log.tail().seq));
  LL_ASSIGN(const auto last, node.log->at(log.tail().seq));
  record_bytes = engine::k_header_bytes + last.header().body_bytes;
  return static_cast<double>(records) * 1e6 / static_cast<double>(elapsed);
}

Result<std::string> raw_topic(Cluster& cluster) {
  const std::string topic = "lotledger-bench." + fresh_ledger().text();
  LL_TRY(engine::kafka::create_topic(cluster, topic, {}));
  return topic;
}

/// Messages per second of the raw producer with so many outstanding.
Result<double> raw_produce(Cluster& cluster, const std::string& topic, std::uint64_t messages, std::uint64_t bytes,
                           std::uint64_t outstanding) {
  LL_ASSIGN(const auto producer, cluster.produce_to(topic));
  ByteVector value(bytes);
  std::uint64_t under_way = 0;
  const Stopwatch watch;
  for (std::uint64_t sent = 0; sent < messages; ++sent) {
    // Bytes like those of records: hashes do not compress.
    const Digest digest = sha256(Bytes(reinterpret_cast<const std::uint8_t*>(&sent), sizeof sent));
    std::ranges::copy(digest.bytes, value.begin());
    std::ranges::copy(digest.bytes, value.begin() + 32);
    LL_TRY(producer->send(value));
    if (++under_way == outstanding) {
      LL_TRY(producer->next_report());
      --under_way;
    }
  }
  for (; under_way > 0; --under_way) LL_TRY(producer->next_report());
  return static_cast<double>(messages) * 1e6 / static_cast<double>(watch.elapsed_us());
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

void line(const char* what, double ledger, double raw) {
  fmt::print("{:<44} {:>9.0f}/s   raw {:>9.0f}/s   {:>4.0f} %\n", what, ledger, raw, 100 * ledger / raw);
}

Result<void> run(std::uint64_t records) {
  const char* bootstrap = std::getenv("LOTLEDGER_BENCH_KAFKA");
  if (bootstrap == nullptr)
    return fail(ErrorCode::invalid_input, "LOTLEDGER_BENCH_KAFKA names no cluster; scripts/kafka start prints one");
  LL_ASSIGN(const auto cluster, engine::kafka::connect(bootstrap, {}));
  LL_ASSIGN(const auto brokers, cluster->brokers());
  fmt::print("{} broker(s), acks=all, idempotent, zstd, {} submitters; flush.messages=1 where there is one replica\n",
             brokers, k_submitters);
  const std::uint64_t interactive = std::max<std::uint64_t>(records / 5, 1000);
  for (int round = 0; round < k_rounds; ++round) {
    std::uint64_t bytes = 0;
    LL_ASSIGN(const double submitted, ledger_interactive(*cluster, interactive, bytes));
    LL_ASSIGN(const std::string topic, raw_topic(*cluster));
    LL_ASSIGN(const double raw, raw_produce(*cluster, topic, interactive, bytes, k_submitters));
    line(fmt::format("submit to accepted, {} bytes", bytes).c_str(), submitted, raw);
    LL_ASSIGN(const Bulk bulk, ledger_bulk(*cluster, records, bytes));
    LL_ASSIGN(const std::string bulk_topic, raw_topic(*cluster));
    LL_ASSIGN(const double raw_bulk, raw_produce(*cluster, bulk_topic, records, bytes, k_bulk_outstanding));
    LL_ASSIGN(const double raw_read, raw_consume(*cluster, bulk_topic, records));
    line("kafka push, read and compared", bulk.push, raw_bulk);
    line("follower, landed and durable", bulk.follow, raw_read);
  }
  return {};
}

}  // namespace

int bench_kafka(std::uint64_t records) {
  const auto done = run(records);
  if (done.has_value()) return 0;
  fmt::print(stderr, "kafka: {}\n", done.error().message);
  return done.error().code == ErrorCode::invalid_input ? 2 : 1;
}

}  // namespace lotledger::bench
