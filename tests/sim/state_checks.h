// tests/sim/state_checks.h - read models against the naive plant.
#pragma once

#include "engine/log/log.h"
#include "projections/facts.h"
#include "projections/store/store.h"
#include "tests/sim/plant.h"
#include "tests/sim/verdict.h"

#include <string>
#include <vector>

namespace lotledger::tests {

/// The read models as an answer sees them; none is owned.
struct ModelView {
  const projections::StoreReader* genealogy = nullptr;
  const projections::StoreReader* batch_record = nullptr;
  const projections::StoreReader* audit_trail = nullptr;
  const projections::StoreReader* search = nullptr;
  engine::LogReader* log = nullptr;
  Seq known_at = k_no_seq;  ///< Answers are as of this position.
};

/// Everything that is told of one unit.
void check_unit(const ModelView& view, const Plant& plant, const std::string& unit, Verdict& verdict);
/// The whole audit trail.
void check_audit(const ModelView& view, const Plant& plant, Verdict& verdict);
/// What rules ask.
void check_facts(const projections::StoreFacts& facts, const Decisions& decisions, const Plant& plant,
                 Verdict& verdict);
/// Whether two stores hold the same entries and stand at the same position.
void check_same_content(const projections::StoreReader& live, const projections::StoreReader& replayed,
                        std::string_view name, Verdict& verdict);

}  // namespace lotledger::tests
