// engine/base/gs1.cc - reading GS1 writings in two steps: text to elements (AI and value), elements to a unit.
#include "engine/base/gs1.h"

#include "engine/base/ascii.h"
#include "engine/base/assert.h"
#include "engine/base/gs1_rules.h"

#include <fmt/format.h>

#include <expected>
#include <span>
#include <utility>
#include <vector>

namespace lotledger {

namespace {

using gs1::Charset;
using gs1::ElementForm;
using gs1::Extra;
using gs1::KeyRule;
using gs1::Qualifier;
using gs1::Role;
using gs1::UrnScheme;

constexpr char k_separator = '\x1d';

/// Why a text names no GS1 unit. Empty: it is no GS1 writing at all, so there is nothing to complain about.
using Fault = std::string;
template <typename T>
using Read = std::expected<T, Fault>;

std::unexpected<Fault> not_gs1() {
  return std::unexpected(Fault{});
}
std::unexpected<Fault> broken(Fault why) {
  return std::unexpected(std::move(why));
}

struct Element {
  std::string_view ai;  ///< Of the text read, or of a table.
  std::string value;
};
/// The key first, then its qualifiers.
using Elements = std::vector<Element>;

/// Whether content is judged (check digits, piece of total) or the form alone.
enum class Judge : std::uint8_t { form, content };

// ---- characters ----

bool capital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool letter(char c) {
  return capital(c) || (c >= 'a' && c <= 'z');
}
bool one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}
bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, ascii_digit);
}

bool in_charset(char c, Charset set) {
  switch (set) {
    case Charset::digits: return ascii_digit(c);
    case Charset::set82: return ascii_digit(c) || letter(c) || one_of(c, "!\"%&'()*+,-./:;<=>?_");
    case Charset::set39: return ascii_digit(c) || capital(c) || one_of(c, "#-/");
  }
  return false;
}

Read<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return broken(fmt::format("\"{}\" has a % without two hexadecimal digits", text));
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

/// Encodes what GS1 Digital Link wants encoded in a path; the rest of set 82 stays readable.
void append_percent_encoded(std::string& to, std::string_view text) {
  for (const char c : text) {
    if (ascii_digit(c) || letter(c) || one_of(c, "-._'=;")) {
      to.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(to), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

// ---- one element ----

/// Length and characters of a value; empty when they are right.
Fault form_fault(const ElementForm& form, std::string_view value) {
  const auto say = [&](std::string what) { return fmt::format("{} ({}) {}", form.name, form.ai, what); };
  const std::size_t shortest = form.head + form.tail_min;
  const std::size_t longest = form.head + form.tail_max;
  if (value.size() < shortest || value.size() > longest) {
    return say(longest == shortest
                   ? fmt::format("has {} characters, must have {}", value.size(), longest)
                   : fmt::format("has {} characters, must have {} to {}", value.size(), shortest, longest));
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (in_charset(value[i], i < form.head ? Charset::digits : form.tail)) continue;
    return say(fmt::format("has a character at position {} that is not allowed there: \"{}\"", i + 1, value));
  }
  return {};
}

bool pieces_fit(std::string_view value) {
  const std::string_view piece = value.substr(14, 2);
  const std::string_view total = value.substr(16, 2);
  return piece != "00" && piece <= total;
}

/// The rule of a well-formed value beyond its format; empty when it is kept.
std::string_view extra_fault(Extra extra, std::string_view value) {
  switch (extra) {
    case Extra::none: return {};
    case Extra::leading_zero: return value.front() == '0' ? "" : "must begin with 0";
    case Extra::pieces: return pieces_fit(value) ? "" : "must end in piece and total, 01 <= piece <= total";
    case Extra::company_prefix:
      return value.size() >= 4 && all_digits(value.substr(0, 4)) ? "" : "must begin with a company prefix";
    case Extra::no_zero_prefix: return value == "0" || value.front() != '0' ? "" : "must not begin with 0";
  }
  return {};
}

/// What the digits of a well-formed value say about each other; empty when they agree.
Fault content_fault(const ElementForm& form, std::string_view value) {
  const std::string_view extra = extra_fault(form.extra, value);
  if (!extra.empty()) return fmt::format("{} ({}) {} {}", form.name, form.ai, value, extra);
  if (form.checked == 0) return {};
  const char expected = gs1_check_digit(value.substr(0, form.checked - 1));
  const char found = value[form.checked - 1];
  if (found == expected) return {};
  return fmt::format("{} ({}) {} has check digit {}, must be {}", form.name, form.ai, value, found, expected);
}

Fault element_fault(const Element& element, Judge judge) {
  const ElementForm* form = gs1::element_form(element.ai);
  LL_ASSERT(form != nullptr, "keys and qualifiers all have a form");
  Fault fault = form_fault(*form, element.value);
  if (fault.empty() && judge == Judge::content) fault = content_fault(*form, element.value);
  return fault;
}

// ---- EPC URN ----

/// At most `count` parts separated by points; the last one keeps any further points.
std::vector<std::string_view> split(std::string_view text, char separator, std::size_t count) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < count) {
    const std::size_t end = text.find(separator);
    if (end == std::string_view::npos) break;
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

Read<std::string> urn_text(std::string_view text) {
  for (const char c : text) {
    if (ascii_digit(c) || letter(c) || one_of(c, "!'()*+,-.:;=_%")) continue;
    return broken(fmt::format("\"{}\" has a character that a URN must write as % and two digits", text));
  }
  return percent_decode(text);
}

/// Company prefix and reference as the value of the key; asks nothing about what follows them.
Read<std::string> urn_key(const UrnScheme& scheme, std::string_view company, std::string_view reference) {
  if (company.size() < 6 || company.size() > 12 || !all_digits(company)) {
    return broken(fmt::format("company prefix \"{}\" must have 6 to 12 digits", company));
  }
  if (scheme.digits == 0) {
    auto text = urn_text(reference);
    if (text) text->insert(0, company);
    return text;
  }
  if (company.size() + reference.size() != scheme.digits || !all_digits(reference)) {
    return broken(fmt::format("company prefix and reference \"{}.{}\" must have {} digits together", company, reference,
                              scheme.digits));
  }
  const std::size_t in_front = scheme.first_in_front ? 1 : 0;
  std::string number = scheme.key_ai == "8003" ? "0" : "";
  number.append(reference.substr(0, in_front)).append(company).append(reference.substr(in_front));
  number.push_back(gs1_check_digit(number));
  return number;
}

/// Whether a part of an `idpat` stands for many values: `*`, or a range in square brackets.
bool wildcard(std::string_view part) {
  return part == "*" || part.starts_with('[');
}

Read<Elements> urn_elements(const UrnScheme& scheme, std::string_view body, bool pattern) {
  const std::size_t count = 2u + (scheme.pieces ? 2u : 0u) + (scheme.has_tail ? 1u : 0u);
  auto parts = split(body, '.', count);
  if (parts.size() != count) return broken(fmt::format("{} needs {} parts separated by points", scheme.name, count));
  bool tail = scheme.has_tail;
  if (pattern && scheme.pattern_is_class && parts.back() == "*") {
    parts.pop_back();
    tail = false;
  }
  // A pattern over anything but the serial names neither a unit nor a class: it stays the opaque text that it is.
  if (pattern && std::ranges::any_of(parts, wildcard)) return not_gs1();

  auto key = urn_key(scheme, parts[0], parts[1]);
  if (!key) return std::unexpected(key.error());
  if (scheme.pieces) key->append(parts[2]).append(parts[3]);
  Elements elements{{scheme.key_ai, *std::move(key)}};
  if (!tail) return elements;
  auto text = urn_text(parts.back());
  if (!text) return std::unexpected(text.error());
  if (text->empty()) return broken(fmt::format("{} ends without a serial", scheme.name));
  if (scheme.tail_ai.empty()) {
    elements.front().value += *text;
  } else {
    elements.push_back({scheme.tail_ai, *std::move(text)});
  }
  return elements;
}

Read<Elements> read_urn(std::string_view text) {
  const auto parts = split(text, ':', 5);
  if (parts.size() != 5 || parts[0] != "urn" || parts[1] != "epc") return not_gs1();
  const UrnScheme* scheme = gs1::urn_scheme(parts[2], parts[3]);
  if (scheme == nullptr) return not_gs1();
  return urn_elements(*scheme, parts[4], parts[2] == "idpat");
}

// ---- GS1 Digital Link ----

/// The path of a web address without its first slash; nullopt when `text` is none.
std::optional<std::string_view> web_path(std::string_view text) {
  text = text.substr(0, text.find('#'));
  text = text.substr(0, text.find('?'));
  for (const std::string_view scheme : {"https://", "http://", "HTTPS://", "HTTP://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t slash = text.find('/');
    if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
    const auto host_char = [](char c) { return ascii_digit(c) || letter(c) || one_of(c, "-._~:@[]"); };
    if (!std::ranges::all_of(text.substr(0, slash), host_char)) return std::nullopt;
    return text.substr(slash + 1);
  }
  return std::nullopt;
}

/// The elements of a path that begins with a key; `path` alternates between AI and value.
Read<Elements> path_elements(std::span<const std::string_view> path) {
  const KeyRule* key = gs1::key_rule(gs1::ai_of_segment(path[0]));
  if (key == nullptr || path.size() % 2 != 0) return not_gs1();
  auto value = percent_decode(path[1]);
  // All keys begin with a company prefix. Without this, any page under /01/ would be reported as a broken link.
  if (!value || value->size() < 4 || !all_digits(value->substr(0, 4))) return not_gs1();
  const bool short_gtin = value->size() == 8 || value->size() == 12 || value->size() == 13;
  if (key->ai == "01" && short_gtin) value->insert(0, 14 - value->size(), '0');
  Elements elements{{key->ai, *std::move(value)}};
  const Qualifier* last = nullptr;
  for (std::size_t i = 2; i < path.size(); i += 2) {
    const Qualifier* next = gs1::qualifier_of(key->ai, gs1::ai_of_segment(path[i]));
    if (next == nullptr || (last != nullptr && next <= last)) {
      if (!element_fault(elements.front(), Judge::content).empty()) return not_gs1();
      return broken(fmt::format("\"{}\" may not follow here in the path of a GS1 Digital Link", path[i]));
    }
    last = next;
    auto decoded = percent_decode(path[i + 1]);
    if (!decoded) return std::unexpected(decoded.error());
    elements.push_back({next->ai, *std::move(decoded)});
  }
  return elements;
}

Read<Elements> read_link(std::string_view text) {
  const auto path = web_path(text);
  if (!path) return not_gs1();
  std::vector<std::string_view> segments = split(*path, '/', path->size() + 1);
  if (segments.back().empty()) segments.pop_back();
  Fault first;
  // Any stem may precede the key. At most one place fits: a second one would have to be a qualifier of the first.
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    auto elements = path_elements(std::span(segments).subspan(i));
    if (elements) return elements;
    if (first.empty()) first = std::move(elements.error());
  }
  return broken(std::move(first));
}

// ---- bracketed element string ----

/// Takes `(01)` off the front of `text`; nullopt when it does not begin with an AI in brackets.
std::optional<std::string_view> take_ai(std::string_view& text) {
  if (!text.starts_with('(')) return std::nullopt;
  const std::size_t end = text.find(')');
  if (end == std::string_view::npos || end < 3 || end > 5) return std::nullopt;
  const std::string_view ai = text.substr(1, end - 1);
  if (!all_digits(ai)) return std::nullopt;
  text.remove_prefix(end + 1);
  return ai;
}

/// Takes a value off the front of `text`, up to the next bracket that has no backslash before it.
std::string take_value(std::string_view& text) {
  std::string value;
  std::size_t i = 0;
  for (; i < text.size() && text[i] != '('; ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '(') ++i;
    value.push_back(text[i]);
  }
  text.remove_prefix(i);
  return value;
}

/// Faults between the elements of one string: the same AI with two values, or two AIs that exclude each other.
Fault set_fault(const Elements& all) {
  const auto value_of = [&](std::string_view ai) {
    const auto found = std::ranges::find(all, ai, &Element::ai);
    return found == all.end() ? nullptr : &found->value;
  };
  for (const Element& element : all) {
    if (*value_of(element.ai) != element.value) return fmt::format("({}) occurs with two values", element.ai);
  }
  for (const auto& [a, b] : gs1::k_exclusions) {
    if (value_of(a) != nullptr && value_of(b) != nullptr) return fmt::format("({}) and ({}) exclude each other", a, b);
  }
  return {};
}

Read<Elements> bracketed_elements(std::string_view text) {
  Elements all;
  while (!text.empty()) {
    const auto ai = take_ai(text);
    if (!ai) return all.empty() ? not_gs1() : broken("a bracket opens no AI; inside a value write \\(");
    std::string value = take_value(text);
    if (value.empty() || value.size() > 90) return broken(fmt::format("({}) must have 1 to 90 characters", *ai));
    if (!std::ranges::all_of(value, [](char c) { return in_charset(c, Charset::set82) || c == '#'; })) {
      return broken(fmt::format("({}) has a character outside GS1's sets: \"{}\"", *ai, value));
    }
    all.push_back({*ai, std::move(value)});
  }
  return all;
}

/// Picks the first key of the string and its qualifiers; every other AI is an attribute that says nothing about
/// identity.
Read<Elements> read_brackets(std::string_view text) {
  auto all = bracketed_elements(text);
  if (!all) return all;
  if (Fault fault = set_fault(*all); !fault.empty()) return broken(std::move(fault));
  const auto key =
      std::ranges::find_if(*all, [](const Element& element) { return gs1::key_rule(element.ai) != nullptr; });
  if (key == all->end()) return broken("no key such as (01) or (00) among the elements");
  Elements picked{*key};
  for (const Qualifier& qualifier : gs1::k_qualifiers) {
    if (qualifier.key_ai != key->ai) continue;
    const auto found = std::ranges::find(*all, qualifier.ai, &Element::ai);
    if (found != all->end()) picked.push_back(*found);
  }
  return picked;
}

// ---- elements to unit ----

std::string key_bytes(const Element& key, const Element* qualifier) {
  std::string bytes = fmt::format("g{}{}", key.ai, key.value);
  if (qualifier != nullptr) bytes.append(1, k_separator).append(qualifier->ai).append(qualifier->value);
  return bytes;
}

Read<Gs1Unit> unit_of(const Elements& elements, Judge judge) {
  const Element& key = elements.front();
  const Element* lot = nullptr;
  const Element* instance = nullptr;
  for (const Element& element : elements) {
    if (Fault fault = element_fault(element, judge); !fault.empty()) return broken(std::move(fault));
    const Qualifier* qualifier = gs1::qualifier_of(key.ai, element.ai);
    if (qualifier == nullptr) continue;
    if (qualifier->role == Role::lot) lot = &element;
    if (qualifier->role != Role::instance) continue;
    if (instance != nullptr) return broken(fmt::format("({}) and ({}) exclude each other", instance->ai, element.ai));
    instance = &element;
  }
  // Extension 0 means the location itself (EPC Tag Data Standard, SGLN).
  if (instance != nullptr && instance->ai == "254" && instance->value == "0") instance = nullptr;
  Gs1Unit unit{key_bytes(key, instance != nullptr ? instance : lot), std::nullopt};
  if (instance != nullptr && lot != nullptr) unit.lot = key_bytes(key, lot);
  return unit;
}

Read<Elements> read_uri(std::string_view text) {
  if (text.starts_with("urn:")) return read_urn(text);
  return read_link(text);
}

Read<Gs1Unit> read_any(std::string_view text) {
  const auto elements = text.starts_with('(') ? read_brackets(text) : read_uri(text);
  if (!elements) return std::unexpected(elements.error());
  return unit_of(*elements, Judge::content);
}

std::optional<std::string> qualified_key(std::string_view gtin, const Element& qualifier) {
  const Element key{"01", std::string(gtin)};
  if (!element_fault(key, Judge::content).empty() || !element_fault(qualifier, Judge::content).empty()) {
    return std::nullopt;
  }
  return key_bytes(key, &qualifier);
}

}  // namespace

char gs1_check_digit(std::string_view digits) {
  LL_ASSERT(all_digits(digits), "check digits are computed of digits");
  int sum = 0;
  int weight = 3;
  for (auto c = digits.rbegin(); c != digits.rend(); ++c) {
    sum += weight * (*c - '0');
    weight = 4 - weight;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::optional<std::string> gtin14_of(std::string_view text) {
  const bool length_fits = text.size() == 8 || (text.size() >= 12 && text.size() <= 14);
  if (!length_fits || !all_digits(text)) return std::nullopt;
  if (gs1_check_digit(text.substr(0, text.size() - 1)) != text.back()) return std::nullopt;
  return std::string(14 - text.size(), '0').append(text);
}

std::optional<Gs1Unit> read_gs1(std::string_view text) {
  auto unit = read_any(text);
  if (!unit) return std::nullopt;
  return *std::move(unit);
}

std::optional<std::string> gs1_fault(std::string_view text) {
  auto unit = read_any(text);
  if (unit || unit.error().empty()) return std::nullopt;
  return std::move(unit.error());
}

std::optional<std::string> gs1_lot_key(std::string_view gtin14, std::string_view lot) {
  return qualified_key(gtin14, {"10", std::string(lot)});
}

std::optional<std::string> gs1_serial_key(std::string_view gtin14, std::string_view serial) {
  return qualified_key(gtin14, {"21", std::string(serial)});
}

std::optional<Gs1Parts> gs1_parts(std::string_view key_bytes) {
  if (!key_bytes.starts_with('g')) return std::nullopt;
  key_bytes.remove_prefix(1);
  const auto* key =
      std::ranges::find_if(gs1::k_keys, [&](const KeyRule& rule) { return key_bytes.starts_with(rule.ai); });
  if (key == std::end(gs1::k_keys)) return std::nullopt;
  const std::size_t end = key_bytes.find(k_separator);
  Gs1Parts parts{key->ai, key_bytes.substr(0, end).substr(key->ai.size()), {}, {}};
  if (end == std::string_view::npos) return parts;
  const std::string_view second = key_bytes.substr(end + 1);
  const auto* qualifier = std::ranges::find_if(gs1::k_qualifiers, [&](const Qualifier& each) {
    return each.key_ai == key->ai && each.role != Role::ignored && second.starts_with(each.ai);
  });
  if (qualifier == std::end(gs1::k_qualifiers)) return std::nullopt;
  parts.qualifier_ai = qualifier->ai;
  parts.qualifier = second.substr(qualifier->ai.size());
  return parts;
}

UnitType gs1_type(const Gs1Parts& parts) {
  const KeyRule* rule = gs1::key_rule(parts.key_ai);
  const ElementForm* form = gs1::element_form(parts.key_ai);
  LL_ASSERT(rule != nullptr, "parts come from gs1_parts(), which knows the key");
  if (parts.qualifier_ai == "10") return UnitType::lot;
  if (!parts.qualifier_ai.empty()) return rule->instance;
  return parts.key.size() > form->head ? rule->tailed : rule->plain;
}

std::string gs1_element_string(const Gs1Parts& parts) {
  std::string text;
  const auto append = [&](std::string_view ai, std::string_view value) {
    if (ai.empty()) return;
    text.append("(").append(ai).append(")");
    for (const char c : value) {
      if (c == '(') text.push_back('\\');
      text.push_back(c);
    }
  };
  append(parts.key_ai, parts.key);
  append(parts.qualifier_ai, parts.qualifier);
  return text;
}

std::string gs1_digital_link(const Gs1Parts& parts) {
  std::string link = fmt::format("https://id.gs1.org/{}/", parts.key_ai);
  append_percent_encoded(link, parts.key);
  if (parts.qualifier_ai.empty()) return link;
  link.append("/").append(parts.qualifier_ai).append("/");
  append_percent_encoded(link, parts.qualifier);
  return link;
}

std::string canonical_digital_link(std::string_view uri) {
  const auto elements = read_uri(uri);
  if (!elements) return std::string(uri);
  const auto unit = unit_of(*elements, Judge::form);
  if (!unit) return std::string(uri);
  const auto parts = gs1_parts(unit->key);
  LL_ASSERT(parts.has_value(), "a unit just read has a key that can be read");
  return gs1_digital_link(*parts);
}

}  // namespace lotledger
