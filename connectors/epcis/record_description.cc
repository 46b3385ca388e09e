// connectors/epcis/record_description.cc - parties, places and other master data to elements of vocabularies.
#include "connectors/epcis/record_description.h"

#include "connectors/epcis/json_text.h"
#include "connectors/epcis/mapping.h"
#include "connectors/epcis/mapping_items.h"

namespace lotledger::connectors::epcis {
namespace {

constexpr std::string_view k_mda = "urn:epcglobal:cbv:mda:";

/// AttributesWriter of one element of master data.
class AttributesWriter {
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
  void own(std::string_view name, std::string_view value) { add(own_attribute(name), value); }
  void flag(std::string_view name, bool value) { own(name, std::string_view(value ? "yes" : "no")); }
  [[nodiscard]] std::string element(std::string_view id) const {
    Members element;
    element.text("id", id);
    element.json("attributes", "[" + list_ + "]");
    return element.object();
  }

 private:
  std::string list_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Adds the attributes of a description; returns the id of its element.
struct DescribeItem {
  AttributesWriter& attributes;

  std::string operator()(const engine::ItemRecorded& item) const {
    for (const LocalText& name : item.names) {
      if (name.language == "Latn") {
        attributes.own(mda::k_name_latin, name.value);
      } else {
        attributes.add(k_item_name, name.value);
      }
    }
    if (item.uom) attributes.own(mda::k_uom, item.uom->view());
    attributes.flag(mda::k_profile, item.profile.has_value());
    if (item.profile) add(*item.profile);
    return uri_of_key(item.key, {});
  }
  std::string operator()(const engine::ConversionSet& set) const {
    attributes.own(mda::k_uom, set.uom.view());
    attributes.own(mda::k_numerator, std::to_string(set.factor.numerator));
    attributes.own(mda::k_denominator, std::to_string(set.factor.denominator));
    attributes.own(mda::k_base_uom, set.base_uom.view());
    return set.item ? uri_of_key(*set.item, {}) : std::string(k_every_item);
  }
  std::string operator()(const engine::AliasRecorded& alias) const {
    attributes.own(mda::k_alias, alias.alias);
    attributes.own(mda::k_alias_type, engine::name_of(alias.kind));
    if (alias.owner) attributes.own(mda::k_owner, uri_of_key(*alias.owner, {}));
    if (alias.valid_until) attributes.own(mda::k_valid_until, format_utc(*alias.valid_until));
    return uri_of_key(alias.key, {});
  }

  void add(const engine::TraceProfile& profile) const {
    attributes.flag(mda::k_lot_tracked, profile.lot_tracked);
    attributes.flag(mda::k_serial_tracked, profile.serial_tracked);
    attributes.own(mda::k_shelf_life_days, std::to_string(profile.shelf_life_days));
    attributes.flag(mda::k_implant, profile.implant);
    attributes.flag(mda::k_sterile, profile.sterile);
    attributes.flag(mda::k_release_required, profile.release_required);
    attributes.own(mda::k_markets, joined(profile.markets));
  }
};

}  // namespace

std::string_view vocabulary_of(const engine::PartyRecorded& party) {
  return party.is_location ? "urn:epcglobal:epcis:vtype:Location" : "urn:epcglobal:epcis:vtype:Party";
}

std::string element_of(const engine::PartyRecorded& party, ZonedInstant since, const PersonalFields& personal) {
  AttributesWriter attributes;
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
  if (party.within) attributes.own(mda::k_within, uri_of_key(*party.within, {}));
  if (party.use != engine::LocationUse::storage) attributes.own(mda::k_use, engine::name_of(party.use));
  attributes.own(mda::k_languages, joined(party.languages));
  attributes.mda("email", personal.email);
  attributes.mda("recallContact", personal.recall_contact);
  for (const auto& [id, value] : party.attributes) attributes.add(id, value);
  return attributes.element(uri_of_key(party.key, party.original));
}

std::string element_of(const engine::VocabularyRecorded& recorded, ZonedInstant since) {
  AttributesWriter attributes;
  attributes.add(k_valid_from, format_zoned(since));
  for (const auto& [id, value] : recorded.attributes) attributes.add(id, value);
  return attributes.element(recorded.id);
}

std::string_view vocabulary_of(const engine::ItemEvent& item) {
  if (std::holds_alternative<engine::ConversionSet>(item)) return k_conversion_vocabulary;
  return std::holds_alternative<engine::AliasRecorded>(item) ? k_alias_vocabulary : k_item_vocabulary;
}

std::string element_of(const engine::ItemEvent& item, ZonedInstant since) {
  AttributesWriter attributes;
  attributes.add(k_valid_from, format_zoned(since));
  const std::string id = std::visit(DescribeItem{attributes}, item);
  return attributes.element(id);
}

}  // namespace lotledger::connectors::epcis
