// tests/support/slow_bounds.cc - the rules of docs/areas/genealogy.md "Quantities", one after the other.
#include "tests/support/slow_bounds.h"

#include "projections/totals.h"

#include <algorithm>
#include <map>
#include <set>

namespace lotledger::tests {

using namespace projections;

namespace {

using Amount = std::optional<Decimal>;
using Rounding = Decimal::Rounding;

Amount plus(const Amount& a, const Amount& b) {
  return a && b ? a->plus(*b) : std::nullopt;
}
Amount minus(const Amount& a, const Amount& b) {
  return a && b ? a->minus(*b) : std::nullopt;
}
Amount least(const Amount& a, const Amount& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}
Amount at_least_zero(const Amount& a) {
  return a && a->negative() ? Amount(Decimal()) : a;
}

class Slow {
 public:
  Slow(const GenealogyReader& reader, MasterData& items, const Reach& reach)
      : reader_(reader), items_(items), reach_(reach), root_(reader.node(reach.nodes[0].id)) {
    const auto total = total_of(reader, items, root_);
    if (total) {
      unit_ = total->unit;
      total_ = total->amount;
      low_ = root_.key.type() == UnitType::serial
                 ? total_
                 : sum_of(reader, items, origins_of(reader, root_.id), unit_, Rounding::down);
    }
    for (const ReachedEdge& edge : reach.edges) {
      if (edge.kind() != EdgeKind::contain) edges_.push_back(edge);
      if (edge.kind() == EdgeKind::same_as) edges_.push_back(edge.reversed());
    }
  }

  Bounds of(std::uint32_t node) {
    if (node == 0) return {low_, total_};
    if (leads_back(node)) return {Decimal(), total_};
    const auto [at, fresh] = known_.try_emplace(node);
    if (fresh) {
      const Bounds sum = reach_.nodes[node].type == NodeType::process ? process(node) : unit(node);
      known_[node] = sum;
      return sum;
    }
    return at->second;
  }

 private:
  [[nodiscard]] bool leads_back(std::uint32_t node) const {
    std::set<std::uint32_t> seen;
    std::vector<std::uint32_t> next{node};
    while (!next.empty()) {
      const std::uint32_t from = next.back();
      next.pop_back();
      for (const ReachedEdge& edge : edges_) {
        if (edge.from != from) continue;
        if (edge.to == node) return true;
        if (seen.insert(edge.to).second) next.push_back(edge.to);
      }
    }
    return false;
  }

  Bounds process(std::uint32_t node) {
    std::map<std::uint32_t, std::vector<ReachedEdge>> inputs;
    for (const ReachedEdge& edge : edges_)
      if (edge.to == node) inputs[edge.from].push_back(edge);
    Bounds sum{Decimal(), Decimal()};
    for (const auto& [from, edges] : inputs) {
      const Bounds part = input(from, edges);
      sum = {plus(sum.low, part.low), plus(sum.high, part.high)};
    }
    return {sum.low, least(sum.high, total_)};
  }

  Bounds unit(std::uint32_t node) {
    std::set<std::pair<std::uint32_t, EdgeKind>> told;
    Bounds sum{Decimal(), Decimal()};
    for (const ReachedEdge& edge : edges_) {
      if (edge.to != node) continue;
      const bool once = edge.kind() == EdgeKind::member || edge.kind() == EdgeKind::same_as;
      if (once && !told.emplace(edge.from, edge.kind()).second) continue;
      const Bounds part = brought(edge);
      sum = {plus(sum.low, part.low), plus(sum.high, part.high)};
    }
    return {least(sum.low, total_), least(sum.high, total_)};
  }

  Bounds brought(const ReachedEdge& edge) {
    const Bounds held = of(edge.from);
    const Bounds any{Decimal(), held.high};
    if (edge.kind() == EdgeKind::same_as) return held;
    if (edge.kind() == EdgeKind::install) return input(edge.from, {edge});
    if (edge.kind() == EdgeKind::member) return edge.from == 0 ? member_of_root(edge.to, any) : any;
    if (edge.kind() != EdgeKind::output || edge.basis() == Basis::possible) return any;
    if (!held.low || !held.low->positive()) return any;
    Amount others = Decimal();
    reader_.links(reach_.nodes[edge.from].id, LinkKind::output, [&](const Link& link) {
      others = plus(others, in_root_unit({link.other, link.quantity, link.occurred_at}, Rounding::up));
    });
    others = minus(others, in_root_unit(told(reach_.nodes[edge.to].id, edge), Rounding::down));
    return {others ? at_least_zero(minus(held.low, others)) : Decimal(), held.high};
  }

  Bounds member_of_root(std::uint32_t member, const Bounds& any) {
    if (reach_.nodes[member].type == NodeType::lot) {
      const Bounds all{all_of(reach_.nodes[member].id, Rounding::down), all_of(reach_.nodes[member].id, Rounding::up)};
      return all.low && all.high ? all : any;
    }
    const bool pieces = total_ && dimension_of(unit_) == Dimension::count;
    return pieces ? Bounds{Decimal::whole(1), Decimal::whole(1)} : any;
  }

  Bounds input(std::uint32_t from, const std::vector<ReachedEdge>& edges) {
    const Bounds held = of(from);
    const NodeId unit = reach_.nodes[from].id;
    Amount most = Decimal();
    Amount fewest = Decimal();
    bool declared = true;
    for (const ReachedEdge& edge : edges) {
      most = plus(most, in_root_unit(told(unit, edge), Rounding::up));
      fewest = plus(fewest, in_root_unit(told(unit, edge), Rounding::down));
      declared &= edge.basis() == Basis::declared;
    }
    Bounds bounds{Decimal(), most ? least(held.high, most) : held.high};
    const Amount left = at_least_zero(minus(all_of(unit, Rounding::up), fewest));
    if (most && declared && held.low && held.low->positive() && left) bounds.low = at_least_zero(minus(held.low, left));
    return bounds;
  }

  [[nodiscard]] Told told(NodeId unit, const ReachedEdge& edge) const {
    const EdgeFact said = reach_.said(edge);
    return {unit, reach_.quantity(said), said.at};
  }

  Amount in_root_unit(Told told, Rounding rounding) {
    if (!told.quantity && reader_.type(told.unit) == NodeType::serial) told.quantity = Quantity{1, 0, each()};
    if (!told.quantity || !total_) return std::nullopt;
    const UnitCode from = told.quantity->unit;
    const bool conserved = dimension_of(from) == Dimension::mass || dimension_of(from) == Dimension::volume;
    auto factor = conserved ? conversion(from, unit_) : std::nullopt;
    const auto item = reader_.node(told.unit).key.item();
    const bool same = told.unit == root_.id || (!item.empty() && item == root_.key.item());
    if (!factor && same) factor = factor_of(reader_, items_, told, unit_);
    return factor ? Decimal::of(*told.quantity).times(factor->numerator, factor->denominator, rounding) : std::nullopt;
  }

  Amount all_of(NodeId unit, Rounding rounding) {
    if (reader_.type(unit) == NodeType::serial) return in_root_unit({unit, std::nullopt, {}}, rounding);
    const auto origins = origins_of(reader_, unit);
    Amount sum = origins.empty() ? Amount() : Decimal();
    for (const Told& origin : origins) sum = plus(sum, in_root_unit(origin, rounding));
    return sum;
  }

  const GenealogyReader& reader_;
  MasterData& items_;
  const Reach& reach_;
  const Node root_;
  UnitCode unit_{};
  Amount total_;
  Amount low_;
  std::vector<ReachedEdge> edges_;  ///< In the direction in which material may go.
  std::map<std::uint32_t, Bounds> known_;
};

}  // namespace

std::vector<Bounds> slow_bounds(const GenealogyReader& reader, MasterData& items, const Reach& reach) {
  Slow slow(reader, items, reach);
  std::vector<Bounds> all;
  for (std::uint32_t node = 0; node < reach.nodes.size(); ++node) all.push_back(slow.of(node));
  return all;
}

}  // namespace lotledger::tests
