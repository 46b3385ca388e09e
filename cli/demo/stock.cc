// cli/demo/stock.cc - sums of bookings.
#include "cli/demo/stock.h"

#include <utility>

namespace lotledger::cli::demo {

std::vector<LotStockCount> Stock::count(LocalSeconds as_of) const {
  std::map<std::pair<Item, std::string>, LotStockCount> lots;
  for (const StockChange& change : changes_) {
    if (change.at > as_of) continue;
    LotStockCount& lot = lots[{change.amount.item, change.amount.lot}];
    lot.item = change.amount.item;
    lot.lot = change.amount.lot;
    lot.places[change.place] += change.amount.amount;
    lot.figures[static_cast<std::size_t>(change.figure)] += change.amount.amount;
  }
  std::vector<LotStockCount> counts;
  counts.reserve(lots.size());
  for (auto& [key, lot] : lots) {
    std::erase_if(lot.places, [](const auto& place) { return place.second == 0; });
    counts.push_back(std::move(lot));
  }
  return counts;
}

}  // namespace lotledger::cli::demo
