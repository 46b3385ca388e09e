// engine/codec/lot.cc - events of the area lot: values to schemas/lot.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

struct EncodeLot {
  Builder& builder;
  Offset<schema::LotArea> operator()(const UnitsCommissioned& event) const {
    const auto units = encode_required(builder, event.units);
    const auto expires_on = encode_text(builder, event.expires_on);
    const auto created = schema::CreateUnitsCommissioned(builder, units, expires_on);
    return wrap(schema::LotEvent::units_commissioned, created.Union());
  }
  Offset<schema::LotArea> operator()(const UnitsDecommissioned& event) const {
    const auto units = encode_required(builder, event.units);
    const auto created = schema::CreateUnitsDecommissioned(builder, units, static_cast<schema::EndKind>(event.end));
    return wrap(schema::LotEvent::units_decommissioned, created.Union());
  }
  Offset<schema::LotArea> operator()(const UnitsPacked& event) const {
    const auto parent = encode(builder, event.parent);
    const auto children = encode_required(builder, event.children);
    const auto created = schema::CreateUnitsPacked(builder, parent, children, event.observed);
    return wrap(schema::LotEvent::units_packed, created.Union());
  }
  Offset<schema::LotArea> operator()(const UnitsUnpacked& event) const {
    const auto parent = encode(builder, event.parent);
    const auto children = encode(builder, event.children);
    const auto created = schema::CreateUnitsUnpacked(builder, parent, children);
    return wrap(schema::LotEvent::units_unpacked, created.Union());
  }
  Offset<schema::LotArea> operator()(const HoldPlaced& event) const {
    const auto hold = builder.CreateString(event.hold.text);
    const auto unit = encode(builder, event.unit);
    const auto quantity = encode(builder, event.quantity);
    const auto location = encode_key(builder, event.location);
    const auto created =
        schema::CreateHoldPlaced(builder, hold, unit, static_cast<schema::HoldKind>(event.kind), quantity, location);
    return wrap(schema::LotEvent::hold_placed, created.Union());
  }
  Offset<schema::LotArea> operator()(const HoldLifted& event) const {
    const auto hold = builder.CreateString(event.hold.text);
    const auto unit = encode(builder, event.unit);
    const auto created = schema::CreateHoldLifted(builder, hold, unit);
    return wrap(schema::LotEvent::hold_lifted, created.Union());
  }
  Offset<schema::LotArea> operator()(const ExpirySet& event) const {
    const auto unit = encode(builder, event.unit);
    const auto expires_on = encode_text(builder, event.expires_on);
    const auto retest_on = encode_text(builder, event.retest_on);
    return wrap(schema::LotEvent::expiry_set, schema::CreateExpirySet(builder, unit, expires_on, retest_on).Union());
  }
  Offset<schema::LotArea> operator()(const LotDispositioned& event) const {
    const auto unit = encode(builder, event.unit);
    const auto quantity = encode(builder, event.quantity);
    const auto location = encode_key(builder, event.location);
    const auto company = encode_text(builder, event.company);
    const auto market = encode_text(builder, event.market);
    const auto created =
        schema::CreateLotDispositioned(builder, unit, static_cast<schema::Disposition>(event.disposition), quantity,
                                       location, static_cast<schema::ReleaseKind>(event.release), company, market);
    return wrap(schema::LotEvent::lot_dispositioned, created.Union());
  }
  Offset<schema::LotArea> operator()(const StatusReported& event) const {
    const auto unit = encode(builder, event.unit);
    const auto quantity = encode(builder, event.quantity);
    const auto location = encode_key(builder, event.location);
    const auto hold = encode_text(builder, event.hold.text);
    const auto company = encode_text(builder, event.company);
    const auto market = encode_text(builder, event.market);
    const auto created =
        schema::CreateStatusReported(builder, unit, static_cast<schema::ReportedStatus>(event.status), quantity,
                                     location, hold, static_cast<schema::HoldKind>(event.hold_kind), company, market);
    return wrap(schema::LotEvent::status_reported, created.Union());
  }
  [[nodiscard]] Offset<schema::LotArea> wrap(schema::LotEvent type, Offset<void> event) const {
    return schema::CreateLotArea(builder, type, event);
  }
};

UnitsCommissioned decode_event(const schema::UnitsCommissioned& event) {
  return {decode(event.units()), decode_text(event.expires_on())};
}

UnitsDecommissioned decode_event(const schema::UnitsDecommissioned& event) {
  return {decode(event.units()), static_cast<EndKind>(event.end())};
}

UnitsPacked decode_event(const schema::UnitsPacked& event) {
  return {decode(*event.parent()), decode(event.children()), event.observed()};
}

UnitsUnpacked decode_event(const schema::UnitsUnpacked& event) {
  return {decode(*event.parent()), decode(event.children())};
}

HoldPlaced decode_event(const schema::HoldPlaced& event) {
  return {HoldId{event.hold_id()->str()}, decode(*event.unit()), static_cast<HoldKind>(event.kind()),
          decode(event.quantity()), decode_key(event.location())};
}

HoldLifted decode_event(const schema::HoldLifted& event) {
  return {HoldId{event.hold_id()->str()}, decode(*event.unit())};
}

ExpirySet decode_event(const schema::ExpirySet& event) {
  return {decode(*event.unit()), decode_text(event.expires_on()), decode_text(event.retest_on())};
}

LotDispositioned decode_event(const schema::LotDispositioned& event) {
  return {decode(*event.unit()),        static_cast<Disposition>(event.disposition()), decode(event.quantity()),
          decode_key(event.location()), static_cast<ReleaseKind>(event.release()),     decode_text(event.company()),
          decode_text(event.market())};
}

StatusReported decode_event(const schema::StatusReported& event) {
  return {decode(*event.unit()),
          static_cast<ReportedStatus>(event.status()),
          decode(event.quantity()),
          decode_key(event.location()),
          HoldId{decode_text(event.hold_id())},
          static_cast<HoldKind>(event.hold_kind()),
          decode_text(event.company()),
          decode_text(event.market())};
}

}  // namespace

Offset<schema::LotArea> encode(Builder& builder, const LotEvent& event) {
  return std::visit(EncodeLot{builder}, event);
}

LotEvent decode(const schema::LotArea& area) {
  switch (area.event_type()) {
    case schema::LotEvent::units_commissioned: return decode_event(*area.event_as_units_commissioned());
    case schema::LotEvent::units_decommissioned: return decode_event(*area.event_as_units_decommissioned());
    case schema::LotEvent::units_packed: return decode_event(*area.event_as_units_packed());
    case schema::LotEvent::units_unpacked: return decode_event(*area.event_as_units_unpacked());
    case schema::LotEvent::hold_placed: return decode_event(*area.event_as_hold_placed());
    case schema::LotEvent::hold_lifted: return decode_event(*area.event_as_hold_lifted());
    case schema::LotEvent::expiry_set: return decode_event(*area.event_as_expiry_set());
    case schema::LotEvent::lot_dispositioned: return decode_event(*area.event_as_lot_dispositioned());
    case schema::LotEvent::status_reported: return decode_event(*area.event_as_status_reported());
    case schema::LotEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec
