// projections/event_names.cc - event types by name. The unions of schemas/ name their members in snake_case; people
// read the names of the tables.
#include "projections/event_names.h"

namespace lotledger::projections {
namespace {

constexpr std::string_view k_unknown = "UnknownEvent";

std::string_view name_of(schema::SystemEvent type) {
  switch (type) {
    case schema::SystemEvent::ledger_created: return "LedgerCreated";
    case schema::SystemEvent::format_raised: return "FormatRaised";
    case schema::SystemEvent::command_refused: return "CommandRefused";
    case schema::SystemEvent::epoch_opened: return "EpochOpened";
    case schema::SystemEvent::software_activated: return "SoftwareActivated";
    case schema::SystemEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::LotEvent type) {
  switch (type) {
    case schema::LotEvent::units_commissioned: return "UnitsCommissioned";
    case schema::LotEvent::units_decommissioned: return "UnitsDecommissioned";
    case schema::LotEvent::units_packed: return "UnitsPacked";
    case schema::LotEvent::units_unpacked: return "UnitsUnpacked";
    case schema::LotEvent::hold_placed: return "HoldPlaced";
    case schema::LotEvent::hold_lifted: return "HoldLifted";
    case schema::LotEvent::expiry_set: return "ExpirySet";
    case schema::LotEvent::lot_dispositioned: return "LotDispositioned";
    case schema::LotEvent::status_reported: return "StatusReported";
    case schema::LotEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::ProductionEvent type) {
  switch (type) {
    case schema::ProductionEvent::units_transformed: return "UnitsTransformed";
    case schema::ProductionEvent::parts_installed: return "PartsInstalled";
    case schema::ProductionEvent::parts_removed: return "PartsRemoved";
    case schema::ProductionEvent::order_recorded: return "OrderRecorded";
    case schema::ProductionEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::WarehouseEvent type) {
  switch (type) {
    case schema::WarehouseEvent::units_received: return "UnitsReceived";
    case schema::WarehouseEvent::units_observed: return "UnitsObserved";
    case schema::WarehouseEvent::units_moved: return "UnitsMoved";
    case schema::WarehouseEvent::units_counted: return "UnitsCounted";
    case schema::WarehouseEvent::stock_adjusted: return "StockAdjusted";
    case schema::WarehouseEvent::units_sampled: return "UnitsSampled";
    case schema::WarehouseEvent::owner_changed: return "OwnerChanged";
    case schema::WarehouseEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::OrderEvent type) {
  switch (type) {
    case schema::OrderEvent::units_shipped: return "UnitsShipped";
    case schema::OrderEvent::shipment_voided: return "ShipmentVoided";
    case schema::OrderEvent::units_returned: return "UnitsReturned";
    case schema::OrderEvent::transaction_linked: return "TransactionLinked";
    case schema::OrderEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::IdentityEvent type) {
  switch (type) {
    case schema::IdentityEvent::units_equated: return "UnitsEquated";
    case schema::IdentityEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::PartyEvent type) {
  switch (type) {
    case schema::PartyEvent::party_recorded: return "PartyRecorded";
    case schema::PartyEvent::vocabulary_recorded: return "VocabularyRecorded";
    case schema::PartyEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::CorrectionEvent type) {
  switch (type) {
    case schema::CorrectionEvent::event_withdrawn: return "EventWithdrawn";
    case schema::CorrectionEvent::withdrawal_applied: return "WithdrawalApplied";
    case schema::CorrectionEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::IntakeEvent type) {
  switch (type) {
    case schema::IntakeEvent::row_rejected: return "RowRejected";
    case schema::IntakeEvent::row_repaired: return "RowRepaired";
    case schema::IntakeEvent::row_discarded: return "RowDiscarded";
    case schema::IntakeEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::ItemEvent type) {
  switch (type) {
    case schema::ItemEvent::item_recorded: return "ItemRecorded";
    case schema::ItemEvent::conversion_set: return "ConversionSet";
    case schema::ItemEvent::alias_recorded: return "AliasRecorded";
    case schema::ItemEvent::NONE: break;
  }
  return k_unknown;
}

std::string_view name_of(schema::JudgementEvent type) {
  switch (type) {
    case schema::JudgementEvent::policy_activated: return "PolicyActivated";
    case schema::JudgementEvent::invariant_breached: return "InvariantBreached";
    case schema::JudgementEvent::breach_cured: return "BreachCured";
    case schema::JudgementEvent::NONE: break;
  }
  return k_unknown;
}

}  // namespace

std::string_view event_name(const schema::Event& event) {
  switch (event.area_type()) {
    case schema::AreaEvent::system: return name_of(event.area_as_system()->event_type());
    case schema::AreaEvent::lot: return name_of(event.area_as_lot()->event_type());
    case schema::AreaEvent::production: return name_of(event.area_as_production()->event_type());
    case schema::AreaEvent::warehouse: return name_of(event.area_as_warehouse()->event_type());
    case schema::AreaEvent::order: return name_of(event.area_as_order()->event_type());
    case schema::AreaEvent::identity: return name_of(event.area_as_identity()->event_type());
    case schema::AreaEvent::party: return name_of(event.area_as_party()->event_type());
    case schema::AreaEvent::correction: return name_of(event.area_as_correction()->event_type());
    case schema::AreaEvent::intake: return name_of(event.area_as_intake()->event_type());
    case schema::AreaEvent::item: return name_of(event.area_as_item()->event_type());
    case schema::AreaEvent::judgement: return name_of(event.area_as_judgement()->event_type());
    case schema::AreaEvent::NONE: break;
  }
  return k_unknown;
}

}  // namespace lotledger::projections
