// connectors/base/fault.h - what is wrong with an event, row or document of a source: where, which value, why, and what
// would cure it. One row may have many faults; all of them are reported. Explained in docs/areas/intake.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors {

/// What kind of fault, for counting and for choosing what to do; people read the words of the fault.
enum class FaultCode : std::uint8_t {
  syntax,         ///< Not JSON or CSV, not UTF-8, or the file ends too early.
  limit,          ///< Larger or deeper than the document of the format allows.
  duplicate,      ///< A member stands twice in one object, a column in one header.
  missing,        ///< A field that the format demands is absent or empty.
  unknown_field,  ///< A name that the format does not know.
  wrong_type,     ///< A number where a text is wanted, and so on.
  bad_value,      ///< The right type, but not a value that the field may have.
  vocabulary,     ///< A bare word that CBV 2.0 does not have.
  rule,           ///< Fields that are well-formed alone but may not stand together.
};
[[nodiscard]] std::string_view name_of(FaultCode code);

/// One fault.
struct Fault {
  FaultCode code = FaultCode::syntax;
  std::string
      field;  ///< Column, or JSON path from the root: `epcisBody.eventList[3].quantityList[0].uom`; may be empty.
  std::string value;  ///< The offending value as written, cut to 120 bytes; empty when something is missing.
  std::string what;   ///< Why it is refused.
  std::string hint;   ///< What would cure it; may be empty.
  friend bool operator==(const Fault&, const Fault&) = default;
};

/// `field: "value": what (hint)`, for people.
[[nodiscard]] std::string to_text(const Fault& fault);

/// `text` cut to 120 bytes, not inside a UTF-8 character, with "..." where something was cut; control characters become
/// `?`.
[[nodiscard]] std::string quoted(std::string_view text);

/// Where a value stands, as a chain of names on the stack of the caller; written out only when there is a fault to
/// report. A child keeps a pointer to its parent, which must outlive it.
class FieldPath {
 public:
  /// `root` is the path of the event in its document, such as `epcisBody.eventList[3]`; may be empty.
  explicit FieldPath(std::string_view root) : name_(root) {}
  [[nodiscard]] FieldPath operator/(std::string_view name) const { return {this, name, k_no_index}; }
  [[nodiscard]] FieldPath operator/(std::size_t index) const { return {this, {}, index}; }
  [[nodiscard]] std::string text() const;

 private:
  static constexpr std::size_t k_no_index = static_cast<std::size_t>(-1);
  FieldPath(const FieldPath* parent, std::string_view name, std::size_t index)
      : parent_(parent), name_(name), index_(index) {}
  const FieldPath* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = k_no_index;
};

/// The word of `words` that `text` is probably meant to be, or empty when none is near.
template <typename Words>
[[nodiscard]] std::string_view nearest(std::string_view text, const Words& words);

/// Number of single-character edits between two words, at most `limit` + 1.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

template <typename Words>
std::string_view nearest(std::string_view text, const Words& words) {
  std::string_view best;
  std::size_t distance_max = text.size() < 6 ? 2 : text.size() / 3;
  for (const std::string_view word : words) {
    const std::size_t distance = edit_distance(text, word, distance_max);
    if (distance > distance_max) continue;
    best = word;
    if (distance == 0) break;
    distance_max = distance - 1;
  }
  return best;
}

}  // namespace lotledger::connectors
