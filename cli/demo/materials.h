// cli/demo/materials.h - goods in and the shops that make parts: the parts plant cuts and machines bars into housings,
// a contract manufacturer moulds granulate into reservoirs, the pump plant makes boards of ASICs.
#pragma once

#include "cli/demo/site.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lotledger::cli::demo {

/// A machined lot of housings and the story's use of it.
struct HousingLot {
  Lot lot;
  bool first_of_bad_bar = false;
};

class Materials {
 public:
  explicit Materials(Site& site) : site_(site) {}

  /// Monday morning: receives what the next weeks need.
  void receive_week();
  /// Makes parts for the assembly of next week; `devices` of them, in whole runs as they come due.
  void make_week(std::int64_t devices);

  /// Housings finished last week.
  [[nodiscard]] std::vector<HousingLot> take_housings() { return std::exchange(ready_, {}); }
  /// Monday morning: brings pouches for `devices` to the packing line.
  void issue_pouches(std::int64_t devices);
  /// Saturday of the last week: counts what is left of the bars.
  void count_bars();
  /// The four below assert that there is one.
  [[nodiscard]] LotAmount take_reservoir() { return reservoirs_.take(1).front(); }
  [[nodiscard]] LotAmount take_pouch() { return line_pouches_.take(1).front(); }
  [[nodiscard]] Piece take_board();
  [[nodiscard]] Piece take_battery();
  [[nodiscard]] bool has_spare_battery() const { return battery_used_ + parts_due_ < battery_received_; }
  /// Parts that the assembly of this week still needs; spares are what is beyond.
  void set_parts_due(std::uint32_t parts) { parts_due_ = parts; }

 private:
  struct Supplier {
    std::int64_t last_number = 100;
    int year = 2025;
    int twin_in_week = -1;
  };
  [[nodiscard]] std::string next_lot_text(Supplier& supplier);
  void receive_lot(const Lot& lot, Receipt receipt);
  void receive_parts();
  [[nodiscard]] LocalSeconds next_receipt();
  void receive_bars(std::int64_t need);
  void receive_batteries(std::int64_t need);
  void receive_stock(LotStock& stock, Supplier& supplier, Lot lot, std::int64_t need);
  void receive_pouches(Lot lot, std::int64_t need);

  void cut_and_machine(std::size_t run, std::size_t runs);
  [[nodiscard]] Lot cut(LocalSeconds at);
  [[nodiscard]] HousingLot machine(const Lot& blanks, LocalSeconds at);
  [[nodiscard]] Lot& bar_for(std::int64_t grams);
  void break_last_row();

  void finish_housings();
  void scrap_some(Lot& lot, LocalSeconds at);
  void rework(const Lot& lot, LocalSeconds at);
  [[nodiscard]] Lot split(Lot& lot, LocalSeconds at);
  [[nodiscard]] Lot merge(const Lot& first, const Lot& second, LocalSeconds at);
  void send_housings();

  void mould(std::int64_t pieces);
  void make_boards(std::int64_t pieces);

  Site& site_;
  std::deque<Lot> bars_;
  std::optional<Lot> reserved_bar_;
  std::vector<Lot> bar_ends_;
  std::int64_t bad_runs_ = 0;
  std::size_t bad_housing_ = k_no_unit;  ///< Place in made_ of the run that is to be split.
  LotStock polymer_, asics_, pouches_, line_pouches_, reservoirs_;
  Supplier bar_supplier_, polymer_supplier_, asic_supplier_, pouch_supplier_;
  std::int64_t receipts_today_ = 0;
  std::vector<std::pair<LotAmount, std::string>> sent_;  ///< Housings under way, with their delivery notes.
  std::int64_t parts_carried_ = 0;
  std::uint32_t own_lot_ = 0, merged_lot_ = 0, pouch_lot_ = 0;
  std::uint32_t battery_received_ = 0, battery_used_ = 0, board_made_ = 0, board_used_ = 0, parts_due_ = 0;
  std::vector<HousingLot> made_, ready_;
  std::optional<Lot> waits_for_merge_;
};

}  // namespace lotledger::cli::demo
