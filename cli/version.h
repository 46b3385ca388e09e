// cli/version.h - the name under which this program signs what it records.
#pragma once

#include <string_view>

namespace lotledger::cli {
inline constexpr std::string_view k_version = "0.1.0";
inline constexpr std::string_view k_software = "lotledger 0.1.0";
}  // namespace lotledger::cli
