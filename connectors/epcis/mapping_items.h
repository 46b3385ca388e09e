// connectors/epcis/mapping_items.h - master data about items, units of measure and other codes, as we write it
// ourselves: EPCIS has a vocabulary for items, but no attributes for how they are traced. The inverse of
// record_description.h; explained in docs/areas/epcis.md "Own fields".
#pragma once

#include "connectors/base/fault.h"
#include "connectors/epcis/model.h"
#include "engine/item.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::epcis {

inline constexpr std::string_view k_item_vocabulary = "urn:epcglobal:epcis:vtype:EPCClass";
inline constexpr std::string_view k_conversion_vocabulary = "urn:lotledger:vtype:Conversion";
inline constexpr std::string_view k_alias_vocabulary = "urn:lotledger:vtype:Alias";
/// The element of conversions of all items.
inline constexpr std::string_view k_every_item = "urn:lotledger:every-item";
/// CBV master data attribute that holds the name of an item.
inline constexpr std::string_view k_item_name = "urn:epcglobal:cbv:mda:descriptionShort";

/// Local names of attributes in the namespace k_own_mda. Public words, never reused.
namespace mda {
inline constexpr std::string_view k_profile = "profile";  ///< `yes` or `no`: whether a trace profile is described.
inline constexpr std::string_view k_name_latin = "nameLatin";
inline constexpr std::string_view k_lot_tracked = "lotTracked";
inline constexpr std::string_view k_serial_tracked = "serialTracked";
inline constexpr std::string_view k_shelf_life_days = "shelfLifeDays";
inline constexpr std::string_view k_implant = "implant";
inline constexpr std::string_view k_sterile = "sterile";
inline constexpr std::string_view k_release_required = "releaseRequired";
inline constexpr std::string_view k_markets = "markets";
inline constexpr std::string_view k_uom = "uom";
inline constexpr std::string_view k_base_uom = "baseUom";
inline constexpr std::string_view k_numerator = "numerator";
inline constexpr std::string_view k_denominator = "denominator";
inline constexpr std::string_view k_alias = "alias";
inline constexpr std::string_view k_alias_type = "aliasType";
inline constexpr std::string_view k_owner = "owner";
inline constexpr std::string_view k_valid_until = "validUntil";
inline constexpr std::string_view k_use = "use";              ///< Of a location.
inline constexpr std::string_view k_within = "within";        ///< Of a location.
inline constexpr std::string_view k_languages = "languages";  ///< Of a party.
}  // namespace mda

/// Whether the element is one of ours; an item of somebody else's words is other master data.
[[nodiscard]] bool describes_item(std::string_view vocabulary, const MasterDataElement& element);

struct ItemDescription {
  engine::ItemEvent event;
  std::string subject;  ///< What it describes, as people write it.
};
/// Such an element, or all its faults. Precondition: describes_item().
[[nodiscard]] std::expected<ItemDescription, std::vector<Fault>> map_item(std::string_view vocabulary,
                                                                          const MasterDataElement& element);

}  // namespace lotledger::connectors::epcis
