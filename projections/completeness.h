// projections/completeness.h - whether an answer is complete, and if not: what is missing, where, and how to mend it.
// The causes are those of docs/areas/genealogy.md "Complete"; no other cause makes an answer incomplete, and none is
// passed over.
#pragma once

#include "projections/record_cache.h"
#include "projections/trace.h"

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

/// Position of the fact with this source event id, as of the filter.
using FactLookup = std::function<std::optional<Seq>(std::string_view event_id)>;

/// Judges a walk. `ledger` is the name that positions are written with.
[[nodiscard]] Completeness judge(const GenealogyReader& reader, RecordCache& records, const FactLookup& facts,
                                 const Trace& trace, const std::string& ledger);

}  // namespace lotledger::projections
