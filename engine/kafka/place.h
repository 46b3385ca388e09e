// engine/kafka/place.h - where a node stands in the partition. A file for this node only: offsets are no part of the
// ledger.
#pragma once

#include "engine/kafka/acceptance.h"
#include "engine/kafka/client.h"
#include "engine/log/disk.h"

#include <string>

namespace lotledger::engine::kafka {

/// The last accepted record, where its message is, and what was skipped before it.
struct Place {
  Offset offset = -1;  ///< -1: nothing was accepted yet.
  Head head;
  SkipCounts skipped{};
  friend bool operator==(const Place&, const Place&) = default;
};

/// The place stored in `folder`; a Place before the first record when there is none. corrupt when the file cannot be
/// read: removing it makes the node read the topic from its start and compare.
[[nodiscard]] Result<Place> read_place(Disk& disk, const std::string& folder);
/// Replaces it, atomically and durably.
[[nodiscard]] Result<void> write_place(Disk& disk, const std::string& folder, const Place& place);

}  // namespace lotledger::engine::kafka
