// cli/json_document.cc - members and elements, each indented where it stands.
#include "cli/json_document.h"

#include <nlohmann/json.hpp>

#include <ostream>

namespace lotledger::cli {

void JsonDocument::add_members(const Json& object) {
  for (const auto& [name, value] : object.items()) add(name, value);
}

void JsonDocument::add(std::string_view name, const Json& value) {
  begin_member(name);
  print(value, 1);
}

void JsonDocument::begin_list(std::string_view name) {
  begin_member(name);
  any_element_ = false;
}

void JsonDocument::add_element(const Json& element) {
  out_ << (any_element_ ? ",\n    " : "[\n    ");
  any_element_ = true;
  print(element, 2);
}

void JsonDocument::end_list() {
  out_ << (any_element_ ? "\n  ]" : "[]");
}

void JsonDocument::finish() {
  out_ << (any_member_ ? "\n}\n" : "{}\n");
}

void JsonDocument::begin_member(std::string_view name) {
  out_ << (any_member_ ? ",\n  " : "{\n  ") << pretty(Json(name)) << ": ";
  any_member_ = true;
}

void JsonDocument::print(const Json& value, unsigned depth) {
  constexpr std::string_view k_indents = "    ";
  const std::string text = pretty(value);
  std::string_view rest = text;
  // In strings of JSON, a line end is written \n: each one here ends a line of the document.
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    out_ << rest.substr(0, end + 1) << k_indents.substr(0, std::size_t{2} * depth);
    rest.remove_prefix(end + 1);
  }
  out_ << rest;
}

}  // namespace lotledger::cli
