// engine/codec/order.cc - events of the area order: values to schemas/order.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

struct EncodeOrder {
  Builder& builder;
  Offset<schema::OrderArea> operator()(const UnitsShipped& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateUnitsShipped(builder, units, static_cast<schema::ShippingTerms>(event.terms));
    return wrap(schema::OrderEvent::units_shipped, created.Union());
  }
  Offset<schema::OrderArea> operator()(const ShipmentVoided& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateShipmentVoided(builder, units);
    return wrap(schema::OrderEvent::shipment_voided, created.Union());
  }
  Offset<schema::OrderArea> operator()(const UnitsReturned& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateUnitsReturned(builder, units);
    return wrap(schema::OrderEvent::units_returned, created.Union());
  }
  Offset<schema::OrderArea> operator()(const TransactionLinked& event) const {
    const auto parent = event.parent ? encode(builder, *event.parent) : 0;
    const auto units = encode(builder, event.units);
    const auto created =
        schema::CreateTransactionLinked(builder, parent, units, static_cast<schema::LinkAction>(event.action));
    return wrap(schema::OrderEvent::transaction_linked, created.Union());
  }
  [[nodiscard]] Offset<schema::OrderArea> wrap(schema::OrderEvent type, Offset<void> event) const {
    return schema::CreateOrderArea(builder, type, event);
  }
};

UnitsShipped decode_event(const schema::UnitsShipped& event) {
  return {decode(event.units()), static_cast<ShippingTerms>(event.terms())};
}

ShipmentVoided decode_event(const schema::ShipmentVoided& event) {
  return {decode(event.units())};
}

UnitsReturned decode_event(const schema::UnitsReturned& event) {
  return {decode(event.units())};
}

TransactionLinked decode_event(const schema::TransactionLinked& event) {
  TransactionLinked out;
  if (event.parent() != nullptr) out.parent = decode(*event.parent());
  out.units = decode(event.units());
  out.action = static_cast<LinkAction>(event.action());
  return out;
}

}  // namespace

Offset<schema::OrderArea> encode(Builder& builder, const OrderEvent& event) {
  return std::visit(EncodeOrder{builder}, event);
}

OrderEvent decode(const schema::OrderArea& area) {
  switch (area.event_type()) {
    case schema::OrderEvent::units_shipped: return decode_event(*area.event_as_units_shipped());
    case schema::OrderEvent::shipment_voided: return decode_event(*area.event_as_shipment_voided());
    case schema::OrderEvent::units_returned: return decode_event(*area.event_as_units_returned());
    case schema::OrderEvent::transaction_linked: return decode_event(*area.event_as_transaction_linked());
    case schema::OrderEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec
