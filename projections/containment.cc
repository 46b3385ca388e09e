// projections/containment.cc - intervals of packing, and movements of containers applied to their contents.
#include "projections/containment.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace lotledger::projections {
namespace {

/// Order of what happens to a unit at one instant.
int rank(LinkKind kind) {
  switch (kind) {
    case LinkKind::commissioned:
    case LinkKind::output_of: return 0;
    case LinkKind::packed_in: return 1;
    case LinkKind::shipped: return 2;
    case LinkKind::ship_voided: return 3;
    case LinkKind::received: return 4;
    case LinkKind::returned: return 5;
    case LinkKind::observed:
    case LinkKind::moved:
    case LinkKind::owner_changed: return 6;
    case LinkKind::unpacked_from: return 7;
    case LinkKind::consumed_in:
    case LinkKind::installed_in: return 8;
    case LinkKind::removed_from: return 9;
    case LinkKind::decommissioned:
    case LinkKind::sampled: return 10;
    case LinkKind::disposed: return 11;
    case LinkKind::increased:
    case LinkKind::decreased: return 12;
    case LinkKind::counted: return 13;
    case LinkKind::input:
    case LinkKind::output:
    case LinkKind::has_part:
    case LinkKind::part_removed:
    case LinkKind::parts_cleared:
    case LinkKind::contains:
    case LinkKind::unpacked:
    case LinkKind::emptied:
    case LinkKind::member:
    case LinkKind::lot_of:
    case LinkKind::same_as:
    case LinkKind::hold_placed:
    case LinkKind::hold_lifted:
    case LinkKind::linked:
    case LinkKind::expires:
    case LinkKind::retest: break;
  }
  return -1;
}

/// What a link of the unit, or of the container `via`, does to `quantity` of the unit.
Move move_of(const Link& link, NodeId via, const std::optional<Quantity>& quantity) {
  Move move;
  move.kind = link.kind;
  move.at = link.occurred_at;
  move.position = link.position;
  move.via = via;
  move.quantity = quantity;
  move.other = via == k_no_node ? link.other : k_no_node;
  move.rank = rank(link.kind);
  move.place = link.place;
  move.from = link.from;
  move.owner = link.owner;
  move.detail = link.detail;
  return move;
}

/// What happens to contents when it happens to the container around them.
constexpr std::array k_kinds_of_contents{LinkKind::shipped,  LinkKind::ship_voided, LinkKind::received,
                                         LinkKind::returned, LinkKind::observed,    LinkKind::moved};

/// A process that takes a unit in and gives it back at one instant (rework) took it first.
void put_rework_in_order(std::vector<Move>& moves) {
  std::vector<std::pair<NodeId, Instant>> given_back;
  for (const Move& move : moves) {
    if (move.kind == LinkKind::output_of) given_back.emplace_back(move.other, move.at);
  }
  std::ranges::sort(given_back);
  for (Move& move : moves) {
    const std::pair taken{move.other, move.at};
    if (move.kind == LinkKind::consumed_in && std::ranges::binary_search(given_back, taken)) move.rank = -1;
  }
}

/// Seeing a part where it was installed does not install it again.
void drop_repeated_installs(std::vector<Move>& moves, const std::set<EventPosition>& seen_only) {
  if (seen_only.empty()) return;
  std::ranges::stable_sort(moves, {}, &Move::at);
  std::set<NodeId> installed;
  for (const Move& move : moves) {
    if (move.kind == LinkKind::installed_in && !seen_only.contains(move.position)) installed.insert(move.other);
  }
  std::erase_if(moves, [&](const Move& move) {
    return move.kind == LinkKind::installed_in && seen_only.contains(move.position) &&
           !installed.insert(move.other).second;
  });
}

bool moves_contents(LinkKind kind) {
  return std::ranges::find(k_kinds_of_contents, kind) != k_kinds_of_contents.end();
}

/// The time in which both hold: that of a stay in a container, and of the container in another.
Stay overlap(const Stay& inner, const Stay& outer) {
  Stay both = outer;
  if (inner.from >= outer.from) {
    both.from = inner.from;
    both.rest = inner.rest || (outer.rest && inner.from == outer.from);
  }
  if (inner.to && (!outer.to || *inner.to <= *outer.to)) {
    both.to = inner.to;
    both.topped_up = inner.topped_up || (outer.topped_up && inner.to == outer.to);
  }
  both.quantity = inner.quantity;
  both.direct = inner.direct;
  both.inner = inner.container;
  return both;
}

}  // namespace

const std::vector<Instant>& Containment::emptied(NodeId container) {
  const auto [at, fresh] = emptied_.try_emplace(container);
  if (fresh)
    reader_.links(container, LinkKind::emptied, [&](const Link& link) { at->second.push_back(link.occurred_at); });
  return at->second;
}

const std::vector<Link>& Containment::container_moves(NodeId container) {
  const auto [at, fresh] = moves_.try_emplace(container);
  if (!fresh) return at->second;
  for (const LinkKind kind : k_kinds_of_contents) {
    reader_.links(container, kind, [&](const Link& link) { at->second.push_back(link); });
  }
  return at->second;
}

const std::vector<Stay>& Containment::stays(NodeId child) {
  if (const auto known = stays_.find(child); known != stays_.end()) return known->second;
  std::map<NodeId, std::vector<PackingChange>> changes;
  const auto collect = [&](LinkKind kind, bool in) {
    reader_.links(child, kind, [&](const Link& link) {
      changes[link.other].push_back({link.occurred_at, in, link.observed_only, link.quantity, link.position});
    });
  };
  collect(LinkKind::packed_in, true);
  collect(LinkKind::unpacked_from, false);
  std::vector<Stay> found;
  for (auto& [container, list] : changes) {
    for (const Instant at : emptied(container)) list.push_back({at, false, false, std::nullopt, {}});
    add_stays(container, std::move(list), found);
  }
  std::sort(found.begin(), found.end(), [](const Stay& a, const Stay& b) {
    return std::tie(a.from, a.container, a.position) < std::tie(b.from, b.container, b.position);
  });
  return stays_.emplace(child, std::move(found)).first->second;
}

std::vector<Stay> Containment::nested_stays(NodeId child) {
  std::vector<Stay> found = stays(child);
  std::set<std::tuple<std::size_t, NodeId, Instant, std::optional<Instant>>> seen;
  for (std::size_t direct = 0; direct < found.size(); ++direct) {
    found[direct].direct = direct;
    found[direct].inner = child;
    seen.emplace(direct, found[direct].container, found[direct].from, found[direct].to);
  }
  for (std::size_t next = 0; next < found.size(); ++next) {
    const Stay inner = found[next];
    for (const Stay& around : std::vector<Stay>(stays(inner.container))) {
      const Stay outer = overlap(inner, around);
      if (outer.to && *outer.to < outer.from) continue;
      // A container inside itself, as false data can say, ends here: each is walked once per time and direct stay.
      if (seen.emplace(outer.direct, outer.container, outer.from, outer.to).second) found.push_back(outer);
    }
  }
  return found;
}

/// Taking all parts out of a device names none of them: it ends what was installed before and not taken out by name.
void Containment::add_cleared_parts(std::vector<Move>& moves) const {
  std::map<NodeId, std::vector<Move>> by_device;
  for (const Move& move : moves) {
    if (move.kind == LinkKind::installed_in || move.kind == LinkKind::removed_from)
      by_device[move.other].push_back(move);
  }
  for (auto& [device, list] : by_device) {
    reader_.links(device, LinkKind::parts_cleared, [&](const Link& link) {
      const auto last = std::ranges::max_element(list, [&](const Move& a, const Move& b) {
        const auto counts = [&](const Move& move) { return move.at <= link.occurred_at; };
        return std::tuple(counts(a), a.at, a.rank) < std::tuple(counts(b), b.at, b.rank);
      });
      if (last->at > link.occurred_at || last->kind != LinkKind::installed_in) return;
      Move cleared;
      cleared.kind = LinkKind::removed_from;
      cleared.at = link.occurred_at;
      cleared.position = link.position;
      cleared.quantity = last->quantity;
      cleared.other = device;
      cleared.rank = rank(LinkKind::removed_from);
      moves.push_back(std::move(cleared));
    });
  }
}

/// What happened to the containers around the unit. One shipment may list a pallet and the cases on it: a unit moves
/// once with it, and so does each packed part of a lot.
void Containment::add_moves_of_containers(NodeId unit, std::vector<Move>& moves) {
  std::set<std::pair<EventPosition, std::size_t>> counted;
  constexpr std::size_t k_whole = ~std::size_t{0};
  for (const Move& move : moves) {
    if (moves_contents(move.kind)) counted.emplace(move.position, k_whole);
  }
  for (const Stay& stay : nested_stays(unit)) {
    for (const Link& link : container_moves(stay.container)) {
      if (!within(link.occurred_at, stay)) continue;
      if (!counted.emplace(link.position, stay.quantity ? stay.direct : k_whole).second) continue;
      moves.push_back(move_of(link, stay.container, stay.quantity));
    }
  }
}

std::vector<Move> Containment::moves(NodeId unit) {
  constexpr std::size_t k_usual_moves = 8;
  std::vector<Move> found;
  found.reserve(k_usual_moves);
  std::set<EventPosition> seen_only;
  bool packed = false;
  reader_.links(unit, [&](const Link& link) {
    if (rank(link.kind) < 0) return;
    packed |= link.kind == LinkKind::packed_in;
    if (link.observed_only) seen_only.insert(link.position);
    found.push_back(move_of(link, k_no_node, link.quantity));
  });
  drop_repeated_installs(found, seen_only);
  add_cleared_parts(found);
  put_rework_in_order(found);
  if (packed) add_moves_of_containers(unit, found);
  std::sort(found.begin(), found.end(), [](const Move& a, const Move& b) {
    const auto order = std::tie(a.at, a.rank, a.position) <=> std::tie(b.at, b.rank, b.position);
    return order == 0 ? told(a.quantity) < told(b.quantity) : order < 0;
  });
  return found;
}

std::vector<NodeId> Containment::contents(NodeId container) const {
  std::set<NodeId> children;
  reader_.links(container, LinkKind::contains, [&](const Link& link) { children.insert(link.other); });
  return {children.begin(), children.end()};
}

}  // namespace lotledger::projections
