// cli/ingest.h - files into the ledger: land, read, map, submit, count. Explained in docs/areas/intake.md.
#pragma once

#include "cli/ledger.h"
#include "cli/source_files.h"
#include "engine/submission.h"

#include <functional>
#include <string>
#include <vector>

namespace lotledger::cli {

struct IngestOptions {
  engine::Actor actor;
  ReadOptions read;
  bool strict = false;  ///< One bad event, and nothing of any file is taken.
  std::function<void(const std::string& file, std::uint64_t events)> progress;  ///< Called now and then; may be empty.
};

/// What became of one file.
struct FileReport {
  std::string file;
  std::uint64_t rows = 0;  ///< Rows and events that were read, sound or not.
  std::uint64_t accepted = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t rejected = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t unresolved = 0;
  std::vector<std::string> messages;  ///< What was rejected and why, for people: file, line, field, value, hint.
  std::vector<std::string> notes;     ///< What was left out, and why, for people.
  std::optional<Error> error;         ///< The file as a whole could not be taken.
};

struct IngestReport {
  std::vector<FileReport> files;
  Seq position = k_no_seq;  ///< Last record of the ledger afterwards.
  bool taken = true;        ///< False: strict, and something was wrong.
  [[nodiscard]] FileReport total() const;
};

/// Takes files in the order given. An error only when the ledger or the disk fails; what is wrong with a file is in its
/// report.
[[nodiscard]] Result<IngestReport> ingest_files(DataFolder& data, const LedgerInfo& info,
                                                const std::vector<std::string>& files, const IngestOptions& options);

/// A row of the dead-letter queue, mended by a person.
struct RowRepair {
  engine::Actor actor;
  Seq rejected = 0;    ///< Position of the open row.
  std::string text;    ///< The repaired row: one EPCIS event, bare or in a document, or a header and one row.
  std::string reason;  ///< Why it says something else now.
  ReadOptions read;    ///< Its kind: that of the rejected row, nullopt for EPCIS.
};

/// Reads all files and takes nothing: the reports say what is wrong with each. Needs no ledger.
[[nodiscard]] std::vector<FileReport> check_files(const std::vector<std::string>& files, const ReadOptions& read);

/// Submits a repaired event for an open row. invalid_input with all faults when it is not acceptable yet.
[[nodiscard]] Result<engine::Receipt> retry_row(DataFolder& data, const LedgerInfo& info, const RowRepair& repair);

}  // namespace lotledger::cli
