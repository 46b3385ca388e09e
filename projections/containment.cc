// projections/containment.cc - intervals of packing, and movements of containers applied to their contents.
#include "projections/containment.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace lotledger::projections {
namespace {

/// A change of what one container holds of one child.
struct Change {
  Instant at;
  bool in = false;
  bool seen = false;  ///< Seen inside, not put in.
  std::optional<Quantity> quantity;
  EventPosition position;
};

/// What is told of an amount, in an order of its own.
auto told(const std::optional<Quantity>& quantity) {
  const Quantity amount = quantity.value_or(Quantity{});
  return std::tuple(quantity.has_value(), amount.unit, amount.scale, amount.mantissa);
}

/// At one instant, putting in comes before taking out: the child was there for a moment. Beyond that the order does not
/// depend on which was recorded first.
bool earlier(const Change& a, const Change& b) {
  if (a.at != b.at) return a.at < b.at;
  if (a.in != b.in) return a.in;
  return std::tuple(a.seen, told(a.quantity), a.position) < std::tuple(b.seen, told(b.quantity), b.position);
}

/// `from` plus or minus `by` in `from`'s unit; nullopt (not known) where the units do not convert or it does not fit.
std::optional<Quantity> changed(const Quantity& from, const Quantity& by, bool add) {
  const auto factor = conversion(by.unit, from.unit);
  if (!factor) return std::nullopt;
  const auto delta = Decimal::of(by).times(factor->numerator, factor->denominator, Decimal::Rounding::down);
  if (!delta) return std::nullopt;
  const auto sum = add ? Decimal::of(from).plus(*delta) : Decimal::of(from).minus(*delta);
  if (!sum) return std::nullopt;
  auto quantity = parse_quantity(sum->text(), from.unit);
  if (!quantity.has_value()) return std::nullopt;
  return *quantity;
}

/// Turns the changes of one (child, container) into stays.
class Intervals {
 public:
  Intervals(NodeId container, std::vector<Stay>& out) : container_(container), out_(out) {}

  void apply(const Change& change) { change.in ? put_in(change) : take_out(change); }
  void finish() {
    if (open_) out_.push_back(*open_);
  }

 private:
  /// Seeing again what lies there adds nothing. An amount that is not told makes the whole amount unknown.
  void put_in(const Change& change) {
    if (!open_) {
      open_ = Stay{container_, change.at, std::nullopt, change.quantity, change.position};
    } else if (!change.seen && open_->quantity) {
      open_->topped_up = true;
      reopen(change, change.quantity ? changed(*open_->quantity, *change.quantity, true) : std::nullopt);
    }
  }

  void take_out(const Change& change) {
    if (!open_) return;
    if (!change.quantity) return close(change.at);
    if (!open_->quantity) return;  // How much remains of an unknown amount is unknown: it stays.
    const auto rest = changed(*open_->quantity, *change.quantity, false);
    if (rest && rest->mantissa <= 0) return close(change.at);
    reopen(change, rest);
    open_->rest = true;
  }

  void reopen(const Change& change, std::optional<Quantity> quantity) {
    close(change.at);
    open_ = Stay{container_, change.at, std::nullopt, quantity, change.position};
  }

  void close(Instant at) {
    open_->to = at;
    out_.push_back(*open_);
    open_.reset();
  }

  NodeId container_;
  std::vector<Stay>& out_;
  std::optional<Stay> open_;
};

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
  std::set<std::pair<NodeId, Instant>> given_back;
  for (const Move& move : moves) {
    if (move.kind == LinkKind::output_of) given_back.emplace(move.other, move.at);
  }
  for (Move& move : moves) {
    if (move.kind == LinkKind::consumed_in && given_back.contains({move.other, move.at})) move.rank = -1;
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

/// Whether a movement at an instant moves the stay: it comes after all that is put in then, before all that is taken
/// out.
bool within(Instant at, const Stay& stay) {
  if (stay.rest ? at <= stay.from : at < stay.from) return false;
  if (!stay.to) return true;
  return stay.topped_up ? at < *stay.to : at <= *stay.to;
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
  std::map<NodeId, std::vector<Change>> changes;
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
    std::sort(list.begin(), list.end(), earlier);
    Intervals intervals(container, found);
    for (const Change& change : list) intervals.apply(change);
    intervals.finish();
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

std::vector<Move> Containment::moves(NodeId unit) {
  std::vector<Move> found;
  std::set<EventPosition> seen_only;
  reader_.links(unit, [&](const Link& link) {
    if (rank(link.kind) < 0) return;
    if (link.observed_only) seen_only.insert(link.position);
    found.push_back(move_of(link, k_no_node, link.quantity));
  });
  drop_repeated_installs(found, seen_only);
  add_cleared_parts(found);
  put_rework_in_order(found);
  // One shipment may list a pallet and the cases on it: a unit moves once with it, and so does each packed part of a
  // lot.
  std::set<std::pair<EventPosition, std::size_t>> counted;
  constexpr std::size_t k_whole = ~std::size_t{0};
  for (const Move& move : found) {
    if (moves_contents(move.kind)) counted.emplace(move.position, k_whole);
  }
  for (const Stay& stay : nested_stays(unit)) {
    for (const Link& link : container_moves(stay.container)) {
      if (!within(link.occurred_at, stay)) continue;
      if (!counted.emplace(link.position, stay.quantity ? stay.direct : k_whole).second) continue;
      found.push_back(move_of(link, stay.container, stay.quantity));
    }
  }
  std::sort(found.begin(), found.end(), [](const Move& a, const Move& b) {
    return std::tuple(a.at, a.rank, a.position, told(a.quantity)) <
           std::tuple(b.at, b.rank, b.position, told(b.quantity));
  });
  return found;
}

std::vector<NodeId> Containment::contents(NodeId container) const {
  std::set<NodeId> children;
  reader_.links(container, LinkKind::contains, [&](const Link& link) { children.insert(link.other); });
  return {children.begin(), children.end()};
}

}  // namespace lotledger::projections
