// projections/order_record.cc - steps and flows of one order.
#include "projections/order_record.h"

#include "engine/codec/areas.h"

#include <algorithm>
#include <tuple>

namespace lotledger::projections {
namespace {

/// The record's own event tells where an interval ends; links hold its start.
std::optional<Instant> end_of(RecordCache& records, EventPosition position) {
  const schema::Event* event = records.event(position);
  if (event == nullptr || !event->occurred_until().has_value()) return std::nullopt;
  return Instant{*event->occurred_until()};
}

OrderFlow flow_of(RecordCache& records, const Link& link) {
  OrderFlow flow{link.other, link.occurred_at, end_of(records, link.position), link.position, link.quantity};
  constexpr std::size_t k_detail = 2;  // A letter for the kind and one for the basis (genealogy.cc).
  if (link.detail.size() == k_detail) {
    flow.kind = static_cast<engine::ProcessKind>(link.detail[0] - 'a');
    flow.basis = static_cast<engine::Basis>(link.detail[1] - 'a');
  }
  return flow;
}

std::vector<OrderFlow> flows(const GenealogyReader& reader, RecordCache& records, NodeId process, LinkKind kind) {
  std::vector<OrderFlow> found;
  reader.links(process, kind, [&](const Link& link) { found.push_back(flow_of(records, link)); });
  std::ranges::sort(found, {}, [&](const OrderFlow& flow) { return std::tuple(flow.at, reader.node(flow.unit).key); });
  return found;
}

}  // namespace

std::optional<engine::OrderState> OrderRecord::state() const {
  std::optional<engine::OrderState> state;
  for (const OrderStep& step : steps) {
    if (step.recorded.operation.empty()) state = step.recorded.state;
  }
  return state;
}

std::optional<UnitAmount> OrderRecord::planned() const {
  std::optional<UnitAmount> planned;
  for (const OrderStep& step : steps) {
    if (step.recorded.operation.empty() && step.recorded.product) planned = step.recorded.product;
  }
  return planned;
}

std::vector<OrderStep> order_steps(const GenealogyReader& reader, RecordCache& records, const std::string& order,
                                   Instant until) {
  std::vector<OrderStep> steps;
  for (const Description& said : reader.descriptions(order_subject(order))) {
    const schema::Event* event = said.at <= until ? records.event(said.position) : nullptr;
    if (event == nullptr || event->area_as_production() == nullptr) continue;
    const auto decoded = engine::codec::decode(*event->area_as_production());
    if (const auto* recorded = std::get_if<engine::OrderRecorded>(&decoded))
      steps.push_back({said.at, said.position, *recorded});
  }
  return steps;
}

std::optional<OrderRecord> order_record(const GenealogyReader& reader, RecordCache& records, const std::string& order,
                                        Instant until) {
  OrderRecord found;
  found.order = order;
  found.steps = order_steps(reader, records, order, until);
  const auto process = reader.find_process(process_name(order, {}));
  if (process) {
    found.inputs = flows(reader, records, *process, LinkKind::input);
    found.outputs = flows(reader, records, *process, LinkKind::output);
  }
  if (found.steps.empty() && found.inputs.empty() && found.outputs.empty()) return std::nullopt;
  return found;
}

}  // namespace lotledger::projections
