// cli/doctor_ledger.h - the part of `doctor` that looks at one ledger: lock, head, segments, records, stores, rows.
#pragma once

#include "cli/examination.h"
#include "cli/ledger.h"

#include <set>
#include <string>

namespace lotledger::cli {

/// How thorough a look is.
enum class Depth : std::uint8_t {
  quick,  ///< Ends of files only: as fast on a large ledger as on a small one.
  full,   ///< Every byte of every file.
};

/// Looks at a ledger and adds what it finds. `landed` receives the hashes (hexadecimal) of the files that its records
/// name, where every record was read.
void examine_ledger(engine::Disk& disk, const LedgerInfo& info, Depth depth, std::set<std::string>& landed,
                    Examination& seen);
/// Names every damaged file of a log that cannot be opened; `name` is what the ledger is called.
void examine_damaged_log(engine::Disk& disk, const std::string& name, const std::string& log_folder, Examination& seen);

}  // namespace lotledger::cli
