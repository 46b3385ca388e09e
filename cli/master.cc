// cli/master.cc - item, party, location: what sources say they are, in force at the time of the answer.
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/listing.h"
#include "cli/names.h"
#include "cli/query.h"
#include "cli/record.h"
#include "projections/inventory.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lotledger::cli {
namespace {

namespace plain = connectors::plain;

Json names_json(const std::vector<engine::LocalText>& names) {
  Json json = Json::array();
  for (const engine::LocalText& name : names)
    json.push_back({{"language", text_json(name.language)}, {"value", name.value}});
  return json;
}

Json profile_json(const std::optional<engine::TraceProfile>& profile) {
  if (!profile) return {};
  return {{"lot_tracked", profile->lot_tracked},
          {"serial_tracked", profile->serial_tracked},
          {"shelf_life_days", profile->shelf_life_days},
          {"implant", profile->implant},
          {"sterile", profile->sterile},
          {"release_required", profile->release_required},
          {"markets", profile->markets}};
}

/// Where a description stands, for whoever wants to see who said it.
Json description_position(Query& query, const UnitKey& subject, Instant at) {
  Json position;
  for (const auto& description : query.reader().descriptions(subject)) {
    if (position.is_null() || description.at <= at) position = query.text(description.position);
  }
  return position;
}

Json conversions_json(Query& query, const UnitKey& item) {
  Json json = Json::array();
  for (const auto& conversion : query.movements().items().conversions_of(item)) {
    json.push_back({{"uom", std::string(conversion.set.uom.view())},
                    {"numerator", std::to_string(conversion.set.factor.numerator)},
                    {"denominator", std::to_string(conversion.set.factor.denominator)},
                    {"base_uom", std::string(conversion.set.base_uom.view())},
                    {"valid_from", format_utc(conversion.at)}});
  }
  return json;
}

void print_members(const Output& output, const Json& json) {
  for (const auto& [name, value] : json.items()) {
    if (name == "kind" || name == "position" || value.is_null()) continue;
    if (value.is_object()) {
      print_members(output, value);
      continue;
    }
    std::string text;
    if (value.is_array()) {
      for (const Json& element : value) {
        text += text.empty() ? "" : "; ";
        text += element.is_object() ? element.dump() : cell_text(element);
      }
    } else {
      text = cell_text(value);
    }
    if (!text.empty()) output.out << fmt::format("{}: {}\n", name, printable(text));
  }
}

void print(const Output& output, const Json& json) {
  if (output.format == Format::json) {
    output.out << pretty(json) << '\n';
  } else {
    print_members(output, json);
  }
}

Result<Exit> show_item(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const UnitKey key, item_named(call.text("ITEM")));
  LL_ASSIGN(const Instant now, query->now());
  const auto item = query->movements().items().item(key, now);
  Json json{{"kind", "item"}, {"ref", key.ref()}, {"position", position_json(query->cut())}};
  json["item"] = text_json(key.item());
  json["issuer"] = text_json(key.issuer());
  json["names"] = item ? names_json(item->names) : Json::array();
  json["uom"] = item && item->uom ? text_json(item->uom->view()) : Json();
  json["profile"] = item ? profile_json(item->profile) : Json();
  json["conversions"] = conversions_json(*query, key);
  json["described_at"] = description_position(*query, key, now);
  LL_TRY(query->check());
  if (!item && json["conversions"].empty())
    return fail(ErrorCode::not_found, "no source has described item " + key.ref());
  print(call.out, json);
  return Exit::ok;
}

Json party_json(Query& query, const UnitKey& key, const engine::PartyRecorded& party, Instant now) {
  Json json{{"kind", party.is_location ? "location" : "party"}, {"ref", key.ref()}};
  json["position"] = position_json(query.cut());
  json["names"] = names_json(party.names);
  json["role"] = text_json(party.role);
  json["street"] = text_json(party.street);
  json["city"] = text_json(party.city);
  json["postal_code"] = text_json(party.postal_code);
  json["region"] = text_json(party.region);
  json["country"] = text_json(party.country);
  json["telephone"] = text_json(party.telephone);
  json["languages"] = party.languages;
  json["owner"] = party.owner ? Json(party.owner->ref()) : Json();
  if (party.is_location) {
    json["within"] = party.within ? Json(party.within->ref()) : Json();
    json["use"] = std::string(engine::name_of(party.use));
  }
  json["recall_contact"] = party.recall_contact ? Json("sealed") : Json();
  json["described_at"] = description_position(query, key, now);
  return json;
}

Result<Exit> show_described(const Call& call, const UnitKey& key, Query& query) {
  LL_ASSIGN(const Instant now, query.now());
  const auto party = query.parties().describe(key, now);
  LL_TRY(query.check());
  if (!party) return fail(ErrorCode::not_found, "no source has described " + key.ref());
  print(call.out, party_json(query, key, *party, now));
  return Exit::ok;
}

Result<Exit> show_party(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const UnitKey key, party_named(*query, call.text("PARTY")));
  return show_described(call, key, *query);
}

Result<Exit> show_location(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const UnitKey key, location_named(*query, call.text("LOCATION")));
  return show_described(call, key, *query);
}

Command show_command(std::string_view path, Bilingual summary, ArgumentSpec argument) {
  Command show;
  show.path = path;
  show.summary = summary;
  show.arguments = {argument};
  show.options = time_options();
  show.formats = {Format::table, Format::json};
  return show;
}

}  // namespace

void add_master(CommandTable& table) {
  table.groups.push_back({"item", {"items: trace profile, units of measure", "物料：追溯要求与计量单位"}});
  Command item = show_command("item show", {"what an item is and how it is traced", "物料信息与追溯要求"},
                              {"ITEM", {"item number, ISSUER:ITEM or GTIN", "物料号、ISSUER:ITEM 或 GTIN"}});
  item.examples = {{"item show RM-TI64", {"base unit, conversions, profile", "基本单位、换算与追溯要求"}}};
  item.run = show_item;
  table.commands.push_back(std::move(item));

  table.groups.push_back({"party", {"parties: suppliers, customers, subcontractors", "单位：供应商、客户与外协"}});
  Command party = show_command("party show", {"who a party is, as last described", "单位的最新描述"},
                               {"PARTY", {"the party's number, GLN or reference", "单位编号、GLN 或引用"}});
  party.examples = {{"party show C-2001", {"name, address, role", "名称、地址与角色"}}};
  party.run = show_party;
  table.commands.push_back(std::move(party));

  table.groups.push_back({"location", {"locations: bins, lines, sites", "地点：库位、产线与场所"}});
  Command location = show_command("location show", {"what and whose a place is", "地点及其所有者"},
                                  {"LOCATION", {"the location's number, GLN or reference", "地点编号、GLN 或引用"}});
  location.examples = {{"location show WH-01", {"owner, use, address", "所有者、用途与地址"}}};
  location.run = show_location;
  table.commands.push_back(std::move(location));
}

}  // namespace lotledger::cli
