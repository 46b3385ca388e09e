// cli/trace_answer.cc - order and JSON form of a trace.
#include "cli/trace_answer.h"

#include "cli/json_document.h"
#include "cli/position.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace lotledger::cli {

using projections::NodeType;
using projections::Trace;
using projections::TraceEdge;
using projections::TraceNode;

std::string ref_of(const projections::Node& node) {
  return node.is_process() ? node.process.substr(2) : node.key.ref();
}

NodeStatus status_of(const projections::UnitState& state) {
  return {state.existence, state.held};
}

std::string status_text(const NodeStatus& status) {
  if (!status.existence) return {};
  return std::string(projections::name_of(*status.existence)) + (status.held ? ", held" : "");
}

namespace {

std::vector<std::string> refs_of(const Trace& trace) {
  std::vector<std::string> refs;
  refs.reserve(trace.nodes.size());
  for (const TraceNode& node : trace.nodes) refs.push_back(ref_of(node.node));
  return refs;
}

std::vector<std::size_t> numbers_up_to(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  for (std::size_t at = 0; at < count; ++at) numbers[at] = at;
  return numbers;
}

std::string quantity_text(const std::optional<Quantity>& quantity) {
  return quantity ? quantity->text() + " " + std::string(quantity->unit.view()) : std::string();
}

std::string epc_of(const projections::Node& node) {
  return node.is_process() ? ref_of(node) : node.original();
}
std::string_view certainty_of(const NodeFacts& facts) {
  return facts.certain ? "certain" : "possible";
}
bool bounded(const NodeFacts& facts) {
  return facts.bounds.low.has_value() || facts.bounds.high.has_value();
}
std::string amount_text(const std::optional<Decimal>& amount) {
  return amount ? amount->text() : std::string();
}

}  // namespace

std::vector<std::size_t> sorted_nodes(const Trace& trace) {
  struct Place {
    std::uint32_t depth = 0;
    std::string_view type;
    std::string_view ref;
    std::size_t node = 0;
    auto operator<=>(const Place&) const = default;
  };
  const auto refs = refs_of(trace);
  std::vector<Place> places;
  places.reserve(trace.nodes.size());
  for (const TraceNode& node : trace.nodes)
    places.push_back({node.depth, name_of(node.type), refs[places.size()], places.size()});
  std::ranges::sort(places);
  std::vector<std::size_t> order;
  order.reserve(places.size());
  for (const Place& place : places) order.push_back(place.node);
  return order;
}

std::vector<std::size_t> sorted_edges(const Trace& trace) {
  const auto refs = refs_of(trace);
  std::vector<std::string> quantities;
  quantities.reserve(trace.edges.size());
  for (const TraceEdge& edge : trace.edges) quantities.push_back(quantity_text(edge.quantity));
  auto order = numbers_up_to(trace.edges.size());
  std::ranges::sort(order, {}, [&](std::size_t at) {
    const TraceEdge& edge = trace.edges[at];
    return std::tuple(std::string_view(refs[edge.from]), std::string_view(refs[edge.to]), name_of(edge.kind), edge.at,
                      std::string_view(quantities[at]), edge.position);
  });
  return order;
}

Json node_json(const NodeFacts& facts) {
  const UnitKey& key = facts.node.key;
  Json quantity;
  add_member(quantity, "low", decimal_json(facts.bounds.low));
  add_member(quantity, "high", decimal_json(facts.bounds.high));
  add_member(quantity, "unit", bounded(facts) ? text_json(facts.unit.view()) : Json());
  Json json;
  add_member(json, "ref", ref_of(facts.node));
  add_member(json, "epc", epc_of(facts.node));
  add_member(json, "type", projections::name_of(facts.type));
  add_member(json, "item", text_json(key.item()));
  add_member(json, "lot", text_json(key.lot()));
  add_member(json, "serial", text_json(key.serial()));
  add_member(json, "issuer", text_json(key.issuer()));
  add_member(json, "depth", facts.depth);
  add_member(json, "certainty", certainty_of(facts));
  add_member(json, "quantity", std::move(quantity));
  add_member(json, "status", text_json(status_text(facts.status)));
  return json;
}

NodeFacts facts_of(const TraceAnswer& answer, std::size_t node) {
  const TraceNode& at = answer.trace.nodes[node];
  return {at.node, at.type, at.depth, at.certain, at.bounds, answer.root_unit, answer.status[node]};
}

std::vector<ListingColumn> node_columns() {
  return {{"ref", Text::ref},
          {"epc", Text::epc},
          {"type", Text::type},
          {"item", Text::item},
          {"lot", Text::lot},
          {"serial", Text::serial},
          {"issuer", Text::issuer},
          {"depth", Text::depth, Align::right},
          {"certainty", Text::certainty},
          {"quantity.low", Text::low, Align::right},
          {"quantity.high", Text::high, Align::right},
          {"quantity.unit", Text::unit_of_measure},
          {"status", Text::status}};
}

NodeRow::NodeRow(const NodeFacts& facts)
    : ref_(ref_of(facts.node)),
      epc_(epc_of(facts.node)),
      depth_(std::to_string(facts.depth)),
      low_(amount_text(facts.bounds.low)),
      high_(amount_text(facts.bounds.high)),
      status_(status_text(facts.status)),
      cells_{ref_,
             epc_,
             projections::name_of(facts.type),
             facts.node.key.item(),
             facts.node.key.lot(),
             facts.node.key.serial(),
             facts.node.key.issuer(),
             depth_,
             certainty_of(facts),
             low_,
             high_,
             bounded(facts) ? facts.unit.view() : std::string_view(),
             status_} {}

Json edge_json(const Cut& cut, const Trace& trace, const TraceEdge& edge) {
  Json json;
  add_member(json, "from", ref_of(trace.nodes[edge.from].node));
  add_member(json, "to", ref_of(trace.nodes[edge.to].node));
  add_member(json, "kind", projections::name_of(edge.kind));
  add_member(json, "basis", projections::name_of(edge.basis));
  add_member(json, "quantity", edge.quantity ? Json(Decimal::of(*edge.quantity).text()) : Json());
  add_member(json, "unit", edge.quantity ? Json(edge.quantity->unit.view()) : Json());
  add_member(json, "at", format_utc(edge.at));
  add_member(json, "until", instant_json(edge.until));
  add_member(json, "position", position_text(cut, edge.position));
  return json;
}

void print_trace_json(std::ostream& out, const TraceAnswer& answer) {
  Json head{{"kind", "trace"}, {"direction", std::string(projections::name_of(answer.trace.direction))}};
  head["root"] = ref_of(answer.trace.nodes.front().node);
  head["position"] = position_json(answer.cut);
  add_completeness(head, answer.completeness);
  JsonDocument document(out);
  document.add_members(head);
  document.begin_list("nodes");
  for (const std::size_t node : sorted_nodes(answer.trace)) document.add_element(node_json(facts_of(answer, node)));
  document.end_list();
  document.begin_list("edges");
  for (const std::size_t edge : sorted_edges(answer.trace))
    document.add_element(edge_json(answer.cut, answer.trace, answer.trace.edges[edge]));
  document.end_list();
  document.finish();
}

}  // namespace lotledger::cli
