// tests/kafka_node_test.cc - nodes of one ledger on a cluster in memory: sessions, races, zombies, truncation,
// restarts.
#include "engine/kafka/epoch.h"
#include "engine/kafka/kafka_log.h"
#include "engine/kafka/publish.h"
#include "engine/log/group_commit.h"
#include "engine/log/local_log.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"
#include "tests/support/sim_kafka.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <optional>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::engine::kafka;
using engine::LocalLog;
using engine::StoredRecord;

namespace {

constexpr const char* k_topic = "lotledger.test";

class StandingClock final : public Clock {
 public:
  Instant now() override { return Instant{1'790'000'000'000'000}; }
};

/// Counts up, so that every writer has an id of its own.
class CountingRandom final : public Random {
 public:
  void fill(MutableBytes to) override {
    std::ranges::fill(to, std::uint8_t{0});
    to[0] = ++count_;
  }

 private:
  std::uint8_t count_ = 0;
};

Bytes whole(const StoredRecord& record) {
  return {record.header_bytes().data(), engine::k_header_bytes + record.body().size()};
}

ByteVector bytes_of_record(const StoredRecord& record) {
  return {whole(record).begin(), whole(record).end()};
}

StoredRecord record_after(const StoredRecord& before, std::string_view body) {
  engine::RecordHeader header = before.header();
  header.seq = before.seq() + 1;
  header.previous_leaf = before.leaf();
  header.flags = 0;
  return engine::make_record(header, bytes_of(body));
}

StoredRecord record_zero() {
  engine::RecordHeader header;
  header.ledger = test_ledger();
  header.writer = 1000;
  return engine::make_record(header, bytes_of("created"));
}

using Bodies = std::vector<std::string>;

/// One node: segments, follower, and a session when it writes.
class Node {
 public:
  Node(SimKafka& kafka, Random& random) : kafka_(kafka), random_(random) {
    disk_ = std::make_unique<SimDisk>();
    require_ok(disk_->make_folders("kafka"));
    require_ok(LocalLog::create(*disk_, "log", test_ledger()));
    start();
  }

  void start() {
    stop();
    log_ = value_of(LocalLog::open(*disk_, "log"));
  }
  void stop() {
    stop_session();
    log_.reset();
  }
  void stop_session() {
    session_.reset();
    epoch_ = {};
    follower_.reset();
    last_.reset();
  }
  /// Ends as by a power failure: unsynced pages may be gone.
  void crash(std::uint64_t seed) {
    stop();
    disk_ = disk_->crash(seed);
    start();
  }

  Result<void> follow() {
    session_.reset();
    if (!follower_) {
      LL_ASSIGN(follower_, Follower::open(parts()));
    }
    return follower_->catch_up();
  }

  Result<void> begin() {
    stop_session();
    LL_ASSIGN(follower_, Follower::open(parts()));
    NodeParts own = parts();
    LL_ASSIGN(epoch_, open_epoch(own, *follower_, [](const Epoch&) { return ByteVector{'e'}; }, clock_, random_));
    session_ = std::make_unique<KafkaLog>(*log_, *follower_, *epoch_.producer);
    return {};
  }

  /// Sends one record of the session, and waits for nothing. Nothing where no session stands.
  std::optional<StoredRecord> send(std::string_view body) {
    if (!session_) return std::nullopt;
    const StoredRecord record = next(body);
    if (!session_->append(std::span(&record, 1)).has_value()) return std::nullopt;
    last_ = record;
    return record;
  }
  /// Which of the records that were sent may be acknowledged. Ends the session when that is not all of them.
  Bodies confirm(const std::vector<StoredRecord>& sent) {
    Result<void> synced;
    while (synced.has_value() && session_->durable() != session_->tail()) synced = session_->sync();
    Bodies accepted;
    for (const StoredRecord& record : sent) {
      if (record.seq() <= session_->durable().seq) accepted.emplace_back(text_of(record.body()));
    }
    require_ok(session_->wait_landed(session_->durable().seq));
    if (!synced.has_value()) session_.reset();
    return accepted;
  }
  /// Appends one record to the session; true: it may be acknowledged.
  bool write(std::string_view body) {
    const bool writing = session_ != nullptr;
    const auto record = send(body);
    if (record) return confirm({*record}).size() == 1;
    if (writing) session_.reset();
    return false;
  }
  Result<std::uint64_t> publish() {
    stop_session();
    return publish_missing(parts());
  }

  [[nodiscard]] Follower& follower() { return *follower_; }
  [[nodiscard]] LocalLog& log() { return *log_; }
  [[nodiscard]] SimDisk& disk() { return *disk_; }
  [[nodiscard]] KafkaLog& session() { return *session_; }
  [[nodiscard]] bool writing() const { return session_ != nullptr; }
  /// The session's next record.
  [[nodiscard]] StoredRecord next(std::string_view body) {
    const StoredRecord before =
        last_ && last_->seq() == session_->tail().seq ? *last_ : value_of(log_->at(session_->tail().seq));
    engine::RecordHeader header = before.header();
    header.seq = before.seq() + 1;
    header.previous_leaf = before.leaf();
    header.epoch = epoch_.epoch.number;
    header.writer = epoch_.epoch.writer;
    header.flags = 0;
    return engine::make_record(header, bytes_of(body));
  }

  [[nodiscard]] std::vector<std::string> bodies() {
    std::vector<std::string> found;
    for (const StoredRecord& record : all_records(*log_)) found.emplace_back(text_of(record.body()));
    return found;
  }

 private:
  NodeParts parts() { return {kafka_, *disk_, *log_, "kafka", k_topic, {}}; }

  SimKafka& kafka_;
  Random& random_;
  StandingClock clock_;
  std::unique_ptr<SimDisk> disk_;
  std::unique_ptr<LocalLog> log_;
  std::unique_ptr<Follower> follower_;
  OpenedEpoch epoch_;
  std::unique_ptr<KafkaLog> session_;
  std::optional<StoredRecord> last_;  ///< The one that was sent last.
};

struct World {
  SimKafka kafka{k_topic};
  CountingRandom random;
  World() { kafka.messages.push_back(bytes_of_record(record_zero())); }
};

}  // namespace

TEST_CASE("kafka: what a session writes is landed here and by every follower") {
  World world;
  Node writer(world.kafka, world.random);
  require_ok(writer.begin());
  CHECK(writer.write("a"));
  CHECK(writer.write("b"));
  CHECK(writer.bodies() == Bodies{"created", "e", "a", "b"});
  Node follower(world.kafka, world.random);
  require_ok(follower.follow());
  CHECK(follower.bodies() == writer.bodies());
  CHECK(follower.follower().place().offset == 3);
  CHECK(follower.follower().skipped() == SkipCounts{});
}

TEST_CASE("kafka: after any doubt nothing is acknowledged, and the next session finds what was stored") {
  struct Row {
    std::string_view name;
    Delivery fate;
    Bodies expected;
  };
  const Row rows[] = {
      {"lost", Delivery::lost, {"created", "e", "a", "e", "c"}},
      {"stored, but nobody knows", Delivery::unknown, {"created", "e", "a", "b", "e", "c"}},
      {"no offset", Delivery::no_offset, {"created", "e", "a", "b", "e", "c"}},
      {"stored later", Delivery::late, {"created", "e", "a", "e", "c"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    World world;
    Node writer(world.kafka, world.random);
    require_ok(writer.begin());
    CHECK(writer.write("a"));
    world.kafka.fates = {row.fate};
    CHECK_FALSE(writer.write("b"));
    require_ok(writer.begin());
    CHECK(writer.write("c"));
    world.kafka.deliver_late();
    require_ok(writer.follow());
    CHECK(writer.bodies() == row.expected);
    Node fresh(world.kafka, world.random);
    require_ok(fresh.follow());
    CHECK(fresh.bodies() == row.expected);
    CHECK(fresh.follower().skipped() == writer.follower().skipped());
  }
}

TEST_CASE("kafka: of several groups under way those before the first doubt are accepted, and none after it") {
  struct Row {
    std::string_view name;
    std::deque<Delivery> fates;
    Bodies accepted;
    Bodies history;
  };
  constexpr auto k_stored = Delivery::stored;
  const Row rows[] = {
      {"all stored", {}, {"a", "b", "c"}, {"created", "e", "a", "b", "c"}},
      {"the first unknown", {Delivery::unknown}, {}, {"created", "e", "a", "b", "c"}},
      {"the second lost", {k_stored, Delivery::lost}, {"a"}, {"created", "e", "a"}},
      {"the second without offset", {k_stored, Delivery::no_offset}, {"a"}, {"created", "e", "a", "b", "c"}},
      {"the second doubled", {k_stored, Delivery::doubled}, {"a", "b"}, {"created", "e", "a", "b", "c"}},
      {"the third late", {k_stored, k_stored, Delivery::late}, {"a", "b"}, {"created", "e", "a", "b"}},
  };
  for (const Row& row : rows) {
    for (const std::size_t reports_at_once : {1U, 2U, 3U}) {
      CAPTURE(row.name);
      CAPTURE(reports_at_once);
      World world;
      Node writer(world.kafka, world.random);
      require_ok(writer.begin());
      world.kafka.reports_at_once = reports_at_once;
      world.kafka.fates = row.fates;
      std::vector<StoredRecord> sent;
      for (const char* body : {"a", "b", "c"}) sent.push_back(writer.send(body).value());
      CHECK(writer.session().durable().seq == 1);
      CHECK(writer.confirm(sent) == row.accepted);
      CHECK(writer.writing() == (row.accepted.size() == sent.size()));
      require_ok(writer.follow());
      CHECK(writer.bodies() == row.history);
    }
  }
}

TEST_CASE("kafka: when a later group fails, who waits for an earlier one is answered, and who waits for it is not") {
  World world;
  Node writer(world.kafka, world.random);
  require_ok(writer.begin());
  world.kafka.reports_at_once = 1;
  world.kafka.fates = {Delivery::stored, Delivery::stored, Delivery::unknown};
  std::vector<Seq> told;
  std::size_t failures = 0;
  {
    engine::GroupCommit commit(
        writer.session(), [&](const auto& records) { told.push_back(records.back().seq()); },
        [&](const Error& error) { failures += error.code == ErrorCode::unavailable ? 1 : 0; });
    StoredRecord last = writer.next("a");
    for (const char* body : {"b", "c", "d"}) {
      require_ok(commit.enqueue({last}));
      last = record_after(last, body);
    }
    require_ok(commit.wait(2));
    require_ok(commit.wait(3));
    CHECK(commit.wait(4).error().code == ErrorCode::unavailable);
    CHECK(commit.durable().seq == 3);
    CHECK_FALSE(commit.enqueue({last}).has_value());
  }
  CHECK(told == std::vector<Seq>{2, 3});
  CHECK(failures == 1);
}

TEST_CASE("kafka: a doubled record is skipped as repeated, and ends the session by its gap") {
  World world;
  Node writer(world.kafka, world.random);
  require_ok(writer.begin());
  world.kafka.fates = {Delivery::doubled};
  CHECK(writer.write("a"));
  CHECK_FALSE(writer.write("b"));
  require_ok(writer.follow());
  CHECK(writer.bodies() == Bodies{"created", "e", "a", "b"});
  CHECK(writer.follower().skipped()[static_cast<std::size_t>(Skip::repeated)] == 1);
}

TEST_CASE("kafka: of two writers one wins, and the loser's records are skipped the same way by all") {
  World world;
  Node first(world.kafka, world.random);
  Node second(world.kafka, world.random);
  require_ok(first.begin());
  CHECK(first.write("a"));
  require_ok(second.begin());
  CHECK(second.write("x"));
  CHECK_FALSE(first.write("b"));   // A zombie: its record is stored, and counts nowhere.
  CHECK_FALSE(second.write("y"));  // Its report shows a gap; the record counts all the same.
  require_ok(second.begin());
  CHECK(second.write("z"));
  Node reader(world.kafka, world.random);
  for (Node* node : {&first, &second, &reader}) {
    require_ok(node->follow());
    CHECK(node->bodies() == Bodies{"created", "e", "a", "e", "x", "y", "e", "z"});
    CHECK(node->follower().skipped()[static_cast<std::size_t>(Skip::old_epoch)] == 1);
    CHECK_FALSE(node->follower().diverged());
  }
}

TEST_CASE("kafka: an epoch that lost the race for the next seq is tried again") {
  World world;
  Node zombie(world.kafka, world.random);
  require_ok(zombie.begin());
  const StoredRecord last = all_records(zombie.log()).back();
  Node writer(world.kafka, world.random);
  world.kafka.on_next_send = {bytes_of_record(record_after(last, "slipped in"))};
  require_ok(writer.begin());
  CHECK(writer.write("a"));
  CHECK(writer.bodies() == Bodies{"created", "e", "slipped in", "e", "a"});
  CHECK(writer.follower().skipped()[static_cast<std::size_t>(Skip::not_next)] == 1);
}

TEST_CASE("kafka: messages that are no records of the ledger are counted and passed by") {
  World world;
  world.kafka.messages.push_back({'h', 'e', 'l', 'l', 'o'});
  StoredRecord zero = record_zero();
  engine::RecordHeader stranger = zero.header();
  stranger.ledger.bytes[0] ^= 1;
  world.kafka.messages.push_back(bytes_of_record(engine::make_record(stranger, bytes_of("other"))));
  ByteVector broken = bytes_of_record(record_after(zero, "body"));
  broken.back() ^= 1;
  world.kafka.messages.push_back(broken);
  world.kafka.messages.push_back(bytes_of_record(record_after(zero, "a")));
  Node reader(world.kafka, world.random);
  require_ok(reader.follow());
  CHECK(reader.bodies() == Bodies{"created", "a"});
  CHECK(reader.follower().skipped()[static_cast<std::size_t>(Skip::unreadable)] == 2);
  CHECK(reader.follower().skipped()[static_cast<std::size_t>(Skip::other_ledger)] == 1);
}

TEST_CASE("kafka: a node that restarts compares its place, and counts nothing twice") {
  World world;
  Node node(world.kafka, world.random);
  world.kafka.messages.push_back({'x'});
  world.kafka.messages.push_back(bytes_of_record(record_after(record_zero(), "a")));
  world.kafka.messages.push_back({'y'});
  require_ok(node.follow());
  require_ok(node.follower().save());
  node.start();
  require_ok(node.follow());
  CHECK(node.follower().skipped()[static_cast<std::size_t>(Skip::unreadable)] == 2);
  CHECK(node.bodies() == Bodies{"created", "a"});
  // Without a stored place everything is read again and compared with what is landed.
  require_ok(node.disk().remove("kafka/place"));
  node.start();
  require_ok(node.follow());
  CHECK(node.follower().skipped()[static_cast<std::size_t>(Skip::unreadable)] == 2);
  CHECK(node.bodies() == Bodies{"created", "a"});
}

TEST_CASE("kafka: a truncated or remade topic is found at the start and while reading, and nothing is reset") {
  World world;
  Node writer(world.kafka, world.random);
  require_ok(writer.begin());
  for (const char* body : {"a", "b", "c"}) CHECK(writer.write(body));
  require_ok(writer.follower().save());
  const auto all = world.kafka.messages;
  const Bodies landed = writer.bodies();
  struct Row {
    std::string_view name;
    std::vector<ByteVector> messages;
    Offset low;
  };
  auto rewritten = all;
  rewritten.back() = {'x'};
  const Row rows[] = {
      {"cut at the end", {all.begin(), all.end() - 1}, 0},
      {"empty", {}, 0},
      {"cut at the start", {}, std::ssize(all)},
      {"another message at the place", rewritten, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    world.kafka.messages = row.messages;
    world.kafka.low = row.low;
    writer.start();
    const auto followed = writer.follow();
    REQUIRE_FALSE(followed.has_value());
    CHECK(followed.error().code == ErrorCode::io);
    CHECK(followed.error().message.find("truncated or made anew") != std::string::npos);
    CHECK(writer.bodies() == landed);
  }
  world.kafka.messages = all;
  world.kafka.low = 0;
  writer.start();
  require_ok(writer.follow());
  world.kafka.truncate(2);
  const auto running = writer.follow();
  REQUIRE_FALSE(running.has_value());
  CHECK(running.error().message.find("truncated or made anew") != std::string::npos);
}

TEST_CASE("kafka: a cluster that says nothing has lost nothing: it is to be asked again") {
  World world;
  Node node(world.kafka, world.random);
  require_ok(node.follow());
  require_ok(node.follower().save());
  world.kafka.messages.push_back(bytes_of_record(record_after(record_zero(), "a")));
  world.kafka.silent = true;
  for (const bool anew : {false, true}) {
    CAPTURE(anew);
    if (anew) node.start();
    const auto followed = node.follow();
    REQUIRE_FALSE(followed.has_value());
    CHECK(followed.error().code == ErrorCode::unavailable);
    CHECK(followed.error().message.find("gave nothing") != std::string::npos);
  }
  world.kafka.silent = false;
  require_ok(node.follow());
  CHECK(node.bodies() == Bodies{"created", "a"});
}

TEST_CASE("kafka: another history of the same ledger is a fork: both are kept and the node stops") {
  World world;
  Node node(world.kafka, world.random);
  world.kafka.messages.push_back(bytes_of_record(record_after(record_zero(), "a")));
  require_ok(node.follow());
  world.kafka.messages.back() = bytes_of_record(record_after(record_zero(), "b"));
  node.start();  // Its place was never stored, so the topic is read from the start.
  const auto followed = node.follow();
  REQUIRE_FALSE(followed.has_value());
  CHECK(followed.error().code == ErrorCode::conflict);
  CHECK(node.bodies() == Bodies{"created", "a"});
  CHECK(node.disk().content("kafka/fork-1") == world.kafka.messages.back());
}

TEST_CASE("kafka: a copy is published to an empty topic without reading it again, and landed by others as it is") {
  World world;
  Node writer(world.kafka, world.random);
  require_ok(writer.begin());
  for (const char* body : {"a", "b", "c"}) CHECK(writer.write(body));
  const Bodies history = writer.bodies();
  world.kafka.messages.clear();
  world.kafka.reads = 0;
  CHECK(value_of(writer.publish()) == 5);
  CHECK(world.kafka.reads == 0);
  require_ok(writer.follow());
  CHECK(writer.follower().place().offset == 4);
  CHECK(writer.follower().place().head == writer.log().tail());
  Node other(world.kafka, world.random);
  require_ok(other.follow());
  CHECK(other.bodies() == history);
  CHECK(value_of(writer.publish()) == 0);
}

TEST_CASE("kafka: publishing goes on behind what the topic holds, and reads again at any doubt") {
  struct Row {
    std::string_view name;
    std::size_t kept;
    std::vector<ByteVector> before_first;
    std::deque<Delivery> fates;
    std::uint64_t sent;  ///< 0: publishing fails, and is repeated.
  };
  const Row rows[] = {
      {"nothing lost", 5, {}, {}, 0},
      {"the end lost", 3, {}, {}, 2},
      {"all lost", 0, {}, {}, 5},
      {"a message slips in before the first", 2, {{'x'}}, {}, 3},
      {"a record stored twice", 2, {}, {Delivery::doubled}, 3},
      {"a report without offset", 2, {}, {Delivery::stored, Delivery::no_offset}, 0},
      {"the last record lost", 2, {}, {Delivery::stored, Delivery::stored, Delivery::lost}, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    World world;
    Node writer(world.kafka, world.random);
    require_ok(writer.begin());
    for (const char* body : {"a", "b", "c"}) CHECK(writer.write(body));
    const Bodies history = writer.bodies();
    world.kafka.truncate(row.kept);
    world.kafka.on_next_send = row.before_first;
    world.kafka.fates = row.fates;
    const auto published = writer.publish();
    if (!row.fates.empty() && row.sent == 0) {
      CHECK(published.error().code == ErrorCode::unavailable);
      CHECK(writer.publish().has_value());
    } else {
      CHECK(value_of(published) == row.sent);
    }
    Node other(world.kafka, world.random);
    require_ok(other.follow());
    CHECK(other.bodies() == history);
    require_ok(writer.follow());
    CHECK(writer.follower().place() == other.follower().place());
  }
}

TEST_CASE("kafka: a copy with a record that no reader would accept is not published beyond it") {
  World world;
  Node node(world.kafka, world.random);
  StoredRecord last = record_after(record_zero(), "a");
  engine::RecordHeader stranger = record_after(last, "").header();
  ++stranger.writer;
  const std::vector records{record_zero(), last, engine::make_record(stranger, bytes_of("of another writer"))};
  require_ok(node.log().append(records));
  require_ok(engine::sync_all(node.log()));
  world.kafka.messages.clear();
  const auto published = node.publish();
  REQUIRE_FALSE(published.has_value());
  CHECK(published.error().code == ErrorCode::conflict);
  CHECK(published.error().message.find("record 2 ") != std::string::npos);
  CHECK(published.error().message.find("foreign_writer") != std::string::npos);
  CHECK(world.kafka.messages.size() == 2);
}

TEST_CASE("kafka: a node that cannot accept what the topic goes on with has diverged and may not write") {
  World world;
  const StoredRecord lost = record_after(record_zero(), "lost");
  world.kafka.messages.push_back(bytes_of_record(record_after(lost, "on top of it")));
  Node node(world.kafka, world.random);
  require_ok(node.follow());
  CHECK(node.follower().diverged());
  const auto begun = node.begin();
  REQUIRE_FALSE(begun.has_value());
  CHECK(begun.error().code == ErrorCode::conflict);
}

namespace {

/// A schedule of two writers and what befalls them, told by numbers.
struct Schedule {
  World world;
  std::vector<std::unique_ptr<Node>> nodes;
  Bodies acknowledged;
  int bodies = 0;

  Schedule() {
    for (int count = 0; count < 2; ++count) nodes.push_back(std::make_unique<Node>(world.kafka, world.random));
  }

  void step(const std::array<std::uint8_t, 3>& numbers) {
    Node& node = *nodes[numbers[1] % nodes.size()];
    constexpr Delivery k_fates[] = {Delivery::lost, Delivery::unknown, Delivery::doubled, Delivery::late,
                                    Delivery::no_offset};
    switch (numbers[0] % 8) {
      case 0: return (void)node.begin().has_value();
      case 1: return world.kafka.fates.push_back(k_fates[numbers[2] % std::size(k_fates)]);
      case 2: return world.kafka.deliver_late();
      case 3: return node.crash(numbers[2]);
      case 4:
        if (node.writing()) (void)node.follower().save().has_value();
        return;
      default: return write(node, 1 + numbers[2] % 4U);
    }
  }

  /// Some groups of one record, all under way at once; their reports come in twos.
  void write(Node& node, std::size_t groups) {
    if (!node.writing()) return;
    world.kafka.reports_at_once = 2;
    std::vector<StoredRecord> sent;
    for (std::size_t count = 0; count < groups; ++count) {
      if (const auto record = node.send("body " + std::to_string(bodies++))) sent.push_back(*record);
    }
    for (std::string& body : node.confirm(sent)) acknowledged.push_back(std::move(body));
  }
};

}  // namespace

TEST_CASE("kafka: whatever befalls two writers, there is one history with every acknowledged record once, in order") {
  CHECK(rc::check("one history", [](const std::vector<std::array<std::uint8_t, 3>>& steps) {
    Schedule schedule;
    for (const auto& step : steps) schedule.step(step);
    schedule.world.kafka.deliver_late();
    Node fresh(schedule.world.kafka, schedule.world.random);
    require_ok(fresh.follow());
    const Bodies history = fresh.bodies();
    for (auto& node : schedule.nodes) {
      node->start();
      require_ok(node->follow());
      RC_ASSERT(node->bodies() == history);
      RC_ASSERT(node->follower().skipped() == fresh.follower().skipped());
    }
    auto from = history.begin();
    for (const std::string& body : schedule.acknowledged) {
      RC_ASSERT(std::ranges::count(history, body) == 1);
      from = std::find(from, history.end(), body);
      RC_ASSERT(from != history.end());
    }
  }));
}
