// projections/audit_trail.h - who did what, when and why, with old and new values: by record, unit, person and time
// (21 CFR 11.10(e)). Explained in docs/areas/audit_trail.md.
#pragma once

#include "engine/event.h"
#include "projections/genealogy.h"
#include "projections/projection.h"
#include "projections/record_cache.h"

#include <string>
#include <vector>

namespace lotledger::projections {

class AuditTrailProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "audit_trail"; }
  [[nodiscard]] std::uint32_t fold_version() const override { return 4; }
  void apply(const FoldInput& input, Store& store) override;
};

/// What to list. Empty members do not restrict; several restrict together.
struct AuditQuery {
  std::string actor = {};            ///< Id of who acted, or on whose behalf it was done.
  std::optional<UnitKey> unit = {};  ///< Events that name it, or name it as the lot of a serial.
  /// This record and everything that voided, repaired, discarded, applied to or contradicted it, and what a withdrawal
  /// names as telling it rightly; and so on from each of these.
  std::optional<Seq> record = {};
  std::optional<Instant> from = {};  ///< By recorded_at, inclusive.
  std::optional<Instant> to = {};    ///< By recorded_at, inclusive.
  Seq known_at = k_no_seq;
};

struct AuditEntry {
  EventPosition position;
  Instant recorded_at;
  std::string actor;  ///< `qa.lee`, or `connector for qa.lee`.
  std::string role;
  std::string action;   ///< `UnitsShipped`, `HoldPlaced`, `CommandRefused`, ...; `UnreadableRecord`.
  std::string subject;  ///< Units or record concerned, for people; long lists say how many more there are.
  std::string
      old_value;  ///< What counted before (a withdrawn fact, no hold, an open row); empty for a first statement.
  std::string new_value;
  std::string reason;
};

/// The policy in force at `known_at`; an empty one where none was activated by then. Fails as `records` does.
[[nodiscard]] engine::PolicyActivated policy_at(const StoreReader& store, RecordCache& records, Seq known_at);

/// Entries in position order. Visits each; false ends. A record that this program cannot read may match anything: it is
/// listed in every answer whose time range it falls in, without actor. Reads the matching records from `log`; the trail
/// ends where `store` stands. Fails with the log's or the store's error; entries before it were visited.
[[nodiscard]] Result<void> audit_entries(const StoreReader& store, engine::LogReader& log, const AuditQuery& query,
                                         const std::function<bool(const AuditEntry&)>& visit);

}  // namespace lotledger::projections
