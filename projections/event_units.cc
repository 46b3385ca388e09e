// projections/event_units.cc - the units that an event names.
#include "projections/event_units.h"

#include <algorithm>

namespace lotledger::projections {
namespace {

using engine::codec::view_of;
using Amounts = flatbuffers::Vector<flatbuffers::Offset<schema::UnitAmount>>;
using Refs = flatbuffers::Vector<flatbuffers::Offset<schema::UnitRef>>;

/// Hands on the units of one event; absent lists are empty ones.
struct Visit {
  const UnitVisit& visit;

  void one(const schema::UnitRef* ref) const {
    if (ref != nullptr) visit(view_of(*ref));
  }
  void each(const Amounts* amounts) const { engine::codec::for_each_amount(amounts, visit); }
  void each(const Refs* refs) const {
    if (refs == nullptr) return;
    for (const schema::UnitRef* ref : *refs) one(ref);
  }
  void group(const schema::UnitRef* parent, const Amounts* children) const {
    one(parent);
    each(children);
  }

  void system(const schema::SystemArea& area) const {
    switch (area.event_type()) {
      case schema::SystemEvent::command_refused: return each(area.event_as_command_refused()->units());
      case schema::SystemEvent::ledger_created:
      case schema::SystemEvent::format_raised:
      case schema::SystemEvent::epoch_opened:
      case schema::SystemEvent::software_activated:
      case schema::SystemEvent::NONE: return;
    }
  }

  void lot(const schema::LotArea& area) const {
    switch (area.event_type()) {
      case schema::LotEvent::units_commissioned: return each(area.event_as_units_commissioned()->units());
      case schema::LotEvent::units_decommissioned: return each(area.event_as_units_decommissioned()->units());
      case schema::LotEvent::units_packed: {
        const auto* event = area.event_as_units_packed();
        return group(event->parent(), event->children());
      }
      case schema::LotEvent::units_unpacked: {
        const auto* event = area.event_as_units_unpacked();
        return group(event->parent(), event->children());
      }
      case schema::LotEvent::hold_placed: return one(area.event_as_hold_placed()->unit());
      case schema::LotEvent::hold_lifted: return one(area.event_as_hold_lifted()->unit());
      case schema::LotEvent::expiry_set: return one(area.event_as_expiry_set()->unit());
      case schema::LotEvent::lot_dispositioned: return one(area.event_as_lot_dispositioned()->unit());
      case schema::LotEvent::status_reported: return one(area.event_as_status_reported()->unit());
      case schema::LotEvent::NONE: return;
    }
  }

  void production(const schema::ProductionArea& area) const {
    switch (area.event_type()) {
      case schema::ProductionEvent::units_transformed: {
        const auto* event = area.event_as_units_transformed();
        each(event->inputs());
        return each(event->outputs());
      }
      case schema::ProductionEvent::parts_installed: {
        const auto* event = area.event_as_parts_installed();
        return group(event->parent(), event->parts());
      }
      case schema::ProductionEvent::parts_removed: {
        const auto* event = area.event_as_parts_removed();
        return group(event->parent(), event->parts());
      }
      case schema::ProductionEvent::order_recorded: {
        const auto* product = area.event_as_order_recorded()->product();
        return one(product == nullptr ? nullptr : product->unit());
      }
      case schema::ProductionEvent::NONE: return;
    }
  }

  void warehouse(const schema::WarehouseArea& area) const {
    switch (area.event_type()) {
      case schema::WarehouseEvent::units_received: return each(area.event_as_units_received()->units());
      case schema::WarehouseEvent::units_observed: return each(area.event_as_units_observed()->units());
      case schema::WarehouseEvent::units_moved: return each(area.event_as_units_moved()->units());
      case schema::WarehouseEvent::units_counted: return each(area.event_as_units_counted()->units());
      case schema::WarehouseEvent::stock_adjusted: return each(area.event_as_stock_adjusted()->units());
      case schema::WarehouseEvent::units_sampled: return each(area.event_as_units_sampled()->units());
      case schema::WarehouseEvent::owner_changed: return each(area.event_as_owner_changed()->units());
      case schema::WarehouseEvent::NONE: return;
    }
  }

  void order(const schema::OrderArea& area) const {
    switch (area.event_type()) {
      case schema::OrderEvent::units_shipped: return each(area.event_as_units_shipped()->units());
      case schema::OrderEvent::shipment_voided: return each(area.event_as_shipment_voided()->units());
      case schema::OrderEvent::units_returned: return each(area.event_as_units_returned()->units());
      case schema::OrderEvent::transaction_linked: {
        const auto* event = area.event_as_transaction_linked();
        return group(event->parent(), event->units());
      }
      case schema::OrderEvent::NONE: return;
    }
  }

  void identity(const schema::IdentityArea& area) const {
    switch (area.event_type()) {
      case schema::IdentityEvent::units_equated:
        one(area.event_as_units_equated()->first());
        return one(area.event_as_units_equated()->second());
      case schema::IdentityEvent::NONE: return;
    }
  }

  void judgement(const schema::JudgementArea& area) const {
    switch (area.event_type()) {
      case schema::JudgementEvent::invariant_breached: return each(area.event_as_invariant_breached()->units());
      case schema::JudgementEvent::policy_activated:
      case schema::JudgementEvent::breach_cured:
      case schema::JudgementEvent::NONE: return;
    }
  }

  void correction(const schema::CorrectionArea& area) const {
    switch (area.event_type()) {
      case schema::CorrectionEvent::event_withdrawn: return each(area.event_as_event_withdrawn()->units());
      case schema::CorrectionEvent::withdrawal_applied:
      case schema::CorrectionEvent::NONE: return;
    }
  }
};

}  // namespace

void for_each_unit(const schema::Event& event, const UnitVisit& visit) {
  const Visit units{visit};
  switch (event.area_type()) {
    case schema::AreaEvent::system: return units.system(*event.area_as_system());
    case schema::AreaEvent::lot: return units.lot(*event.area_as_lot());
    case schema::AreaEvent::production: return units.production(*event.area_as_production());
    case schema::AreaEvent::warehouse: return units.warehouse(*event.area_as_warehouse());
    case schema::AreaEvent::order: return units.order(*event.area_as_order());
    case schema::AreaEvent::identity: return units.identity(*event.area_as_identity());
    case schema::AreaEvent::correction: return units.correction(*event.area_as_correction());
    case schema::AreaEvent::judgement: return units.judgement(*event.area_as_judgement());
    case schema::AreaEvent::party:
    case schema::AreaEvent::intake:
    case schema::AreaEvent::item:
    case schema::AreaEvent::NONE: return;
  }
}

std::vector<std::string> units_named(const schema::Event& event) {
  std::vector<std::string> keys;
  for_each_unit(event, [&keys](const engine::codec::AmountView& unit) {
    keys.emplace_back(unit.key);
    if (!unit.lot.empty()) keys.emplace_back(unit.lot);
  });
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

}  // namespace lotledger::projections
