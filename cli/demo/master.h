// cli/demo/master.h - master data of the demo plants as the ERP exports it: items, units of measure, parties,
// locations.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lotledger::cli::demo {

/// Rolls of pouches and boxes of ASICs, as units.csv converts them.
inline constexpr std::int64_t k_pouches_on_roll = 50;
inline constexpr std::int64_t k_asics_in_box = 20;

struct MasterFile {
  std::string name;
  std::string text;
  std::uint64_t rows = 0;
};
[[nodiscard]] std::vector<MasterFile> master_files();

}  // namespace lotledger::cli::demo
