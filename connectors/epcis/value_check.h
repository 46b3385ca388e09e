// connectors/epcis/value_check.h - checks of single values: texts, URIs, times, numbers, vocabulary words, lists,
// names. Used by validate.cc; kept apart because they know JSON shapes, not EPCIS.
#pragma once

#include "connectors/base/json_tree.h"
#include "connectors/epcis/validate.h"
#include "connectors/epcis/vocabulary.h"

#include <span>
#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

/// Which URIs a field is meant to hold. A URI of the other kind is noted and not refused: JSON schema lets it pass, and
/// a lot reported among serial numbers happened all the same.
enum class UriUse : std::uint8_t {
  any,
  instance,    ///< One thing, not an EPC class or pattern URN.
  item_class,  ///< A class, not the EPC URN of one thing.
};

/// Collects the faults of one event. Every check returns whether the value may be used.
class ValueCheck {
 public:
  ValueCheck(const Namespaces& names, Findings& into) : names_(names), into_(into) {}

  void add(FaultCode code, const FieldPath& path, const JsonValue& value, std::string what, std::string hint = {});
  void missing(const FieldPath& path, std::string what, std::string hint = {});
  /// Something odd that is no reason to refuse.
  void note(FaultCode code, const FieldPath& path, const JsonValue& value, std::string what);

  bool is_kind(JsonKind kind, const FieldPath& path, const JsonValue& value);
  bool uri(UriUse use, const FieldPath& path, const JsonValue& value);
  bool uri_list(UriUse use, const FieldPath& path, const JsonValue& value);
  bool instant(const FieldPath& path, const JsonValue& value);
  bool number(const FieldPath& path, const JsonValue& value) { return is_kind(JsonKind::number, path, value); }
  bool term(Vocabulary vocabulary, const FieldPath& path, const JsonValue& value);
  bool hexadecimal(const FieldPath& path, const JsonValue& value);

  /// Whether the name of `member` may stand beside the fields of the standard; `known` are those fields, for a hint.
  bool extension_name(const FieldPath& parent, const JsonValue& member, std::span<const std::string_view> known);

  [[nodiscard]] const Namespaces& names() const { return names_; }

 private:
  const Namespaces& names_;
  Findings& into_;
};

}  // namespace lotledger::connectors::epcis
