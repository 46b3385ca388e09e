// projections/facts.cc - folding and answering of engine/facts.h.
#include "projections/facts.h"

#include "engine/codec/parts.h"
#include "engine/sequencer.h"
#include "projections/plant_values.h"

#include <algorithm>

namespace lotledger::projections {
namespace {

using engine::codec::view_of;

constexpr std::string_view k_min_writer = "F";
constexpr std::string_view k_software = "V";

std::string key_of(char space, std::string_view rest) {
  std::string key(1, space);
  key.append(rest);
  return key;
}

std::string key_of(char space, Seq seq) {
  std::string key(1, space);
  append_be64(key, seq);
  return key;
}

std::string key_of(char space, std::string_view id, Seq seq) {
  std::string key = key_of(space, id);
  key.push_back('\0');
  append_be64(key, seq);
  return key;
}

std::string seq_value(Seq seq) {
  std::string value;
  append_be64(value, seq);
  return value;
}

// Flags of a message.
constexpr char k_refused = 1;
constexpr char k_fact = 2;
/// Where the dedup key of an event begins (engine/submission.cc).
constexpr char k_event = 'e';

/// Value of a dedup key: seq, flags, content digest.
std::string message_value(Seq seq, char flags, const schema::Body& body) {
  std::string value;
  value.reserve(sizeof(Seq) + 1 + sizeof(Digest));
  append_be64(value, seq);
  value.push_back(flags);
  if (body.content_digest() != nullptr)
    value.append(reinterpret_cast<const char*>(body.content_digest()->data()), body.content_digest()->size());
  return value;
}

/// Folds one record's events; members are what the events of a record have in common.
struct FactsFold {
  const FoldInput& input;
  Seq seq;
  const schema::Body& body;
  Store& store;
  PlantFold& plant;
  bool& left_waiting;
  bool is_fact = false;

  void events() {
    for (std::uint32_t index = 0; index < body.events()->size(); ++index) {
      const schema::Event* event = body.events()->Get(index);
      if (event->stream() != nullptr) store.put(key_of('s', view_of(event->stream())), seq_value(seq));
      if (event->tags() != nullptr) {
        for (const auto* tag : *event->tags()) store.put(key_of('t', view_of(tag)), seq_value(seq));
      }
      area(*event);
      plant.event(input, index, store);
    }
  }

  void area(const schema::Event& event) {
    switch (event.area_type()) {
      case schema::AreaEvent::lot: return lot(*event.area_as_lot());
      case schema::AreaEvent::production:
      case schema::AreaEvent::warehouse:
      case schema::AreaEvent::order:
      case schema::AreaEvent::identity:
      case schema::AreaEvent::party:
      case schema::AreaEvent::item: return fact();
      case schema::AreaEvent::correction: return correction(*event.area_as_correction());
      case schema::AreaEvent::intake: return intake(*event.area_as_intake());
      case schema::AreaEvent::system: return system(*event.area_as_system());
      case schema::AreaEvent::judgement:
      case schema::AreaEvent::NONE: return;
    }
  }

  void fact() { is_fact = true; }

  void system(const schema::SystemArea& area) {
    switch (area.event_type()) {
      case schema::SystemEvent::format_raised: {
        const auto floor = area.event_as_format_raised()->min_writer();
        store.put(k_min_writer, std::string{static_cast<char>(floor >> 8), static_cast<char>(floor & 0xff)});
        return;
      }
      case schema::SystemEvent::ledger_created:
      case schema::SystemEvent::command_refused:
      case schema::SystemEvent::epoch_opened:
      case schema::SystemEvent::software_activated:
      case schema::SystemEvent::NONE: return;
    }
  }

  void lot(const schema::LotArea& area) {
    switch (area.event_type()) {
      case schema::LotEvent::units_commissioned:
      case schema::LotEvent::units_decommissioned:
      case schema::LotEvent::units_packed:
      case schema::LotEvent::units_unpacked:
      case schema::LotEvent::expiry_set:
      case schema::LotEvent::status_reported: return fact();
      case schema::LotEvent::lot_dispositioned: return;  // A decision: another one replaces it.
      case schema::LotEvent::hold_placed:
      case schema::LotEvent::hold_lifted:
      case schema::LotEvent::NONE: return;
    }
  }

  void correction(const schema::CorrectionArea& area) {
    switch (area.event_type()) {
      case schema::CorrectionEvent::event_withdrawn: {
        const auto* event = area.event_as_event_withdrawn();
        if (event->target_seq().has_value()) {
          store.put(key_of('v', *event->target_seq()), seq_value(seq));
        } else {
          store.put(key_of('w', view_of(event->event_id()), seq), {});
          left_waiting = true;
        }
        return;
      }
      case schema::CorrectionEvent::withdrawal_applied: {
        const Seq withdrawal = area.event_as_withdrawal_applied()->withdrawal_seq();
        store.put(key_of('v', seq), seq_value(withdrawal));
        store.erase(key_of('w', view_of(body.source()->message_id()), withdrawal));
        return;
      }
      case schema::CorrectionEvent::NONE: return;
    }
  }

  void intake(const schema::IntakeArea& area) {
    const auto state = [&](Seq row, engine::RowState now) {
      store.put(key_of('r', row), std::string(1, static_cast<char>(now)));
    };
    switch (area.event_type()) {
      case schema::IntakeEvent::row_rejected: return state(seq, engine::RowState::open);
      case schema::IntakeEvent::row_repaired:
        return state(area.event_as_row_repaired()->rejected_seq(), engine::RowState::repaired);
      case schema::IntakeEvent::row_discarded:
        return state(area.event_as_row_discarded()->rejected_seq(), engine::RowState::discarded);
      case schema::IntakeEvent::NONE: return;
    }
  }
};

bool is_refusal(const schema::Body& body) {
  const schema::Event* first = body.events()->Get(0);
  return first->area_type() == schema::AreaEvent::system &&
         first->area_as_system()->event_type() == schema::SystemEvent::command_refused;
}

/// An epoch is opened before anything is decided in it; its version counts once the writer has said so.
bool names_software(const engine::StoredRecord& record, const schema::Body& body) {
  return body.software() != nullptr && (record.header().flags & engine::k_flag_opens_epoch) == 0;
}

}  // namespace

void FactsProjection::apply(const FoldInput& input, Store& store) {
  const Seq seq = input.record.seq();
  plant_.begin(store);
  bool is_fact = false;
  if (input.body != nullptr && input.body->events()->size() > 0) {
    if (names_software(input.record, *input.body)) store.put(k_software, view_of(input.body->software()));
    FactsFold fold{input, seq, *input.body, store, plant_, left_waiting_};
    fold.events();
    is_fact = fold.is_fact;
    remember(*input.body, seq, is_fact, store);
  }
  if (!is_fact) store.put(key_of('k', seq), {});
  const Head head{seq, input.record.leaf()};
  store.advance(head);
  plant_.end(head);
}

/// Nearly all messages are events that hold a fact, so one entry says both; only others name their fact apart.
void FactsProjection::remember(const schema::Body& body, Seq seq, bool is_fact, Store& store) {
  const std::string key = engine::dedup_key_of(body);
  const int flags = (is_refusal(body) ? k_refused : 0) | (is_fact ? k_fact : 0);
  store.put(key_of('m', key), message_value(seq, static_cast<char>(flags), body));
  if (!is_fact || key.front() == k_event) return;
  if (const auto id = view_of(body.source()->message_id()); !id.empty()) store.put(key_of('f', id), seq_value(seq));
}

namespace {

/// What was remembered last of the two places where a fact may stand.
std::optional<Seq> find_fact(const StoreReader& store, std::string_view event_id) {
  std::optional<Seq> found;
  std::string value;
  if (store.get(key_of('f', event_id), value)) found = load_be64(value.data());
  const std::string message = engine::dedup_key(engine::DedupKind::event, event_id, {});
  if (!store.get(key_of('m', message), value) || (value[sizeof(Seq)] & k_fact) == 0) return found;
  return std::max(found.value_or(0), load_be64(value.data()));
}

/// Whether some withdrawal waits for its fact.
bool any_waiting(const StoreReader& store) {
  bool any = false;
  store.scan_prefix("w", [&](std::string_view, std::string_view) {
    any = true;
    return false;
  });
  return any;
}

}  // namespace

StoreFacts::StoreFacts(Store& store, std::size_t delta_bytes_max)
    : store_(store), delta_bytes_max_(delta_bytes_max), plant_(store), found_waiting_(any_waiting(store)) {}

std::optional<Seq> StoreFacts::seq_at(std::string_view key) const {
  std::string value;
  if (!store_.get(key, value)) return std::nullopt;
  return load_be64(value.data());
}

std::optional<engine::SeenMessage> StoreFacts::message(std::string_view dedup_key) const {
  std::string value;
  if (!store_.get(key_of('m', dedup_key), value)) return std::nullopt;
  engine::SeenMessage seen;
  seen.seq = load_be64(value.data());
  seen.refused = (value[sizeof(Seq)] & k_refused) != 0;
  if (value.size() == 9 + seen.content.bytes.size())
    std::memcpy(seen.content.bytes.data(), value.data() + 9, seen.content.bytes.size());
  return seen;
}

std::optional<Seq> StoreFacts::fact(std::string_view event_id) const {
  return find_fact(store_, event_id);
}
std::optional<Seq> StoreFacts::last_in_stream(std::string_view stream) const {
  return seq_at(key_of('s', stream));
}
std::optional<Seq> StoreFacts::last_with_tag(std::string_view tag) const {
  return seq_at(key_of('t', tag));
}

bool StoreFacts::is_fact(Seq seq) const {
  const Seq last = store_.position().head.seq;
  if (last == k_no_seq || seq > last) return false;
  std::string value;
  return !store_.get(key_of('k', seq), value);
}

bool StoreFacts::withdrawn(Seq seq) const {
  return seq_at(key_of('v', seq)).has_value();
}

std::vector<Seq> StoreFacts::waiting_withdrawals(std::string_view event_id) const {
  std::vector<Seq> waiting;
  // Mostly none waits at all, and a scan is dear before every fact.
  if (!found_waiting_ && !projection_.left_waiting()) return waiting;
  std::string prefix = key_of('w', event_id);
  prefix.push_back('\0');
  store_.scan_prefix(prefix, [&](std::string_view key, std::string_view) {
    waiting.push_back(load_be64(key.data() + key.size() - 8));
    return true;
  });
  return waiting;
}

bool StoreFacts::hold_stands(const UnitKey& unit, const HoldId& hold) const {
  std::string value;
  return store_.get(joined_key('h', {unit.bytes(), hold.text}), value);
}

std::optional<engine::ItemKnown> StoreFacts::item(const UnitKey& item_class) const {
  return plant_.item(item_class);
}
std::optional<Conversion> StoreFacts::stated_factor(const UnitKey& item_class, UnitCode from, UnitCode to) const {
  return plant_.stated_factor(item_class, from, to);
}
engine::LotKnown StoreFacts::lot(const UnitKey& lot) const {
  return plant_.lot(lot);
}
Decimal StoreFacts::stock_at(const UnitKey& lot, const UnitKey& location) const {
  return plant_.stock_at(lot, location);
}
engine::SerialKnown StoreFacts::serial(const UnitKey& serial) const {
  return plant_.serial(serial);
}
std::vector<engine::StatusKnown> StoreFacts::statuses(const UnitKey& unit) const {
  return plant_.statuses(unit);
}
std::vector<engine::HoldKnown> StoreFacts::holds(const UnitKey& unit) const {
  return plant_.holds(unit);
}
std::vector<UnitAmount> StoreFacts::contents(const UnitKey& container, Instant at) const {
  return plant_.contents(container, at);
}
engine::ProcessKnown StoreFacts::process(std::string_view process_id) const {
  return plant_.process(process_id);
}
std::vector<engine::StockChange> StoreFacts::stock_changes(Seq seq) const {
  return plant_.stock_changes(seq);
}
std::vector<Seq> StoreFacts::open_breaches(std::string_view rule, const UnitKey& unit) const {
  return plant_.open_breaches(rule, unit);
}
engine::HoldsCaused StoreFacts::holds_caused(std::string_view source) const {
  return plant_.holds_caused(source);
}

const engine::PolicyActivated& StoreFacts::policy() const {
  const auto since = plant_.policy_since();
  if (since != policy_at_) {
    policy_ = plant_.policy();
    policy_at_ = since;
  }
  return policy_;
}

std::optional<engine::RowState> StoreFacts::row(Seq seq) const {
  std::string value;
  if (!store_.get(key_of('r', seq), value)) return std::nullopt;
  return static_cast<engine::RowState>(value[0]);
}

std::optional<std::string> StoreFacts::software() const {
  std::string value;
  if (!store_.get(k_software, value)) return std::nullopt;
  return value;
}

void StoreFacts::fold(const engine::StoredRecord& record) {
  projection_.apply(FoldInput{record, body_to_fold(record)}, store_);
  if (store_.delta_bytes() >= delta_bytes_max_)
    ignore(store_.seal(), "a store that fails says so at flush, and is rebuilt from the log");
}

std::uint16_t min_writer_in(const StoreReader& store) {
  std::string value;
  if (!store.get(k_min_writer, value)) return 0;
  return static_cast<std::uint16_t>(static_cast<std::uint8_t>(value[0]) << 8 | static_cast<std::uint8_t>(value[1]));
}

std::optional<Seq> fact_in(const StoreReader& store, std::string_view event_id) {
  return find_fact(store, event_id);
}

}  // namespace lotledger::projections
