// cli/demo/parties.h - the plant itself, its suppliers and its customers, all invented; and their master data as EPCIS
// writes it.
#pragma once

#include "cli/demo/catalogue.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace lotledger::cli::demo {

/// A business party with one place of business.
struct Party {
  std::string_view prefix;  ///< GS1 company prefix, 7 digits.
  std::string_view party_reference;
  std::string_view place_reference;
  std::string_view name;        ///< In the language of the country.
  std::string_view name_latin;  ///< As people abroad read it.
  std::string_view role;        ///< hospital, distributor, own consignment, supplier, manufacturer
  std::string_view street;
  std::string_view city;
  std::string_view postal_code;
  std::string_view country;  ///< ISO 3166-1 alpha-2.
  std::string_view telephone;
  std::string_view email;
  std::string_view recall_contact;
};

[[nodiscard]] const Party& plant();
[[nodiscard]] std::span<const Party> suppliers();
[[nodiscard]] std::span<const Party> customers();

/// `urn:epc:id:pgln:9521401.00000`
[[nodiscard]] std::string pgln_urn(const Party& party);
/// `urn:epc:id:sgln:9521401.00001.0`
[[nodiscard]] std::string place_urn(const Party& party);
/// The 13-digit GLN of the party.
[[nodiscard]] std::string party_gln(const Party& party);

/// epcisHeader with parties and their places, and with the plant's own places.
[[nodiscard]] std::string master_data(std::span<const Party> parties, bool with_own_places);

}  // namespace lotledger::cli::demo
