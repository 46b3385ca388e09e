// projections/recall_scope.cc - affected units, consignees, stock under own control, balance.
#include "projections/recall_scope.h"

#include "engine/codec/parts.h"
#include "projections/totals.h"

#include <algorithm>
#include <set>

namespace lotledger::projections {

namespace {

template <typename Key>
void add_to(std::map<Key, Decimal>& sums, const Key& key, const Decimal& amount, bool& overflow) {
  const auto sum = sums[key].plus(amount);
  overflow |= !sum;
  if (sum) sums[key] = *sum;
}

class Scope {
 public:
  Scope(ScopeSources& sources, RecallScope& out)
      : sources_(sources),
        parties_(sources.reader, sources.records),
        movements_(parties_, sources.records, sources.own_parties),
        out_(out) {}

  Result<void> run(const std::vector<NodeId>& roots) {
    for (const NodeId root : roots) LL_TRY(walk_from(root));
    deduplicate_missing();
    for (std::size_t unit = 0; unit < out_.affected.size(); ++unit) place(unit);
    finish_consignees();
    sort_answer();
    LL_TRY(balance());
    LL_TRY(sources_.records.status());
    if (overflow_) return fail(ErrorCode::invalid_input, "a quantity of this answer does not fit 128 bits");
    return {};
  }

 private:
  Result<void> walk_from(NodeId root) {
    Reach reach = walk(sources_.reader, sources_.containment, root, Direction::down);
    LL_TRY(bound_quantities(sources_.reader, movements_.items(), reach));
    Completeness judged = judge(sources_.reader, sources_.records, sources_.fact_known, reach, sources_.ledgers);
    append(out_.completeness.missing, judged.missing);
    append(out_.completeness.caveats, judged.caveats);
    out_.roots.push_back(sources_.reader.node(root));
    const auto total = total_of(sources_.reader, movements_.items(), out_.roots.back());
    for (std::size_t at = 0; at < reach.nodes.size(); ++at) {
      const NodeType type = reach.nodes[at].type;
      if (type == NodeType::process || type == NodeType::container) continue;
      take(reach.nodes[at], reach.bounds[at], total ? total->unit : UnitCode{});
    }
    return {};
  }

  void take(const ReachedNode& node, const Bounds& bounds, UnitCode unit) {
    const auto [at, fresh] = index_.try_emplace(node.id, out_.affected.size());
    if (!fresh) {
      out_.affected[at->second].certain |= node.certain;
      return;
    }
    AffectedUnit affected;
    affected.node = sources_.reader.node(node.id);
    affected.type = node.type;
    affected.depth = node.depth;
    affected.certain = node.certain;
    affected.bounds = bounds;
    affected.bounds_unit = unit;
    affected.state = state_of(sources_.reader, sources_.containment, affected.node, movements_.records());
    out_.affected.push_back(std::move(affected));
  }

  template <typename T>
  static void append(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }

  /// Two roots may miss the same thing; it is told once.
  void deduplicate_missing() {
    std::set<std::pair<std::string, std::string>> seen;
    std::erase_if(out_.completeness.missing, [&](const Missing& m) { return !seen.emplace(m.what, m.where).second; });
    std::set<std::string> caveats;
    std::erase_if(out_.completeness.caveats, [&](const std::string& c) { return !caveats.insert(c).second; });
  }

  void place(std::size_t unit) {
    AffectedUnit& affected = out_.affected[unit];
    for (const Shipped& shipment : affected.state.shipments) ship(unit, shipment, affected.certain);
    if (affected.state.shipments.empty()) shipments_of_lot(unit);
    if (under_own_control(affected)) own(unit);
  }

  /// Stock of a lot that was shipped as a whole may have been this serial.
  void shipments_of_lot(std::size_t unit) {
    if (out_.affected[unit].type != NodeType::serial) return;
    std::set<NodeId> lots;
    sources_.reader.links(out_.affected[unit].node.id, LinkKind::lot_of,
                          [&](const Link& link) { lots.insert(link.other); });
    for (const NodeId lot : lots) {
      if (index_.contains(lot)) continue;  // The lot is affected itself: its shipments stand for it.
      const UnitState state =
          state_of(sources_.reader, sources_.containment, sources_.reader.node(lot), movements_.records());
      for (Shipped shipment : state.shipments) {
        shipment.quantity.reset();
        ship(unit, shipment, false);
      }
    }
  }

  static bool under_own_control(const AffectedUnit& unit) {
    if (unit.state.remaining && (unit.state.remaining->zero() || unit.state.remaining->negative())) return false;
    return unit.state.existence == Existence::in_stock || unit.state.existence == Existence::returned;
  }

  void own(std::size_t unit) {
    const AffectedUnit& affected = out_.affected[unit];
    OwnControl row;
    row.unit = unit;
    const auto& seen = affected.state.last_seen;
    const std::string& place = affected.state.place.location;
    if (!place.empty()) {
      row.location = UnitKey(place);
    } else if (const schema::Event* event = seen ? sources_.records.event(*seen) : nullptr) {
      row.location = location_of(*event);
    }
    if (affected.state.remaining) {
      row.quantity = affected.state.remaining;
      row.unit_code = *affected.state.unit;
      if (own_by_location(row, affected.state)) return;
    } else if (affected.type == NodeType::serial) {
      row.quantity = Decimal::whole(1);
      row.unit_code = each();
    }
    out_.own_control.push_back(row);
  }

  /// A lot that lies at several locations has a row for each; where pieces of it are known by serial, which of them lie
  /// where is told by the serials.
  bool own_by_location(OwnControl row, const UnitState& lot) {
    std::map<std::string, Decimal> by_location;
    Decimal all;
    for (const auto& [bin, quantity] : lot.bins) {
      add_to(by_location, bin.location, quantity, overflow_);
      all = all.plus(quantity).value_or(all);
    }
    if (by_location.empty() || all != *lot.remaining) return false;
    for (const auto& [location, quantity] : by_location) {
      if (quantity.zero()) continue;
      row.location = location.empty() ? std::nullopt : std::optional(UnitKey(location));
      row.quantity = quantity;
      out_.own_control.push_back(row);
    }
    return true;
  }

  void ship(std::size_t unit, const Shipped& shipment, bool certain) {
    const auto& party = movements_.consignee(shipment.position);
    if (!party) shipment_without_party(shipment.position);
    Consignee& consignee = consignee_named(party.value_or(UnitKey()), shipment.at);
    ScopeShipment& row = row_of(consignee, shipment);
    row.units.push_back(unit);
    const Quantity quantity = shipment.quantity.value_or(Quantity{1, 0, each()});
    if (shipment.quantity || out_.affected[unit].type == NodeType::serial) {
      add_to(row.quantity, quantity.unit, Decimal::of(quantity), overflow_);
      add_to(consignee.quantity, quantity.unit, Decimal::of(quantity), overflow_);
    }
    UnitsSent& sent = sent_[consignee.party];
    sent.all.insert(unit);
    if (certain) sent.certain.insert(unit);
    if (shipment.returned) sent.returned.insert(unit);
  }

  void shipment_without_party(EventPosition position) {
    if (!without_party_.insert(position).second) return;
    const std::string where = sources_.ledgers[position.ledger] + ":" + std::to_string(position.seq);
    out_.completeness.missing.push_back(
        {"a shipment names no destination party or location", where, "lotledger event get " + where});
  }

  Consignee& consignee_named(const UnitKey& party, Instant at) {
    const auto [found, fresh] = consignee_index_.try_emplace(party, out_.consignees.size());
    if (fresh) {
      Consignee consignee;
      consignee.party = party;
      if (!party.bytes().empty()) consignee.description = parties_.describe(party, at);
      out_.consignees.push_back(std::move(consignee));
    }
    return out_.consignees[found->second];
  }

  ScopeShipment& row_of(Consignee& consignee, const Shipped& shipment) {
    const auto [found, fresh] =
        row_index_.try_emplace({consignee.party, shipment.position}, consignee.shipments.size());
    if (fresh) {
      ScopeShipment row;
      row.at = shipment.at;
      row.position = shipment.position;
      row.documents = documents_of(shipment.position);
      consignee.shipments.push_back(std::move(row));
    }
    return consignee.shipments[found->second];
  }

  std::vector<std::string> documents_of(EventPosition position) {
    std::vector<std::string> ids;
    const schema::Event* event = sources_.records.event(position);
    if (event == nullptr || event->context() == nullptr || event->context()->documents() == nullptr) return ids;
    for (const schema::DocumentRef* document : *event->context()->documents()) ids.push_back(document->id()->str());
    return ids;
  }

  void finish_consignees() {
    for (Consignee& consignee : out_.consignees) {
      const UnitsSent& sent = sent_[consignee.party];
      consignee.units = sent.all.size();
      consignee.possible_units = sent.all.size() - sent.certain.size();
      consignee.returned = sent.returned.size();
      std::sort(consignee.shipments.begin(), consignee.shipments.end(),
                [](const ScopeShipment& a, const ScopeShipment& b) {
                  return std::tie(a.at, a.position) < std::tie(b.at, b.position);
                });
    }
  }

  void sort_answer() {
    std::sort(out_.consignees.begin(), out_.consignees.end(), [](const Consignee& a, const Consignee& b) {
      return a.units != b.units ? a.units > b.units : a.party < b.party;
    });
    // Stable: the rows of a lot came by location.
    std::stable_sort(out_.own_control.begin(), out_.own_control.end(), [&](const OwnControl& a, const OwnControl& b) {
      return a.unit != b.unit && out_.affected[a.unit].node.key < out_.affected[b.unit].node.key;
    });
  }

  /// A serial that is a root itself is counted with its lot where that is a root too. A container is no material: with
  /// one among the roots, there is no balance of them together.
  Result<void> balance() {
    std::set<NodeId> counted;
    for (const Node& root : out_.roots) {
      if (!index_.contains(root.id)) {
        out_.balance.known = false;
        return {};
      }
    }
    for (const Node& root : out_.roots) {
      if (root.key.type() != UnitType::serial) LL_TRY(balance_lot(root.id, counted));
    }
    for (const Node& root : out_.roots) {
      if (root.key.type() != UnitType::serial || !counted.insert(root.id).second) continue;
      LL_ASSIGN(const Balance part, balance_of(UnitState{}, {&affected(root.id).state}, place_of()));
      LL_TRY(add(out_.balance, part));
    }
    return {};
  }

  /// A supplier's lot is the lots of ours that it came in as; each of them is counted once.
  Result<void> balance_lot(NodeId lot, std::set<NodeId>& counted) {
    std::vector<const UnitState*> serials;
    std::vector<NodeId> lots;
    sources_.reader.links(lot, LinkKind::member, [&](const Link& link) {
      if (!counted.insert(link.other).second) return;
      const AffectedUnit& member = affected(link.other);
      if (member.type == NodeType::serial) serials.push_back(&member.state);
      if (member.type == NodeType::lot) lots.push_back(link.other);
    });
    for (const NodeId own : lots) LL_TRY(balance_lot(own, counted));
    if (!lots.empty() && serials.empty() && !affected(lot).state.unit) return {};
    LL_ASSIGN(const Balance part, balance_of(affected(lot).state, serials, place_of()));
    return add(out_.balance, part);
  }

  PlaceOf place_of() {
    return [this](const Bin& bin) { return movements_.place_of(bin); };
  }

  const AffectedUnit& affected(NodeId unit) const { return out_.affected[index_.at(unit)]; }

  struct UnitsSent {
    std::set<std::size_t> all, certain, returned;
  };

  ScopeSources& sources_;
  Parties parties_;
  Movements movements_;
  RecallScope& out_;
  std::unordered_map<NodeId, std::size_t> index_;
  std::map<UnitKey, std::size_t> consignee_index_;
  std::map<std::pair<UnitKey, EventPosition>, std::size_t> row_index_;
  std::map<UnitKey, UnitsSent> sent_;
  std::set<EventPosition> without_party_;
  bool overflow_ = false;
};

}  // namespace

Result<RecallScope> recall_scope(ScopeSources& sources, const std::vector<NodeId>& roots) {
  RecallScope out;
  LL_TRY(Scope(sources, out).run(roots));
  return out;
}

}  // namespace lotledger::projections
