// cli/demo/catalogue.cc - articles and the writing of GS1 keys (GS1 General Specifications; EPC Tag Data Standard 2.0).
#include "cli/demo/catalogue.h"

#include <charconv>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

constexpr std::string_view k_resolver = "https://id.gs1.org/";

struct ItemSource {
  std::string_view prefix;
  std::string_view reference;  ///< Indicator digit and five digits of item reference.
  std::string_view serial_prefix;
  std::string_view name;
  bool by_weight;
};

constexpr std::array<ItemSource, k_items> k_sources{{
    {"9521301", "010001", "", "Ti-6Al-4V ELI bar 32 mm", true},
    {"9521302", "020001", "", "PEEK granulate, implant grade", true},
    {"9521303", "030001", "", "Pump control ASIC", false},
    {"9521304", "040001", "BT", "Implantable lithium cell", false},
    {"9521305", "050001", "", "Sterile barrier pouch", false},
    {k_own_prefix, "010010", "", "Housing blank", false},
    {k_own_prefix, "010020", "", "Housing, machined", false},
    {k_own_prefix, "010030", "", "Drug reservoir, moulded", false},
    {k_own_prefix, "010040", "CB", "Control board", false},
    {k_own_prefix, "020020", "M", "Infusion pump 20 mL", false},
    {k_own_prefix, "020040", "M", "Infusion pump 40 mL", false},
    {k_own_prefix, "020050", "M", "Infusion pump, pediatric", false},
    {k_own_prefix, "010015", "", "Titanium chips", true},
}};

ItemText make_text(const ItemSource& source) {
  ItemText text;
  text.name = source.name;
  text.serial_prefix = source.serial_prefix;
  text.by_weight = source.by_weight;
  std::string digits{source.reference.substr(0, 1)};
  digits += source.prefix;
  digits += source.reference.substr(1);
  text.gtin = digits + check_digit(digits);
  const std::string dotted = std::string{source.prefix} + '.' + std::string{source.reference} + '.';
  text.lot_urn = "urn:epc:class:lgtin:" + dotted;
  text.serial_urn = "urn:epc:id:sgtin:" + dotted;
  text.item_link = std::string{k_resolver} + "01/" + text.gtin + '/';
  text.lot_link = text.item_link + "10/";
  return text;
}

std::array<ItemText, k_items> make_texts() {
  std::array<ItemText, k_items> texts;
  for (std::size_t i = 0; i < k_items; ++i) texts[i] = make_text(k_sources[i]);
  return texts;
}

void append_padded(std::string& to, std::uint64_t value, std::size_t width) {
  const std::size_t start = to.size();
  to.append(width, '0');
  for (std::size_t i = width; i > 0 && value > 0; --i, value /= 10) {
    to[start + i - 1] = static_cast<char>('0' + value % 10);
  }
}

}  // namespace

const ItemText& text_of(Item item) {
  static const std::array<ItemText, k_items> texts = make_texts();
  return texts[static_cast<std::size_t>(item)];
}

char check_digit(std::string_view digits) {
  int sum = 0;
  int weight = 3;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    sum += weight * (*digit - '0');
    weight = 4 - weight;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string gln(std::string_view prefix, std::string_view reference) {
  const std::string digits = std::string{prefix} + std::string{reference};
  return digits + check_digit(digits);
}

void append_serial_number(std::string& to, Piece piece) {
  to += text_of(piece.item).serial_prefix;
  append_padded(to, piece.number, 7);
}

void append_piece(std::string& to, Writing writing, Piece piece) {
  const ItemText& item = text_of(piece.item);
  if (writing == Writing::urn) {
    to += item.serial_urn;
  } else {
    to += item.item_link;
    to += "21/";
  }
  append_serial_number(to, piece);
}

void append_sscc(std::string& to, Writing writing, Sscc sscc) {
  if (writing == Writing::urn) {
    to += "urn:epc:id:sscc:";
    to += k_own_prefix;
    to += ".0";
    append_padded(to, sscc.number, 9);
    return;
  }
  to += k_resolver;
  to += "00/";
  const std::size_t start = to.size();
  to += '0';
  to += k_own_prefix;
  append_padded(to, sscc.number, 9);
  to += check_digit(std::string_view{to}.substr(start));
}

void append_lot(std::string& to, Writing writing, Item item, std::string_view lot) {
  to += writing == Writing::urn ? text_of(item).lot_urn : text_of(item).lot_link;
  to += lot;
}

void append_number(std::string& to, std::int64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  to.append(digits.data(), end);
}

std::string amount_text(Item item, std::int64_t amount) {
  if (!text_of(item).by_weight) return fmt::format("{}", amount);
  const std::int64_t grams = amount < 0 ? -amount : amount;
  std::string text = fmt::format("{}{}.{:03}", amount < 0 ? "-" : "", grams / 1000, grams % 1000);
  text.resize(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string piece_ref(Piece piece) {
  std::string text = text_of(piece.item).gtin + '#';
  append_serial_number(text, piece);
  return text;
}

std::string lot_ref(Item item, std::string_view lot) {
  return text_of(item).gtin + '/' + std::string{lot};
}

}  // namespace lotledger::cli::demo
