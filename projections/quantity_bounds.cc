// projections/quantity_bounds.cc - how much of the root's material each reached unit may hold, as sound bounds.
// The rules and why they are sound: docs/areas/genealogy.md "Quantities".
#include "projections/condensation.h"
#include "projections/trace.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

namespace lotledger::projections {
namespace {

using Amount = std::optional<Decimal>;  ///< nullopt: not known.

/// How much of a unit was told at a time.
struct Told {
  Node unit;
  std::optional<Quantity> quantity;
  Instant at;
};

/// Adds what was made, commissioned or received of the unit.
void add_origins(const GenealogyReader& reader, const Node& unit, std::vector<Told>& origins) {
  for (const LinkKind kind : {LinkKind::output_of, LinkKind::commissioned, LinkKind::received}) {
    reader.links(unit.id, kind, [&](const Link& link) { origins.push_back({unit, link.quantity, link.occurred_at}); });
  }
}

/// Where all there ever was of a unit comes from. Of a supplier's lot, which has none of its own, those of the lots of
/// ours that it came in as.
std::vector<Told> origins_of(const GenealogyReader& reader, const Node& unit) {
  std::vector<Told> origins;
  add_origins(reader, unit, origins);
  if (!origins.empty()) return origins;
  std::set<NodeId> lots;
  reader.links(unit.id, LinkKind::member, [&](const Link& link) {
    if (reader.node(link.other).key.type() == UnitType::lot) lots.insert(link.other);
  });
  for (const NodeId lot : lots) add_origins(reader, reader.node(lot), origins);
  return origins;
}

/// In another unit of measure, by the conversion of the item in force then.
Amount converted(MasterData& items, const Told& amount, UnitCode to, Decimal::Rounding rounding) {
  if (!amount.quantity) return std::nullopt;
  const auto factor = items.factor(amount.unit.key, amount.quantity->unit, to, amount.at);
  if (!factor) return std::nullopt;
  return Decimal::of(*amount.quantity).times(factor->numerator, factor->denominator, rounding);
}

/// nullopt where one of them is not stated, does not convert, or the sum does not fit.
Amount sum_of(MasterData& items, const std::vector<Told>& origins, UnitCode unit, Decimal::Rounding rounding) {
  Amount sum = Decimal();
  for (const Told& origin : origins) {
    const Amount amount = converted(items, origin, unit, rounding);
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

std::optional<Total> total_of_origins(MasterData& items, const UnitKey& unit, const std::vector<Told>& origins) {
  if (origins.empty()) return std::nullopt;
  const auto& item = items.item_of(unit);
  for (const std::optional<UnitCode>& in : {item ? item->uom : std::nullopt, unit_told_first(origins)}) {
    if (!in) continue;
    if (const Amount sum = sum_of(items, origins, *in, Decimal::Rounding::up)) return Total{*sum, *in};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Total> total_of(const GenealogyReader& reader, MasterData& items, const Node& node) {
  if (node.is_process()) return std::nullopt;
  if (node.key.type() == UnitType::serial) return Total{Decimal::whole(1), each()};
  return total_of_origins(items, node.key, origins_of(reader, node));
}

namespace {

class Bounder {
 public:
  Bounder(const GenealogyReader& reader, MasterData& items, Trace& trace)
      : reader_(reader), items_(items), trace_(trace), in_(trace.nodes.size()), next_(trace.nodes.size()) {}

  Result<void> run() {
    measure_root();
    for (std::size_t edge = 0; edge < trace_.edges.size(); ++edge) {
      if (trace_.edges[edge].kind == EdgeKind::contain) continue;
      connect(trace_.edges[edge].from, edge);
      if (trace_.edges[edge].kind == EdgeKind::same_as) connect(trace_.edges[edge].to, edge);
    }
    const Condensation condensation(next_);
    for (const auto& component : condensation.components) {
      const bool cycle = component.size() > 1 || loops_on_itself(component.front());
      for (const std::size_t node : component) bound(node, cycle);
      if (overflow_) return fail(ErrorCode::invalid_input, "a quantity of this answer does not fit 128 bits");
    }
    for (TraceNode& node : trace_.nodes) {
      if (node.type == NodeType::container || node.type == NodeType::process) node.bounds = {};
    }
    return {};
  }

 private:
  void measure_root() {
    const Node& root = trace_.nodes[0].node;
    const auto total = total_of(reader_, items_, root);
    if (!total) return;
    unit_ = total->unit;
    root_total_ = total->amount;
    const auto origins = origins_of(reader_, root);
    const bool one_piece = root.key.type() == UnitType::serial;
    root_low_ = one_piece ? root_total_ : sum_of(items_, origins, unit_, Decimal::Rounding::down);
  }

  void connect(std::size_t from, std::size_t edge) {
    const TraceEdge& e = trace_.edges[edge];
    const std::size_t to = e.from == from ? e.to : e.from;
    in_[to].push_back(edge);
    next_[from].push_back(to);
  }

  [[nodiscard]] bool loops_on_itself(std::size_t node) const {
    return std::find(next_[node].begin(), next_[node].end(), node) != next_[node].end();
  }

  void bound(std::size_t node, bool cycle) {
    Bounds& bounds = trace_.nodes[node].bounds;
    if (node == 0) {
      bounds = {root_low_, root_total_};
    } else if (cycle) {
      bounds = {Decimal(), root_total_};
    } else if (trace_.nodes[node].type == NodeType::process) {
      bounds = process_bounds(node);
    } else {
      bounds = unit_bounds(node);
    }
  }

  /// A process holds what its inputs may bring. Edges of one unit are one input.
  Bounds process_bounds(std::size_t process) {
    Bounds sum{Decimal(), Decimal()};
    std::vector<std::size_t> edges = in_[process];
    std::sort(edges.begin(), edges.end(),
              [&](std::size_t a, std::size_t b) { return trace_.edges[a].from < trace_.edges[b].from; });
    for (std::size_t first = 0; first < edges.size();) {
      std::size_t last = first;
      while (last < edges.size() && trace_.edges[edges[last]].from == trace_.edges[edges[first]].from) ++last;
      const Bounds input = input_bounds(std::span(edges).subspan(first, last - first));
      sum = {plus(sum.low, input.low), plus(sum.high, input.high)};
      first = last;
    }
    return {sum.low, least(sum.high, root_total_)};
  }

  /// high = min(the unit's high, what was taken); low = max(0, the unit's low - what was left behind).
  Bounds input_bounds(std::span<const std::size_t> edges) {
    const TraceNode& unit = trace_.nodes[trace_.edges[edges.front()].from];
    Amount most = Decimal();
    Amount least_taken = Decimal();
    bool certain = true;
    for (const std::size_t edge : edges) {
      const Told taken{unit.node, trace_.edges[edge].quantity, trace_.edges[edge].at};
      most = plus(most, in_root_unit(taken, Decimal::Rounding::up));
      least_taken = plus(least_taken, in_root_unit(taken, Decimal::Rounding::down));
      certain &= trace_.edges[edge].basis == Basis::declared;
    }
    Bounds bounds{Decimal(), unit.bounds.high};
    if (!most) return bounds;
    bounds.high = least(unit.bounds.high, most);
    const Amount total = total_in_root_unit(unit.node, Decimal::Rounding::up);
    if (certain && total && unit.bounds.low)
      // Where more was taken than there ever was (a count found some), nothing was left.
      bounds.low = not_below_zero(minus(unit.bounds.low, not_below_zero(minus(total, least_taken))));
    return bounds;
  }

  /// A unit holds what each edge into it may bring, never more than the root ever was.
  Bounds unit_bounds(std::size_t node) {
    Bounds sum{Decimal(), Decimal()};
    std::set<std::pair<std::size_t, EdgeKind>> stated;
    for (const std::size_t edge : in_[node]) {
      // A membership or an equality says nothing more when it is stated twice.
      const EdgeKind kind = trace_.edges[edge].kind;
      const bool once = kind == EdgeKind::member || kind == EdgeKind::same_as;
      if (once && !stated.emplace(trace_.edges[edge].from, kind).second) continue;
      const Bounds part = edge_bounds(edge, node);
      sum = {plus(sum.low, part.low), plus(sum.high, part.high)};
    }
    return {least(sum.low, root_total_), least(sum.high, root_total_)};
  }

  Bounds edge_bounds(std::size_t edge, std::size_t node) {
    const TraceEdge& e = trace_.edges[edge];
    const std::size_t from = e.from == node ? e.to : e.from;
    const Bounds& source = trace_.nodes[from].bounds;
    switch (e.kind) {
      case EdgeKind::output: return {e.basis == Basis::declared ? output_low(from, edge) : Decimal(), source.high};
      case EdgeKind::install: return input_bounds(std::span(&edge, 1));
      case EdgeKind::member: return member_bounds(from, node, source);
      case EdgeKind::same_as: return source;
      case EdgeKind::consume:
      case EdgeKind::contain: break;
    }
    return {Decimal(), source.high};
  }

  /// A piece of the root lot is one piece of it, and a lot of it is as much as came in of that; a piece of any other
  /// lot may hold all or nothing of what the lot holds.
  Bounds member_bounds(std::size_t lot, std::size_t member, const Bounds& source) {
    if (lot == 0 && trace_.nodes[member].type == NodeType::lot) {
      const Amount low = total_in_root_unit(trace_.nodes[member].node, Decimal::Rounding::down);
      const Amount high = total_in_root_unit(trace_.nodes[member].node, Decimal::Rounding::up);
      if (low && high) return {low, high};
      return {Decimal(), source.high};
    }
    if (lot == 0 && root_total_ && dimension_of(unit_) == Dimension::count)
      return {Decimal::whole(1), Decimal::whole(1)};
    return {Decimal(), source.high};
  }

  /// What cannot have gone into the other outputs: sum of input lows - their capacity.
  Amount output_low(std::size_t process, std::size_t edge) {
    const TraceEdge& own = trace_.edges[edge];
    const Amount own_capacity =
        in_root_unit({trace_.nodes[own.to].node, own.quantity, own.at}, Decimal::Rounding::down);
    const Amount others = minus(capacity_of(process), own_capacity);
    const Amount low = trace_.nodes[process].bounds.low;
    if (!others || !low) return Decimal();
    return not_below_zero(minus(low, others));
  }

  /// Sum of all outputs of a process in root units, reached or not; nullopt where one of them does not compare.
  Amount capacity_of(std::size_t process) {
    const auto [at, fresh] = capacities_.try_emplace(process, Decimal());
    if (!fresh) return at->second;
    Amount sum = Decimal();
    reader_.links(trace_.nodes[process].node.id, LinkKind::output, [&](const Link& link) {
      sum = plus(sum, in_root_unit({reader_.node(link.other), link.quantity, link.occurred_at}, Decimal::Rounding::up));
    });
    at->second = sum;
    return sum;
  }

  /// An amount of a unit as an amount of root material that it could at most hold. Pieces compare only with pieces of
  /// the same item: one device is not one screw. Of the same item, its own conversions hold; between items, mass and
  /// volume are conserved. nullopt where the two do not convert.
  Amount in_root_unit(const Told& told, Decimal::Rounding rounding) {
    const UnitKey& key = told.unit.key;
    Told stated = told;
    if (!stated.quantity && key.type() == UnitType::serial) stated.quantity = Quantity{1, 0, each()};
    if (!stated.quantity || !root_total_) return std::nullopt;
    const bool same_item = !key.item().empty() && key.item() == trace_.nodes[0].node.key.item();
    if (same_item || told.unit.id == trace_.nodes[0].node.id) return converted(items_, stated, unit_, rounding);
    const Dimension dimension = dimension_of(stated.quantity->unit);
    if (dimension != Dimension::mass && dimension != Dimension::volume) return std::nullopt;
    const auto factor = conversion(stated.quantity->unit, unit_);
    if (!factor) return std::nullopt;
    return Decimal::of(*stated.quantity).times(factor->numerator, factor->denominator, rounding);
  }

  /// All that there ever was of a unit, likewise.
  Amount total_in_root_unit(const Node& unit, Decimal::Rounding rounding) {
    if (unit.key.type() == UnitType::serial) return in_root_unit({unit, std::nullopt, {}}, rounding);
    const auto origins = origins_of(reader_, unit);
    if (origins.empty()) return std::nullopt;
    Amount sum = Decimal();
    for (const Told& origin : origins) sum = plus(sum, in_root_unit(origin, rounding));
    return sum;
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
  Trace& trace_;
  std::vector<std::vector<std::size_t>> in_;
  std::vector<std::vector<std::size_t>> next_;
  std::unordered_map<std::size_t, Amount> capacities_;
  UnitCode unit_{};
  Amount root_total_;
  Amount root_low_;  ///< The same, rounded down.
  bool overflow_ = false;
};

}  // namespace

Result<void> bound_quantities(const GenealogyReader& reader, MasterData& items, Trace& trace) {
  return Bounder(reader, items, trace).run();
}

}  // namespace lotledger::projections
