// cli/kafka_freshness.h - whether a node can vouch that its copy of a ledger is current.
#pragma once

#include "cli/ledger.h"
#include "projections/completeness.h"

#include <optional>

namespace lotledger::cli {

/// What an answer that stands at `seq` may be missing because records were accepted that this node has not landed;
/// nullopt when it has them all. A local ledger has. One on Kafka has when the process that follows or writes it said
/// so within the last ten seconds before `now`; where there is none, the cluster is asked, for at most two seconds.
/// Whatever fails on the way is the cause that is given: an answer is not withheld for it.
[[nodiscard]] std::optional<projections::Missing> staleness(const LedgerInfo& info, Seq seq, Instant now);

}  // namespace lotledger::cli
