// projections/completeness.h - whether an answer is complete, and if not: what is missing, where, and how to mend it.
// The causes are those of docs/areas/genealogy.md "Complete"; no other cause makes an answer incomplete, and none is
// passed over.
#pragma once

#include "projections/reach.h"
#include "projections/record_cache.h"

#include <functional>
#include <string>
#include <vector>

namespace lotledger::projections {

/// One thing that an answer may be missing.
struct Missing {
  std::string what;
  std::string where;   ///< Unit, position, or file and line.
  std::string remedy;  ///< Command that shows or mends it.
};

struct Completeness {
  std::vector<Missing> missing;      ///< Empty: complete.
  std::vector<std::string> caveats;  ///< Open matters that do not name anything in the answer.
  [[nodiscard]] bool complete() const { return missing.empty(); }
};

/// Whether a fact with this source event id was known in any ledger of the answer.
using FactKnown = std::function<bool(std::string_view event_id)>;

/// Judges a walk. `ledgers` are the names that positions are written with, by LedgerIndex.
[[nodiscard]] Completeness judge(const GenealogyReader& reader, RecordCache& records, const FactKnown& fact_known,
                                 const Reach& reach, const std::vector<std::string>& ledgers);

}  // namespace lotledger::projections
