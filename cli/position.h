// cli/position.h - places in a ledger as people write them: SZ1:18440212, SZ1:18440212.3.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace lotledger::cli {

[[nodiscard]] std::string position_text(const std::string& ledger, Seq seq);
[[nodiscard]] std::string position_text(const std::string& ledger, EventPosition position);

/// What `[LEDGER:]SEQ[.EVENT]` names.
struct NamedPosition {
  Seq seq = 0;
  std::optional<std::uint32_t> event;
};
/// invalid_input when the text is no position, or one of another ledger than `ledger`.
[[nodiscard]] Result<NamedPosition> parse_position(std::string_view text, const std::string& ledger);

}  // namespace lotledger::cli
