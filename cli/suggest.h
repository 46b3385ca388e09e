// cli/suggest.h - "did you mean": names near a mistyped one, by edit distance.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lotledger::cli {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment), by
/// byte.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// Those of `names` that `typed` may have meant, nearest first, at most `count`: within a third of its length, at least
/// one edit, or beginning with it.
[[nodiscard]] std::vector<std::string> nearest(std::string_view typed, const std::vector<std::string>& names,
                                               std::size_t count);

/// `; did you mean 'trace'?`, or empty.
[[nodiscard]] std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names);

}  // namespace lotledger::cli
