// connectors/epcis/mapping_master.cc - master data of EPCIS to descriptions.
#include "connectors/epcis/event_fields.h"
#include "connectors/epcis/mapping.h"
#include "connectors/epcis/mapping_items.h"
#include "connectors/epcis/vocabulary.h"

#include <algorithm>
#include <sstream>

namespace lotledger::connectors::epcis {
namespace {

using engine::Submission;

/// The last part of an attribute's name: `urn:epcglobal:cbv:mda:countryCode` -> `countryCode`.
std::string_view local_name(std::string_view id) {
  const std::size_t cut = id.find_last_of(":#/");
  return cut == std::string_view::npos ? id : id.substr(cut + 1);
}

/// When `element` begins to hold: what it says itself, else when its document was written.
ZonedInstant since(const MasterDataElement& element, ZonedInstant described_at) {
  for (const MasterDataAttribute& attribute : element.attributes) {
    if (attribute.id == k_valid_from) return read_instant(attribute.text).value_or(described_at);
  }
  return described_at;
}

bool describes_location(std::string_view type) {
  return type.ends_with(":Location") || type.ends_with(":ReadPoint") || type.ends_with(":BusinessLocation");
}

bool describes_party(std::string_view type) {
  return type.ends_with(":Party") || type.ends_with(":SourceDest") || describes_location(type);
}

/// Reads attributes of one element into a party; personal ones are kept apart, to be sealed.
struct PartyAttributes {
  engine::PartyRecorded party;
  std::string email, recall_contact;

  void take(const MasterDataAttribute& attribute) {
    const std::string_view name = local_name(attribute.id);
    const std::string value = attribute.text.empty() ? attribute.json : attribute.text;
    if (attribute.id == k_valid_from || take_own(attribute)) return;
    if (std::string* field = plain_field(name); field != nullptr && field->empty()) {
      *field = value;
    } else if (name == "name") {
      party.names.push_back({"", value});
    } else if (name == "nameLatin") {
      party.names.push_back({"Latn", value});
    } else if (name == "owningParty") {
      if (const auto owner = parse_unit_uri(value); owner.has_value()) party.owner = owner->key;
    } else if (one_of(name, {"email", "emailAddress", "eMail"})) {
      email = value;
    } else if (one_of(name, {"recallContact", "contact", "contactName"})) {
      recall_contact = value;
    } else {
      party.attributes.emplace_back(attribute.id, value);
    }
  }

 private:
  /// What CBV has no attributes for; false for any other, or one whose value is none of ours.
  bool take_own(const MasterDataAttribute& attribute) {
    if (attribute.id == own_attribute(mda::k_languages)) {
      std::istringstream in(attribute.text);
      for (std::string language; in >> language;) party.languages.push_back(language);
      return true;
    }
    if (attribute.id == own_attribute(mda::k_within)) {
      const auto place = parse_unit_uri(attribute.text);
      if (place.has_value()) party.within = place->key;
      return place.has_value();
    }
    if (attribute.id != own_attribute(mda::k_use)) return false;
    const auto use = value_named<engine::LocationUse>(engine::k_location_uses, attribute.text);
    party.use = use.value_or(party.use);
    return use.has_value();
  }

  std::string* plain_field(std::string_view name) {
    if (one_of(name, {"streetAddressOne", "streetAddress", "street"})) return &party.street;
    if (one_of(name, {"city", "addressLocality"})) return &party.city;
    if (name == "postalCode") return &party.postal_code;
    if (one_of(name, {"state", "addressRegion", "region"})) return &party.region;
    if (one_of(name, {"countryCode", "country"})) return &party.country;
    if (one_of(name, {"telephone", "phone", "phoneNumber"})) return &party.telephone;
    if (name == "role") return &party.role;
    return nullptr;
  }
};

std::string canonical_text(const MasterDataElement& element, const engine::PartyRecorded& party,
                           const std::string& type) {
  std::string text = type + "\n" + element.id + "\n";
  for (const MasterDataAttribute& attribute : element.attributes) {
    const std::string_view name = local_name(attribute.id);
    const bool personal = one_of(name, {"email", "emailAddress", "eMail", "recallContact", "contact", "contactName"});
    if (attribute.id == k_valid_from) continue;
    // The text, because a file may write one name with escapes and another without.
    if (!personal) text += attribute.id + "=" + (attribute.text.empty() ? attribute.json : attribute.text) + "\n";
  }
  if (party.owner) text += "owner=" + party.owner->bytes();
  return text;
}

Result<void> map_party(Submission& submission, const MasterDataElement& element, const std::string& type,
                       ZonedInstant described_at, const PersonalData& personal) {
  PartyAttributes attributes;
  const auto unit = parse_unit_uri(element.id);
  if (!unit.has_value()) return std::unexpected(unit.error());
  attributes.party.key = unit->key;
  attributes.party.original = element.id;
  attributes.party.is_location = describes_location(type);
  for (const MasterDataAttribute& attribute : element.attributes) attributes.take(attribute);
  PartyDescription description;
  description.canonical = canonical_text(element, attributes.party, type);
  description.party = std::move(attributes.party);
  description.email = std::move(attributes.email);
  description.recall_contact = std::move(attributes.recall_contact);
  description.since = since(element, described_at);
  return become_party(submission, std::move(description), element.id, personal);
}

void map_vocabulary(Submission& submission, const MasterDataElement& element, const std::string& type,
                    ZonedInstant described_at) {
  engine::VocabularyRecorded recorded{type, element.id, {}};
  for (const MasterDataAttribute& attribute : element.attributes) {
    if (attribute.id == k_valid_from) continue;
    recorded.attributes.emplace_back(attribute.id, attribute.text.empty() ? attribute.json : attribute.text);
  }
  submission.body.source.message_id = element.id;
  become_master_data(submission, engine::PartyEvent{std::move(recorded)}, canonical_text(element, {}, type),
                     since(element, described_at));
}

/// An item, conversion or alias as we write it, or a row of the dead-letter queue; returns the message of that.
std::string map_described_item(Submission& submission, const MasterDataElement& element, const std::string& type,
                               ZonedInstant described_at) {
  const std::string canonical = canonical_text(element, {}, type);
  auto described = map_item(type, element);
  if (described.has_value()) {
    submission.body.source.message_id = std::move(described->subject);
    become_master_data(submission, std::move(described->event), canonical, since(element, described_at));
    return {};
  }
  become_rejected(submission, refused_row(canonical, canonical.size(), described.error()), canonical, element.id);
  std::string message;
  for (const Fault& fault : described.error()) message += (message.empty() ? "" : "\n") + to_text(fault);
  return submission.body.source.file + ": " + message;
}

}  // namespace

std::string own_attribute(std::string_view name) {
  return std::string(k_own_mda) + std::string(name);
}

Result<std::vector<MappedRow>> map_master_data(const MasterData& data, const Origin& place, ZonedInstant described_at,
                                               const SubmissionOrigin& origin, const PersonalData& personal) {
  std::vector<MappedRow> rows;
  for (const MasterDataElement& element : data.elements) {
    MappedRow row{submission_at("epcis", origin, {place.offset, place.line}), {}};
    if (describes_party(data.type)) {
      LL_TRY(map_party(row.submission, element, data.type, described_at, personal));
    } else if (describes_item(data.type, element)) {
      row.message = map_described_item(row.submission, element, data.type, described_at);
    } else {
      map_vocabulary(row.submission, element, data.type, described_at);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace lotledger::connectors::epcis
