// tests/kafka_broker_test.cc - the Kafka client against a real broker, whose address LOTLEDGER_TEST_KAFKA holds: what
// the mock cluster cannot show. One broker is enough (scripts/kafka start). Where there is none the tests say that they
// skip, unless CI=true, which makes that a failure.
#include "engine/base/random.h"
#include "engine/kafka/client.h"
#include "engine/log/record.h"
#include "tests/support/log_records.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>

namespace lotledger::tests {

using namespace lotledger::engine;
using namespace lotledger::engine::kafka;

namespace {
constexpr int k_patient_ms = 60'000;

/// The cluster to test with; none after saying that the calling test case skips.
std::unique_ptr<Cluster> real_cluster() {
  const char* bootstrap = std::getenv("LOTLEDGER_TEST_KAFKA");
  if (bootstrap != nullptr) return value_of(connect(bootstrap, {}, k_patient_ms));
  const char* ci = std::getenv("CI");
  const bool required = ci != nullptr && std::string(ci) == "true";
  CHECK_MESSAGE(!required, "LOTLEDGER_TEST_KAFKA names no broker");
  MESSAGE("skipped: LOTLEDGER_TEST_KAFKA names no broker");
  return nullptr;
}

/// A name that no earlier run of these tests used.
std::string fresh_topic() {
  std::array<std::uint8_t, 8> number{};
  SystemRandom().fill(number);
  return "lotledger-test-" + to_hex(number);
}

/// A topic as a ledger wants it, of one broker.
TopicPlan plan() {
  return {1,
          {{"cleanup.policy", "delete"},
           {"compression.type", "producer"},
           {"max.message.bytes", "9437184"},
           {"message.timestamp.type", "CreateTime"},
           {"min.insync.replicas", "1"},
           {"retention.bytes", "-1"},
           {"retention.ms", "-1"},
           {"unclean.leader.election.enable", "false"}}};
}

/// The code that a call failed with; none when it succeeded.
template <typename T>
std::optional<ErrorCode> code_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

std::string created_topic(Cluster& cluster) {
  const std::string topic = fresh_topic();
  require_ok(cluster.create(topic, plan()));
  return topic;
}

/// The `number`th of many values of 400 bytes that do not compress to nothing.
ByteVector value(std::uint64_t number) {
  ByteVector made(400);
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i] = static_cast<std::uint8_t>(((number + 1) * 0x9E3779B97F4A7C15U >> (i % 57)) + i);
  }
  store_le(made.data(), number);
  return made;
}
}  // namespace

TEST_CASE("kafka broker: a topic is described as it was created, with what the broker adds") {
  const auto cluster = real_cluster();
  if (!cluster) return;
  const std::string topic = created_topic(*cluster);
  const auto described = value_of(cluster->describe(topic));
  CHECK(described.partitions == 1);
  CHECK(described.replication == 1);
  for (const auto& [name, wanted] : plan().settings) {
    CAPTURE(name);
    REQUIRE(described.settings.contains(name));
    CHECK(described.settings.at(name) == wanted);
  }
  for (const std::string name : {"flush.messages", "segment.bytes", "delete.retention.ms"}) {
    CAPTURE(name);
    REQUIRE(described.settings.contains(name));
    CHECK(!described.settings.at(name).empty());
  }
  const auto topics = value_of(cluster->topics());
  CHECK(std::find(topics.begin(), topics.end(), topic) != topics.end());
  CHECK(value_of(cluster->brokers()) >= 1);
}

TEST_CASE("kafka broker: a topic is created once, and only as the cluster can keep it") {
  const auto cluster = real_cluster();
  if (!cluster) return;
  const std::string topic = created_topic(*cluster);
  CHECK(code_of(cluster->create(topic, plan())) == ErrorCode::conflict);
  struct Row {
    std::string_view name;
    std::string topic;
    TopicPlan plan;
  };
  const Row rows[] = {
      {"more replicas than brokers", fresh_topic(), {9, {}}},
      {"a setting that is none", fresh_topic(), {1, {{"no.such.setting", "1"}}}},
      {"a value that is none", fresh_topic(), {1, {{"retention.ms", "soon"}}}},
      {"a name that is none", "no/topic", {1, {}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto refused = cluster->create(row.topic, row.plan);
    REQUIRE(!refused);
    CAPTURE(refused.error().message);
    CHECK(refused.error().code == ErrorCode::invalid_input);
    CHECK(refused.error().message.starts_with("topic " + row.topic + " is not created: "));
  }
}

TEST_CASE("kafka broker: a topic that is missing is not found, and not made by asking") {
  const auto cluster = real_cluster();
  if (!cluster) return;
  const std::string topic = fresh_topic();
  for (int round = 0; round < 2; ++round) {
    CHECK(code_of(cluster->describe(topic)) == ErrorCode::not_found);
    CHECK(code_of(cluster->watermarks(topic)) == ErrorCode::not_found);
    CHECK(code_of(cluster->produce_to(topic)) == ErrorCode::not_found);
    CHECK(code_of(cluster->read_from(topic, 0, ReadMode::live)) == ErrorCode::not_found);
  }
}

TEST_CASE("kafka broker: the largest record passes whole, one larger than the topic takes ends its producer") {
  const auto cluster = real_cluster();
  if (!cluster) return;
  const std::string topic = created_topic(*cluster);
  ByteVector largest(k_header_bytes + k_body_bytes_max);
  // As hard to compress as can be: a batch must carry it as it is.
  std::uint64_t state = 1;
  for (auto& byte : largest) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    byte = static_cast<std::uint8_t>(state >> 56);
  }
  const auto producer = value_of(cluster->produce_to(topic));
  require_ok(producer->send(largest));
  CHECK(value_of(producer->next_report()) == 0);
  for (const auto mode : {ReadMode::live, ReadMode::bulk}) {
    const auto consumer = value_of(cluster->read_from(topic, 0, mode));
    const auto message = value_of(consumer->next(k_patient_ms));
    REQUIRE(message.has_value());
    CHECK(message->offset == 0);
    CHECK(std::equal(message->value.begin(), message->value.end(), largest.begin(), largest.end()));
  }

  const std::string narrow = fresh_topic();
  require_ok(cluster->create(narrow, {1, {{"max.message.bytes", "100000"}}}));
  const auto refused = value_of(cluster->produce_to(narrow));
  require_ok(refused->send(largest));
  CHECK(code_of(refused->next_report()) == ErrorCode::unavailable);
  CHECK(!refused->send(value(0)));
  CHECK(value_of(cluster->watermarks(narrow)).high == 0);
}

TEST_CASE("kafka broker: many records are reported and read in order without a gap, in both modes") {
  const auto cluster = real_cluster();
  if (!cluster) return;
  const std::string topic = created_topic(*cluster);
  constexpr Offset k_count = 100'000;
  const auto producer = value_of(cluster->produce_to(topic));
  for (Offset i = 0; i < k_count; ++i) require_ok(producer->send(value(static_cast<std::uint64_t>(i))));
  Offset in_order = 0;
  while (in_order < k_count && value_of(producer->next_report()) == in_order) ++in_order;
  CHECK(in_order == k_count);
  const auto marks = value_of(cluster->watermarks(topic));
  CHECK(marks.low == 0);
  CHECK(marks.high == k_count);
  for (const auto mode : {ReadMode::live, ReadMode::bulk}) {
    const auto consumer = value_of(cluster->read_from(topic, 0, mode));
    Offset right = 0;
    while (right < k_count) {
      const auto message = value_of(consumer->next(k_patient_ms));
      if (!message || message->offset != right) break;
      const ByteVector expected = value(static_cast<std::uint64_t>(right));
      if (!std::equal(message->value.begin(), message->value.end(), expected.begin(), expected.end())) break;
      ++right;
    }
    CHECK(right == k_count);
    CHECK(!value_of(consumer->next(20)).has_value());
  }
}

TEST_CASE("kafka broker: several producers in turn and at once keep offsets dense") {
  const auto cluster = real_cluster();
  if (!cluster) return;
  const std::string topic = created_topic(*cluster);
  const auto one = value_of(cluster->produce_to(topic));
  const auto other = value_of(cluster->produce_to(topic));
  std::vector<bool> reported(200);
  for (std::uint64_t i = 0; i < 100; ++i) {
    require_ok(one->send(value(2 * i)));
    require_ok(other->send(value(2 * i + 1)));
  }
  for (int i = 0; i < 100; ++i) {
    for (Producer* producer : {one.get(), other.get()}) {
      const auto offset = static_cast<std::size_t>(value_of(producer->next_report()));
      REQUIRE(offset < reported.size());
      CHECK(!reported[offset]);
      reported[offset] = true;
    }
  }
  CHECK(value_of(cluster->watermarks(topic)).high == 200);
}

TEST_CASE("kafka broker: an offset beyond the end is corrupt") {
  const auto cluster = real_cluster();
  if (!cluster) return;
  const std::string topic = created_topic(*cluster);
  CHECK(!value_of(value_of(cluster->read_from(topic, 0, ReadMode::live))->next(20)).has_value());
  const auto consumer = value_of(cluster->read_from(topic, 1, ReadMode::live));
  Result<std::optional<Message>> message = std::nullopt;
  for (int tries = 0; message && tries < 1'000; ++tries) message = consumer->next(50);
  REQUIRE(!message);
  CHECK(message.error().code == ErrorCode::corrupt);
}

}  // namespace lotledger::tests
