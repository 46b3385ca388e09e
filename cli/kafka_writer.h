// cli/kafka_writer.h - the writer of a ledger on Kafka: sessions that follow one another, and submissions that outlive
// them.
#pragma once

#include "cli/kafka_node.h"
#include "cli/submitter.h"

namespace lotledger::cli {

/// Opens a session in this node's name, and serves the socket. unavailable when another node has the role, naming it.
[[nodiscard]] Result<std::unique_ptr<Submitter>> open_kafka_submitter(const LedgerInfo& info,
                                                                      std::unique_ptr<engine::Disk> disk,
                                                                      std::unique_ptr<engine::LocalLog> log);

}  // namespace lotledger::cli
