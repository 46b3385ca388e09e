// tests/kafka_mock_test.cc - the Kafka client against brokers in this process that fail on order: what is retried, what
// ends a producer or a consumer, and that an end is final.
#include "engine/kafka/client.h"
#include "engine/log/record.h"
#include "tests/support/log_records.h"
#include "tests/support/mock_kafka.h"

#include <doctest/doctest.h>

#include <thread>

namespace lotledger::tests {

using namespace lotledger::engine;
using namespace lotledger::engine::kafka;

namespace {
const std::string k_topic = "lotledger.test";
/// Long enough that only what is meant to time out does; a wait ends when what it waits for comes.
constexpr int k_patient_ms = 60'000;

std::unique_ptr<Cluster> connected(const MockKafka& mock, int timeout_ms = k_patient_ms) {
  return value_of(connect(mock.bootstrap(), {}, timeout_ms));
}

/// A value that names its number, with some bytes after it.
ByteVector value(std::uint64_t number, std::size_t bytes = 100) {
  ByteVector made(bytes);
  for (std::size_t i = 0; i < bytes; ++i) made[i] = static_cast<std::uint8_t>((number + 1) * (i + 7) >> 3);
  store_le(made.data(), number);
  return made;
}

void send(Producer& producer, std::uint64_t begin, std::uint64_t end) {
  for (std::uint64_t number = begin; number < end; ++number) require_ok(producer.send(value(number)));
}

/// The next values are those of these numbers, at offsets that begin so and have no gap.
void check_read(Consumer& consumer, Offset offset, std::uint64_t begin, std::uint64_t end) {
  for (std::uint64_t number = begin; number < end; ++number, ++offset) {
    CAPTURE(number);
    const auto message = value_of(consumer.next(k_patient_ms));
    REQUIRE(message.has_value());
    CHECK(message->offset == offset);
    REQUIRE(message->value.size() == value(number).size());
    CHECK(std::equal(message->value.begin(), message->value.end(), value(number).begin()));
  }
}

/// The error that a call ended with; one that succeeded fails the test.
template <typename T>
Error error_in(const Result<T>& result) {
  if (result) fail_test("succeeded where an error was expected");
  return result.error();
}

/// The error that comes at last from a consumer that sees none yet.
Error error_of(Consumer& consumer) {
  for (int tries = 0; tries < 1'000; ++tries) {
    const auto message = consumer.next(50);
    if (!message) return message.error();
    CHECK(!message->has_value());
  }
  fail_test("no error came");
}
}  // namespace

TEST_CASE("kafka client: what was sent is reported in order, and read back from any offset") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  constexpr Offset k_count = 5'000;
  send(*producer, 0, k_count);
  for (Offset offset = 0; offset < k_count; ++offset) CHECK(value_of(producer->next_report()) == offset);
  const auto marks = value_of(cluster->watermarks(k_topic));
  CHECK(marks.low == 0);
  CHECK(marks.high == k_count);
  for (const auto mode : {ReadMode::live, ReadMode::bulk}) {
    for (const Offset from : {Offset{0}, Offset{1}, Offset{2'777}, k_count - 1}) {
      CAPTURE(from);
      const auto consumer = value_of(cluster->read_from(k_topic, from, mode));
      check_read(*consumer, from, static_cast<std::uint64_t>(from), k_count);
      CHECK(!value_of(consumer->next(20)).has_value());
    }
  }
}

TEST_CASE("kafka client: a reader at the end gets what is sent later") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto consumer = value_of(cluster->read_from(k_topic, 0, ReadMode::live));
  CHECK(!value_of(consumer->next(0)).has_value());
  CHECK(!value_of(consumer->next(20)).has_value());
  const auto producer = value_of(cluster->produce_to(k_topic));
  for (std::uint64_t number = 0; number < 5; ++number) {
    send(*producer, number, number + 1);
    CHECK(value_of(producer->next_report()) == static_cast<Offset>(number));
    check_read(*consumer, static_cast<Offset>(number), number, number + 1);
  }
}

TEST_CASE("kafka client: values from empty to the largest record pass whole") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  constexpr std::size_t k_largest = k_header_bytes + k_body_bytes_max;
  Offset offset = 0;
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}, k_largest}) {
    CAPTURE(bytes);
    ByteVector sent(bytes);
    for (std::size_t i = 0; i < bytes; ++i) sent[i] = static_cast<std::uint8_t>((i * 2'654'435'761U) >> 13);
    require_ok(producer->send(sent));
    CHECK(value_of(producer->next_report()) == offset);
    const auto consumer = value_of(cluster->read_from(k_topic, offset++, ReadMode::bulk));
    const auto message = value_of(consumer->next(k_patient_ms));
    REQUIRE(message.has_value());
    CHECK(std::equal(message->value.begin(), message->value.end(), sent.begin(), sent.end()));
  }
  const auto refused = producer->send(ByteVector(k_largest + 1));
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::invalid_input);
  send(*producer, 0, 1);
  CHECK(value_of(producer->next_report()) == offset);
}

TEST_CASE("kafka client: what a broker may answer once is retried until the values are stored, in order and once") {
  struct Row {
    std::string_view name;
    Ask request;
    std::vector<Answer> answers;
  };
  const Row rows[] = {
      {"leader moved", Ask::produce, {Answer::not_leader}},
      {"no leader", Ask::produce, {Answer::leader_not_available, Answer::leader_not_available}},
      {"broker timed out", Ask::produce, {Answer::timed_out}},
      {"too few replicas", Ask::produce, {Answer::not_enough_replicas, Answer::not_enough_replicas}},
      {"too few replicas later", Ask::produce, {Answer::not_enough_replicas_after_append}},
      {"connection lost", Ask::produce, {Answer::hang_up}},
      {"connection lost later", Ask::produce, {Answer::none, Answer::none, Answer::hang_up}},
      {"no producer id yet", Ask::init_producer_id, {Answer::coordinator_loading, Answer::coordinator_loading}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    MockKafka mock;
    mock.create_topic(k_topic);
    const auto cluster = connected(mock);
    mock.answer(row.request, row.answers);
    const auto producer = value_of(cluster->produce_to(k_topic));
    // One at a time: the mock, unlike a broker, also stores a second value while the first is to be repeated.
    constexpr std::uint64_t k_count = 20;
    for (std::uint64_t number = 0; number < k_count; ++number) {
      send(*producer, number, number + 1);
      CHECK(value_of(producer->next_report()) == static_cast<Offset>(number));
    }
    check_read(*value_of(cluster->read_from(k_topic, 0, ReadMode::live)), 0, 0, k_count);
  }
}

TEST_CASE("kafka client: a refusal, a report without offset and a fatal error end a producer for ever") {
  struct Row {
    std::string_view name;
    Ask request;
    Answer answer;
    std::string_view why;
  };
  const Row rows[] = {
      {"too large for the topic", Ask::produce, Answer::message_too_large, "Message size too large"},
      {"not permitted", Ask::produce, Answer::topic_not_authorized, "Topic authorization failed"},
      {"stored before, nobody knows where", Ask::produce, Answer::duplicate_sequence, "stored at an unknown offset"},
      {"broker lost the order", Ask::produce, Answer::out_of_order_sequence, "out of order sequence number"},
      {"no producer id for this user", Ask::init_producer_id, Answer::cluster_not_authorized,
       "Cluster authorization failed"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    MockKafka mock;
    mock.create_topic(k_topic);
    const auto cluster = connected(mock);
    mock.answer(row.request, {row.answer});
    const auto producer = value_of(cluster->produce_to(k_topic));
    // A fatal error may end it before it takes a value.
    const ByteVector secret = value(0x7465'7263'6573);
    const auto sent = producer->send(secret);
    const auto report = sent ? producer->next_report() : std::unexpected(sent.error());
    REQUIRE(!report);
    CAPTURE(report.error().message);
    CHECK(report.error().code == ErrorCode::unavailable);
    CHECK(report.error().message.starts_with("topic " + k_topic + ": "));
    CHECK(report.error().message.find(row.why) != std::string::npos);
    CHECK(report.error().message.find("secret") == std::string::npos);
    if (sent) CHECK(error_in(producer->next_report()).message == report.error().message);
    CHECK(error_in(producer->send(value(1))).message == report.error().message);
    // A new producer is not affected.
    const auto next = value_of(cluster->produce_to(k_topic));
    send(*next, 7, 8);
    const Offset offset = value_of(next->next_report());
    check_read(*value_of(cluster->read_from(k_topic, offset, ReadMode::live)), offset, 7, 8);
  }
}

TEST_CASE(
    "kafka client: a report becomes ready by itself, a failure stays so, and with nothing under way there is none") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  CHECK_FALSE(producer->report_ready());
  send(*producer, 0, 3);
  for (Offset offset = 0; offset < 3; ++offset) {
    while (!producer->report_ready()) std::this_thread::yield();
    CHECK(value_of(producer->next_report()) == offset);
  }
  CHECK_FALSE(producer->report_ready());
  mock.answer(Ask::produce, {Answer::message_too_large});
  send(*producer, 3, 4);
  for (int tells = 0; tells < 2; ++tells) {
    while (!producer->report_ready()) std::this_thread::yield();
    CHECK(!producer->next_report());
  }
}

TEST_CASE("kafka client: a linger that the user gives takes the place of ours") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto prompt = value_of(connect(mock.bootstrap(), {{"linger.ms", "0"}}, k_patient_ms));
  const auto producer = value_of(prompt->produce_to(k_topic));
  send(*producer, 0, 1);
  CHECK(value_of(producer->next_report()) == 0);
  // Longer than a value may be under way, which the library refuses.
  const auto sleepy = value_of(connect(mock.bootstrap(), {{"linger.ms", "800000"}}, k_patient_ms));
  const auto refused = error_in(sleepy->produce_to(k_topic));
  CHECK(refused.code == ErrorCode::invalid_input);
  CHECK(refused.message.find("linger.ms") != std::string::npos);
}

TEST_CASE("kafka client: what was reported as stored before a failure is told, then only the failure") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  send(*producer, 0, 1);
  CHECK(value_of(producer->next_report()) == 0);
  mock.answer(Ask::produce, {Answer::none, Answer::message_too_large});
  send(*producer, 1, 2);
  CHECK(value_of(producer->next_report()) == 1);
  send(*producer, 2, 3);
  const auto report = producer->next_report();
  REQUIRE(!report);
  CHECK(!producer->send(value(3)));
  CHECK(value_of(cluster->watermarks(k_topic)).high == 2);
}

TEST_CASE("kafka client: a value that is not stored in time ends its producer") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto patient = connected(mock);
  const auto hasty = connected(mock, 1'500);
  const auto producer = value_of(hasty->produce_to(k_topic));
  send(*producer, 0, 1);
  CHECK(value_of(producer->next_report()) == 0);
  mock.set_down();
  send(*producer, 1, 20);
  const auto report = producer->next_report();
  REQUIRE(!report);
  CHECK(report.error().code == ErrorCode::unavailable);
  mock.set_up();
  CHECK(error_in(producer->next_report()).message == report.error().message);
  CHECK(error_in(producer->send(value(20))).message == report.error().message);
  CHECK(value_of(patient->watermarks(k_topic)).high == 1);
}

TEST_CASE("kafka client: what was sent after a value that failed is not stored either") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto patient = connected(mock);
  const auto hasty = connected(mock, 1'500);
  const auto producer = value_of(hasty->produce_to(k_topic));
  send(*producer, 0, 1);
  CHECK(value_of(producer->next_report()) == 0);
  mock.set_down();
  send(*producer, 1, 2);
  // Each of them waits for its time-out, so that the next value's time ends after the brokers have come back.
  for (int i = 0; i < 2; ++i) CHECK(error_in(hasty->brokers()).code == ErrorCode::unavailable);
  send(*producer, 2, 3);
  CHECK(error_in(producer->next_report()).code == ErrorCode::unavailable);
  mock.set_up();
  const auto consumer = value_of(patient->read_from(k_topic, 1, ReadMode::live));
  CHECK(!value_of(consumer->next(3'000)).has_value());
}

TEST_CASE("kafka client: a value whose answer is lost ends its producer, although it is stored") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto patient = connected(mock);
  const auto hasty = connected(mock, 1'500);
  const auto producer = value_of(hasty->produce_to(k_topic));
  send(*producer, 0, 1);
  CHECK(value_of(producer->next_report()) == 0);
  mock.delay(Ask::produce, 5, k_patient_ms);
  send(*producer, 1, 2);
  const auto report = producer->next_report();
  REQUIRE(!report);
  CHECK(report.error().code == ErrorCode::unavailable);
  check_read(*value_of(patient->read_from(k_topic, 0, ReadMode::live)), 0, 0, 2);
}

TEST_CASE("kafka client: brokers that come back in time cost no value and no order") {
  MockKafka mock(3);
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  send(*producer, 0, 10);
  for (Offset offset = 0; offset < 10; ++offset) CHECK(value_of(producer->next_report()) == offset);
  mock.set_down();
  send(*producer, 10, 20);
  mock.set_up();
  for (Offset offset = 10; offset < 20; ++offset) CHECK(value_of(producer->next_report()) == offset);
  const auto consumer = value_of(cluster->read_from(k_topic, 0, ReadMode::live));
  check_read(*consumer, 0, 0, 20);
  mock.lead(k_topic, 2);
  send(*producer, 20, 30);
  for (Offset offset = 20; offset < 30; ++offset) CHECK(value_of(producer->next_report()) == offset);
  check_read(*consumer, 20, 20, 30);
}

TEST_CASE("kafka client: a producer can be destroyed with values under way, whatever its brokers do") {
  for (const std::string_view brokers : {"answer", "are slow", "are down"}) {
    CAPTURE(brokers);
    MockKafka mock;
    mock.create_topic(k_topic);
    const auto cluster = connected(mock);
    auto producer = value_of(cluster->produce_to(k_topic));
    send(*producer, 0, 1);
    CHECK(value_of(producer->next_report()) == 0);
    if (brokers == "are slow") mock.delay(Ask::produce, 1'000, k_patient_ms);
    if (brokers == "are down") mock.set_down();
    send(*producer, 1, 1'000);
    producer.reset();
    mock.set_up();
    // Whatever part of it was stored is in order.
    const auto high = value_of(cluster->watermarks(k_topic)).high;
    check_read(*value_of(cluster->read_from(k_topic, 0, ReadMode::live)), 0, 0, static_cast<std::uint64_t>(high));
  }
}

TEST_CASE("kafka client: more values than fit in the queue wait for room") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  // 280 MiB; the queue takes 256.
  const ByteVector large(4 << 20);
  constexpr Offset k_count = 70;
  for (Offset i = 0; i < k_count; ++i) require_ok(producer->send(large));
  for (Offset i = 0; i < k_count; ++i) CHECK(value_of(producer->next_report()) == i);
}

TEST_CASE("kafka client: an offset that the partition does not have is corrupt, and stays so") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  send(*producer, 0, 3);
  for (Offset offset = 0; offset < 3; ++offset) CHECK(value_of(producer->next_report()) == offset);
  // The next offset is no error, the one after it is.
  CHECK(!value_of(value_of(cluster->read_from(k_topic, 3, ReadMode::live))->next(20)).has_value());
  const auto consumer = value_of(cluster->read_from(k_topic, 4, ReadMode::live));
  const Error error = error_of(*consumer);
  CHECK(error.code == ErrorCode::corrupt);
  CHECK(error.message.starts_with("topic " + k_topic + ", offset 4: "));
  send(*producer, 3, 10);
  for (Offset offset = 3; offset < 10; ++offset) CHECK(value_of(producer->next_report()) == offset);
  CHECK(error_in(consumer->next(20)).message == error.message);
}

TEST_CASE("kafka client: an offset that goes missing while it is read is corrupt") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  send(*producer, 0, 3);
  for (Offset offset = 0; offset < 3; ++offset) CHECK(value_of(producer->next_report()) == offset);
  const auto consumer = value_of(cluster->read_from(k_topic, 0, ReadMode::live));
  check_read(*consumer, 0, 0, 3);
  // Twice: the mock tells the end with an error, and the library takes the first answer that does for the end only.
  mock.answer(Ask::fetch, {Answer::offset_out_of_range, Answer::offset_out_of_range});
  const Error error = error_of(*consumer);
  CHECK(error.code == ErrorCode::corrupt);
  CHECK(error.message.starts_with("topic " + k_topic + ", offset 3: "));
}

TEST_CASE("kafka client: a reader goes on after what passes, and ends at what does not") {
  struct Row {
    std::string_view name;
    std::vector<Answer> answers;
    bool passes;
  };
  const Row rows[] = {
      {"leader moved", {Answer::not_leader}, true},
      {"connection lost", {Answer::hang_up}, true},
      {"disk of the broker", {Answer::storage_error, Answer::storage_error}, true},
      {"not permitted", {Answer::topic_not_authorized}, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    MockKafka mock(2);  // The loss of the only one is another test.
    mock.create_topic(k_topic);
    const auto cluster = connected(mock);
    const auto producer = value_of(cluster->produce_to(k_topic));
    send(*producer, 0, 10);
    for (Offset offset = 0; offset < 10; ++offset) CHECK(value_of(producer->next_report()) == offset);
    mock.answer(Ask::fetch, row.answers);
    const auto consumer = value_of(cluster->read_from(k_topic, 0, ReadMode::live));
    if (row.passes) {
      check_read(*consumer, 0, 0, 10);
      continue;
    }
    const Error error = error_of(*consumer);
    CHECK(error.code == ErrorCode::unavailable);
    CHECK(error_in(consumer->next(20)).message == error.message);
  }
}

TEST_CASE("kafka client: a reader whose brokers are all gone says so instead of seeing the end") {
  MockKafka mock;
  mock.create_topic(k_topic);
  const auto cluster = connected(mock);
  const auto producer = value_of(cluster->produce_to(k_topic));
  send(*producer, 0, 1);
  CHECK(value_of(producer->next_report()) == 0);
  const auto consumer = value_of(cluster->read_from(k_topic, 0, ReadMode::live));
  check_read(*consumer, 0, 0, 1);
  mock.set_down();
  const Error error = error_of(*consumer);
  CHECK(error.code == ErrorCode::unavailable);
  mock.set_up();
  CHECK(error_in(consumer->next(20)).message == error.message);
  check_read(*value_of(cluster->read_from(k_topic, 0, ReadMode::live)), 0, 0, 1);
}

TEST_CASE("kafka client: tells brokers, topics, and the watermarks of an empty topic") {
  MockKafka mock(3);
  mock.create_topic("b");
  mock.create_topic("a");
  const auto cluster = connected(mock);
  CHECK(value_of(cluster->brokers()) == 3);
  CHECK(value_of(cluster->topics()) == std::vector<std::string>{"a", "b"});
  const auto marks = value_of(cluster->watermarks("a"));
  CHECK(marks.low == 0);
  CHECK(marks.high == 0);
}

TEST_CASE("kafka client: no broker that answers is unavailable, by address and reason") {
  std::string nobody;
  {
    const MockKafka mock;
    nobody = mock.bootstrap();
  }
  const auto cluster = connect(nobody, {}, 300);
  REQUIRE(!cluster);
  CHECK(cluster.error().code == ErrorCode::unavailable);
  CHECK(cluster.error().message.starts_with("Kafka at " + nobody + ": "));
  CHECK(cluster.error().message.find("Connection refused") != std::string::npos);

  MockKafka mock;
  mock.create_topic(k_topic);
  const auto hasty = connected(mock, 1'000);
  mock.set_down();
  CHECK(error_in(hasty->brokers()).code == ErrorCode::unavailable);
  CHECK(error_in(hasty->topics()).code == ErrorCode::unavailable);
  CHECK(error_in(hasty->describe(k_topic)).code == ErrorCode::unavailable);
  CHECK(error_in(hasty->create("other", {})).code == ErrorCode::unavailable);
  CHECK(error_in(hasty->watermarks(k_topic)).code == ErrorCode::unavailable);
  CHECK(error_in(hasty->produce_to(k_topic)).code == ErrorCode::unavailable);
  CHECK(error_in(hasty->read_from(k_topic, 0, ReadMode::live)).code == ErrorCode::unavailable);
}

}  // namespace lotledger::tests
