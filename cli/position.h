// cli/position.h - places in a ledger as people write them: SZ1:18440212, SZ1:18440212.3.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::cli {

[[nodiscard]] std::string position_text(const std::string& ledger, Seq seq);
[[nodiscard]] std::string position_text(const std::string& ledger, EventPosition position);

/// Where an answer stands in one ledger.
struct LedgerPosition {
  std::string ledger;
  Seq seq = k_no_seq;
};
/// Where an answer stands: one position per ledger, by LedgerIndex, in the order of their names.
using Cut = std::vector<LedgerPosition>;

/// `SZ1:18440212, SZ2:77`.
[[nodiscard]] std::string cut_text(const Cut& cut);
[[nodiscard]] std::string position_text(const Cut& cut, RecordPosition position);
[[nodiscard]] std::string position_text(const Cut& cut, EventPosition position);

/// What `[LEDGER:]SEQ[.EVENT]` names.
struct NamedPosition {
  Seq seq = 0;
  std::optional<std::uint32_t> event;
};
/// invalid_input when the text is no position, or one of another ledger than `ledger`.
[[nodiscard]] Result<NamedPosition> parse_position(std::string_view text, const std::string& ledger);

}  // namespace lotledger::cli
