// projections/totals.h - how much of a unit there ever was.
#pragma once

#include "projections/genealogy_reader.h"
#include "projections/master_data.h"

#include <array>
#include <optional>
#include <set>
#include <vector>

namespace lotledger::projections {

/// An amount in a unit of measure. Exact, or rounded up where a conversion does not end.
struct Total {
  Decimal amount;
  UnitCode unit{};
};
/// How much of a unit there ever was: all that processes made, that was commissioned and that was received of it, in
/// the base unit of measure of its item, or in the one told first where none is described or one of them does not
/// convert; a serial is one piece. nullopt where nobody stated it, or units do not convert.
[[nodiscard]] std::optional<Total> total_of(const GenealogyReader& reader, MasterData& items, const Node& node);

/// Visits the links of one kind of a node: packed(graph, link) where the graph holds them, else stored(link).
template <typename Packed, typename Stored>
void each_link(const GenealogyReader& reader, NodeId node, LinkKind kind, const Packed& packed, const Stored& stored) {
  const LedgerGenealogy* const only = reader.only();
  const auto links = only == nullptr ? std::nullopt : only->packed(node);
  if (!links) return reader.links(node, kind, stored);
  for (const PackedLink& link : Graph::of_kind(*links, kind)) {
    if (only->shows(node, link)) packed(only->graph()->graph(), link);
  }
}

/// Where all there ever was of a unit comes from: links of these kinds. Calls add(node), which says whether it has any:
/// of the unit, else, because a supplier's lot has none of its own, of the lots of ours that it came in as.
inline constexpr std::array k_origin_links{LinkKind::output_of, LinkKind::commissioned, LinkKind::received};
template <typename Add>
void each_origin(const GenealogyReader& reader, NodeId unit, const Add& add) {
  if (add(unit)) return;
  std::set<NodeId> lots;
  const auto keep = [&](NodeId member) {
    if (reader.type(member) == NodeType::lot) lots.insert(member);
  };
  each_link(
      reader, unit, LinkKind::member, [&](const Graph&, const PackedLink& link) { keep(link.other); },
      [&](const Link& link) { keep(link.other); });
  for (const NodeId lot : lots) static_cast<void>(add(lot));
}

/// How much of a unit was told at a time.
struct Told {
  NodeId unit = k_no_node;
  std::optional<Quantity> quantity;
  Instant at;
};
[[nodiscard]] std::vector<Told> origins_of(const GenealogyReader& reader, NodeId unit);

/// What an amount is multiplied with to be one in another unit of measure, by the conversion of its item in force then.
[[nodiscard]] std::optional<Conversion> factor_of(const GenealogyReader& reader, MasterData& items, const Told& amount,
                                                  UnitCode to);

/// The sum of origins in one unit of measure; nullopt where one of them is not stated, does not convert, or the sum
/// does not fit.
[[nodiscard]] std::optional<Decimal> sum_of(const GenealogyReader& reader, MasterData& items,
                                            const std::vector<Told>& origins, UnitCode unit,
                                            Decimal::Rounding rounding);

}  // namespace lotledger::projections
