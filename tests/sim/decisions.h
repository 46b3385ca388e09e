// tests/sim/decisions.h - what must become of a submission, as naively as it can be said: plain maps of everything that
// was recorded before. Knows nothing of engine/sequencer, of facts or of stores.
#pragma once

#include "engine/submission.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lotledger::tests {

/// What became of a submission: the record that it made, as it must be found for ever.
struct Told {
  engine::Submission submission;  ///< As it was handed in.
  std::vector<engine::Event> events;
  Seq seq = 0;
  Instant recorded_at;
  Digest leaf;
};

/// What must become of a submission.
struct Expected {
  engine::Outcome outcome = engine::Outcome::accepted;
  bool records = true;  ///< It makes a record, which is the next one.
  Seq position = 0;     ///< That the receipt names.
  std::string rule;     ///< Of a refusal.
  /// The first events of the record. Of a refusal or conflict only kind, rule and reference are told.
  std::vector<engine::Event> events;
};

/// The state of a ledger as far as deciding asks for it. Copyable: what did not reach the disk is undone by a copy.
class Decisions {
 public:
  /// Of the submission that comes next. Pure.
  [[nodiscard]] Expected expect(const engine::Submission& submission) const;
  /// Takes note of the record that the submission made. `events`: all that stand in it.
  void take(const engine::Submission& submission, const Expected& expected, const std::vector<engine::Event>& events);
  /// Takes note of a record that no submission made: the opening of an epoch.
  void take_foreign() { ++next_; }
  /// The seq that the next record gets; record 0 creates the ledger.
  [[nodiscard]] Seq next() const { return next_; }

  [[nodiscard]] bool hold_stands(const std::string& unit, const std::string& hold) const {
    return holds_.contains({unit, hold});
  }
  [[nodiscard]] const std::set<Seq>& facts() const { return is_fact_; }
  [[nodiscard]] bool withdrawn(Seq seq) const { return withdrawn_.contains(seq); }
  [[nodiscard]] const std::map<std::string, Seq>& streams() const { return streams_; }
  [[nodiscard]] const std::map<std::string, Seq>& event_ids() const { return event_ids_; }
  /// Rows that are neither repaired nor discarded.
  [[nodiscard]] std::vector<Seq> open_rows() const;
  /// The place of a command's stream.
  [[nodiscard]] static std::string stream_of(const engine::Command& command);

 private:
  struct Seen {
    Seq seq = 0;
    Digest content;
    bool refused = false;
  };
  [[nodiscard]] Expected repeated(const Seen& seen, const engine::Submission& submission) const;
  [[nodiscard]] Expected of_command(const engine::Submission& submission) const;
  [[nodiscard]] Expected of_facts(const engine::Submission& submission) const;
  [[nodiscard]] Expected refused(std::string rule) const;
  [[nodiscard]] std::string refusal(const engine::Submission& submission) const;
  [[nodiscard]] bool stands(const engine::Condition& condition) const;
  void note(const engine::Event& event, const std::string& message_id);

  Seq next_ = 1;
  std::map<std::string, Seen> seen_;
  std::map<std::string, Seq> event_ids_;
  std::set<Seq> is_fact_;
  std::set<Seq> withdrawn_;
  std::map<std::string, std::vector<Seq>> waiting_;
  std::map<std::string, Seq> streams_;
  std::map<std::string, Seq> tags_;
  std::set<std::pair<std::string, std::string>> holds_;
  std::map<Seq, bool> rows_;  ///< Rejected row to whether it is open.
};

/// How the record's body differs from what was expected; empty where it does not. Events behind those expected may only
/// be judgements and holds of rules.
[[nodiscard]] std::string difference(const engine::Submission& submission, const Expected& expected,
                                     const engine::Body& stored);

}  // namespace lotledger::tests
