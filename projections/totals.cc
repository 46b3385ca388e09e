// projections/totals.cc - origins of a unit, and their sum.
#include "projections/totals.h"

namespace lotledger::projections {
namespace {

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

}  // namespace

std::vector<Told> origins_of(const GenealogyReader& reader, NodeId unit) {
  std::vector<Told> origins;
  each_origin(reader, unit, [&](NodeId node) {
    for (const LinkKind kind : k_origin_links) {
      each_link(
          reader, node, kind,
          [&](const Graph& graph, const PackedLink& packed) {
            const Link link = graph.unpack(node, packed);
            origins.push_back({node, link.quantity, link.occurred_at});
          },
          [&](const Link& link) { origins.push_back({node, link.quantity, link.occurred_at}); });
    }
    return !origins.empty();
  });
  return origins;
}

std::optional<Conversion> factor_of(const GenealogyReader& reader, MasterData& items, const Told& amount, UnitCode to) {
  if (!amount.quantity) return std::nullopt;
  if (amount.quantity->unit == to) return Conversion{};
  return items.factor(reader.node(amount.unit).key, amount.quantity->unit, to, amount.at);
}

std::optional<Decimal> sum_of(const GenealogyReader& reader, MasterData& items, const std::vector<Told>& origins,
                              UnitCode unit, Decimal::Rounding rounding) {
  std::optional<Decimal> sum = Decimal();
  for (const Told& origin : origins) {
    const auto factor = factor_of(reader, items, origin, unit);
    if (!factor) return std::nullopt;
    const auto amount = Decimal::of(*origin.quantity).times(factor->numerator, factor->denominator, rounding);
    sum = sum && amount ? sum->plus(*amount) : std::nullopt;
  }
  return sum;
}

std::optional<Total> total_of(const GenealogyReader& reader, MasterData& items, const Node& node) {
  if (node.is_process()) return std::nullopt;
  if (node.key.type() == UnitType::serial) return Total{Decimal::whole(1), each()};
  const std::vector<Told> origins = origins_of(reader, node.id);
  if (origins.empty()) return std::nullopt;
  const auto& item = items.item_of(node.key);
  for (const std::optional<UnitCode>& in : {item ? item->uom : std::nullopt, unit_told_first(origins)}) {
    if (!in) continue;
    if (const auto sum = sum_of(reader, items, origins, *in, Decimal::Rounding::up)) return Total{*sum, *in};
  }
  return std::nullopt;
}

}  // namespace lotledger::projections
