// cli/demo/truth.h - what the generator itself knows about the story's bad lot: which units hold it, who got them, and
// from which file and instant on that can be known. It is kept beside the events, never read back from them.
#pragma once

#include "cli/demo/calendar.h"
#include "cli/demo/catalogue.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace lotledger::cli::demo {

/// Which way the bad bar reached a unit; both bits where ways merge.
using Taint = std::uint8_t;
inline constexpr Taint k_clean = 0;
inline constexpr Taint k_visible = 1;  ///< Through events that are in order.
inline constexpr Taint k_hidden = 2;   ///< Only through the event that is broken.

inline constexpr std::size_t k_no_file = std::numeric_limits<std::size_t>::max();
inline constexpr std::size_t k_no_unit = std::numeric_limits<std::size_t>::max();
inline constexpr LocalSeconds k_never = std::numeric_limits<LocalSeconds>::max();

/// A fact: it happened at `at` and stands in file number `file` of the import order; file `withdrawn_in` takes it back.
struct Known {
  LocalSeconds at = 0;
  std::size_t file = 0;
  std::size_t withdrawn_in = k_no_file;
};

enum class Whereabouts : std::uint8_t { plant, customer, returned, destroyed };

struct AffectedDevice {
  Piece piece;
  Taint taint = k_clean;
  Known assembled;
  Whereabouts now = Whereabouts::plant;
};
struct AffectedLot {
  std::string ref;
  Taint taint = k_clean;
  Known made;
};
struct AffectedShipment {
  std::size_t device = 0;
  std::size_t customer = 0;
  Known shipped;
  LocalSeconds voided_at = k_never;
  std::size_t voided_in = k_no_file;
};

/// What an asker may look at: the first `files` files, what had happened by `as_of`, and the broken event repaired or
/// not.
struct View {
  std::size_t files = k_no_file;
  LocalSeconds as_of = k_never;
  bool repaired = false;
};
struct ConsigneeCount {
  std::size_t customer = 0;
  std::size_t devices = 0;
};
struct ScopeCount {
  std::size_t devices = 0;
  std::size_t lots = 0;  ///< Lots made from the bad lot, itself not counted.
  std::size_t in_plant = 0, at_customers = 0, returned = 0, destroyed = 0;  ///< Where the devices are at the end.
  std::vector<ConsigneeCount> consignees;                                   ///< In order of customer number.
};

class Truth {
 public:
  /// Number of the device for later calls; k_no_unit for a clean one, which is not kept.
  std::size_t add_device(const AffectedDevice& device);
  void add_lot(AffectedLot lot);
  /// All of these ignore k_no_unit.
  std::size_t ship(const AffectedShipment& shipment);
  void void_shipment(std::size_t shipment, LocalSeconds at, std::size_t file);
  void withdraw_shipment(std::size_t shipment, std::size_t file);
  void withdraw_assembly(std::size_t device, std::size_t file);
  void move(std::size_t device, Whereabouts now);

  [[nodiscard]] ScopeCount scope(const View& view) const;
  [[nodiscard]] const std::vector<AffectedDevice>& devices() const { return devices_; }
  [[nodiscard]] const std::vector<AffectedShipment>& shipments() const { return shipments_; }

 private:
  std::vector<AffectedDevice> devices_;
  std::vector<AffectedLot> lots_;
  std::vector<AffectedShipment> shipments_;
};

}  // namespace lotledger::cli::demo
