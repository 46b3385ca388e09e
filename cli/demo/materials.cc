// cli/demo/materials.cc - receipts and part making. Quantities close: nothing is used that was not received or made.
#include "cli/demo/materials.h"

#include "cli/demo/master.h"
#include "engine/base/assert.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

constexpr std::int64_t k_bar_grams = 250;       ///< Titanium in one blank.
constexpr std::int64_t k_bar_end_grams = 50;    ///< Bar ends left over, per blank of a run; they stay in the store.
constexpr std::int64_t k_reservoir_grams = 85;  ///< Granulate in one reservoir.
constexpr std::int64_t k_asics_per_board = 2;
constexpr std::int64_t k_mould_lot_max = 200;
constexpr std::int64_t k_panel_max = 20;
constexpr std::int64_t k_box_max = 100;

/// The bad lot is the first bar lot received in or after this week (2026-W09).
constexpr int k_bad_lot_week = 16;
/// The last run of it is made in this week, so that its devices are still in stock at the end.
constexpr int k_reserve_week = 49;
constexpr std::int64_t k_twin_number = 417;
/// Runs of the bad lot, counted from 0.
constexpr std::int64_t k_hidden_run = 1;
constexpr std::int64_t k_split_run = 2;

constexpr std::int64_t k_chips_grams = 20;  ///< Titanium chips of one blank, a by-product.
/// At night, so that all is in its place when the shift begins.
constexpr LocalSeconds k_received_s = 5 * k_hour_s;
constexpr LocalSeconds k_issued_s = 7 * k_hour_s + 30 * k_minute_s;

std::int64_t rounded_up(std::int64_t amount, std::int64_t package) {
  return (amount + package - 1) / package * package;
}

}  // namespace

std::string Materials::next_lot_text(Supplier& supplier) {
  const int year = year_of(week_start(site_.week));
  if (year != supplier.year) supplier = {.last_number = 100, .year = year, .twin_in_week = supplier.twin_in_week};
  supplier.last_number += 1 + site_.random.below(3);
  if (supplier.twin_in_week == site_.week && supplier.last_number < k_twin_number) supplier.last_number = k_twin_number;
  // Suppliers number for all their customers, so gaps are usual; the story's number is left to the story.
  if (supplier.twin_in_week != site_.week && year == 2026 && supplier.last_number == k_twin_number)
    ++supplier.last_number;
  return fmt::format("L{}-{:04}", supplier.year, supplier.last_number);
}

LocalSeconds Materials::next_receipt() {
  return moment(site_.week, 0, k_received_s + (receipts_today_++ % 100) * k_minute_s);
}

/// Received, put away, and released where the article is inspected.
void Materials::receive_lot(const Lot& lot, Receipt receipt) {
  const LotAmount amount{lot.item, lot.text, lot.on_hand};
  const bool parts = lot.item == Item::titanium_bar;
  receipt.place = parts ? Place::parts_goods_in : Place::goods_in;
  receipt.at = next_receipt();
  site_.erp.receive(amount, receipt);
  site_.erp.move("put_away", amount, {receipt.place, parts ? Place::parts_store : Place::raw_store},
                 receipt.at + 10 * k_minute_s);
  if (parts || lot.item == Item::polymer) site_.erp.release(lot.item, lot.text, receipt.at + 20 * k_minute_s);
}

void Materials::receive_bars(std::int64_t need) {
  std::int64_t on_hand = 0;
  for (const Lot& bar : bars_) on_hand += bar.on_hand;
  const std::int64_t size = site_.scale.runs_per_bar_lot * site_.scale.run_size * k_bar_grams;
  while (on_hand < need) {
    const bool bad = site_.story.bad_lot.empty() && site_.week >= k_bad_lot_week;
    if (bad) {
      bar_supplier_.twin_in_week = polymer_supplier_.twin_in_week = asic_supplier_.twin_in_week = site_.week;
    }
    Lot lot{Item::titanium_bar, next_lot_text(bar_supplier_), size + site_.scale.run_size * k_bar_end_grams, k_clean};
    if (bad) {
      LL_ASSERT(bar_supplier_.last_number == k_twin_number, "the bad bar lot carries the number of the story");
      site_.story.bad_lot = lot.text;
      lot.taint = k_visible;
      bar_supplier_.twin_in_week = -1;
    }
    on_hand += lot.on_hand;
    bars_.push_back(lot);
    receive_lot(lot, {.supplier = &suppliers()[0]});
  }
}

void Materials::receive_stock(LotStock& stock, Supplier& supplier, Lot lot, std::int64_t need) {
  bool twin = supplier.twin_in_week == site_.week;
  while (twin || stock.on_hand() < need) {
    lot.text = next_lot_text(supplier);
    if (twin) supplier.twin_in_week = -1;
    twin = false;
    stock.add(lot);
    const bool boxed = lot.item == Item::asic;
    receive_lot(lot, {.supplier = &suppliers()[boxed ? 2 : 1],
                      .packaging = boxed ? std::optional{Packaging{"BOX", k_asics_in_box}} : std::nullopt});
  }
}

/// Consignment stock: the supplier's until it is used, under lot numbers of our own.
void Materials::receive_pouches(Lot lot, std::int64_t need) {
  while (pouches_.on_hand() < need) {
    lot.text = fmt::format("N26-{:04}", ++pouch_lot_);
    pouches_.add(lot);
    receive_lot(lot, {.supplier = &suppliers()[4],
                      .supplier_lot = next_lot_text(pouch_supplier_),
                      .consigned = true,
                      .packaging = Packaging{"ROLL", k_pouches_on_roll}});
  }
}

/// Housings that the parts plant sent on Saturday arrive and go to the line.
void Materials::receive_parts() {
  for (const auto& [amount, delivery] : std::exchange(sent_, {})) {
    const LocalSeconds at = next_receipt();
    site_.erp.receive_sent(amount, delivery, at);
    site_.erp.move("issue", amount, {Place::goods_in, Place::assembly}, at + 30 * k_minute_s);
  }
}

void Materials::issue_pouches(std::int64_t devices) {
  if (devices == 0) return;
  for (const LotAmount& amount : pouches_.take(devices)) {
    site_.erp.move("issue", amount, {Place::raw_store, Place::packing}, moment(site_.week, 0, k_issued_s));
    line_pouches_.add({amount.item, amount.lot, amount.amount, k_clean});
  }
}

/// The books are right but for the bad lot, of which 50 g are missing.
void Materials::count_bars() {
  for (const Lot& bar : bars_) bar_ends_.push_back(bar);
  for (const Lot& bar : bar_ends_) {
    const std::int64_t found = bar.taint == k_clean ? bar.on_hand : bar.on_hand - 50;
    site_.erp.count({bar.item, bar.text, bar.on_hand}, found, Place::parts_store, moment(site_.week, 5, 9 * k_hour_s));
  }
}

void Materials::receive_batteries(std::int64_t need) {
  const std::int64_t box = std::clamp<std::int64_t>(site_.scale.weekly_devices, 10, k_box_max);
  while (battery_received_ - battery_used_ < need) {
    const Piece first{Item::battery, battery_received_ + 1};
    battery_received_ += static_cast<std::uint32_t>(box);
    site_.erp.receive_serials(first, static_cast<std::uint32_t>(box),
                              {.supplier = &suppliers()[3], .place = Place::raw_store, .at = next_receipt()});
  }
}

void Materials::receive_week() {
  receipts_today_ = 0;
  receive_parts();
  const Scale& scale = site_.scale;
  const std::int64_t lot = scale.runs_per_bar_lot * scale.run_size;
  const std::int64_t weekly = scale.weekly_devices * 3 / 2 + 2 * scale.run_size;
  std::int64_t housings = 0;
  for (const HousingLot& ready : ready_) housings += ready.lot.on_hand;
  receive_bars((scale.weekly_devices * 5 / 2 + 2 * scale.run_size) * k_bar_grams);
  receive_stock(polymer_, polymer_supplier_, {Item::polymer, "", lot * k_reservoir_grams * 3 / 2, k_clean},
                2 * weekly * k_reservoir_grams);
  receive_stock(asics_, asic_supplier_,
                {Item::asic, "", rounded_up(lot * k_asics_per_board * 2, k_asics_in_box), k_clean},
                2 * weekly * k_asics_per_board);
  receive_pouches({Item::pouch, "", rounded_up(lot * 3, k_pouches_on_roll), k_clean}, 3 * weekly);
  receive_batteries(housings + housings / 20 + 4);
}

Piece Materials::take_battery() {
  LL_ASSERT(battery_used_ < battery_received_, "a cell was received for every device");
  return {Item::battery, ++battery_used_};
}

Piece Materials::take_board() {
  LL_ASSERT(board_used_ < board_made_, "a board was made for every device");
  return {Item::board, ++board_used_};
}

Lot& Materials::bar_for(std::int64_t grams) {
  if (reserved_bar_.has_value() && site_.week >= k_reserve_week) return *reserved_bar_;
  while (!bars_.empty() && bars_.front().on_hand < grams) {  // Bar ends stay in the store.
    bar_ends_.push_back(bars_.front());
    bars_.pop_front();
  }
  LL_ASSERT(!bars_.empty(), "bars were received for every run of the week");
  return bars_.front();
}

/// The clerk's decimal comma. What should have been written is kept for the repair.
void Materials::break_last_row() {
  Outbox& box = site_.box(System::consumption);
  site_.story.repaired_row = box.last_text();
  site_.story.broken_row_id = site_.erp.last_id();
  const std::string right = amount_text(Item::titanium_bar, site_.scale.run_size * k_bar_grams);
  std::string wrong = right.find('.') == std::string::npos ? right + ".0" : right;
  std::ranges::replace(wrong, '.', ',');
  std::string text = site_.story.repaired_row;
  const std::string from = ',' + right + ",KGM,";
  const std::size_t place = text.find(from);
  LL_ASSERT(place != std::string::npos, "the broken row weighs one run");
  text.replace(place, from.size(), ",\"" + wrong + "\",KGM,");
  box.replace_last(text);
  box.mark_last();
  site_.story.broken_file = site_.file(System::consumption);
}

/// Cuts one run from a bar lot and returns its blanks.
Lot Materials::cut(LocalSeconds at) {
  const std::int64_t size = site_.scale.run_size;
  Lot& bar = bar_for(size * k_bar_grams);
  const bool bad = bar.taint != k_clean;
  const std::int64_t run = bad ? bad_runs_++ : 0;
  const bool hidden = bad && run == k_hidden_run;
  Lot blanks{Item::blank, fmt::format("B26-{:04}", ++own_lot_), size, bar.taint};
  if (hidden) blanks.taint = k_hidden;

  const LotAmount input{bar.item, bar.text, size * k_bar_grams};
  const LotAmount output{blanks.item, blanks.text, size};
  const LotAmount chips{Item::chips, "C" + blanks.text.substr(1), size * k_chips_grams};
  bar.on_hand -= input.amount;
  site_.erp.move("issue", input, {Place::parts_store, Place::machining}, at - k_hour_s / 2);
  const Order order = site_.erp.new_order(Place::machining);
  site_.erp.consume(order, input, at);
  if (hidden) break_last_row();
  site_.erp.produce(order, "output", output, at + k_hour_s);
  site_.erp.produce(order, "by_product", chips, at + k_hour_s);
  site_.erp.state(order, "completed", output, at + k_hour_s);
  for (const LotAmount* made : {&output, &chips}) {
    site_.truth.add_lot(
        {lot_ref(made->item, made->lot), blanks.taint, {at + k_hour_s, site_.file(System::production)}});
  }

  if (bad && bad_runs_ == site_.scale.runs_per_bar_lot - 1) {
    reserved_bar_ = bar;  // Kept aside for the end of the year.
    bars_.pop_front();
  } else if (bad && bad_runs_ == site_.scale.runs_per_bar_lot) {
    bar_ends_.push_back(*reserved_bar_);
    reserved_bar_.reset();
  }
  return blanks;
}

/// Machines all blanks of a run; of one run in four a piece is spoilt at once.
HousingLot Materials::machine(const Lot& blanks, LocalSeconds at) {
  Lot housings{Item::housing, "H" + blanks.text.substr(1), blanks.on_hand, blanks.taint};
  const LocalSeconds finished_at = at + 5 * k_hour_s;
  const Order order = site_.erp.new_order(Place::machining);
  site_.erp.consume(order, {blanks.item, blanks.text, blanks.on_hand}, at);
  if (housings.on_hand > 4 && site_.random.one_in(4)) {
    --housings.on_hand;
    site_.erp.produce(order, "scrap", {housings.item, housings.text, 1}, finished_at);
  }
  const LotAmount output{housings.item, housings.text, housings.on_hand};
  site_.erp.produce(order, "output", output, finished_at);
  site_.erp.state(order, "completed", output, finished_at);
  site_.truth.add_lot(
      {lot_ref(housings.item, housings.text), housings.taint, {finished_at, site_.file(System::production)}});
  return {std::move(housings), false};
}

void Materials::cut_and_machine(std::size_t run, std::size_t runs) {
  const std::int64_t bad_before = bad_runs_;
  const LocalSeconds at = spread({site_.week, 0, 2}, run, runs);
  const Lot blanks = cut(at);
  HousingLot housings = machine(blanks, at + k_day_s);
  const bool bad = bad_runs_ != bad_before;
  housings.first_of_bad_bar = bad && bad_before == 0;
  if (bad && bad_before == k_split_run) bad_housing_ = made_.size();
  made_.push_back(std::move(housings));
}

void Materials::scrap_some(Lot& lot, LocalSeconds at) {
  const std::int64_t scrapped = 1 + site_.random.below(static_cast<std::uint32_t>(lot.on_hand / 20 + 1));
  lot.on_hand -= scrapped;
  site_.erp.scrap({lot.item, lot.text, scrapped}, Place::machining, at);
}

/// A deburring loop: part of the lot goes back to the machine and comes out as the same lot.
void Materials::rework(const Lot& lot, LocalSeconds at) {
  const LotAmount part{lot.item, lot.text, (lot.on_hand + 1) / 2};
  const Order order = site_.erp.new_order(Place::machining);
  site_.erp.consume(order, part, at);
  site_.erp.produce(order, "rework", part, at + k_minute_s / 2);
}

Lot Materials::split(Lot& lot, LocalSeconds at) {
  const std::string whole = lot.text;
  Lot second{lot.item, lot.text + "-B", lot.on_hand / 2, lot.taint};
  lot.text += "-A";
  lot.on_hand -= second.on_hand;
  for (const Lot* part : {&lot, &second}) {
    site_.erp.become("split", {part->item, whole, part->on_hand}, part->text, {Place::machining, at});
    site_.truth.add_lot({lot_ref(part->item, part->text), part->taint, {at, site_.file(System::moves)}});
  }
  return second;
}

Lot Materials::merge(const Lot& first, const Lot& second, LocalSeconds at) {
  Lot merged{Item::housing, fmt::format("HM26-{:03}", ++merged_lot_), first.on_hand + second.on_hand,
             static_cast<Taint>(first.taint | second.taint)};
  for (const Lot* part : {&first, &second})
    site_.erp.become("merge", {part->item, part->text, part->on_hand}, merged.text, {Place::machining, at});
  site_.truth.add_lot({lot_ref(merged.item, merged.text), merged.taint, {at, site_.file(System::moves)}});
  return merged;
}

/// Friday: inspection of the week's housings, with scrap, rework, splits for two lines, and top-ups.
void Materials::finish_housings() {
  for (std::size_t i = 0; i < made_.size(); ++i) {
    Lot& lot = made_[i].lot;
    const LocalSeconds at = spread({site_.week, 4, 1}, i, made_.size());
    const bool clean = lot.taint == k_clean;
    if (lot.on_hand > 4 && site_.random.one_in(4)) scrap_some(lot, at + k_minute_s);
    if (clean && site_.random.one_in(12)) rework(lot, at + 2 * k_minute_s);
    if (i == bad_housing_) {
      site_.story.split_lot = lot_ref(lot.item, lot.text);
      waits_for_merge_ = split(lot, at + 3 * k_minute_s);
    } else if (clean && waits_for_merge_.has_value()) {
      lot = merge(*waits_for_merge_, lot, at + 4 * k_minute_s);
      waits_for_merge_.reset();
    } else if (clean && i + 1 < made_.size() && made_[i + 1].lot.taint == k_clean && site_.random.one_in(12)) {
      Lot& next = made_[i + 1].lot;
      next = merge(lot, next, spread({site_.week, 4, 1}, i + 1, made_.size()));
      continue;
    } else if (clean && lot.on_hand > 4 && site_.random.one_in(10)) {
      ready_.push_back({split(lot, at + 3 * k_minute_s), false});
    }
    ready_.push_back(std::move(made_[i]));
  }
  made_.clear();
  bad_housing_ = k_no_unit;
}

/// Saturday: the week's housings leave for the pump plant.
void Materials::send_housings() {
  const LocalSeconds at = moment(site_.week, 5, 10 * k_hour_s);
  for (const HousingLot& ready : ready_) {
    const LotAmount amount{ready.lot.item, ready.lot.text, ready.lot.on_hand};
    site_.erp.move("move", amount, {Place::machining, Place::parts_dock}, at);
    sent_.emplace_back(amount, site_.erp.send(amount, at + k_hour_s));
  }
}

/// The contract manufacturer gets granulate on Monday, reports its runs itself, and gives the reservoirs back on
/// Saturday.
void Materials::mould(std::int64_t pieces) {
  const std::int64_t lots = (pieces + k_mould_lot_max - 1) / k_mould_lot_max;
  for (std::int64_t i = 0; i < lots; ++i) {
    const std::int64_t size = std::min(k_mould_lot_max, pieces - i * k_mould_lot_max);
    const LotAmount output{Item::reservoir, fmt::format("R26-{:04}", ++own_lot_), size};
    const std::vector<LotAmount> inputs = polymer_.take(size * k_reservoir_grams);
    const LocalSeconds at = spread({site_.week, 0, 3}, static_cast<std::size_t>(i), static_cast<std::size_t>(lots));
    Event event{site_.box(System::contractor), "TransformationEvent", at};
    event.amounts("inputQuantityList", inputs).amounts("outputQuantityList", {&output, 1});
    event.step("creating_class_instance", "in_progress").place(Place::contractor, Place::contractor).done();
    for (const LotAmount& input : inputs) {
      site_.erp.move("to_subcontractor", input, {Place::raw_store, Place::contractor},
                     moment(site_.week, 0, k_issued_s));
      site_.erp.used(input, Place::contractor, at);
    }
    site_.erp.made(Figure::produced, output, Place::contractor, at);
    site_.erp.move("from_subcontractor", output, {Place::contractor, Place::assembly},
                   moment(site_.week, 5, 9 * k_hour_s));
    reservoirs_.add({output.item, output.lot, size, k_clean});
  }
}

/// One order a panel. ASICs are not scanned at the line: what the order took is derived when it is completed.
void Materials::make_boards(std::int64_t pieces) {
  const std::int64_t panels = (pieces + k_panel_max - 1) / k_panel_max;
  for (std::int64_t i = 0; i < panels; ++i) {
    const std::int64_t size = std::min(k_panel_max, pieces - i * k_panel_max);
    const LotAmount planned{Item::board, "", size};
    const LocalSeconds at = spread({site_.week, 0, 3}, static_cast<std::size_t>(i), static_cast<std::size_t>(panels));
    const Order order = site_.erp.new_order(Place::electronics);
    site_.erp.state(order, "released", planned, moment(site_.week, 0, k_issued_s));
    for (const LotAmount& input : asics_.take(size * k_asics_per_board)) {
      site_.erp.move("issue", input, {Place::raw_store, Place::electronics}, moment(site_.week, 0, k_issued_s));
      site_.erp.backflush(order, input, {at, at + 2 * k_hour_s});
    }
    site_.erp.produce_serials(order, {Item::board, board_made_ + 1}, static_cast<std::uint32_t>(size),
                              at + 2 * k_hour_s);
    site_.erp.state(order, "completed", planned, at + 2 * k_hour_s);
    board_made_ += static_cast<std::uint32_t>(size);
    site_.story.backflushed_order = order.number;
  }
}

void Materials::make_week(std::int64_t devices) {
  parts_carried_ += devices;
  const std::int64_t size = site_.scale.run_size;
  auto runs = static_cast<std::size_t>(parts_carried_ / size);
  parts_carried_ %= size;
  if (site_.week == k_reserve_week && runs == 0) runs = 1;
  for (std::size_t run = 0; run < runs; ++run) cut_and_machine(run, runs);
  finish_housings();
  send_housings();

  std::int64_t housings = 0;
  for (const HousingLot& ready : ready_) housings += ready.lot.on_hand;
  if (reservoirs_.on_hand() < housings) mould(housings - reservoirs_.on_hand());
  const std::int64_t boards = board_made_ - board_used_;
  if (boards < housings) make_boards(housings - boards);
}

}  // namespace lotledger::cli::demo
