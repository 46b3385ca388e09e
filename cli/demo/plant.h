// cli/demo/plant.h - a believable maker of implantable infusion pumps, written as one year of EPCIS 2.0 files with a
// recall in it. Everything enters a ledger through `lotledger ingest`, as files of any other plant do. Explained in
// docs/areas/demo.md.
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lotledger::cli {

inline constexpr std::uint64_t k_demo_events_min = 1'000;
inline constexpr std::uint64_t k_demo_events_max = 1'000'000;

struct DemoOptions {
  std::filesystem::path out;       ///< Folder to write to; made if missing, and must be empty.
  std::uint64_t events = 100'000;  ///< How many EPCIS events, within 5 %; k_demo_events_min to k_demo_events_max.
  std::uint64_t seed = 1;          ///< Same seed and number of events: the same bytes, on every machine.
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

/// Also written as story.json and, in words, as STORY.md.
struct DemoSummary {
  std::uint64_t events = 0;  ///< All events in the files, the broken one included.
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
  std::string broken_event_id;
  std::string repaired_event;  ///< File with the repaired event, relative to `out`; not among `files`.

  std::size_t known_at_files = 0;     ///< "After the first N files".
  std::uint64_t known_at_events = 0;  ///< Events in those files.
  std::string as_of;                  ///< Instant, RFC 3339.

  DemoScope before;    ///< All files imported, the broken event not repaired.
  DemoScope after;     ///< The broken event repaired.
  DemoScope known_at;  ///< The first known_at_files files only.
  DemoScope at_as_of;  ///< As `before`, but only what had happened by `as_of`.
};

/// Writes the plant's year to `options.out`. Memory does not grow with the number of events beyond a week's events.
/// invalid_input when the number of events is out of bounds; conflict when the folder is not empty; io when writing
/// fails. On error, what was written so far stays for inspection.
[[nodiscard]] Result<DemoSummary> generate_demo(const DemoOptions& options);

}  // namespace lotledger::cli
