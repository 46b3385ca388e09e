// projections/audit_trail.cc - postings by person, time, unit and record.
//
//   a <actor> 00 <first seq>         -> last seq of a run of records
//   c <actor> 00                     -> first and last seq of the latest run
//   u <unit key> 00 <seq>            -> (nothing)
//   r <seq><related seq>             -> (nothing)
//   e <event id> 00 <seq>            -> (nothing)
//   p <party key, or type 1D id> 00 <seq><event>    -> (nothing)
//   b <seq>                          -> record that could not be read
#include "projections/audit_trail.h"

#include "engine/codec/areas.h"
#include "engine/codec/parts.h"
#include "projections/audit_values.h"
#include "projections/event_names.h"
#include "projections/event_units.h"
#include "projections/keys.h"
#include "projections/unreadable.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace lotledger::projections {
namespace {

using engine::codec::view_of;

std::string event_id_prefix(std::string_view id) {
  return text_prefix('e', id);
}

/// Folds one record.
struct AuditTrailFold {
  const engine::RecordHeader& header;
  const schema::Body& body;
  Store& store;

  void record() const {
    actor(view_of(body.actor()->id()));
    const std::string_view principal = view_of(body.actor()->on_behalf_of());
    if (!principal.empty() && principal != view_of(body.actor()->id())) actor(principal);
    if (const auto id = view_of(body.source()->message_id()); !id.empty()) {
      store.append(event_id_prefix(id) + number_bytes(header.seq), {});
    }
    std::vector<std::string> units;
    for (std::uint32_t index = 0; index < body.events()->size(); ++index) {
      const schema::Event& event = *body.events()->Get(index);
      std::ranges::move(units_named(event), std::back_inserter(units));
      topic(event, index);
      area(event);
    }
    post_units(units);
  }

  /// One entry for a run of records by one actor, so that an import of millions costs a handful.
  void actor(std::string_view id) const {
    const std::string latest = text_prefix('c', id);
    std::string run;
    Seq first = header.seq;
    if (store.get(latest, run) && load_be64(run.data() + sizeof(Seq)) + 1 == header.seq) first = load_be64(run.data());
    store.put(latest, number_bytes(first) + number_bytes(header.seq));
    store.put(text_prefix('a', id) + number_bytes(first), number_bytes(header.seq));
  }

  void post_units(std::vector<std::string>& units) const {
    std::ranges::sort(units);
    const auto repeated = std::ranges::unique(units);
    units.erase(repeated.begin(), repeated.end());
    for (const std::string& unit : units) store.append(text_prefix('u', unit) + number_bytes(header.seq), {});
  }

  void area(const schema::Event& event) const {
    switch (event.area_type()) {
      case schema::AreaEvent::correction: return correction(*event.area_as_correction());
      case schema::AreaEvent::intake: return intake(*event.area_as_intake());
      case schema::AreaEvent::party:
      case schema::AreaEvent::item:
      case schema::AreaEvent::judgement:
      case schema::AreaEvent::system:
      case schema::AreaEvent::lot:
      case schema::AreaEvent::production:
      case schema::AreaEvent::warehouse:
      case schema::AreaEvent::order:
      case schema::AreaEvent::identity:
      case schema::AreaEvent::NONE: return;
    }
  }

  /// What replaces an earlier value is found again by its topic.
  void topic(const schema::Event& event, std::uint32_t index) const {
    const auto prefix = topic_prefix(event);
    if (!prefix) return;
    std::string key = *prefix;
    append_be64(key, header.seq);
    append_be32(key, index);
    store.append(key, {});
  }

  void correction(const schema::CorrectionArea& area) const {
    switch (area.event_type()) {
      case schema::CorrectionEvent::event_withdrawn:
        if (const auto target = area.event_as_event_withdrawn()->target_seq(); target.has_value())
          relate(*target, header.seq);
        return;
      case schema::CorrectionEvent::withdrawal_applied: {
        const Seq withdrawal = area.event_as_withdrawal_applied()->withdrawal_seq();
        relate(header.seq, withdrawal);
        return relate(withdrawal, header.seq);
      }
      case schema::CorrectionEvent::NONE: return;
    }
  }

  void intake(const schema::IntakeArea& area) const {
    switch (area.event_type()) {
      case schema::IntakeEvent::row_rejected:
        if (const auto first = area.event_as_row_rejected()->conflicts_with(); first.has_value())
          relate(*first, header.seq);
        return;
      case schema::IntakeEvent::row_repaired: return relate(area.event_as_row_repaired()->rejected_seq(), header.seq);
      case schema::IntakeEvent::row_discarded: return relate(area.event_as_row_discarded()->rejected_seq(), header.seq);
      case schema::IntakeEvent::NONE: return;
    }
  }

  void relate(Seq record, Seq related) const { store.put(number_key('r', record) + number_bytes(related), {}); }
};

/// Ascending, each once.
void set_of(std::vector<Seq>& seqs) {
  std::ranges::sort(seqs);
  const auto repeated = std::ranges::unique(seqs);
  seqs.erase(repeated.begin(), repeated.end());
}

/// Answers one query.
class Trail {
 public:
  Trail(const StoreReader& store, engine::LogReader& log, const AuditQuery& query,
        const std::function<bool(const AuditEntry&)>& visit)
      : store_(store), log_(log), query_(query), visit_(visit) {
    const Seq end = store.position().head.seq;
    last_ = end == k_no_seq ? k_no_seq : std::min(query.known_at, end);
  }

  Result<void> run() {
    if (last_ == k_no_seq) return {};
    if (!query_.record && !query_.unit && query_.actor.empty()) {
      LL_ASSIGN(const Seqs all, seqs_in_time());
      return all.first < all.end ? read_run(all.first, all.end - 1) : Result<void>();
    }
    LL_ASSIGN(std::vector<Seq> seqs, candidates());
    for (const Seq seq : unreadable_records(store_, last_)) seqs.push_back(seq);
    set_of(seqs);
    LL_TRY(store_.failure());
    for (std::size_t at = 0; at < seqs.size() && !ended_;) {
      std::size_t next = at + 1;
      while (next < seqs.size() && seqs[next] == seqs[next - 1] + 1) ++next;
      LL_TRY(read_run(seqs[at], seqs[next - 1]));
      at = next;
    }
    return store_.failure();
  }

 private:
  /// Records that may match, from the narrowest index; the other restrictions are tried on the records themselves.
  Result<std::vector<Seq>> candidates() {
    if (query_.record) return related_to(*query_.record);
    if (query_.unit) return by_unit();
    return of_actor();
  }

  [[nodiscard]] std::vector<Seq> by_unit() const { return postings(text_prefix('u', query_.unit->bytes())); }

  /// Seqs behind a prefix, up to the last known one.
  [[nodiscard]] std::vector<Seq> postings(const std::string& prefix) const {
    std::vector<Seq> seqs;
    store_.scan_prefix(prefix, [&](std::string_view key, std::string_view) {
      if (key.size() != prefix.size() + 8) return true;
      const Seq seq = load_be64(key.data() + prefix.size());
      if (seq > last_) return false;
      seqs.push_back(seq);
      return true;
    });
    return seqs;
  }

  struct Seqs {
    Seq first = 0;
    Seq end = 0;
  };

  /// The known records between `from` and `to`: recorded_at never decreases, so they stand side by side.
  Result<Seqs> seqs_in_time() {
    Seqs seqs{0, last_ + 1};
    if (query_.from) {
      LL_ASSIGN(seqs.first, first_that([at = *query_.from](Instant recorded) { return recorded >= at; }));
    }
    if (query_.to) {
      LL_ASSIGN(seqs.end, first_that([at = *query_.to](Instant recorded) { return recorded > at; }));
    }
    return seqs;
  }

  /// The first known record of which that is true; the one behind the last where there is none. Found by halving:
  /// `is_late` holds from some record on.
  Result<Seq> first_that(const std::function<bool(Instant recorded_at)>& is_late) {
    Seq low = 0;
    Seq high = last_ + 1;
    while (low < high) {
      const Seq middle = low + (high - low) / 2;
      LL_ASSIGN(const engine::StoredRecord record, log_.at(middle));
      if (is_late(record.header().recorded_at)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  Result<std::vector<Seq>> of_actor() {
    LL_ASSIGN(const Seqs within, seqs_in_time());
    std::vector<Seq> seqs;
    const std::string prefix = text_prefix('a', query_.actor);
    store_.scan_prefix(prefix, [&](std::string_view key, std::string_view value) {
      if (key.size() != prefix.size() + sizeof(Seq)) return true;
      const Seq first = std::max(load_be64(key.data() + prefix.size()), within.first);
      const Seq end = std::min(load_be64(value.data()) + 1, within.end);
      for (Seq seq = first; seq < end; ++seq) seqs.push_back(seq);
      return true;
    });
    return seqs;
  }

  /// The record, what relates to it, what relates to that, and so on.
  Result<std::vector<Seq>> related_to(Seq record) {
    std::vector<Seq> found;
    std::unordered_set<Seq> seen;
    const auto add = [&](Seq seq) {
      if (seq <= last_ && seen.insert(seq).second) found.push_back(seq);
    };
    add(record);
    for (std::size_t at = 0; at < found.size(); ++at) {
      const Seq seq = found[at];
      std::ranges::for_each(postings(number_key('r', seq)), add);
      LL_ASSIGN(const auto correctives, correctives_named_by(seq));
      std::ranges::for_each(correctives, add);
    }
    return found;
  }

  /// Records of the events that the withdrawals in record `seq` name as telling it rightly.
  Result<std::vector<Seq>> correctives_named_by(Seq seq) {
    std::vector<Seq> seqs;
    LL_ASSIGN(const auto record, log_.at(seq));
    const schema::Body* body = body_to_fold(record);
    if (body == nullptr) return seqs;
    for (const schema::Event* event : *body->events()) {
      const auto* area = event->area_as_correction();
      const auto* withdrawn = area == nullptr ? nullptr : area->event_as_event_withdrawn();
      if (withdrawn == nullptr || withdrawn->corrective_event_ids() == nullptr) continue;
      for (const auto* id : *withdrawn->corrective_event_ids()) {
        const auto there = postings(event_id_prefix(view_of(id)));
        seqs.insert(seqs.end(), there.begin(), there.end());
      }
    }
    return seqs;
  }

  /// Visits the entries of neighbouring records.
  Result<void> read_run(Seq first, Seq last) {
    Result<void> failed;
    LL_TRY(log_.read(first, last, [&](const engine::StoredRecord& record) {
      failed = record_entries(record);
      return failed.has_value() && !ended_;
    }));
    return failed;
  }

  Result<void> record_entries(const engine::StoredRecord& record) {
    const Instant at = record.header().recorded_at;
    if ((query_.from && at < *query_.from) || (query_.to && at > *query_.to)) return {};
    const schema::Body* body = body_to_fold(record);
    if (body == nullptr) {
      ended_ = !visit_(unreadable_entry(record));
      return {};
    }
    if (!by_actor(*body)) return {};
    RecordCache referred(log_);
    AuditWords words(store_, referred);
    for (std::uint32_t index = 0; index < body->events()->size() && !ended_; ++index) {
      if (!names_unit(*body->events()->Get(index))) continue;
      const AuditEntry entry = entry_of(record, *body, index, words);
      LL_TRY(referred.status());
      LL_TRY(store_.failure());
      ended_ = !visit_(entry);
    }
    return {};
  }

  [[nodiscard]] bool by_actor(const schema::Body& body) const {
    if (query_.actor.empty()) return true;
    return query_.actor == view_of(body.actor()->id()) || query_.actor == view_of(body.actor()->on_behalf_of());
  }

  [[nodiscard]] bool names_unit(const schema::Event& event) const {
    return !query_.unit || std::ranges::binary_search(units_named(event), query_.unit->bytes());
  }

  static AuditEntry unreadable_entry(const engine::StoredRecord& record) {
    AuditEntry entry;
    entry.position = {record.seq(), 0};
    entry.recorded_at = record.header().recorded_at;
    entry.action = "UnreadableRecord";
    entry.new_value = "this program cannot read the record's body (schema version " +
                      std::to_string(record.header().schema_version) + ")";
    return entry;
  }

  static AuditEntry entry_of(const engine::StoredRecord& record, const schema::Body& body, std::uint32_t index,
                             AuditWords& words) {
    AuditEntry entry;
    entry.position = {record.seq(), index};
    entry.recorded_at = record.header().recorded_at;
    entry.actor = view_of(body.actor()->id());
    if (const auto principal = view_of(body.actor()->on_behalf_of()); !principal.empty())
      entry.actor.append(" for ").append(principal);
    entry.role = view_of(body.actor()->role());
    entry.action = event_name(*body.events()->Get(index));
    AuditValues values = words.of(body, entry.position);
    entry.subject = std::move(values.subject);
    entry.old_value = std::move(values.old_value);
    entry.new_value = std::move(values.new_value);
    entry.reason = reason_of(body.reason());
    return entry;
  }

  static std::string reason_of(const schema::Reason* reason) {
    if (reason == nullptr) return {};
    const std::string code(view_of(reason->code()));
    const std::string text(view_of(reason->text()));
    return code.empty() || text.empty() ? code + text : code + ": " + text;
  }

  const StoreReader& store_;
  engine::LogReader& log_;
  const AuditQuery& query_;
  const std::function<bool(const AuditEntry&)>& visit_;
  Seq last_ = k_no_seq;
  bool ended_ = false;
};

}  // namespace

void AuditTrailProjection::apply(const FoldInput& input, Store& store) {
  const engine::RecordHeader& header = input.record.header();
  if (input.body == nullptr) {
    note_unreadable(store, header.seq);
  } else {
    AuditTrailFold{header, *input.body, store}.record();
  }
  store.advance({header.seq, input.record.leaf()});
}

engine::PolicyActivated policy_at(const StoreReader& store, RecordCache& records, Seq known_at) {
  const std::string prefix = text_prefix('p', k_policy_topic);
  std::optional<EventPosition> last;
  store.scan_prefix(prefix, [&](std::string_view key, std::string_view) {
    if (key.size() != prefix.size() + 12) return true;
    const EventPosition position{load_be64(key.data() + prefix.size()), load_be32(key.data() + prefix.size() + 8)};
    if (position.seq <= known_at) last = position;
    return position.seq <= known_at;
  });
  const schema::Event* event = last ? records.event(*last) : nullptr;
  if (event == nullptr || event->area_as_judgement() == nullptr) return {};
  const auto decoded = engine::codec::decode(*event->area_as_judgement());
  const auto* policy = std::get_if<engine::PolicyActivated>(&decoded);
  return policy == nullptr ? engine::PolicyActivated{} : *policy;
}

Result<void> audit_entries(const StoreReader& store, engine::LogReader& log, const AuditQuery& query,
                           const std::function<bool(const AuditEntry&)>& visit) {
  return Trail(store, log, query, visit).run();
}

}  // namespace lotledger::projections
