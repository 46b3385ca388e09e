// engine/kafka/publish.h - landed records that the topic does not hold are sent to it, byte for byte: a local ledger
// that moves to Kafka, and what a topic has lost.
#pragma once

#include "engine/kafka/follower.h"

#include <functional>

namespace lotledger::engine::kafka {

/// Called with the seq of the last record that was confirmed.
using Published = std::function<void(Seq)>;

/// Reads the topic from its start and compares, then sends the records of `parts.landed` after the last accepted one,
/// and reads on until they are accepted. Returns how many were sent; can be repeated after any failure. conflict when
/// the topic holds another history, or goes on where this copy ends; unavailable when the cluster does not answer.
/// Forgets the stored place, and stores the new one at the end.
[[nodiscard]] Result<std::uint64_t> publish_missing(const NodeParts& parts, const Published& published = {});

}  // namespace lotledger::engine::kafka
