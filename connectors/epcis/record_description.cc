// connectors/epcis/record_description.cc - parties, places and other master data to elements of vocabularies.
#include "connectors/epcis/record_description.h"

#include "connectors/epcis/json_text.h"
#include "connectors/epcis/mapping.h"

namespace lotledger::connectors::epcis {
namespace {

constexpr std::string_view k_mda = "urn:epcglobal:cbv:mda:";

/// Attributes of one element of master data.
class Attributes {
 public:
  void add(std::string_view id, std::string_view value) {
    if (value.empty()) return;
    Members attribute;
    attribute.text("id", id);
    attribute.text("attribute", value);
    if (!list_.empty()) list_ += ',';
    list_ += attribute.object();
  }
  void mda(std::string_view name, std::string_view value) { add(std::string(k_mda) + std::string(name), value); }
  [[nodiscard]] std::string element(std::string_view id) const {
    Members element;
    element.text("id", id);
    element.json("attributes", "[" + list_ + "]");
    return element.object();
  }

 private:
  std::string list_;
};

}  // namespace

std::string_view vocabulary_of(const engine::PartyRecorded& party) {
  return party.is_location ? "urn:epcglobal:epcis:vtype:Location" : "urn:epcglobal:epcis:vtype:Party";
}

std::string element_of(const engine::PartyRecorded& party, ZonedInstant since, const PersonalFields& personal) {
  Attributes attributes;
  attributes.add(k_valid_from, format_zoned(since));
  for (const engine::LocalText& name : party.names)
    attributes.mda(name.language == "Latn" ? "nameLatin" : "name", name.value);
  attributes.mda("streetAddressOne", party.street);
  attributes.mda("city", party.city);
  attributes.mda("postalCode", party.postal_code);
  attributes.mda("state", party.region);
  attributes.mda("countryCode", party.country);
  attributes.mda("telephone", party.telephone);
  attributes.mda("role", party.role);
  if (party.owner) attributes.mda("owningParty", uri_of_key(*party.owner, {}));
  attributes.mda("email", personal.email);
  attributes.mda("recallContact", personal.recall_contact);
  for (const auto& [id, value] : party.attributes) attributes.add(id, value);
  return attributes.element(uri_of_key(party.key, party.original));
}

std::string element_of(const engine::VocabularyRecorded& recorded, ZonedInstant since) {
  Attributes attributes;
  attributes.add(k_valid_from, format_zoned(since));
  for (const auto& [id, value] : recorded.attributes) attributes.add(id, value);
  return attributes.element(recorded.id);
}

}  // namespace lotledger::connectors::epcis
