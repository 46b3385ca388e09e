// cli/demo/truth.cc - counting of what the generator knows.
#include "cli/demo/truth.h"

#include <algorithm>
#include <set>
#include <utility>

namespace lotledger::cli::demo {
namespace {

bool in_view(const Known& fact, const View& view) {
  return fact.file < view.files && fact.at <= view.as_of &&
         (fact.withdrawn_in == k_no_file || fact.withdrawn_in >= view.files);
}

bool reached(Taint taint, const View& view) {
  return (taint & k_visible) != 0 || (view.repaired && taint != k_clean);
}

bool voided(const AffectedShipment& shipment, const View& view) {
  return shipment.voided_in < view.files && shipment.voided_at <= view.as_of;
}

void count_place(ScopeCount& count, Whereabouts now) {
  switch (now) {
    case Whereabouts::plant: ++count.in_plant; return;
    case Whereabouts::customer: ++count.at_customers; return;
    case Whereabouts::returned: ++count.returned; return;
    case Whereabouts::destroyed: ++count.destroyed; return;
  }
}

}  // namespace

std::size_t Truth::add_device(const AffectedDevice& device) {
  if (device.taint == k_clean) return k_no_unit;
  devices_.push_back(device);
  return devices_.size() - 1;
}

void Truth::add_lot(AffectedLot lot) {
  if (lot.taint != k_clean) lots_.push_back(std::move(lot));
}

std::size_t Truth::ship(const AffectedShipment& shipment) {
  if (shipment.device == k_no_unit) return k_no_unit;
  shipments_.push_back(shipment);
  return shipments_.size() - 1;
}

void Truth::void_shipment(std::size_t shipment, LocalSeconds at, std::size_t file) {
  if (shipment == k_no_unit) return;
  shipments_[shipment].voided_at = at;
  shipments_[shipment].voided_in = file;
}

void Truth::withdraw_shipment(std::size_t shipment, std::size_t file) {
  if (shipment != k_no_unit) shipments_[shipment].shipped.withdrawn_in = file;
}

void Truth::withdraw_assembly(std::size_t device, std::size_t file) {
  if (device != k_no_unit) devices_[device].assembled.withdrawn_in = file;
}

void Truth::move(std::size_t device, Whereabouts now) {
  if (device != k_no_unit) devices_[device].now = now;
}

ScopeCount Truth::scope(const View& view) const {
  ScopeCount count;
  std::vector<bool> affected(devices_.size());
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    affected[i] = in_view(devices_[i].assembled, view) && reached(devices_[i].taint, view);
    if (!affected[i]) continue;
    ++count.devices;
    count_place(count, devices_[i].now);
  }
  count.lots = static_cast<std::size_t>(std::ranges::count_if(
      lots_, [&](const AffectedLot& lot) { return in_view(lot.made, view) && reached(lot.taint, view); }));

  std::set<std::pair<std::size_t, std::size_t>> delivered;
  for (const AffectedShipment& shipment : shipments_) {
    if (affected[shipment.device] && in_view(shipment.shipped, view) && !voided(shipment, view)) {
      delivered.emplace(shipment.customer, shipment.device);
    }
  }
  for (const auto& [customer, device] : delivered) {
    if (count.consignees.empty() || count.consignees.back().customer != customer)
      count.consignees.push_back({customer, 0});
    ++count.consignees.back().devices;
  }
  return count;
}

}  // namespace lotledger::cli::demo
