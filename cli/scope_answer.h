// cli/scope_answer.h - a recall scope with everything that is printed of it, and its JSON form.
#pragma once

#include "cli/json.h"
#include "cli/query.h"
#include "projections/recall_scope.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lotledger::cli {

/// Personal fields of a consignee: the plain text, or `sealed` where its key is not in the key store; empty where none
/// was stated.
struct Contact {
  std::string recall_contact;
  std::string email;
};

/// What `recall scope` prints, gathered.
struct ScopeAnswer {
  Cut cut;
  Instant recorded_at;  ///< Of the record at the cut; of several ledgers the earliest.
  std::optional<Instant> as_of;
  projections::RecallScope scope;
  /// Lots of each affected unit, as refs: its own, or those that a serial belongs to.
  std::vector<std::vector<std::string>> lots;
  std::map<UnitKey, std::string> place_names;  ///< Of locations under own control.
  std::map<UnitKey, Contact> contacts;         ///< Of consignees.
};

/// Computes a scope and gathers the rest.
[[nodiscard]] Result<ScopeAnswer> answer_scope(Query& query, const std::vector<projections::Node>& roots,
                                               Language language);

/// `end user` when the consignee is a hospital, else `first consignee`: beyond that nobody told us.
[[nodiscard]] bool reaches_end_user(const projections::Consignee& consignee);

[[nodiscard]] Json affected_json(const ScopeAnswer& answer, std::size_t unit);
[[nodiscard]] Json consignee_json(const ScopeAnswer& answer, const projections::Consignee& consignee);
[[nodiscard]] Json own_control_json(const ScopeAnswer& answer, const projections::OwnControl& own);
/// One row per shipment: party, at, document, lots, serials, quantity.
[[nodiscard]] Json shipment_json(const ScopeAnswer& answer, const projections::ScopeShipment& shipment);
/// {kind: "recall_scope", roots, position, complete, missing, caveats, affected, consignees, own_control, balance}
void print_scope_json(std::ostream& out, const ScopeAnswer& answer);

/// Indexes of affected units by (depth, type, ref).
[[nodiscard]] std::vector<std::size_t> sorted_affected(const projections::RecallScope& scope);

}  // namespace lotledger::cli
