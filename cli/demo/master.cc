// cli/demo/master.cc - one row per item, conversion, party and place, all in force from the day before the year begins.
#include "cli/demo/master.h"

#include "cli/demo/epcis_writer.h"
#include "cli/demo/parties.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

constexpr std::string_view k_valid_from = "2025-11-01T00:00:00+08:00";

std::string quoted(std::string_view value) {
  return value.find(',') == std::string_view::npos ? std::string{value} : fmt::format("\"{}\"", value);
}

MasterFile finished(std::string name, std::string text) {
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  return {std::move(name), std::move(text), lines - 1};
}

MasterFile items() {
  std::string text =
      "gtin,name,uom,lot_tracked,serial_tracked,shelf_life_days,implant,sterile,release_required,markets,valid_from\n";
  for (std::size_t i = 0; i < k_items; ++i) {
    const auto item = static_cast<Item>(i);
    const ItemText& about = text_of(item);
    const bool pump = std::ranges::find(k_pumps, item) != k_pumps.end();
    const bool serial = !about.serial_prefix.empty();
    const bool inspected = item == Item::titanium_bar || item == Item::polymer;
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", about.gtin, quoted(about.name),
                        about.by_weight ? "KGM" : "EA", serial && !pump ? "no" : "yes", serial ? "yes" : "no",
                        pump ? "1095" : "", pump ? "yes" : "no", pump ? "yes" : "no", inspected ? "yes" : "no",
                        pump ? "CN EU US BR" : "", k_valid_from);
  }
  return finished("items.csv", std::move(text));
}

MasterFile units() {
  std::string text = "gtin,uom,factor,base_uom,valid_from\n";
  text += fmt::format("{},ROLL,{},EA,{}\n", text_of(Item::pouch).gtin, k_pouches_on_roll, k_valid_from);
  text += fmt::format("{},BOX,{},EA,{}\n", text_of(Item::asic).gtin, k_asics_in_box, k_valid_from);
  return finished("units.csv", std::move(text));
}

std::vector<Party> everybody() {
  std::vector<Party> all{plant()};
  all.insert(all.end(), suppliers().begin(), suppliers().end());
  all.insert(all.end(), customers().begin(), customers().end());
  return all;
}

MasterFile parties() {
  std::string text =
      "party,name,name_latin,street,city,postal_code,country,telephone,role,email,recall_contact,valid_from\n";
  for (const Party& party : everybody()) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", pgln_urn(party), quoted(party.name),
                        quoted(party.name_latin), quoted(party.street), quoted(party.city), party.postal_code,
                        party.country, party.telephone, party.role == "own consignment" ? "consignment" : party.role,
                        party.email, party.recall_contact, k_valid_from);
  }
  return finished("parties.csv", std::move(text));
}

MasterFile locations() {
  std::string text = "location,name,owner,use,street,city,postal_code,country,valid_from\n";
  const auto add = [&text](std::string_view location, std::string_view name, std::string_view use, const Party& owner) {
    text += fmt::format("{},{},{},{},{},{},{},{},{}\n", location, quoted(name), pgln_urn(owner), use,
                        quoted(owner.street), quoted(owner.city), owner.postal_code, owner.country, k_valid_from);
  };
  for (std::size_t i = 0; i < k_places; ++i) {
    const auto place = static_cast<Place>(i);
    const PlaceText& about = text_of(place);
    const bool out = place == Place::contractor;
    add(sgln_of(place), about.name, about.use,
        out ? contract_manufacturer() : (place <= Place::parts_dock ? parts_plant() : plant()));
  }
  for (const Party& party : everybody()) {
    if (party.role != "subcontractor" && party.role != "manufacturer") add(place_urn(party), party.name, "", party);
  }
  return finished("locations.csv", std::move(text));
}

}  // namespace

std::vector<MasterFile> master_files() {
  return {items(), units(), parties(), locations()};
}

}  // namespace lotledger::cli::demo
