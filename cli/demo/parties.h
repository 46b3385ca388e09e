// cli/demo/parties.h - the two plants, their suppliers and their customers, all invented; and a party as EPCIS
// describes it.
#pragma once

#include "cli/demo/catalogue.h"
#include "cli/demo/epcis_writer.h"

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
  std::string_view role;        ///< hospital, distributor, own consignment, supplier, subcontractor, manufacturer
  std::string_view street;
  std::string_view city;
  std::string_view postal_code;
  std::string_view country;  ///< ISO 3166-1 alpha-2.
  std::string_view telephone;
  std::string_view email;
  std::string_view recall_contact;
};

/// The company, at the site where pumps are built.
[[nodiscard]] const Party& plant();
/// The same company, at the site where parts are made.
[[nodiscard]] const Party& parts_plant();
/// Suppliers in the order of the bought articles; the last one is the contract manufacturer.
[[nodiscard]] std::span<const Party> suppliers();
[[nodiscard]] const Party& contract_manufacturer();
[[nodiscard]] std::span<const Party> customers();

/// `urn:epc:id:pgln:9521401.00000`
[[nodiscard]] std::string pgln_urn(const Party& party);
/// `urn:epc:id:sgln:9521401.00001.0`
[[nodiscard]] std::string place_urn(const Party& party);
/// The 13-digit GLN of the party.
[[nodiscard]] std::string party_gln(const Party& party);

/// Name of a place and its use as locations.csv gives it.
struct PlaceText {
  std::string_view name;
  std::string_view use;
};
[[nodiscard]] const PlaceText& text_of(Place place);

/// epcisHeader that describes a party.
[[nodiscard]] std::string master_data(const Party& party);

}  // namespace lotledger::cli::demo
