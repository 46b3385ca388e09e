// engine/base/unit_key.cc - keys of units, and the plant's own forms ITEM/LOT and ITEM#SERIAL.
#include "engine/base/unit_key.h"

#include "engine/base/ascii.h"
#include "engine/base/gs1.h"
#include "engine/base/unit_urn.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger {

namespace {

constexpr char k_field_end = '\x1d';
constexpr std::size_t k_text_bytes_max = 2048;
constexpr std::size_t k_field_bytes_max = 200;
/// What stands for the lot in the ref of a plant's class.
constexpr std::string_view k_any_lot = "*";

bool control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// ---- plant keys ----

/// `p` keys taken apart. Views into the key's bytes.
struct PlantParts {
  std::string_view issuer;
  std::string_view item;
  char kind = 0;  ///< `L`, `S`, or 0 for the class.
  std::string_view value;
};

std::optional<PlantParts> plant_parts(std::string_view bytes) {
  if (!bytes.starts_with('p')) return std::nullopt;
  bytes.remove_prefix(1);
  const std::size_t issuer_end = bytes.find(k_field_end);
  if (issuer_end == std::string_view::npos) return std::nullopt;
  PlantParts parts;
  parts.issuer = bytes.substr(0, issuer_end);
  bytes.remove_prefix(issuer_end + 1);
  const std::size_t item_end = bytes.find(k_field_end);
  parts.item = bytes.substr(0, item_end);
  if (item_end == std::string_view::npos) return parts;
  bytes.remove_prefix(item_end + 1);
  if (!bytes.starts_with('L') && !bytes.starts_with('S')) return std::nullopt;
  parts.kind = bytes.front();
  parts.value = bytes.substr(1);
  return parts;
}

/// The character that `%XX` at `at` means, or nullopt where there is none: a % that stands for itself, because people
/// type lots as they are printed. No key holds a control character.
std::optional<char> escape_at(std::string_view text, std::size_t at) {
  if (text[at] != '%' || at + 2 >= text.size()) return std::nullopt;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  const int value = high * 16 + low;
  if (value < 0x20) return std::nullopt;
  return static_cast<char>(value);
}

/// Writes `text` so that neither `special` characters nor a % can be taken for structure.
void append_escaped(std::string& to, std::string_view text, std::string_view special) {
  const auto structure = [special](char c) { return c == '%' || special.find(c) != std::string_view::npos; };
  if (std::ranges::none_of(text, structure)) {
    to += text;
    return;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (special.find(text[at]) != std::string_view::npos || escape_at(text, at)) {
      fmt::format_to(std::back_inserter(to), "%{:02X}", static_cast<unsigned char>(text[at]));
    } else {
      to.push_back(text[at]);
    }
  }
}

/// The reverse of append_escaped().
std::string unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto meant = escape_at(text, i);
    plain.push_back(meant.value_or(text[i]));
    if (meant) i += 2;
  }
  return plain;
}

std::string plant_ref(const PlantParts& parts) {
  std::string ref;
  if (!parts.issuer.empty()) {
    append_escaped(ref, parts.issuer, ":/#(<");
    ref.push_back(':');
  }
  append_escaped(ref, parts.item, ":/#(<");
  if (parts.kind == 0) return ref.append("/").append(k_any_lot);
  ref.push_back(parts.kind == 'S' ? '#' : '/');
  append_escaped(ref, parts.value, parts.kind == 'L' && parts.value == k_any_lot ? k_any_lot : "");
  return ref;
}

/// The GS1 key of a unit whose item number is a GTIN, if GS1 allows its lot or serial.
std::optional<std::string> gs1_key_of(const PlantUnit& unit) {
  if (!unit.issuer.empty()) return std::nullopt;
  const auto gtin = gtin14_of(unit.item);
  if (!gtin) return std::nullopt;
  if (!unit.lot.empty()) return gs1_lot_key(*gtin, unit.lot);
  if (!unit.serial.empty()) return gs1_serial_key(*gtin, unit.serial);
  return "g01" + *gtin;
}

std::unexpected<Error> bad_field(std::string_view name, std::string_view value, std::string_view why) {
  return fail(ErrorCode::invalid_input, fmt::format("{} \"{}\" of a unit {}", name, value.substr(0, 80), why));
}

Result<void> check_field(std::string_view name, std::string_view value) {
  if (value.size() > k_field_bytes_max) return bad_field(name, value, "has more than 200 bytes");
  const auto bad = std::ranges::find_if(value, control);
  if (bad == value.end()) return {};
  return bad_field(name, value.substr(0, static_cast<std::size_t>(bad - value.begin())),
                   fmt::format("goes on with a control character (0x{:02x})", static_cast<unsigned char>(*bad)));
}

/// Reads `[ISSUER:]ITEM/LOT` and `[ISSUER:]ITEM#SERIAL`; nullopt when the text has no such form.
std::optional<UnitKey> read_plant(std::string_view text) {
  const std::size_t end = text.find_first_of("/#");
  if (end == std::string_view::npos || end + 1 == text.size()) return std::nullopt;
  const std::string_view name = text.substr(0, end);
  const std::string_view value = text.substr(end + 1);
  const std::size_t colon = name.find(':');
  const bool issued = colon != std::string_view::npos;
  // An issuer and an item have one colon between them; a URN such as urn:uuid:.../x has more.
  if (issued && (colon == 0 || name.find(':', colon + 1) != std::string_view::npos)) return std::nullopt;
  const std::string issuer = issued ? unescaped(name.substr(0, colon)) : "";
  const std::string item = unescaped(issued ? name.substr(colon + 1) : name);
  const bool serial = text[end] == '#';
  const std::string plain = !serial && value == k_any_lot ? "" : unescaped(value);
  auto key = plant_unit_key({issuer, item, serial ? "" : plain, serial ? plain : ""});
  if (!key) return std::nullopt;
  return *std::move(key);
}

// ---- any writing ----

Result<void> check_text(std::string_view text) {
  const auto bad = [](std::string message) { return fail(ErrorCode::invalid_input, std::move(message)); };
  if (text.empty()) return bad("a unit reference is empty");
  if (text.size() > k_text_bytes_max) {
    return bad(fmt::format("unit reference \"{}...\" has {} bytes, at most 2048", text.substr(0, 40), text.size()));
  }
  const auto found = std::ranges::find_if(text, control);
  if (found == text.end()) return {};
  return bad(fmt::format("unit reference has a control character (0x{:02x}) at position {}",
                         static_cast<unsigned char>(*found), found - text.begin() + 1));
}

UnitRef opaque(std::string_view text) {
  return {UnitKey(std::string("u").append(text)), std::nullopt, std::string(text)};
}

bool in_angles(std::string_view text) {
  return text.size() > 2 && text.starts_with('<') && text.ends_with('>');
}

/// What people type back to get the opaque unit `text`.
std::string opaque_ref(std::string_view text) {
  const auto found = parse_unit(text);
  if (found && found->key.type() == UnitType::opaque && found->key.bytes().substr(1) == text) return std::string(text);
  return fmt::format("<{}>", text);
}

}  // namespace

std::string_view name_of(UnitType type) {
  switch (type) {
    case UnitType::lot: return "lot";
    case UnitType::serial: return "serial";
    case UnitType::item_class: return "class";
    case UnitType::container: return "container";
    case UnitType::location: return "location";
    case UnitType::party: return "party";
    case UnitType::document: return "document";
    case UnitType::opaque: return "opaque";
  }
  return "unknown";
}

UnitType unit_type_of(std::string_view key_bytes) {
  if (const auto parts = gs1_parts(key_bytes)) return gs1_type(*parts);
  const auto parts = plant_parts(key_bytes);
  if (!parts) return UnitType::opaque;
  if (parts->kind == 0) return UnitType::item_class;
  return parts->kind == 'L' ? UnitType::lot : UnitType::serial;
}

UnitType UnitKey::type() const {
  return unit_type_of(bytes_);
}

std::string_view UnitKey::item() const {
  if (const auto parts = plant_parts(bytes_)) return parts->item;
  const auto parts = gs1_parts(bytes_);
  if (!parts) return {};
  if (parts->key_ai == "01" || parts->key_ai == "8010") return parts->key;
  // An ITIP is a GTIN followed by piece and total.
  return parts->key_ai == "8006" ? parts->key.substr(0, 14) : std::string_view{};
}

std::string_view UnitKey::lot() const {
  if (const auto parts = plant_parts(bytes_)) return parts->kind == 'L' ? parts->value : std::string_view{};
  const auto parts = gs1_parts(bytes_);
  return parts && gs1_type(*parts) == UnitType::lot ? parts->qualifier : std::string_view{};
}

std::string_view UnitKey::serial() const {
  if (const auto parts = plant_parts(bytes_)) return parts->kind == 'S' ? parts->value : std::string_view{};
  const auto parts = gs1_parts(bytes_);
  if (!parts || gs1_type(*parts) != UnitType::serial) return {};
  return parts->qualifier_ai.empty() ? parts->key : parts->qualifier;
}

std::string_view UnitKey::issuer() const {
  const auto parts = plant_parts(bytes_);
  return parts ? parts->issuer : std::string_view{};
}

std::optional<UnitKey> UnitKey::item_class() const {
  const std::string_view bytes = class_bytes();
  return bytes.empty() ? std::nullopt : std::optional(UnitKey(std::string(bytes)));
}

std::string_view UnitKey::class_bytes() const {
  const UnitType own = type();
  if (own != UnitType::lot && own != UnitType::serial) return {};
  // The class is what stands before the last field; a GIAI is a single field and has none.
  const std::size_t end = bytes_.rfind(k_field_end);
  return end == std::string::npos ? std::string_view() : std::string_view(bytes_).substr(0, end);
}

std::string UnitKey::ref() const {
  if (const auto parts = plant_parts(bytes_)) return plant_ref(*parts);
  const auto parts = gs1_parts(bytes_);
  if (!parts) return bytes_.empty() ? std::string{} : opaque_ref(std::string_view(bytes_).substr(1));
  const bool of_gtin = parts->key_ai == "01";
  if (of_gtin && parts->qualifier_ai == "10") return plant_ref({"", parts->key, 'L', parts->qualifier});
  if (of_gtin && parts->qualifier_ai == "21") return plant_ref({"", parts->key, 'S', parts->qualifier});
  return gs1_element_string(*parts);
}

std::string UnitKey::uri() const {
  if (const auto parts = gs1_parts(bytes_)) return gs1_digital_link(*parts);
  if (plant_parts(bytes_)) return ref();
  return bytes_.empty() ? std::string{} : bytes_.substr(1);
}

Result<UnitKey> plant_unit_key(const PlantUnit& unit) {
  LL_TRY(check_field("issuer", unit.issuer));
  LL_TRY(check_field("item", unit.item));
  LL_TRY(check_field("lot", unit.lot));
  LL_TRY(check_field("serial", unit.serial));
  if (unit.item.empty()) return fail(ErrorCode::invalid_input, "the item of a unit is empty");
  if (!unit.lot.empty() && !unit.serial.empty()) {
    return bad_field("serial", unit.serial, fmt::format("stands beside lot \"{}\"; a key names one of them", unit.lot));
  }
  if (auto key = gs1_key_of(unit)) return UnitKey(*std::move(key));
  std::string bytes = fmt::format("p{}{}{}", unit.issuer, k_field_end, unit.item);
  if (!unit.lot.empty()) bytes.append(1, k_field_end).append("L").append(unit.lot);
  if (!unit.serial.empty()) bytes.append(1, k_field_end).append("S").append(unit.serial);
  return UnitKey(std::move(bytes));
}

Result<UnitRef> parse_unit_uri(std::string_view uri) {
  LL_TRY(check_text(uri));
  auto unit = read_gs1(uri);
  if (!unit) return read_unit_urn(uri).value_or(opaque(uri));
  UnitRef found{UnitKey(std::move(unit->key)), std::nullopt, std::string(uri)};
  if (unit->lot) found.lot = UnitKey(*std::move(unit->lot));
  return found;
}

Result<UnitRef> parse_unit(std::string_view text) {
  if (in_angles(text)) {
    LL_ASSIGN(UnitRef found, parse_unit_uri(text.substr(1, text.size() - 2)));
    found.original = text;
    return found;
  }
  LL_ASSIGN(UnitRef found, parse_unit_uri(text));
  if (found.key.type() != UnitType::opaque || text.starts_with('(')) return found;
  if (auto key = read_plant(text)) found.key = *std::move(key);
  return found;
}

}  // namespace lotledger
