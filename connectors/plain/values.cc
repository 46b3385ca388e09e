// connectors/plain/values.cc - texts to values, with a hint for whoever must mend them.
#include "connectors/plain/values.h"

#include "connectors/base/rows.h"
#include "engine/base/ascii.h"
#include "engine/base/assert.h"
#include "engine/base/gs1.h"
#include "engine/base/serial_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <sstream>

namespace lotledger::connectors::plain {
namespace {

constexpr std::size_t k_value_bytes_max = 2000;
constexpr std::size_t k_gln_digits = 13;
constexpr std::size_t k_known_places = 512;
constexpr std::size_t k_gtin_digits = 14;

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, ascii_digit);
}

bool check_digit_holds(std::string_view digits) {
  return gs1_check_digit(digits.substr(0, digits.size() - 1)) == digits.back();
}

std::string wrong_check_digit(std::string_view digits) {
  return fmt::format("has the wrong check digit {}; it would be {}", digits.back(),
                     gs1_check_digit(digits.substr(0, digits.size() - 1)));
}

/// `digits` with zeros in front; nullopt where that is no GTIN-14.
std::optional<std::string> padded_gtin(std::string_view digits) {
  if (!all_digits(digits) || digits.size() >= k_gtin_digits) return std::nullopt;
  std::string padded = std::string(k_gtin_digits - digits.size(), '0').append(digits);
  return check_digit_holds(padded) ? std::optional(padded) : std::nullopt;
}

bool is_uri(std::string_view text) {
  return text.starts_with("urn:") || text.find("://") != std::string_view::npos;
}

bool may_flow(UnitType type) {
  return type == UnitType::lot || type == UnitType::serial || type == UnitType::item_class ||
         type == UnitType::container;
}

/// `T` between date and time, where a blank stands.
std::string with_t(std::string text) {
  constexpr std::size_t k_date = 10;
  if (text.size() > k_date && text[k_date] == ' ') text[k_date] = 'T';
  return text;
}

constexpr std::size_t k_whole_digits_max = 9;

/// Times 10^digits; false where that does not fit.
bool scale_up(std::int64_t& number, unsigned digits) {
  for (unsigned i = 0; i < digits; ++i) {
    if (__builtin_mul_overflow(number, std::int64_t{10}, &number)) return false;
  }
  return true;
}

}  // namespace

bool is_scientific(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("Ee");
  if (e == std::string_view::npos || e == 0 || e + 2 >= text.size()) return false;
  const std::string_view mantissa = text.substr(0, e);
  if (text[e + 1] != '+' && text[e + 1] != '-') return false;
  if (!all_digits(text.substr(e + 2)) || !all_digits(mantissa.substr(0, 1))) return false;
  if (mantissa.size() == 1) return true;
  return (mantissa[1] == '.' || mantissa[1] == ',') && all_digits(mantissa.substr(2));
}

const UnitKey* KnownPlaces::find(UnitType type, const std::string& text) const {
  if (slots_.empty()) return nullptr;
  const Slot& slot = slots_[std::hash<std::string>{}(text) % slots_.size()];
  return slot.type == type && slot.text == text ? &slot.key : nullptr;
}

void KnownPlaces::note(UnitType type, const std::string& text, const UnitKey& key) {
  if (slots_.empty()) slots_.resize(k_known_places);
  slots_[std::hash<std::string>{}(text) % slots_.size()] = {type, text, key};
}

Values::Values(const Row& row, const PlainFormat& format, KnownPlaces* places)
    : row_(row), format_(format), places_(places) {
  for (const Use& use : columns_of(format.kind)) check(use);
}

void Values::fault(Column column, FaultCode code, std::string what, std::string hint) {
  faults.push_back({code, std::string(name_of(column)), quoted(row_[column]), std::move(what), std::move(hint)});
}

void Values::check(const Use& use) {
  const std::string& text = row_[use.column];
  if (text.empty()) {
    if (use.need == Need::must) fault(use.column, FaultCode::missing, "is empty");
    return;
  }
  if (text.size() > k_value_bytes_max) {
    return fault(use.column, FaultCode::limit,
                 fmt::format("has {} bytes, at most {} are read", text.size(), k_value_bytes_max));
  }
  check_type(use.column);
}

void Values::check_type(Column column) {
  const std::string& text = row_[column];
  switch (spec_of(column).type) {
    case ValueType::code:
    case ValueType::reference:
    case ValueType::gtin:
    case ValueType::party:
    case ValueType::location: return check_code(column);
    case ValueType::date:
      if (!is_date(text)) fault(column, FaultCode::bad_value, "is no date", "YYYY-MM-DD");
      return;
    case ValueType::country:
      if (text.size() != 2 || !std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; }))
        fault(column, FaultCode::bad_value, "is no country code", "two capital letters, ISO 3166-1: CN, DE, US");
      return;
    case ValueType::choice: return check_choice(column);
    case ValueType::flag:
      if (text != "yes" && text != "no") fault(column, FaultCode::bad_value, "is neither yes nor no", "yes or no");
      return;
    case ValueType::whole:
      if (!all_digits(text) || text.size() > k_whole_digits_max)
        fault(column, FaultCode::bad_value, "is no whole number", "digits only, at most 9 of them");
      return;
    case ValueType::currency:
      if (text.size() != 3 || !std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; }))
        fault(column, FaultCode::bad_value, "is no currency code", "three capital letters, ISO 4217: CNY, EUR, USD");
      return;
    case ValueType::text:
    case ValueType::time:
    case ValueType::decimal:
    case ValueType::uom:
    case ValueType::ratio:
    case ValueType::codes: return;
  }
}

void Values::check_choice(Column column) {
  const auto words = choices_of(format_.kind, column);
  if (std::ranges::find(words, row_[column]) != words.end()) return;
  std::string hint;
  for (const std::string_view word : words) hint.append(hint.empty() ? "" : ", ").append(word);
  fault(column, FaultCode::bad_value, "is none of the words of this column", std::move(hint));
}

void Values::missing(Column column, std::string what) {
  fault(column, FaultCode::missing, std::move(what));
}

void Values::unwanted(Column column, std::string what) {
  fault(column, FaultCode::rule, std::move(what), "leave it empty");
}

std::size_t Values::chosen(Column column) const {
  const auto words = choices_of(format_.kind, column);
  const auto found = std::ranges::find(words, row_[column]);
  return found == words.end() ? 0 : static_cast<std::size_t>(found - words.begin());
}

std::uint32_t Values::whole(Column column) const {
  const std::string& text = row_[column];
  std::uint32_t number = 0;
  if (!all_digits(text) || text.size() > k_whole_digits_max) return number;
  for (const char c : text) number = number * 10 + static_cast<std::uint32_t>(c - '0');
  return number;
}

std::vector<std::string> Values::codes(Column column) const {
  std::vector<std::string> out;
  std::istringstream words(row_[column]);
  for (std::string word; words >> word;) out.push_back(word);
  return out;
}

std::optional<UnitCode> Values::uom(Column column) {
  if (row_[column].empty()) return std::nullopt;
  const auto code = UnitCode::parse(row_[column]);
  if (code.has_value()) return *code;
  fault(column, FaultCode::bad_value, code.error().message);
  return std::nullopt;
}

/// `50`, `0.5` or `1/3`, exactly.
std::optional<Conversion> Values::ratio(Column column) {
  const std::string text = with_point(row_[column]);
  if (text.empty()) return std::nullopt;
  const std::size_t slash = text.find('/');
  const auto above = parse_quantity(text.substr(0, slash), each());
  const auto below = parse_quantity(slash == std::string::npos ? "1" : text.substr(slash + 1), each());
  if (above.has_value() && below.has_value() && above->mantissa > 0 && below->mantissa > 0) {
    Conversion out{above->mantissa, below->mantissa};
    const bool fits = scale_up(out.denominator, above->scale) && scale_up(out.numerator, below->scale);
    if (fits) return out;
  }
  fault(column, FaultCode::bad_value, "is no factor that can be kept exactly", "50, 0.5 or 1/3, greater than zero");
  return std::nullopt;
}

void Values::check_code(Column column) {
  if (!is_scientific(row_[column])) return;
  fault(column, FaultCode::bad_value, "is a number as a spreadsheet shortens it; its last digits are lost",
        "format the column as text and export again from the source");
}

std::string Values::with_offset(const std::string& text) const {
  std::string whole = with_t(text);
  if (!format_.offset_minutes || parse_instant(whole).has_value()) return whole;
  return whole + format_offset(*format_.offset_minutes);
}

std::optional<ZonedInstant> Values::time(Column column) {
  const std::string& text = row_[column];
  if (text.empty()) return std::nullopt;
  if (const auto read = parse_instant(with_offset(text)); read.has_value()) return *read;
  if (parse_instant(with_t(text) + "Z").has_value()) {
    fault(column, FaultCode::bad_value, "has no offset from UTC",
          "write 2026-03-02T08:15:00+08:00, or say --timezone +08:00 for the whole file");
  } else if (parse_instant(text + "T00:00:00Z").has_value()) {
    fault(column, FaultCode::bad_value, "has no time of day", "when on that day? 2026-03-02T08:15:00+08:00");
  } else {
    fault(column, FaultCode::bad_value, "is no time", "RFC 3339: 2026-03-02T08:15:00+08:00");
  }
  return std::nullopt;
}

std::optional<UnitKey> Values::party(Column column) {
  return place(column, UnitType::party, "417");
}

std::optional<UnitKey> Values::location(Column column) {
  return place(column, UnitType::location, "414");
}

std::optional<UnitKey> Values::place(Column column, UnitType type, std::string_view ai) {
  const std::string& text = row_[column];
  if (text.empty() || is_scientific(text)) return std::nullopt;
  if (const UnitKey* known = places_ == nullptr ? nullptr : places_->find(type, text)) return *known;
  auto key = written_place(column, type, ai);
  if (key && places_ != nullptr) places_->note(type, text, *key);
  return key;
}

/// A party or location: 13 digits are a GLN, GS1 writings and URIs are themselves, all else is a number of the plant's.
std::optional<UnitKey> Values::written_place(Column column, UnitType type, std::string_view ai) {
  const std::string& text = row_[column];
  std::string writing = text;
  if (all_digits(text) && text.size() == k_gln_digits) {
    if (!check_digit_holds(text)) {
      fault(column, FaultCode::bad_value, "is no GLN: " + wrong_check_digit(text),
            "an own number of 13 digits needs letters in front of it");
      return std::nullopt;
    }
    writing = fmt::format("({}){}", ai, text);
  } else if (const auto wrong = gs1_fault(text)) {
    fault(column, FaultCode::bad_value, *wrong);
    return std::nullopt;
  }
  const auto read = parse_unit_uri(writing);
  if (!read.has_value()) {
    fault(column, FaultCode::bad_value, read.error().message);
    return std::nullopt;
  }
  const UnitType found = read->key.type();
  if (found == type || (found == UnitType::location && type == UnitType::party)) return read->key;
  if (found != UnitType::opaque) {
    fault(column, FaultCode::wrong_type, fmt::format("names a {}, no {}", name_of(found), name_of(type)));
    return std::nullopt;
  }
  if (is_uri(text)) return read->key;
  // Number 1000 of a customer and number 1000 of a store are two things.
  const auto own = parse_unit_uri(std::string(name_of(type)).append(":").append(text));
  return own.has_value() ? std::optional(own->key) : std::nullopt;
}

std::vector<UnitAmount> Values::amounts() {
  const auto how_much = quantity();
  auto named = unit();
  if (!named) return {};
  auto amount = amount_of(std::move(*named), how_much);
  if (!amount) return {};
  amount->cost = money();
  if (row_[Column::serial_to].empty()) return {std::move(*amount)};
  return range_of(std::move(*amount));
}

/// The row's serial and all that follow it up to serial_to.
std::vector<UnitAmount> Values::range_of(UnitAmount first) {
  const std::string& from = row_[Column::serial];
  if (from.empty()) {
    missing(Column::serial, "is empty; serial_to ends a range that begins with it");
    return {};
  }
  const auto count = serials_between(from, row_[Column::serial_to]);
  if (!count.has_value()) {
    fault(Column::serial_to, FaultCode::bad_value, count.error().message);
    return {};
  }
  if (first.cost) {
    unwanted(Column::cost, "stands beside a range of serials");
    return {};
  }
  std::vector<UnitAmount> units;
  units.reserve(*count);
  const std::string stem = first.unit.key.bytes().substr(0, first.unit.key.bytes().size() - from.size());
  for (std::uint32_t step = 0; step < *count; ++step) {
    const auto serial = serial_after(from, step);
    LL_ASSERT(serial.has_value(), "serials_between() counted only serials that can be reached");
    UnitKey key(stem + *serial);
    std::string original = key.uri();
    units.push_back({{std::move(key), first.unit.lot, std::move(original)}, std::nullopt, std::nullopt});
  }
  return units;
}

std::optional<UnitKey> Values::item_class() {
  if (row_[Column::gtin].empty() && row_[Column::item].empty()) {
    if (!row_[Column::issuer].empty()) missing(Column::item, "is empty beside an issuer");
    return std::nullopt;
  }
  if (!item_is_sound()) return std::nullopt;
  return part(row_[Column::gtin].empty() ? row_[Column::item] : row_[Column::gtin], Column::item);
}

std::optional<UnitRef> Values::reference(Column column) {
  const std::string& text = row_[column];
  if (text.empty() || is_scientific(text)) return std::nullopt;
  if (const auto wrong = gs1_fault(text)) {
    fault(column, FaultCode::bad_value, *wrong);
    return std::nullopt;
  }
  auto read = parse_unit(text);
  if (!read.has_value()) {
    fault(column, FaultCode::bad_value, read.error().message);
    return std::nullopt;
  }
  return std::move(*read);
}

std::optional<Money> Values::money() {
  const std::string& currency = row_[Column::currency];
  if (row_[Column::cost].empty()) {
    if (!currency.empty()) unwanted(Column::currency, "stands without a cost");
    return std::nullopt;
  }
  if (currency.empty()) {
    missing(Column::currency, "is empty beside a cost");
    return std::nullopt;
  }
  const auto amount = decimal(Column::cost, each());
  if (!amount) return std::nullopt;
  return Money{amount->mantissa, amount->scale, currency};
}

std::optional<UnitRef> Values::unit() {
  if (row_[Column::unit].empty()) return composed();
  for (const Column other : {Column::gtin, Column::item, Column::lot, Column::serial, Column::issuer}) {
    if (row_[other].empty()) continue;
    fault(other, FaultCode::rule, "stands beside unit, which names the unit already", "leave one of them empty");
    return std::nullopt;
  }
  return referred();
}

std::optional<UnitRef> Values::referred() {
  const std::string& text = row_[Column::unit];
  if (is_scientific(text)) return std::nullopt;
  if (const auto wrong = gs1_fault(text)) {
    fault(Column::unit, FaultCode::bad_value, *wrong);
    return std::nullopt;
  }
  auto read = parse_unit(text);
  if (!read.has_value()) {
    fault(Column::unit, FaultCode::bad_value, read.error().message);
    return std::nullopt;
  }
  const UnitType type = read->key.type();
  if (may_flow(type) || (type == UnitType::opaque && is_uri(text))) return std::move(*read);
  fault(Column::unit, FaultCode::bad_value,
        type == UnitType::opaque ? "names no item" : fmt::format("names a {}", name_of(type)),
        "ITEM/LOT, ITEM#SERIAL, a GS1 element string, a Digital Link or an EPC URI");
  return std::nullopt;
}

bool Values::item_is_sound() {
  const std::string& gtin = row_[Column::gtin];
  const std::string& item = row_[Column::item];
  if (!gtin.empty() && !item.empty()) {
    fault(Column::item, FaultCode::rule, "stands beside gtin, which names the item already", "leave one of them empty");
    return false;
  }
  if (gtin.empty() && item.empty()) {
    fault(Column::item, FaultCode::missing, "is empty, so that the row names no unit", "a lot text alone is no unit");
    return false;
  }
  if (!gtin.empty()) return gtin_is_sound();
  const bool like_gtin = all_digits(item) && (item.size() == k_gtin_digits || item.size() == k_gtin_digits - 1);
  if (!like_gtin || !row_[Column::issuer].empty() || check_digit_holds(item)) return true;
  fault(Column::item, FaultCode::bad_value, "reads as a GTIN but " + wrong_check_digit(item),
        "of an own number of 13 or 14 digits, say the issuer");
  return false;
}

bool Values::gtin_is_sound() {
  const std::string& gtin = row_[Column::gtin];
  if (!row_[Column::issuer].empty()) {
    fault(Column::issuer, FaultCode::rule, "stands beside gtin, whose issuer is part of the number", "leave it empty");
    return false;
  }
  if (gtin14_of(gtin)) return true;
  std::string what = "is no GTIN";
  std::string hint = "8, 12, 13 or 14 digits, the last of them the check digit";
  if (all_digits(gtin)) what += fmt::format(": has {} digits", gtin.size());
  if (const auto padded = padded_gtin(gtin)) {
    hint = fmt::format("leading zeros were lost? {}; format the column as text", *padded);
  } else if (all_digits(gtin) && (gtin.size() == 8 || (gtin.size() >= 12 && gtin.size() <= k_gtin_digits))) {
    what = "is no GTIN: " + wrong_check_digit(gtin);
  }
  fault(Column::gtin, FaultCode::bad_value, std::move(what), std::move(hint));
  return false;
}

/// The lot or serial of `item` that `column` holds, or the item itself where it is empty.
std::optional<UnitKey> Values::part(std::string_view item, Column column) {
  PlantUnit unit{row_[Column::issuer], item, {}, {}};
  if (column == Column::lot) unit.lot = row_[Column::lot];
  if (column == Column::serial) unit.serial = row_[Column::serial];
  const auto key = plant_unit_key(unit);
  if (!key.has_value()) {
    fault(column, FaultCode::bad_value, key.error().message);
    return std::nullopt;
  }
  if (row_[Column::gtin].empty() || key->bytes().starts_with('g')) return *key;
  fault(column, FaultCode::bad_value, "GS1 does not allow this beside a GTIN",
        "1 to 20 characters: digits, letters and !\"%&'()*+,-./:;<=>?_");
  return std::nullopt;
}

std::optional<UnitRef> Values::composed() {
  if (!item_is_sound()) return std::nullopt;
  const std::string& item = row_[Column::gtin].empty() ? row_[Column::item] : row_[Column::gtin];
  const bool serial = !row_[Column::serial].empty();
  const bool lot = !row_[Column::lot].empty();
  const auto key = part(item, serial ? Column::serial : Column::lot);
  const auto of_lot = serial && lot ? part(item, Column::lot) : std::nullopt;
  if (!key || (serial && lot && !of_lot)) return std::nullopt;
  return UnitRef{*key, of_lot, key->uri()};
}

std::optional<UnitAmount> Values::amount_of(UnitRef unit, const std::optional<Quantity>& amount) {
  const UnitType type = unit.key.type();
  const bool counted = type == UnitType::lot || type == UnitType::item_class;
  const Use* use = use_of(format_.kind, Column::quantity);
  if (counted && use != nullptr && use->need == Need::lots && row_[Column::quantity].empty()) {
    fault(Column::quantity, FaultCode::missing, "is empty; a lot or item needs a quantity");
    return std::nullopt;
  }
  if (row_[Column::quantity].empty()) return UnitAmount{std::move(unit), std::nullopt};
  if (!amount) return std::nullopt;
  const bool piece = dimension_of(amount->unit) == Dimension::count && Decimal::of(*amount) == Decimal::whole(1);
  const bool none = amount->mantissa == 0;  // A piece that was counted and not found.
  if (type == UnitType::container || (type == UnitType::serial && !piece && !none)) {
    fault(Column::quantity, FaultCode::rule,
          type == UnitType::serial ? "a serial is one piece" : "a container has no quantity of its own",
          type == UnitType::serial ? "1 EA, or leave quantity and uom empty" : "leave quantity and uom empty");
    return std::nullopt;
  }
  return UnitAmount{std::move(unit), counted || type == UnitType::opaque ? amount : std::nullopt};
}

std::string Values::with_point(const std::string& text) const {
  std::string number = text;
  if (format_.decimal_comma) std::ranges::replace(number, ',', '.');
  return number;
}

std::optional<Quantity> Values::quantity() {
  const std::string& text = row_[Column::quantity];
  const std::string& uom = row_[Column::uom];
  if (text.empty()) {
    if (!uom.empty()) fault(Column::uom, FaultCode::rule, "stands without a quantity");
    return std::nullopt;
  }
  if (uom.empty()) {
    fault(Column::uom, FaultCode::missing, "is empty beside a quantity", "UN/ECE Rec 20: EA, KGM, LTR, MTR");
    return std::nullopt;
  }
  const auto code = UnitCode::parse(uom);
  if (!code.has_value()) {
    fault(Column::uom, FaultCode::bad_value, code.error().message);
    return std::nullopt;
  }
  const auto number = decimal(Column::quantity, *code);
  const bool may_be_zero = format_.kind == Kind::moves && row_[Column::type] == "count";
  if (!number || number->mantissa != 0 || may_be_zero) return number;
  fault(Column::quantity, FaultCode::bad_value, "is zero: nothing happened", "leave the row out");
  return std::nullopt;
}

/// A number that is not negative, exactly.
std::optional<Quantity> Values::decimal(Column column, UnitCode unit) {
  const std::string& text = row_[column];
  const char foreign = format_.decimal_comma ? '.' : ',';
  const auto bad = [&](std::string what, std::string hint) -> std::optional<Quantity> {
    fault(column, FaultCode::bad_value, std::move(what), std::move(hint));
    return std::nullopt;
  };
  if (text.find(foreign) != std::string::npos)
    return bad(fmt::format("has a {} in it", foreign == ',' ? "comma" : "point"),
               foreign == ',' ? "decimals begin with a point; of a file with decimal commas, say --decimal-comma; no "
                                "separators of thousands"
                              : "--decimal-comma was given; no separators of thousands");
  const bool number_like = text.find_first_not_of("0123456789+-.,eE") == std::string::npos;
  if (number_like && text.find_first_of("Ee") != std::string::npos)
    return bad("is a number as a spreadsheet shortens it; its last digits may be lost", "write all its digits");
  const auto number = parse_quantity(with_point(text), unit);
  if (!number.has_value()) return bad(number.error().message, {});
  if (number->mantissa < 0)
    return bad("is negative", "what came back is a row of returns; a row that was wrong is voided");
  return *number;
}

std::string Values::normalized(Column column) const {
  const std::string& text = row_[column];
  const ValueType type = spec_of(column).type;
  if (type == ValueType::decimal || type == ValueType::ratio) return with_point(text);
  if (type != ValueType::time) return text;
  const auto at = parse_instant(with_offset(text));
  return at.has_value() ? format_zoned(*at) : text;
}

std::string Values::canonical(std::initializer_list<Column> left_out) const {
  std::string out;
  for (const Use& use : columns_of(format_.kind)) {
    if (row_[use.column].empty() || std::ranges::find(left_out, use.column) != left_out.end()) continue;
    const std::string value = normalized(use.column);
    out.append(name_of(use.column)).append("=").append(std::to_string(value.size())).append(":");
    out.append(value).append(",");
  }
  return out;
}

}  // namespace lotledger::connectors::plain
