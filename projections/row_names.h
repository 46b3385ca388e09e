// projections/row_names.h - whether a row that was refused names something of an answer. It is raw text: what is wrong
// with it is unknown, so rather a row too many is found than one too few.
#pragma once

#include "projections/genealogy.h"

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace lotledger::projections {

/// Names in an answer that a row may mention: keys, lot and serial texts, process ids.
class RowNames {
 public:
  explicit RowNames(const std::vector<Node>& nodes);

  [[nodiscard]] bool has(std::string_view key) const { return keys_.contains(std::string(key)); }
  /// Whether `raw` names one of them: in any writing of a unit, as a word of its own of at least three characters, or
  /// as cells or members of their own; item and lot, item and serial, order and run may stand in two, however short,
  /// and two cells may be the ends of a range of serials.
  [[nodiscard]] bool mentioned_in(std::string_view raw) const;

 private:
  [[nodiscard]] bool names_unit(std::string_view text) const;
  [[nodiscard]] bool names_in_cells(std::string_view raw) const;
  [[nodiscard]] bool names_in_range(const std::unordered_set<std::string>& cells) const;

  std::unordered_set<std::string> keys_;
  std::unordered_set<std::string> texts_;
  std::set<std::pair<std::size_t, std::string>> serials_;            ///< By length, so that ranges are intervals.
  std::unordered_map<std::string, std::vector<std::string>> items_;  ///< Of each lot or serial; the order of each run.
};

}  // namespace lotledger::projections
