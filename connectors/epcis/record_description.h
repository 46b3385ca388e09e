// connectors/epcis/record_description.h - descriptions of a ledger as master data of EPCIS 2.0 JSON: the inverse of
// mapping_master.cc. Explained in docs/areas/epcis.md "Export".
#pragma once

#include "engine/event.h"

#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

/// Personal fields of a description, opened; empty ones are left out.
struct PersonalFields {
  std::string email;
  std::string recall_contact;
};
/// The element of a vocabulary that describes a party or place, valid from `since` on.
[[nodiscard]] std::string element_of(const engine::PartyRecorded& party, ZonedInstant since,
                                     const PersonalFields& personal);
/// The element of other master data.
[[nodiscard]] std::string element_of(const engine::VocabularyRecorded& recorded, ZonedInstant since);
/// The element that describes an item, conversion or alias, with attributes of our own (mapping_items.h).
[[nodiscard]] std::string element_of(const engine::ItemEvent& item, ZonedInstant since);
/// The vocabulary that element_of() belongs into.
[[nodiscard]] std::string_view vocabulary_of(const engine::PartyRecorded& party);
[[nodiscard]] std::string_view vocabulary_of(const engine::ItemEvent& item);

}  // namespace lotledger::connectors::epcis
