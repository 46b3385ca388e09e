// engine/party.h - who and where, as sources describe it: events of the area.
// Events: schemas/party.fbs. Read model: projections/genealogy.h. Explained in docs/areas/party.md.
#pragma once

#include "engine/base/material.h"
#include "engine/base/names.h"
#include "engine/base/sealed_field.h"
#include "engine/base/unit_key.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lotledger::engine {

using LocalText = lotledger::LocalText;

/// Decides where stock at a location counts (docs/areas/inventory.md).
enum class LocationUse : std::uint8_t { storage, production, transit, subcontractor };
inline constexpr std::array<std::string_view, 4> k_location_uses{"storage", "production", "transit", "subcontractor"};
[[nodiscard]] constexpr std::string_view name_of(LocationUse use) {
  return name_in(k_location_uses, use);
}

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
  std::vector<std::string> languages = {};       ///< BCP 47, best first.
  std::optional<UnitKey> within = std::nullopt;  ///< Of a location: the location that it lies in.
  LocationUse use = LocationUse::storage;
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
