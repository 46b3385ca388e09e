// projections/balance.cc - the mass balance of a lot.
#include "projections/balance.h"

#include <algorithm>
#include <array>

namespace lotledger::projections {

namespace {

/// Adds without losing an overflow.
class Sums {
 public:
  void add(Decimal& to, const Decimal& amount) { set(to, to.plus(amount)); }
  void subtract(Decimal& from, const Decimal& amount) { set(from, from.minus(amount)); }
  [[nodiscard]] Result<void> result() const {
    if (overflow_) return fail(ErrorCode::invalid_input, "a quantity of the balance does not fit 128 bits");
    return {};
  }

 private:
  void set(Decimal& to, const std::optional<Decimal>& value) {
    overflow_ |= !value;
    if (value) to = *value;
  }

  bool overflow_ = false;
};

std::optional<UnitCode> unit_of(const UnitState& lot, bool has_serials) {
  if (!lot.unit) return has_serials ? std::optional(each()) : std::nullopt;
  if (!lot.remaining) return std::nullopt;
  if (has_serials && dimension_of(*lot.unit) != Dimension::count) return std::nullopt;
  return lot.unit;
}

/// Pieces beyond what was stated for the lot came into being, or in, as serials.
void add_origin(Balance& balance, const UnitState& lot, const std::vector<const UnitState*>& serials, Sums& sums) {
  sums.add(balance.produced, lot.made);
  sums.add(balance.received, lot.received);
  const auto found = std::ranges::count_if(serials, [](const UnitState* s) { return s->found; });
  Decimal excess = Decimal::whole(std::ssize(serials) - found);
  sums.subtract(excess, balance.produced);
  sums.subtract(excess, balance.received);
  sums.add(excess, lot.at_once);
  if (excess.negative()) return;
  const auto bought = Decimal::whole(std::ranges::count_if(serials, [](const UnitState* s) { return s->bought; }));
  const Decimal received = std::min(bought, excess);
  sums.add(balance.received, received);
  sums.add(balance.produced, excess);
  sums.subtract(balance.produced, received);
}

/// Where what is here counts.
Decimal& figure_of(Balance& balance, StockPlace place) {
  switch (place) {
    case StockPlace::stock: return balance.stock;
    case StockPlace::wip: return balance.wip;
    case StockPlace::in_transit: return balance.in_transit;
    case StockPlace::at_subcontractor: return balance.at_subcontractor;
  }
  return balance.stock;
}

StockPlace place_in(const PlaceOf& place_of, const Bin& bin) {
  return place_of ? place_of(bin) : StockPlace::stock;
}

/// A piece that was shipped and has not come back is gone, whatever its holder did with it.
void add_serial(Balance& balance, const UnitState& serial, StockPlace place, Sums& sums) {
  const auto one = Decimal::whole(1);
  sums.add(balance.adjusted, serial.adjusted);
  const auto returned = std::ranges::count_if(serial.shipments, &Shipped::returned);
  sums.add(balance.returned, Decimal::whole(returned));
  sums.add(balance.shipped, Decimal::whole(returned));
  if (std::ssize(serial.shipments) > returned) return sums.add(balance.shipped, one);
  switch (serial.existence) {
    case Existence::in_stock:
    case Existence::returned: return sums.add(figure_of(balance, place), one);
    case Existence::consumed: return sums.add(balance.consumed, one);
    case Existence::scrapped: return sums.add(balance.scrapped, one);
    case Existence::sampled: return sums.add(balance.sampled, one);
    case Existence::shipped:
    case Existence::unknown: return;
  }
}

void add_lot(Balance& balance, const UnitState& lot, Sums& sums) {
  sums.add(balance.returned, lot.returned);
  sums.add(balance.adjusted, lot.adjusted);
  sums.add(balance.consumed, lot.consumed);
  sums.add(balance.scrapped, lot.scrapped);
  sums.add(balance.shipped, lot.shipped);
  sums.add(balance.sampled, lot.sampled);
  if (!lot.remaining) return;
  sums.add(balance.stock, *lot.remaining);
}

/// What lies elsewhere than in stock is part of what remains.
void place_lot(Balance& balance, const Bins& bins, const PlaceOf& place_of, Sums& sums) {
  for (const auto& [bin, quantity] : bins) {
    const StockPlace place = place_in(place_of, bin);
    if (place == StockPlace::stock) continue;
    sums.add(figure_of(balance, place), quantity);
    sums.subtract(balance.stock, quantity);
  }
}

/// What left as part of the lot, without its serial being named, was one of the serials in stock.
void no_negative_stock(Balance& balance, const UnitState& lot) {
  if (lot.remaining && lot.remaining->negative() && balance.stock.negative()) balance.stock = {};
}

constexpr std::array k_sources{&Balance::received, &Balance::produced, &Balance::returned, &Balance::adjusted};
constexpr std::array k_uses{&Balance::stock,    &Balance::wip,      &Balance::in_transit, &Balance::at_subcontractor,
                            &Balance::consumed, &Balance::scrapped, &Balance::shipped,    &Balance::sampled};

void close(Balance& balance, Sums& sums) {
  for (const auto source : k_sources) sums.add(balance.unexplained, balance.*source);
  for (const auto use : k_uses) sums.subtract(balance.unexplained, balance.*use);
}

}  // namespace

Bins loose_bins(const UnitState& lot, const std::vector<const UnitState*>& serials) {
  if (!lot.remaining) return lot.bins;
  Decimal pieces;
  for (const auto& [bin, quantity] : lot.bins) pieces = pieces.plus(quantity).value_or(pieces);
  pieces = pieces.minus(*lot.remaining).value_or(Decimal());
  std::vector<std::string> origins;
  origins.reserve(serials.size());
  for (const UnitState* serial : serials) origins.push_back(serial->origin);
  return loose(lot.bins, origins, pieces);
}

Result<Balance> balance_of(const UnitState& lot, const std::vector<const UnitState*>& serials,
                           const PlaceOf& place_of) {
  Balance balance;
  const auto unit = unit_of(lot, !serials.empty());
  balance.known = unit.has_value();
  if (!unit) return balance;
  balance.unit = *unit;
  Sums sums;
  add_origin(balance, lot, serials, sums);
  for (const UnitState* serial : serials) add_serial(balance, *serial, place_in(place_of, serial->place), sums);
  add_lot(balance, lot, sums);
  place_lot(balance, loose_bins(lot, serials), place_of, sums);
  no_negative_stock(balance, lot);
  close(balance, sums);
  LL_TRY(sums.result());
  return balance;
}

Result<void> add(Balance& sum, const Balance& part) {
  const bool first = sum.unit == UnitCode{};
  sum.known = sum.known && part.known && (first || sum.unit == part.unit);
  if (!sum.known) return {};
  sum.unit = part.unit;
  Sums sums;
  for (const auto figure : k_sources) sums.add(sum.*figure, part.*figure);
  for (const auto figure : k_uses) sums.add(sum.*figure, part.*figure);
  sums.add(sum.unexplained, part.unexplained);
  return sums.result();
}

}  // namespace lotledger::projections
