// projections/batch_record.cc - postings of events per unit.
//
//   u <unit key> 00 <seq><event>  -> occurred_at, reported_at
//   w <seq>                       -> withdrawn by seq
//   b <seq>                       -> record that could not be read
#include "projections/batch_record.h"

#include "projections/event_units.h"
#include "projections/keys.h"
#include "projections/unreadable.h"

#include <algorithm>

namespace lotledger::projections {
namespace {

constexpr std::size_t k_position_bytes = 12;

/// Folds the events of one record.
struct BatchRecordFold {
  const engine::RecordHeader& header;
  const schema::Body& body;
  Store& store;

  void events() const {
    for (std::uint32_t index = 0; index < body.events()->size(); ++index) {
      const schema::Event& event = *body.events()->Get(index);
      post(event, index);
      if (event.area_type() == schema::AreaEvent::correction) correction(*event.area_as_correction());
    }
  }

  void post(const schema::Event& event, std::uint32_t index) const {
    std::string value;
    append_be64(value, ordered(Instant{event.occurred_at().value_or(header.recorded_at.utc_us)}));
    append_be64(value, ordered(Instant{body.reported_at().value_or(header.recorded_at.utc_us)}));
    for (const std::string& unit : units_named(event)) {
      std::string key = text_prefix('u', unit);
      append_be64(key, header.seq);
      append_be32(key, index);
      store.append(key, value);
    }
  }

  void correction(const schema::CorrectionArea& area) const {
    switch (area.event_type()) {
      case schema::CorrectionEvent::event_withdrawn:
        if (const auto target = area.event_as_event_withdrawn()->target_seq(); target.has_value()) {
          withdraw(*target, header.seq);
        }
        return;
      case schema::CorrectionEvent::withdrawal_applied:
        return withdraw(header.seq, area.event_as_withdrawal_applied()->withdrawal_seq());
      case schema::CorrectionEvent::NONE: return;
    }
  }

  /// The first withdrawal counts; a second declaration of the same error changes nothing.
  void withdraw(Seq fact, Seq by) const {
    const std::string key = number_key('w', fact);
    std::string value;
    if (!store.get(key, value)) store.put(key, number_bytes(by));
  }
};

std::optional<Seq> withdrawn_by(const StoreReader& store, Seq seq, Seq known_at) {
  std::string value;
  if (!store.get(number_key('w', seq), value)) return std::nullopt;
  const Seq by = load_be64(value.data());
  return by <= known_at ? std::optional<Seq>(by) : std::nullopt;
}

}  // namespace

void BatchRecordProjection::apply(const FoldInput& input, Store& store) {
  if (input.body == nullptr) {
    note_unreadable(store, input.record.seq());
  } else {
    BatchRecordFold{input.record.header(), *input.body, store}.events();
  }
  store.advance({input.record.seq(), input.record.leaf()});
}

std::vector<HistoryEntry> history_of(const StoreReader& store, const UnitKey& unit, const TimeFilter& filter) {
  std::vector<HistoryEntry> entries;
  const std::string prefix = text_prefix('u', unit.bytes());
  store.scan_prefix(prefix, [&](std::string_view key, std::string_view value) {
    if (key.size() != prefix.size() + k_position_bytes) return true;
    const EventPosition position{load_be64(key.data() + prefix.size()), load_be32(key.data() + prefix.size() + 8)};
    if (position.seq > filter.known_at) return false;
    const Instant occurred = instant_of(load_be64(value.data()));
    const Instant reported = instant_of(load_be64(value.data() + 8));
    if (filter.as_of && occurred > *filter.as_of) return true;
    if (filter.reported_at && reported > *filter.reported_at) return true;
    entries.push_back({position, occurred, std::nullopt});
    return true;
  });
  for (HistoryEntry& entry : entries) entry.withdrawn_by = withdrawn_by(store, entry.position.seq, filter.known_at);
  std::ranges::sort(entries, [](const HistoryEntry& a, const HistoryEntry& b) {
    return std::pair(a.occurred_at, a.position) < std::pair(b.occurred_at, b.position);
  });
  return entries;
}

}  // namespace lotledger::projections
