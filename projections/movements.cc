// projections/movements.cc - consignees, internal shipments, deliveries.
#include "projections/movements.h"

#include <algorithm>

namespace lotledger::projections {

namespace {

Instant time_of(const schema::Event& event) {
  return Instant{event.occurred_at().value_or(0)};
}

std::string_view text_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view() : text->string_view();
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
             text_of(mine->type()) == text_of(theirs->type());
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

Digest Movements::content(EventPosition position) {
  const schema::Body* body = records_.body(position.record());
  Digest digest;
  if (body != nullptr && body->content_digest() != nullptr && body->content_digest()->size() == digest.bytes.size())
    std::ranges::copy(*body->content_digest(), digest.bytes.begin());
  return digest;
}

MovementRecords Movements::records() {
  return {[this](EventPosition shipment) { return internal(shipment); },
          [this](EventPosition first, EventPosition second) { return share_document(first, second); },
          [this](EventPosition receipt, EventPosition shipment) { return delivers(receipt, shipment); },
          [this](EventPosition position) { return content(position); }};
}

}  // namespace lotledger::projections
