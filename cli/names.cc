// cli/names.cc - what people call things, to keys.
#include "cli/names.h"

#include "engine/base/unit_key.h"

namespace lotledger::cli {
namespace {

struct Place {
  UnitType type;
  std::string_view prefix;  ///< Of the plant's own numbers (docs/formats/plain.md, "Values").
  std::string_view ai;
};

Result<UnitKey> place_named(Query& query, const std::string& text, const Place& place) {
  LL_ASSIGN(const UnitRef read, parse_unit(text));
  if (read.key.type() == place.type || text.starts_with(place.prefix)) return read.key;
  LL_ASSIGN(const UnitRef own, parse_unit(std::string(place.prefix) + text));
  const auto known = [&query](const UnitKey& key) {
    return query.reader().find(key).has_value() || !query.reader().descriptions(key).empty();
  };
  if (known(own.key)) return own.key;
  LL_ASSIGN(const UnitRef gln, parse_unit("(" + std::string(place.ai) + ")" + text));
  if (gln.key.type() == place.type) return gln.key;
  return known(read.key) ? read.key : own.key;
}

}  // namespace

Result<UnitKey> item_named(const std::string& text) {
  LL_ASSIGN(const UnitRef read, parse_unit(text));
  if (read.key.type() == UnitType::item_class) return read.key;
  if (const auto item_class = read.key.item_class()) return *item_class;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return plant_unit_key({{}, text, {}, {}});
  return plant_unit_key({text.substr(0, colon), text.substr(colon + 1), {}, {}});
}

Result<UnitKey> location_named(Query& query, const std::string& text) {
  return place_named(query, text, {UnitType::location, "location:", "414"});
}

Result<UnitKey> party_named(Query& query, const std::string& text) {
  return place_named(query, text, {UnitType::party, "party:", "417"});
}

}  // namespace lotledger::cli
