// engine/sequencer.cc - dedup, decide, encode, chain.
#include "engine/sequencer.h"

#include "engine/base/assert.h"
#include "engine/codec/parts.h"
#include "engine/dispatch.h"
#include "engine/rules/known.h"

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

constexpr std::int64_t k_hour_us = std::int64_t{3600} * 1'000'000;

/// Views into the body, which must outlive it.
Stamp stamp_of(const Body& body, Instant now) {
  return {now, body.source.system, body.actor.id.text, body.reason.text, body.reported_at, body.command.has_value()};
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

Result<void> Sequencer::activate_software(Instant now) {
  const auto previous = facts_.software();
  if (previous && *previous != identity_.software) {
    Body body;
    body.actor.id = ActorId{"system"};
    body.source.system = "lotledger";
    // Follows from the log, and no source can have taken it before: it would have to know the leaf hash in advance.
    body.source.message_id = "software " + to_hex(tail_.leaf.bytes);
    body.events.push_back(plain_event(SystemEvent{SoftwareActivated{identity_.software, *previous}}));
    LL_TRY(record(body, now));
  }
  activated_ = true;
  return {};
}

Result<Receipt> Sequencer::submit(Submission submission, Instant now) {
  if (!activated_) LL_TRY(activate_software(now));
  auto receipt = decide(submission, now);
  // "Never seen before" and "no such row" must not come from a store that could not be read.
  LL_TRY(facts_.failure());
  return receipt;
}

Result<Receipt> Sequencer::decide(Submission& submission, Instant now) {
  const std::string key = dedup_key(submission.dedup, dedup_id(submission.body), submission.body.content);
  if (const auto seen = facts_.message(key)) return repeat(*seen, submission, now);
  if (submission.condition && !condition_holds(*submission.condition)) {
    return Receipt{Outcome::conflict, tail_, false, "I-08",
                   "the state has moved on since it was read; look again and repeat"};
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
  Body& body = submission.body;
  now = std::max(last_recorded_at_, now);
  const Stamp stamp = stamp_of(body, now);
  auto decision = decide_and_judge(facts_, *submission.command, stamp);
  if (!decision.has_value()) return record_refusal(submission, decision.error(), now);
  decision->event.stream = stream_of(*submission.command);
  body.events.clear();
  body.events.push_back(std::move(decision->event));
  Receipt receipt;
  add_judgement(body, decision->judgement, now, receipt);
  LL_ASSIGN(receipt.position, record(body, now));
  return receipt;
}

void Sequencer::judge_facts(Body& body, Instant now, Receipt& receipt) {
  // A fact that was withdrawn before it came never counts.
  const bool withdrawn = std::ranges::any_of(body.events, [](const Event& event) {
    const auto* correction = std::get_if<CorrectionEvent>(&event.body);
    return correction != nullptr && std::holds_alternative<WithdrawalApplied>(*correction);
  });
  if (withdrawn) return;
  add_judgement(body, judge(facts_, facts_.policy(), body.events, stamp_of(body, now)), now, receipt);
}

void Sequencer::add_judgement(Body& body, const Judgement& judgement, Instant now, Receipt& receipt) {
  std::vector<Event> holds;
  if (!body.command) holds = holds_of(body, judgement, now);
  for (const Breach& breach : judgement.breaches) {
    if (breach.mode == RuleMode::shadow) {
      receipt.rule = breach.rule->rule.id;
      receipt.detail = breach.detail;
      continue;
    }
    body.events.push_back(plain_event(
        JudgementEvent{InvariantBreached{std::string(breach.rule->rule.id), std::string(breach.rule->rule.clause),
                                         breach.effect, breach.detail, breach.units, breach.mode}}));
  }
  for (Event& hold : holds) body.events.push_back(std::move(hold));
  for (const BreachCured& cured : judgement.cures) body.events.push_back(plain_event(JudgementEvent{cured}));
}

std::vector<Event> Sequencer::holds_of(const Body& body, const Judgement& judgement, Instant now) const {
  std::vector<UnitRef> units;
  for (const Breach& breach : judgement.breaches) {
    if (breach.mode != RuleMode::enforce) continue;
    for (const UnitRef& unit : breach.hold) {
      if (std::ranges::find(units, unit.key, &UnitRef::key) == units.end()) units.push_back(unit);
    }
  }
  if (units.empty()) return {};
  const HoldsCaused caused = facts_.holds_caused(body.source.system);
  if (caused.paused) return {};
  const bool same_hour = now.utc_us - caused.since.utc_us < k_hour_us;
  const std::uint32_t limit = facts_.policy().holds_per_hour;
  const std::size_t count = (same_hour ? caused.count : 0) + units.size();
  if (limit > 0 && count > limit) {
    InvariantBreached pause{std::string(k_policy_rules[2].id),
                            std::string(k_policy_rules[2].clause),
                            RuleEffect::note,
                            "source " + body.source.system + " caused " + std::to_string(count) +
                                " holds within an hour, and the policy allows " + std::to_string(limit) +
                                ": its breaches are recorded without hold until a person decides",
                            {},
                            RuleMode::enforce};
    return {plain_event(JudgementEvent{std::move(pause)})};
  }
  std::vector<Event> holds;
  const HoldId id{"RULE-" + std::to_string(tail_.seq + 1)};
  for (const UnitRef& unit : units)
    holds.push_back(plain_event(LotEvent{HoldPlaced{id, unit, HoldKind::quality, std::nullopt, std::nullopt}}));
  return holds;
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
  if (submission.dedup == DedupKind::event || submission.dedup == DedupKind::withdrawal)
    judge_facts(body, std::max(last_recorded_at_, now), receipt);
  LL_ASSIGN(receipt.position, record(body, now));
  return receipt;
}

Result<Receipt> Sequencer::keep_conflict(Submission& submission, Seq first, Instant now) {
  Body& body = submission.body;
  const std::string key = dedup_key(DedupKind::conflict, dedup_id(body), body.content);
  if (const auto seen = facts_.message(key)) {
    return Receipt{Outcome::conflict, {seen->seq, {}}, false, "I-07", "the same conflict was recorded before"};
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
  return Receipt{Outcome::conflict, position, false, "I-07",
                 "same id as position " + std::to_string(first) + ", other content"};
}

Result<Head> Sequencer::record(Body& body, Instant now) {
  LL_TRY(facts_.failure());
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
  using Reading = StoredRecord::Reading;
  stored.note(readable_as_encoded(stored) ? Reading::readable : Reading::unreadable);
  facts_.fold(stored);
  last_recorded_at_ = header.recorded_at;
  tail_ = {header.seq, stored.leaf()};
  records_.push_back(std::move(stored));
  return tail_;
}

}  // namespace lotledger::engine
