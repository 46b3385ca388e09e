// projections/facts.cc - folding and answering of engine/facts.h.
#include "projections/facts.h"

#include "engine/codec/parts.h"
#include "engine/sequencer.h"
#include "projections/plant_values.h"

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

/// Value of a dedup key: seq, refused, content digest.
std::string message_value(Seq seq, bool refused, const schema::Body& body) {
  std::string value = seq_value(seq);
  value.push_back(refused ? '\1' : '\0');
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

  void fact() {
    store.put(key_of('k', seq), {});
    if (const auto id = view_of(body.source()->message_id()); !id.empty()) store.put(key_of('f', id), seq_value(seq));
  }

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
  if (input.body != nullptr && input.body->events()->size() > 0) {
    store.put(key_of('m', engine::dedup_key_of(*input.body)), message_value(seq, is_refusal(*input.body), *input.body));
    if (names_software(input.record, *input.body)) store.put(k_software, view_of(input.body->software()));
    FactsFold{input, seq, *input.body, store, plant_}.events();
  }
  store.advance({seq, input.record.leaf()});
}

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
  seen.refused = value[8] == '\1';
  if (value.size() == 9 + seen.content.bytes.size())
    std::memcpy(seen.content.bytes.data(), value.data() + 9, seen.content.bytes.size());
  return seen;
}

std::optional<Seq> StoreFacts::fact(std::string_view event_id) const {
  return seq_at(key_of('f', event_id));
}
std::optional<Seq> StoreFacts::last_in_stream(std::string_view stream) const {
  return seq_at(key_of('s', stream));
}
std::optional<Seq> StoreFacts::last_with_tag(std::string_view tag) const {
  return seq_at(key_of('t', tag));
}

bool StoreFacts::is_fact(Seq seq) const {
  std::string value;
  return store_.get(key_of('k', seq), value);
}

bool StoreFacts::withdrawn(Seq seq) const {
  return seq_at(key_of('v', seq)).has_value();
}

std::vector<Seq> StoreFacts::waiting_withdrawals(std::string_view event_id) const {
  std::vector<Seq> waiting;
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
  std::string value;
  if (!store.get(key_of('f', event_id), value)) return std::nullopt;
  return load_be64(value.data());
}

}  // namespace lotledger::projections
