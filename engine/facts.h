// engine/facts.h - questions that rules and the sequencer ask, answered as of the position being decided, undurable
// predecessors included. Implemented by projections/facts.h; anything that may lag is never asked.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/unit_key.h"
#include "engine/log/record.h"

#include <optional>
#include <string_view>
#include <vector>

namespace lotledger::engine {

/// What became of a message that was seen before.
struct SeenMessage {
  Seq seq = 0;
  Digest content{};
  bool refused = false;  ///< The command was refused; its id stays taken.
};

/// State of a row in the dead-letter queue.
enum class RowState : std::uint8_t { open, repaired, discarded };

class Facts {
 public:
  Facts() = default;
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;
  virtual ~Facts() = default;

  /// The record that took this dedup key (engine/submission.h), for ever.
  [[nodiscard]] virtual std::optional<SeenMessage> message(std::string_view dedup_key) const = 0;
  /// Position of the accepted fact with this source event id.
  [[nodiscard]] virtual std::optional<Seq> fact(std::string_view event_id) const = 0;
  /// Whether the record at `seq` holds facts about the plant, which can be withdrawn.
  [[nodiscard]] virtual bool is_fact(Seq seq) const = 0;
  /// Whether the fact at `seq` has been withdrawn.
  [[nodiscard]] virtual bool withdrawn(Seq seq) const = 0;
  /// Withdrawals of this event id that found no fact yet, oldest first.
  [[nodiscard]] virtual std::vector<Seq> waiting_withdrawals(std::string_view event_id) const = 0;
  /// Last record with this stream, or with this tag.
  [[nodiscard]] virtual std::optional<Seq> last_in_stream(std::string_view stream) const = 0;
  [[nodiscard]] virtual std::optional<Seq> last_with_tag(std::string_view tag) const = 0;
  [[nodiscard]] virtual bool hold_stands(const UnitKey& unit, const HoldId& hold) const = 0;
  /// State of a rejected row; nullopt when `seq` is no rejected row.
  [[nodiscard]] virtual std::optional<RowState> row(Seq seq) const = 0;
};

/// Facts that the decision thread folds forward itself, record by record.
class FactsFold : public Facts {
 public:
  /// Folds the record just decided. Cannot fail: the record was decided on this state.
  virtual void fold(const StoredRecord& record) = 0;
};

}  // namespace lotledger::engine
