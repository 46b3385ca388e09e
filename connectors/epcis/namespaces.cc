// connectors/epcis/namespaces.cc - prefixes of @context. Nothing is fetched: what an URL would declare stays unknown.
#include "connectors/epcis/namespaces.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace lotledger::connectors::epcis {

namespace {

struct Prefix {
  std::string_view prefix;
  std::string_view uri;
};
constexpr std::array k_well_known{
    Prefix{"epcis", k_epcis_base},
    Prefix{"cbv", k_cbv_base},
    Prefix{"cbvmda", "urn:epcglobal:cbv:mda:"},
    Prefix{"gs1", k_gs1_base},
    Prefix{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
    Prefix{"owl", "http://www.w3.org/2002/07/owl#"},
    Prefix{"xsd", "http://www.w3.org/2001/XMLSchema#"},
    Prefix{"dcterms", "http://purl.org/dc/terms/"},
};

bool is_gs1_context(std::string_view url) {
  return url.starts_with("https://ref.gs1.org/") || url.starts_with("http://ref.gs1.org/") ||
         url.starts_with("https://gs1.github.io/EPCIS/");
}

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What a byte may be in a URI.
enum UriByte : std::uint8_t { k_never = 0, k_anywhere = 1, k_in_scheme = 2 };

constexpr std::array<std::uint8_t, 256> uri_bytes() {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0x21; i < table.size(); ++i) table[i] = k_anywhere;
  for (const char c : {'<', '>', '"', '{', '}', '|', '\\', '^', '`', '\x7F'})
    table[static_cast<unsigned char>(c)] = k_never;
  for (const char c : {'+', '-', '.', '_'}) table[static_cast<unsigned char>(c)] = k_in_scheme;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = k_in_scheme;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = k_in_scheme;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = k_in_scheme;
  return table;
}
constexpr std::array<std::uint8_t, 256> k_uri_bytes = uri_bytes();

constexpr std::uint8_t uri_byte(char c) {
  return k_uri_bytes[static_cast<unsigned char>(c)];
}

}  // namespace

bool is_uri(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return false;
  std::size_t colon = 0;
  while (colon < text.size() && uri_byte(text[colon]) == k_in_scheme) ++colon;
  if (colon + 1 >= text.size() || text[colon] != ':') return false;
  return std::ranges::none_of(text.substr(colon), [](char c) { return uri_byte(c) == k_never; });
}

void Namespaces::declare(std::string_view prefix, std::string_view uri) {
  declared_.emplace_back(prefix, uri);
}

void Namespaces::add_context(const JsonValue& context) {
  if (context.is(JsonKind::string)) {
    if (!is_gs1_context(context.text())) foreign_.emplace_back(context.text());
    return;
  }
  if (context.is(JsonKind::object)) {
    for (const JsonValue member : context.children()) {
      const JsonValue uri = member.is(JsonKind::object) ? member.find("@id") : member;
      if (uri.is(JsonKind::string) && !member.name().starts_with('@')) declare(member.name(), uri.text());
    }
    return;
  }
  if (!context.is(JsonKind::array)) return;
  for (const JsonValue part : context.children()) {
    if (!part.is(JsonKind::array)) add_context(part);
  }
}

std::optional<std::string_view> Namespaces::find(std::string_view prefix) const {
  for (auto it = declared_.rbegin(); it != declared_.rend(); ++it) {
    if (it->first == prefix) return it->second;
  }
  const auto known = std::ranges::find(k_well_known, prefix, &Prefix::prefix);
  return known == k_well_known.end() ? std::nullopt : std::optional(known->uri);
}

std::optional<std::pair<std::string_view, std::string_view>> Namespaces::split(std::string_view text) const {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view local = text.substr(colon + 1);
  if (local.starts_with("//") || text.starts_with("urn:")) return std::nullopt;
  const auto uri = find(text.substr(0, colon));
  if (!uri) return std::nullopt;
  return std::pair(*uri, local);
}

NameForm Namespaces::form_of(std::string_view name) const {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return NameForm::bare;
  if (split(name)) return NameForm::extension;
  const bool full = name.substr(colon + 1).starts_with("//") || name.starts_with("urn:");
  return (full && is_uri(name)) || has_foreign_context() ? NameForm::extension : NameForm::undeclared;
}

bool Namespaces::is_curie(std::string_view text) const {
  return split(text).has_value();
}

std::string Namespaces::expand(std::string_view text) const {
  const auto parts = split(text);
  if (!parts) return std::string(text);
  return std::string(parts->first) + std::string(parts->second);
}

std::string Namespaces::declarations() const {
  std::map<std::string_view, std::string_view> in_force;
  for (const auto& [prefix, uri] : declared_) in_force[prefix] = uri;
  std::string text;
  for (const std::string& url : std::set<std::string>(foreign_.begin(), foreign_.end())) text += "=" + url + "\n";
  for (const auto& [prefix, uri] : in_force) {
    text += prefix;
    text += '=';
    text += uri;
    text += '\n';
  }
  return text;
}

std::string Namespaces::qualified(std::string_view name) const {
  std::string_view space;
  std::string_view local = name;
  if (const auto parts = split(name)) {
    space = parts->first;
    local = parts->second;
  } else if (is_uri(name) && (name.find("://") != std::string_view::npos || name.starts_with("urn:"))) {
    for (const auto& [prefix, uri] : declared_) {
      if (name.starts_with(uri) && uri.size() > space.size() && uri.size() < name.size())
        space = name.substr(0, uri.size());
    }
    const std::size_t cut = name.find_last_of(name.starts_with("urn:") ? ":" : "/#");
    if (space.empty()) space = name.substr(0, cut + 1);
    local = name.substr(space.size());
  } else {
    return std::string(name);
  }
  std::string result = "{";
  result += space;
  result += '}';
  result += local;
  return result;
}

}  // namespace lotledger::connectors::epcis
