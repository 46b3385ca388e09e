// projections/recall_scope.h - the answer that Lotledger exists for: what is affected by bad lots, who holds it, what
// can still be stopped, and whether that is everything. Explained in docs/areas/recall.md.
#pragma once

#include "engine/party.h"
#include "projections/balance.h"
#include "projections/completeness.h"
#include "projections/movements.h"
#include "projections/reach.h"

#include <map>
#include <string>
#include <vector>

namespace lotledger::projections {

/// A unit that may hold material of a root.
struct AffectedUnit {
  Node node;
  NodeType type = NodeType::opaque;
  std::uint32_t depth = 0;
  bool certain = true;
  Bounds bounds;  ///< Of the first root that reaches it.
  UnitCode bounds_unit{};
  UnitState state;
};

/// What one shipment brought to a consignee.
struct ScopeShipment {
  Instant at;
  EventPosition position;
  std::vector<std::string> documents;
  std::vector<std::size_t> units;        ///< Indexes into RecallScope::affected.
  std::map<UnitCode, Decimal> quantity;  ///< Of lots, by unit; a serial counts one piece.
};

struct Consignee {
  UnitKey party;                                     ///< Empty: the shipment names none.
  std::optional<engine::PartyRecorded> description;  ///< As in force at the first shipment.
  std::vector<ScopeShipment> shipments;
  std::size_t units = 0;           ///< Distinct affected units ever shipped there.
  std::size_t possible_units = 0;  ///< Of these, those only possibly affected or possibly sent.
  std::size_t returned = 0;        ///< Distinct units that came back from there.
  std::map<UnitCode, Decimal> quantity;
};

/// A unit that is still under own control.
struct OwnControl {
  std::size_t unit = 0;  ///< Index into RecallScope::affected.
  std::optional<UnitKey> location;
  std::optional<Decimal> quantity;
  UnitCode unit_code{};
};

struct RecallScope {
  std::vector<Node> roots;
  std::vector<AffectedUnit> affected;
  std::vector<Consignee> consignees;  ///< Most units first.
  std::vector<OwnControl> own_control;
  Balance balance;  ///< Of the roots together.
  Completeness completeness;
};

/// What a scope is computed from.
struct ScopeSources {
  const GenealogyReader& reader;
  Containment& containment;
  RecordCache& records;
  FactKnown fact_known;
  std::vector<std::string> ledgers;  ///< Names, by LedgerIndex.
  std::vector<UnitKey> own_parties;
};

/// The scope of one or more roots. An error when a quantity overflows or the log cannot be read.
[[nodiscard]] Result<RecallScope> recall_scope(ScopeSources& sources, const std::vector<NodeId>& roots);

}  // namespace lotledger::projections
