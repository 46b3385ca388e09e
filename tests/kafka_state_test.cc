// tests/kafka_state_test.cc - what a process that runs a node tells of itself: the file, and when it calls itself
// current.
#include "cli/kafka_state.h"
#include "cli/kafka_watch.h"
#include "engine/log/local_log.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"
#include "tests/support/sim_kafka.h"

#include <doctest/doctest.h>

using namespace lotledger;
using namespace lotledger::cli;
using namespace lotledger::tests;
using engine::kafka::Epoch;

namespace {

constexpr const char* k_folder = "kafka";
constexpr const char* k_topic = "lotledger.test";

Instant second(std::int64_t number) {
  return Instant{1'790'000'000'000'000 + number * 1'000'000};
}

class SetClock final : public Clock {
 public:
  Instant now() override { return second(seconds); }
  std::int64_t seconds = 0;
};

KafkaState full_state() {
  KafkaState state;
  state.at = Instant{1'790'000'000'123'456};
  state.process = "writing";
  state.producer = "lost";
  state.epoch = {18'000'000'000'000'000'001U, 18'000'000'000'000'000'002U};
  state.current_at = second(-1);
  state.lag = 18'000'000'000'000'000'003U;
  state.seq = 17;
  state.read = 9'000'000'000'000'000'004;
  state.last_error = "topic \"T\"\n\xE2\x80\xA6 did not answer";
  state.last_error_at = second(-2);
  return state;
}

/// A node with nothing landed, on a topic in memory, and the watch over it.
struct World {
  SimDisk disk;
  SimKafka kafka{k_topic};
  SetClock clock;
  std::unique_ptr<engine::LocalLog> log;
  std::unique_ptr<KafkaWatch> watch;

  explicit World(const std::string& process = "following", const std::string& producer = "none") {
    require_ok(disk.make_folders(k_folder));
    require_ok(engine::LocalLog::create(disk, "log", test_ledger()));
    log = value_of(engine::LocalLog::open(disk, "log"));
    watch = std::make_unique<KafkaWatch>(engine::kafka::NodeParts{kafka, disk, *log, k_folder, k_topic, {}}, clock,
                                         process, producer);
  }

  void messages(std::size_t count) { kafka.messages.resize(count, ByteVector{1}); }
  void look_at(std::int64_t seconds) {
    clock.seconds = seconds;
    watch->look();
  }
  KafkaState state() {
    auto found = value_of(read_state(disk, k_folder));
    REQUIRE(found.has_value());
    return *found;
  }
};

}  // namespace

TEST_CASE("kafka state: what is written is read, and what is missing is no state") {
  SimDisk disk;
  require_ok(disk.make_folders(k_folder));
  CHECK(!value_of(read_state(disk, k_folder)).has_value());
  require_ok(write_state(disk, k_folder, full_state()));
  CHECK(value_of(read_state(disk, k_folder)) == full_state());
  const KafkaState bare{.at = second(0),
                        .process = "following",
                        .producer = "none",
                        .epoch = {},
                        .current_at = {},
                        .last_error = {},
                        .last_error_at = {}};
  require_ok(write_state(disk, k_folder, bare));
  CHECK(value_of(read_state(disk, k_folder)) == bare);
  require_ok(remove_state(disk, k_folder));
  CHECK(!value_of(read_state(disk, k_folder)).has_value());
  require_ok(remove_state(disk, k_folder));
}

TEST_CASE("kafka state: a message of any length and of any bytes leaves a file that can be read") {
  SimDisk disk;
  require_ok(disk.make_folders(k_folder));
  KafkaState state = full_state();
  state.last_error = std::string(1 << 20, '\xFF');
  require_ok(write_state(disk, k_folder, state));
  const auto found = value_of(read_state(disk, k_folder));
  REQUIRE(found.has_value());
  CHECK(found->last_error.starts_with("\xEF\xBF\xBD"));
  CHECK(found->seq == 17);
}

TEST_CASE("kafka state: a damaged file is corrupt and named") {
  SimDisk whole;
  require_ok(whole.make_folders(k_folder));
  require_ok(write_state(whole, k_folder, full_state()));
  const ByteVector good = whole.content("kafka/state");
  const std::string text(text_of(good));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  const std::pair<std::string_view, std::string> rows[] = {
      {"empty", ""},
      {"cut", text.substr(0, text.size() / 2)},
      {"no object", "[]"},
      {"a member is missing", with("\"lag\"", "\"gal\"")},
      {"a number as a number", with("\"17\"", "17")},
      {"a number with a tail", with("\"17\"", "\"17x\"")},
      {"a number that is too large", with("18000000000000000003", "98000000000000000003")},
      {"an offset that is too large", with("9000000000000000004", "9900000000000000004")},
      {"no number", with("\"17\"", "\"\"")},
      {"no instant", with("\"2026", "\"yesterday 2026")},
      {"no text", with("\"writing\"", "null")},
  };
  for (const auto& [name, content] : rows) {
    CAPTURE(name);
    REQUIRE(content != text);
    SimDisk disk;
    require_ok(disk.make_folders(k_folder));
    require_ok(write_state(disk, k_folder, full_state()));
    disk.put("kafka/state", {bytes_of(content).begin(), bytes_of(content).end()});
    const auto found = read_state(disk, k_folder);
    REQUIRE(!found.has_value());
    CHECK(found.error().code == ErrorCode::corrupt);
    CHECK(found.error().message.starts_with("kafka/state "));
  }
}

TEST_CASE("kafka state: a write that fails anywhere leaves the old state or the new one") {
  KafkaState next = full_state();
  next.seq = 18;
  int failures = 0;
  for (std::uint64_t call = 1;; ++call) {
    CAPTURE(call);
    SimDisk disk;
    require_ok(disk.make_folders(k_folder));
    require_ok(write_state(disk, k_folder, full_state()));
    disk.fail_call(call);
    const bool written = write_state(disk, k_folder, next).has_value();
    const auto found = value_of(read_state(disk, k_folder));
    REQUIRE(found.has_value());
    CHECK((found == full_state() || found == next));
    if (written) break;
    ++failures;
    require_ok(write_state(disk, k_folder, next));
    CHECK(value_of(read_state(disk, k_folder)) == next);
  }
  CHECK(failures > 3);
}

TEST_CASE("kafka watch: current is who has landed all that there was when it asked") {
  struct Row {
    std::string_view name;
    std::int64_t read_before;  ///< Last message judged when it asks, of three.
    std::int64_t read_after;   ///< And a second later.
    std::optional<Instant> first;
    std::optional<Instant> then;
  };
  const Row rows[] = {
      {"nothing read", -1, -1, std::nullopt, std::nullopt},
      {"one message missing", 1, 1, std::nullopt, std::nullopt},
      {"the last one comes later", 1, 2, std::nullopt, second(10)},
      {"more comes later", 1, 5, std::nullopt, second(10)},
      {"all there is", 2, 2, second(10), second(10)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    World world;
    world.messages(3);
    world.watch->landed(0, row.read_before, {1, 7});
    world.look_at(10);
    CHECK(world.state().current_at == row.first);
    CHECK(world.state().lag == static_cast<std::uint64_t>(2 - row.read_before));
    world.clock.seconds = 11;
    world.watch->landed(1, row.read_after, {1, 7});
    world.watch->producer("none");
    CHECK(world.state().current_at == row.then);
    CHECK(world.state().seq == 1);
    CHECK(world.state().read == row.read_after);
    CHECK(world.state().epoch == Epoch{1, 7});
  }
}

TEST_CASE("kafka watch: time goes on where nothing comes, and stands still where the node falls behind or is cut off") {
  World world;
  world.messages(1);
  world.watch->landed(0, 0, {1, 7});
  world.look_at(2);
  world.look_at(4);
  CHECK(world.state().current_at == second(4));
  world.messages(3);
  world.look_at(6);
  CHECK(world.state().current_at == second(4));
  CHECK(world.state().lag == 2);
  world.watch->landed(2, 2, {1, 7});
  world.kafka.reachable = false;
  world.look_at(8);
  CHECK(world.state().current_at == second(6));
  CHECK(world.state().last_error == "no broker answers");
  CHECK(world.state().last_error_at == second(8));
  CHECK(world.state().at == second(8));
  world.kafka.reachable = true;
  world.look_at(10);
  CHECK(world.state().current_at == second(10));
  CHECK(world.state().last_error_at == second(8));
}

TEST_CASE("kafka watch: a topic that ends before what was read makes nobody current") {
  World world;
  world.messages(3);
  world.watch->landed(2, 2, {1, 7});
  world.look_at(2);
  world.kafka.truncate(2);
  world.look_at(4);
  CHECK(world.state().current_at == second(2));
  CHECK(world.state().last_error ==
        "topic lotledger.test ends at offset 2, before what this node has read: it was truncated or made anew");
}

TEST_CASE("kafka watch: every change of the producer is written at once") {
  World world("writing", "opening");
  CHECK(world.state().process == "writing");
  CHECK(world.state().producer == "opening");
  CHECK(world.state().seq == k_no_seq);
  world.watch->producer("ready");
  CHECK(world.state().producer == "ready");
  CHECK(world.state().last_error.empty());
  world.clock.seconds = 3;
  world.watch->lost({ErrorCode::unavailable, "timed out"});
  CHECK(world.state().producer == "lost");
  CHECK(world.state().last_error == "timed out");
  CHECK(world.state().last_error_at == second(3));
  world.watch->producer("ready");
  CHECK(world.state().producer == "ready");
  CHECK(world.state().last_error == "timed out");
}

TEST_CASE("kafka watch: a state that cannot be written disturbs nobody, and the next one is") {
  World world;
  world.messages(1);
  world.watch->landed(0, 0, {1, 7});
  world.disk.fail_call(1);
  world.look_at(2);
  CHECK(world.state().current_at == std::nullopt);
  world.look_at(4);
  CHECK(world.state().current_at == second(4));
}

TEST_CASE("kafka watch: it looks by itself until it ends") {
  World world;
  world.messages(1);
  world.watch->landed(0, 0, {1, 7});
  world.watch->start();
  world.watch.reset();
  CHECK(world.state().current_at == second(0));
}
