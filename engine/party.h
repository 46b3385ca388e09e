// engine/party.h - who and where, as sources describe it: events of the area.
// Events: schemas/party.fbs. Read model: projections/genealogy.h. Explained in docs/areas/party.md.
#pragma once

#include "engine/base/sealed_field.h"
#include "engine/base/unit_key.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// Text in a language; language may be empty when the source gave none.
struct LocalText {
  std::string language;
  std::string value;
  friend bool operator==(const LocalText&, const LocalText&) = default;
};

/// A party or location as described at one time; a later description holds from its own time on.
struct PartyRecorded {
  UnitKey key;
  std::string original;
  bool is_location = false;
  std::optional<UnitKey> owner;
  std::vector<LocalText> names;
  std::string street, city, postal_code, region, country, telephone, role;
  std::optional<SealedField> email;
  std::optional<SealedField> recall_contact;
  std::vector<std::pair<std::string, std::string>> attributes;
  friend bool operator==(const PartyRecorded&, const PartyRecorded&) = default;
};

/// Master data of another kind, kept until an area asks for it.
struct VocabularyRecorded {
  std::string type;
  std::string id;
  std::vector<std::pair<std::string, std::string>> attributes;
  friend bool operator==(const VocabularyRecorded&, const VocabularyRecorded&) = default;
};

using PartyEvent = std::variant<PartyRecorded, VocabularyRecorded>;

}  // namespace lotledger::engine
