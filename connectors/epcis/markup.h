// connectors/epcis/markup.h - where tags, comments and the like begin and end in an XML file of any size. What stands
// inside an event is parsed elsewhere (base/xml_tree.h), event by event.
#pragma once

#include "connectors/base/window.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

/// A tag longer than this is refused: attributes are compared with each other, and numbers are no place for data.
inline constexpr std::size_t k_tag_bytes_max = std::size_t{64} << 10;

/// One piece of markup, or the characters between two.
struct Markup {
  enum class Kind : std::uint8_t {
    start,     ///< `<name ...>`
    empty,     ///< `<name .../>`
    end,       ///< `</name>`
    text,      ///< Characters, a CDATA section.
    blank,     ///< Blanks, a comment, a processing instruction.
    doctype,   ///< `<!DOCTYPE` and whatever follows.
    broken,    ///< Markup that does not end, or is none.
    too_long,  ///< A tag of more than k_tag_bytes_max.
    at_end,    ///< The end of the file.
  };
  Kind kind = Kind::at_end;
  std::string text;          ///< Of a tag all of it, of other markup its beginning; empty for characters.
  std::uint64_t offset = 0;  ///< Of its first byte.
  std::uint64_t line = 1;

  /// Name of a tag, broken ones included, with its prefix; empty for anything else.
  [[nodiscard]] std::string_view name() const;
  /// Name of a tag without its prefix.
  [[nodiscard]] std::string_view local() const;
};

/// Reads markup from the position of `window` on.
class MarkupReader {
 public:
  explicit MarkupReader(Window& window) : window_(window) {}
  /// The next piece; the position is behind it afterwards.
  [[nodiscard]] Markup next();

 private:
  void characters(Markup& markup);
  void tag(Markup& markup);
  void declaration(Markup& markup);
  [[nodiscard]] bool skip_behind(std::string_view terminator, Markup& markup);
  [[nodiscard]] bool take(std::string_view expected, Markup& markup);

  Window& window_;
};

/// The part of a qualified name behind the colon.
[[nodiscard]] std::string_view local_of(std::string_view name);

}  // namespace lotledger::connectors::epcis
