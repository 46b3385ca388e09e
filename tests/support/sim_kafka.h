// tests/support/sim_kafka.h - a cluster in memory with one topic, and what can go wrong with one: lost and unknown
// deliveries, duplicates, deliveries that come late, foreign messages in between, truncation.
#pragma once

#include "engine/kafka/client.h"

#include <deque>
#include <string>
#include <vector>

namespace lotledger::tests {

/// Fate of one sent message.
enum class Delivery : std::uint8_t {
  stored,     ///< Stored and reported.
  lost,       ///< Not stored; the report is a time-out.
  unknown,    ///< Stored; the report is a time-out.
  doubled,    ///< Stored twice; the first is reported.
  late,       ///< The report is a time-out; stored by deliver_late().
  no_offset,  ///< Stored; the report has no offset.
};

class SimKafka final : public engine::kafka::Cluster {
 public:
  explicit SimKafka(std::string topic) : topic_(std::move(topic)) {}

  std::vector<ByteVector> messages;  ///< What the partition holds from offset `low` on.
  engine::kafka::Offset low = 0;
  std::deque<Delivery> fates;            ///< Of the next sent messages; then `stored`.
  std::vector<ByteVector> on_next_send;  ///< Stored just before the next sent message: another writer was faster.
  std::size_t reports_at_once = 1000;    ///< How many come with one wait, if so many are under way.
  std::size_t reads = 0;                 ///< Messages that consumers took.
  bool reachable = true;
  bool silent = false;  ///< Tells where the partition ends, but gives no messages.

  void deliver_late();
  void truncate(std::size_t keep) { messages.resize(keep); }

  [[nodiscard]] Result<std::vector<std::string>> topics() override;
  [[nodiscard]] Result<engine::kafka::TopicDescription> describe(const std::string& topic) override;
  [[nodiscard]] Result<void> create(const std::string& topic, const engine::kafka::TopicPlan& plan) override;
  [[nodiscard]] Result<std::int32_t> brokers() override;
  [[nodiscard]] Result<engine::kafka::Watermarks> watermarks(const std::string& topic) override;
  [[nodiscard]] Result<std::unique_ptr<engine::kafka::Producer>> produce_to(const std::string& topic) override;
  [[nodiscard]] Result<std::unique_ptr<engine::kafka::Consumer>> read_from(const std::string& topic,
                                                                           engine::kafka::Offset from,
                                                                           engine::kafka::ReadMode mode) override;

 private:
  friend class SimProducer;
  friend class SimConsumer;
  [[nodiscard]] Result<void> check(const std::string& topic) const;

  std::string topic_;
  std::vector<ByteVector> late_;
};

}  // namespace lotledger::tests
