// engine/base/serial_run.h - serials that follow each other: `S0001` to `S0050` are one text and a count, in files and
// in the ledger.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lotledger {

/// Most pieces that one range may stand for: more do not fit one record (engine/log/record.h).
inline constexpr std::uint32_t k_serials_of_range_max = 1'000'000;

/// The serial `steps` after `first`: the digits at its end counted on, in as many digits. nullopt where it ends in no
/// digit or they do not suffice.
[[nodiscard]] std::optional<std::string> serial_after(std::string_view first, std::uint32_t steps);
/// How many serials stand from `first` to `last`, both included. invalid_input when they differ in length or before
/// their last digits, `last` comes before `first`, or there are more than k_serials_of_range_max.
[[nodiscard]] Result<std::uint32_t> serials_between(std::string_view first, std::string_view last);

}  // namespace lotledger
