// tests/support/slow_audit_trail.h - the audit trail as slowly and obviously as it can be said: every question looks at
// every event of the log (docs/areas/audit_trail.md). The fast one is compared with it on random histories.
#pragma once

#include "projections/audit_trail.h"
#include "tests/support/test_ledger.h"

#include <optional>
#include <vector>

namespace lotledger::tests {

/// An entry that the trail must show.
struct SlowAuditEntry {
  /// Without new_value but where docs/areas/audit_trail.md gives it word for word.
  projections::AuditEntry entry;
  bool new_value_told = false;
  /// For a description of master data: the event whose new value is the old one here.
  std::optional<EventPosition> described_before;
};

/// What projections::audit_entries() must list after a fold of the whole log.
[[nodiscard]] std::vector<SlowAuditEntry> slow_audit(const VectorLog& log, const projections::AuditQuery& query);

}  // namespace lotledger::tests
