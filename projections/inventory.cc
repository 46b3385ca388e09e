// projections/inventory.cc - rows of stock.
#include "projections/inventory.h"

#include "projections/holds.h"
#include "projections/ownership.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace lotledger::projections {
namespace {

/// A hold as it stands on stock of one lot.
struct ScopedHold {
  std::string id;
  std::optional<Decimal> quantity;  ///< In the lot's unit; nullopt: all within `location`.
  std::string location;             ///< Empty: everywhere.
  [[nodiscard]] bool reaches(const Bin& bin) const { return location.empty() || location == bin.location; }
};

/// Parts of stock, by what holds stand on them.
struct Part {
  Bin bin;
  Decimal quantity;
  std::set<std::string> holds;
};

/// Puts a hold with a quantity on so much of the parts it reaches; what other holds of that sort took comes last.
void hold_some(std::vector<Part>& parts, const ScopedHold& hold, std::set<std::size_t>& taken) {
  Decimal rest = *hold.quantity;
  for (const bool again : {false, true}) {
    for (std::size_t at = 0; at < parts.size() && !rest.zero() && !rest.negative(); ++at) {
      Part& part = parts[at];
      if (!hold.reaches(part.bin) || part.quantity.negative() || taken.contains(at) != again) continue;
      if (part.holds.contains(hold.id)) continue;
      const Decimal held = std::min(part.quantity, rest);
      rest = rest.minus(held).value_or(Decimal());
      const auto free = part.quantity.minus(held).value_or(Decimal());
      Part rest_of_part = part;
      part.quantity = held;
      part.holds.insert(hold.id);
      taken.insert(at);
      if (free.zero()) continue;
      rest_of_part.quantity = free;
      parts.push_back(std::move(rest_of_part));
    }
  }
}

std::string last_said(const GenealogyReader& reader, NodeId unit) {
  std::optional<std::pair<Instant, std::string>> last;
  reader.links(unit, LinkKind::expires, [&](const Link& link) {
    std::pair<Instant, std::string> said{link.occurred_at, link.detail};
    if (!last || said > *last) last = std::move(said);
  });
  return last ? last->second : std::string();
}

/// The date said last of the unit; of what was split, merged or relabelled and has none, the first of those it is from.
std::string last_date(const GenealogyReader& reader, NodeId unit) {
  std::set<NodeId> seen{unit};
  std::vector<NodeId> waiting{unit};
  std::string first;
  while (!waiting.empty()) {
    const NodeId at = waiting.back();
    waiting.pop_back();
    const std::string said = last_said(reader, at);
    if (!said.empty()) {
      if (first.empty() || said < first) first = said;
      continue;
    }
    reader.links(at, LinkKind::output_of, [&](const Link& made) {
      if (!keeps_material(made.detail)) return;
      reader.links(made.other, LinkKind::input, [&](const Link& input) {
        if (seen.insert(input.other).second) waiting.push_back(input.other);
      });
    });
  }
  return first;
}

/// A day 00 stands for the last of its month (GS1): it is past when the next month has begun.
bool past(const std::string& expires_on, const std::string& today) {
  if (expires_on.empty()) return false;
  if (expires_on.ends_with("-00")) return expires_on.substr(0, 7) < today.substr(0, 7);
  return expires_on < today;
}

/// Members of a lot that are of this type, each once.
std::vector<Node> members_of(const GenealogyReader& reader, NodeId lot, UnitType type) {
  std::set<NodeId> seen;
  std::vector<Node> members;
  reader.links(lot, LinkKind::member, [&](const Link& link) {
    if (!seen.insert(link.other).second) return;
    Node member = reader.node(link.other);
    if (member.key.type() == type) members.push_back(std::move(member));
  });
  return members;
}

/// The rows of everything that is asked for, summed.
class Rows {
 public:
  Rows(InventorySources& sources, const InventoryQuery& query) : sources_(sources), query_(query) {}

  Result<Inventory> run() {
    for (const NodeId unit : units_asked_for()) {
      const Node node = sources_.reader.node(unit);
      if (node.key.type() == UnitType::lot) {
        lot(node);
      } else if (node.key.type() == UnitType::serial) {
        serial(node, lot_of(unit));
      }
    }
    if (overflow_) return fail(ErrorCode::invalid_input, "a quantity of this answer does not fit 128 bits");
    return finish();
  }

 private:
  [[nodiscard]] std::vector<NodeId> units_asked_for() const {
    std::vector<NodeId> units;
    const auto keep = [&units](NodeId unit) { units.push_back(unit); };
    if (query_.unit) {
      units.push_back(*query_.unit);
      sources_.reader.links(*query_.unit, LinkKind::member, [&](const Link& link) { units.push_back(link.other); });
    } else if (query_.item) {
      sources_.reader.class_members(*query_.item, keep);
    } else {
      sources_.reader.units(keep);
    }
    std::ranges::sort(units);
    const auto repeated = std::ranges::unique(units);
    units.erase(repeated.begin(), repeated.end());
    return units;
  }

  UnitState state(const Node& unit) {
    return state_of(sources_.reader, sources_.containment, unit, sources_.movements.records());
  }

  /// The lot of a serial; of several the first by key.
  [[nodiscard]] std::optional<Node> lot_of(NodeId serial) const {
    std::optional<Node> lot;
    sources_.reader.links(serial, LinkKind::lot_of, [&](const Link& link) {
      Node other = sources_.reader.node(link.other);
      if (!lot || other.key < lot->key) lot = std::move(other);
    });
    return lot;
  }

  struct LotFacts {
    UnitState state;
    std::vector<ScopedHold> holds;
    std::string expires_on;
  };

  const LotFacts& facts_of(const Node& lot) {
    const auto [found, fresh] = lots_.try_emplace(lot.id);
    if (!fresh) return found->second;
    found->second.state = state(lot);
    found->second.holds = holds_on(lot, found->second.state.unit);
    found->second.expires_on = last_date(sources_.reader, lot.id);
    return found->second;
  }

  /// A quantity that does not convert holds all: rather too much is held than too little.
  std::vector<ScopedHold> holds_on(const Node& unit, const std::optional<UnitCode>& in) {
    std::vector<ScopedHold> holds;
    for (const StandingHold& hold : standing_holds(sources_.reader, unit.id)) {
      ScopedHold scoped;
      scoped.id = hold.id;
      if (hold.location != k_no_node) scoped.location = sources_.reader.node(hold.location).key.bytes();
      if (hold.quantity && in) scoped.quantity = converted(unit.key, *hold.quantity, *in, hold.at);
      holds.push_back(std::move(scoped));
    }
    return holds;
  }

  std::optional<Decimal> converted(const UnitKey& unit, const Quantity& quantity, UnitCode to, Instant at) {
    const auto factor = sources_.movements.items().factor(unit, quantity.unit, to, at);
    return factor ? Decimal::of(quantity).times(factor->numerator, factor->denominator, Decimal::Rounding::up)
                  : std::nullopt;
  }

  void lot(const Node& lot) {
    const LotFacts& facts = facts_of(lot);
    const bool here = facts.state.existence == Existence::in_stock || facts.state.existence == Existence::returned;
    if (!facts.state.unit || !facts.state.remaining) {
      if (here) without_quantity(lot, facts);
      return;
    }
    std::vector<const UnitState*> pieces;
    for (const Node& member : members_of(sources_.reader, lot.id, UnitType::serial))
      pieces.push_back(&state_of_serial(member));
    for (const Part& part : parts_of(loose_bins(facts.state, pieces), facts.holds))
      add(lot, facts.expires_on, part, *facts.state.unit);
  }

  static std::vector<Part> parts_of(const Bins& bins, const std::vector<ScopedHold>& holds) {
    std::vector<Part> parts;
    for (const auto& [bin, quantity] : bins) parts.push_back({bin, quantity, {}});
    // A hold stops what could be used before it stops what waits anyway.
    std::ranges::stable_sort(
        parts, {}, [](const Part& part) { return std::tuple(part.bin.location, usability(part.bin.disposition)); });
    std::set<std::size_t> taken;
    for (const ScopedHold& hold : holds) {
      if (hold.quantity) hold_some(parts, hold, taken);
    }
    for (const ScopedHold& hold : holds) {
      if (hold.quantity) continue;
      for (Part& part : parts) {
        if (hold.reaches(part.bin)) part.holds.insert(hold.id);
      }
    }
    return parts;
  }

  /// Somebody saw or moved it without saying how much, or in units that do not convert.
  void without_quantity(const Node& lot, const LotFacts& facts) {
    if (query_.location && facts.state.place.location != query_.location->bytes()) return;
    InventoryRow row = row_of(lot.key.item_class().value_or(UnitKey()), lot.key, facts.state.place);
    row.expires_on = facts.expires_on;
    for (const ScopedHold& hold : facts.holds) row.holds.push_back(hold.id);
    unknown_.push_back(std::move(row));
    missing_.push_back({"stock of a lot is not known: a quantity was not stated, or its unit does not convert",
                        lot.key.ref(), "lotledger unit show '" + lot.key.ref() + "'"});
  }

  const UnitState& state_of_serial(const Node& serial) {
    const auto [found, fresh] = serials_.try_emplace(serial.id);
    if (fresh) found->second = state(serial);
    return found->second;
  }

  void serial(const Node& serial, const std::optional<Node>& lot) {
    const UnitState& own = state_of_serial(serial);
    if (own.existence != Existence::in_stock && own.existence != Existence::returned) return;
    const LotFacts none;
    const LotFacts& of_lot = lot ? facts_of(*lot) : none;
    Part part{own.place, Decimal::whole(1), {}};
    if (of_lot.state.disposed_at && (!own.disposed_at || *own.disposed_at < *of_lot.state.disposed_at))
      part.bin.disposition = of_lot.state.place.disposition;
    for (const ScopedHold& hold : holds_on(serial, each())) part.holds.insert(hold.id);
    for (const ScopedHold& hold : of_lot.holds) {
      if (!hold.quantity && hold.reaches(part.bin)) part.holds.insert(hold.id);
    }
    const std::string expires_on = last_date(sources_.reader, serial.id);
    const bool counted = of_lot.state.unit && dimension_of(*of_lot.state.unit) == Dimension::count;
    add(lot ? *lot : Node{}, expires_on.empty() ? of_lot.expires_on : expires_on, part,
        counted ? *of_lot.state.unit : each(), serial.key.item_class());
  }

  InventoryRow row_of(const UnitKey& item, const UnitKey& lot, const Bin& bin) {
    InventoryRow row;
    row.item = item;
    row.lot = lot;
    row.bin = bin;
    row.custodian = sources_.movements.custodian(bin.location);
    row.place = sources_.movements.place_of(bin);
    return row;
  }

  void add(const Node& lot, const std::string& expires_on, const Part& part, UnitCode unit,
           const std::optional<UnitKey>& item = std::nullopt) {
    if (query_.location && part.bin.location != query_.location->bytes()) return;
    const UnitKey item_class = item ? *item : lot.key.item_class().value_or(UnitKey());
    const Key key{item_class, lot.key, part.bin, part.holds, expires_on, unit};
    const auto sum = sums_[key].plus(part.quantity);
    overflow_ |= !sum;
    if (sum) sums_[key] = *sum;
  }

  Result<Inventory> finish() {
    Inventory out;
    for (const auto& [key, quantity] : sums_) {
      if (quantity.zero()) continue;
      const auto& [item, lot, bin, holds, expires_on, unit] = key;
      InventoryRow row = row_of(item, lot, bin);
      row.holds.assign(holds.begin(), holds.end());
      row.expires_on = expires_on;
      row.quantity = quantity;
      row.unit = unit;
      out.rows.push_back(std::move(row));
    }
    std::ranges::move(unknown_, std::back_inserter(out.rows));
    for (InventoryRow& row : out.rows) row.expired = past(row.expires_on, sources_.today);
    std::ranges::stable_sort(out.rows, {}, [](const InventoryRow& row) {
      return std::tuple(row.item, row.expires_on.empty(), row.expires_on, row.lot, row.bin.location);
    });
    out.missing = std::move(missing_);
    return out;
  }

  using Key = std::tuple<UnitKey, UnitKey, Bin, std::set<std::string>, std::string, UnitCode>;

  InventorySources& sources_;
  const InventoryQuery& query_;
  std::map<NodeId, LotFacts> lots_;
  std::unordered_map<NodeId, UnitState> serials_;
  std::map<Key, Decimal> sums_;
  std::vector<InventoryRow> unknown_;
  std::vector<Missing> missing_;
  bool overflow_ = false;
};

}  // namespace

bool InventoryRow::available() const {
  return custodian.empty() && place == StockPlace::stock && holds.empty() && !expired &&
         bin.disposition != StockDisposition::pending && bin.disposition != StockDisposition::rejected;
}

Result<Inventory> inventory(InventorySources& sources, const InventoryQuery& query) {
  return Rows(sources, query).run();
}

namespace {

Result<Balance> balance_of_lot(InventorySources& sources, const Node& lot) {
  const auto state = [&sources](const Node& of) {
    return state_of(sources.reader, sources.containment, of, sources.movements.records());
  };
  std::vector<UnitState> serials;
  for (const Node& member : members_of(sources.reader, lot.id, UnitType::serial)) serials.push_back(state(member));
  std::vector<const UnitState*> pieces;
  pieces.reserve(serials.size());
  for (const UnitState& piece : serials) pieces.push_back(&piece);
  return balance_of(state(lot), pieces, [&sources](const Bin& bin) { return sources.movements.place_of(bin); });
}

}  // namespace

Result<Balance> balance_of_unit(InventorySources& sources, const Node& unit) {
  if (unit.key.type() == UnitType::serial) {
    const UnitState own = state_of(sources.reader, sources.containment, unit, sources.movements.records());
    return balance_of(UnitState{}, {&own}, [&sources](const Bin& bin) { return sources.movements.place_of(bin); });
  }
  const std::vector<Node> lots = members_of(sources.reader, unit.id, UnitType::lot);
  if (lots.empty()) return balance_of_lot(sources, unit);
  // A supplier's lot is the lots of ours that it came in as.
  Balance sum;
  for (const Node& lot : lots) {
    LL_ASSIGN(const Balance part, balance_of_lot(sources, lot));
    LL_TRY(add(sum, part));
  }
  return sum;
}

std::string expiry_of(const GenealogyReader& reader, NodeId unit) {
  std::string date = last_date(reader, unit);
  if (!date.empty()) return date;
  reader.links(unit, LinkKind::lot_of, [&](const Link& link) {
    if (date.empty()) date = last_date(reader, link.other);
  });
  return date;
}

}  // namespace lotledger::projections
