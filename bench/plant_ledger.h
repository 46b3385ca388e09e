// bench/plant_ledger.h - a ledger filled from files, through the connectors like any other.
#pragma once

#include "cli/ingest.h"
#include "cli/ledger.h"

namespace lotledger::bench {

/// Generates the demo plant with about `events` events in `folder` and returns its files in order of import.
[[nodiscard]] Result<std::vector<std::string>> write_plant(const std::string& folder, std::uint64_t events);

struct FilledLedger {
  cli::LedgerInfo info;
  std::uint64_t events = 0;    ///< Submissions taken, rejected ones included.
  std::int64_t ingest_us = 0;  ///< Until durable, folded and flushed.
  std::uint64_t source_bytes = 0;
};

/// Makes the data folder `folder` with one ledger and imports the files into it.
[[nodiscard]] Result<FilledLedger> fill_from(const std::string& folder, const std::vector<std::string>& files);

}  // namespace lotledger::bench
