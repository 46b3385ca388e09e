// engine/submission.h - what the edge hands to the sequencer: observed facts, which are always taken, or one command,
// which a rule may refuse. Also the receipt that comes back.
#pragma once

#include "engine/event.h"

#include <optional>
#include <string>
#include <variant>

namespace lotledger::engine {

/// A person records a fact or a decision, with its own time and place (docs/areas/system.md, "Recording by hand").
struct RecordEvent {
  Event event;
  friend bool operator==(const RecordEvent&, const RecordEvent&) = default;
};

/// One line per command. Order is that of schemas/submission.fbs.
using Command = std::variant<PlaceHold, LiftHold, EquateUnits, VoidFact, DiscardRow, RecordEvent, ActivatePolicy>;
/// `hold`, `lift hold`, ... as audit trail and messages name it.
[[nodiscard]] std::string_view name_of(const Command& command);

/// What makes two submissions the same one, for ever. Ids live in separate spaces, so a withdrawal never hides behind
/// the event that it withdraws.
enum class DedupKind : std::uint8_t {
  event,       ///< Source event id; global.
  withdrawal,  ///< Event id + declaration digest.
  command,     ///< Client's command id.
  row,         ///< Digest of a rejected row's bytes.
  master,      ///< Party or location key + digest of its description.
  conflict,    ///< Event id + digest of the conflicting content. Made by deciding only.
};
/// The key under which Facts::message() remembers: kind, id, and for the kinds that say so the content digest.
[[nodiscard]] std::string dedup_key(DedupKind kind, std::string_view id, const Digest& content);
/// "This stream still stands at N", or "nothing with this tag since N". k_no_seq: never written.
struct Condition {
  std::string stream;  ///< Empty: `tag` is meant.
  std::string tag;
  Seq last_seq = k_no_seq;
};

/// A submission: `body` without events for a command (they are decided), with events for facts.
struct Submission {
  DedupKind dedup = DedupKind::event;
  Body body;
  std::optional<Command> command;
  /// For a repaired event of the dead-letter queue: position of the rejected row.
  std::optional<Seq> repairs;
  std::optional<Condition> condition;
};

enum class Outcome : std::uint8_t {
  accepted,
  duplicate,  ///< Same key and content as before: the first receipt again.
  conflict,   ///< Same key, other content: kept in the conflict queue; or a condition that no longer holds.
  refused,    ///< A rule said no; recorded, the id stays taken.
  rejected,   ///< Accepted into the dead-letter queue.
};
[[nodiscard]] std::string_view name_of(Outcome outcome);

/// Released only when `position` is durable.
struct Receipt {
  Outcome outcome = Outcome::accepted;
  Head position;            ///< Record that holds the submission (for a duplicate: the first one).
  bool unresolved = false;  ///< A withdrawal that found no fact yet.
  std::string rule;         ///< Of a refusal.
  std::string detail;
};

}  // namespace lotledger::engine
