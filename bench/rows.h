// bench/rows.h - plain rows of a made-up plant, a file a kind: small events, about 100 bytes a row.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lotledger::bench {

/// Writes about `events` rows to files of `folder` and returns their names in order of import. Of ten rows one is the
/// receipt of a lot, three are what an order takes, one what it makes, four are moves, one is a shipment. Always the
/// same bytes.
[[nodiscard]] Result<std::vector<std::string>> write_rows(const std::string& folder, std::uint64_t events);

}  // namespace lotledger::bench
