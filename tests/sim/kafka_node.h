// tests/sim/kafka_node.h - one node of a simulated ledger on Kafka: its disk, its segments, its follower, and while it
// has the role a session with a writer.
#pragma once

#include "engine/kafka/epoch.h"
#include "engine/kafka/kafka_log.h"
#include "engine/kafka/publish.h"
#include "engine/log/local_log.h"
#include "engine/writer.h"
#include "projections/facts.h"
#include "tests/sim/dice.h"
#include "tests/support/sim_disk.h"
#include "tests/support/sim_kafka.h"

#include <memory>
#include <string>

namespace lotledger::tests {

inline constexpr const char* k_sim_topic = "lotledger.sim";

/// Writer ids out of the seed.
class SimRandom final : public Random {
 public:
  explicit SimRandom(Dice dice) : dice_(dice) {}
  void fill(MutableBytes to) override {
    for (std::uint8_t& byte : to) byte = static_cast<std::uint8_t>(dice_.next());
  }

 private:
  Dice dice_;
};

class KafkaSimNode {
 public:
  /// `kafka`, `clock` and `random` must outlive it.
  KafkaSimNode(std::string name, SimKafka& kafka, Clock& clock, Random& random)
      : name_(std::move(name)), kafka_(kafka), clock_(clock), random_(random) {}
  ~KafkaSimNode() { stop(); }
  KafkaSimNode(const KafkaSimNode&) = delete;
  KafkaSimNode& operator=(const KafkaSimNode&) = delete;

  /// Makes empty segments for the ledger and opens them.
  [[nodiscard]] Result<void> make(const LedgerId& ledger, std::uint64_t records_per_segment);
  /// Opens what is on the disk.
  [[nodiscard]] Result<void> start();
  void stop();
  void stop_session();
  /// Ends as by a power loss.
  void crash(std::uint64_t seed, CrashFaults& faults);

  /// Reads to the end of the topic and lands what counts.
  [[nodiscard]] Result<void> follow();
  /// Takes the role: a new epoch, and a writer on it.
  [[nodiscard]] Result<void> begin();
  /// Publishes again what the topic has lost.
  [[nodiscard]] Result<void> repair();
  /// Forgets where it stands in the topic: it reads from its start and compares.
  [[nodiscard]] Result<void> forget_place();

  [[nodiscard]] bool writes() const { return writer_ != nullptr; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] engine::Writer& writer() { return *writer_; }
  [[nodiscard]] engine::LocalLog& log() { return *log_; }
  /// Waits until what was accepted is landed here.
  [[nodiscard]] Result<void> land();
  [[nodiscard]] const engine::kafka::Follower* follower() const { return follower_.get(); }
  [[nodiscard]] Result<void> save() { return follower_->save(); }

 private:
  [[nodiscard]] engine::kafka::NodeParts parts() { return {kafka_, *disk_, *log_, "kafka", k_sim_topic, {}}; }
  [[nodiscard]] Result<void> open_writer();

  const std::string name_;
  SimKafka& kafka_;
  Clock& clock_;
  Random& random_;
  std::unique_ptr<SimDisk> disk_;
  std::unique_ptr<engine::LocalLog> log_;
  std::unique_ptr<engine::kafka::Follower> follower_;
  engine::kafka::OpenedEpoch epoch_;
  std::unique_ptr<engine::kafka::KafkaLog> session_;
  std::unique_ptr<projections::Store> facts_store_;
  std::unique_ptr<projections::StoreFacts> facts_;
  std::unique_ptr<engine::Writer> writer_;
};

}  // namespace lotledger::tests
