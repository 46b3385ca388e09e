// connectors/base/json_tree.h - one JSON text as a flat tree: names and strings unescaped, numbers kept as their text.
// The only part of the connectors that knows simdjson (json_tree.cc).
#pragma once

#include "connectors/base/fault.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors {

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };
[[nodiscard]] std::string_view name_of(JsonKind kind);

/// One value. Nodes stand in document order, children directly behind their parent.
struct JsonNode {
  JsonKind kind = JsonKind::null;
  std::string_view name;  ///< Member name, unescaped; empty in arrays and at the root.
  std::string_view text;  ///< Unescaped string, or the text of a number, `true`, `false`, `null`; empty for containers.
  std::uint32_t end = 0;  ///< Index behind the last node of this value.
  std::uint32_t at = 0;   ///< Offset of the first byte of the value in the text.
};

class JsonValue;

/// The children of a value, in document order; empty for scalars.
class JsonChildren {
 public:
  class Iterator {
   public:
    Iterator(const std::vector<JsonNode>* nodes, std::uint32_t index) : nodes_(nodes), index_(index) {}
    JsonValue operator*() const;
    Iterator& operator++() {
      index_ = (*nodes_)[index_].end;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const std::vector<JsonNode>* nodes_;
    std::uint32_t index_;
  };
  JsonChildren(const std::vector<JsonNode>* nodes, std::uint32_t first, std::uint32_t end)
      : nodes_(nodes), first_(first), end_(end) {}
  [[nodiscard]] Iterator begin() const { return {nodes_, first_}; }
  [[nodiscard]] Iterator end() const { return {nodes_, end_}; }
  [[nodiscard]] bool empty() const { return first_ == end_; }

 private:
  const std::vector<JsonNode>* nodes_;
  std::uint32_t first_;
  std::uint32_t end_;
};

/// A value inside a tree; as cheap to copy as a pointer. Valid until the parser that made it parses again. A
/// default-made one stands for "absent".
class JsonValue {
 public:
  JsonValue() = default;
  JsonValue(const std::vector<JsonNode>* nodes, std::uint32_t index) : nodes_(nodes), index_(index) {}

  [[nodiscard]] explicit operator bool() const { return nodes_ != nullptr; }
  [[nodiscard]] JsonKind kind() const { return node().kind; }
  [[nodiscard]] bool is(JsonKind kind) const { return nodes_ != nullptr && node().kind == kind; }
  [[nodiscard]] std::string_view name() const { return node().name; }
  [[nodiscard]] std::string_view text() const { return node().text; }
  [[nodiscard]] std::uint32_t at() const { return node().at; }
  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] const std::vector<JsonNode>& nodes() const { return *nodes_; }
  [[nodiscard]] JsonChildren children() const { return {nodes_, index_ + 1, node().end}; }
  /// The member of that name, or an absent value.
  [[nodiscard]] JsonValue find(std::string_view name) const;

 private:
  [[nodiscard]] const JsonNode& node() const { return (*nodes_)[index_]; }
  const std::vector<JsonNode>* nodes_ = nullptr;
  std::uint32_t index_ = 0;
};

inline JsonValue JsonChildren::Iterator::operator*() const {
  return {nodes_, index_};
}

/// Why a text is not acceptable JSON.
struct JsonFault {
  FaultCode code = FaultCode::syntax;
  std::size_t at = 0;  ///< Offset of the fault in the text.
  std::string field;   ///< Path inside the text as far as it could be followed.
  std::string value;   ///< Name of the member that stands twice, or the bytes at the fault.
  std::string what;
};

/// Parses one JSON text at a time and keeps its buffers for the next. Not for use by two threads at once.
class JsonParser {
 public:
  /// Values nested deeper than this are refused.
  static constexpr std::size_t k_depth_max = 64;

  JsonParser();
  ~JsonParser();
  JsonParser(const JsonParser&) = delete;
  JsonParser& operator=(const JsonParser&) = delete;

  /// The root of `text`, which must be exactly one object or array in UTF-8. Refused with the first fault found: broken
  /// syntax, bytes that are not UTF-8, a member that stands twice in one object, more than k_depth_max levels.
  [[nodiscard]] std::expected<JsonValue, JsonFault> parse(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// `json` without whitespace between tokens; member order, number texts and escapes stay. Precondition: well-formed.
[[nodiscard]] std::string minified(std::string_view json);

/// The bytes of the value that starts at the first byte of `json`, which must be well-formed.
[[nodiscard]] std::string_view first_value(std::string_view json);

/// `text` as a string of JSON, in quotes; what is not UTF-8 stays as it is.
[[nodiscard]] std::string json_string(std::string_view text);

/// Whether `text` is a number by the grammar of RFC 8259.
[[nodiscard]] bool is_json_number(std::string_view text);

}  // namespace lotledger::connectors
