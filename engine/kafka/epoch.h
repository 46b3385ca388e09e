// engine/kafka/epoch.h - opening a session: landing what there is, then a record that makes this writer the current
// one.
#pragma once

#include "engine/base/random.h"
#include "engine/kafka/follower.h"

#include <functional>

namespace lotledger::engine::kafka {

/// The body of the record EpochOpened, given what was current before. The body's schema is the business of the codec.
using EpochBody = std::function<ByteVector(const Epoch& previous)>;

/// How often a race for the next seq may be lost before opening gives up.
inline constexpr int k_epoch_attempts_max = 32;

/// A producer whose first record was accepted: it opened the session's epoch.
struct OpenedEpoch {
  Epoch epoch;
  std::unique_ptr<Producer> producer;
};

/// Catches up and opens an epoch of a greater number with a new random writer id. `parts` are those of the follower,
/// which then stands at the accepted EpochOpened. conflict when the follower has diverged; unavailable when the cluster
/// does not answer or others were faster too often; else what the follower fails with.
[[nodiscard]] Result<OpenedEpoch> open_epoch(NodeParts& parts, Follower& follower, const EpochBody& body, Clock& clock,
                                             Random& random);

}  // namespace lotledger::engine::kafka
