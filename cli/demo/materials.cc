// cli/demo/materials.cc - receipts and part making. Quantities close: nothing is used that was not received or made.
#include "cli/demo/materials.h"

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

constexpr std::string_view k_transformation = "TransformationEvent";
constexpr std::string_view k_object = "ObjectEvent";

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

void Materials::receive_lot(Lot lot, std::int64_t minute) {
  const Document order{"po", "PO-", ++purchase_order_};
  const LotAmount amount{lot.item, std::move(lot.text), lot.on_hand};
  Event event{site_.box(System::receipts), k_object, moment(site_.week, 0, 6 * k_hour_s + (minute % 100) * k_minute_s)};
  event.action(Action::observe).amounts("quantityList", {&amount, 1}).step("receiving", "in_progress");
  event.place(Place::goods_in, Place::raw_store).documents({&order, 1});
  event.done();
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
    receive_lot(std::move(lot), receipts_today_++);
  }
}

void Materials::receive_stock(LotStock& stock, Supplier& supplier, Lot lot, std::int64_t need) {
  bool twin = supplier.twin_in_week == site_.week;
  while (twin || stock.on_hand() < need) {
    lot.text = next_lot_text(supplier);
    if (twin) supplier.twin_in_week = -1;
    twin = false;
    stock.add(lot);
    receive_lot(lot, receipts_today_++);
  }
}

void Materials::receive_batteries(std::int64_t need) {
  const std::int64_t box = std::clamp<std::int64_t>(site_.scale.weekly_devices, 10, k_box_max);
  while (battery_received_ - battery_used_ < need) {
    std::vector<Piece> pieces;
    pieces.reserve(static_cast<std::size_t>(box));
    for (std::int64_t i = 0; i < box; ++i) pieces.push_back({Item::battery, ++battery_received_});
    const Document order{"po", "PO-", ++purchase_order_};
    Event event{site_.box(System::receipts), k_object,
                moment(site_.week, 0, 6 * k_hour_s + (receipts_today_++ % 100) * k_minute_s)};
    event.action(Action::observe).pieces("epcList", pieces).step("receiving", "in_progress");
    event.place(Place::goods_in, Place::raw_store).documents({&order, 1});
    event.done();
  }
}

void Materials::receive_week() {
  receipts_today_ = 0;
  const Scale& scale = site_.scale;
  const std::int64_t lot = scale.runs_per_bar_lot * scale.run_size;
  const std::int64_t weekly = scale.weekly_devices * 3 / 2 + 2 * scale.run_size;
  std::int64_t housings = 0;
  for (const HousingLot& ready : ready_) housings += ready.lot.on_hand;
  receive_bars((scale.weekly_devices * 5 / 2 + 2 * scale.run_size) * k_bar_grams);
  receive_stock(polymer_, polymer_supplier_, {Item::polymer, "", lot * k_reservoir_grams * 3 / 2, k_clean},
                2 * weekly * k_reservoir_grams);
  receive_stock(asics_, asic_supplier_, {Item::asic, "", lot * k_asics_per_board * 2, k_clean},
                2 * weekly * k_asics_per_board);
  receive_stock(pouches_, pouch_supplier_, {Item::pouch, "", lot * 3, k_clean}, 3 * weekly);
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

void Materials::transform(LocalSeconds at, Place place, std::span<const LotAmount> inputs,
                          std::span<const LotAmount> outputs) {
  const Document order{"prodorder", "WO-", ++work_order_};
  Event event{site_.box(System::mes), k_transformation, at};
  event.amounts("inputQuantityList", inputs).amounts("outputQuantityList", outputs);
  event.step("creating_class_instance", "in_progress").place(place, place).documents({&order, 1});
  event.done();
}

Lot& Materials::bar_for(std::int64_t grams) {
  if (reserved_bar_.has_value() && site_.week >= k_reserve_week) return *reserved_bar_;
  while (!bars_.empty() && bars_.front().on_hand < grams) bars_.pop_front();  // Bar ends stay in the store.
  LL_ASSERT(!bars_.empty(), "bars were received for every run of the week");
  return bars_.front();
}

/// The clerk's decimal comma. What should have been written is kept for the repair.
void Materials::break_last_event() {
  Outbox& box = site_.box(System::mes);
  site_.story.repaired_event = box.last_text();
  const std::int64_t grams = site_.scale.run_size * k_bar_grams;
  std::string right;
  append_kilograms(right, grams);
  std::string wrong = right.find('.') == std::string::npos ? right + ".0" : right;
  std::ranges::replace(wrong, '.', ',');
  std::string text = site_.story.repaired_event;
  const std::string from = "\"quantity\":" + right + ",\"uom\":\"KGM\"";
  const std::size_t place = text.find(from);
  LL_ASSERT(place != std::string::npos, "the broken event weighs one run");
  text.replace(place, from.size(), "\"quantity\":\"" + wrong + "\",\"uom\":\"KGM\"");
  box.replace_last(text);
  box.mark_last();
  site_.story.broken_file = site_.file(System::mes);
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
  bar.on_hand -= input.amount;
  const Document order{"prodorder", "WO-", ++work_order_};
  Event event{site_.box(System::mes), k_transformation, at};
  event.amounts("inputQuantityList", {&input, 1}).amounts("outputQuantityList", {&output, 1});
  event.step("creating_class_instance", "in_progress").place(Place::machining, Place::machining).documents({&order, 1});
  if (hidden) site_.story.broken_event_id = event.id();
  event.done();
  if (hidden) break_last_event();
  site_.truth.add_lot({lot_ref(blanks.item, blanks.text), blanks.taint, {at, site_.file(System::mes)}});

  if (bad && bad_runs_ == site_.scale.runs_per_bar_lot - 1) {
    reserved_bar_ = bar;  // Kept aside for the end of the year.
    bars_.pop_front();
  } else if (bad && bad_runs_ == site_.scale.runs_per_bar_lot) {
    reserved_bar_.reset();
  }
  return blanks;
}

/// Machines all blanks of a run; one run in four is reported in two steps that share a transformation id.
HousingLot Materials::machine(const Lot& blanks, LocalSeconds at) {
  Lot housings{Item::housing, "H" + blanks.text.substr(1), blanks.on_hand, blanks.taint};
  const LotAmount input{blanks.item, blanks.text, blanks.on_hand};
  const LotAmount output{housings.item, housings.text, housings.on_hand};
  const LocalSeconds finished_at = at + 5 * k_hour_s;
  if (site_.random.one_in(4)) {
    const std::string operation =
        fmt::format("urn:epcglobal:cbv:xform:{}:OP-{}", gln(k_own_prefix, "00000"), ++work_order_);
    Event start{site_.box(System::mes), k_transformation, at};
    start.text("transformationID", operation).amounts("inputQuantityList", {&input, 1});
    start.step("creating_class_instance", "in_progress").place(Place::machining, Place::machining).done();
    Event end{site_.box(System::mes), k_transformation, finished_at};
    end.text("transformationID", operation).amounts("outputQuantityList", {&output, 1});
    end.step("creating_class_instance", "in_progress").place(Place::machining, Place::machining).done();
  } else {
    transform(finished_at, Place::machining, {&input, 1}, {&output, 1});
  }
  site_.truth.add_lot({lot_ref(housings.item, housings.text), housings.taint, {finished_at, site_.file(System::mes)}});
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
  const LotAmount amount{lot.item, lot.text, scrapped};
  Event event{site_.box(System::mes), k_object, at};
  event.action(Action::remove).amounts("quantityList", {&amount, 1}).step("destroying", "destroyed");
  event.place(Place::machining, Place::machining).done();
}

/// A deburring loop: part of the lot goes back to the machine and comes out as the same lot.
void Materials::rework(const Lot& lot, LocalSeconds at) {
  const LotAmount part{lot.item, lot.text, (lot.on_hand + 1) / 2};
  transform(at, Place::machining, {&part, 1}, {&part, 1});
}

Lot Materials::split(Lot& lot, LocalSeconds at) {
  const LotAmount whole{lot.item, lot.text, lot.on_hand};
  Lot second{lot.item, lot.text + "-B", lot.on_hand / 2, lot.taint};
  lot.text += "-A";
  lot.on_hand -= second.on_hand;
  const std::array parts{LotAmount{lot.item, lot.text, lot.on_hand},
                         LotAmount{second.item, second.text, second.on_hand}};
  transform(at, Place::machining, {&whole, 1}, parts);
  for (const Lot* part : {&lot, &second}) {
    site_.truth.add_lot({lot_ref(part->item, part->text), part->taint, {at, site_.file(System::mes)}});
  }
  return second;
}

Lot Materials::merge(const Lot& first, const Lot& second, LocalSeconds at) {
  Lot merged{Item::housing, fmt::format("HM26-{:03}", ++merged_lot_), first.on_hand + second.on_hand,
             static_cast<Taint>(first.taint | second.taint)};
  const std::array parts{LotAmount{first.item, first.text, first.on_hand},
                         LotAmount{second.item, second.text, second.on_hand}};
  const LotAmount whole{merged.item, merged.text, merged.on_hand};
  transform(at, Place::machining, parts, {&whole, 1});
  site_.truth.add_lot({lot_ref(merged.item, merged.text), merged.taint, {at, site_.file(System::mes)}});
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

void Materials::mould(std::int64_t pieces) {
  const std::int64_t lots = (pieces + k_mould_lot_max - 1) / k_mould_lot_max;
  for (std::int64_t i = 0; i < lots; ++i) {
    const std::int64_t size = std::min(k_mould_lot_max, pieces - i * k_mould_lot_max);
    Lot lot{Item::reservoir, fmt::format("R26-{:04}", ++own_lot_), size, k_clean};
    const std::vector<LotAmount> inputs = polymer_.take(size * k_reservoir_grams);
    const LotAmount output{lot.item, lot.text, size};
    transform(spread({site_.week, 0, 3}, static_cast<std::size_t>(i), static_cast<std::size_t>(lots)), Place::moulding,
              inputs, {&output, 1});
    reservoirs_.add(std::move(lot));
  }
}

void Materials::make_boards(std::int64_t pieces) {
  const std::int64_t panels = (pieces + k_panel_max - 1) / k_panel_max;
  for (std::int64_t i = 0; i < panels; ++i) {
    const std::int64_t size = std::min(k_panel_max, pieces - i * k_panel_max);
    const std::vector<LotAmount> inputs = asics_.take(size * k_asics_per_board);
    std::vector<Piece> boards;
    boards.reserve(static_cast<std::size_t>(size));
    for (std::int64_t k = 0; k < size; ++k) boards.push_back({Item::board, ++board_made_});
    Event event{site_.box(System::mes), k_transformation,
                spread({site_.week, 0, 3}, static_cast<std::size_t>(i), static_cast<std::size_t>(panels))};
    event.amounts("inputQuantityList", inputs).pieces("outputEPCList", boards);
    event.step("commissioning", "active").place(Place::electronics, Place::electronics).done();
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

  std::int64_t housings = 0;
  for (const HousingLot& ready : ready_) housings += ready.lot.on_hand;
  if (reservoirs_.on_hand() < housings) mould(housings - reservoirs_.on_hand());
  const std::int64_t boards = board_made_ - board_used_;
  if (boards < housings) make_boards(housings - boards);
}

}  // namespace lotledger::cli::demo
