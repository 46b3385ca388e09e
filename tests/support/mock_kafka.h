// tests/support/mock_kafka.h - brokers in this process that answer over loopback, with faults on order: librdkafka's
// own mock cluster. It keeps only the newest 5 MiB of a partition, knows no configuration and creates no topics on
// request.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lotledger::tests {

/// Requests by their number in Kafka's protocol.
enum class Ask : std::int16_t { produce = 0, fetch = 1, list_offsets = 2, metadata = 3, init_producer_id = 22 };

/// Errors by their number in Kafka's protocol; `hang_up` closes the connection instead of answering.
enum class Answer : std::int16_t {
  hang_up = -195,
  none = 0,
  offset_out_of_range = 1,
  leader_not_available = 5,
  not_leader = 6,
  timed_out = 7,
  message_too_large = 10,
  coordinator_loading = 14,
  not_enough_replicas = 19,
  not_enough_replicas_after_append = 20,
  topic_not_authorized = 29,
  cluster_not_authorized = 31,
  out_of_order_sequence = 45,
  duplicate_sequence = 46,
  storage_error = 56,
};

class MockKafka {
 public:
  explicit MockKafka(int brokers = 1);
  ~MockKafka();
  MockKafka(const MockKafka&) = delete;
  MockKafka& operator=(const MockKafka&) = delete;

  [[nodiscard]] std::string bootstrap() const;
  /// One partition, led by broker 1.
  void create_topic(const std::string& topic);
  /// The next requests of this kind get these answers, in this order; `none` is the usual one.
  void answer(Ask request, const std::vector<Answer>& answers);
  /// Closes all connections of all brokers, and takes none until set_up().
  void set_down();
  void set_up();
  /// Answers to this many of the next requests of this kind that broker 1 gets come that much later.
  void delay(Ask request, int requests, int by_ms);
  /// Makes another broker the leader of the topic's partition.
  void lead(const std::string& topic, int broker);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lotledger::tests
