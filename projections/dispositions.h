// projections/dispositions.h - what was decided or said about units as a whole, under the reader's filter: release and
// market, and material under concession that went into them. Explained in docs/areas/lot.md.
#pragma once

#include "engine/lot.h"
#include "projections/genealogy_reader.h"
#include "projections/record_cache.h"
#include "projections/stock.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::projections {

/// The disposition of a unit as a whole, as somebody gave it.
struct DispositionSaid {
  StockDisposition disposition = StockDisposition::not_asserted;
  engine::ReleaseKind release = engine::ReleaseKind::none;  ///< Of a decision; a source does not say.
  std::string market;                                       ///< Empty: all.
};

/// Whether the word of this source about status counts. What was decided by command always does.
using Believed = std::function<bool(std::string_view source)>;

/// What was said last, by time; nullopt: nobody whose word counts said anything of all of it.
[[nodiscard]] std::optional<DispositionSaid> disposition_said(const GenealogyReader& reader, RecordCache& records,
                                                              NodeId unit, const Believed& believed);

/// Units that went into `unit`, over any number of steps, while somebody said that they are under concession, and that
/// are so still; by key. A serial holds what its lot holds.
[[nodiscard]] std::vector<UnitKey> open_concessions(const GenealogyReader& reader, RecordCache& records, NodeId unit,
                                                    const Believed& believed);

}  // namespace lotledger::projections
