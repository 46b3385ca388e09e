// cli/demo/site.h - what the departments of the demo plant share: the week, the outboxes, the numbers, the truth.
#pragma once

#include "cli/demo/epcis_writer.h"
#include "cli/demo/erp.h"
#include "cli/demo/truth.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lotledger::cli::demo {

/// Files of master data are imported first, that of paper records last.
inline constexpr std::size_t k_master_files = 4;
inline constexpr std::size_t k_late_file = k_master_files + k_weeks * k_systems;
inline constexpr std::size_t k_files = k_late_file + 1;

/// Sizes that follow from the number of events asked for.
struct Scale {
  std::uint64_t events = 0;
  std::int64_t weekly_devices = 0;
  std::int64_t runs_per_bar_lot = 4;
  std::int64_t run_size = 6;  ///< Housings of one cutting run.
  std::size_t case_capacity = 2;
  std::int64_t shipment_devices = 4;
};
[[nodiscard]] Scale scale_of(std::uint64_t events);

/// A lot on hand: grams of what is weighed, else pieces.
struct Lot {
  Item item = Item::titanium_bar;
  std::string text;
  std::int64_t on_hand = 0;
  Taint taint = k_clean;
};

/// Lots of one article, used first in, first out.
class LotStock {
 public:
  void add(Lot lot) {
    on_hand_ += lot.on_hand;
    lots_.push_back(std::move(lot));
  }
  [[nodiscard]] std::int64_t on_hand() const { return on_hand_; }
  /// Takes `amount`, at most on_hand(), from as many lots as that needs.
  [[nodiscard]] std::vector<LotAmount> take(std::int64_t amount);

 private:
  std::deque<Lot> lots_;
  std::int64_t on_hand_ = 0;
};

/// A finished or half-finished device.
struct Device {
  Piece piece;
  std::size_t truth = k_no_unit;
  std::string lot = {};
};
/// Devices of one production order.
struct Batch {
  std::string lot;
  Taint taint = k_clean;
  std::vector<Device> devices;
};

/// What the story's end names.
struct StoryFacts {
  std::string bad_lot;
  std::optional<std::uint64_t> broken_line;
  std::size_t broken_file = k_no_file;
  std::string broken_row_id;
  std::string repaired_row;
  int first_affected_shipment_week = -1;
  std::optional<Piece> sample_device;  ///< Holds the bad lot and reached a customer.
  std::string backflushed_order;       ///< An order whose input was derived and not scanned.
  std::string late_hold_lot;           ///< ITEM/LOT of pumps, held a day after some of them were shipped.
  std::string split_lot;               ///< ITEM/LOT of housings that was split for two lines.
  bool repacked = false;
  std::size_t wrong_assembly = k_no_unit, returned = k_no_unit;
};

class Site {
  std::array<Outbox, k_systems> boxes_;

 public:
  Site(const Scale& scale, std::uint64_t seed);

  [[nodiscard]] Outbox& box(System system) { return boxes_[static_cast<std::size_t>(system)]; }
  [[nodiscard]] Outbox& late_box() { return late_box_; }
  /// Number of the system's file of this week in the order of import.
  [[nodiscard]] std::size_t file(System system) const {
    return k_master_files + static_cast<std::size_t>(week) * k_systems + static_cast<std::size_t>(system);
  }
  /// Events gathered in this week so far.
  [[nodiscard]] std::uint64_t events_of_week() const;

  int week = 0;
  Scale scale;
  DemoRandom random;
  Truth truth;
  StoryFacts story;
  Erp erp;

 private:
  Outbox late_box_;
};

}  // namespace lotledger::cli::demo
