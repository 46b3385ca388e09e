// cli/ingest_view.h - what is wrong with files, for people and for scripts.
#pragma once

#include "cli/ingest.h"
#include "cli/output.h"

namespace lotledger::cli {

/// On stderr: every fault of every file, and why a file could not be read at all.
void print_faults(const Output& output, const std::vector<FileReport>& reports);
/// The worst that happened to any file.
[[nodiscard]] Exit worst_of(const std::vector<FileReport>& reports);

}  // namespace lotledger::cli
