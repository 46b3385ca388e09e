// projections/parties.h - who a shipment went to, as shipped: the description of the party that was in force at that
// time.
#pragma once

#include "engine/party.h"
#include "projections/genealogy_reader.h"
#include "projections/record_cache.h"

#include <map>

namespace lotledger::projections {

/// Looks parties up for one answer.
class Parties {
 public:
  Parties(const GenealogyReader& reader, RecordCache& records) : reader_(reader), records_(records) {}

  /// The last description at or before `at`, else the first after it (a party described late is still the party it
  /// was). nullopt where no source ever described it.
  [[nodiscard]] std::optional<engine::PartyRecorded> describe(const UnitKey& party, Instant at);

  /// The consignee of a shipment: destination owning party, else possessing party, else the holder of the destination
  /// location; nullopt when the event names none of them.
  [[nodiscard]] std::optional<UnitKey> consignee(const schema::Event& shipment, Instant at);

  /// The party that holds what lies at a location: its owner as described, else the party that its GLN names, else the
  /// location itself.
  [[nodiscard]] UnitKey holder(const UnitKey& location, Instant at);
  [[nodiscard]] const GenealogyReader& reader() const { return reader_; }

 private:
  const GenealogyReader& reader_;
  RecordCache& records_;
  std::map<std::pair<UnitKey, EventPosition>, engine::PartyRecorded> read_;
};

}  // namespace lotledger::projections
