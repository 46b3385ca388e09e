// cli/kafka_connection.h - how a node reaches the topic of its ledger: a small file beside the ledger's log.
#pragma once

#include "cli/ledger.h"
#include "engine/kafka/client.h"
#include "engine/kafka/topic.h"

#include <memory>
#include <string>

namespace lotledger::cli {

struct KafkaConnection {
  std::string bootstrap;                ///< host:port,...
  std::string config;                   ///< Path of a file of client settings; empty: none. Referred to, never copied.
  std::string node;                     ///< Name of this node.
  engine::kafka::TopicDemands demands;  ///< What the topic must be like.
};

/// DIR/ledgers/<uuid>/kafka
[[nodiscard]] std::string kafka_folder(const LedgerInfo& info);
/// Whether the ledger stands on a topic.
[[nodiscard]] Result<bool> stands_on_kafka(engine::Disk& disk, const LedgerInfo& info);
/// not_found when the ledger does not stand on a topic; corrupt when the file cannot be read.
[[nodiscard]] Result<KafkaConnection> read_connection(engine::Disk& disk, const LedgerInfo& info);
/// Makes the folder and replaces the file.
[[nodiscard]] Result<void> write_connection(engine::Disk& disk, const LedgerInfo& info, const KafkaConnection& made);
/// Connects with the settings of the file that `connection` names. unavailable when no broker answers in time.
[[nodiscard]] Result<std::unique_ptr<engine::kafka::Cluster>> connect(const KafkaConnection& connection,
                                                                      int timeout_ms = 10'000);
/// `given`, or the name of this machine. invalid_input when it is no name of 1 to 64 of A-Z a-z 0-9 - _ .
[[nodiscard]] Result<std::string> node_name(const std::string& given);

}  // namespace lotledger::cli
