// engine/codec/warehouse.cc - events of the area warehouse: values to schemas/warehouse.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

struct EncodeWarehouse {
  Builder& builder;
  Offset<schema::WarehouseArea> operator()(const UnitsReceived& event) const {
    const auto units = encode_required(builder, event.units);
    const auto owner = encode_key(builder, event.owner);
    const auto expires_on = encode_text(builder, event.expires_on);
    const auto created = schema::CreateUnitsReceived(builder, units, owner, expires_on);
    return wrap(schema::WarehouseEvent::units_received, created.Union());
  }
  Offset<schema::WarehouseArea> operator()(const UnitsObserved& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateUnitsObserved(builder, units);
    return wrap(schema::WarehouseEvent::units_observed, created.Union());
  }
  Offset<schema::WarehouseArea> operator()(const UnitsMoved& event) const {
    const auto units = encode_required(builder, event.units);
    const auto from = encode_key(builder, event.from);
    const auto created = schema::CreateUnitsMoved(builder, units, static_cast<schema::MoveKind>(event.kind), from);
    return wrap(schema::WarehouseEvent::units_moved, created.Union());
  }
  Offset<schema::WarehouseArea> operator()(const UnitsCounted& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateUnitsCounted(builder, units);
    return wrap(schema::WarehouseEvent::units_counted, created.Union());
  }
  Offset<schema::WarehouseArea> operator()(const StockAdjusted& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateStockAdjusted(builder, units, event.decrease);
    return wrap(schema::WarehouseEvent::stock_adjusted, created.Union());
  }
  Offset<schema::WarehouseArea> operator()(const UnitsSampled& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateUnitsSampled(builder, units);
    return wrap(schema::WarehouseEvent::units_sampled, created.Union());
  }
  Offset<schema::WarehouseArea> operator()(const OwnerChanged& event) const {
    const auto units = encode_required(builder, event.units);
    const auto owner = encode_key(builder, event.owner);
    const auto created = schema::CreateOwnerChanged(builder, units, owner);
    return wrap(schema::WarehouseEvent::owner_changed, created.Union());
  }
  [[nodiscard]] Offset<schema::WarehouseArea> wrap(schema::WarehouseEvent type, Offset<void> event) const {
    return schema::CreateWarehouseArea(builder, type, event);
  }
};

UnitsReceived decode_event(const schema::UnitsReceived& event) {
  return {decode(event.units()), decode_key(event.owner()), decode_text(event.expires_on())};
}

UnitsObserved decode_event(const schema::UnitsObserved& event) {
  return {decode(event.units())};
}

UnitsMoved decode_event(const schema::UnitsMoved& event) {
  return {decode(event.units()), static_cast<MoveKind>(event.kind()), decode_key(event.from())};
}

UnitsCounted decode_event(const schema::UnitsCounted& event) {
  return {decode(event.units())};
}

StockAdjusted decode_event(const schema::StockAdjusted& event) {
  return {decode(event.units()), event.decrease()};
}

UnitsSampled decode_event(const schema::UnitsSampled& event) {
  return {decode(event.units())};
}

OwnerChanged decode_event(const schema::OwnerChanged& event) {
  return {decode(event.units()), decode_key(event.owner())};
}

}  // namespace

Offset<schema::WarehouseArea> encode(Builder& builder, const WarehouseEvent& event) {
  return std::visit(EncodeWarehouse{builder}, event);
}

WarehouseEvent decode(const schema::WarehouseArea& area) {
  switch (area.event_type()) {
    case schema::WarehouseEvent::units_received: return decode_event(*area.event_as_units_received());
    case schema::WarehouseEvent::units_observed: return decode_event(*area.event_as_units_observed());
    case schema::WarehouseEvent::units_moved: return decode_event(*area.event_as_units_moved());
    case schema::WarehouseEvent::units_counted: return decode_event(*area.event_as_units_counted());
    case schema::WarehouseEvent::stock_adjusted: return decode_event(*area.event_as_stock_adjusted());
    case schema::WarehouseEvent::units_sampled: return decode_event(*area.event_as_units_sampled());
    case schema::WarehouseEvent::owner_changed: return decode_event(*area.event_as_owner_changed());
    case schema::WarehouseEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec
