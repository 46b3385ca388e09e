// cli/suggest.cc - edit distance and what is near.
#include "cli/suggest.h"

#include <algorithm>
#include <utility>

namespace lotledger::cli {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the usual table: a swap looks two rows back.
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::vector<std::string> nearest(std::string_view typed, const std::vector<std::string>& names, std::size_t count) {
  const std::size_t bound = std::max<std::size_t>(1, typed.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(typed, name);
    const bool begins = !typed.empty() && name.starts_with(typed);
    if (distance <= bound || begins) near.emplace_back(begins ? std::min(distance, bound) : distance, name);
  }
  std::ranges::sort(near);
  near.erase(std::ranges::unique(near).begin(), near.end());
  if (near.size() > count) near.resize(count);
  std::vector<std::string> found;
  found.reserve(near.size());
  for (auto& [distance, name] : near) found.push_back(std::move(name));
  return found;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names) {
  const auto found = nearest(typed, names, 3);
  std::string text;
  for (const std::string& name : found) text += (text.empty() ? "'" : ", '") + name + "'";
  return found.empty() ? "" : "; did you mean " + text + "?";
}

}  // namespace lotledger::cli
