// projections/ownership.cc - owners along steps that keep material.
#include "projections/ownership.h"

#include "engine/production.h"
#include "projections/condensation.h"

#include <algorithm>

namespace lotledger::projections {

bool keeps_material(std::string_view detail) {
  constexpr char k_split = 'a' + static_cast<char>(engine::ProcessKind::split);
  return !detail.empty() && detail.front() >= k_split;
}

/// Steps that made what went into this one, not later than it went in.
std::vector<NodeId> Ownership::steps_before(NodeId process) const {
  std::set<NodeId> before;
  reader_.links(process, LinkKind::input, [&](const Link& input) {
    reader_.links(input.other, LinkKind::output_of, [&](const Link& made) {
      if (keeps_material(made.detail) && made.occurred_at <= input.occurred_at) before.insert(made.other);
    });
  });
  before.erase(process);
  return {before.begin(), before.end()};
}

const Inherited& Ownership::of(NodeId process, Containment& containment, const MovementRecords& records) {
  static const Inherited k_unknown{{{std::string(k_unknown_owner), Decimal::whole(1)}}, std::nullopt, false};
  const auto found = steps_.find(process);
  if (found != steps_.end()) return found->second;
  if (busy_) return k_unknown;  // Later than the use that is looked at, so that it does not count there.
  busy_ = true;
  std::vector<NodeId> steps{process};
  std::map<NodeId, std::uint32_t> index{{process, 0}};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  for (std::uint32_t at = 0; at < steps.size(); ++at) {
    for (const NodeId before : steps_before(steps[at])) {
      if (steps_.contains(before)) continue;
      const auto [place, fresh] = index.try_emplace(before, steps.size());
      if (fresh) steps.push_back(before);
      edges.emplace_back(place->second, at);
    }
  }
  const Adjacency<> next(steps.size(), [&](const auto& visit) {
    for (const auto& [from, to] : edges) visit(from, to);
  });
  const Condensation components(next);
  for (std::size_t component = 0; component < components.size(); ++component) {
    const bool circle = components[component].size() > 1;
    for (const std::uint32_t at : components[component]) {
      Inherited inherited = circle ? k_unknown : taken(steps[at], containment, records);
      steps_.emplace(steps[at], std::move(inherited));
    }
  }
  busy_ = false;
  return steps_.at(process);
}

/// Nobody ever named an owner of it, nor of what it was split from.
bool Ownership::only_ours(NodeId unit, Containment& containment) {
  const auto [told, fresh] = told_.try_emplace(unit, false);
  if (fresh) {
    told->second =
        std::ranges::any_of(containment.moves(unit), [](const Move& move) { return move.owner != k_no_node; });
  }
  if (told->second) return false;
  bool ours = true;
  reader_.links(unit, LinkKind::output_of, [&](const Link& made) {
    if (!keeps_material(made.detail)) return;
    const auto step = steps_.find(made.other);
    ours = ours && step != steps_.end() && step->second.parts.empty();
  });
  return ours;
}

Inherited Ownership::taken(NodeId process, Containment& containment, const MovementRecords& records) {
  std::map<NodeId, std::set<EventPosition>> uses;
  reader_.links(process, LinkKind::input, [&](const Link& input) { uses[input.other].insert(input.position); });
  Inherited all;
  if (std::ranges::all_of(uses, [&](const auto& use) { return only_ours(use.first, containment); })) return all;
  std::size_t outputs = 0;
  reader_.links(process, LinkKind::output, [&outputs](const Link&) { ++outputs; });
  all.divisible = outputs == 1;
  for (const auto& [unit, positions] : uses) {
    for (const EventPosition position : positions) {
      const Inherited part = taken_by_owner(reader_, containment, reader_.node(unit), records, position);
      all.divisible = all.divisible && part.divisible && (!all.unit || all.unit == part.unit);
      all.unit = part.unit;
      for (const auto& [owner, amount] : part.parts) {
        const auto sum = all.parts[owner].plus(amount);
        all.divisible = all.divisible && sum;
        if (sum) all.parts[owner] = *sum;
      }
    }
  }
  if (all.parts.size() == 1 && all.parts.contains({})) all.parts.clear();
  return all;
}

}  // namespace lotledger::projections
