// cli/demo/stock.h - what the generator itself knows about stock: how much of which lot came, went and lies where, at
// any time. It is booked beside the rows and events, never read back from them.
#pragma once

#include "cli/demo/calendar.h"
#include "cli/demo/epcis_writer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lotledger::cli::demo {

/// Where a quantity of a lot lies: at a place, or on the way to it.
struct StockPlace {
  Place place = Place::goods_in;
  bool under_way = false;
  auto operator<=>(const StockPlace&) const = default;
};

/// Why the quantity of a lot changed; `moved` leaves it as it is.
enum class Figure : std::uint8_t { received, produced, adjusted, consumed, scrapped, moved };
inline constexpr std::size_t k_figures = 6;

/// One booking, in grams or pieces; the amount is negative where something went.
struct StockChange {
  Figure figure = Figure::moved;
  LotAmount amount;
  StockPlace place;
  LocalSeconds at = 0;
};

/// A lot at the end of a view, by place; places where nothing lies are left out.
struct LotStockCount {
  Item item = Item::titanium_bar;
  std::string lot;
  std::map<StockPlace, std::int64_t> places;
  std::array<std::int64_t, k_figures> figures{};
};

/// Bookings of all lots. Memory grows with the number of bookings of lots; serials are not booked.
class Stock {
 public:
  void book(StockChange change) { changes_.push_back(std::move(change)); }
  /// All lots that were ever there by `as_of`, in order of item and lot, the broken row repaired.
  [[nodiscard]] std::vector<LotStockCount> count(LocalSeconds as_of) const;

 private:
  std::vector<StockChange> changes_;
};

}  // namespace lotledger::cli::demo
