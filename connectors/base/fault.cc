// connectors/base/fault.cc - faults as text, and the nearest known word for a misspelt one.
#include "connectors/base/fault.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace lotledger::connectors {

namespace {
constexpr std::size_t k_value_bytes_max = 120;
constexpr std::size_t k_word_bytes_max = 64;
constexpr std::size_t k_path_depth_max = 80;

/// Bytes of the UTF-8 character at the beginning of `text`; 0 where there is none. Overlong forms are not told apart:
/// this serves messages only.
std::size_t character_at(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}
}  // namespace

std::string_view name_of(FaultCode code) {
  switch (code) {
    case FaultCode::syntax: return "syntax";
    case FaultCode::limit: return "limit";
    case FaultCode::duplicate: return "duplicate";
    case FaultCode::missing: return "missing";
    case FaultCode::unknown_field: return "unknown field";
    case FaultCode::wrong_type: return "wrong type";
    case FaultCode::bad_value: return "bad value";
    case FaultCode::vocabulary: return "vocabulary";
    case FaultCode::rule: return "rule";
  }
  return "unknown";
}

std::string to_text(const Fault& fault) {
  std::string text = fault.field;
  if (!fault.value.empty()) text += fmt::format("{}\"{}\"", text.empty() ? "" : ": ", fault.value);
  if (!text.empty()) text += ": ";
  text += fault.what;
  if (!fault.hint.empty()) text += fmt::format(" ({})", fault.hint);
  return text;
}

std::string quoted(std::string_view text) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = character_at(text.substr(at));
    if (at + std::max<std::size_t>(length, 1) > k_value_bytes_max) return result + "...";
    const char c = text[at];
    const bool printable = length > 1 || (length == 1 && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    if (printable) result += text.substr(at, length);
    if (!printable) result += '?';
    at += std::max<std::size_t>(length, 1);
  }
  return result;
}

std::string FieldPath::text() const {
  std::array<const FieldPath*, k_path_depth_max> chain{};
  std::size_t count = 0;
  for (const FieldPath* step = this; step != nullptr && count < chain.size(); step = step->parent_)
    chain[count++] = step;
  std::string result;
  while (count > 0) {
    const FieldPath& step = *chain[--count];
    if (step.index_ != k_no_index) {
      result += fmt::format("[{}]", step.index_);
      continue;
    }
    if (!result.empty() && !step.name_.empty()) result += '.';
    result += quoted(step.name_);
  }
  return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit || b.size() >= k_word_bytes_max || a.size() >= k_word_bytes_max) return limit + 1;
  std::array<std::size_t, k_word_bytes_max> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace lotledger::connectors
