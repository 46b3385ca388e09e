// cli/kafka_watch.h - what a process that runs a node knows of itself, kept in its state file (cli/kafka_state.h).
#pragma once

#include "cli/kafka_state.h"
#include "engine/kafka/follower.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace lotledger::cli {

/// Asks every two seconds, on a thread of its own, where the topic ends, and writes the state. It only watches: neither
/// an answer that does not come nor a file that cannot be written disturbs the ledger. Safe from several threads.
class KafkaWatch {
 public:
  /// Writes the first state. `parts` and `clock` must outlive it; `process` and `producer` as in KafkaState.
  KafkaWatch(const engine::kafka::NodeParts& parts, Clock& clock, std::string process, std::string producer);
  /// Waits for a question that is under way.
  ~KafkaWatch();
  KafkaWatch(const KafkaWatch&) = delete;
  KafkaWatch& operator=(const KafkaWatch&) = delete;

  /// Looks by itself from now on, once at least.
  void start();
  /// All messages up to `read` are judged, and what they hold is landed: `seq` is the last record.
  void landed(Seq seq, engine::kafka::Offset read, const engine::kafka::Epoch& epoch);
  /// The producer changed: `opening`, `ready`.
  void producer(std::string state);
  /// The producer is lost.
  void lost(const Error& error);
  /// Something failed that is tried again.
  void failed(const Error& error);
  /// Asks where the topic ends and writes the state.
  void look();

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] engine::kafka::Offset read_so_far();
  void compare();
  void note(const Error& error);
  void write();

  engine::kafka::Cluster& cluster_;
  engine::Disk& disk_;
  Clock& clock_;
  const std::string folder_;
  const std::string topic_;
  std::mutex mutex_;  ///< Of all below.
  std::condition_variable_any wake_;
  KafkaState state_;
  Instant asked_at_;
  std::optional<engine::kafka::Offset> end_;  ///< As told at asked_at_.
  std::jthread thread_;                       ///< Last: joined before what it uses goes.
};

}  // namespace lotledger::cli
