// projections/shared_events.h - one event in several ledgers: both sites of a shipment may have recorded it, and one of
// them may have withdrawn it. For answers over several ledgers (docs/areas/genealogy.md).
#pragma once

#include "projections/record_cache.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// Position of the fact with this source event id in one ledger, as of the position of the answer.
using FactIn = std::function<std::optional<Seq>(LedgerIndex ledger, std::string_view event_id)>;

/// Remembers what it has read. One thread, one answer.
class SharedEvents {
 public:
  /// `records` must outlive it.
  SharedEvents(RecordCache& records, FactIn fact) : records_(records), fact_(std::move(fact)) {}

  /// The same text for two records iff a source told both of one event, under one id and with one content. Empty for
  /// what has no such id: commands, and what cannot be read. Valid as long as this object.
  [[nodiscard]] const std::string& identity(RecordPosition record);
  /// The fact that a withdrawal in another ledger names, where `ledger` holds it.
  [[nodiscard]] std::optional<Seq> withdrawn_in(LedgerIndex ledger, RecordPosition withdrawal);

 private:
  RecordCache& records_;
  FactIn fact_;
  std::map<RecordPosition, std::string> identities_;
};

}  // namespace lotledger::projections
