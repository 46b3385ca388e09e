// cli/demo/catalogue.h - what the demo plant makes and buys, and how GS1 keys of it are written.
// All company prefixes begin with 952, which GS1 keeps for examples; they belong to nobody.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lotledger::cli::demo {

inline constexpr std::string_view k_own_prefix = "9521234";

/// Articles, bought ones first. The three pump models are the finished devices; chips are a by-product of cutting.
enum class Item : std::uint8_t {
  titanium_bar,
  polymer,
  asic,
  battery,
  pouch,
  blank,
  housing,
  reservoir,
  board,
  pump_20,
  pump_40,
  pump_pediatric,
  chips
};
inline constexpr std::size_t k_items = 13;
inline constexpr std::array k_pumps{Item::pump_20, Item::pump_40, Item::pump_pediatric};

/// Two writings of one GS1 key, as different systems prefer them.
enum class Writing : std::uint8_t { urn, digital_link };

/// Precomputed beginnings of an article's identifiers; a lot text or serial number completes them.
struct ItemText {
  std::string_view name;
  std::string_view serial_prefix;
  /// Weighed in grams and written in kilograms; all others are counted.
  bool by_weight = false;
  std::string gtin;        ///< 14 digits.
  std::string lot_urn;     ///< `urn:epc:class:lgtin:9521234.010001.`
  std::string lot_link;    ///< `https://id.gs1.org/01/09521234100012/10/`
  std::string serial_urn;  ///< `urn:epc:id:sgtin:9521234.010001.`
  std::string item_link;   ///< `https://id.gs1.org/01/09521234100012/`
};
[[nodiscard]] const ItemText& text_of(Item item);

/// One serialised piece. `number` is the running part of its serial number.
struct Piece {
  Item item = Item::battery;
  std::uint32_t number = 0;
};
/// A logistic unit of the plant: case or pallet, by its running number.
struct Sscc {
  std::uint32_t number = 0;
};

/// The GS1 check digit (mod 10, weights 3 and 1 from the right) of `digits`.
[[nodiscard]] char check_digit(std::string_view digits);
/// The 13-digit GLN of company prefix (7 digits) and location reference (5 digits).
[[nodiscard]] std::string gln(std::string_view prefix, std::string_view reference);

void append_serial_number(std::string& to, Piece piece);
void append_piece(std::string& to, Writing writing, Piece piece);
void append_sscc(std::string& to, Writing writing, Sscc sscc);
void append_lot(std::string& to, Writing writing, Item item, std::string_view lot);
void append_number(std::string& to, std::int64_t value);
/// `1.25` for 1250 grams of what is weighed, `1250` of all else.
[[nodiscard]] std::string amount_text(Item item, std::int64_t amount);
/// `09521234100012#M0000123`, as people type it.
[[nodiscard]] std::string piece_ref(Piece piece);
/// `09521234100012/L2026-0417`.
[[nodiscard]] std::string lot_ref(Item item, std::string_view lot);

}  // namespace lotledger::cli::demo
