// cli/demo/plant.h - a believable maker of implantable infusion pumps with two plants and a contract manufacturer,
// written as one year of plain rows and EPCIS 2.0 files with a recall in it. Everything enters a ledger through
// `lotledger ingest`, as files of any other plant do. Explained in docs/areas/demo.md.
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace lotledger::cli {

inline constexpr std::uint64_t k_demo_events_min = 1'000;
inline constexpr std::uint64_t k_demo_events_max = 1'000'000;

struct DemoOptions {
  std::filesystem::path out;  ///< Folder to write to; made if missing, and must be empty.
  std::uint64_t events =
      100'000;             ///< How many rows and events, within 5 %, 8 % below 1,200; k_demo_events_min to _max.
  std::uint64_t seed = 1;  ///< Same seed and number of events: the same bytes, on every machine.
};

/// A customer in the recall scope.
struct DemoConsignee {
  std::string pgln;  ///< `urn:epc:id:pgln:9521401.00000`
  std::string gln;   ///< 13 digits.
  std::string name;
  std::size_t devices = 0;  ///< Distinct affected devices ever shipped there, voided and withdrawn shipments left out.
};

/// What the generator knows to be the answer, counted in its own simulation and not read back from the files.
struct DemoScope {
  std::size_t devices = 0;  ///< Pumps that contain material of the bad lot.
  std::size_t lots = 0;     ///< Lots made from it; itself not counted.
  /// Where those devices are at the end of the year, whatever the view; meant for `before` and `after`.
  std::size_t in_plant = 0, at_customers = 0, returned = 0, destroyed = 0;
  std::vector<DemoConsignee> consignees;  ///< By number of devices, most first, then by PGLN.
};

/// Stock of a lot at a place, or on the way to it.
struct DemoStockRow {
  std::string lot;       ///< ITEM/LOT
  std::string location;  ///< EPC URN.
  bool in_transit = false;
  std::string quantity;  ///< Decimal text, in the base unit of measure.
};
/// Where everything of a lot went: figures as `lotledger balance` names them. Those left out are zero.
struct DemoBalance {
  std::string lot;
  std::vector<std::pair<std::string, std::string>> figures;
};

/// Also written as story.json and, in words, as STORY.md.
struct DemoSummary {
  std::uint64_t events = 0;  ///< All rows and events in the files, the broken one included.
  std::int64_t devices_made = 0;
  std::vector<std::string> files;  ///< In order of import, relative to `out`; also in MANIFEST.txt.

  std::string bad_lot;      ///< ITEM/LOT, as people type it.
  std::string bad_lot_epc;  ///< EPC URN.
  std::string bad_lot_digital_link;
  std::string lot_text;            ///< The bare lot text, which three suppliers used.
  std::vector<std::string> twins;  ///< ITEM/LOT of the two innocent lots with that text.
  std::string device;              ///< ITEM#SERIAL of a pump that contains the bad lot and was shipped.
  std::string device_epc;
  std::string returned_device;  ///< ITEM#SERIAL of an affected pump that came back.

  std::string broken_file;        ///< Relative to `out`.
  std::uint64_t broken_line = 0;  ///< 1-based.
  std::string broken_row_id;
  std::string repaired_row;  ///< File with the repaired row, relative to `out`; not among `files`.

  std::string own_party;          ///< EPC URN of the company, whose own what goes from plant to plant remains.
  std::string backflushed_order;  ///< Its inputs were derived over an interval.
  std::string late_hold_lot;      ///< ITEM/LOT of pumps that was held a day after some of them were shipped.

  std::size_t known_at_files = 0;     ///< "After the first N files".
  std::uint64_t known_at_events = 0;  ///< Rows and events in those files.
  std::string as_of;                  ///< Instant, RFC 3339.

  DemoScope before;    ///< All files imported, the broken event not repaired.
  DemoScope after;     ///< The broken event repaired.
  DemoScope known_at;  ///< The first known_at_files files only.
  DemoScope at_as_of;  ///< As `before`, but only what had happened by `as_of`.

  /// What lies where of all lots but pumps, the broken row repaired; and the balances of the bad lot and two others.
  std::vector<DemoStockRow> stock, stock_at_as_of;
  std::vector<DemoBalance> balances, balances_at_as_of;
};

/// Writes the plant's year to `options.out`. Memory grows with a week's events and with all
/// bookings of lots.
/// invalid_input when the number of events is out of bounds; conflict when the folder is not empty; io when writing
/// fails. On error, what was written so far stays for inspection.
[[nodiscard]] Result<DemoSummary> generate_demo(const DemoOptions& options);

}  // namespace lotledger::cli
