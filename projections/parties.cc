// projections/parties.cc - consignees as shipped.
#include "projections/parties.h"

#include "engine/codec/areas.h"

namespace lotledger::projections {

using engine::codec::view_of;

namespace {

/// The other key under which sources may describe the holder of a GLN: as a party (417) or as its location (414).
std::optional<UnitKey> twin_of(const UnitKey& key) {
  std::string bytes = key.bytes().substr(0, 17);
  if (bytes.size() != 17) return std::nullopt;
  if (bytes.starts_with("g417")) return UnitKey(bytes.replace(0, 4, "g414"));
  if (bytes.starts_with("g414")) return UnitKey(bytes.replace(0, 4, "g417"));
  return std::nullopt;
}

}  // namespace

std::optional<engine::PartyRecorded> Parties::describe(const UnitKey& party, Instant at) {
  auto descriptions = reader_.descriptions(party);
  if (const auto twin = twin_of(party); descriptions.empty() && twin) descriptions = reader_.descriptions(*twin);
  if (descriptions.empty()) return std::nullopt;
  EventPosition chosen = descriptions.front().position;
  for (const auto& description : descriptions) {
    if (description.at <= at) chosen = description.position;
  }
  const auto known = read_.find({party, chosen});
  if (known != read_.end()) return known->second;
  const schema::Event* event = records_.event(chosen);
  if (event == nullptr || event->area_as_party() == nullptr) return std::nullopt;
  const auto recorded = std::get<engine::PartyRecorded>(engine::codec::decode(*event->area_as_party()));
  return read_.emplace(std::pair{party, chosen}, recorded).first->second;
}

std::optional<UnitKey> Parties::consignee(const schema::Event& shipment, Instant at) {
  const schema::Context* context = shipment.context();
  if (context == nullptr || context->destinations() == nullptr) return std::nullopt;
  const auto in_role = [&](std::string_view role) -> std::optional<UnitKey> {
    for (const schema::PartyRole* destination : *context->destinations()) {
      if (view_of(destination->role()) == role) return UnitKey(destination->key()->str());
    }
    return std::nullopt;
  };
  if (auto party = in_role("owning_party")) return party;
  if (auto party = in_role("possessing_party")) return party;
  const auto location = in_role("location");
  return location ? std::optional(holder(*location, at)) : std::nullopt;
}

UnitKey Parties::holder(const UnitKey& location, Instant at) {
  const auto described = describe(location, at);
  if (described && described->owner) return *described->owner;
  // A location without a known owner stands for the party that its GLN names, whichever of its places it is.
  return location.type() == UnitType::location ? twin_of(location).value_or(location) : location;
}

}  // namespace lotledger::projections
