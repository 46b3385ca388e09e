// projections/movements.cc - consignees, internal shipments, deliveries.
#include "projections/movements.h"

#include "engine/codec/parts.h"

#include <algorithm>

namespace lotledger::projections {

namespace {

Instant time_of(const schema::Event& event) {
  return Instant{event.occurred_at().value_or(0)};
}

bool names_location(const schema::Event& shipment, const UnitKey& location) {
  const schema::Context* context = shipment.context();
  if (context == nullptr || context->destinations() == nullptr) return false;
  return std::ranges::any_of(*context->destinations(), [&](const schema::PartyRole* destination) {
    return destination->key()->string_view() == location.bytes();
  });
}

}  // namespace

std::optional<UnitKey> location_of(const schema::Event& event) {
  if (event.context() == nullptr) return std::nullopt;
  for (const flatbuffers::String* place : {event.context()->business_location(), event.context()->read_point()}) {
    if (place != nullptr && place->size() > 0) return UnitKey(place->str());
  }
  return std::nullopt;
}

const std::optional<UnitKey>& Movements::consignee(EventPosition position) {
  const auto [found, fresh] = consignees_.try_emplace(position);
  const schema::Event* event = fresh ? records_.event(position) : nullptr;
  if (event != nullptr) found->second = parties_.consignee(*event, time_of(*event));
  return found->second;
}

bool Movements::is_own(const std::string& party) const {
  return std::ranges::find(own_parties_, party, &UnitKey::bytes) != own_parties_.end();
}

bool Movements::internal(EventPosition shipment) {
  if (own_parties_.empty()) return false;
  const auto& party = consignee(shipment);
  return party && std::ranges::find(own_parties_, *party) != own_parties_.end();
}

bool Movements::share_document(EventPosition first, EventPosition second) {
  const schema::Event* one = records_.event(first);
  const schema::Event* other = records_.event(second);
  if (one == nullptr || other == nullptr || one->context() == nullptr || other->context() == nullptr) return false;
  if (one->context()->documents() == nullptr || other->context()->documents() == nullptr) return false;
  return std::ranges::any_of(*one->context()->documents(), [&](const schema::DocumentRef* mine) {
    return std::ranges::any_of(*other->context()->documents(), [&](const schema::DocumentRef* theirs) {
      return mine->id()->string_view() == theirs->id()->string_view() &&
             engine::codec::view_of(mine->type()) == engine::codec::view_of(theirs->type());
    });
  });
}

bool Movements::delivers(EventPosition receipt, EventPosition shipment) {
  return share_document(receipt, shipment) || at_consignee(receipt, shipment);
}

bool Movements::at_consignee(EventPosition receipt, EventPosition shipment) {
  const schema::Event* arrival = records_.event(receipt);
  const schema::Event* departure = records_.event(shipment);
  if (arrival == nullptr || departure == nullptr) return false;
  const auto place = location_of(*arrival);
  if (!place) return false;
  if (names_location(*departure, *place)) return true;
  const auto& party = consignee(shipment);
  return party && party == parties_.holder(*place, time_of(*arrival));
}

bool Movements::sent_back(EventPosition back, EventPosition shipment) {
  if (share_document(back, shipment)) return true;
  const schema::Event* event = records_.event(back);
  const auto& party = consignee(shipment);
  if (!party || event == nullptr || event->context() == nullptr || event->context()->sources() == nullptr) return false;
  return std::ranges::any_of(*event->context()->sources(), [&](const schema::PartyRole* source) {
    return source->key()->string_view() == party->bytes();
  });
}

Digest Movements::content(EventPosition position) {
  const schema::Body* body = records_.body(position.record());
  Digest digest;
  if (body != nullptr && body->content_digest() != nullptr && body->content_digest()->size() == digest.bytes.size())
    std::ranges::copy(*body->content_digest(), digest.bytes.begin());
  return digest;
}

const Movements::Place& Movements::described_place(const std::string& location) {
  const auto [found, fresh] = places_.try_emplace(location);
  if (!fresh || location.empty()) return found->second;
  const auto described = parties_.describe(UnitKey(location), at_);
  if (!described) return found->second;
  Place& place = found->second;
  const bool foreign = described->owner && std::ranges::find(own_parties_, *described->owner) == own_parties_.end();
  if (foreign) place.custodian = described->owner->bytes();
  const auto holder = foreign ? parties_.describe(*described->owner, at_) : std::nullopt;
  switch (described->use) {
    case engine::LocationUse::storage: break;
    case engine::LocationUse::production: place.figure = StockPlace::wip; break;
    case engine::LocationUse::transit: place.figure = StockPlace::in_transit; break;
    case engine::LocationUse::subcontractor: place.figure = StockPlace::at_subcontractor; break;
  }
  if (holder && holder->role == "subcontractor") place.figure = StockPlace::at_subcontractor;
  return place;
}

StockPlace Movements::place_of(const Bin& bin) {
  return bin.in_transit ? StockPlace::in_transit : described_place(bin.location).figure;
}

const std::string& Movements::custodian(const std::string& location) {
  return described_place(location).custodian;
}

MovementRecords Movements::functions() {
  const auto base_unit = [this](const UnitKey& unit) -> std::optional<UnitCode> {
    const auto& item = items_.item_of(unit);
    return item ? item->uom : std::nullopt;
  };
  const auto usual_disposition = [this](const UnitKey& unit) {
    const auto& item = items_.item_of(unit);
    return item && item->profile && item->profile->release_required ? StockDisposition::pending
                                                                    : StockDisposition::not_asserted;
  };
  const auto factor = [this](const UnitKey& unit, UnitCode from, UnitCode to, Instant at) {
    return items_.factor(unit, from, to, at);
  };
  return {[this](EventPosition shipment) { return internal(shipment); },
          [this](EventPosition first, EventPosition second) { return share_document(first, second); },
          [this](EventPosition receipt, EventPosition shipment) { return delivers(receipt, shipment); },
          [this](EventPosition back, EventPosition shipment) { return sent_back(back, shipment); },
          [this](const std::string& party) { return is_own(party); },
          base_unit,
          factor,
          usual_disposition,
          [this](Containment& containment, NodeId process) -> const Inherited& {
            return ownership_.of(process, containment, records());
          },
          [this](EventPosition position) { return content(position); }};
}

}  // namespace lotledger::projections
