// connectors/base/xml_tree.cc - libxml2's pull reader, node by node and without recursion.
#include "connectors/base/xml_tree.h"

#include <fmt/format.h>
#include <libxml/xmlreader.h>
#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

namespace lotledger::connectors {

namespace {

struct FreeReader {
  void operator()(xmlTextReader* reader) const { xmlFreeTextReader(reader); }
};

std::string_view view_of(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

constexpr std::string_view k_declarations = "http://www.w3.org/2000/xmlns/";

}  // namespace

/// One call of parse().
class XmlParser::Reading {
 public:
  explicit Reading(XmlParser& to) : to_(to) {}
  std::expected<void, XmlFault> run(std::string_view text);

 private:
  static void take_error(void* self, xmlError* error);
  std::expected<void, XmlFault> node();
  std::expected<void, XmlFault> element();
  void attributes();
  void attribute();
  XmlNode named();
  void close();
  std::string_view keep(std::string_view text) {
    return text.empty() ? std::string_view() : to_.texts_.emplace_back(text);
  }
  std::string_view keep_name(std::string_view name);
  [[nodiscard]] std::unexpected<XmlFault> too_large(std::string what) const {
    return std::unexpected(XmlFault{FaultCode::limit, line_, std::move(what)});
  }

  XmlParser& to_;
  std::unique_ptr<xmlTextReader, FreeReader> reader_;
  std::vector<std::uint32_t> open_;
  std::vector<std::string> texts_;  ///< Of the open elements.
  std::uint32_t line_ = 1;
  std::optional<XmlFault> fault_;
};

/// libxml2 tells of every fault; the first counts. An undeclared prefix is found later, by name.
void XmlParser::Reading::take_error(void* self, xmlError* error) {
  auto& reading = *static_cast<Reading*>(self);
  if (error->domain == XML_FROM_NAMESPACE || error->level == XML_ERR_WARNING || reading.fault_) return;
  const std::string_view words = error->message == nullptr ? "is no XML" : std::string_view(error->message);
  reading.fault_ = XmlFault{FaultCode::syntax, static_cast<std::uint32_t>(std::max(error->line, 1)),
                            std::string(xml_trimmed(words))};
}

std::string_view XmlParser::Reading::keep_name(std::string_view name) {
  const auto found = to_.names_.find(name);
  return found != to_.names_.end() ? *found : *to_.names_.emplace(name).first;
}

/// Name and namespace of the current node. A prefix that nothing declares stays part of the name in libxml2.
XmlNode XmlParser::Reading::named() {
  XmlNode node;
  node.local = keep_name(view_of(xmlTextReaderConstLocalName(reader_.get())));
  node.prefix = keep_name(view_of(xmlTextReaderConstPrefix(reader_.get())));
  node.space = keep_name(view_of(xmlTextReaderConstNamespaceUri(reader_.get())));
  if (const std::size_t colon = node.local.find(':'); node.prefix.empty() && colon != std::string_view::npos) {
    node.prefix = node.local.substr(0, colon);
    node.local.remove_prefix(colon + 1);
  }
  node.parent = open_.empty() ? 0 : open_.back();
  node.line = line_;
  node.end = static_cast<std::uint32_t>(to_.nodes_.size() + 1);
  return node;
}

void XmlParser::Reading::attribute() {
  const std::string_view value = keep(view_of(xmlTextReaderConstValue(reader_.get())));
  if (view_of(xmlTextReaderConstNamespaceUri(reader_.get())) == k_declarations) {
    const bool has_prefix = !view_of(xmlTextReaderConstPrefix(reader_.get())).empty();
    const std::string_view prefix = keep_name(view_of(xmlTextReaderConstLocalName(reader_.get())));
    to_.declarations_.push_back({has_prefix ? prefix : std::string_view(), value});
    return;
  }
  XmlNode node = named();
  node.text = value;
  node.is_attribute = true;
  to_.nodes_.push_back(node);
}

void XmlParser::Reading::attributes() {
  if (xmlTextReaderMoveToFirstAttribute(reader_.get()) != 1) return;
  do {
    attribute();
  } while (xmlTextReaderMoveToNextAttribute(reader_.get()) == 1);
  xmlTextReaderMoveToElement(reader_.get());
}

std::expected<void, XmlFault> XmlParser::Reading::element() {
  if (open_.size() >= k_depth_max) return too_large(fmt::format("nested deeper than {} levels", k_depth_max));
  if (to_.nodes_.size() >= k_nodes_max) return too_large(fmt::format("more than {} elements", k_nodes_max));
  const auto index = static_cast<std::uint32_t>(to_.nodes_.size());
  const bool is_empty = xmlTextReaderIsEmptyElement(reader_.get()) == 1;
  to_.nodes_.push_back(named());
  open_.push_back(index);
  texts_.emplace_back();
  attributes();
  if (is_empty) close();
  return {};
}

void XmlParser::Reading::close() {
  XmlNode& node = to_.nodes_[open_.back()];
  node.end = static_cast<std::uint32_t>(to_.nodes_.size());
  node.text = keep(texts_.back());
  texts_.pop_back();
  open_.pop_back();
}

std::expected<void, XmlFault> XmlParser::Reading::node() {
  line_ = static_cast<std::uint32_t>(std::max(xmlTextReaderGetParserLineNumber(reader_.get()), 1));
  switch (xmlTextReaderNodeType(reader_.get())) {
    case XML_READER_TYPE_ELEMENT: return element();
    case XML_READER_TYPE_END_ELEMENT: close(); return {};
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_WHITESPACE:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
      if (!texts_.empty()) texts_.back() += view_of(xmlTextReaderConstValue(reader_.get()));
      return {};
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
      return std::unexpected(
          XmlFault{FaultCode::syntax, line_, "a document type or entity of one's own is never read"});
    default: return {};  // Comments and processing instructions say nothing.
  }
}

std::expected<void, XmlFault> XmlParser::Reading::run(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return too_large("longer than 2 GiB");
  // Nothing may stand before the element: with a document type out of reach, substitution knows the five entities of
  // XML only, and without it libxml2 leaves references in namespaces as they are.
  if (text.size() < 2 || text[0] != '<' || text[1] == '!' || text[1] == '?')
    return std::unexpected(XmlFault{FaultCode::syntax, 1, "begins with no element"});
  reader_.reset(xmlReaderForMemory(text.data(), static_cast<int>(text.size()), nullptr, "UTF-8",
                                   XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_NOCDATA | XML_PARSE_COMPACT));
  if (!reader_) return std::unexpected(XmlFault{FaultCode::syntax, 1, "the file holds no XML at all"});
  xmlTextReaderSetStructuredErrorHandler(reader_.get(), &take_error, this);
  int more = 1;
  while ((more = xmlTextReaderRead(reader_.get())) == 1 && !fault_) {
    if (auto taken = node(); !taken.has_value()) return taken;
  }
  if (fault_) return std::unexpected(std::move(*fault_));
  if (more != 0 || to_.nodes_.empty() || !open_.empty())
    return std::unexpected(XmlFault{FaultCode::syntax, line_, "is no well-formed XML"});
  return {};
}

std::expected<void, XmlFault> XmlParser::parse(std::string_view text) {
  nodes_.clear();
  declarations_.clear();
  texts_.clear();
  names_.clear();
  return Reading(*this).run(text);
}

std::string_view xml_trimmed(std::string_view text) {
  constexpr std::string_view k_blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(k_blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_blanks) - first + 1);
}

}  // namespace lotledger::connectors
