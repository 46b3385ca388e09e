// connectors/base/xml_tree.h - one XML element as a flat tree: names with their namespaces, texts with references
// resolved. The only part of the connectors that knows libxml2 (xml_tree.cc).
#pragma once

#include "connectors/base/fault.h"

#include <cstdint>
#include <deque>
#include <expected>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors {

/// An element or an attribute. Nodes stand in document order: attributes directly behind their element, children behind
/// those.
struct XmlNode {
  std::string_view prefix;  ///< As written; empty for none.
  std::string_view local;
  std::string_view space;  ///< Namespace; empty for none, and where nothing declares the prefix.
  std::string_view text;   ///< Of an attribute its value, of an element the characters directly in it.
  std::uint32_t end = 0;   ///< Index behind the last node of this element.
  std::uint32_t parent = 0;
  std::uint32_t line = 1;  ///< Of the tag, counted from the beginning of the text.
  bool is_attribute = false;
  /// False where a prefix stands that nothing declares.
  [[nodiscard]] bool is_declared() const { return prefix.empty() || !space.empty(); }
};

/// A namespace declaration (`xmlns:prefix="uri"`) on some element of the text.
struct XmlDeclaration {
  std::string_view prefix;  ///< Empty for the default namespace.
  std::string_view uri;
};

/// Why a text is not acceptable XML.
struct XmlFault {
  FaultCode code = FaultCode::syntax;
  std::uint32_t line = 1;  ///< From 1.
  std::string what;
};

/// Parses one element at a time. Knows no document type: entities other than the five of XML and character references
/// are refused, nothing is fetched, nothing expands. Not for use by two threads at once.
class XmlParser {
 public:
  static constexpr std::size_t k_depth_max = 64;
  static constexpr std::size_t k_nodes_max = std::size_t{4} << 20;

  /// Parses `text`, which must be exactly one element in UTF-8. Refused with the first fault: what is not well-formed,
  /// more than k_depth_max levels, more than k_nodes_max elements and attributes.
  [[nodiscard]] std::expected<void, XmlFault> parse(std::string_view text);

  /// What parse() found; the root is the first. Valid until the next call.
  [[nodiscard]] const std::vector<XmlNode>& nodes() const { return nodes_; }
  /// Declarations of the whole text, in document order.
  [[nodiscard]] const std::vector<XmlDeclaration>& declarations() const { return declarations_; }

 private:
  class Reading;
  std::vector<XmlNode> nodes_;
  std::vector<XmlDeclaration> declarations_;
  std::deque<std::string> texts_;
  std::set<std::string, std::less<>> names_;  ///< Names and namespaces, each once.
};

/// Without blanks of XML at both ends.
[[nodiscard]] std::string_view xml_trimmed(std::string_view text);

}  // namespace lotledger::connectors
