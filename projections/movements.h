// projections/movements.h - what the records of movements tell beyond the links: consignees of shipments, which of them
// stayed between own sites, and which receipts are their delivery.
#pragma once

#include "projections/parties.h"
#include "projections/record_cache.h"
#include "projections/unit_state.h"

#include <map>
#include <optional>
#include <vector>

namespace lotledger::projections {

/// Where an event says that its units are afterwards: the business location, else the read point.
[[nodiscard]] std::optional<UnitKey> location_of(const schema::Event& event);

/// Remembers what it has read. One thread, one answer.
class Movements {
 public:
  /// All must outlive it. `own_parties`: those whose stock is under own control (init --own-party).
  Movements(Parties& parties, RecordCache& records, const std::vector<UnitKey>& own_parties)
      : parties_(parties), records_(records), own_parties_(own_parties) {}

  /// Parties::consignee of the shipment at `position`, as of when it was shipped.
  [[nodiscard]] const std::optional<UnitKey>& consignee(EventPosition position);
  /// Whether the shipment went to a party of our own.
  [[nodiscard]] bool internal(EventPosition shipment);
  /// Whether both name a common document (despatch advice, order, ...).
  [[nodiscard]] bool share_document(EventPosition first, EventPosition second);
  /// Whether the receipt tells that the shipment arrived: both name a document, or it took place at the consignee.
  [[nodiscard]] bool delivers(EventPosition receipt, EventPosition shipment);

  /// Digest of what the source said, which does not depend on when it came.
  [[nodiscard]] Digest content(EventPosition position);

  /// The same as functions; valid as long as this object.
  [[nodiscard]] MovementRecords records();

 private:
  [[nodiscard]] bool at_consignee(EventPosition receipt, EventPosition shipment);

  Parties& parties_;
  RecordCache& records_;
  const std::vector<UnitKey>& own_parties_;
  std::map<EventPosition, std::optional<UnitKey>> consignees_;
};

}  // namespace lotledger::projections
