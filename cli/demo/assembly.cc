// cli/demo/assembly.cc - assembly Monday to Thursday, sealing and sterilisation in the week after.
#include "cli/demo/assembly.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

constexpr std::size_t k_commissioned_together = 25;
constexpr std::size_t k_load_max = 40;
constexpr LocalSeconds k_shelf_life_s = LocalSeconds{3} * 365 * k_day_s;
constexpr std::uint32_t k_repair_one_in = 80;
constexpr std::uint32_t k_scrap_one_in = 400;
/// The Core Business Vocabulary has no word for sterilisation; the pump keeps its identity, so it is no transformation.
constexpr std::string_view k_sterilising = "https://ns.lanan-medical.example/bizstep/sterilising";
constexpr std::string_view k_load = "https://ns.lanan-medical.example/btt/sterilisation-load";

}  // namespace

void Assembly::assemble_event(const Device& device, Piece board, std::span<const LotAmount> parts, LocalSeconds at) {
  const Document order{"prodorder", "WO-", order_};
  Event event{site_.box(System::mes), k_aggregation, at};
  event.action(Action::add).parent(device.piece).pieces("childEPCs", {&board, 1}).amounts("childQuantityList", parts);
  event.step("assembling", "in_progress").place(Place::assembly, Place::assembly).documents({&order, 1}).done();
}

void Assembly::install(Piece device, Piece battery, LocalSeconds at) {
  Event event{site_.box(System::mes), k_association, at};
  event.action(Action::add).parent(device).pieces("childEPCs", {&battery, 1}).step("installing", "in_progress");
  event.place(Place::assembly, Place::assembly).done();
}

void Assembly::test(Piece device, bool passed, LocalSeconds at) {
  const Document report{"testres", "TR-", ++report_};
  Event event{site_.box(System::mes), k_object, at};
  event.action(Action::observe)
      .pieces("epcList", {&device, 1})
      .step("inspecting", passed ? "conformant" : "non_conformant");
  event.place(Place::assembly, Place::assembly).documents({&report, 1}).done();
}

/// The rework loop: the device goes back, its cell is taken out and thrown away, another goes in.
void Assembly::replace_battery(Piece device, Piece old, LocalSeconds at) {
  Outbox& box = site_.box(System::mes);
  Event removed{box, k_association, at};
  removed.action(Action::remove).parent(device).pieces("childEPCs", {&old, 1}).step("removing", "needs_replacement");
  removed.place(Place::assembly, Place::assembly).done();
  Event thrown{box, k_object, at + k_minute_s};
  thrown.action(Action::remove).pieces("epcList", {&old, 1}).step("decommissioning", "inactive");
  thrown.place(Place::assembly, Place::assembly).done();
  install(device, materials_.take_battery(), at + 2 * k_minute_s);
  test(device, true, at + 10 * k_minute_s);
}

void Assembly::scrap(const Device& device, LocalSeconds at) {
  Event event{site_.box(System::mes), k_object, at};
  event.action(Action::remove).pieces("epcList", {&device.piece, 1}).step("destroying", "destroyed");
  event.place(Place::assembly, Place::quarantine).done();
  site_.truth.move(device.truth, Whereabouts::destroyed);
}

void Assembly::commission(const Batch& batch, std::size_t first, LocalSeconds at) {
  const std::size_t count = std::min(k_commissioned_together, batch.devices.size() - first);
  std::vector<Piece> pieces;
  for (std::size_t i = first; i < first + count; ++i) pieces.push_back(batch.devices[i].piece);
  std::string ilmd = R"({"cbvmda:lotNumber":")" + batch.lot + R"(","cbvmda:itemExpirationDate":")";
  append_date(ilmd, week_start(site_.week) + k_shelf_life_s);
  ilmd += "\"}";
  const Document order{"prodorder", "WO-", order_};
  Event event{site_.box(System::mes), k_object, at};
  event.action(Action::add).pieces("epcList", pieces).step("commissioning", "active");
  event.place(Place::assembly, Place::assembly).documents({&order, 1}).raw("ilmd", ilmd).done();
}

/// Builds one device and returns its cell. One device is booked with the housing lot of the batch before by mistake.
Piece Assembly::build(Device& device, const HousingLot& housings, LocalSeconds at) {
  const LotAmount housing{housings.lot.item, housings.lot.text, 1};
  const LotAmount reservoir = materials_.take_reservoir();
  const Piece board = materials_.take_board();
  const Known known{at, site_.file(System::mes)};
  const bool mistaken = housings.lot.taint == k_clean && !bad_housing_lot_.empty();
  if (mistaken) {
    const LotAmount wrong{housing.item, std::exchange(bad_housing_lot_, {}), 1};
    assemble_event(device, board, std::array{wrong, reservoir}, at);
    device.truth = site_.truth.add_device({device.piece, k_visible, known});
    site_.story.wrong_assembly = device.truth;
    corrections_.push_back({at, std::string{site_.box(System::mes).last_text()}, device, housing, reservoir, board});
    // The stock is booked as it will be told rightly.
  } else {
    assemble_event(device, board, std::array{housing, reservoir}, at);
    device.truth = site_.truth.add_device({device.piece, housings.lot.taint, known});
  }
  for (const LotAmount* part : {&housing, &reservoir}) site_.erp.used(*part, Place::assembly, at);
  const Piece battery = materials_.take_battery();
  install(device.piece, battery, at + 3 * k_minute_s);
  return battery;
}

void Assembly::build_batch(const HousingLot& housings, std::size_t first, std::size_t total) {
  ++order_;
  const Item pump = k_pumps[static_cast<std::size_t>(batch_number_ % 3)];
  Batch batch{fmt::format("P26-{:04}", ++batch_number_), housings.lot.taint, {}};
  const auto size = static_cast<std::size_t>(housings.lot.on_hand);
  for (std::size_t i = 0; i < size; ++i) batch.devices.push_back({{pump, ++device_number_}, k_no_unit, batch.lot});

  std::vector<Device> good;
  for (std::size_t i = 0; i < size; ++i) {
    const LocalSeconds at = spread({site_.week, 0, 4}, first + i, total);
    if (i % k_commissioned_together == 0) commission(batch, i, at - 10 * k_minute_s);
    Device device = batch.devices[i];
    materials_.set_parts_due(static_cast<std::uint32_t>(total - first - i - 1));
    const Piece battery = build(device, housings, at);
    // The first bad batch has its share of everything, however small the plant.
    const bool repaired = (housings.first_of_bad_bar && i == 0) || site_.random.one_in(k_repair_one_in);
    const bool scrapped = (housings.first_of_bad_bar && i == 1) || site_.random.one_in(k_scrap_one_in);
    if (repaired && materials_.has_spare_battery()) {
      test(device.piece, false, at + 6 * k_minute_s);
      replace_battery(device.piece, battery, at + 20 * k_minute_s);
    } else {
      test(device.piece, !scrapped, at + 6 * k_minute_s);
    }
    if (scrapped) {
      scrap(device, at + k_hour_s);
    } else {
      good.push_back(device);
    }
  }
  batch.devices = std::move(good);
  built_.push_back(std::move(batch));
}

/// Takes last week's mistake back and tells it rightly, both under the time at which it happened.
void Assembly::correct_last_week() {
  for (const Correction& wrong : std::exchange(corrections_, {})) {
    Outbox& box = site_.box(System::mes);
    Event right{box, k_aggregation, wrong.at};
    right.action(Action::add).parent(wrong.device.piece).pieces("childEPCs", {&wrong.board, 1});
    right.amounts("childQuantityList", std::array{wrong.housing, wrong.reservoir});
    right.step("assembling", "in_progress").place(Place::assembly, Place::assembly).done();
    box.send_text(wrong.at, withdrawal_of(wrong.wrong_event, moment(site_.week, 0, 9 * k_hour_s), right.id()));
    site_.truth.withdraw_assembly(wrong.device.truth, site_.file(System::mes));
  }
}

void Assembly::assemble_week() {
  correct_last_week();
  const std::vector<HousingLot> housings = materials_.take_housings();
  std::size_t total = 0;
  for (const HousingLot& lot : housings) total += static_cast<std::size_t>(lot.lot.on_hand);
  std::size_t first = 0;
  for (const HousingLot& lot : housings) {
    build_batch(lot, first, total);
    first += static_cast<std::size_t>(lot.lot.on_hand);
    if (lot.first_of_bad_bar) bad_housing_lot_ = lot.lot.text;
  }
}

void Assembly::seal(const Batch& batch, std::size_t index, LocalSeconds at) {
  const LotAmount pouch = materials_.take_pouch();
  Event event{site_.box(System::wms), k_aggregation, at};
  event.action(Action::add)
      .labelled_parent(batch.devices[index].piece, batch.lot)
      .amounts("childQuantityList", {&pouch, 1});
  event.step("assembling", "in_progress").place(Place::packing, Place::packing).done();
  site_.erp.used(pouch, Place::packing, at);
}

void Assembly::sterilise(std::span<const Piece> load, std::size_t index, std::size_t loads) {
  const Document document{k_load, "ST-", ++load_};
  Event event{site_.box(System::mes), k_object, spread({site_.week, 2, 1}, index, loads)};
  event.action(Action::observe).pieces("epcList", load).step(k_sterilising, "in_progress");
  event.place(Place::sterilisation, Place::sterilisation).documents({&document, 1}).done();
}

std::vector<Batch> Assembly::seal_week() {
  std::vector<Batch> batches = std::exchange(built_, {});
  std::vector<Piece> pieces;
  for (const Batch& batch : batches) {
    for (const Device& device : batch.devices) pieces.push_back(device.piece);
  }
  materials_.issue_pouches(static_cast<std::int64_t>(pieces.size()));
  std::size_t sealed = 0;
  for (const Batch& batch : batches) {
    for (std::size_t i = 0; i < batch.devices.size(); ++i)
      seal(batch, i, spread({site_.week, 0, 2}, sealed++, pieces.size()));
  }
  const std::size_t loads = (pieces.size() + k_load_max - 1) / k_load_max;
  for (std::size_t i = 0; i < loads; ++i) {
    const std::size_t size = std::min(k_load_max, pieces.size() - i * k_load_max);
    sterilise(std::span{pieces}.subspan(i * k_load_max, size), i, loads);
  }
  return batches;
}

}  // namespace lotledger::cli::demo
