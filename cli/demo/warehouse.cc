// cli/demo/warehouse.cc - packing on Thursday and Friday, shipping from Tuesday to Friday; incidents fall on Mondays.
#include "cli/demo/warehouse.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

constexpr std::size_t k_cases_of_a_pallet = 6;
constexpr std::size_t k_counted_together = 6;
constexpr std::uint32_t k_returned_one_in = 250;
constexpr int k_weeks_until_return = 4;
constexpr int k_weeks_until_destroyed = 2;
constexpr int k_weeks_until_withdrawn = 2;
constexpr int k_weeks_until_onward = 1;

// Customers that the story keeps for one incident each; otherwise they get clean devices only.
constexpr std::size_t k_only_hidden = 18;    ///< Gets affected devices only through the broken event.
constexpr std::size_t k_only_voided = 27;    ///< Its affected shipment was voided.
constexpr std::size_t k_only_wrong = 5;      ///< Its affected shipment was a wrong report.
constexpr std::size_t k_only_on_paper = 36;  ///< Its affected shipment became known late.
constexpr std::array k_reserved{k_only_hidden, k_only_voided, k_only_wrong, k_only_on_paper};
constexpr std::size_t k_reserved_every = 9;

/// These hospitals own what a distributor's warehouse keeps for them.
constexpr std::size_t k_served_by_warehouse = 3;
constexpr std::size_t k_serving_distributor = 10;

/// This distributor reports what it sends on, to these hospitals; the others never do.
constexpr std::size_t k_reporting_distributor = 22;
constexpr std::array<std::size_t, 3> k_onward_hospitals{16, 19, 20};

void append_party_item(std::string& to, std::string_view kind, std::string_view role, std::string_view id) {
  if (to.back() != '[') to += ',';
  to += fmt::format(R"({{"type":"{}","{}":"{}"}})", role, kind, id);
}

std::string sources() {
  std::string text = "[";
  append_party_item(text, "source", "owning_party", pgln_urn(plant()));
  append_party_item(text, "source", "possessing_party", pgln_urn(plant()));
  append_party_item(text, "source", "location", sgln_of(Place::dock));
  return text + ']';
}

std::string party_id(const Party& party) {
  return party.country == "BR" ? "https://id.gs1.org/417/" + party_gln(party) : pgln_urn(party);
}

/// Own consignment stays the maker's property, so no owner is named there.
std::string destinations(std::size_t customer) {
  const Party& owner = customers()[customer];
  const Party& holder = customer < k_served_by_warehouse ? customers()[k_serving_distributor] : owner;
  std::string text = "[";
  if (owner.role != "own consignment") append_party_item(text, "destination", "owning_party", party_id(owner));
  append_party_item(text, "destination", "possessing_party", party_id(holder));
  append_party_item(text, "destination", "location", place_urn(holder));
  return text + ']';
}

Taint taint_of(const std::vector<Case>& cases) {
  Taint taint = k_clean;
  for (const Case& one : cases) taint = static_cast<Taint>(taint | one.taint);
  return taint;
}

std::vector<Sscc> numbers_of(const std::vector<Case>& cases) {
  std::vector<Sscc> numbers;
  numbers.reserve(cases.size());
  for (const Case& one : cases) numbers.push_back(one.sscc);
  return numbers;
}

std::vector<Piece> pieces_of(const Case& packed) {
  std::vector<Piece> pieces;
  pieces.reserve(packed.devices.size());
  for (const Device& device : packed.devices) pieces.push_back(device.piece);
  return pieces;
}

}  // namespace

Warehouse::Warehouse(Site& site) : site_(site), rotation_(customers().size()) {
  std::iota(rotation_.begin(), rotation_.end(), std::size_t{0});
  std::erase_if(rotation_,
                [](std::size_t customer) { return std::ranges::find(k_reserved, customer) != k_reserved.end(); });
  for (std::size_t i = rotation_.size() - 1; i > 0; --i) {
    std::swap(rotation_[i], rotation_[site_.random.below(static_cast<std::uint32_t>(i + 1))]);
  }
}

void Warehouse::pack(const Case& packed, LocalSeconds at) {
  Event event{site_.box(System::wms), k_aggregation, at};
  event.action(Action::add)
      .parent(packed.sscc)
      .pieces("childEPCs", pieces_of(packed))
      .step("packing", "container_closed");
  event.place(Place::packing, Place::finished_goods).done();
}

void Warehouse::pack_week(const std::vector<Batch>& batches) {
  std::vector<Case> packed;
  for (const Batch& batch : batches) {
    for (std::size_t i = 0; i < batch.devices.size(); ++i) {
      if (i % site_.scale.case_capacity == 0) packed.push_back({next_sscc(), {}, batch.taint});
      packed.back().devices.push_back(batch.devices[i]);
    }
  }
  for (std::size_t i = 0; i < packed.size(); ++i) {
    pack(packed[i], spread({site_.week, 3, 2}, i, packed.size()));
    devices_in_stock_ += packed[i].devices.size();
    stock_.push_back(std::move(packed[i]));
  }
}

Case Warehouse::take_at(std::size_t index) {
  Case taken = std::move(stock_[index]);
  stock_.erase(stock_.begin() + static_cast<std::ptrdiff_t>(index));
  devices_in_stock_ -= taken.devices.size();
  return taken;
}

std::vector<Case> Warehouse::take_front(std::size_t devices) {
  std::vector<Case> cases;
  for (std::size_t taken = 0; taken < devices && !stock_.empty();) {
    cases.push_back(take_at(0));
    taken += cases.back().devices.size();
  }
  return cases;
}

std::size_t Warehouse::find_case(Taint taint, std::size_t from) const {
  for (std::size_t i = from; i < stock_.size(); ++i) {
    if (stock_[i].taint == taint) return i;
  }
  return k_no_unit;
}

void Warehouse::shipping_event(Outbox& box, std::size_t customer, std::span<const Sscc> units, LocalSeconds at) {
  const std::array documents{Document{"desadv", "DN-", ++delivery_}, Document{"inv", "INV-", ++invoice_}};
  Event event{box, k_object, at};
  event.action(Action::observe).ssccs("epcList", units).step("shipping", "in_transit").place(Place::dock, Place::dock);
  event.documents(documents).raw("sourceList", sources()).raw("destinationList", destinations(customer)).done();
}

std::vector<std::size_t> Warehouse::record_shipment(const Shipment& shipment, std::size_t file) {
  std::vector<std::size_t> recorded;
  for (const Case& one : shipment.cases) {
    for (const Device& device : one.devices) {
      recorded.push_back(site_.truth.ship({device.truth, shipment.customer, {shipment.at, file}}));
    }
  }
  return recorded;
}

void Warehouse::void_a_shipment() {
  const std::size_t index = find_case(k_visible);
  if (voided_ || index == k_no_unit) return;
  voided_ = true;
  const LocalSeconds at = moment(site_.week, 0, 9 * k_hour_s);
  const LocalSeconds voided_at = at + 6 * k_hour_s;
  const Shipment shipment{k_only_voided, {stock_[index]}, at};
  const Sscc number = stock_[index].sscc;
  shipping_event(site_.box(System::shipping), k_only_voided, {&number, 1}, at);
  const std::array documents{Document{"desadv", "DN-", delivery_}};
  Event event{site_.box(System::shipping), k_object, voided_at};
  event.action(Action::observe).ssccs("epcList", {&number, 1}).step("void_shipping", "available");
  event.place(Place::dock, Place::finished_goods).documents(documents).done();
  for (const std::size_t recorded : record_shipment(shipment, site_.file(System::shipping))) {
    site_.truth.void_shipment(recorded, voided_at, site_.file(System::shipping));
  }
}

/// A scanner at the dock reports a case that never left; two weeks later the report is taken back.
void Warehouse::report_a_wrong_shipment() {
  const std::size_t first = find_case(k_visible);
  const std::size_t index = first == k_no_unit ? k_no_unit : find_case(k_visible, first + 1);
  if (misreported_ || index == k_no_unit) return;
  misreported_ = true;
  const LocalSeconds at = moment(site_.week, 0, 10 * k_hour_s);
  const Shipment shipment{k_only_wrong, {stock_[index]}, at};
  const Sscc number = stock_[index].sscc;
  shipping_event(site_.box(System::shipping), k_only_wrong, {&number, 1}, at);
  withdrawals_.push_back({site_.week + k_weeks_until_withdrawn, at,
                          std::string{site_.box(System::shipping).last_text()},
                          record_shipment(shipment, site_.file(System::shipping))});
}

void Warehouse::withdraw_wrong_reports() {
  for (Withdrawal& wrong : std::exchange(withdrawals_, {})) {
    if (wrong.week > site_.week) {
      withdrawals_.push_back(std::move(wrong));
      continue;
    }
    Outbox& box = site_.box(System::shipping);
    box.send_text(wrong.at, withdrawal_of(wrong.event, moment(site_.week, 0, 8 * k_hour_s), ""));
    for (const std::size_t shipment : wrong.shipments)
      site_.truth.withdraw_shipment(shipment, site_.file(System::shipping));
  }
}

/// Two cases of different batches are opened and packed anew, mixed.
void Warehouse::repack_a_case() {
  if (site_.story.repacked || find_case(k_visible) == k_no_unit || find_case(k_clean) == k_no_unit) return;
  site_.story.repacked = true;
  const Case affected = take_at(find_case(k_visible));
  const Case clean = take_at(find_case(k_clean));
  const LocalSeconds at = moment(site_.week, 0, 7 * k_hour_s);
  Event all_out{site_.box(System::wms), k_aggregation, at};
  all_out.action(Action::remove).parent(affected.sscc).step("unpacking", "container_open");
  all_out.place(Place::packing, Place::packing).done();
  Event listed_out{site_.box(System::wms), k_aggregation, at + 5 * k_minute_s};
  listed_out.action(Action::remove).parent(clean.sscc).pieces("childEPCs", pieces_of(clean));
  listed_out.step("unpacking", "container_open").place(Place::packing, Place::packing).done();

  std::array mixed{Case{next_sscc(), {}, k_visible}, Case{next_sscc(), {}, k_visible}};
  std::size_t turn = 0;
  for (const Case* old : {&affected, &clean}) {
    for (const Device& device : old->devices) mixed[turn++ % mixed.size()].devices.push_back(device);
  }
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    if (mixed[i].devices.empty()) continue;
    pack(mixed[i], at + static_cast<LocalSeconds>(i + 2) * 10 * k_minute_s);
    devices_in_stock_ += mixed[i].devices.size();
    stock_.push_front(mixed[i]);
  }
}

/// One delivery was written down on paper while the network was down; its event is imported months later.
void Warehouse::ship_on_paper() {
  const std::size_t index = find_case(k_visible);
  if (shipped_on_paper_ || site_.story.first_affected_shipment_week < 0 || index == k_no_unit) return;
  shipped_on_paper_ = true;
  Shipment shipment{k_only_on_paper, {}, moment(site_.week, 2, 15 * k_hour_s)};
  shipment.cases.push_back(take_at(index));
  shipping_event(site_.late_box(), k_only_on_paper, numbers_of(shipment.cases), shipment.at);
  record_shipment(shipment, k_late_file);
  for (const Device& device : shipment.cases.front().devices) site_.truth.move(device.truth, Whereabouts::customer);
}

void Warehouse::ship_hidden_devices(std::vector<Shipment>& plan) {
  if (shipped_hidden_ || find_case(k_hidden) == k_no_unit) return;
  shipped_hidden_ = true;
  Shipment shipment{k_only_hidden, {}, 0};
  std::int64_t devices = 0;
  while (devices < site_.scale.shipment_devices && find_case(k_hidden) != k_no_unit) {
    shipment.cases.push_back(take_at(find_case(k_hidden)));
    devices += static_cast<std::int64_t>(shipment.cases.back().devices.size());
  }
  plan.push_back(std::move(shipment));
}

std::size_t Warehouse::next_customer(const std::vector<Case>& cases) {
  if (++shipments_ % k_reserved_every == 0 && taint_of(cases) == k_clean) {
    return k_reserved[next_reserved_++ % k_reserved.size()];
  }
  return rotation_[next_in_rotation_++ % rotation_.size()];
}

void Warehouse::plan_regular(std::vector<Shipment>& plan) {
  const auto size = static_cast<std::size_t>(site_.scale.shipment_devices);
  const std::size_t safety =
      std::max(static_cast<std::size_t>(site_.scale.weekly_devices) * 2 / 5, 2 * site_.scale.case_capacity);
  while (devices_in_stock_ >= safety + size) {
    Shipment shipment{0, take_front(size), 0};
    shipment.customer = next_customer(shipment.cases);
    plan.push_back(std::move(shipment));
  }
}

void Warehouse::build_pallet(const Shipment& shipment, Sscc pallet) {
  Event event{site_.box(System::wms), k_aggregation, shipment.at - k_hour_s};
  event.action(Action::add)
      .parent(pallet)
      .ssccs("childEPCs", numbers_of(shipment.cases))
      .step("packing", "container_closed");
  event.place(Place::dock, Place::dock).done();
}

void Warehouse::dispatch(Shipment& shipment) {
  std::vector<Sscc> units = numbers_of(shipment.cases);
  if (units.size() >= k_cases_of_a_pallet) {
    units = {next_sscc()};
    build_pallet(shipment, units.front());
  }
  shipping_event(site_.box(System::shipping), shipment.customer, units, shipment.at);
  record_shipment(shipment, site_.file(System::shipping));
  for (const Case& one : shipment.cases) {
    for (const Device& device : one.devices) site_.truth.move(device.truth, Whereabouts::customer);
  }
  if (shipment.customer == k_reporting_distributor) {
    onward_.push_back({site_.week + k_weeks_until_onward, shipment, std::move(units)});
  } else {
    plan_returns(shipment);
  }
}

/// The distributor's own events: what it got last week goes on to one of its hospitals.
void Warehouse::send_onward() {
  for (Onward& onward : std::exchange(onward_, {})) {
    if (onward.week > site_.week) {
      onward_.push_back(std::move(onward));
      continue;
    }
    const Party& distributor = customers()[k_reporting_distributor];
    onward.shipment.customer = k_onward_hospitals[next_onward_++ % k_onward_hospitals.size()];
    onward.shipment.at += 6 * k_day_s;
    std::string source = "[";
    append_party_item(source, "source", "possessing_party", pgln_urn(distributor));
    std::string destination = "[";
    append_party_item(destination, "destination", "owning_party", pgln_urn(customers()[onward.shipment.customer]));
    append_party_item(destination, "destination", "possessing_party", pgln_urn(customers()[onward.shipment.customer]));
    Event event{site_.box(System::distributor), k_object, onward.shipment.at};
    event.action(Action::observe).ssccs("epcList", onward.units).step("shipping", "in_transit");
    event.raw("readPoint", R"({"id":")" + place_urn(distributor) + "\"}");
    event.raw("sourceList", source + ']').raw("destinationList", destination + ']').done();
    record_shipment(onward.shipment, site_.file(System::distributor));
  }
}

/// The laboratory stops the lot of `device` a day after it left.
void Warehouse::hold_too_late(const Device& device, LocalSeconds shipped_at) {
  site_.story.late_hold_lot = lot_ref(device.piece.item, device.lot);
  site_.erp.hold(device.piece.item, device.lot, {"NC-2026-031", "leak test out of limits"}, shipped_at + k_day_s);
}

/// Some devices come back; the first affected one always does, and stays in quarantine.
void Warehouse::plan_returns(const Shipment& shipment) {
  StoryFacts& story = site_.story;
  for (const Case& one : shipment.cases) {
    for (const Device& device : one.devices) {
      const bool affected = one.taint == k_visible && device.truth != k_no_unit && device.truth != story.wrong_assembly;
      if (affected && story.first_affected_shipment_week < 0) story.first_affected_shipment_week = site_.week;
      if (affected && story.returned == k_no_unit) {
        story.returned = device.truth;
        returns_.push_back({site_.week + k_weeks_until_return, shipment.customer, device});
      } else if (affected && !story.sample_device.has_value()) {
        story.sample_device = device.piece;
        hold_too_late(device, shipment.at);
      } else if (site_.random.one_in(k_returned_one_in)) {
        returns_.push_back({site_.week + k_weeks_until_return, shipment.customer, device});
      }
    }
  }
}

void Warehouse::take_back(const Return& item, LocalSeconds at) {
  site_.erp.take_back(item.device.piece, customers()[item.customer], fmt::format("RMA-{}", ++rma_), at);
  site_.truth.move(item.device.truth, Whereabouts::returned);
  // What the story sends back is kept as evidence; of the rest every other piece is destroyed after examination.
  if (item.device.truth == k_no_unit && site_.random.one_in(2)) {
    returns_.push_back({site_.week + k_weeks_until_destroyed, item.customer, item.device, true});
  }
}

void Warehouse::take_returns() {
  const std::vector<Return> all = std::exchange(returns_, {});
  std::vector<Return> due;
  for (const Return& item : all) (item.week <= site_.week ? due : returns_).push_back(item);
  for (std::size_t i = 0; i < due.size(); ++i) {
    const LocalSeconds at = spread({site_.week, 1, 3}, i, due.size());
    if (!due[i].destroy) {
      take_back(due[i], at);
      continue;
    }
    Event event{site_.box(System::wms), k_object, at};
    event.action(Action::remove).pieces("epcList", {&due[i].device.piece, 1}).step("destroying", "destroyed");
    event.place(Place::quarantine, Place::quarantine).done();
  }
}

void Warehouse::ship_week() {
  withdraw_wrong_reports();
  send_onward();
  repack_a_case();
  void_a_shipment();
  report_a_wrong_shipment();
  ship_on_paper();
  std::vector<Shipment> plan;
  ship_hidden_devices(plan);
  plan_regular(plan);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    plan[i].at = spread({site_.week, 1, 4}, i, plan.size()) + k_hour_s;
    dispatch(plan[i]);
  }
  take_returns();
}

void Warehouse::count_stock(std::uint64_t events) {
  if (stock_.empty()) return;
  for (std::uint64_t i = 0; i < events; ++i) {
    std::vector<Sscc> counted;
    for (std::size_t k = 0; k < std::min(k_counted_together, stock_.size()); ++k) {
      counted.push_back(stock_[next_counted_++ % stock_.size()].sscc);
    }
    Event event{site_.box(System::wms), k_object, spread({site_.week, 5, 1}, i, events)};
    event.action(Action::observe).ssccs("epcList", counted).step("cycle_counting", "sellable_not_accessible");
    event.place(Place::finished_goods, Place::finished_goods).done();
  }
}

}  // namespace lotledger::cli::demo
