// tests/support/slow_audit_trail.cc - full scans: for each question, for each withdrawn fact, for each step of a
// relation.
#include "tests/support/slow_audit_trail.h"

#include "tests/support/slow_events.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::tests {
namespace {

std::string text(const flatbuffers::String* words) {
  return words == nullptr ? std::string() : words->str();
}

/// `one, two`; of what comes after eight only how many.
std::string listed(const std::vector<std::string>& texts) {
  std::string list;
  for (std::size_t at = 0; at < texts.size() && at < 8; ++at) list += (at == 0 ? "" : ", ") + texts[at];
  if (texts.size() > 8) list += fmt::format(" and {} more", texts.size() - 8);
  return list;
}

std::string units_of(const SlowEvent& event) {
  std::vector<std::string> refs;
  for (const SlowMention& mention : event.mentions) refs.push_back(UnitKey(mention.unit).ref());
  return listed(refs);
}

/// What everybody who reads the log up to a position can see.
class Seen {
 public:
  Seen(const VectorLog& log, Seq known_at) {
    for (SlowEvent& event : slow_events(log)) {
      if (event.position.seq <= known_at) events_.push_back(std::move(event));
    }
    for (const Seq seq : slow_unreadable(log)) {
      if (seq <= known_at) unreadable_.insert(seq);
    }
  }

  [[nodiscard]] const std::vector<SlowEvent>& events() const { return events_; }
  [[nodiscard]] const std::set<Seq>& unreadable() const { return unreadable_; }

  /// The record and everything that docs/areas/audit_trail.md relates with it, until nothing new comes.
  [[nodiscard]] std::set<Seq> related_to(Seq record) const {
    std::set<Seq> related{record};
    for (bool grew = true; grew;) {
      grew = false;
      for (const SlowEvent& event : events_) {
        for (const auto& [from, to] : relations(event)) {
          if (related.contains(from) && related.insert(to).second) grew = true;
        }
      }
    }
    return related;
  }

  /// `record 7: UnitsReceived of A/1`.
  [[nodiscard]] std::string in_short(Seq seq) const {
    if (unreadable_.contains(seq)) return fmt::format("record {}, which cannot be read", seq);
    std::vector<std::string> said;
    for (const SlowEvent& event : events_) {
      if (event.position.seq != seq) continue;
      const std::string units = units_of(event);
      said.push_back(units.empty() ? std::string(event.name) : fmt::format("{} of {}", event.name, units));
    }
    return fmt::format("record {}: {}", seq, listed(said));
  }

  /// The last description of the same party, location or thing that was recorded before.
  [[nodiscard]] std::optional<EventPosition> described_before(const SlowEvent& event) const {
    std::optional<EventPosition> before;
    for (const SlowEvent& other : events_) {
      if (other.position < event.position && described(other) == described(event)) before = other.position;
    }
    return before;
  }

  /// What a description describes; empty for other events.
  [[nodiscard]] static std::vector<std::string> described(const SlowEvent& event) {
    const auto* area = event.event->area_as_party();
    if (area == nullptr) return {};
    if (const auto* party = area->event_as_party_recorded()) return {party->key()->str()};
    const auto* other = area->event_as_vocabulary_recorded();
    return {other->type()->str(), other->id()->str()};
  }

 private:
  using Relations = std::vector<std::pair<Seq, Seq>>;

  /// (from, to): whoever asks for `from` is shown `to`.
  [[nodiscard]] Relations relations(const SlowEvent& event) const {
    const Seq here = event.position.seq;
    if (const auto* correction = event.event->area_as_correction()) {
      if (const auto* applied = correction->event_as_withdrawal_applied())
        return {{here, applied->withdrawal_seq()}, {applied->withdrawal_seq(), here}};
      return withdrawal(*correction->event_as_event_withdrawn(), here);
    }
    if (const auto* intake = event.event->area_as_intake()) {
      if (const auto* repaired = intake->event_as_row_repaired()) return {{repaired->rejected_seq(), here}};
      if (const auto* discarded = intake->event_as_row_discarded()) return {{discarded->rejected_seq(), here}};
      const auto first = intake->event_as_row_rejected()->conflicts_with();
      if (first.has_value()) return {{*first, here}};
    }
    return {};
  }

  [[nodiscard]] Relations withdrawal(const schema::EventWithdrawn& withdrawn, Seq here) const {
    Relations found;
    if (withdrawn.target_seq().has_value()) found.emplace_back(*withdrawn.target_seq(), here);
    if (withdrawn.corrective_event_ids() == nullptr) return found;
    for (const auto* id : *withdrawn.corrective_event_ids()) {
      for (const SlowEvent& event : events_) {
        if (text(event.body->source()->message_id()) == id->str()) found.emplace_back(here, event.position.seq);
      }
    }
    return found;
  }

  std::vector<SlowEvent> events_;
  std::set<Seq> unreadable_;
};

/// One event in words, as far as docs/areas/audit_trail.md gives them.
struct Words {
  const Seen& seen;
  const SlowEvent& event;
  SlowAuditEntry& out;

  void now(std::string words) const {
    out.entry.new_value = std::move(words);
    out.new_value_told = true;
  }

  void say() const {
    out.entry.subject = units_of(event);
    if (event.event->area_as_lot() != nullptr) hold(*event.event->area_as_lot());
    if (event.event->area_as_correction() != nullptr) correction(*event.event->area_as_correction());
    if (event.event->area_as_intake() != nullptr) intake(*event.event->area_as_intake());
    if (event.event->area_as_party() != nullptr) {
      out.entry.subject =
          event.name == "PartyRecorded" ? UnitKey(Seen::described(event)[0]).ref() : Seen::described(event)[1];
      out.described_before = seen.described_before(event);
    }
  }

  void hold(const schema::LotArea& area) const {
    if (const auto* placed = area.event_as_hold_placed()) {
      out.entry.old_value = "no hold " + text(placed->hold_id());
      const std::string_view kinds[] = {"quality", "recall", "evidence", "regulatory", "customs"};
      now(fmt::format("hold {} ({})", text(placed->hold_id()), kinds[static_cast<std::size_t>(placed->kind())]));
    } else if (const auto* lifted = area.event_as_hold_lifted()) {
      out.entry.old_value = "hold " + text(lifted->hold_id());
      now("no hold " + text(lifted->hold_id()));
    }
  }

  void correction(const schema::CorrectionArea& area) const {
    if (const auto* applied = area.event_as_withdrawal_applied()) {
      out.entry.subject = fmt::format("record {}", event.position.seq);
      out.entry.old_value = fmt::format("withdrawal at record {} waiting for it", applied->withdrawal_seq());
      now(fmt::format("withdrawn by record {} before it arrived", applied->withdrawal_seq()));
      return;
    }
    const auto* withdrawn = area.event_as_event_withdrawn();
    const auto target = withdrawn->target_seq();
    out.entry.subject = target.has_value() ? fmt::format("record {}", *target) : "event " + text(withdrawn->event_id());
    if (target.has_value()) out.entry.old_value = seen.in_short(*target);
  }

  void intake(const schema::IntakeArea& area) const {
    const auto closed = [&](Seq row, std::string how) {
      out.entry.subject = fmt::format("row of record {}", row);
      out.entry.old_value = "open row";
      now(std::move(how));
    };
    if (const auto* repaired = area.event_as_row_repaired()) return closed(repaired->rejected_seq(), "repaired");
    if (const auto* discarded = area.event_as_row_discarded()) return closed(discarded->rejected_seq(), "discarded");
    const auto* row = area.event_as_row_rejected();
    out.entry.subject = "row of " + text(event.body->source()->system());
    if (row->conflicts_with().has_value())
      out.entry.old_value = fmt::format("record {} has the same id", *row->conflicts_with());
  }
};

SlowAuditEntry entry_of(const Seen& seen, const SlowEvent& event) {
  SlowAuditEntry out;
  out.entry.position = event.position;
  out.entry.recorded_at = event.recorded_at;
  out.entry.actor = text(event.body->actor()->id());
  const std::string principal = text(event.body->actor()->on_behalf_of());
  if (!principal.empty()) out.entry.actor += " for " + principal;
  out.entry.role = text(event.body->actor()->role());
  out.entry.action = event.name;
  if (const schema::Reason* reason = event.body->reason()) {
    const bool both = !text(reason->code()).empty() && !text(reason->text()).empty();
    out.entry.reason = text(reason->code()) + (both ? ": " : "") + text(reason->text());
  }
  Words{seen, event, out}.say();
  return out;
}

bool asked_for(const projections::AuditQuery& query, const SlowEvent& event) {
  const schema::Actor& actor = *event.body->actor();
  const bool person =
      query.actor.empty() || text(actor.id()) == query.actor || text(actor.on_behalf_of()) == query.actor;
  return person && (!query.unit || event.names(query.unit->bytes()));
}

}  // namespace

std::vector<SlowAuditEntry> slow_audit(const VectorLog& log, const projections::AuditQuery& query) {
  const Seen seen(log, query.known_at);
  const auto in_time = [&](Instant at) { return (!query.from || at >= *query.from) && (!query.to || at <= *query.to); };
  std::set<Seq> related;
  if (query.record) related = seen.related_to(*query.record);
  std::vector<SlowAuditEntry> entries;
  for (const SlowEvent& event : seen.events()) {
    if (query.record && !related.contains(event.position.seq)) continue;
    if (in_time(event.recorded_at) && asked_for(query, event)) entries.push_back(entry_of(seen, event));
  }
  for (const Seq seq : seen.unreadable()) {
    SlowAuditEntry unreadable;
    unreadable.entry.position = {seq, 0};
    unreadable.entry.recorded_at = log.records[seq].header().recorded_at;
    unreadable.entry.action = "UnreadableRecord";
    if (in_time(unreadable.entry.recorded_at)) entries.push_back(unreadable);
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.entry.position < b.entry.position; });
  return entries;
}

}  // namespace lotledger::tests
