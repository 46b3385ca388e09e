// engine/sequencer.h - the single place where a ledger grows: dedup, decide, encode, chain. Deterministic: same ledger,
// same submissions, same clock readings give the same records. Threads and durability are the business of
// engine/writer.h.
#pragma once

#include "engine/codec/codec.h"
#include "engine/facts.h"
#include "engine/rules/judge.h"
#include "engine/submission.h"

#include <vector>

namespace lotledger::engine {

/// What stays the same for all records that one writer makes.
struct WriterIdentity {
  LedgerId ledger;
  std::uint64_t epoch = 1;
  std::uint64_t writer = 0;
  std::string software;  ///< `lotledger 0.1.0`.
};

/// Decides submissions one after another. One thread. `facts` must stand exactly at `tail`.
class Sequencer {
 public:
  Sequencer(WriterIdentity identity, FactsFold& facts, Head tail, Instant last_recorded_at);

  /// Decides one submission at clock reading `now` and folds what it recorded into the facts. The receipt must not be
  /// released before its position is durable. An error (event too large, malformed) leaves the ledger as it was.
  /// The same when the facts cannot be read any more; then nothing more can be submitted. Should that show only after a
  /// record was made, the record stays: repeating the submission will find it.
  /// Before the first one, a record with SoftwareActivated if the last record names another version of the program.
  [[nodiscard]] Result<Receipt> submit(Submission submission, Instant now);
  /// Records decided since the last call, in seq order, to be appended to the log.
  [[nodiscard]] std::vector<StoredRecord> take_records();
  [[nodiscard]] const Head& tail() const { return tail_; }

 private:
  [[nodiscard]] Result<Receipt> decide(Submission& submission, Instant now);
  /// Says once, in a record of its own, that another version of the program writes from here on.
  [[nodiscard]] Result<void> activate_software(Instant now);
  [[nodiscard]] Result<Receipt> repeat(const SeenMessage& seen, Submission& submission, Instant now);
  [[nodiscard]] Result<Receipt> submit_command(Submission& submission, Instant now);
  [[nodiscard]] Result<Receipt> submit_facts(Submission& submission, Instant now);
  [[nodiscard]] Result<Receipt> record_refusal(Submission& submission, const Refusal& refusal, Instant now);
  [[nodiscard]] Result<Receipt> keep_conflict(Submission& submission, Seq first, Instant now);
  /// The judgement of facts, as events beside them; breaches that only shadow are told in the receipt.
  void judge_facts(Body& body, Instant now, Receipt& receipt);
  void add_judgement(Body& body, const Judgement& judgement, Instant now, Receipt& receipt);
  /// Holds that breaches by this source ask for; none while it is paused, or from here on.
  [[nodiscard]] std::vector<Event> holds_of(const Body& body, const Judgement& judgement, Instant now) const;
  [[nodiscard]] Result<void> close_repaired_row(Submission& submission, Instant now);
  [[nodiscard]] bool condition_holds(const Condition& condition) const;
  /// Encodes, chains and folds one record.
  [[nodiscard]] Result<Head> record(Body& body, Instant now);

  WriterIdentity identity_;
  FactsFold& facts_;
  Head tail_;
  Instant last_recorded_at_;
  bool activated_ = false;  ///< The last record names our version, or none does.
  BodyEncoder encoder_;
  std::vector<StoredRecord> records_;
};

/// The id within its dedup space that a body was submitted under: command id or source message id.
[[nodiscard]] std::string_view dedup_id(const Body& body);
/// The dedup key under which a stored body counts, derived from what it holds, so that folding needs no more than the
/// log.
[[nodiscard]] std::string dedup_key_of(const schema::Body& body);

}  // namespace lotledger::engine
