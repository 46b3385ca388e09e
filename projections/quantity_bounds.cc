// projections/quantity_bounds.cc - how much of the root's material each reached unit may hold, as sound bounds.
// The rules and why they are sound: docs/areas/genealogy.md "Quantities".
#include "projections/condensation.h"
#include "projections/reach.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

namespace lotledger::projections {
namespace {

using Amount = std::optional<Decimal>;  ///< nullopt: not known.

/// How much of a unit was told at a time.
struct Told {
  NodeId unit = k_no_node;
  std::optional<Quantity> quantity;
  Instant at;
};

/// Visits what links of one kind tell, from the graph where it holds them: visit(other, quantity, at).
template <typename Visit>
void each_amount(const GenealogyReader& reader, NodeId node, LinkKind kind, const Visit& visit) {
  const LedgerGenealogy* const only = reader.only();
  if (const auto packed = only == nullptr ? std::nullopt : only->packed(node)) {
    for (const PackedLink& link : Graph::of_kind(*packed, kind)) {
      if (!only->shows(node, link)) continue;
      std::optional<Quantity> quantity;
      if (link.has(PackedLink::k_has_quantity))
        quantity = Quantity{link.mantissa, link.scale, only->graph()->graph().unit(link)};
      visit(NodeId{link.other}, quantity, Instant{link.occurred_at});
    }
    return;
  }
  reader.links(node, kind, [&](const Link& link) { visit(link.other, link.quantity, link.occurred_at); });
}

/// Adds what was made, commissioned or received of the unit.
void add_origins(const GenealogyReader& reader, NodeId unit, std::vector<Told>& origins) {
  for (const LinkKind kind : {LinkKind::output_of, LinkKind::commissioned, LinkKind::received}) {
    each_amount(reader, unit, kind, [&](NodeId, const std::optional<Quantity>& quantity, Instant at) {
      origins.push_back({unit, quantity, at});
    });
  }
}

/// Where all there ever was of a unit comes from. Of a supplier's lot, which has none of its own, those of the lots of
/// ours that it came in as.
void find_origins(const GenealogyReader& reader, NodeId unit, std::vector<Told>& origins) {
  origins.clear();
  add_origins(reader, unit, origins);
  if (!origins.empty()) return;
  std::set<NodeId> lots;
  each_amount(reader, unit, LinkKind::member, [&](NodeId member, const std::optional<Quantity>&, Instant) {
    if (reader.type(member) == NodeType::lot) lots.insert(member);
  });
  for (const NodeId lot : lots) add_origins(reader, lot, origins);
}

std::vector<Told> origins_of(const GenealogyReader& reader, NodeId unit) {
  std::vector<Told> origins;
  find_origins(reader, unit, origins);
  return origins;
}

/// In another unit of measure, by the conversion of the item in force then.
Amount converted(const GenealogyReader& reader, MasterData& items, const Told& amount, UnitCode to,
                 Decimal::Rounding rounding) {
  if (!amount.quantity) return std::nullopt;
  const auto factor = amount.quantity->unit == to
                          ? std::optional(Conversion{})
                          : items.factor(reader.node(amount.unit).key, amount.quantity->unit, to, amount.at);
  if (!factor) return std::nullopt;
  return Decimal::of(*amount.quantity).times(factor->numerator, factor->denominator, rounding);
}

/// nullopt where one of them is not stated, does not convert, or the sum does not fit.
Amount sum_of(const GenealogyReader& reader, MasterData& items, const std::vector<Told>& origins, UnitCode unit,
              Decimal::Rounding rounding) {
  Amount sum = Decimal();
  for (const Told& origin : origins) {
    const Amount amount = converted(reader, items, origin, unit, rounding);
    sum = sum && amount ? sum->plus(*amount) : std::nullopt;
  }
  return sum;
}

/// Whatever the order in which they came.
std::optional<UnitCode> unit_told_first(const std::vector<Told>& origins) {
  std::optional<std::pair<Instant, UnitCode>> first;
  for (const Told& origin : origins) {
    if (!origin.quantity) continue;
    const std::pair told{origin.at, origin.quantity->unit};
    if (!first || told < *first) first = told;
  }
  return first ? std::optional(first->second) : std::nullopt;
}

std::optional<Total> total_of_origins(const GenealogyReader& reader, MasterData& items, const UnitKey& unit,
                                      const std::vector<Told>& origins) {
  if (origins.empty()) return std::nullopt;
  const auto& item = items.item_of(unit);
  for (const std::optional<UnitCode>& in : {item ? item->uom : std::nullopt, unit_told_first(origins)}) {
    if (!in) continue;
    if (const Amount sum = sum_of(reader, items, origins, *in, Decimal::Rounding::up)) return Total{*sum, *in};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Total> total_of(const GenealogyReader& reader, MasterData& items, const Node& node) {
  if (node.is_process()) return std::nullopt;
  if (node.key.type() == UnitType::serial) return Total{Decimal::whole(1), each()};
  return total_of_origins(reader, items, node.key, origins_of(reader, node.id));
}

namespace {

class Bounder {
 public:
  Bounder(const GenealogyReader& reader, MasterData& items, Reach& reach)
      : reader_(reader),
        items_(items),
        reach_(reach),
        root_(reader.node(reach.nodes[0].id)),
        in_(reach.nodes.size(), [&](const auto& visit) { edges_in(visit); }) {}

  Result<void> run() {
    measure_root();
    reach_.bounds.assign(reach_.nodes.size(), {});
    const Adjacency next(reach_.nodes.size(), [&](const auto& visit) { nodes_after(visit); });
    const Condensation components(next);
    for (std::size_t number = 0; number < components.size(); ++number) {
      const auto component = components[number];
      const bool cycle =
          component.size() > 1 || std::ranges::find(next[component[0]], component[0]) != next[component[0]].end();
      for (const std::uint32_t node : component) bound(node, cycle);
      if (overflow_) return fail(ErrorCode::invalid_input, "a quantity of this answer does not fit 128 bits");
    }
    for (std::size_t node = 0; node < reach_.nodes.size(); ++node) {
      const NodeType type = reach_.nodes[node].type;
      if (type == NodeType::container || type == NodeType::process) reach_.bounds[node] = {};
    }
    return {};
  }

 private:
  void measure_root() {
    const auto total = total_of(reader_, items_, root_);
    if (!total) return;
    unit_ = total->unit;
    root_total_ = total->amount;
    const auto origins = origins_of(reader_, root_.id);
    const bool one_piece = root_.key.type() == UnitType::serial;
    root_low_ = one_piece ? root_total_ : sum_of(reader_, items_, origins, unit_, Decimal::Rounding::down);
  }

  /// visit(node, edge) for each edge by which material may come to a node.
  template <typename Visit>
  void edges_in(const Visit& visit) const {
    for (std::uint32_t number = 0; number < reach_.edges.size(); ++number) {
      const ReachedEdge& edge = reach_.edges[number];
      if (edge.kind == EdgeKind::contain) continue;
      visit(edge.to, number);
      if (edge.kind == EdgeKind::same_as) visit(edge.from, number);
    }
  }
  /// visit(node, node after it) for each of them.
  template <typename Visit>
  void nodes_after(const Visit& visit) const {
    edges_in([&](std::uint32_t to, std::uint32_t number) { visit(source(number, to), to); });
  }
  /// The end of an edge that is not `to`.
  [[nodiscard]] std::uint32_t source(std::uint32_t number, std::uint32_t to) const {
    const ReachedEdge& edge = reach_.edges[number];
    return edge.from == to ? edge.to : edge.from;
  }

  void bound(std::uint32_t node, bool cycle) {
    Bounds& bounds = reach_.bounds[node];
    if (node == 0) {
      bounds = {root_low_, root_total_};
    } else if (cycle) {
      bounds = {Decimal(), root_total_};
    } else if (reach_.nodes[node].type == NodeType::process) {
      bounds = process_bounds(node);
    } else {
      bounds = unit_bounds(node);
    }
  }

  /// A process holds what its inputs may bring. Edges of one unit are one input.
  Bounds process_bounds(std::uint32_t process) {
    const auto from = [&](std::uint32_t edge) { return reach_.edges[edge].from; };
    std::span<const std::uint32_t> edges = in_[process];
    if (!std::ranges::is_sorted(edges, {}, from)) {
      sorted_.assign(edges.begin(), edges.end());
      std::ranges::sort(sorted_, {}, from);
      edges = sorted_;
    }
    Bounds sum{Decimal(), Decimal()};
    while (!edges.empty()) {
      const auto same = std::ranges::find_if(edges, [&](std::uint32_t edge) { return from(edge) != from(edges[0]); });
      const auto count = static_cast<std::size_t>(same - edges.begin());
      const Bounds input = input_bounds(edges.first(count));
      sum = {plus(sum.low, input.low), plus(sum.high, input.high)};
      edges = edges.subspan(count);
    }
    return {sum.low, least(sum.high, root_total_)};
  }

  [[nodiscard]] Told told(NodeId unit, const ReachedEdge& edge) const { return {unit, reach_.quantity(edge), edge.at}; }

  /// high = min(the unit's high, what was taken); low = max(0, the unit's low - what was left behind).
  Bounds input_bounds(std::span<const std::uint32_t> edges) {
    const std::uint32_t from = reach_.edges[edges.front()].from;
    const NodeId unit = reach_.nodes[from].id;
    const Bounds& held = reach_.bounds[from];
    Amount most = Decimal();
    bool certain = true;
    for (const std::uint32_t edge : edges) {
      const Told taken = told(unit, reach_.edges[edge]);
      most = plus(most, in_root_unit(taken, Decimal::Rounding::up));
      certain &= reach_.edges[edge].basis == Basis::declared;
    }
    Bounds bounds{Decimal(), held.high};
    if (!most) return bounds;
    bounds.high = least(held.high, most);
    if (!certain || !held.low || !held.low->positive()) return bounds;
    Amount least_taken = Decimal();
    for (const std::uint32_t edge : edges)
      least_taken = plus(least_taken, in_root_unit(told(unit, reach_.edges[edge]), Decimal::Rounding::down));
    const Amount total = total_in_root_unit(unit, Decimal::Rounding::up);
    // Where more was taken than there ever was (a count found some), nothing was left.
    if (total) bounds.low = not_below_zero(minus(held.low, not_below_zero(minus(total, least_taken))));
    return bounds;
  }

  /// A unit holds what each edge into it may bring, never more than the root ever was.
  Bounds unit_bounds(std::uint32_t node) {
    Bounds sum{Decimal(), Decimal()};
    std::set<std::pair<std::uint32_t, EdgeKind>> stated;
    for (const std::uint32_t edge : in_[node]) {
      // A membership or an equality says nothing more when it is stated twice.
      const EdgeKind kind = reach_.edges[edge].kind;
      const bool once = kind == EdgeKind::member || kind == EdgeKind::same_as;
      if (once && !stated.emplace(reach_.edges[edge].from, kind).second) continue;
      const Bounds part = edge_bounds(edge, node);
      sum = {plus(sum.low, part.low), plus(sum.high, part.high)};
    }
    return {least(sum.low, root_total_), least(sum.high, root_total_)};
  }

  Bounds edge_bounds(std::uint32_t edge, std::uint32_t node) {
    const ReachedEdge& e = reach_.edges[edge];
    const std::uint32_t from = source(edge, node);
    const Bounds& held = reach_.bounds[from];
    switch (e.kind) {
      case EdgeKind::output: return {e.basis == Basis::declared ? output_low(from, e) : Decimal(), held.high};
      case EdgeKind::install: return input_bounds(std::span(&edge, 1));
      case EdgeKind::member: return member_bounds(from, node, held);
      case EdgeKind::same_as: return held;
      case EdgeKind::consume:
      case EdgeKind::contain: break;
    }
    return {Decimal(), held.high};
  }

  /// A piece of the root lot is one piece of it, and a lot of it is as much as came in of that; a piece of any other
  /// lot may hold all or nothing of what the lot holds.
  Bounds member_bounds(std::uint32_t lot, std::uint32_t member, const Bounds& held) {
    if (lot == 0 && reach_.nodes[member].type == NodeType::lot) {
      const Amount low = total_in_root_unit(reach_.nodes[member].id, Decimal::Rounding::down);
      const Amount high = total_in_root_unit(reach_.nodes[member].id, Decimal::Rounding::up);
      if (low && high) return {low, high};
      return {Decimal(), held.high};
    }
    if (lot == 0 && root_total_ && dimension_of(unit_) == Dimension::count)
      return {Decimal::whole(1), Decimal::whole(1)};
    return {Decimal(), held.high};
  }

  /// What cannot have gone into the other outputs: sum of input lows - their capacity.
  Amount output_low(std::uint32_t process, const ReachedEdge& edge) {
    const Amount& low = reach_.bounds[process].low;
    if (!low || !low->positive()) return Decimal();
    const Amount own = in_root_unit(told(reach_.nodes[edge.to].id, edge), Decimal::Rounding::down);
    const Amount others = minus(capacity_of(process), own);
    if (!others) return Decimal();
    return not_below_zero(minus(low, others));
  }

  /// Sum of all outputs of a process in root units, reached or not; nullopt where one of them does not compare.
  Amount capacity_of(std::uint32_t process) {
    const auto [at, fresh] = capacities_.try_emplace(process, Decimal());
    if (!fresh) return at->second;
    Amount sum = Decimal();
    each_amount(reader_, reach_.nodes[process].id, LinkKind::output,
                [&](NodeId unit, const std::optional<Quantity>& quantity, Instant when) {
                  sum = plus(sum, in_root_unit({unit, quantity, when}, Decimal::Rounding::up));
                });
    at->second = sum;
    return sum;
  }

  /// Asked for every edge of a unit, and reading its name each time would cost more than all the rest.
  [[nodiscard]] bool of_root_item(NodeId unit) {
    std::uint32_t& known = of_root_item_.at(unit);
    if (known == NodeIndex::k_none)
      known = !root_.key.item().empty() && reader_.node(unit).key.item() == root_.key.item() ? 1 : 0;
    return known == 1;
  }

  /// An amount of a unit as an amount of root material that it could at most hold. Pieces compare only with pieces of
  /// the same item: one device is not one screw. Of the same item, its own conversions hold; between items, mass and
  /// volume are conserved. nullopt where the two do not convert.
  Amount in_root_unit(const Told& told, Decimal::Rounding rounding) {
    Told stated = told;
    if (!stated.quantity && reader_.type(told.unit) == NodeType::serial) stated.quantity = Quantity{1, 0, each()};
    if (!stated.quantity || !root_total_) return std::nullopt;
    const Factor& factor = factor_of(stated.quantity->unit);
    if (factor.conserved) {
      if (!factor.known) return std::nullopt;
      return Decimal::of(*stated.quantity).times(factor.known->numerator, factor.known->denominator, rounding);
    }
    if (told.unit != root_.id && !of_root_item(told.unit)) return std::nullopt;
    return converted(reader_, items_, stated, unit_, rounding);
  }

  /// All that there ever was of a unit, likewise.
  Amount total_in_root_unit(NodeId unit, Decimal::Rounding rounding) {
    if (reader_.type(unit) == NodeType::serial) return in_root_unit({unit, std::nullopt, {}}, rounding);
    find_origins(reader_, unit, origins_);
    if (origins_.empty()) return std::nullopt;
    Amount sum = Decimal();
    for (const Told& origin : origins_) sum = plus(sum, in_root_unit(origin, rounding));
    return sum;
  }

  /// How a unit of measure compares with the root's, whatever the item.
  struct Factor {
    bool conserved = false;  ///< Mass or volume, and the factor is one that everybody knows.
    std::optional<Conversion> known;
  };
  const Factor& factor_of(UnitCode unit) {
    for (const auto& [code, factor] : factors_) {
      if (code == unit) return factor;
    }
    const Dimension dimension = dimension_of(unit);
    Factor factor;
    factor.known = conversion(unit, unit_);
    factor.conserved = (dimension == Dimension::mass || dimension == Dimension::volume) && factor.known;
    return factors_.emplace_back(unit, factor).second;
  }

  Amount plus(const Amount& a, const Amount& b) {
    if (!a || !b) return std::nullopt;
    const auto sum = a->plus(*b);
    overflow_ |= !sum;
    return sum;
  }
  Amount minus(const Amount& a, const Amount& b) {
    if (!a || !b) return std::nullopt;
    const auto difference = a->minus(*b);
    overflow_ |= !difference;
    return difference;
  }
  static Amount least(const Amount& a, const Amount& b) {
    if (!a) return b;
    if (!b) return a;
    return *a < *b ? a : b;
  }
  static Amount not_below_zero(const Amount& a) { return a && a->negative() ? Amount(Decimal()) : a; }

  const GenealogyReader& reader_;
  MasterData& items_;
  Reach& reach_;
  const Node root_;
  const Adjacency in_;      ///< Edges into each node.
  NodeIndex of_root_item_;  ///< 1 and 0 for yes and no.
  std::vector<std::uint32_t> sorted_;
  std::vector<Told> origins_;
  std::unordered_map<std::uint32_t, Amount> capacities_;
  std::vector<std::pair<UnitCode, Factor>> factors_;
  UnitCode unit_{};
  Amount root_total_;
  Amount root_low_;  ///< The same, rounded down.
  bool overflow_ = false;
};

}  // namespace

Result<void> bound_quantities(const GenealogyReader& reader, MasterData& items, Reach& reach) {
  return Bounder(reader, items, reach).run();
}

}  // namespace lotledger::projections
