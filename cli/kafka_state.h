// cli/kafka_state.h - what the process that runs a node knows of itself: a small file, kafka/state, which it replaces
// as long as it runs. Who reads it looks at the lock of the segments too: a process that was killed leaves its last
// one.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/kafka/acceptance.h"
#include "engine/kafka/client.h"
#include "engine/log/disk.h"

#include <optional>
#include <string>

namespace lotledger::cli {

/// All instants are of the clock of the machine that the process runs on.
struct KafkaState {
  Instant at;                         ///< When this was written; about every two seconds.
  std::string process;                ///< `writing` or `following`.
  std::string producer;               ///< `opening`, `ready` or `lost`; `none` of a process that follows.
  engine::kafka::Epoch epoch;         ///< Of the last accepted record; a writer's own while its producer is ready.
  std::optional<Instant> current_at;  ///< Last instant whose end of the topic was reached: all of it is landed here.
  std::uint64_t lag = 0;              ///< Messages before the end that were not read when the end was last asked for.
  Seq seq = k_no_seq;                 ///< Last landed record.
  engine::kafka::Offset read = -1;    ///< Last message judged; -1: none. What was accepted up to it is landed.
  std::string last_error;             ///< Empty: none since the process began.
  std::optional<Instant> last_error_at;
  friend bool operator==(const KafkaState&, const KafkaState&) = default;
};

/// Replaces LEDGER/kafka/state, `folder` being LEDGER/kafka (kafka_folder), atomically.
[[nodiscard]] Result<void> write_state(engine::Disk& disk, const std::string& folder, const KafkaState& state);
/// The state that was written last; nullopt when there is none. corrupt when it cannot be read.
[[nodiscard]] Result<std::optional<KafkaState>> read_state(engine::Disk& disk, const std::string& folder);
/// Forgets what an earlier process left. Only for who holds the lock of the segments.
[[nodiscard]] Result<void> remove_state(engine::Disk& disk, const std::string& folder);

}  // namespace lotledger::cli
