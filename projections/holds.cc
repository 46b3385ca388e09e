// projections/holds.cc - holds placed and lifted.
#include "projections/holds.h"

#include <algorithm>
#include <tuple>

namespace lotledger::projections {
namespace {

StandingHold hold_of(const Link& link) {
  StandingHold hold;
  hold.kind = link.detail.empty() ? engine::HoldKind::quality : static_cast<engine::HoldKind>(link.detail[0] - 'a');
  hold.id = link.detail.empty() ? std::string() : link.detail.substr(1);
  hold.reported = link.observed_only;
  hold.at = link.occurred_at;
  hold.position = link.position;
  hold.quantity = link.quantity;
  hold.location = link.place;
  return hold;
}

auto order_of(const Link& link) {
  const bool lifted = link.kind == LinkKind::hold_lifted;
  return std::tuple(link.occurred_at, link.observed_only, link.observed_only && lifted, link.position.ledger,
                    link.position);
}

}  // namespace

std::vector<StandingHold> standing_holds(const GenealogyReader& reader, NodeId unit) {
  std::vector<Link> changes;
  const auto keep = [&](const Link& link) { changes.push_back(link); };
  reader.links(unit, LinkKind::hold_placed, keep);
  if (changes.empty()) return {};
  reader.links(unit, LinkKind::hold_lifted, keep);
  std::ranges::sort(changes, {}, order_of);
  std::vector<StandingHold> holds;
  for (const Link& change : changes) {
    const StandingHold hold = change.kind == LinkKind::hold_placed ? hold_of(change) : StandingHold{};
    const std::string& id = change.kind == LinkKind::hold_placed ? hold.id : change.detail;
    std::erase_if(holds, [&](const StandingHold& other) { return other.id == id; });
    if (change.kind == LinkKind::hold_placed) holds.push_back(hold);
  }
  return holds;
}

}  // namespace lotledger::projections
