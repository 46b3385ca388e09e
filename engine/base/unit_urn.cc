// engine/base/unit_urn.cc - fields behind colons, each percent-encoded.
#include "engine/base/unit_urn.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "engine/base/ascii.h"

namespace lotledger {

namespace {

constexpr std::string_view k_prefix = "urn:lotledger:";
/// Fields of the longest URN: kind, issuer, item, serial, lot.
constexpr std::size_t k_fields_max = 5;

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_field(std::string& to, std::string_view text) {
  to += ':';
  for (const char c : text) {
    if (is_plain(c)) {
      to += c;
    } else {
      to += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

std::optional<std::string> decoded(std::string_view field) {
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '%') {
      text += field[i];
      continue;
    }
    if (i + 2 >= field.size()) return std::nullopt;
    const int high = hex_value(field[i + 1]);
    const int low = hex_value(field[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    text += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return text;
}

/// The fields behind `urn:lotledger:`, decoded; none where the text is no such URN.
std::vector<std::string> fields_of(std::string_view urn) {
  std::vector<std::string> fields;
  if (!urn.starts_with(k_prefix)) return fields;
  urn.remove_prefix(k_prefix.size());
  while (fields.size() <= k_fields_max) {
    const std::size_t end = std::min(urn.find(':'), urn.size());
    auto field = decoded(urn.substr(0, end));
    if (!field) return {};
    fields.push_back(std::move(*field));
    if (end == urn.size()) return fields;
    urn.remove_prefix(end + 1);
  }
  return {};
}

bool is_plant(const UnitKey& key) {
  return key.bytes().starts_with('p') && key.type() != UnitType::opaque;
}

/// The unit of `urn:lotledger:lot:...` and its like.
std::optional<UnitRef> plant_unit(const std::vector<std::string>& fields) {
  const std::string& kind = fields.front();
  PlantUnit unit{fields[1], fields[2], {}, {}};
  std::optional<UnitKey> lot;
  if (kind == "lot" && fields.size() == 4) {
    unit.lot = fields[3];
  } else if (kind == "serial" && (fields.size() == 4 || fields.size() == 5)) {
    unit.serial = fields[3];
    if (fields.size() == 5) {
      auto read = fields[4].empty() ? Result<UnitKey>(fail(ErrorCode::invalid_input, "the lot is empty"))
                                    : plant_unit_key({unit.issuer, unit.item, fields[4], {}});
      if (!read.has_value()) return std::nullopt;
      lot = std::move(*read);
    }
  } else if (kind != "class" || fields.size() != 3) {
    return std::nullopt;
  }
  if (fields.size() > 3 && fields[3].empty()) return std::nullopt;
  auto key = plant_unit_key(unit);
  if (!key.has_value()) return std::nullopt;
  return UnitRef{std::move(*key), std::move(lot), {}};
}

}  // namespace

std::string urn_of_text(std::string_view kind, std::string_view text) {
  std::string urn = std::string(k_prefix) + std::string(kind);
  append_field(urn, text);
  return urn;
}

std::optional<std::string> text_of_urn(std::string_view kind, std::string_view urn) {
  auto fields = fields_of(urn);
  if (fields.size() != 2 || fields[0] != kind) return std::nullopt;
  return std::move(fields[1]);
}

std::string unit_urn(const UnitKey& key, const std::optional<UnitKey>& lot) {
  if (key.bytes().starts_with('g')) return key.uri();
  if (!is_plant(key)) return urn_of_text("opaque", key.bytes().empty() ? "" : std::string_view(key.bytes()).substr(1));
  const UnitType type = key.type();
  std::string urn(k_prefix);
  urn += type == UnitType::lot ? "lot" : type == UnitType::serial ? "serial" : "class";
  append_field(urn, key.issuer());
  append_field(urn, key.item());
  if (type == UnitType::lot) append_field(urn, key.lot());
  if (type == UnitType::serial) append_field(urn, key.serial());
  const bool same_item = lot && lot->type() == UnitType::lot && lot->item_class() == key.item_class();
  if (type == UnitType::serial && same_item) append_field(urn, lot->lot());
  return urn;
}

std::optional<UnitRef> read_unit_urn(std::string_view urn) {
  const auto fields = fields_of(urn);
  if (fields.size() < 2) return std::nullopt;
  std::optional<UnitRef> unit;
  if (fields[0] == "opaque") {
    const bool bad = fields[1].empty() || std::ranges::any_of(fields[1], [](char c) {
                       return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                     });
    if (fields.size() == 2 && !bad) unit = UnitRef{UnitKey("u" + fields[1]), std::nullopt, {}};
  } else if (fields.size() > 2) {
    unit = plant_unit(fields);
  }
  if (unit) unit->original = std::string(urn);
  return unit;
}

}  // namespace lotledger
