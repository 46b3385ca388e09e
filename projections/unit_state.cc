// projections/unit_state.cc - where a unit is and what became of it.
#include "projections/unit_state.h"

#include "projections/trace.h"

#include <algorithm>
#include <map>
#include <set>

namespace lotledger::projections {

std::string_view name_of(Existence existence) {
  switch (existence) {
    case Existence::unknown: return "unknown";
    case Existence::in_stock: return "in stock";
    case Existence::shipped: return "shipped";
    case Existence::returned: return "returned";
    case Existence::consumed: return "consumed";
    case Existence::scrapped: return "scrapped";
  }
  return "unknown";
}

namespace {

/// What a receipt that is the delivery of a shipment tells of a lot: it lies with the consignee, or came to an own
/// site.
enum class Receipt : std::uint8_t { at_consignee, here };
using Receipts = std::map<EventPosition, Receipt>;

/// Folds the moves of one unit, oldest first.
class History {
 public:
  History(bool whole, const MovementRecords& records, const std::set<EventPosition>& undone)
      : whole_(whole), records_(records), undone_(undone) {}
  UnitState state;
  Receipts receipts;  ///< Of a lot, those that tell that a shipment of it arrived.

  void apply(const Move& move) {
    switch (move.kind) {
      case LinkKind::commissioned:
      case LinkKind::output_of: return arrive(move, Existence::in_stock);
      case LinkKind::received: return receive(move);
      case LinkKind::returned: return come_back(move);
      case LinkKind::shipped: return ship(move);
      case LinkKind::ship_voided: return stay();
      case LinkKind::consumed_in:
      case LinkKind::installed_in: return end(move, Existence::consumed);
      case LinkKind::removed_from: return arrive(move, Existence::in_stock);
      case LinkKind::decommissioned: return end(move, Existence::scrapped);
      case LinkKind::observed:
        state.last_seen = move.position;
        if (state.existence == Existence::unknown) state.existence = Existence::in_stock;
        return;
      case LinkKind::packed_in:
      case LinkKind::unpacked_from:
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
      case LinkKind::linked: return;
    }
  }

 private:
  void arrive(const Move& move, Existence existence) {
    state.existence = existence;
    state.last_seen = move.position;
  }

  /// Receiving what was shipped confirms its delivery; receiving anything else brings it in. Part of a lot may be under
  /// way while another part comes in, so there the receipt itself has to tell.
  void receive(const Move& move) {
    if (state.existence == Existence::shipped) return;
    const std::optional<EventPosition> shipment = whole_ ? std::nullopt : delivered_by(move);
    if (shipment) receipts.emplace(move.position, external(*shipment) ? Receipt::at_consignee : Receipt::here);
    if (shipment && external(*shipment)) return;
    state.bought = state.bought || state.existence == Existence::unknown;
    if (whole_ || state.existence == Existence::unknown) arrive(move, Existence::in_stock);
    state.last_seen = move.position;
  }

  [[nodiscard]] std::optional<EventPosition> delivered_by(const Move& receipt) const {
    const auto found = std::ranges::find_if(departures_, [&](EventPosition departure) {
      return records_.delivers && records_.delivers(receipt.position, departure);
    });
    return found == departures_.end() ? std::nullopt : std::optional(*found);
  }

  [[nodiscard]] bool external(EventPosition shipment) const {
    return std::ranges::find(state.shipments, shipment, &Shipped::position) != state.shipments.end();
  }

  void ship(const Move& move) {
    departures_.push_back(move.position);
    if (undone_.contains(move.position)) return;
    if (records_.internal && records_.internal(move.position)) return arrive(move, Existence::in_stock);
    state.shipments.push_back({move.position, move.at, move.via, move.quantity, false});
    if (whole_) state.existence = Existence::shipped;
  }

  /// The shipment itself counts nowhere (undone_by_voids); a unit of which nothing else is known was here.
  void stay() {
    if (whole_ && state.existence == Existence::unknown) state.existence = Existence::in_stock;
  }

  void come_back(const Move& move) {
    if (!state.shipments.empty()) state.shipments.back().returned = true;
    arrive(move, Existence::returned);
  }

  void end(const Move& move, Existence existence) {
    if (whole_) state.existence = existence;
    state.last_seen = move.position;
  }

  bool whole_;
  const MovementRecords& records_;
  const std::set<EventPosition>& undone_;
  std::vector<EventPosition> departures_;  ///< Shipments so far, also internal ones and those that did not happen.
};

/// Movements of one instant and kind come by what their sources said, not by which source was read first.
void order_ties(std::vector<Move>& moves, const MovementRecords& records) {
  if (!records.content) return;
  const auto same = [](const Move& a, const Move& b) { return a.at == b.at && a.rank == b.rank; };
  for (auto first = moves.begin(); first != moves.end();) {
    const auto last = std::find_if(first, moves.end(), [&](const Move& move) { return !same(*first, move); });
    if (std::any_of(first, last, [&](const Move& move) { return move.position != first->position; })) {
      std::stable_sort(first, last, [&](const Move& a, const Move& b) {
        return records.content(a.position) < records.content(b.position);
      });
    }
    first = last;
  }
}

/// Shipments that did not happen: each void undoes the last shipment before it with a common document, else the last
/// one before it, with all that it moved of the unit. Voids that find none are taken out of the moves.
std::set<EventPosition> undone_by_voids(std::vector<Move>& moves, const MovementRecords& records) {
  std::vector<EventPosition> shipments;
  std::set<EventPosition> void_events;
  std::set<EventPosition> undone;
  for (const Move& move : moves) {
    if (move.kind == LinkKind::shipped && (shipments.empty() || shipments.back() != move.position))
      shipments.push_back(move.position);
    if (move.kind != LinkKind::ship_voided || shipments.empty() || !void_events.insert(move.position).second) continue;
    auto voided = std::find_if(shipments.rbegin(), shipments.rend(), [&](EventPosition shipment) {
      return records.share_document && records.share_document(move.position, shipment);
    });
    if (voided == shipments.rend()) voided = shipments.rbegin();
    undone.insert(*voided);
    shipments.erase(std::next(voided).base());
  }
  std::erase_if(moves, [&](const Move& move) {
    return move.kind == LinkKind::ship_voided && !void_events.contains(move.position);
  });
  return undone;
}

/// Sums the quantities of a lot's moves in one unit.
class Ledger {
 public:
  explicit Ledger(UnitState& state) : state_(state) {}

  void add(Decimal& sum, const std::optional<Quantity>& quantity) {
    if (!quantity) {
      known_ = false;
      return;
    }
    if (!state_.unit) state_.unit = quantity->unit;
    const auto factor = conversion(quantity->unit, *state_.unit);
    const auto scaled =
        factor ? Decimal::of(*quantity).times(factor->numerator, factor->denominator, Decimal::Rounding::down)
               : std::nullopt;
    const auto total = scaled ? sum.plus(*scaled) : std::nullopt;
    known_ = known_ && total.has_value();
    if (total) sum = *total;
  }

  [[nodiscard]] bool known() const { return known_; }

 private:
  UnitState& state_;
  bool known_ = true;
};

/// A receipt with no delivery of ours came from outside; one at a consignee is kept apart (settle_quantities).
void count_receipt(const Move& move, const Receipts& receipts, Ledger& ledger, Decimal& received,
                   Decimal& at_consignees) {
  const auto delivery = receipts.find(move.position);
  if (delivery == receipts.end()) return ledger.add(received, move.quantity);
  if (delivery->second == Receipt::at_consignee && move.quantity) ledger.add(at_consignees, move.quantity);
}

/// What was taken out of a device is not consumed.
void take_back(const Move& move, Ledger& ledger, Decimal& consumed) {
  Decimal back;
  ledger.add(back, move.quantity);
  if (const auto rest = consumed.minus(back)) consumed = *rest;
}

/// Sums all moves; returns what came to consignees of the lot.
Decimal sum_moves(const std::vector<Move>& moves, const Receipts& receipts, Ledger& ledger, UnitState& state) {
  Decimal at_consignees;
  for (const Move& move : moves) {
    if (move.kind == LinkKind::output_of || move.kind == LinkKind::commissioned) ledger.add(state.made, move.quantity);
    if (move.kind == LinkKind::received) count_receipt(move, receipts, ledger, state.received, at_consignees);
    if (move.kind == LinkKind::consumed_in || move.kind == LinkKind::installed_in)
      ledger.add(state.consumed, move.quantity);
    if (move.kind == LinkKind::removed_from) take_back(move, ledger, state.consumed);
    if (move.kind == LinkKind::returned) ledger.add(state.returned, move.quantity);
    if (move.kind == LinkKind::decommissioned) ledger.add(state.scrapped, move.quantity);
  }
  for (const Shipped& shipment : state.shipments) ledger.add(state.shipped, shipment.quantity);
  return at_consignees;
}

std::int64_t serials_of(const GenealogyReader& reader, NodeId lot) {
  std::vector<NodeId> serials;
  reader.links(lot, LinkKind::member, [&](const Link& link) { serials.push_back(link.other); });
  std::sort(serials.begin(), serials.end());
  return std::unique(serials.begin(), serials.end()) - serials.begin();
}

std::optional<Decimal> remaining_of(const UnitState& state, std::int64_t serials) {
  auto rest = state.made.plus(state.received);
  const bool counted = state.unit && dimension_of(*state.unit) == Dimension::count;
  if (rest && counted) rest = std::max(*rest, Decimal::whole(serials));
  const auto less = [&](const Decimal& by) { rest = rest ? rest->minus(by) : std::nullopt; };
  less(state.consumed);
  less(state.shipped);
  less(state.scrapped);
  if (counted) less(Decimal::whole(serials));
  return rest ? rest->plus(state.returned) : std::nullopt;
}

/// More left than there was: then what arrived at a consignee was used under our eyes, and its receipt is one of ours
/// (a supplier's shipment to the site that keeps this ledger).
void settle_quantities(UnitState& state, std::int64_t serials, const Decimal& at_consignees) {
  state.remaining = remaining_of(state, serials);
  if (!state.remaining || !state.remaining->negative() || at_consignees.zero()) return;
  const auto received = state.received.plus(at_consignees);
  if (received) state.received = *received;
  state.remaining = received ? remaining_of(state, serials) : std::nullopt;
}

/// What is left of a lot decides whether it is still somewhere: a lot ends when nothing of it remains.
void settle_lot(UnitState& state) {
  if (!state.remaining || state.existence == Existence::unknown) return;
  if (!state.remaining->zero() && !state.remaining->negative()) return;
  if (!state.shipped.zero()) {
    state.existence = Existence::shipped;
  } else if (!state.scrapped.zero()) {
    state.existence = Existence::scrapped;
  } else if (!state.consumed.zero()) {
    state.existence = Existence::consumed;
  }
}

}  // namespace

UnitState state_of(const GenealogyReader& reader, Containment& containment, const Node& unit,
                   const MovementRecords& records) {
  const bool serial = unit.key.type() == UnitType::serial;
  std::vector<Move> moves = containment.moves(unit.id);
  bool stated = false;
  for (const Move& move : moves) stated |= move.quantity.has_value();
  const bool whole = serial || !stated;
  order_ties(moves, records);
  const std::set<EventPosition> undone = undone_by_voids(moves, records);
  History history(whole, records, undone);
  for (const Move& move : moves) history.apply(move);
  UnitState state = std::move(history.state);
  const Receipts receipts = std::move(history.receipts);
  std::int64_t holds = 0;
  reader.links(unit.id, LinkKind::hold_placed, [&](const Link&) { ++holds; });
  reader.links(unit.id, LinkKind::hold_lifted, [&](const Link&) { --holds; });
  state.held = holds > 0;
  if (whole) return state;
  Ledger ledger(state);
  const Decimal at_consignees = sum_moves(moves, receipts, ledger, state);
  if (ledger.known()) settle_quantities(state, serials_of(reader, unit.id), at_consignees);
  settle_lot(state);
  return state;
}

}  // namespace lotledger::projections
