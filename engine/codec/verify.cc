// engine/codec/verify.cc - what is checked of a body before anything reads it.
#include "engine/codec/codec.h"

#include "engine/base/serial_run.h"
#include "engine/codec/parts.h"

#include <algorithm>

namespace lotledger::engine {
namespace {

using codec::view_of;

bool good_quantity(const schema::Quantity* quantity) {
  if (quantity == nullptr) return true;
  return quantity->scale() <= 18 && UnitCode::parse(view_of(quantity->unit())).has_value();
}

/// Every serial of the runs can be put together from the first unit of its entry.
bool good_runs(const schema::UnitAmount& amount) {
  if (amount.more() == nullptr) return true;
  const UnitKey key(amount.unit()->key()->str());
  const std::string_view serial = key.serial();
  if (serial.empty() || !key.bytes().ends_with(serial)) return false;
  if (amount.unit()->original() != nullptr && !view_of(amount.unit()->original()).ends_with(serial)) return false;
  return std::ranges::all_of(*amount.more(), [](const schema::SerialRun* run) {
    return run->count() > 0 && run->count() <= k_serials_of_range_max &&
           serial_after(view_of(run->first()), run->count() - 1).has_value();
  });
}

bool good_amount(const schema::UnitAmount* amount) {
  if (amount == nullptr) return true;
  return good_quantity(amount->quantity()) && good_runs(*amount) &&
         (amount->cost() == nullptr || amount->cost()->scale() <= 18);
}

bool good_amounts(const flatbuffers::Vector<flatbuffers::Offset<schema::UnitAmount>>* amounts) {
  if (amounts == nullptr) return true;
  return std::ranges::all_of(*amounts, good_amount) && codec::count_of(amounts) <= k_serials_of_range_max;
}

/// An event union's type is in the range that this program knows.
template <typename Type>
bool known(Type type) {
  return type != Type::NONE && type <= Type::MAX;
}

bool good_lot(const schema::LotArea& area) {
  switch (area.event_type()) {
    case schema::LotEvent::units_commissioned: return good_amounts(area.event_as_units_commissioned()->units());
    case schema::LotEvent::units_decommissioned: return good_amounts(area.event_as_units_decommissioned()->units());
    case schema::LotEvent::units_packed: return good_amounts(area.event_as_units_packed()->children());
    case schema::LotEvent::units_unpacked: return good_amounts(area.event_as_units_unpacked()->children());
    case schema::LotEvent::hold_placed: return good_quantity(area.event_as_hold_placed()->quantity());
    case schema::LotEvent::lot_dispositioned: return good_quantity(area.event_as_lot_dispositioned()->quantity());
    case schema::LotEvent::status_reported: return good_quantity(area.event_as_status_reported()->quantity());
    case schema::LotEvent::hold_lifted:
    case schema::LotEvent::expiry_set:
    case schema::LotEvent::NONE: return true;
  }
  return true;
}

bool good_production(const schema::ProductionArea& area) {
  switch (area.event_type()) {
    case schema::ProductionEvent::units_transformed: {
      const auto* event = area.event_as_units_transformed();
      return good_amounts(event->inputs()) && good_amounts(event->outputs());
    }
    case schema::ProductionEvent::parts_installed: return good_amounts(area.event_as_parts_installed()->parts());
    case schema::ProductionEvent::parts_removed: return good_amounts(area.event_as_parts_removed()->parts());
    case schema::ProductionEvent::order_recorded: return good_amount(area.event_as_order_recorded()->product());
    case schema::ProductionEvent::NONE: return true;
  }
  return true;
}

bool good_warehouse(const schema::WarehouseArea& area) {
  switch (area.event_type()) {
    case schema::WarehouseEvent::units_received: return good_amounts(area.event_as_units_received()->units());
    case schema::WarehouseEvent::units_observed: return good_amounts(area.event_as_units_observed()->units());
    case schema::WarehouseEvent::units_moved: return good_amounts(area.event_as_units_moved()->units());
    case schema::WarehouseEvent::units_counted: return good_amounts(area.event_as_units_counted()->units());
    case schema::WarehouseEvent::stock_adjusted: return good_amounts(area.event_as_stock_adjusted()->units());
    case schema::WarehouseEvent::units_sampled: return good_amounts(area.event_as_units_sampled()->units());
    case schema::WarehouseEvent::owner_changed: return good_amounts(area.event_as_owner_changed()->units());
    case schema::WarehouseEvent::NONE: return true;
  }
  return true;
}

bool good_order(const schema::OrderArea& area) {
  switch (area.event_type()) {
    case schema::OrderEvent::units_shipped: return good_amounts(area.event_as_units_shipped()->units());
    case schema::OrderEvent::shipment_voided: return good_amounts(area.event_as_shipment_voided()->units());
    case schema::OrderEvent::units_returned: return good_amounts(area.event_as_units_returned()->units());
    case schema::OrderEvent::transaction_linked: return good_amounts(area.event_as_transaction_linked()->units());
    case schema::OrderEvent::NONE: return true;
  }
  return true;
}

bool good_item(const schema::ItemArea& area) {
  const auto good_code = [](const flatbuffers::String* code) { return UnitCode::parse(view_of(code)).has_value(); };
  switch (area.event_type()) {
    case schema::ItemEvent::item_recorded: {
      const auto* uom = area.event_as_item_recorded()->uom();
      return uom == nullptr || good_code(uom);
    }
    case schema::ItemEvent::conversion_set: {
      const auto* event = area.event_as_conversion_set();
      return event->numerator() > 0 && event->denominator() > 0 && good_code(event->uom()) &&
             good_code(event->base_uom());
    }
    case schema::ItemEvent::alias_recorded:
    case schema::ItemEvent::NONE: return true;
  }
  return true;
}

/// Ranges that the generated verifier does not know: quantities and unit codes of material events.
bool good_event(const schema::Event& event) {
  switch (event.area_type()) {
    case schema::AreaEvent::lot: return good_lot(*event.area_as_lot());
    case schema::AreaEvent::production: return good_production(*event.area_as_production());
    case schema::AreaEvent::warehouse: return good_warehouse(*event.area_as_warehouse());
    case schema::AreaEvent::order: return good_order(*event.area_as_order());
    case schema::AreaEvent::item: return good_item(*event.area_as_item());
    case schema::AreaEvent::system:
    case schema::AreaEvent::identity:
    case schema::AreaEvent::party:
    case schema::AreaEvent::correction:
    case schema::AreaEvent::intake:
    case schema::AreaEvent::judgement:
    case schema::AreaEvent::NONE: return true;
  }
  return true;
}

}  // namespace

bool event_known(const schema::Event& event) {
  switch (event.area_type()) {
    case schema::AreaEvent::system: return known(event.area_as_system()->event_type());
    case schema::AreaEvent::lot: return known(event.area_as_lot()->event_type());
    case schema::AreaEvent::production: return known(event.area_as_production()->event_type());
    case schema::AreaEvent::warehouse: return known(event.area_as_warehouse()->event_type());
    case schema::AreaEvent::order: return known(event.area_as_order()->event_type());
    case schema::AreaEvent::identity: return known(event.area_as_identity()->event_type());
    case schema::AreaEvent::party: return known(event.area_as_party()->event_type());
    case schema::AreaEvent::correction: return known(event.area_as_correction()->event_type());
    case schema::AreaEvent::intake: return known(event.area_as_intake()->event_type());
    case schema::AreaEvent::item: return known(event.area_as_item()->event_type());
    case schema::AreaEvent::judgement: return known(event.area_as_judgement()->event_type());
    case schema::AreaEvent::NONE: return false;
  }
  return false;
}

Result<void> check_event(const schema::Event& event) {
  if (event.tags() != nullptr && event.tags()->size() > k_tags_max)
    return fail(ErrorCode::corrupt, "an event of the body has more than 16 tags");
  if (!good_event(event)) return fail(ErrorCode::corrupt, "an event of the body has a quantity outside its range");
  return {};
}

Result<void> check_ranges(const schema::Body& body) {
  for (const schema::Event* event : *body.events()) LL_TRY(check_event(*event));
  return {};
}

Result<const schema::Body*> verify_body(Bytes bytes) {
  if (bytes.size() > k_body_bytes_max) return fail(ErrorCode::corrupt, "the body is larger than 8 MiB");
  if (bytes.size() < 8 || !schema::BodyBufferHasIdentifier(bytes.data())) {
    return fail(ErrorCode::corrupt, "the body is no Lotledger body (its file identifier is not LLB1)");
  }
  // A table takes at least four bytes, so the size bounds their number; depth: body, event, area, event, amount, unit.
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), 16, static_cast<flatbuffers::uoffset_t>(bytes.size() / 4));
  if (!schema::VerifyBodyBuffer(verifier)) return fail(ErrorCode::corrupt, "the body is not a well-formed FlatBuffer");
  const schema::Body* body = schema::GetBody(bytes.data());
  // The first event says what was submitted; nobody writes a record without one.
  if (body->events()->size() == 0) return fail(ErrorCode::corrupt, "the body holds no event");
  LL_TRY(check_ranges(*body));
  return body;
}

bool all_events_known(const schema::Body& body) {
  for (const schema::Event* event : *body.events()) {
    if (!event_known(*event)) return false;
  }
  return true;
}

bool readable_as_encoded(const StoredRecord& record) {
  const schema::Body* body = body_of(record);
  return check_ranges(*body).has_value() && all_events_known(*body);
}

bool readable(const StoredRecord& record) {
  if (record.header().schema_version > k_schema_version) return false;
  const auto body = verify_body(record.body());
  return body.has_value() && all_events_known(**body);
}

}  // namespace lotledger::engine
