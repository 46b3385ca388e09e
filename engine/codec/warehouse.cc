// engine/codec/warehouse.cc - events of the area warehouse: values to schemas/warehouse.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

struct Encode {
  Builder& builder;
  Offset<schema::WarehouseArea> operator()(const UnitsReceived& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateUnitsReceived(builder, units);
    return wrap(schema::WarehouseEvent::units_received, created.Union());
  }
  Offset<schema::WarehouseArea> operator()(const UnitsObserved& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateUnitsObserved(builder, units);
    return wrap(schema::WarehouseEvent::units_observed, created.Union());
  }
  [[nodiscard]] Offset<schema::WarehouseArea> wrap(schema::WarehouseEvent type, Offset<void> event) const {
    return schema::CreateWarehouseArea(builder, type, event);
  }
};

UnitsReceived decode_event(const schema::UnitsReceived& event) {
  return {decode(event.units())};
}

UnitsObserved decode_event(const schema::UnitsObserved& event) {
  return {decode(event.units())};
}

}  // namespace

Offset<schema::WarehouseArea> encode(Builder& builder, const WarehouseEvent& event) {
  return std::visit(Encode{builder}, event);
}

WarehouseEvent decode(const schema::WarehouseArea& area) {
  switch (area.event_type()) {
    case schema::WarehouseEvent::units_received: return decode_event(*area.event_as_units_received());
    case schema::WarehouseEvent::units_observed: return decode_event(*area.event_as_units_observed());
    case schema::WarehouseEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec
