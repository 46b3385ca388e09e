// connectors/base/json_tree.cc - simdjson finds the structure and unescapes strings; we keep what it would round or
// drop.
#include "connectors/base/json_tree.h"

#include "connectors/base/value_skipper.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <algorithm>
#include <optional>

namespace lotledger::connectors {

namespace {

namespace ondemand = simdjson::ondemand;
using ParseError = simdjson::error_code;

/// Objects with more members than this are checked for repeated names by sorting.
constexpr std::size_t k_pairwise_members_max = 16;

/// A container whose members are being read.
struct Frame {
  std::uint32_t node = 0;
  bool is_object = false;
  bool started = false;
  ondemand::object_iterator member;
  ondemand::object_iterator member_end;
  ondemand::array_iterator element;
  ondemand::array_iterator element_end;
};

std::optional<std::size_t> first_bad_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (length == 1 || (i + length <= text.size() && simdjson::validate_utf8(text.data() + i, length))) {
      i += length;
      continue;
    }
    return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> first_control_in_string(std::string_view text) {
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') in_string = !in_string;
    if (text[i] == '\\' && in_string) ++i;
    if (in_string && i < text.size() && static_cast<unsigned char>(text[i]) < 0x20) return i;
  }
  return std::nullopt;
}

std::string_view words_for(ParseError code) {
  if (code == simdjson::UTF8_ERROR) return "these bytes are not UTF-8";
  if (code == simdjson::UNESCAPED_CHARS) return "a control character stands unescaped in a string";
  if (code == simdjson::UNCLOSED_STRING) return "a string has no closing quote";
  if (code == simdjson::STRING_ERROR) return "a string has an escape that JSON does not know";
  if (code == simdjson::EMPTY) return "there is no value";
  if (code == simdjson::TRAILING_CONTENT) return "something follows the end of the value";
  if (code == simdjson::T_ATOM_ERROR || code == simdjson::F_ATOM_ERROR || code == simdjson::N_ATOM_ERROR) {
    return "neither true nor false nor null";
  }
  if (code == simdjson::DEPTH_ERROR) return "nested too deep";
  return "this is not JSON: a comma, colon, quote or bracket is missing or superfluous";
}

constexpr bool ends_number(char c) {
  return c == ',' || c == ']' || c == '}' || c == ':' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t skip_digits(std::string_view text, std::size_t i) {
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
  return i;
}

}  // namespace

std::string_view name_of(JsonKind kind) {
  switch (kind) {
    case JsonKind::null: return "null";
    case JsonKind::boolean: return "true or false";
    case JsonKind::number: return "a number";
    case JsonKind::string: return "a text";
    case JsonKind::array: return "a list";
    case JsonKind::object: return "an object";
  }
  return "unknown";
}

JsonValue JsonValue::find(std::string_view name) const {
  if (!is(JsonKind::object)) return {};
  for (const JsonValue child : children()) {
    if (child.name() == name) return child;
  }
  return {};
}

bool is_json_number(std::string_view text) {
  std::size_t i = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = i;
  i = skip_digits(text, i);
  if (i == whole || (text[whole] == '0' && i - whole > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    const std::size_t fraction = ++i;
    i = skip_digits(text, i);
    if (i == fraction) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    const std::size_t exponent = i;
    i = skip_digits(text, i);
    if (i == exponent) return false;
  }
  return i == text.size();
}

struct JsonParser::State {
  ondemand::parser parser;
  std::string buffer;
  std::size_t size = 0;
  std::vector<JsonNode> nodes;
  std::vector<Frame> open;
  std::vector<std::string_view> names;

  std::expected<JsonValue, JsonFault> parse(std::string_view text);

 private:
  std::optional<JsonFault> read_root(ondemand::document& document);
  std::optional<JsonFault> step();
  std::optional<JsonFault> read_value(std::string_view name, ondemand::value value);
  std::optional<JsonFault> read_scalar(JsonNode& node, ondemand::value& value);
  std::optional<JsonFault> open_container(std::string_view name, ondemand::value& value, bool is_object);
  std::optional<JsonFault> close();
  [[nodiscard]] std::optional<std::string_view> repeated_name(std::uint32_t object);
  [[nodiscard]] std::string path_of(std::uint32_t index) const;
  [[nodiscard]] std::string open_path(std::string_view last) const;
  [[nodiscard]] JsonFault syntax_fault(ParseError code, const char* where, std::string_view name = {}) const;
  [[nodiscard]] std::uint32_t offset_of(const char* where) const;
};

std::uint32_t JsonParser::State::offset_of(const char* where) const {
  const char* const begin = buffer.data();
  if (where == nullptr || where < begin || where > begin + size) return static_cast<std::uint32_t>(size);
  return static_cast<std::uint32_t>(where - begin);
}

/// The names and positions of the containers that are open now, and `last` below them.
std::string JsonParser::State::open_path(std::string_view last) const {
  std::string path;
  const auto append = [&path](std::string_view name) {
    if (!path.empty()) path += '.';
    path += quoted(name);
  };
  for (std::size_t i = 0; i < open.size(); ++i) {
    const JsonNode& node = nodes[open[i].node];
    if (i > 0 && !open[i - 1].is_object) {
      std::size_t position = 0;
      for (std::uint32_t k = open[i - 1].node + 1; k < open[i].node; k = nodes[k].end) ++position;
      path += fmt::format("[{}]", position);
    } else if (i > 0) {
      append(node.name);
    }
  }
  if (!last.empty()) append(last);
  return path;
}

JsonFault JsonParser::State::syntax_fault(ParseError code, const char* where, std::string_view name) const {
  const std::string_view text(buffer.data(), size);
  std::size_t at = offset_of(where);
  if (code == simdjson::UTF8_ERROR) at = first_bad_utf8(text).value_or(at);
  if (code == simdjson::UNESCAPED_CHARS || code == simdjson::UNCLOSED_STRING)
    at = first_control_in_string(text).value_or(at);
  const std::string_view near = text.substr(at, 24);
  return {code == simdjson::DEPTH_ERROR ? FaultCode::limit : FaultCode::syntax, at, open_path(name),
          code == simdjson::UTF8_ERROR ? std::string() : quoted(near), std::string(words_for(code))};
}

std::optional<std::string_view> JsonParser::State::repeated_name(std::uint32_t object) {
  names.clear();
  for (std::uint32_t i = object + 1; i < nodes.size(); i = nodes[i].end) names.push_back(nodes[i].name);
  if (names.size() > k_pairwise_members_max) {
    std::ranges::sort(names);
    const auto found = std::ranges::adjacent_find(names);
    return found == names.end() ? std::nullopt : std::optional(*found);
  }
  for (std::size_t i = 1; i < names.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (names[i] == names[k]) return names[i];
    }
  }
  return std::nullopt;
}

std::optional<JsonFault> JsonParser::State::read_scalar(JsonNode& node, ondemand::value& value) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && ends_number(token.back())) token.remove_suffix(1);
  const char* const where = token.data();
  ondemand::json_type type{};
  if (const ParseError error = value.type().get(type); error != simdjson::SUCCESS)
    return syntax_fault(error, where, node.name);
  if (type == ondemand::json_type::string) {
    node.kind = JsonKind::string;
    if (const ParseError error = value.get_string().get(node.text); error != simdjson::SUCCESS) {
      return syntax_fault(error, where, node.name);
    }
    return std::nullopt;
  }
  node.text = token;
  if (type == ondemand::json_type::number) {
    node.kind = JsonKind::number;
    if (is_json_number(token)) return std::nullopt;
    return JsonFault{FaultCode::syntax, offset_of(where), open_path(node.name), quoted(token),
                     "this is no JSON number"};
  }
  node.kind = type == ondemand::json_type::boolean ? JsonKind::boolean : JsonKind::null;
  if (token == "true" || token == "false" || token == "null") return std::nullopt;
  return JsonFault{FaultCode::syntax, offset_of(where), open_path(node.name), quoted(token),
                   std::string(words_for(simdjson::T_ATOM_ERROR))};
}

std::optional<JsonFault> JsonParser::State::open_container(std::string_view name, ondemand::value& value,
                                                           bool is_object) {
  const char* const where = value.raw_json_token().data();
  if (open.size() >= k_depth_max) {
    return JsonFault{FaultCode::limit,
                     offset_of(where),
                     open_path(name),
                     {},
                     fmt::format("values are nested deeper than {} levels", k_depth_max)};
  }
  Frame frame;
  frame.node = static_cast<std::uint32_t>(nodes.size());
  frame.is_object = is_object;
  ParseError error = simdjson::SUCCESS;
  if (is_object) {
    ondemand::object object;
    error = value.get_object().get(object);
    if (error == simdjson::SUCCESS) error = object.begin().get(frame.member);
    if (error == simdjson::SUCCESS) error = object.end().get(frame.member_end);
  } else {
    ondemand::array array;
    error = value.get_array().get(array);
    if (error == simdjson::SUCCESS) error = array.begin().get(frame.element);
    if (error == simdjson::SUCCESS) error = array.end().get(frame.element_end);
  }
  if (error != simdjson::SUCCESS) return syntax_fault(error, where);
  nodes.push_back({is_object ? JsonKind::object : JsonKind::array, name, {}, 0, offset_of(where)});
  open.push_back(frame);
  return std::nullopt;
}

std::optional<JsonFault> JsonParser::State::read_value(std::string_view name, ondemand::value value) {
  ondemand::json_type type{};
  const char* const where = value.raw_json_token().data();
  if (const ParseError error = value.type().get(type); error != simdjson::SUCCESS)
    return syntax_fault(error, where, name);
  if (type == ondemand::json_type::object) return open_container(name, value, true);
  if (type == ondemand::json_type::array) return open_container(name, value, false);
  JsonNode node;
  node.name = name;
  node.at = offset_of(where);
  node.end = static_cast<std::uint32_t>(nodes.size() + 1);
  auto fault = read_scalar(node, value);
  nodes.push_back(node);
  return fault;
}

std::optional<JsonFault> JsonParser::State::close() {
  const Frame& frame = open.back();
  if (frame.is_object) {
    if (const auto name = repeated_name(frame.node)) {
      return JsonFault{FaultCode::duplicate, nodes[frame.node].at, open_path(*name), std::string(*name),
                       "this member stands twice in one object"};
    }
  }
  nodes[frame.node].end = static_cast<std::uint32_t>(nodes.size());
  open.pop_back();
  return std::nullopt;
}

/// Reads the next member of the innermost open container, or closes it.
std::optional<JsonFault> JsonParser::State::step() {
  Frame& frame = open.back();
  if (frame.is_object) {
    if (frame.started) ++frame.member;
    frame.started = true;
    if (frame.member == frame.member_end) return close();
    ondemand::field field;
    if (const ParseError error = (*frame.member).get(field); error != simdjson::SUCCESS)
      return syntax_fault(error, nullptr);
    std::string_view name;
    if (const ParseError error = field.unescaped_key().get(name); error != simdjson::SUCCESS) {
      return syntax_fault(error, nullptr);
    }
    return read_value(name, field.value());
  }
  if (frame.started) ++frame.element;
  frame.started = true;
  if (frame.element == frame.element_end) return close();
  ondemand::value value;
  if (const ParseError error = (*frame.element).get(value); error != simdjson::SUCCESS)
    return syntax_fault(error, nullptr);
  return read_value({}, value);
}

std::optional<JsonFault> JsonParser::State::read_root(ondemand::document& document) {
  ondemand::value root;
  if (const ParseError error = document.get_value().get(root); error != simdjson::SUCCESS) {
    return syntax_fault(error == simdjson::SCALAR_DOCUMENT_AS_VALUE ? simdjson::TAPE_ERROR : error, buffer.data());
  }
  if (auto fault = read_value({}, root)) return fault;
  while (!open.empty()) {
    if (auto fault = step()) {
      const char* where = nullptr;
      if (fault->code == FaultCode::syntax && fault->at == size &&
          document.current_location().get(where) == simdjson::SUCCESS) {
        fault->at = offset_of(where);
        fault->value = quoted(std::string_view(buffer.data(), size).substr(fault->at, 24));
      }
      return fault;
    }
  }
  // A location behind the root exists only where something follows it.
  const char* rest = nullptr;
  if (document.current_location().get(rest) == simdjson::SUCCESS) return syntax_fault(simdjson::TRAILING_CONTENT, rest);
  return std::nullopt;
}

std::expected<JsonValue, JsonFault> JsonParser::State::parse(std::string_view text) {
  nodes.clear();
  open.clear();
  size = text.size();
  if (buffer.size() < size + simdjson::SIMDJSON_PADDING) buffer.resize((size + simdjson::SIMDJSON_PADDING) * 2);
  std::ranges::copy(text, buffer.begin());
  std::fill_n(buffer.begin() + static_cast<std::ptrdiff_t>(size), simdjson::SIMDJSON_PADDING, ' ');
  ondemand::document document;
  const ParseError error =
      parser.iterate(simdjson::padded_string_view(buffer.data(), size, buffer.size())).get(document);
  if (error != simdjson::SUCCESS) return std::unexpected(syntax_fault(error, nullptr));
  if (auto fault = read_root(document)) return std::unexpected(std::move(*fault));
  return JsonValue(&nodes, 0);
}

JsonParser::JsonParser() : state_(std::make_unique<State>()) {}
JsonParser::~JsonParser() = default;

std::expected<JsonValue, JsonFault> JsonParser::parse(std::string_view text) {
  return state_->parse(text);
}

std::string minified(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  std::size_t copied = 0;
  for (std::size_t i = 0; i < json.size();) {
    const char c = json[i];
    if (c == '"') {
      // Quotes inside a string stand behind a backslash, which is passed together with what it escapes.
      for (++i; i < json.size() && json[i] != '"'; ++i) i += json[i] == '\\' ? 1U : 0U;
      i = std::min(i + 1, json.size());
      continue;
    }
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      ++i;
      continue;
    }
    result.append(json, copied, i - copied);
    copied = ++i;
  }
  return result.append(json.substr(copied));
}

std::string json_string(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) {
      json += c;
    } else {
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return json + '"';
}

std::string_view first_value(std::string_view json) {
  ValueSkipper skipper;
  return json.substr(0, skipper.feed(json));
}

}  // namespace lotledger::connectors
