// tests/sim/decisions.cc - deciding by looking things up in plain maps.
#include "tests/sim/decisions.h"

#include <algorithm>

namespace lotledger::tests {
namespace {

using namespace engine;

std::string id_of(const Submission& submission) {
  return submission.body.command ? submission.body.command->text : submission.body.source.message_id;
}

/// Key under which a submission is the same one for ever (docs/data_format.md, "what makes two submissions the same").
std::string key_of(DedupKind kind, const std::string& id, const Digest& content) {
  switch (kind) {
    case DedupKind::event: return "e " + id;
    case DedupKind::command: return "c " + id;
    case DedupKind::withdrawal: return "w " + id + " " + content.hex();
    case DedupKind::row: return "r " + id + " " + content.hex();
    case DedupKind::master: return "m " + id + " " + content.hex();
    case DedupKind::conflict: return "x " + id + " " + content.hex();
  }
  return {};
}

Event event_with(AreaEvent area) {
  Event event;
  event.body = std::move(area);
  return event;
}

template <typename T, typename Area>
const T* as(const Event& event) {
  const auto* area = std::get_if<Area>(&event.body);
  return area == nullptr ? nullptr : std::get_if<T>(area);
}

/// Facts about the plant, which can be withdrawn; docs/areas/correction.md.
bool is_fact_of_plant(const Event& event) {
  if (const auto* lot = std::get_if<LotEvent>(&event.body)) {
    return !std::holds_alternative<HoldPlaced>(*lot) && !std::holds_alternative<HoldLifted>(*lot) &&
           !std::holds_alternative<LotDispositioned>(*lot);
  }
  return std::holds_alternative<ProductionEvent>(event.body) || std::holds_alternative<WarehouseEvent>(event.body) ||
         std::holds_alternative<OrderEvent>(event.body) || std::holds_alternative<IdentityEvent>(event.body) ||
         std::holds_alternative<PartyEvent>(event.body) || std::holds_alternative<ItemEvent>(event.body);
}

bool is_of_rules(const Event& event) {
  if (std::holds_alternative<JudgementEvent>(event.body)) return true;
  const auto* hold = as<HoldPlaced, LotEvent>(event);
  return hold != nullptr && hold->hold.text.starts_with("RULE-");
}

}  // namespace

std::string Decisions::stream_of(const Command& command) {
  struct Stream {
    std::string operator()(const PlaceHold& order) const { return "unit:" + order.unit.key.bytes(); }
    std::string operator()(const LiftHold& order) const { return "unit:" + order.unit.key.bytes(); }
    std::string operator()(const EquateUnits& order) const { return "unit:" + order.first.key.bytes(); }
    std::string operator()(const VoidFact& order) const { return "record:" + std::to_string(order.target); }
    std::string operator()(const DiscardRow& order) const { return "row:" + std::to_string(order.rejected); }
    std::string operator()(const RecordEvent& order) const {
      const auto* said = as<LotDispositioned, LotEvent>(order.event);
      return said == nullptr ? "" : "unit:" + said->unit.key.bytes();
    }
    std::string operator()(const ActivatePolicy& /*order*/) const { return "policy"; }
  };
  return std::visit(Stream{}, command);
}

Expected Decisions::expect(const Submission& submission) const {
  const auto seen = seen_.find(key_of(submission.dedup, id_of(submission), submission.body.content));
  if (seen != seen_.end()) return repeated(seen->second, submission);
  if (submission.condition && !stands(*submission.condition)) return {Outcome::conflict, false, next_ - 1, "I-08", {}};
  return submission.command ? of_command(submission) : of_facts(submission);
}

Expected Decisions::repeated(const Seen& seen, const Submission& submission) const {
  if (seen.content == submission.body.content) {
    Expected expected{seen.refused ? Outcome::refused : Outcome::duplicate, false, seen.seq, "", {}};
    if (!submission.repairs) return expected;
    const auto row = rows_.find(*submission.repairs);
    if (row == rows_.end() || !row->second) return expected;
    expected.records = true;
    expected.events.push_back(event_with(IntakeEvent{RowRepaired{*submission.repairs}}));
    return expected;
  }
  const auto again = seen_.find(key_of(DedupKind::conflict, id_of(submission), submission.body.content));
  if (again != seen_.end()) return {Outcome::conflict, false, again->second.seq, "I-07", {}};
  RowRejected row;
  row.kind = RejectKind::conflict;
  row.raw = submission.body.source_text;
  row.conflicts_with = seen.seq;
  return {Outcome::conflict, true, next_, "I-07", {event_with(IntakeEvent{std::move(row)})}};
}

bool Decisions::stands(const Condition& condition) const {
  const auto& last = condition.stream.empty() ? tags_ : streams_;
  const auto found = last.find(condition.stream.empty() ? condition.tag : condition.stream);
  return (found == last.end() ? k_no_seq : found->second) == condition.last_seq;
}

Expected Decisions::refused(std::string rule) const {
  Expected expected{Outcome::refused, true, next_, rule, {}};
  CommandRefused event;
  event.rule = std::move(rule);
  expected.events.push_back(event_with(SystemEvent{std::move(event)}));
  return expected;
}

/// The first rule that says no; empty where none does.
std::string Decisions::refusal(const Submission& submission) const {
  const bool no_reason = submission.body.reason.text.empty();
  if (const auto* place = std::get_if<PlaceHold>(&*submission.command)) {
    if (no_reason) return "LOT-1";
    return hold_stands(place->unit.key.bytes(), place->hold.text) ? "LOT-2" : "";
  }
  if (const auto* lift = std::get_if<LiftHold>(&*submission.command)) {
    if (no_reason) return "LOT-1";
    return hold_stands(lift->unit.key.bytes(), lift->hold.text) ? "" : "LOT-3";
  }
  if (const auto* equate = std::get_if<EquateUnits>(&*submission.command)) {
    if (equate->first.key == equate->second.key) return "IDENTITY-1";
    return no_reason ? "IDENTITY-2" : "";
  }
  if (const auto* gone = std::get_if<VoidFact>(&*submission.command)) {
    if (no_reason) return "CORRECTION-1";
    return is_fact_.contains(gone->target) && !withdrawn_.contains(gone->target) ? "" : "CORRECTION-2";
  }
  if (const auto* discard = std::get_if<DiscardRow>(&*submission.command)) {
    if (no_reason) return "INTAKE-1";
    const auto row = rows_.find(discard->rejected);
    return row != rows_.end() && row->second ? "" : "INTAKE-2";
  }
  return no_reason ? "RECORDING-1" : "";
}

Expected Decisions::of_command(const Submission& submission) const {
  if (std::string rule = refusal(submission); !rule.empty()) return refused(std::move(rule));
  struct Decided {
    AreaEvent operator()(const PlaceHold& order) const {
      return LotEvent{HoldPlaced{order.hold, order.unit, order.kind, order.quantity, order.location}};
    }
    AreaEvent operator()(const LiftHold& order) const { return LotEvent{HoldLifted{order.hold, order.unit}}; }
    AreaEvent operator()(const EquateUnits& order) const {
      return IdentityEvent{UnitsEquated{order.first, order.second}};
    }
    AreaEvent operator()(const VoidFact& order) const {
      EventWithdrawn event;
      event.target = order.target;
      event.error_reason = "did_not_occur";
      event.units = order.units;
      return CorrectionEvent{std::move(event)};
    }
    AreaEvent operator()(const DiscardRow& order) const { return IntakeEvent{RowDiscarded{order.rejected}}; }
    AreaEvent operator()(const RecordEvent& order) const { return order.event.body; }
    AreaEvent operator()(const ActivatePolicy& order) const { return JudgementEvent{order.policy}; }
  };
  Expected expected{Outcome::accepted, true, next_, "", {}};
  Event event;
  if (const auto* recorded = std::get_if<RecordEvent>(&*submission.command)) event = recorded->event;
  event.body = std::visit(Decided{}, *submission.command);
  event.stream = stream_of(*submission.command);
  expected.events.push_back(std::move(event));
  return expected;
}

Expected Decisions::of_facts(const Submission& submission) const {
  Expected expected{Outcome::accepted, true, next_, "", submission.body.events};
  if (submission.repairs) {
    const auto row = rows_.find(*submission.repairs);
    if (row == rows_.end() || !row->second) return {Outcome::refused, false, next_ - 1, "INTAKE-2", {}};
    expected.events.push_back(event_with(IntakeEvent{RowRepaired{*submission.repairs}}));
  }
  if (submission.dedup == DedupKind::event) {
    const auto waiting = waiting_.find(submission.body.source.message_id);
    if (waiting != waiting_.end()) {
      for (const Seq seq : waiting->second)
        expected.events.push_back(event_with(CorrectionEvent{WithdrawalApplied{seq}}));
    }
  }
  if (submission.dedup == DedupKind::withdrawal) {
    auto& withdrawn = std::get<EventWithdrawn>(std::get<CorrectionEvent>(expected.events.front().body));
    const auto found = event_ids_.find(withdrawn.event ? withdrawn.event->text : std::string());
    if (found != event_ids_.end()) withdrawn.target = found->second;
  }
  if (submission.dedup == DedupKind::row) expected.outcome = Outcome::rejected;
  return expected;
}

void Decisions::take(const Submission& submission, const Expected& expected, const std::vector<Event>& events) {
  const bool conflict = expected.outcome == Outcome::conflict;
  const bool closes_row =
      expected.outcome == Outcome::duplicate || (expected.outcome == Outcome::refused && expected.position != next_);
  if (!closes_row) {
    const DedupKind kind = conflict ? DedupKind::conflict : submission.dedup;
    seen_[key_of(kind, id_of(submission), submission.body.content)] = {next_, submission.body.content,
                                                                       expected.outcome == Outcome::refused};
  }
  for (const Event& event : events) note(event, submission.body.source.message_id);
  ++next_;
}

void Decisions::note(const Event& event, const std::string& message_id) {
  if (!event.stream.empty()) streams_[event.stream] = next_;
  for (const std::string& tag : event.tags) tags_[tag] = next_;
  if (is_fact_of_plant(event)) {
    is_fact_.insert(next_);
    if (!message_id.empty()) event_ids_[message_id] = next_;
  }
  if (const auto* placed = as<HoldPlaced, LotEvent>(event))
    holds_.insert({placed->unit.key.bytes(), placed->hold.text});
  if (const auto* lifted = as<HoldLifted, LotEvent>(event)) holds_.erase({lifted->unit.key.bytes(), lifted->hold.text});
  if (const auto* gone = as<EventWithdrawn, CorrectionEvent>(event)) {
    if (gone->target) withdrawn_.insert(*gone->target);
    if (!gone->target && gone->event) waiting_[gone->event->text].push_back(next_);
  }
  if (as<WithdrawalApplied, CorrectionEvent>(event) != nullptr) {
    withdrawn_.insert(next_);
    waiting_.erase(message_id);
  }
  if (as<RowRejected, IntakeEvent>(event) != nullptr) rows_[next_] = true;
  if (const auto* repaired = as<RowRepaired, IntakeEvent>(event)) rows_[repaired->rejected] = false;
  if (const auto* discarded = as<RowDiscarded, IntakeEvent>(event)) rows_[discarded->rejected] = false;
}

std::vector<Seq> Decisions::open_rows() const {
  std::vector<Seq> open;
  for (const auto& [seq, is_open] : rows_) {
    if (is_open) open.push_back(seq);
  }
  return open;
}

namespace {

/// Events that are told in part only are compared in that part.
bool same_event(const Event& expected, const Event& stored) {
  if (const auto* refused = as<CommandRefused, SystemEvent>(expected)) {
    const auto* found = as<CommandRefused, SystemEvent>(stored);
    return found != nullptr && found->rule == refused->rule;
  }
  if (const auto* row = as<RowRejected, IntakeEvent>(expected); row != nullptr && row->conflicts_with) {
    const auto* found = as<RowRejected, IntakeEvent>(stored);
    return found != nullptr && found->kind == row->kind && found->raw == row->raw &&
           found->conflicts_with == row->conflicts_with;
  }
  return expected == stored;
}

}  // namespace

std::string difference(const Submission& submission, const Expected& expected, const Body& stored) {
  const Body& told = submission.body;
  const std::string id = stored.command ? stored.command->text : stored.source.message_id;
  if (id != id_of(submission)) return "its id is '" + id + "', expected '" + id_of(submission) + "'";
  if (stored.actor != told.actor)
    return "its actor is '" + stored.actor.id.text + "', expected '" + told.actor.id.text + "'";
  if (stored.content != told.content) return "the digest of its content differs";
  if (stored.reason != told.reason)
    return "its reason is '" + stored.reason.text + "', expected '" + told.reason.text + "'";
  if (stored.reported_at != told.reported_at) return "its time of reporting differs";
  if (stored.events.size() < expected.events.size()) {
    return "it holds " + std::to_string(stored.events.size()) + " events, expected at least " +
           std::to_string(expected.events.size());
  }
  for (std::size_t i = 0; i < expected.events.size(); ++i) {
    if (!same_event(expected.events[i], stored.events[i]))
      return "its event " + std::to_string(i) + " differs from what was told";
  }
  for (std::size_t i = expected.events.size(); i < stored.events.size(); ++i) {
    if (!is_of_rules(stored.events[i])) return "nobody told its event " + std::to_string(i);
  }
  return {};
}

}  // namespace lotledger::tests
