// cli/demo/warehouse.h - cases and pallets, shipments, returns, and what goes wrong with them.
#pragma once

#include "cli/demo/parties.h"
#include "cli/demo/site.h"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace lotledger::cli::demo {

struct Case {
  Sscc sscc;
  std::vector<Device> devices;
  Taint taint = k_clean;
};

class Warehouse {
 public:
  explicit Warehouse(Site& site);

  /// Ships finished goods, first packed first, and takes returns.
  void ship_week();
  /// Packs what was sterilised this week; it can be shipped from next week on.
  void pack_week(const std::vector<Batch>& batches);
  /// Counts cases on Saturday, `events` times, or not at all where there is no stock.
  void count_stock(std::uint64_t events);

 private:
  struct Shipment {
    std::size_t customer = 0;
    std::vector<Case> cases;
    LocalSeconds at = 0;
  };
  struct Return {
    int week = 0;
    std::size_t customer = 0;
    Device device;
    bool destroy = false;  ///< Returned before, and to be destroyed now.
  };
  struct Withdrawal {
    int week = 0;
    LocalSeconds at = 0;
    std::string event;
    std::vector<std::size_t> shipments;
  };

  /// What the one distributor that reports sends on.
  struct Onward {
    int week = 0;
    Shipment shipment;
    std::vector<Sscc> units;
  };

  // The incidents of the story; each waits until the stock allows it and happens once.
  void void_a_shipment();
  void report_a_wrong_shipment();
  void withdraw_wrong_reports();
  void repack_a_case();
  void ship_on_paper();
  void ship_hidden_devices(std::vector<Shipment>& plan);

  void plan_regular(std::vector<Shipment>& plan);
  [[nodiscard]] std::size_t next_customer(const std::vector<Case>& cases);
  [[nodiscard]] std::vector<Case> take_front(std::size_t devices);
  [[nodiscard]] Case take_at(std::size_t index);
  /// Place in the stock of a case with exactly this taint, not looking before `from`; k_no_unit if there is none.
  [[nodiscard]] std::size_t find_case(Taint taint, std::size_t from = 0) const;

  void dispatch(Shipment& shipment);
  void send_onward();
  void hold_too_late(const Device& device, LocalSeconds shipped_at);
  void build_pallet(const Shipment& shipment, Sscc pallet);
  void shipping_event(Outbox& box, std::size_t customer, std::span<const Sscc> units, LocalSeconds at);
  std::vector<std::size_t> record_shipment(const Shipment& shipment, std::size_t file);
  void plan_returns(const Shipment& shipment);
  void take_returns();
  void take_back(const Return& item, LocalSeconds at);
  void pack(const Case& packed, LocalSeconds at);
  [[nodiscard]] Sscc next_sscc() { return {++sscc_}; }

  Site& site_;
  std::deque<Case> stock_;
  std::size_t devices_in_stock_ = 0;
  std::vector<std::size_t> rotation_;
  std::size_t next_in_rotation_ = 0, next_reserved_ = 0, shipments_ = 0, next_counted_ = 0;
  std::uint32_t sscc_ = 0;
  std::int64_t delivery_ = 80'000'000, invoice_ = 90'000'000, rma_ = 6'000;
  std::vector<Return> returns_;
  std::vector<Withdrawal> withdrawals_;
  std::vector<Onward> onward_;
  std::size_t next_onward_ = 0;
  bool voided_ = false, misreported_ = false, shipped_hidden_ = false, shipped_on_paper_ = false;
};

}  // namespace lotledger::cli::demo
