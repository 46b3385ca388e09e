// cli/epcis_export.h - the facts of a ledger as one EPCIS 2.0 document. Explained in docs/areas/epcis.md "Export".
#pragma once

#include "cli/ledger.h"

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace lotledger::cli {

/// What is to be written.
struct ExportWish {
  Seq first = 0;
  Seq last = 0;
  std::optional<Instant> as_of;  ///< Facts and descriptions of later times are left out.
  bool personal = false;         ///< Sealed fields of descriptions are opened and written.
};

/// Records that a document of EPCIS cannot hold.
struct Omission {
  bool is_about_material = false;  ///< Whoever imports the document lacks a fact.
  std::uint64_t count = 0;
  std::vector<Seq> first;  ///< A few of them.
};

struct ExportReport {
  std::uint64_t events = 0;
  std::uint64_t in_part = 0;  ///< Of these, told as far as EPCIS has words (epcis::WrittenEvent).
  std::uint64_t descriptions = 0;
  std::map<std::string, Omission> omissions;  ///< By what it is, and why.
  [[nodiscard]] bool is_complete() const;
};

/// Writes the document to `out`, the events in the order of their records. Reads the log twice and keeps master data in
/// memory, but no events. Errors of the log; io when `out` fails.
[[nodiscard]] Result<ExportReport> export_epcis(ReadSession& session, const ExportWish& wish,
                                                const std::string& keys_folder, std::ostream& out);

}  // namespace lotledger::cli
