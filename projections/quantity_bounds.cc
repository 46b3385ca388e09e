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

/// Adds the quantities of all links of a kind to `total`; false when one states none or does not convert.
bool add_all(const GenealogyReader& reader, NodeId node, LinkKind kind, std::optional<Quantity>& total) {
  bool stated = true;
  reader.links(node, kind, [&](const Link& link) {
    if (!link.quantity) stated = false;
    if (!stated) return;
    if (!total) {
      total = link.quantity;
      return;
    }
    const auto factor = conversion(link.quantity->unit, total->unit);
    const auto scaled =
        factor ? Decimal::of(*link.quantity).times(factor->numerator, factor->denominator, Decimal::Rounding::up)
               : std::nullopt;
    const auto sum = scaled ? Decimal::of(*total).plus(*scaled) : std::nullopt;
    const auto written =
        sum ? parse_quantity(sum->text(), total->unit) : Result<Quantity>(fail(ErrorCode::invalid_input, ""));
    stated = written.has_value();
    if (stated) total = *written;
  });
  return stated;
}

}  // namespace

namespace {

/// False when a quantity of the unit is not stated or does not convert.
bool add_origins(const GenealogyReader& reader, NodeId node, std::optional<Quantity>& total) {
  constexpr std::array k_origins{LinkKind::output_of, LinkKind::commissioned, LinkKind::received};
  return std::ranges::all_of(k_origins, [&](LinkKind kind) { return add_all(reader, node, kind, total); });
}

}  // namespace

std::optional<Quantity> total_of(const GenealogyReader& reader, const Node& node) {
  if (node.is_process()) return std::nullopt;
  if (node.key.type() == UnitType::serial) return Quantity{1, 0, each()};
  std::optional<Quantity> total;
  if (!add_origins(reader, node.id, total)) return std::nullopt;
  if (total) return total;
  // A supplier's lot is all that came in of it as lots of ours.
  std::set<NodeId> lots;
  reader.links(node.id, LinkKind::member, [&](const Link& link) {
    if (reader.node(link.other).key.type() == UnitType::lot) lots.insert(link.other);
  });
  const bool stated = std::ranges::all_of(lots, [&](NodeId lot) { return add_origins(reader, lot, total); });
  return stated ? total : std::nullopt;
}

namespace {

class Bounder {
 public:
  Bounder(const GenealogyReader& reader, Trace& trace)
      : reader_(reader), trace_(trace), in_(trace.nodes.size()), next_(trace.nodes.size()) {}

  Result<void> run() {
    const auto total = total_of(reader_, trace_.nodes[0].node);
    if (total) {
      unit_ = total->unit;
      root_total_ = Decimal::of(*total);
    }
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
      bounds = {root_total_, root_total_};
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
      most = plus(most, in_root_unit(unit, trace_.edges[edge].quantity, Decimal::Rounding::up));
      least_taken = plus(least_taken, in_root_unit(unit, trace_.edges[edge].quantity, Decimal::Rounding::down));
      certain &= trace_.edges[edge].basis == Basis::declared;
    }
    Bounds bounds{Decimal(), unit.bounds.high};
    if (!most) return bounds;
    bounds.high = least(unit.bounds.high, most);
    const Amount total = in_root_unit(unit, total_of(reader_, unit.node), Decimal::Rounding::up);
    if (certain && total && unit.bounds.low)
      bounds.low = not_below_zero(minus(unit.bounds.low, minus(total, least_taken)));
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
      const Quantity none{0, 0, unit_};
      const auto total = total_of(reader_, trace_.nodes[member].node);
      const Amount low = in_root_unit(trace_.nodes[member], total.value_or(none), Decimal::Rounding::down);
      const Amount high = in_root_unit(trace_.nodes[member], total.value_or(none), Decimal::Rounding::up);
      if (total && low && high && root_total_) return {low, high};
      return {Decimal(), source.high};
    }
    if (lot == 0 && root_total_ && dimension_of(unit_) == Dimension::count)
      return {Decimal::whole(1), Decimal::whole(1)};
    return {Decimal(), source.high};
  }

  /// What cannot have gone into the other outputs: sum of input lows - their capacity.
  Amount output_low(std::size_t process, std::size_t edge) {
    const TraceEdge& own = trace_.edges[edge];
    const Amount own_capacity = in_root_unit(trace_.nodes[own.to], own.quantity, Decimal::Rounding::down);
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
      TraceNode output;
      output.node = reader_.node(link.other);
      sum = plus(sum, in_root_unit(output, link.quantity, Decimal::Rounding::up));
    });
    at->second = sum;
    return sum;
  }

  /// An amount of a unit as an amount of root material that it could at most hold. Pieces compare only with pieces of
  /// the same item: one device is not one screw. nullopt where the two do not convert.
  Amount in_root_unit(const TraceNode& of, const std::optional<Quantity>& quantity, Decimal::Rounding rounding) {
    const std::optional<Quantity> stated =
        quantity || of.node.key.type() != UnitType::serial ? quantity : Quantity{1, 0, each()};
    if (!stated || !root_total_) return std::nullopt;
    const Dimension dimension = dimension_of(stated->unit);
    const bool conserved = dimension == Dimension::mass || dimension == Dimension::volume;
    const bool same_item = !of.node.key.item().empty() && of.node.key.item() == trace_.nodes[0].node.key.item();
    const bool is_root = of.node.id == trace_.nodes[0].node.id;
    if (!conserved && !same_item && !is_root) return std::nullopt;
    const auto factor = conversion(stated->unit, unit_);
    if (!factor) return std::nullopt;
    return Decimal::of(*stated).times(factor->numerator, factor->denominator, rounding);
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
  Trace& trace_;
  std::vector<std::vector<std::size_t>> in_;
  std::vector<std::vector<std::size_t>> next_;
  std::unordered_map<std::size_t, Amount> capacities_;
  UnitCode unit_{};
  Amount root_total_;
  bool overflow_ = false;
};

}  // namespace

Result<void> bound_quantities(const GenealogyReader& reader, Trace& trace) {
  return Bounder(reader, trace).run();
}

}  // namespace lotledger::projections
