// cli/audit_verify.h - verifies logs of a data folder, also when nothing else can be opened any more.
#pragma once

#include "cli/ledger.h"
#include "cli/output.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::cli {

/// The first record that cannot be trusted.
struct Damage {
  Seq seq = 0;
  std::string file;  ///< Empty where the record's frame is whole and its body is not.
  std::uint64_t offset = 0;
  std::string why;
};

struct VerifiedLedger {
  std::string name;  ///< The folder's name where the ledger's own cannot be read.
  std::uint64_t records = 0;
  std::uint64_t segments = 0;
  Seq last = k_no_seq;
  std::uint64_t torn_bytes = 0;
  std::uint64_t unreadable = 0;  ///< Intact records of a later schema or with unknown event types.
  std::optional<Damage> damage;
};

/// Verifies the ledger of that name, or all of the folder when `name` is empty. Damage is a finding, not an error.
/// not_found when there is no such ledger; io.
[[nodiscard]] Result<std::vector<VerifiedLedger>> verify_ledgers(DataFolder& folder, const std::string& name,
                                                                 const Output& output);

}  // namespace lotledger::cli
