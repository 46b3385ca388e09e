// connectors/epcis/event_tree.cc - JSON events in the shape of XML ones, in one pass over the nodes and without
// recursion.
#include "connectors/epcis/event_tree.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lotledger::connectors::epcis {

namespace {

struct ListName {
  std::string_view list;
  std::string_view element;
};
/// Lists that XML wraps: the list is a node, its elements have a name of their own.
constexpr std::array k_lists{
    ListName{"epcList", "epc"},
    ListName{"childEPCs", "epc"},
    ListName{"inputEPCList", "epc"},
    ListName{"outputEPCList", "epc"},
    ListName{"quantityList", "quantityElement"},
    ListName{"childQuantityList", "quantityElement"},
    ListName{"inputQuantityList", "quantityElement"},
    ListName{"outputQuantityList", "quantityElement"},
    ListName{"bizTransactionList", ""},
    ListName{"sourceList", ""},
    ListName{"destinationList", ""},
    ListName{"sensorElementList", "sensorElement"},
};

/// An open container of the JSON text.
struct Open {
  std::uint32_t json_end = 0;
  bool is_array = false;
  bool emitted = false;           ///< Whether it has a node of its own in the tree.
  std::string_view element_name;  ///< Of the elements of an array.
};

class Builder {
 public:
  Builder(const Namespaces& names, EventTree& tree, PrefixUse use) : names_(names), tree_(tree), use_(use) {}
  void run(const JsonValue& event);

 private:
  void close_until(std::uint32_t index);
  [[nodiscard]] std::string_view name_of(const JsonNode& node);
  [[nodiscard]] std::string_view value_of(const JsonNode& node);
  void container(const JsonNode& node, std::string_view name);

  const Namespaces& names_;
  EventTree& tree_;
  PrefixUse use_;
  std::vector<Open> open_;
};

void Builder::close_until(std::uint32_t index) {
  while (!open_.empty() && open_.back().json_end <= index) {
    if (open_.back().emitted) tree_.close();
    open_.pop_back();
  }
}

std::string_view Builder::name_of(const JsonNode& node) {
  if (!open_.empty() && open_.back().is_array) return open_.back().element_name;
  if (node.name.find(':') == std::string_view::npos) return node.name;
  return tree_.keep(names_.qualified(node.name));
}

std::string_view Builder::value_of(const JsonNode& node) {
  if (node.kind == JsonKind::null) return {};
  const bool expands = use_ == PrefixUse::names_and_values && node.kind == JsonKind::string;
  if (expands && names_.is_curie(node.text)) return tree_.keep(names_.expand(node.text));
  return node.text;
}

/// Opens an object or an array. An array has a node of its own where XML has a wrapper for it, and where it stands
/// directly in another array; elsewhere its elements simply repeat its name.
void Builder::container(const JsonNode& node, std::string_view name) {
  const bool is_array = node.kind == JsonKind::array;
  const bool nested_array = is_array && open_.back().is_array;
  Open open{node.end, is_array, true, {}};
  if (is_array && !nested_array) {
    const auto list = std::ranges::find(k_lists, name, &ListName::list);
    const bool wrapped = open_.size() == 1 && list != k_lists.end();
    open.emitted = wrapped;
    open.element_name = wrapped ? list->element : name;
  }
  if (open.emitted) tree_.open(name);
  open_.push_back(open);
}

void Builder::run(const JsonValue& event) {
  tree_.clear();
  const JsonValue type = event.find("type");
  tree_.open("eventType", type.is(JsonKind::string) ? type.text() : std::string_view());
  const std::vector<JsonNode>& nodes = event.nodes();
  const std::uint32_t end = nodes[event.index()].end;
  open_.push_back({end, false, true, {}});
  for (std::uint32_t i = event.index() + 1; i < end;) {
    close_until(i);
    const JsonNode& node = nodes[i];
    const std::string_view name = name_of(node);
    if (name == "comment" || name == "{http://www.w3.org/2000/01/rdf-schema#}comment") {
      i = node.end;
      continue;
    }
    if (node.kind == JsonKind::array || node.kind == JsonKind::object) {
      container(node, name);
      ++i;
      continue;
    }
    tree_.leaf(name, value_of(node));
    ++i;
  }
  close_until(end);
}

}  // namespace

void EventTree::clear() {
  nodes_.clear();
  open_.clear();
  kept_.clear();
}

void EventTree::open(std::string_view name, std::string_view value) {
  open_.push_back(static_cast<std::uint32_t>(nodes_.size()));
  nodes_.push_back({name, value, 0});
}

void EventTree::close() {
  LL_ASSERT(!open_.empty(), "a tree node is closed that was never opened");
  nodes_[open_.back()].end = static_cast<std::uint32_t>(nodes_.size());
  open_.pop_back();
}

void EventTree::leaf(std::string_view name, std::string_view value) {
  nodes_.push_back({name, value, static_cast<std::uint32_t>(nodes_.size() + 1)});
}

void build_tree(const JsonValue& event, const Namespaces& names, EventTree& tree, PrefixUse use) {
  Builder(names, tree, use).run(event);
}

}  // namespace lotledger::connectors::epcis
