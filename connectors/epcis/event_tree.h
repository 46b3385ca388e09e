// connectors/epcis/event_tree.h - an EPCIS event as names, values and children: what JSON and XML have in common, and
// what the CBV event hash is made of.
#pragma once

#include "connectors/base/json_tree.h"
#include "connectors/epcis/namespaces.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::epcis {

/// The tree of one event in the shape of EPCIS XML without its `extension` wrappers:
///   eventType, with the type as value, is the root;
///   lists hold elements named epc, quantityElement and sensorElement;
///   bizTransactionList, sourceList and destinationList hold elements without a name, each with the children `type` and
///   `bizTransaction`, `source` or `destination`;
///   a repeated element (sensorReport, set, certificationInfo, an extension that is a list) is a repeated child;
///   names of extensions are `{namespace}local`; values of prefix form are expanded.
/// Nodes stand in document order, children behind their parent. Names and values are views; keep() owns those that are
/// made up. A reader calls open() and close() in pairs, or leaf().
class EventTree {
 public:
  struct Node {
    std::string_view name;
    std::string_view value;
    std::uint32_t end = 0;
  };

  void clear();
  void open(std::string_view name, std::string_view value = {});
  /// Ends the innermost open node.
  void close();
  void leaf(std::string_view name, std::string_view value);
  /// A view of `text` that lives as long as the tree, or until clear().
  [[nodiscard]] std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

 private:
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> open_;
  std::deque<std::string> kept_;
};

/// What the prefixes that a document declares stand for.
enum class PrefixUse : std::uint8_t {
  names_and_values,  ///< As in JSON-LD.
  names,             ///< As in XML, whose published hashes have values such as `example:word` as they are.
};

/// Fills `tree` from an event in JSON. `names` are the prefixes in force. Views of `event` stay in the tree, so it must
/// outlive it. Members `comment` and `rdfs:comment` are left out at every level, as CBV event hashes want it.
void build_tree(const JsonValue& event, const Namespaces& names, EventTree& tree,
                PrefixUse use = PrefixUse::names_and_values);

}  // namespace lotledger::connectors::epcis
