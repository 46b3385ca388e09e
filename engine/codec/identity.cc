// engine/codec/identity.cc - events of the area identity: values to schemas/identity.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

struct EncodeIdentity {
  Builder& builder;
  Offset<schema::IdentityArea> operator()(const UnitsEquated& event) const {
    const auto first = encode(builder, event.first);
    const auto second = encode(builder, event.second);
    const auto created = schema::CreateUnitsEquated(builder, first, second);
    return wrap(schema::IdentityEvent::units_equated, created.Union());
  }
  [[nodiscard]] Offset<schema::IdentityArea> wrap(schema::IdentityEvent type, Offset<void> event) const {
    return schema::CreateIdentityArea(builder, type, event);
  }
};

UnitsEquated decode_event(const schema::UnitsEquated& event) {
  return {decode(*event.first()), decode(*event.second())};
}

}  // namespace

Offset<schema::IdentityArea> encode(Builder& builder, const IdentityEvent& event) {
  return std::visit(EncodeIdentity{builder}, event);
}

IdentityEvent decode(const schema::IdentityArea& area) {
  switch (area.event_type()) {
    case schema::IdentityEvent::units_equated: return decode_event(*area.event_as_units_equated());
    case schema::IdentityEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec
