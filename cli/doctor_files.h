// cli/doctor_files.h - the part of `doctor` that looks at what stands beside the ledgers: landed files, keys,
// leftovers.
#pragma once

#include "cli/doctor_ledger.h"
#include "cli/examination.h"
#include "cli/ledger.h"

#include <set>
#include <string>
#include <vector>

namespace lotledger::cli {

/// Landed files that are damaged, or missing though a record names them (`wanted`: hashes in hexadecimal). A file of
/// `originals` that has the hash of such a one can take its place.
void examine_landed(DataFolder& data, Depth depth, const std::set<std::string>& wanted,
                    const std::vector<std::string>& originals, Examination& seen);
/// Keys of personal data: whether each is whole and for its owner alone.
void examine_keys(DataFolder& data, Examination& seen);
/// Files that were being made when a process ended, and ledgers that were begun and never came to a first record.
void examine_leftovers(engine::Disk& disk, DataFolder& data, Examination& seen);

}  // namespace lotledger::cli
