// engine/codec/party.cc - events of the area party: values to schemas/party.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

Offset<schema::Sealed> encode_sealed(Builder& builder, const std::optional<SealedField>& field) {
  if (!field) return 0;
  const auto key = builder.CreateString(field->key_id);
  const auto nonce = builder.CreateVector(field->nonce);
  const auto ciphertext = builder.CreateVector(field->ciphertext);
  const auto commitment = builder.CreateVector(field->commitment);
  return schema::CreateSealed(builder, key, nonce, ciphertext, commitment);
}

std::optional<SealedField> decode_sealed(const schema::Sealed* field) {
  if (field == nullptr) return std::nullopt;
  const auto bytes = [](const auto* vector) { return ByteVector(vector->begin(), vector->end()); };
  return SealedField{field->key_id()->str(), bytes(field->nonce()), bytes(field->ciphertext()),
                     bytes(field->commitment())};
}

Offset<flatbuffers::Vector<Offset<schema::Attribute>>> encode_attributes(
    Builder& builder, const std::vector<std::pair<std::string, std::string>>& attributes) {
  if (attributes.empty()) return 0;
  std::vector<Offset<schema::Attribute>> offsets;
  for (const auto& [name, value] : attributes) {
    const auto stored_name = builder.CreateString(name);
    const auto stored_value = builder.CreateString(value);
    offsets.push_back(schema::CreateAttribute(builder, stored_name, stored_value));
  }
  return builder.CreateVector(offsets);
}

std::vector<std::pair<std::string, std::string>> decode_attributes(
    const flatbuffers::Vector<Offset<schema::Attribute>>* attributes) {
  std::vector<std::pair<std::string, std::string>> out;
  if (attributes == nullptr) return out;
  for (const auto* attribute : *attributes) out.emplace_back(attribute->name()->str(), attribute->value()->str());
  return out;
}

struct EncodeParty {
  Builder& builder;
  Offset<schema::PartyArea> operator()(const PartyRecorded& event) const {
    const auto key = builder.CreateString(event.key.bytes());
    const auto original = encode_text(builder, event.original);
    const auto owner = event.owner ? builder.CreateString(event.owner->bytes()) : 0;
    const auto names = encode(builder, event.names);
    const auto street = encode_text(builder, event.street);
    const auto city = encode_text(builder, event.city);
    const auto postal_code = encode_text(builder, event.postal_code);
    const auto region = encode_text(builder, event.region);
    const auto country = encode_text(builder, event.country);
    const auto telephone = encode_text(builder, event.telephone);
    const auto role = encode_text(builder, event.role);
    const auto email = encode_sealed(builder, event.email);
    const auto contact = encode_sealed(builder, event.recall_contact);
    const auto attributes = encode_attributes(builder, event.attributes);
    const auto languages = encode_texts(builder, event.languages);
    const auto within = encode_key(builder, event.within);
    const auto created = schema::CreatePartyRecorded(
        builder, key, original, event.is_location, owner, names, street, city, postal_code, region, country, telephone,
        role, email, contact, attributes, languages, within, static_cast<schema::LocationUse>(event.use));
    return wrap(schema::PartyEvent::party_recorded, created.Union());
  }
  Offset<schema::PartyArea> operator()(const VocabularyRecorded& event) const {
    const auto type = builder.CreateString(event.type);
    const auto id = builder.CreateString(event.id);
    const auto attributes = encode_attributes(builder, event.attributes);
    const auto created = schema::CreateVocabularyRecorded(builder, type, id, attributes);
    return wrap(schema::PartyEvent::vocabulary_recorded, created.Union());
  }
  [[nodiscard]] Offset<schema::PartyArea> wrap(schema::PartyEvent type, Offset<void> event) const {
    return schema::CreatePartyArea(builder, type, event);
  }
};

PartyRecorded decode_event(const schema::PartyRecorded& event) {
  PartyRecorded out;
  out.key = UnitKey(event.key()->str());
  out.original = decode_text(event.original());
  out.is_location = event.is_location();
  if (event.owner() != nullptr) out.owner = UnitKey(event.owner()->str());
  out.names = decode_names(event.names());
  out.street = decode_text(event.street());
  out.city = decode_text(event.city());
  out.postal_code = decode_text(event.postal_code());
  out.region = decode_text(event.region());
  out.country = decode_text(event.country());
  out.telephone = decode_text(event.telephone());
  out.role = decode_text(event.role());
  out.email = decode_sealed(event.email());
  out.recall_contact = decode_sealed(event.recall_contact());
  out.attributes = decode_attributes(event.attributes());
  out.languages = decode_texts(event.languages());
  out.within = decode_key(event.within());
  out.use = static_cast<LocationUse>(event.use());
  return out;
}

VocabularyRecorded decode_event(const schema::VocabularyRecorded& event) {
  return {event.type()->str(), event.id()->str(), decode_attributes(event.attributes())};
}

}  // namespace

Offset<schema::PartyArea> encode(Builder& builder, const PartyEvent& event) {
  return std::visit(EncodeParty{builder}, event);
}

PartyEvent decode(const schema::PartyArea& area) {
  switch (area.event_type()) {
    case schema::PartyEvent::party_recorded: return decode_event(*area.event_as_party_recorded());
    case schema::PartyEvent::vocabulary_recorded: return decode_event(*area.event_as_vocabulary_recorded());
    case schema::PartyEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec
