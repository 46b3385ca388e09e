// engine/base/unit_key.h - what is traced: the key of a lot, serial, class, container or anything a source names.
// One unit, many writings: EPC URN, GS1 Digital Link on any domain and element string of one thing give one key
// (design: docs/architecture.md "Identity"; GS1 forms in engine/base/gs1.h).
#pragma once

#include "engine/base/result.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lotledger {

/// What kind of thing a key names; decides how a trace treats it.
enum class UnitType : std::uint8_t {
  lot,         ///< GTIN + lot, or ITEM/LOT of a plant's own numbering.
  serial,      ///< GTIN + serial and the other serialised GS1 keys of goods (GIAI, CPI, ITIP), or ITEM#SERIAL.
  item_class,  ///< Known only by class: a GTIN (or idpat pattern) without lot or serial. Flow through one is
               ///< `possible`.
  container,   ///< SSCC or GRAI: holds other units; never flow.
  location,    ///< SGLN/GLN: may hold units like a container.
  party,       ///< PGLN: never held, never flows.
  document,    ///< GDTI, GCN and other keys of papers; may be listed, never flows.
  opaque,      ///< Any other URI or text. A unit all the same, never an error.
};
[[nodiscard]] std::string_view name_of(UnitType type);

/// Canonical key of a unit. Case-sensitive, percent-decoded. The bytes order so that all lots and serials of an item
/// follow its class key.
///
/// Byte form (docs/data_format.md "Unit keys"): one scheme letter, then fields separated by 0x1D. The blanks below are
/// not part of it:
///   g 01<gtin14>                     class          g 01<gtin14> 1D 10<lot>      lot
///   g 01<gtin14> 1D 21<serial>       serial         g 00<sscc18>                 container, and so on: a GS1 element
///   string p <issuer> 1D <item> 1D L<lot>   plant lot      p <issuer> 1D <item> 1D S<serial> p <issuer> 1D <item>
///   plant class    u <text>                     opaque
class UnitKey {
 public:
  UnitKey() = default;
  /// Wraps bytes that were made by parse_unit() or stored in a record. Asserts nothing: unknown schemes are opaque.
  explicit UnitKey(std::string bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] UnitType type() const;
  /// GTIN-14 (also that of an ITIP), component part (CPID) or plant item; empty where the key has none.
  [[nodiscard]] std::string_view item() const;
  /// Empty unless the key names a lot.
  [[nodiscard]] std::string_view lot() const;
  /// Empty unless the key names a serial; the whole number of a GIAI.
  [[nodiscard]] std::string_view serial() const;
  /// Issuer of a plant's own numbering; empty for GS1 keys (their issuer is part of the number) and opaque ones.
  [[nodiscard]] std::string_view issuer() const;
  /// Key of the class that a lot or serial belongs to; nullopt for all others.
  [[nodiscard]] std::optional<UnitKey> item_class() const;
  /// Its bytes, without copying them; empty where there is none.
  [[nodiscard]] std::string_view class_bytes() const;
  /// What people read and may type back, so that parse_unit(ref()) is this key: ITEM/LOT, ITEM#SERIAL, ITEM/* for a
  /// plant's class, (00)sscc and other element strings in brackets, or the opaque text, in <> where it would read as
  /// something else.
  [[nodiscard]] std::string ref() const;
  /// The URI of the unit on id.gs1.org (canonical GS1 Digital Link), the text of an opaque unit, or the ref of a
  /// plant's.
  [[nodiscard]] std::string uri() const;

  friend bool operator==(const UnitKey&, const UnitKey&) = default;
  friend auto operator<=>(const UnitKey&, const UnitKey&) = default;

 private:
  std::string bytes_;
};

/// The type of the unit with this key, without copying it; reads at most the first fields.
[[nodiscard]] UnitType unit_type_of(std::string_view key_bytes);

/// A unit as somebody wrote it: its key, the lot it says it belongs to, and the writing itself.
struct UnitRef {
  UnitKey key;
  /// For a serial whose writing names its lot, `(01)(10)(21)`, or whose event states it (ilmd): key of that lot.
  std::optional<UnitKey> lot;
  /// The text as given; never normalised.
  std::string original;
  friend bool operator==(const UnitRef&, const UnitRef&) = default;
};

/// A unit in a plant's own numbering, field by field, as tables hold it.
struct PlantUnit {
  std::string_view issuer;  ///< May be empty: the numbering of the ledger's own plant.
  std::string_view item;
  std::string_view lot;  ///< At most one of lot and serial; neither: the class of the item.
  std::string_view serial;
};

/// The key of `unit`; nothing in the fields is decoded. Where no issuer is given, the item is a GTIN-8, -12, -13 or -14
/// with the right check digit and GS1 allows the lot or serial, this is the GS1 key. invalid_input when the item is
/// empty, both lot and serial are given, or a field has a control character or more than 200 bytes.
[[nodiscard]] Result<UnitKey> plant_unit_key(const PlantUnit& unit);

/// Reads any writing of a unit: EPC URN (`urn:epc:id:sgtin:...`, `urn:epc:class:lgtin:...`, `urn:epc:idpat:...`), GS1
/// Digital Link on any domain, `urn:lotledger:...` (engine/base/unit_urn.h), bracketed element string,
/// `[ISSUER:]ITEM/LOT`, `[ISSUER:]ITEM#SERIAL` (docs/areas/identity.md),
/// `<URI>`, or any other text, which is opaque.
/// GS1 syntax that is broken (a wrong check digit, a lot longer than 20 characters) does not fail: it is opaque too,
/// and `gs1_fault()` says why. invalid_input only for empty text, control characters, or more than 2,048 bytes.
[[nodiscard]] Result<UnitRef> parse_unit(std::string_view text);

/// Reads what a source put where EPCIS wants a URI: as parse_unit(), but `ITEM/LOT` forms are not guessed, so that an
/// unknown URI with a slash or a fragment stays the opaque unit that it is.
[[nodiscard]] Result<UnitRef> parse_unit_uri(std::string_view uri);

}  // namespace lotledger
