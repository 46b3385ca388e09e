// bench/plant_ledger.h - a ledger filled from the files of the demo plant, through the connector like any other.
#pragma once

#include "cli/ingest.h"
#include "cli/ledger.h"

namespace lotledger::bench {

struct PlantLedger {
  cli::LedgerInfo info;
  std::uint64_t events = 0;    ///< Submissions taken, rejected ones included.
  std::int64_t ingest_us = 0;  ///< Until durable, folded and flushed.
  std::uint64_t source_bytes = 0;
};

/// Generates a plant of about `events` events below `folder` and imports all its files.
[[nodiscard]] Result<PlantLedger> fill_from_plant(const std::string& folder, std::uint64_t events);

}  // namespace lotledger::bench
