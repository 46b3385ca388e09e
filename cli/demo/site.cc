// cli/demo/site.cc - sizes, stock and outboxes.
#include "cli/demo/site.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <utility>

namespace lotledger::cli::demo {
namespace {

// Rough figures to begin with; plant.cc steers by what it counts.
constexpr std::int64_t k_events_per_100_devices = 470;
constexpr std::int64_t k_fixed_events_a_week = 4;
constexpr std::int64_t k_full_weeks = 50;
constexpr std::int64_t k_bar_lots_a_year = 20;

}  // namespace

Scale scale_of(std::uint64_t events) {
  Scale scale{.events = events};
  const std::int64_t weekly_events = static_cast<std::int64_t>(events) * 95 / 100 / k_full_weeks;
  scale.weekly_devices =
      std::max<std::int64_t>(2, (weekly_events - k_fixed_events_a_week) * 100 / k_events_per_100_devices);
  const std::int64_t bar_lot =
      std::clamp<std::int64_t>(scale.weekly_devices * k_full_weeks / k_bar_lots_a_year, 24, 1200);
  scale.runs_per_bar_lot = bar_lot < 80 ? 4 : 8;
  scale.run_size = bar_lot / scale.runs_per_bar_lot;
  scale.case_capacity = scale.weekly_devices < 20 ? 2 : 5;
  scale.shipment_devices = std::clamp<std::int64_t>(scale.weekly_devices / 7, 4, 55);
  return scale;
}

std::vector<LotAmount> LotStock::take(std::int64_t amount) {
  LL_ASSERT(amount <= on_hand_, "the plant cannot use what it does not have");
  on_hand_ -= amount;
  std::vector<LotAmount> taken;
  while (amount > 0) {
    Lot& lot = lots_.front();
    const std::int64_t part = std::min(amount, lot.on_hand);
    taken.push_back({lot.item, lot.text, part});
    lot.on_hand -= part;
    amount -= part;
    if (lot.on_hand == 0) lots_.pop_front();
  }
  return taken;
}

namespace {

template <std::size_t... I>
std::array<Outbox, k_systems> make_boxes(std::uint64_t seed, std::index_sequence<I...>) {
  return {Outbox{style_of(static_cast<System>(I)), seed + 1 + I}...};
}

}  // namespace

Site::Site(const Scale& scale_given, std::uint64_t seed)
    : boxes_(make_boxes(seed, std::make_index_sequence<k_systems>{})),
      scale(scale_given),
      random(seed),
      erp(boxes_),
      late_box_(Style{.writing = Writing::digital_link, .ids = EventIds::uuid}, seed + 1 + k_systems) {}

std::uint64_t Site::events_of_week() const {
  std::uint64_t events = 0;
  for (const Outbox& box : boxes_) events += box.count();
  return events;
}

}  // namespace lotledger::cli::demo
