// projections/audit_values.h - an event in words for the audit trail: whom it concerns, what counted before, what
// counts now.
#pragma once

#include "projections/record_cache.h"

#include <optional>
#include <string>

namespace lotledger::projections {

struct AuditValues {
  std::string subject;
  std::string old_value;
  std::string new_value;
};

/// Units listed in one text; of more it says how many.
inline constexpr std::size_t k_units_listed_max = 8;

/// Puts events into words. Looks up what they refer to: `records` reads the withdrawn facts, `store` (of the audit
/// trail) knows earlier values of a topic. Both must outlive the object.
class AuditWords {
 public:
  AuditWords(const StoreReader& store, RecordCache& records) : store_(store), records_(records) {}

  /// The event at `position`, which stands in `body`.
  [[nodiscard]] AuditValues of(const schema::Body& body, EventPosition position);

 private:
  [[nodiscard]] AuditValues system(const schema::Event& event) const;
  [[nodiscard]] AuditValues lot(const schema::Event& event) const;
  [[nodiscard]] AuditValues changed(const schema::Event& event, EventPosition position);
  [[nodiscard]] AuditValues correction(const schema::Event& event, EventPosition position);
  [[nodiscard]] AuditValues intake(const schema::Body& body, const schema::IntakeArea& area) const;
  /// What the record at `seq` says, in short.
  [[nodiscard]] std::string record_in_short(Seq seq);

  const StoreReader& store_;
  RecordCache& records_;
};

/// The topic of policies: one is in force at a time.
inline constexpr std::string_view k_policy_topic = "policy";
/// Prefix of the postings of a topic, which has one value at a time that later events replace: a description, the
/// status of a unit, the state of an order, the policy. p <topic> 00 <seq><event>. nullopt for other events.
[[nodiscard]] std::optional<std::string> topic_prefix(const schema::Event& event);

}  // namespace lotledger::projections
