// projections/movements.h - what the records of movements tell beyond the links: consignees of shipments, which of them
// stayed between own sites, and which receipts are their delivery.
#pragma once

#include "projections/master_data.h"
#include "projections/ownership.h"
#include "projections/parties.h"
#include "projections/record_cache.h"
#include "projections/unit_state.h"

#include <map>
#include <optional>
#include <vector>

namespace lotledger::projections {

/// Where an event says that its units are afterwards: the business location, else the read point.
[[nodiscard]] std::optional<UnitKey> location_of(const schema::Event& event);

/// Figure of the balance that stock at a location counts in (docs/areas/inventory.md).
enum class StockPlace : std::uint8_t { stock, wip, in_transit, at_subcontractor };

/// Remembers what it has read. One thread, one answer.
class Movements {
 public:
  /// All must outlive it. `own_parties`: those whose stock is under own control (init --own-party). `at`: locations are
  /// described as of this time.
  Movements(Parties& parties, RecordCache& records, const std::vector<UnitKey>& own_parties,
            Instant at = Instant{INT64_MAX})
      : parties_(parties),
        records_(records),
        own_parties_(own_parties),
        items_(parties.reader(), records),
        ownership_(parties.reader()),
        at_(at),
        functions_(functions()) {}
  Movements(const Movements&) = delete;
  Movements& operator=(const Movements&) = delete;

  /// Parties::consignee of the shipment at `position`, as of when it was shipped.
  [[nodiscard]] const std::optional<UnitKey>& consignee(EventPosition position);
  /// Whether the shipment went to a party of our own.
  [[nodiscard]] bool internal(EventPosition shipment);
  /// Whether both name a common document (despatch advice, order, ...).
  [[nodiscard]] bool share_document(EventPosition first, EventPosition second);
  /// Whether the receipt tells that the shipment arrived: both name a document, or it took place at the consignee.
  [[nodiscard]] bool delivers(EventPosition receipt, EventPosition shipment);

  /// Whether the return tells that it came from where the shipment went: its source is the consignee, or both name a
  /// document.
  [[nodiscard]] bool sent_back(EventPosition back, EventPosition shipment);

  /// Digest of what the source said, which does not depend on when it came.
  [[nodiscard]] Digest content(EventPosition position);

  /// Where stock in the bin counts.
  [[nodiscard]] StockPlace place_of(const Bin& bin);
  /// The party that has custody of what lies at the location, bytes of its key; empty: ours.
  [[nodiscard]] const std::string& custodian(const std::string& location);
  [[nodiscard]] MasterData& items() { return items_; }

  /// The same as functions; valid as long as this object.
  [[nodiscard]] const MovementRecords& records() const { return functions_; }

 private:
  [[nodiscard]] bool is_own(const std::string& party) const;
  [[nodiscard]] bool at_consignee(EventPosition receipt, EventPosition shipment);
  [[nodiscard]] MovementRecords functions();

  Parties& parties_;
  RecordCache& records_;
  const std::vector<UnitKey>& own_parties_;
  struct Place {
    StockPlace figure = StockPlace::stock;
    std::string custodian;
  };
  [[nodiscard]] const Place& described_place(const std::string& location);

  MasterData items_;
  Ownership ownership_;
  Instant at_;
  std::map<EventPosition, std::optional<UnitKey>> consignees_;
  std::map<std::string, Place> places_;
  const MovementRecords functions_;
};

}  // namespace lotledger::projections
