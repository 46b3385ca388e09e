// cli/kafka_node.h - a node of a ledger on Kafka, in the process that holds the lock of its segments.
#pragma once

#include "cli/kafka_connection.h"
#include "engine/event.h"
#include "engine/kafka/epoch.h"
#include "engine/kafka/follower.h"
#include "engine/log/local_log.h"

#include <memory>
#include <optional>
#include <string>

namespace lotledger::cli {

/// The node that may write, as the current epoch names it.
struct KafkaRole {
  std::string node;      ///< Empty: no epoch was ever opened.
  Seq since = k_no_seq;  ///< Record that opened the epoch.
  engine::kafka::Epoch epoch;
};

/// Who has the role according to the landed records of `log`. Costs a few look-ups, whatever the length of the log.
[[nodiscard]] Result<KafkaRole> role_in(engine::LogReader& log);

class KafkaNode {
 public:
  /// Forgets the state of an earlier process. Connects and checks the topic; finds the stored place. Errors: those of
  /// connecting, of the topic's configuration (corrupt), and of Follower::open.
  [[nodiscard]] static Result<std::unique_ptr<KafkaNode>> open(const LedgerInfo& info,
                                                               std::unique_ptr<engine::Disk> disk,
                                                               std::unique_ptr<engine::LocalLog> log);

  [[nodiscard]] engine::LocalLog& log() { return *log_; }
  [[nodiscard]] engine::kafka::Follower& follower() { return *follower_; }
  [[nodiscard]] engine::kafka::NodeParts parts();
  [[nodiscard]] const KafkaConnection& connection() const { return connection_; }
  [[nodiscard]] engine::kafka::Cluster& cluster() { return *cluster_; }
  /// Where landed records go besides the segments; from now on.
  void on_landed(engine::kafka::LandedSink sink) { sink_ = std::move(sink); }
  /// Finds the place again after the connection was lost: the topic may have been truncated meanwhile.
  [[nodiscard]] Result<void> reopen();
  /// Opens an epoch in this node's name.
  [[nodiscard]] Result<engine::kafka::OpenedEpoch> open_epoch(Clock& clock, const engine::Actor& actor,
                                                              const std::string& reason);
  /// Stores place and `head`.
  [[nodiscard]] Result<void> save();

 private:
  KafkaNode(std::unique_ptr<engine::Disk> disk, std::unique_ptr<engine::LocalLog> log)
      : disk_(std::move(disk)), log_(std::move(log)) {}

  std::unique_ptr<engine::Disk> disk_;
  std::unique_ptr<engine::LocalLog> log_;
  std::string folder_;
  std::string topic_;
  KafkaConnection connection_;
  std::unique_ptr<engine::kafka::Cluster> cluster_;
  engine::kafka::LandedSink sink_;
  std::unique_ptr<engine::kafka::Follower> follower_;
};

}  // namespace lotledger::cli
