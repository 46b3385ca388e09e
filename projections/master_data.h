// projections/master_data.h - items and their units of measure, as described by sources: the description in force at a
// time. Explained in docs/areas/item.md.
#pragma once

#include "engine/item.h"
#include "projections/genealogy_reader.h"
#include "projections/record_cache.h"

#include <functional>
#include <map>
#include <optional>

namespace lotledger::projections {

/// Looks items up for one answer and remembers what it has read. One thread.
class MasterData {
 public:
  /// Both must outlive it.
  MasterData(const GenealogyReader& reader, RecordCache& records) : reader_(reader), records_(records) {}

  /// The last description of the class at or before `at`, else the first after it (an item described late is still the
  /// item it was). nullopt where no source ever described it.
  [[nodiscard]] std::optional<engine::ItemRecorded> item(const UnitKey& item_class, Instant at);
  /// The last description there is. Of a lot or serial: that of its class.
  [[nodiscard]] const std::optional<engine::ItemRecorded>& item_of(const UnitKey& unit);
  /// Exact factor from one unit of measure to another for a lot or serial: units that everybody knows, else a
  /// conversion of its item, else one of all items, in force at `at`; either way round. nullopt where there is none.
  [[nodiscard]] std::optional<Conversion> factor(const UnitKey& unit, UnitCode from, UnitCode to, Instant at);
  struct Dated {
    Instant at;
    engine::ConversionSet set;
  };
  /// Conversions of the class, by time.
  [[nodiscard]] const std::vector<Dated>& conversions_of(const UnitKey& item_class) {
    return conversions(item_class.bytes());
  }

 private:
  [[nodiscard]] const std::vector<Dated>& conversions(const std::string& subject);
  [[nodiscard]] std::optional<Conversion> stated_factor(const std::string& subject, UnitCode from, UnitCode to,
                                                        Instant at);

  const GenealogyReader& reader_;
  RecordCache& records_;
  std::map<std::string, std::optional<engine::ItemRecorded>, std::less<>> items_;  ///< By bytes of their class.
  std::map<std::string, std::vector<Dated>> conversions_;
};

}  // namespace lotledger::projections
