// engine/codec/production.cc - events of the area production: values to schemas/production.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

struct EncodeProduction {
  Builder& builder;
  Offset<schema::ProductionArea> operator()(const UnitsTransformed& event) const {
    const auto process = encode_text(builder, event.process_id);
    const auto inputs = encode(builder, event.inputs);
    const auto outputs = encode(builder, event.outputs);
    const auto expires_on = encode_text(builder, event.expires_on);
    const auto operation = encode_text(builder, event.operation);
    const auto created = schema::CreateUnitsTransformed(
        builder, process, inputs, outputs, static_cast<schema::Flow>(event.flow), expires_on,
        static_cast<schema::ProcessKind>(event.kind), static_cast<schema::Basis>(event.basis), operation);
    return wrap(schema::ProductionEvent::units_transformed, created.Union());
  }
  Offset<schema::ProductionArea> operator()(const PartsInstalled& event) const {
    const auto parent = encode(builder, event.parent);
    const auto parts = encode_required(builder, event.parts);
    const auto created = schema::CreatePartsInstalled(builder, parent, parts, event.observed);
    return wrap(schema::ProductionEvent::parts_installed, created.Union());
  }
  Offset<schema::ProductionArea> operator()(const PartsRemoved& event) const {
    const auto parent = encode(builder, event.parent);
    const auto parts = encode(builder, event.parts);
    const auto created = schema::CreatePartsRemoved(builder, parent, parts);
    return wrap(schema::ProductionEvent::parts_removed, created.Union());
  }
  Offset<schema::ProductionArea> operator()(const OrderRecorded& event) const {
    const auto order = builder.CreateString(event.order);
    const auto operation = encode_text(builder, event.operation);
    const auto product = event.product ? encode(builder, *event.product) : 0;
    const auto due_on = encode_text(builder, event.due_on);
    const auto equipment = encode_text(builder, event.equipment);
    const auto created = schema::CreateOrderRecorded(
        builder, order, operation, static_cast<schema::OrderState>(event.state), product, due_on, equipment);
    return wrap(schema::ProductionEvent::order_recorded, created.Union());
  }
  [[nodiscard]] Offset<schema::ProductionArea> wrap(schema::ProductionEvent type, Offset<void> event) const {
    return schema::CreateProductionArea(builder, type, event);
  }
};

UnitsTransformed decode_event(const schema::UnitsTransformed& event) {
  return {decode_text(event.process_id()),   decode(event.inputs()),          decode(event.outputs()),
          static_cast<Flow>(event.flow()),   decode_text(event.expires_on()), static_cast<ProcessKind>(event.kind()),
          static_cast<Basis>(event.basis()), decode_text(event.operation())};
}

OrderRecorded decode_event(const schema::OrderRecorded& event) {
  OrderRecorded out{event.order()->str(), decode_text(event.operation()), static_cast<OrderState>(event.state()),
                    std::nullopt,         decode_text(event.due_on()),    decode_text(event.equipment())};
  if (event.product() != nullptr) out.product = decode(*event.product());
  return out;
}

PartsInstalled decode_event(const schema::PartsInstalled& event) {
  return {decode(*event.parent()), decode(event.parts()), event.observed()};
}

PartsRemoved decode_event(const schema::PartsRemoved& event) {
  return {decode(*event.parent()), decode(event.parts())};
}

}  // namespace

Offset<schema::ProductionArea> encode(Builder& builder, const ProductionEvent& event) {
  return std::visit(EncodeProduction{builder}, event);
}

ProductionEvent decode(const schema::ProductionArea& area) {
  switch (area.event_type()) {
    case schema::ProductionEvent::units_transformed: return decode_event(*area.event_as_units_transformed());
    case schema::ProductionEvent::parts_installed: return decode_event(*area.event_as_parts_installed());
    case schema::ProductionEvent::parts_removed: return decode_event(*area.event_as_parts_removed());
    case schema::ProductionEvent::order_recorded: return decode_event(*area.event_as_order_recorded());
    case schema::ProductionEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec
