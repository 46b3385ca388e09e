// engine/base/gs1.h - GS1 keys in all their writings: EPC URN, GS1 Digital Link, bracketed element string.
// Sources: GS1 EPC Tag Data Standard 1.13 and 2.0 (URNs), GS1 Digital Link 1.1 to 1.3 (links), GS1 General
// Specifications (application identifiers, check digits). The rules and limits are explained in docs/areas/identity.md.
#pragma once

#include "engine/base/unit_key.h"

#include <optional>
#include <string>
#include <string_view>

namespace lotledger {

/// The mod-10 check digit that belongs behind `digits` (GS1 General Specifications 7.9.1). Asserts that all are digits.
[[nodiscard]] char gs1_check_digit(std::string_view digits);

/// `text` as a GTIN-14 when it is a GTIN-8, -12, -13 or -14 with the right check digit, else nullopt.
[[nodiscard]] std::optional<std::string> gtin14_of(std::string_view text);

/// What a GS1 writing names.
struct Gs1Unit {
  std::string key;                 ///< Bytes of its UnitKey.
  std::optional<std::string> lot;  ///< For a serial written with its lot: bytes of that lot's key.
};

/// Reads an EPC URN, a GS1 Digital Link or a bracketed element string. nullopt when `text` is none of them, or is one
/// that breaks a rule of GS1; gs1_fault() tells these apart.
[[nodiscard]] std::optional<Gs1Unit> read_gs1(std::string_view text);

/// Why `text`, which is plainly meant as a GS1 writing, does not name a unit: `lot (10) has 21 characters, at most 20`.
/// nullopt when it does name one, and when it is no GS1 writing at all.
[[nodiscard]] std::optional<std::string> gs1_fault(std::string_view text);

/// Key of the lot `lot` or the serial `serial` of the item with this GTIN; nullopt when GS1 does not allow that text
/// (longer than 20 characters, or outside character set 82).
[[nodiscard]] std::optional<std::string> gs1_lot_key(std::string_view gtin14, std::string_view lot);
[[nodiscard]] std::optional<std::string> gs1_serial_key(std::string_view gtin14, std::string_view serial);

/// The parts of a key whose bytes begin with `g`. Views into those bytes.
struct Gs1Parts {
  std::string_view key_ai;        ///< `01`, `00`, `8003`, ...
  std::string_view key;           ///< Value of that AI.
  std::string_view qualifier_ai;  ///< `10`, `21`, `235`, `8011`, `254`, or empty.
  std::string_view qualifier;
};
/// nullopt when the bytes are no GS1 key of a kind that this version knows.
[[nodiscard]] std::optional<Gs1Parts> gs1_parts(std::string_view key_bytes);
[[nodiscard]] UnitType gs1_type(const Gs1Parts& parts);
/// `(01)04012345111118(21)9876`, with `\(` for a bracket in a value.
[[nodiscard]] std::string gs1_element_string(const Gs1Parts& parts);
/// `https://id.gs1.org/01/04012345111118/21/9876`.
[[nodiscard]] std::string gs1_digital_link(const Gs1Parts& parts);

/// The form in which CBV 2.0 event hashes see an identifier: an EPC URN and a Digital Link on any domain become the
/// canonical Digital Link on id.gs1.org with the finest level only (no variant, no lot beside a serial, no query);
/// every other URI stays as it is. Follows the form alone: like other implementations of that hash it does not judge
/// check digits, because two parties must get one hash for one text.
[[nodiscard]] std::string canonical_digital_link(std::string_view uri);

}  // namespace lotledger
