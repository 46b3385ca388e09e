// projections/quantity_bounds.cc - how much of the root's material each reached unit may hold, as sound bounds.
// The rules and why they are sound: docs/areas/genealogy.md "Quantities".
#include "projections/amounts.h"
#include "projections/condensation.h"
#include "projections/reach.h"
#include "projections/totals.h"

#include <algorithm>
#include <ranges>
#include <span>
#include <utility>

namespace lotledger::projections {
namespace {

using Rounding = Decimal::Rounding;

/// The edges by which each node of a walk down may give material, from there. The walk tells the edges of a node one
/// after another, and then they are read where they are; only an equality gives both ways.
class Ways {
 public:
  explicit Ways(const Reach& reach) : edges_(reach.edges.data()), spans_(reach.nodes.size()) {
    if (!find_spans(reach)) gather(reach);
  }

  [[nodiscard]] std::span<const ReachedEdge> operator[](std::uint32_t node) const {
    if (gathered_) return (*gathered_)[node];
    return {edges_ + spans_[node].first, edges_ + spans_[node].end};
  }

 private:
  struct Span {
    std::uint32_t first = 0;
    std::uint32_t end = 0;  ///< 0: it has none.
  };

  /// false: those of some node lie apart.
  bool find_spans(const Reach& reach) {
    for (std::uint32_t at = 0; at < reach.edges.size(); ++at) {
      const ReachedEdge& edge = reach.edges[at];
      if (edge.kind() == EdgeKind::contain) continue;
      Span& span = spans_[edge.from];
      if (edge.kind() == EdgeKind::same_as || (span.end != 0 && span.end != at)) return false;
      if (span.end == 0) span.first = at;
      span.end = at + 1;
    }
    return true;
  }

  void gather(const Reach& reach) {
    gathered_.emplace(reach.nodes.size(), [&reach](const auto& visit) {
      for (const ReachedEdge& edge : reach.edges) {
        if (edge.kind() == EdgeKind::contain) continue;
        visit(edge.from, edge);
        if (edge.kind() == EdgeKind::same_as) visit(edge.to, edge.reversed());
      }
    });
  }

  const ReachedEdge* edges_;
  std::vector<Span> spans_;
  std::optional<Adjacency<ReachedEdge>> gathered_;
};

/// Material flows along the edges, from the root on: a node is settled when all before it have given it what they may,
/// then gives on what it may hold. In `Numbers` (amounts.h).
template <typename Numbers>
class Flow {
 public:
  Flow(const GenealogyReader& reader, MasterData& items, const Reach& reach)
      : reader_(reader), items_(items), reach_(reach), root_(reader.node(reach.nodes[0].id)), ways_(reach) {}

  /// false: some amount does not fit the numbers.
  [[nodiscard]] bool run() {
    measure_root();
    held_.resize(reach_.nodes.size(), {k_zero, k_zero, 0, 0});
    flow_in_order();
    flow_on_from_cycles();
    return numbers_.fits();
  }

  /// Of units; processes and containers are no material.
  [[nodiscard]] NodeBounds bounds() const {
    std::vector<typename Numbers::Bounds> all(held_.size());
    for (std::size_t node = 0; node < all.size(); ++node) {
      const NodeType type = reach_.nodes[node].type;
      if (type != NodeType::container && type != NodeType::process) all[node] = {held_[node].low, held_[node].high};
    }
    return NodeBounds(std::move(all));
  }

 private:
  using Amount = typename Numbers::Amount;
  using Edges = std::span<const ReachedEdge>;
  inline static const Amount k_zero = Numbers().of(Decimal());
  inline static const Amount k_unknown = Numbers().of(std::nullopt);

  struct Part {
    Amount low;
    Amount high;
  };
  struct Held {
    Amount low;
    Amount high;
    std::uint32_t giver = 0;    ///< The node that gave to it last, counted from 1.
    std::uint32_t awaited = 0;  ///< Edges by which it may still be given something.
  };

  void measure_root() {
    const auto total = total_of(reader_, items_, root_);
    if (!total) return;
    unit_ = total->unit;
    root_total_ = numbers_.of(total->amount);
    const bool one_piece = root_.key.type() == UnitType::serial;
    root_low_ = one_piece ? root_total_
                          : numbers_.of(sum_of(reader_, items_, origins_of(reader_, root_.id), unit_, Rounding::down));
  }

  /// First come, first settled: so that nodes are looked at nearly in the order in which the walk reached them, and
  /// most of what they ask for lies side by side. Comes to all that no cycle leads to.
  void flow_in_order() {
    for (std::uint32_t node = 0; node < held_.size(); ++node) {
      for (const ReachedEdge& way : ways_[node]) ++held_[way.to].awaited;
    }
    std::vector<std::uint32_t> ready;
    ready.reserve(held_.size());
    for (std::uint32_t node = 0; node < held_.size(); ++node) {
      if (held_[node].awaited == 0) ready.push_back(node);
    }
    for (std::size_t next = 0; next < ready.size() && numbers_.fits(); ++next) {
      look_ahead(ready, next);
      const std::uint32_t node = ready[next];
      settle(node, false);
      give(node);
      for (const ReachedEdge& way : ways_[node]) {
        if (--held_[way.to].awaited == 0) ready.push_back(way.to);
      }
    }
  }

  /// What a cycle leads to awaits something for ever: cycle by cycle, what a cycle leads to behind it.
  void flow_on_from_cycles() {
    const auto waits = [&](std::uint32_t node) { return held_[node].awaited != 0; };
    const auto nodes = std::views::iota(std::uint32_t{0}, static_cast<std::uint32_t>(held_.size()));
    const Condensation components(held_.size(), nodes | std::views::filter(waits),
                                  [&](std::uint32_t node) { return targets(node); });
    for (std::size_t number = 0; number < components.size() && numbers_.fits(); ++number) {
      const auto component = components[number];
      const bool cycle = component.size() > 1 || std::ranges::count(targets(component[0]), component[0]) > 0;
      for (const std::uint32_t node : component) {
        settle(node, cycle);
        give(node);
      }
      // What they gave each other says nothing.
      for (std::size_t member = 0; cycle && member < component.size(); ++member) settle(component[member], true);
    }
  }

  [[nodiscard]] auto targets(std::uint32_t node) const {
    return ways_[node] | std::views::transform([](const ReachedEdge& way) { return way.to; });
  }

  /// Lets the memory bring what the nodes that come soon need: their edges, then what these lead to.
  void look_ahead(std::span<const std::uint32_t> ready, std::size_t next) const {
    constexpr std::size_t k_near = 4;
    constexpr std::size_t k_far = 10;
    if (next + k_far < ready.size()) __builtin_prefetch(ways_[ready[next + k_far]].data());
    if (next + k_near >= ready.size()) return;
    const Edges ways = ways_[ready[next + k_near]];
    for (const ReachedEdge& way : ways.first(std::min(ways.size(), k_near))) {
      __builtin_prefetch(&held_[way.to]);
      if (way.source().in_graph) reach_.graph->expect_fact(way.source().number);
    }
  }

  /// All that may come has come: never more than the root ever was.
  void settle(std::uint32_t node, bool cycle) {
    Held& held = held_[node];
    if (node == 0) {
      held.low = root_low_;
      held.high = root_total_;
    } else if (cycle) {
      held.low = k_zero;
      held.high = root_total_;
    } else {
      if (reach_.nodes[node].type != NodeType::process) held.low = Numbers::least(held.low, root_total_);
      held.high = Numbers::least(held.high, root_total_);
    }
  }

  void give(std::uint32_t node) {
    held_now_ = {held_[node].low, held_[node].high};
    total_known_ = false;
    capacity_known_ = false;
    for (Edges ways = by_target(node); !ways.empty();) {
      const std::uint32_t to = ways[0].to;
      std::size_t count = 1;
      while (count < ways.size() && ways[count].to == to) ++count;
      if (ways[0].kind() == EdgeKind::consume) {
        add(to, input(node, ways.first(count)));  // Edges of one unit are one input of a process.
      } else {
        give_unit(node, ways.first(count));
      }
      ways = ways.subspan(count);
    }
  }

  /// The ways of a node, those to the same node side by side. Nearly always they are stored so.
  Edges by_target(std::uint32_t node) {
    const Edges ways = ways_[node];
    bool apart = false;
    std::uint32_t last = node;
    for (const ReachedEdge& way : ways) {
      apart |= way.to != last && held_[way.to].giver == node + 1;
      held_[way.to].giver = node + 1;
      last = way.to;
    }
    if (!apart) return ways;
    sorted_.assign(ways.begin(), ways.end());
    std::ranges::stable_sort(sorted_, {}, &ReachedEdge::to);
    return sorted_;
  }

  void add(std::uint32_t node, const Part& part) {
    Held& held = held_[node];
    held.low = numbers_.plus(held.low, part.low);
    held.high = numbers_.plus(held.high, part.high);
  }

  /// What each edge may bring a unit. A membership or an equality says nothing more when it is stated twice.
  void give_unit(std::uint32_t from, Edges ways) {
    bool member = false;
    bool equal = false;
    for (std::size_t at = 0; at < ways.size(); ++at) {
      const std::uint32_t to = ways[at].to;
      switch (ways[at].kind()) {
        case EdgeKind::output: add(to, {output_low(ways[at]), held_now_.high}); break;
        case EdgeKind::install: add(to, input(from, ways.subspan(at, 1))); break;
        case EdgeKind::member:
          if (!std::exchange(member, true)) add(to, member_part(from, to));
          break;
        case EdgeKind::same_as:
          if (!std::exchange(equal, true)) add(to, held_now_);
          break;
        case EdgeKind::consume:
        case EdgeKind::contain: add(to, {k_zero, held_now_.high}); break;
      }
    }
  }

  /// high = min(the unit's high, what was taken); low = max(0, the unit's low - what was left behind).
  Part input(std::uint32_t unit, Edges ways) {
    Amount most = k_zero;
    bool certain = true;
    for (const ReachedEdge& way : ways) {
      most = numbers_.plus(most, in_root_unit(reach_.nodes[unit].id, reach_.said(way), Rounding::up));
      certain &= way.basis() == Basis::declared;
    }
    if (!Numbers::known(most)) return {k_zero, held_now_.high};
    Part part{k_zero, Numbers::least(held_now_.high, most)};
    if (!certain || !Numbers::positive(held_now_.low)) return part;
    Amount least_taken = k_zero;
    for (const ReachedEdge& way : ways)
      least_taken = numbers_.plus(least_taken, in_root_unit(reach_.nodes[unit].id, reach_.said(way), Rounding::down));
    const Amount total = total_of_giver(unit);
    // Where more was taken than there ever was (a count found some), nothing was left.
    if (Numbers::known(total)) {
      const Amount left = Numbers::not_below_zero(numbers_.minus(total, least_taken));
      part.low = Numbers::not_below_zero(numbers_.minus(held_now_.low, left));
    }
    return part;
  }

  /// A piece of the root lot is one piece of it, and a lot of it is as much as came in of that; a piece of any other
  /// lot may hold all or nothing of what the lot holds.
  Part member_part(std::uint32_t lot, std::uint32_t member) {
    const Part any{k_zero, held_now_.high};
    if (lot != 0) return any;
    if (reach_.nodes[member].type == NodeType::lot) {
      const Amount low = total_in_root_unit(reach_.nodes[member].id, Rounding::down);
      const Amount high = total_in_root_unit(reach_.nodes[member].id, Rounding::up);
      return Numbers::known(low) && Numbers::known(high) ? Part{low, high} : any;
    }
    if (!Numbers::known(root_total_) || dimension_of(unit_) != Dimension::count) return any;
    const Amount one = numbers_.of(Decimal::whole(1));
    return {one, one};
  }

  /// Of what the process that gives holds, what cannot have gone into its other outputs: its low - their capacity.
  Amount output_low(const ReachedEdge& edge) {
    if (edge.basis() != Basis::declared || !Numbers::positive(held_now_.low)) return k_zero;
    const Amount own = in_root_unit(reach_.nodes[edge.to].id, reach_.said(edge), Rounding::down);
    const Amount others = numbers_.minus(capacity_of_giver(edge.from), own);
    if (!Numbers::known(others)) return k_zero;
    return Numbers::not_below_zero(numbers_.minus(held_now_.low, others));
  }

  /// Sum of all outputs of a process in root units, reached or not; unknown where one of them does not compare.
  Amount capacity_of_giver(std::uint32_t process) {
    if (std::exchange(capacity_known_, true)) return capacity_;
    capacity_ = k_zero;
    each_said(reach_.nodes[process].id, LinkKind::output, [&](NodeId unit, const EdgeFact& said) {
      capacity_ = numbers_.plus(capacity_, in_root_unit(unit, said, Rounding::up));
    });
    return capacity_;
  }

  /// All that there ever was of the unit that gives.
  Amount total_of_giver(std::uint32_t unit) {
    if (!std::exchange(total_known_, true)) total_ = total_in_root_unit(reach_.nodes[unit].id, Rounding::up);
    return total_;
  }

  /// Of one item, as far as names say; asked for every edge of a unit, so that it is remembered.
  [[nodiscard]] bool of_root_item(NodeId unit) {
    if (unit == root_.id) return true;
    const LedgerGenealogy* const only = reader_.only();
    if (const auto same = only == nullptr ? std::nullopt : only->same_item(unit, root_.id)) return *same;
    std::uint32_t& known = of_root_item_.at(unit);
    if (known == NodeIndex::k_none)
      known = !root_.key.item().empty() && reader_.node(unit).key.item() == root_.key.item() ? 1 : 0;
    return known == 1;
  }

  /// Visits what links of one kind of a node say: visit(other, statement).
  template <typename Visit>
  void each_said(NodeId node, LinkKind kind, const Visit& visit) {
    each_link(
        reader_, node, kind,
        [&](const Graph& graph, const PackedLink& link) { visit(NodeId{link.other}, said_by(graph, link)); },
        [&](const Link& link) {
          EdgeFact said{link.occurred_at, link.position};
          if (link.quantity)
            said.quantity(link.quantity->mantissa, link.quantity->scale, number_of(link.quantity->unit));
          visit(link.other, said);
        });
  }

  /// An amount of a unit as an amount of root material that it could at most hold. Pieces compare only with pieces of
  /// the same item: one device is not one screw. Of the same item, its own conversions hold; between items, mass and
  /// volume are conserved. Unknown where the two do not convert.
  Amount in_root_unit(NodeId unit, const EdgeFact& told, Rounding rounding) {
    EdgeFact said = told;
    if (!said.has_quantity() && reader_.type(unit) == NodeType::serial) said.quantity(1, 0, number_of(each()));
    if (!said.has_quantity() || !Numbers::known(root_total_)) return k_unknown;
    const Factor& common = common_factor(said.unit);
    if (common.conserved || (common.same && of_root_item(unit)))
      return numbers_.times(said.mantissa, said.scale, *common.known, rounding);
    if (common.same || !of_root_item(unit)) return k_unknown;
    const auto factor = items_.factor(reader_.node(unit).key, units_[said.unit], unit_, said.at);
    return factor ? numbers_.times(said.mantissa, said.scale, *factor, rounding) : k_unknown;
  }

  /// All that there ever was of a unit, likewise.
  Amount total_in_root_unit(NodeId unit, Rounding rounding) {
    if (reader_.type(unit) == NodeType::serial) return in_root_unit(unit, {}, rounding);
    Amount sum = k_zero;
    bool any = false;
    each_origin(reader_, unit, [&](NodeId origin) {
      for (const LinkKind kind : k_origin_links) {
        each_said(origin, kind, [&](NodeId, const EdgeFact& said) {
          any = true;
          sum = numbers_.plus(sum, in_root_unit(origin, said, rounding));
        });
      }
      return any;
    });
    return any ? sum : k_unknown;
  }

  /// How a unit of measure compares with the root's, whatever the item.
  struct Factor {
    bool same = false;       ///< It is the root's.
    bool conserved = false;  ///< Mass or volume, and the factor is one that everybody knows.
    std::optional<Conversion> known;
  };
  const Factor& common_factor(std::uint16_t unit) {
    for (std::size_t next = factors_.size(); next < units_.size(); ++next)
      factors_.push_back(factor_to_root(units_[next]));
    return factors_[unit];
  }
  [[nodiscard]] Factor factor_to_root(UnitCode unit) const {
    const Dimension dimension = dimension_of(unit);
    Factor factor;
    factor.same = unit == unit_;
    factor.known = factor.same ? std::optional(Conversion{}) : conversion(unit, unit_);
    factor.conserved = (dimension == Dimension::mass || dimension == Dimension::volume) && conversion(unit, unit_);
    return factor;
  }
  std::uint16_t number_of(UnitCode unit) { return number_in(units_, unit); }

  const GenealogyReader& reader_;
  MasterData& items_;
  const Reach& reach_;
  const Node root_;
  const Ways ways_;
  Numbers numbers_;
  std::vector<Held> held_;
  UnitCode unit_{};
  Amount root_total_ = k_unknown;
  Amount root_low_ = k_unknown;  ///< The same, rounded down.
  NodeIndex of_root_item_;       ///< 1 and 0 for yes and no.
  std::vector<ReachedEdge> sorted_;
  std::vector<UnitCode> units_{reach_.units};
  std::vector<Factor> factors_;  ///< Of units_.
  // Of the node that gives.
  Part held_now_{k_zero, k_zero};
  bool total_known_ = false;
  bool capacity_known_ = false;
  Amount total_ = k_unknown;
  Amount capacity_ = k_unknown;
};

template <typename Numbers>
bool bounded(const GenealogyReader& reader, MasterData& items, Reach& reach) {
  Flow<Numbers> flow(reader, items, reach);
  const bool fits = flow.run();
  if (fits) reach.bounds = flow.bounds();
  return fits;
}

}  // namespace

Result<void> bound_quantities(const GenealogyReader& reader, MasterData& items, Reach& reach) {
  if (bounded<ShortAmounts>(reader, items, reach) || bounded<WideAmounts>(reader, items, reach)) return {};
  return fail(ErrorCode::invalid_input, "a quantity of this answer does not fit 128 bits");
}

}  // namespace lotledger::projections
