// connectors/epcis/json_text.cc - URIs of units that read back as the same units.
#include "connectors/epcis/json_text.h"

#include "connectors/epcis/namespaces.h"
#include "engine/base/unit_urn.h"

namespace lotledger::connectors::epcis {

std::string uri_of_key(const UnitKey& key, const std::string& original) {
  const auto same = [&](const std::string& text) {
    const auto read = parse_unit_uri(text);
    return is_uri(text) && read.has_value() && read->key == key;
  };
  if (same(original)) return original;
  if (const std::string uri = key.uri(); same(uri)) return uri;
  return unit_urn(key);
}

std::string uri_of(const UnitRef& unit) {
  const auto same = [&](const std::string& text) {
    const auto read = parse_unit_uri(text);
    return is_uri(text) && read.has_value() && read->key == unit.key && read->lot == unit.lot;
  };
  if (same(unit.original)) return unit.original;
  if (!unit.lot) return uri_of_key(unit.key, {});
  // A link names the lot before the serial: /01/gtin/10/lot/21/serial.
  const std::string whole = unit.key.uri();
  const std::string lot = unit.lot->uri();
  const std::size_t cut = whole.find("/21/");
  if (cut != std::string::npos && lot.starts_with(whole.substr(0, cut)) && same(lot + whole.substr(cut)))
    return lot + whole.substr(cut);
  return unit_urn(unit.key, unit.lot);
}

}  // namespace lotledger::connectors::epcis
