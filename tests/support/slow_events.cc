// tests/support/slow_events.cc - one `if` per event type.
#include "tests/support/slow_events.h"

#include "engine/codec/codec.h"
#include "engine/codec/parts.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace lotledger::tests {
namespace {

using Amounts = flatbuffers::Vector<flatbuffers::Offset<schema::UnitAmount>>;

/// Reads one event into `out`.
struct Reading {
  SlowEvent& out;

  void one(std::string_view role, const schema::UnitRef* ref) const {
    if (ref == nullptr) return;
    out.mentions.push_back({role, ref->key()->str(), ref->lot() == nullptr ? "" : ref->lot()->str(), std::nullopt});
  }

  void each(std::string_view role, const Amounts* amounts) const {
    for (const UnitAmount& amount : engine::codec::decode(amounts)) {
      const std::string lot = amount.unit.lot ? amount.unit.lot->bytes() : std::string();
      out.mentions.push_back({role, amount.unit.key.bytes(), lot, amount.quantity});
    }
  }

  void refs(const flatbuffers::Vector<flatbuffers::Offset<schema::UnitRef>>* units) const {
    if (units == nullptr) return;
    for (const schema::UnitRef* ref : *units) one("unit", ref);
  }

  void lot(const schema::LotArea& area) const {
    if (const auto* made = area.event_as_units_commissioned()) {
      out.name = "UnitsCommissioned";
      each("unit", made->units());
    } else if (const auto* ended = area.event_as_units_decommissioned()) {
      out.name = "UnitsDecommissioned";
      each("unit", ended->units());
    } else if (const auto* packed = area.event_as_units_packed()) {
      out.name = "UnitsPacked";
      one("parent", packed->parent());
      each("child", packed->children());
    } else if (const auto* unpacked = area.event_as_units_unpacked()) {
      out.name = "UnitsUnpacked";
      one("parent", unpacked->parent());
      each("child", unpacked->children());
    } else if (const auto* placed = area.event_as_hold_placed()) {
      out.name = "HoldPlaced";
      one("unit", placed->unit());
    } else if (const auto* lifted = area.event_as_hold_lifted()) {
      out.name = "HoldLifted";
      one("unit", lifted->unit());
    }
  }

  void production(const schema::ProductionArea& area) const {
    if (const auto* made = area.event_as_units_transformed()) {
      out.name = "UnitsTransformed";
      each("input", made->inputs());
      each("output", made->outputs());
    } else if (const auto* installed = area.event_as_parts_installed()) {
      out.name = "PartsInstalled";
      one("parent", installed->parent());
      each("part", installed->parts());
    } else if (const auto* removed = area.event_as_parts_removed()) {
      out.name = "PartsRemoved";
      one("parent", removed->parent());
      each("part", removed->parts());
    }
  }

  void order(const schema::OrderArea& area) const {
    if (const auto* shipped = area.event_as_units_shipped()) {
      out.name = "UnitsShipped";
      each("unit", shipped->units());
    } else if (const auto* voided = area.event_as_shipment_voided()) {
      out.name = "ShipmentVoided";
      each("unit", voided->units());
    } else if (const auto* returned = area.event_as_units_returned()) {
      out.name = "UnitsReturned";
      each("unit", returned->units());
    } else if (const auto* linked = area.event_as_transaction_linked()) {
      out.name = "TransactionLinked";
      one("parent", linked->parent());
      each("unit", linked->units());
    }
  }

  void warehouse(const schema::WarehouseArea& area) const {
    if (const auto* received = area.event_as_units_received()) {
      out.name = "UnitsReceived";
      each("unit", received->units());
    } else if (const auto* observed = area.event_as_units_observed()) {
      out.name = "UnitsObserved";
      each("unit", observed->units());
    }
  }

  void identity(const schema::IdentityArea& area) const {
    const auto* equated = area.event_as_units_equated();
    if (equated == nullptr) return;
    out.name = "UnitsEquated";
    one("unit", equated->first());
    one("unit", equated->second());
  }

  void about_records(const schema::Event& event) const {
    if (const auto* party = event.area_as_party()) {
      if (party->event_as_party_recorded() != nullptr) out.name = "PartyRecorded";
      if (party->event_as_vocabulary_recorded() != nullptr) out.name = "VocabularyRecorded";
    } else if (const auto* intake = event.area_as_intake()) {
      if (intake->event_as_row_rejected() != nullptr) out.name = "RowRejected";
      if (intake->event_as_row_repaired() != nullptr) out.name = "RowRepaired";
      if (intake->event_as_row_discarded() != nullptr) out.name = "RowDiscarded";
    } else if (const auto* correction = event.area_as_correction()) {
      if (correction->event_as_withdrawal_applied() != nullptr) out.name = "WithdrawalApplied";
      if (const auto* withdrawn = correction->event_as_event_withdrawn()) {
        out.name = "EventWithdrawn";
        refs(withdrawn->units());
      }
    } else if (const auto* judgement = event.area_as_judgement()) {
      if (judgement->event_as_breach_cured() != nullptr) out.name = "BreachCured";
      if (const auto* breach = judgement->event_as_invariant_breached()) {
        out.name = "InvariantBreached";
        refs(breach->units());
      }
    } else if (const auto* system = event.area_as_system()) {
      if (system->event_as_ledger_created() != nullptr) out.name = "LedgerCreated";
      if (system->event_as_format_raised() != nullptr) out.name = "FormatRaised";
      if (system->event_as_epoch_opened() != nullptr) out.name = "EpochOpened";
      if (const auto* refused = system->event_as_command_refused()) {
        out.name = "CommandRefused";
        refs(refused->units());
      }
    }
  }

  void all(const schema::Event& event) const {
    if (event.area_as_lot() != nullptr) lot(*event.area_as_lot());
    if (event.area_as_production() != nullptr) production(*event.area_as_production());
    if (event.area_as_order() != nullptr) order(*event.area_as_order());
    if (event.area_as_warehouse() != nullptr) warehouse(*event.area_as_warehouse());
    if (event.area_as_identity() != nullptr) identity(*event.area_as_identity());
    about_records(event);
    REQUIRE_FALSE(out.name.empty());  // A new event type must be told here too.
  }
};

}  // namespace

bool SlowEvent::names(const std::string& unit) const {
  return std::any_of(mentions.begin(), mentions.end(),
                     [&](const SlowMention& mention) { return mention.unit == unit || mention.lot == unit; });
}

std::vector<SlowEvent> slow_events(const VectorLog& log) {
  std::vector<SlowEvent> events;
  for (const engine::StoredRecord& record : log.records) {
    if (!engine::readable(record)) continue;
    const schema::Body* body = engine::body_of(record);
    for (std::uint32_t index = 0; index < body->events()->size(); ++index) {
      SlowEvent out;
      out.event = body->events()->Get(index);
      out.body = body;
      out.position = {record.seq(), index};
      out.recorded_at = record.header().recorded_at;
      out.occurred_at = Instant{out.event->occurred_at().value_or(out.recorded_at.utc_us)};
      out.reported_at = Instant{body->reported_at().value_or(out.recorded_at.utc_us)};
      Reading{out}.all(*out.event);
      events.push_back(std::move(out));
    }
  }
  return events;
}

std::set<Seq> slow_unreadable(const VectorLog& log) {
  std::set<Seq> seqs;
  for (const engine::StoredRecord& record : log.records) {
    if (!engine::readable(record)) seqs.insert(record.seq());
  }
  return seqs;
}

std::map<Seq, std::set<Seq>> slow_withdrawals(const std::vector<SlowEvent>& events) {
  std::map<Seq, std::set<Seq>> withdrawals;
  for (const SlowEvent& event : events) {
    const auto* area = event.event->area_as_correction();
    if (area == nullptr) continue;
    if (const auto* applied = area->event_as_withdrawal_applied()) {
      withdrawals[event.position.seq].insert(applied->withdrawal_seq());
    } else if (const auto target = area->event_as_event_withdrawn()->target_seq(); target.has_value()) {
      withdrawals[*target].insert(event.position.seq);
    }
  }
  return withdrawals;
}

}  // namespace lotledger::tests
