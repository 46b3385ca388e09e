// engine/base/names.h - the words of an enumeration, in files, on the command line and in answers: one list each.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace lotledger {

/// The value with this name in `names`, which are in the order of the enumeration.
template <typename Enum, std::size_t count>
[[nodiscard]] constexpr std::optional<Enum> value_named(const std::array<std::string_view, count>& names,
                                                        std::string_view name) {
  for (std::size_t at = 0; at < count; ++at) {
    if (names[at] == name) return static_cast<Enum>(at);
  }
  return std::nullopt;
}

/// The name of a value. One outside the list, which only damaged bytes hold, is "unknown".
template <typename Enum, std::size_t count>
[[nodiscard]] constexpr std::string_view name_in(const std::array<std::string_view, count>& names, Enum value) {
  const auto at = static_cast<std::size_t>(value);
  return at < count ? names[at] : std::string_view("unknown");
}

}  // namespace lotledger
