// projections/unit_state.cc - where a unit is and what became of it.
#include "projections/unit_state.h"

#include "projections/holds.h"
#include "projections/ownership.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace lotledger::projections {

std::string_view name_of(Existence existence) {
  switch (existence) {
    case Existence::unknown: return "unknown";
    case Existence::in_stock: return "in stock";
    case Existence::shipped: return "shipped";
    case Existence::returned: return "returned";
    case Existence::consumed: return "consumed";
    case Existence::scrapped: return "scrapped";
    case Existence::sampled: return "sampled";
  }
  return "unknown";
}

namespace {

/// What a receipt that is the delivery of a shipment tells of a lot: it lies with the consignee, or came to an own
/// site.
enum class Receipt : std::uint8_t { at_consignee, here };
using Receipts = std::map<EventPosition, Receipt>;

/// What the folds look up beside the moves.
struct Keys {
  const GenealogyReader& reader;
  Containment& containment;
  /// Bytes of the node's key; empty for k_no_node.
  [[nodiscard]] const std::string& operator()(NodeId node) const { return reader.key_bytes(node); }
};

/// The owner that a move names; empty: we are.
std::string owner_of(const Move& move, const MovementRecords& records, const Keys& keys) {
  const std::string& owner = keys(move.owner);
  return records.ours && records.ours(owner) ? std::string() : owner;
}

/// What went into the process that the unit came out of, where owners go along with it; nullptr where they do not.
const Inherited* inherited_by(const Move& made, const MovementRecords& records, const Keys& keys) {
  if (!records.inherited || made.kind != LinkKind::output_of || !keeps_material(made.detail)) return nullptr;
  return &records.inherited(keys.containment, made.other);
}

/// Of all that went in; unknown where several put it together.
std::string only_owner(const Inherited& inherited) {
  if (inherited.parts.empty()) return {};
  return inherited.parts.size() == 1 ? inherited.parts.begin()->first : std::string(k_unknown_owner);
}

/// Folds the moves of one unit, oldest first.
class History {
 public:
  History(bool whole, const MovementRecords& records, const std::set<EventPosition>& undone, const Keys& keys)
      : whole_(whole), records_(records), undone_(undone), keys_(keys) {}
  UnitState state;
  Receipts receipts;  ///< Of a lot, those that tell that a shipment of it arrived.

  void apply(const Move& move) {
    switch (move.kind) {
      case LinkKind::commissioned: return arrive(move, Existence::in_stock);
      case LinkKind::output_of: return come_out(move);
      case LinkKind::received: return receive(move);
      case LinkKind::returned: return come_back(move);
      case LinkKind::shipped: return ship(move);
      case LinkKind::ship_voided: return stay();
      case LinkKind::consumed_in:
      case LinkKind::installed_in: return end(move, Existence::consumed);
      case LinkKind::removed_from: return arrive(move, Existence::in_stock);
      case LinkKind::decommissioned: return end(move, Existence::scrapped);
      case LinkKind::sampled: return end(move, Existence::sampled);
      case LinkKind::observed:
      case LinkKind::moved:
        see(move);
        if (state.existence == Existence::unknown) state.existence = Existence::in_stock;
        return;
      case LinkKind::owner_changed: state.place.owner = owner_of(move, records_, keys_); return;
      case LinkKind::disposed: return dispose(move);
      case LinkKind::counted:
      case LinkKind::increased:
      case LinkKind::decreased: return adjust(move);
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
      case LinkKind::linked:
      case LinkKind::expires:
      case LinkKind::retest: return;
    }
  }

 private:
  void see(const Move& move) {
    state.last_seen = move.position;
    state.place.in_transit = false;
    if (move.place != k_no_node) state.place.location = keys_(move.place);
  }

  void arrive(const Move& move, Existence existence) {
    if (state.existence == Existence::unknown) state.origin = keys_(move.place);
    state.existence = existence;
    see(move);
  }

  /// Under another name it is still the property of whoever owned it.
  void come_out(const Move& move) {
    arrive(move, Existence::in_stock);
    if (const Inherited* inherited = inherited_by(move, records_, keys_)) state.place.owner = only_owner(*inherited);
  }

  void dispose(const Move& move) {
    if (move.quantity || move.place != k_no_node) return;
    state.place.disposition = disposition_named(move.detail);
    state.disposed_at = move.at;
  }

  /// A piece that is counted, or booked in, is here; of one that is counted as none, or booked out, nobody knows where.
  void adjust(const Move& move) {
    if (!whole_) return;
    const bool here = state.existence == Existence::in_stock || state.existence == Existence::returned;
    const bool none = move.quantity && move.quantity->mantissa == 0;
    if (move.kind == LinkKind::decreased || none) {
      if (here) state.adjusted = state.adjusted.minus(Decimal::whole(1)).value_or(state.adjusted);
      return end(move, Existence::unknown);
    }
    if (!here) state.adjusted = state.adjusted.plus(Decimal::whole(1)).value_or(state.adjusted);
    state.found = state.found || !state.last_seen;
    arrive(move, Existence::in_stock);
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
    see(move);
    if (move.owner != k_no_node) state.place.owner = owner_of(move, records_, keys_);
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
    if (records_.internal && records_.internal(move.position)) {
      arrive(move, Existence::in_stock);
      if (move.from != k_no_node) state.place.location = keys_(move.from);
      state.place.in_transit = true;
      return;
    }
    state.shipments.push_back({move.position, move.at, move.via, move.quantity, false});
    if (whole_) state.existence = Existence::shipped;
  }

  /// The shipment itself counts nowhere (undone_by_voids); a unit of which nothing else is known was here.
  void stay() {
    if (whole_ && state.existence == Existence::unknown) state.existence = Existence::in_stock;
  }

  /// Parts of a lot may be at several consignees, so the return itself has to tell from whom it came; where it tells
  /// of none, it came from where the unit went last.
  void come_back(const Move& move) {
    const auto from =
        std::ranges::find_if(state.shipments.rbegin(), state.shipments.rend(), [&](const Shipped& shipment) {
          return records_.sent_back && records_.sent_back(move.position, shipment.position);
        });
    if (from != state.shipments.rend()) {
      from->returned = true;
    } else if (!state.shipments.empty()) {
      state.shipments.back().returned = true;
    }
    arrive(move, Existence::returned);
    state.place.disposition = StockDisposition::pending;
    state.disposed_at = move.at;
  }

  void end(const Move& move, Existence existence) {
    if (whole_) state.existence = existence;
    see(move);
  }

  bool whole_;
  const MovementRecords& records_;
  const std::set<EventPosition>& undone_;
  const Keys& keys_;
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

/// Sums the quantities of a lot's moves in one unit, and puts them into its bins.
class LotSums {
 public:
  LotSums(UnitState& state, const UnitKey& lot, const MovementRecords& records, const Keys& keys,
          StateDetail detail = StateDetail::all)
      : state_(state),
        lot_(lot),
        records_(records),
        keys_(keys),
        stock_(detail == StateDetail::all && records.usual_disposition ? records.usual_disposition(lot)
                                                                       : StockDisposition::not_asserted,
               detail == StateDetail::all) {
    if (records.base_unit) state_.unit = records.base_unit(lot);
  }

  /// `receipts` and `shipments` as History found them.
  void run(std::span<const Move> moves, const Receipts& receipts) {
    std::set<EventPosition> external;
    for (const Shipped& shipment : state_.shipments) external.insert(shipment.position);
    const bool scraps = std::ranges::find(moves, LinkKind::decommissioned, &Move::kind) != moves.end();
    for (const Move& move : moves) {
      switch (move.kind) {
        case LinkKind::output_of:
        case LinkKind::commissioned:
          come(move, state_.made);
          if (scraps) made_in_.insert(move.position.record());
          break;
        case LinkKind::received: receive(move, receipts); break;
        case LinkKind::consumed_in:
        case LinkKind::installed_in: use(move); break;
        case LinkKind::removed_from: take_back(move); break;
        case LinkKind::returned: come_back(move); break;
        case LinkKind::decommissioned: scrap(move); break;
        case LinkKind::sampled: go(move, state_.sampled); break;
        case LinkKind::shipped: ship(move, external.contains(move.position)); break;
        case LinkKind::observed:
        case LinkKind::moved: relocate(move); break;
        case LinkKind::counted: count(move); break;
        case LinkKind::increased: correct(move, true); break;
        case LinkKind::decreased: correct(move, false); break;
        case LinkKind::owner_changed: stock_.own(place(move), owner(move), some(move)); break;
        case LinkKind::disposed: stock_.dispose(place(move), disposition_named(move.detail), some(move)); break;
        case LinkKind::packed_in:
        case LinkKind::unpacked_from:
        case LinkKind::ship_voided:
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
    }
  }

  [[nodiscard]] bool known() const { return known_ && !stock_.overflow(); }
  /// What came to consignees of the lot; it is ours after all.
  [[nodiscard]] const Decimal& at_consignees() const { return at_consignees_; }
  void take_over_from_consignees() { stock_.put({}, {}, at_consignees_); }
  [[nodiscard]] Stock& stock() { return stock_; }
  /// To be called before run(): what this use takes is kept.
  void watch(EventPosition use) { watched_ = use; }
  /// By owner.
  [[nodiscard]] const std::map<std::string, Decimal>& used() const { return used_; }

 private:
  [[nodiscard]] const std::string& place(const Move& move) const { return keys_(move.place); }
  [[nodiscard]] std::string owner(const Move& move) const { return owner_of(move, records_, keys_); }

  /// In the lot's unit; the first one told where the item has none.
  std::optional<Decimal> scaled(const Quantity& quantity, Instant at) {
    if (!state_.unit) state_.unit = quantity.unit;
    const auto factor = records_.factor ? records_.factor(lot_, quantity.unit, *state_.unit, at)
                                        : conversion(quantity.unit, *state_.unit);
    const auto amount =
        factor ? Decimal::of(quantity).times(factor->numerator, factor->denominator, Decimal::Rounding::down)
               : std::nullopt;
    known_ = known_ && amount.has_value();
    return amount;
  }

  /// nullopt: all of it, or not known.
  std::optional<Decimal> some(const Move& move) {
    return move.quantity ? scaled(*move.quantity, move.at) : std::nullopt;
  }

  /// Adds to a figure; zero where that cannot be known.
  Decimal counted(const Move& move, Decimal& figure) {
    const auto amount = some(move);
    const auto sum = amount ? figure.plus(*amount) : std::nullopt;
    known_ = known_ && sum.has_value();
    if (!sum) return {};
    figure = *sum;
    return *amount;
  }

  /// Ours, unless it came out of what was not.
  void come(const Move& move, Decimal& figure) {
    const Decimal amount = counted(move, figure);
    const Inherited* inherited = inherited_by(move, records_, keys_);
    if (inherited == nullptr) return stock_.put(place(move), {}, amount);
    Decimal sum;
    for (const auto& [owner, part] : inherited->parts) sum = sum.plus(part).value_or(Decimal());
    const bool divisible = inherited->divisible && inherited->unit == state_.unit && sum == amount;
    if (!divisible || inherited->parts.size() < 2) return stock_.put(place(move), only_owner(*inherited), amount);
    for (const auto& [owner, part] : inherited->parts) stock_.put(place(move), owner, part);
  }
  void use(const Move& move) {
    for (const auto& [bin, part] : go(move, state_.consumed)) {
      if (move.position == watched_) add(used_, bin.owner, part);
    }
  }
  void add(std::map<std::string, Decimal>& parts, const std::string& owner, const Decimal& part) {
    const auto sum = parts[owner].plus(part);
    known_ = known_ && sum.has_value();
    if (sum) parts[owner] = *sum;
  }
  void scrap(const Move& move) {
    const Decimal before = state_.scrapped;
    go(move, state_.scrapped, Stock::First::worst);
    const auto amount = state_.scrapped.minus(before);
    if (amount && made_in_.contains(move.position.record()))
      state_.at_once = state_.at_once.plus(*amount).value_or(state_.at_once);
  }
  void come_back(const Move& move) { stock_.put_back(place(move), counted(move, state_.returned)); }
  Stock::Taken go(const Move& move, Decimal& figure, Stock::First first = Stock::First::best) {
    const Decimal amount = counted(move, figure);
    return amount.zero() ? Stock::Taken() : stock_.take(place(move), amount, first);
  }

  /// A receipt with no delivery of ours came from outside; one at a consignee is kept apart (settle_quantities).
  void receive(const Move& move, const Receipts& receipts) {
    const auto delivery = receipts.find(move.position);
    if (delivery == receipts.end()) {
      stock_.put(place(move), owner(move), counted(move, state_.received));
    } else if (delivery->second == Receipt::at_consignee) {
      if (move.quantity) static_cast<void>(counted(move, at_consignees_));
    } else if (const auto amount = some(move)) {
      stock_.arrive(place(move), *amount);
    }
  }

  /// What was taken out of a device is not consumed.
  void take_back(const Move& move) {
    Decimal back;
    const Decimal amount = counted(move, back);
    if (const auto rest = state_.consumed.minus(amount)) state_.consumed = *rest;
    stock_.put(place(move), {}, amount);
  }

  void ship(const Move& move, bool external) {
    if (external) {
      go(move, state_.shipped);
      return;
    }
    if (!records_.internal || !records_.internal(move.position)) return;  // It did not happen.
    if (const auto amount = some(move)) stock_.send(place(move), keys_(move.from), *amount);
  }

  /// What was seen in a unit of measure of its own (a weight of pieces) says nothing about where how much lies.
  void relocate(const Move& move) {
    const bool seen = move.kind == LinkKind::observed;
    const bool known = known_;
    const auto amount = some(move);
    if (seen && move.quantity && !amount) {
      known_ = known;
      return;
    }
    stock_.move(keys_(move.from), place(move), amount, seen);
  }

  void count(const Move& move) {
    const auto found = some(move);
    if (!found) return;
    const auto sum = state_.adjusted.plus(stock_.count(place(move), *found));
    known_ = known_ && sum.has_value();
    if (sum) state_.adjusted = *sum;
  }

  void correct(const Move& move, bool up) {
    Decimal figure;
    const Decimal amount = counted(move, figure);
    const auto sum = up ? state_.adjusted.plus(amount) : state_.adjusted.minus(amount);
    known_ = known_ && sum.has_value();
    if (!sum || amount.zero()) return;
    state_.adjusted = *sum;
    if (up) {
      stock_.put(place(move), {}, amount);
    } else {
      stock_.take(place(move), amount);
    }
  }

  UnitState& state_;
  const UnitKey& lot_;
  const MovementRecords& records_;
  const Keys& keys_;
  Stock stock_;
  Decimal at_consignees_;
  std::set<RecordPosition> made_in_;  ///< Where some of it was scrapped, the records that made it.
  std::optional<EventPosition> watched_;
  std::map<std::string, Decimal> used_;
  bool known_ = true;
};

std::int64_t serials_of(const GenealogyReader& reader, NodeId lot) {
  std::vector<NodeId> serials;
  reader.links(lot, LinkKind::member, [&](const Link& link) {
    if (reader.node(link.other).key.type() == UnitType::serial) serials.push_back(link.other);
  });
  std::sort(serials.begin(), serials.end());
  return std::unique(serials.begin(), serials.end()) - serials.begin();
}

std::optional<Decimal> remaining_of(const UnitState& state, std::int64_t serials) {
  // What was made and scrapped at once was never among the pieces that got a serial.
  auto rest = state.made.plus(state.received);
  if (rest) rest = rest->minus(state.at_once);
  const bool counted = state.unit && dimension_of(*state.unit) == Dimension::count;
  if (rest && counted) rest = std::max(*rest, Decimal::whole(serials));
  if (rest) rest = rest->plus(state.at_once);
  const auto less = [&](const Decimal& by) { rest = rest ? rest->minus(by) : std::nullopt; };
  less(state.consumed);
  less(state.shipped);
  less(state.scrapped);
  less(state.sampled);
  if (counted) less(Decimal::whole(serials));
  rest = rest ? rest->plus(state.returned) : std::nullopt;
  return rest ? rest->plus(state.adjusted) : std::nullopt;
}

/// More left than there was: then what arrived at a consignee was used under our eyes, and its receipt is one of ours
/// (a supplier's shipment to the site that keeps this ledger).
void settle_quantities(UnitState& state, std::int64_t serials, LotSums& sums) {
  state.remaining = remaining_of(state, serials);
  if (state.remaining && state.remaining->negative() && !sums.at_consignees().zero()) {
    const auto received = state.received.plus(sums.at_consignees());
    if (received) state.received = *received;
    state.remaining = received ? remaining_of(state, serials) : std::nullopt;
    sums.take_over_from_consignees();
  }
  state.bins = sums.stock().bins();
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

/// The facts of one unit, in the order in which they count.
struct Facts {
  Facts(const GenealogyReader& reader, Containment& containment, const Node& node, const MovementRecords& movements)
      : unit(node), records(movements), keys{reader, containment}, moves(containment.moves(node.id)) {
    bool stated = false;
    for (const Move& move : moves) stated |= move.quantity && move.kind != LinkKind::disposed;
    whole = unit.key.type() == UnitType::serial || !stated;
    order_ties(moves, records);
    undone = undone_by_voids(moves, records);
  }

  [[nodiscard]] History history(std::span<const Move> told, StateDetail detail = StateDetail::all) const {
    History history(whole, records, undone, keys);
    if (records.usual_disposition && detail == StateDetail::all)
      history.state.place.disposition = records.usual_disposition(unit.key);
    for (const Move& move : told) history.apply(move);
    return history;
  }

  const Node& unit;
  const MovementRecords& records;
  Keys keys;
  std::vector<Move> moves;
  bool whole = false;  ///< Changes as a whole, not by quantities.
  std::set<EventPosition> undone;
};

}  // namespace

UnitState state_of(const GenealogyReader& reader, Containment& containment, const Node& unit,
                   const MovementRecords& records, StateDetail detail) {
  const Facts facts(reader, containment, unit, records);
  // What a count says depends on what lies there.
  const bool counted = std::ranges::find(facts.moves, LinkKind::counted, &Move::kind) != facts.moves.end();
  History history = facts.history(facts.moves, detail);
  UnitState state = std::move(history.state);
  state.held = !standing_holds(reader, unit.id).empty();
  if (facts.whole) return state;
  LotSums sums(state, unit.key, records, facts.keys, counted ? StateDetail::all : detail);
  sums.run(facts.moves, history.receipts);
  if (sums.known()) settle_quantities(state, serials_of(reader, unit.id), sums);
  settle_lot(state);
  return state;
}

Inherited taken_by_owner(const GenealogyReader& reader, Containment& containment, const Node& unit,
                         const MovementRecords& records, EventPosition use) {
  const Facts facts(reader, containment, unit, records);
  const auto is_use = [use](const Move& move) { return move.kind == LinkKind::consumed_in && move.position == use; };
  // What came later is no matter of this use; and an owner that it got later may come from this use.
  const auto last = std::ranges::find_if(facts.moves.rbegin(), facts.moves.rend(), is_use);
  const std::span<const Move> told(facts.moves.begin(), last.base());
  History history = facts.history(facts.whole ? told : std::span<const Move>(facts.moves));
  UnitState state = std::move(history.state);
  if (facts.whole) return {{{state.place.owner, Decimal::whole(1)}}, std::nullopt, true};
  LotSums sums(state, unit.key, records, facts.keys);
  sums.watch(use);
  sums.run(told, history.receipts);
  return {sums.used(), state.unit, sums.known()};
}

}  // namespace lotledger::projections
