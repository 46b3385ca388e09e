// engine/base/gs1_rules.h - the tables behind engine/base/gs1.cc: application identifiers, qualifiers, URN schemes,
// aliases. From the GS1 Barcode Syntax Dictionary (formats), GS1 Digital Link (paths, aliases) and EPC Tag Data
// Standard (URNs).
#pragma once

#include "engine/base/unit_key.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace lotledger::gs1 {

enum class Charset : std::uint8_t {
  digits,
  set82,  ///< GS1 AI encodable character set 82: letters, digits and !"%&'()*+,-./:;<=>?_
  set39,  ///< Character set 39: digits, capital letters, # - /
};

/// A rule of one AI beyond its format.
enum class Extra : std::uint8_t {
  none,
  leading_zero,    ///< The first digit is a filler 0 (GRAI).
  pieces,          ///< Ends in piece and total, 1 <= piece <= total (ITIP).
  company_prefix,  ///< Begins with a company prefix: at least four digits.
  no_zero_prefix,  ///< A number without leading zeros.
};

/// Format of the value of one AI: `head` digits, then `tail_min` to `tail_max` characters of `tail`.
struct ElementForm {
  std::string_view ai;
  std::string_view name;
  std::size_t head;     ///< Leading digits, always present.
  std::size_t checked;  ///< The first so many digits end in a check digit; 0: none.
  std::size_t tail_min;
  std::size_t tail_max;
  Charset tail;
  Extra extra;
};

inline constexpr ElementForm k_elements[] = {
    {"00", "SSCC", 18, 18, 0, 0, Charset::digits, Extra::none},
    {"01", "GTIN", 14, 14, 0, 0, Charset::digits, Extra::none},
    {"253", "GDTI", 13, 13, 0, 17, Charset::set82, Extra::none},
    {"255", "GCN", 13, 13, 0, 12, Charset::digits, Extra::none},
    {"401", "GINC", 0, 0, 1, 30, Charset::set82, Extra::company_prefix},
    {"402", "GSIN", 17, 17, 0, 0, Charset::digits, Extra::none},
    {"414", "GLN", 13, 13, 0, 0, Charset::digits, Extra::none},
    {"417", "party GLN", 13, 13, 0, 0, Charset::digits, Extra::none},
    {"8003", "GRAI", 14, 14, 0, 16, Charset::set82, Extra::leading_zero},
    {"8004", "GIAI", 0, 0, 1, 30, Charset::set82, Extra::company_prefix},
    {"8006", "ITIP", 18, 14, 0, 0, Charset::digits, Extra::pieces},
    {"8010", "CPID", 0, 0, 1, 30, Charset::set39, Extra::company_prefix},
    {"8017", "GSRN of a provider", 18, 18, 0, 0, Charset::digits, Extra::none},
    {"8018", "GSRN of a recipient", 18, 18, 0, 0, Charset::digits, Extra::none},
    {"10", "lot", 0, 0, 1, 20, Charset::set82, Extra::none},
    {"21", "serial", 0, 0, 1, 20, Charset::set82, Extra::none},
    {"22", "consumer product variant", 0, 0, 1, 20, Charset::set82, Extra::none},
    {"235", "third-party serial", 0, 0, 1, 28, Charset::set82, Extra::none},
    {"254", "GLN extension", 0, 0, 1, 20, Charset::set82, Extra::none},
    {"7040", "UIC with extension", 1, 0, 3, 3, Charset::set82, Extra::none},
    {"8011", "CPID serial", 0, 0, 1, 12, Charset::digits, Extra::no_zero_prefix},
    {"8019", "service relation instance", 0, 0, 1, 10, Charset::digits, Extra::none},
};

[[nodiscard]] constexpr const ElementForm* element_form(std::string_view ai) {
  const auto* found = std::ranges::find(k_elements, ai, &ElementForm::ai);
  return found == std::end(k_elements) ? nullptr : found;
}

/// A primary key: an AI that may begin the path of a Digital Link.
struct KeyRule {
  std::string_view ai;
  UnitType plain;     ///< What the key names alone, ...
  UnitType tailed;    ///< ... with characters behind its fixed digits (the serial of a GRAI), ...
  UnitType instance;  ///< ... and with a qualifier that singles out one instance.
};

inline constexpr KeyRule k_keys[] = {
    {"00", UnitType::container, UnitType::container, UnitType::container},
    {"01", UnitType::item_class, UnitType::item_class, UnitType::serial},
    {"253", UnitType::document, UnitType::document, UnitType::document},
    {"255", UnitType::document, UnitType::document, UnitType::document},
    {"401", UnitType::document, UnitType::document, UnitType::document},
    {"402", UnitType::document, UnitType::document, UnitType::document},
    {"414", UnitType::location, UnitType::location, UnitType::location},
    {"417", UnitType::party, UnitType::party, UnitType::party},
    {"8003", UnitType::item_class, UnitType::container, UnitType::container},
    {"8004", UnitType::serial, UnitType::serial, UnitType::serial},
    {"8006", UnitType::item_class, UnitType::item_class, UnitType::serial},
    {"8010", UnitType::item_class, UnitType::item_class, UnitType::serial},
    {"8017", UnitType::party, UnitType::party, UnitType::party},
    {"8018", UnitType::party, UnitType::party, UnitType::party},
};

[[nodiscard]] constexpr const KeyRule* key_rule(std::string_view ai) {
  const auto* found = std::ranges::find(k_keys, ai, &KeyRule::ai);
  return found == std::end(k_keys) ? nullptr : found;
}

enum class Role : std::uint8_t {
  lot,
  instance,
  ignored,  ///< Says nothing about which unit it is: the variant of a GTIN, the relation of a service.
};

/// An AI that may follow a key, in the order of a Digital Link path.
struct Qualifier {
  std::string_view key_ai;
  std::string_view ai;
  Role role;
};

inline constexpr Qualifier k_qualifiers[] = {
    {"01", "22", Role::ignored},     {"01", "10", Role::lot},         {"01", "21", Role::instance},
    {"01", "235", Role::instance},   {"414", "254", Role::instance},  {"414", "7040", Role::ignored},
    {"417", "7040", Role::ignored},  {"8004", "7040", Role::ignored}, {"8006", "22", Role::ignored},
    {"8006", "10", Role::lot},       {"8006", "21", Role::instance},  {"8010", "8011", Role::instance},
    {"8017", "8019", Role::ignored}, {"8018", "8019", Role::ignored},
};

[[nodiscard]] constexpr const Qualifier* qualifier_of(std::string_view key_ai, std::string_view ai) {
  const auto* found =
      std::ranges::find_if(k_qualifiers, [&](const Qualifier& each) { return each.key_ai == key_ai && each.ai == ai; });
  return found == std::end(k_qualifiers) ? nullptr : found;
}

/// AIs that may not stand together in one element string, as far as they touch keys.
struct Exclusion {
  std::string_view a;
  std::string_view b;
};
inline constexpr Exclusion k_exclusions[] = {
    {"01", "02"},    {"01", "03"},    {"01", "37"},   {"01", "255"},   {"21", "235"},
    {"02", "255"},   {"8006", "01"},  {"8006", "37"}, {"8006", "255"}, {"8017", "8018"},
    {"255", "8020"}, {"255", "8026"}, {"255", "415"}, {"8026", "02"},  {"8026", "8006"},
};

/// How the body of a URN, `COMPANY.REFERENCE[.PIECE.TOTAL][.TAIL]`, becomes elements.
struct UrnScheme {
  std::string_view kind;  ///< `id` or `class`.
  std::string_view name;
  std::string_view key_ai;
  std::size_t digits;   ///< Company prefix and reference together; 0: the reference is text.
  bool first_in_front;  ///< The first digit of the reference is an indicator that leads the number.
  bool pieces;
  bool has_tail;
  std::string_view tail_ai;  ///< AI of the tail; empty: the tail belongs to the key itself.
  bool pattern_is_class;     ///< `idpat` with tail `*` names the class.
};

inline constexpr UrnScheme k_urn_schemes[] = {
    {"id", "sgtin", "01", 13, true, false, true, "21", true},
    {"class", "lgtin", "01", 13, true, false, true, "10", false},
    {"id", "upui", "01", 13, true, false, true, "235", true},
    {"id", "itip", "8006", 13, true, true, true, "21", true},
    {"id", "sscc", "00", 17, true, false, false, "", false},
    {"id", "sgln", "414", 12, false, false, true, "254", false},
    {"id", "pgln", "417", 12, false, false, false, "", false},
    {"id", "grai", "8003", 12, false, false, true, "", true},
    {"id", "gdti", "253", 12, false, false, true, "", true},
    {"id", "sgcn", "255", 12, false, false, true, "", true},
    {"id", "gsrn", "8018", 17, false, false, false, "", false},
    {"id", "gsrnp", "8017", 17, false, false, false, "", false},
    {"id", "gsin", "402", 16, false, false, false, "", false},
    {"id", "giai", "8004", 0, false, false, false, "", false},
    {"id", "ginc", "401", 0, false, false, false, "", false},
    {"id", "cpi", "8010", 0, false, false, true, "8011", true},
};

[[nodiscard]] constexpr const UrnScheme* urn_scheme(std::string_view kind, std::string_view name) {
  const std::string_view wanted = kind == "idpat" ? "id" : kind;
  const auto* found = std::ranges::find_if(
      k_urn_schemes, [&](const UrnScheme& each) { return each.kind == wanted && each.name == name; });
  return found == std::end(k_urn_schemes) ? nullptr : found;
}

/// Names that Digital Link 1.1 allowed in place of numbers. Withdrawn later, but CBV event hashes still read them.
struct Alias {
  std::string_view name;
  std::string_view ai;
};
inline constexpr Alias k_aliases[] = {
    {"sscc", "00"},   {"gtin", "01"},   {"gdti", "253"},   {"gcn", "255"},   {"ginc", "401"},
    {"gsin", "402"},  {"gln", "414"},   {"party", "417"},  {"grai", "8003"}, {"giai", "8004"},
    {"itip", "8006"}, {"cpid", "8010"}, {"gsrnp", "8017"}, {"gsrn", "8018"}, {"cpv", "22"},
    {"lot", "10"},    {"ser", "21"},    {"glnx", "254"},   {"cpsn", "8011"}, {"srin", "8019"},
};

/// The AI that a path segment means: itself, or what its alias stands for.
[[nodiscard]] constexpr std::string_view ai_of_segment(std::string_view segment) {
  const auto* found = std::ranges::find(k_aliases, segment, &Alias::name);
  return found == std::end(k_aliases) ? segment : found->ai;
}

}  // namespace lotledger::gs1
