// cli/kafka_ledger.h - what is done to a ledger on Kafka as a whole: making, moving, mirroring, repairing, handing
// over.
#pragma once

#include "cli/command.h"
#include "cli/kafka_node.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::cli {

/// --config, --node, --replication, --min-insync: of every command that names a cluster.
[[nodiscard]] std::vector<OptionSpec> kafka_options();
/// The connection that these options describe.
[[nodiscard]] Result<KafkaConnection> connection_of(const Call& call, const std::string& bootstrap);

/// How many records were moved, and the last record that topic and node hold afterwards.
struct Published {
  std::uint64_t records = 0;
  Seq position = k_no_seq;
};

/// Opens the node of a ledger on Kafka. unavailable when another process holds the lock of its segments.
[[nodiscard]] Result<std::unique_ptr<KafkaNode>> open_node(const LedgerInfo& info);
/// Makes or checks the topic, sends what it does not hold, and opens an epoch in this node's name. Can be repeated.
[[nodiscard]] Result<Published> push_ledger(const Output& output, const LedgerInfo& info,
                                            const KafkaConnection& connection, const engine::Actor& actor);
/// Sends again what the topic has lost; the topic is made when it is gone.
[[nodiscard]] Result<Published> repair_topic(const Output& output, const LedgerInfo& info);
/// Makes a node for the ledger of that name, or the only one of the cluster, with its record 0.
[[nodiscard]] Result<LedgerInfo> mirror_ledger(DataFolder& folder, const KafkaConnection& connection,
                                               const std::string& name);
/// Lands everything up to the end of the topic, and folds it.
[[nodiscard]] Result<Published> land_all(const Output& output, const LedgerInfo& info);
/// Opens an epoch in this node's name, whoever had the role.
[[nodiscard]] Result<Published> take_over(const LedgerInfo& info, const engine::Actor& actor,
                                          const std::string& reason);

}  // namespace lotledger::cli
