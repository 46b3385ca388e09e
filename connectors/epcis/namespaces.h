// connectors/epcis/namespaces.h - the prefixes that an @context declares: names of extensions, and CURIEs in values.
#pragma once

#include "connectors/base/json_tree.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lotledger::connectors::epcis {

inline constexpr std::string_view k_cbv_base = "https://ref.gs1.org/cbv/";
inline constexpr std::string_view k_gs1_base = "https://gs1.org/voc/";
/// Where GS1 has moved that vocabulary; the same words.
inline constexpr std::string_view k_gs1_new_base = "https://ref.gs1.org/voc/";
inline constexpr std::string_view k_epcis_base = "https://ref.gs1.org/epcis/";

/// How a member name is written, seen with the prefixes in force.
enum class NameForm : std::uint8_t {
  bare,        ///< No colon: a field of the standard, or nothing that may stand there.
  extension,   ///< `prefix:name` with a known prefix, or a full URI.
  undeclared,  ///< `prefix:name`, but nothing declares the prefix.
};

/// Prefix -> namespace. Those of the GS1 contexts (epcis, cbv, cbvmda, gs1, rdfs, owl, xsd, dcterms) are always known;
/// a declaration in the document wins over them, and one in an event over that of its document.
class Namespaces {
 public:
  /// Takes over what a `@context` declares: an object, or a list of URLs and objects. What is malformed declares
  /// nothing.
  void add_context(const JsonValue& context);
  void declare(std::string_view prefix, std::string_view uri);

  /// The namespace of a prefix, or nullopt.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view prefix) const;
  /// True when a context is named by an URL that is not one of GS1's: its prefixes cannot be known here, because
  /// nothing is ever fetched, so an undeclared prefix is then no fault.
  [[nodiscard]] bool has_foreign_context() const { return !foreign_.empty(); }

  [[nodiscard]] NameForm form_of(std::string_view name) const;
  /// `prefix:rest` with a known prefix as full URI; anything else unchanged. `http://...` and `urn:...` are never
  /// CURIEs.
  [[nodiscard]] std::string expand(std::string_view text) const;
  /// Whether expand() would change `text`.
  [[nodiscard]] bool is_curie(std::string_view text) const;
  /// `{namespace}local` of an extension name, as event hashes and XML see it; a bare name stays as it is.
  [[nodiscard]] std::string qualified(std::string_view name) const;
  /// What declarations are in force, one `prefix=namespace` a line, sorted; without those that are always known. Of a
  /// context that is named by a URL not of GS1's: `=URL`.
  [[nodiscard]] std::string declarations() const;

 private:
  [[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text) const;
  std::vector<std::pair<std::string, std::string>> declared_;
  std::vector<std::string> foreign_;  ///< URLs of contexts that are not GS1's.
};

/// Whether `text` is a URI by its form: a scheme, a colon, at least one more character, no blanks, quotes or brackets
/// of the kinds that URIs may not hold. A CURIE has that form as well. Letters outside ASCII are allowed.
[[nodiscard]] bool is_uri(std::string_view text);

}  // namespace lotledger::connectors::epcis
