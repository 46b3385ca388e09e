// projections/stock.cc - bins of one lot.
#include "projections/stock.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace lotledger::projections {
namespace {

constexpr std::array<std::string_view, 5> k_names{"not asserted", "pending", "released", "concession", "rejected"};

bool positive(const Decimal& quantity) {
  return !quantity.zero() && !quantity.negative();
}

}  // namespace

std::string_view name_of(StockDisposition disposition) {
  return k_names.at(static_cast<std::size_t>(disposition));
}

int usability(StockDisposition disposition) {
  switch (disposition) {
    case StockDisposition::released: return 0;
    case StockDisposition::concession: return 1;
    case StockDisposition::not_asserted: return 2;
    case StockDisposition::pending: return 3;
    case StockDisposition::rejected: return 4;
  }
  return 5;
}

StockDisposition disposition_named(std::string_view name) {
  const auto* found = std::ranges::find(k_names, name);
  return found == k_names.end() ? StockDisposition::not_asserted
                                : static_cast<StockDisposition>(found - k_names.begin());
}

void Stock::add(const Bin& bin, const Decimal& quantity) {
  if (!kept_) return;
  const auto at = bins_.try_emplace(bin).first;
  const auto now = at->second.plus(quantity);
  overflow_ |= !now;
  if (!now) return;
  at->second = *now;
  if (now->zero()) bins_.erase(at);
}

Decimal Stock::sum(const Matches& matches) const {
  Decimal sum;
  for (const auto& [bin, quantity] : bins_) {
    if (matches(bin)) sum = sum.plus(quantity).value_or(sum);  // What overflows here did so in total() before.
  }
  return sum;
}

Decimal Stock::total() const {
  return sum([](const Bin&) { return true; });
}

/// Takes from what is there, in the order of usability, owner and location; never makes anything negative.
Stock::Taken Stock::take_up_to(const Matches& matches, Decimal quantity, First first) {
  Taken order;
  for (const auto& [bin, there] : bins_) {
    if (positive(there) && matches(bin)) order.emplace_back(bin, there);
  }
  std::ranges::stable_sort(order, {}, [first](const auto& entry) {
    const int rank = usability(entry.first.disposition);
    return std::tuple(first == First::best ? rank : -rank, entry.first.owner, entry.first.location);
  });
  Taken taken;
  for (auto& [bin, there] : order) {
    if (!positive(quantity)) break;
    const Decimal part = std::min(there, quantity);
    taken.emplace_back(bin, part);
    add(bin, Decimal().minus(part).value_or(Decimal()));
    quantity = quantity.minus(part).value_or(Decimal());
  }
  return taken;
}

/// All of it, even where that makes a bin negative.
Stock::Taken Stock::take_from(const std::string& location, const Decimal& quantity, First first) {
  Taken taken =
      take_up_to([&](const Bin& bin) { return !bin.in_transit && bin.location == location; }, quantity, first);
  Decimal rest = quantity;
  for (const auto& [bin, part] : taken) rest = rest.minus(part).value_or(rest);
  if (rest.zero()) return taken;
  const Bin beyond = taken.empty() ? Bin{location, {}, usual_, false} : taken.front().first;
  add(beyond, Decimal().minus(rest).value_or(Decimal()));
  taken.emplace_back(beyond, rest);
  return taken;
}

std::vector<std::string> Stock::places_with_stock(const std::optional<std::string>& besides) const {
  std::set<std::string> places;
  for (const auto& [bin, quantity] : bins_) {
    if (positive(quantity) && !bin.in_transit && (!besides || bin.location != *besides)) places.insert(bin.location);
  }
  return {places.begin(), places.end()};
}

/// The location as stated, else the only one where the lot lies, else none.
std::string Stock::place_meant(const std::string& stated, const std::optional<std::string>& besides) const {
  if (!stated.empty()) return stated;
  const auto places = places_with_stock(besides);
  return places.size() == 1 ? places.front() : std::string();
}

void Stock::put(const std::string& location, const std::string& owner, const Decimal& quantity) {
  add({location, owner, usual_, false}, quantity);
}

void Stock::put_back(const std::string& location, const Decimal& quantity) {
  add({location, {}, StockDisposition::pending, false}, quantity);
}

Stock::Taken Stock::take(const std::string& location, const Decimal& quantity, First first) {
  if (!kept_) return {};
  return take_from(place_meant(location), quantity, first);
}

void Stock::move(const std::string& from, const std::string& to, const std::optional<Decimal>& quantity, bool seen) {
  if (!kept_) return;
  if (to.empty()) return;
  const auto elsewhere = [&](const Bin& bin) {
    return from.empty() ? bin.location != to || bin.in_transit : !bin.in_transit && bin.location == from;
  };
  Taken taken;
  if (!quantity) {
    taken = take_up_to(elsewhere, sum([](const Bin&) { return true; }), First::best);
  } else if (seen) {
    taken = take_up_to(elsewhere, *quantity, First::best);
  } else {
    taken = take_from(place_meant(from, to), *quantity, First::best);
  }
  for (const auto& [bin, part] : taken) add({to, bin.owner, bin.disposition, false}, part);
}

void Stock::send(const std::string& from, const std::string& to, const Decimal& quantity) {
  for (const auto& [bin, part] : take_from(place_meant(from), quantity, First::best))
    add({to, bin.owner, bin.disposition, true}, part);
}

void Stock::arrive(const std::string& to, const Decimal& quantity) {
  Taken taken = take_up_to([](const Bin& bin) { return bin.in_transit; }, quantity, First::best);
  Decimal rest = quantity;
  for (const auto& [bin, part] : taken) rest = rest.minus(part).value_or(rest);
  if (positive(rest)) {
    // More arrived than was sent: it is no more than there was, so it comes from nowhere known.
    add({{}, {}, usual_, false}, Decimal().minus(rest).value_or(Decimal()));
    taken.emplace_back(Bin{{}, {}, usual_, false}, rest);
  }
  for (const auto& [bin, part] : taken) {
    const std::string& place = to.empty() ? bin.location : to;
    add({place, bin.owner, bin.disposition, false}, part);
  }
}

Decimal Stock::count(const std::string& location, const Decimal& found) {
  const Decimal books =
      sum([&](const Bin& bin) { return !bin.in_transit && (location.empty() || bin.location == location); });
  const auto difference = found.minus(books);
  overflow_ |= !difference;
  if (!difference || difference->zero()) return {};
  if (difference->negative()) {
    take(location, Decimal().minus(*difference).value_or(Decimal()), First::best);
  } else {
    put(place_meant(location), {}, *difference);
  }
  return *difference;
}

template <typename Change>
void Stock::change(const Matches& matches, const std::optional<Decimal>& quantity, const Change& to) {
  for (const auto& [bin, part] : take_up_to(matches, quantity.value_or(total()), First::worst)) {
    Bin changed = bin;
    to(changed);
    add(changed, part);
  }
}

void Stock::own(const std::string& location, const std::string& owner, const std::optional<Decimal>& quantity) {
  change([&](const Bin& bin) { return bin.owner != owner && (location.empty() || bin.location == location); }, quantity,
         [&](Bin& bin) { bin.owner = owner; });
}

void Stock::dispose(const std::string& location, StockDisposition disposition, const std::optional<Decimal>& quantity) {
  if (location.empty() && !quantity) usual_ = disposition;
  const auto other = [&](const Bin& bin) {
    return bin.disposition != disposition && (location.empty() || bin.location == location);
  };
  if (quantity) {
    const auto waiting = [&](const Bin& bin) { return other(bin) && bin.disposition == StockDisposition::pending; };
    const Decimal pending = std::min(sum(waiting), *quantity);
    if (positive(pending)) change(waiting, pending, [&](Bin& bin) { bin.disposition = disposition; });
    const auto rest = quantity->minus(pending);
    if (rest && positive(*rest)) change(other, rest, [&](Bin& bin) { bin.disposition = disposition; });
    return;
  }
  // Negative bins are named anew as well, so that a lot has one disposition again.
  Bins renamed;
  for (const auto& [bin, there] : bins_) {
    if (other(bin)) renamed.emplace(bin, there);
  }
  for (const auto& [bin, there] : renamed) {
    bins_.erase(bin);
    Bin changed = bin;
    changed.disposition = disposition;
    add(changed, there);
  }
}

Bins loose(const Bins& bins, const std::vector<std::string>& origins, const Decimal& pieces) {
  Bins left = bins;
  Decimal rest = pieces;
  const auto less = [&](const auto& matches) {
    for (auto at = left.begin(); at != left.end() && positive(rest);) {
      if (!positive(at->second) || !matches(at->first)) {
        ++at;
        continue;
      }
      const Decimal part = std::min(at->second, rest);
      at->second = at->second.minus(part).value_or(Decimal());
      rest = rest.minus(part).value_or(Decimal());
      at = at->second.zero() ? left.erase(at) : std::next(at);
    }
  };
  std::map<std::string, std::int64_t> came_at;
  for (const std::string& origin : origins) ++came_at[origin];
  for (const auto& [origin, count] : came_at) {
    const Decimal others = rest.minus(std::min(rest, Decimal::whole(count))).value_or(Decimal());
    rest = std::min(rest, Decimal::whole(count));
    less([&origin](const Bin& bin) { return bin.location == origin; });
    rest = rest.plus(others).value_or(rest);
  }
  less([](const Bin&) { return true; });
  return left;
}

}  // namespace lotledger::projections
