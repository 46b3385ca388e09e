// engine/sequencer.cc - dedup, decide, encode, chain.
#include "engine/sequencer.h"

#include "engine/base/assert.h"
#include "engine/codec/parts.h"
#include "engine/dispatch.h"

#include <algorithm>

namespace lotledger::engine {

std::string_view dedup_id(const Body& body) {
  return body.command ? std::string_view(body.command->text) : std::string_view(body.source.message_id);
}

namespace {

/// The kind of submission that a stored body came from; the first event tells.
DedupKind dedup_kind_of(const schema::Body& body) {
  if (body.command_id() != nullptr) return DedupKind::command;
  const schema::Event* first = body.events()->Get(0);
  switch (first->area_type()) {
    case schema::AreaEvent::party:
    case schema::AreaEvent::item: return DedupKind::master;
    case schema::AreaEvent::correction: return DedupKind::withdrawal;
    case schema::AreaEvent::intake: {
      const auto* rejected = first->area_as_intake()->event_as_row_rejected();
      const bool conflict = rejected != nullptr && rejected->kind() == schema::RejectKind::conflict;
      return conflict ? DedupKind::conflict : DedupKind::row;
    }
    case schema::AreaEvent::system:
    case schema::AreaEvent::lot:
    case schema::AreaEvent::production:
    case schema::AreaEvent::warehouse:
    case schema::AreaEvent::order:
    case schema::AreaEvent::identity:
    case schema::AreaEvent::judgement:
    case schema::AreaEvent::NONE: break;
  }
  return DedupKind::event;
}

Digest digest_of(const flatbuffers::Vector<std::uint8_t>* bytes) {
  Digest digest;
  if (bytes != nullptr && bytes->size() == digest.bytes.size())
    std::copy(bytes->begin(), bytes->end(), digest.bytes.begin());
  return digest;
}

Event plain_event(AreaEvent body) {
  Event event;
  event.body = std::move(body);
  return event;
}

}  // namespace

std::string dedup_key_of(const schema::Body& body) {
  const auto id =
      body.command_id() != nullptr ? codec::view_of(body.command_id()) : codec::view_of(body.source()->message_id());
  return dedup_key(dedup_kind_of(body), id, digest_of(body.content_digest()));
}

Sequencer::Sequencer(WriterIdentity identity, FactsFold& facts, Head tail, Instant last_recorded_at)
    : identity_(std::move(identity)), facts_(facts), tail_(tail), last_recorded_at_(last_recorded_at) {}

std::vector<StoredRecord> Sequencer::take_records() {
  return std::exchange(records_, {});
}

Result<Receipt> Sequencer::submit(Submission submission, Instant now) {
  const std::string key = dedup_key(submission.dedup, dedup_id(submission.body), submission.body.content);
  if (const auto seen = facts_.message(key)) return repeat(*seen, submission, now);
  if (submission.condition && !condition_holds(*submission.condition)) {
    return Receipt{
        Outcome::conflict, tail_, false, {}, "the state has moved on since it was read; look again and repeat"};
  }
  return submission.command ? submit_command(submission, now) : submit_facts(submission, now);
}

Result<Receipt> Sequencer::repeat(const SeenMessage& seen, Submission& submission, Instant now) {
  if (seen.content != submission.body.content) return keep_conflict(submission, seen.seq, now);
  if (submission.repairs) LL_TRY(close_repaired_row(submission, now));
  Receipt receipt;
  receipt.outcome = seen.refused ? Outcome::refused : Outcome::duplicate;
  receipt.position = {seen.seq, {}};
  if (seen.refused) receipt.detail = "refused before, at position " + std::to_string(seen.seq);
  return receipt;
}

/// The repaired event had arrived by another way already: its row is closed all the same.
Result<void> Sequencer::close_repaired_row(Submission& submission, Instant now) {
  auto repaired = decide_repair(facts_, *submission.repairs);
  if (!repaired.has_value()) return {};
  submission.body.events.assign(1, plain_event(IntakeEvent{*repaired}));
  LL_TRY(record(submission.body, now));
  return {};
}

bool Sequencer::condition_holds(const Condition& condition) const {
  const auto last =
      condition.stream.empty() ? facts_.last_with_tag(condition.tag) : facts_.last_in_stream(condition.stream);
  return last.value_or(k_no_seq) == condition.last_seq;
}

Result<Receipt> Sequencer::submit_command(Submission& submission, Instant now) {
  auto decision = decide(facts_, *submission.command, submission.body.reason.text);
  if (!decision.has_value()) return record_refusal(submission, decision.error(), now);
  Event event = std::move(*decision);
  event.stream = stream_of(*submission.command);
  submission.body.events.clear();
  submission.body.events.push_back(std::move(event));
  LL_ASSIGN(const Head position, record(submission.body, now));
  return Receipt{Outcome::accepted, position, false, {}, {}};
}

Result<Receipt> Sequencer::record_refusal(Submission& submission, const Refusal& refusal, Instant now) {
  CommandRefused refused{std::string(name_of(*submission.command)), std::string(refusal.rule->id),
                         std::string(refusal.rule->clause), refusal.detail, units_of(*submission.command)};
  submission.body.events.assign(1, plain_event(SystemEvent{std::move(refused)}));
  LL_ASSIGN(const Head position, record(submission.body, now));
  return Receipt{Outcome::refused, position, false, std::string(refusal.rule->id), refusal.detail};
}

Result<Receipt> Sequencer::submit_facts(Submission& submission, Instant now) {
  Body& body = submission.body;
  if (body.events.empty()) return fail(ErrorCode::invalid_input, "a submission of facts holds no event");
  Receipt receipt;
  if (submission.repairs) {
    auto repaired = decide_repair(facts_, *submission.repairs);
    if (!repaired.has_value())
      return Receipt{Outcome::refused, tail_, false, std::string(repaired.error().rule->id), repaired.error().detail};
    body.events.push_back(plain_event(IntakeEvent{*repaired}));
  }
  if (submission.dedup == DedupKind::event) {
    for (const Seq withdrawal : facts_.waiting_withdrawals(body.source.message_id)) {
      body.events.push_back(plain_event(CorrectionEvent{WithdrawalApplied{withdrawal}}));
    }
  }
  if (submission.dedup == DedupKind::withdrawal) {
    auto& withdrawn = std::get<EventWithdrawn>(std::get<CorrectionEvent>(body.events.front().body));
    if (withdrawn.event) withdrawn.target = facts_.fact(withdrawn.event->text);
    receipt.unresolved = !withdrawn.target;
  }
  if (submission.dedup == DedupKind::row) receipt.outcome = Outcome::rejected;
  LL_ASSIGN(receipt.position, record(body, now));
  return receipt;
}

Result<Receipt> Sequencer::keep_conflict(Submission& submission, Seq first, Instant now) {
  Body& body = submission.body;
  const std::string key = dedup_key(DedupKind::conflict, dedup_id(body), body.content);
  if (const auto seen = facts_.message(key)) {
    return Receipt{Outcome::conflict, {seen->seq, {}}, false, {}, "the same conflict was recorded before"};
  }
  RowRejected row;
  row.kind = RejectKind::conflict;
  row.raw = body.source_text.substr(0, k_rejected_raw_bytes_max);
  row.raw_bytes = body.source_text.size();
  row.conflicts_with = first;
  row.faults.push_back(
      {"eventID", std::string(dedup_id(body)),
       "this id was taken before with other content, at position " + std::to_string(first),
       "new facts need a new id; the old one is withdrawn by event void, in EPCIS by an errorDeclaration"});
  if (body.command) body.source.message_id = std::exchange(body.command, std::nullopt)->text;
  body.events.assign(1, plain_event(IntakeEvent{std::move(row)}));
  body.source_text.clear();
  LL_ASSIGN(const Head position, record(body, now));
  return Receipt{
      Outcome::conflict, position, false, {}, "same id as position " + std::to_string(first) + ", other content"};
}

Result<Head> Sequencer::record(Body& body, Instant now) {
  for (const Event& event : body.events) {
    if (event.tags.size() > k_tags_max) return fail(ErrorCode::invalid_input, "an event has more than 16 tags");
  }
  body.software = identity_.software;
  LL_ASSIGN(const Bytes encoded, encoder_.encode(body));
  RecordHeader header;
  header.ledger = identity_.ledger;
  header.seq = tail_.seq + 1;
  header.previous_leaf = tail_.leaf;
  header.epoch = identity_.epoch;
  header.writer = identity_.writer;
  header.recorded_at = std::max(last_recorded_at_, now);
  StoredRecord stored = make_record(header, encoded);
  facts_.fold(stored);
  last_recorded_at_ = header.recorded_at;
  tail_ = {header.seq, stored.leaf()};
  records_.push_back(std::move(stored));
  return tail_;
}

}  // namespace lotledger::engine
