// connectors/epcis/xml_scanner.h - finds the events and vocabularies of an EPCIS XML file of any size, as byte ranges
// with the namespace declarations that they need. Follows tags only; what stands inside a piece is parsed and judged
// elsewhere, piece by piece.
#pragma once

#include "connectors/base/xml_tree.h"
#include "connectors/epcis/markup.h"
#include "connectors/epcis/scanner.h"

#include <optional>
#include <utility>

namespace lotledger::connectors::epcis {

/// Pieces of EPCIS 2.0 or 1.2 XML. An event and a vocabulary come as one element that can be read alone: declarations
/// of the elements around it that it uses stand in its first tag.
class XmlScanner final : public PieceReader {
 public:
  explicit XmlScanner(const ByteSource& source);

  [[nodiscard]] Result<Piece> next() override;
  /// Once the root has been read: what it is and what it says of the document, as Survey::head. Empty before.
  [[nodiscard]] const std::string& head() const { return head_; }

 private:
  enum class Role : std::uint8_t {
    document,
    header,
    master_data,
    vocabularies,
    body,
    results,
    events,
    ignored,
    unknown
  };
  struct Row;
  static const Row k_rows[];
  struct Frame {
    Role role = Role::ignored;
    std::string name;          ///< With its prefix.
    std::size_t declared = 0;  ///< How many declarations are in force outside it.
    std::size_t pieces = 0;    ///< Events or vocabularies met in it.
  };
  struct Scope {
    std::string prefix, uri;
  };

  [[nodiscard]] std::optional<Piece> step(const Markup& markup);
  [[nodiscard]] std::optional<Piece> open(const Markup& markup);
  [[nodiscard]] std::optional<Piece> root(const Markup& markup);
  void read_head(std::string_view type);
  [[nodiscard]] std::optional<Piece> close(const Markup& markup);
  [[nodiscard]] std::optional<Piece> broken(const Markup& markup);
  [[nodiscard]] Piece event(const Markup& markup);
  [[nodiscard]] std::optional<Piece> descend(const Markup& markup, Role role);
  [[nodiscard]] bool declare(const Markup& markup);
  [[nodiscard]] Piece element(const Markup& markup, Piece::Kind kind, std::string path);
  [[nodiscard]] bool skip_element(const Markup& first, Piece& piece);
  [[nodiscard]] bool ends_before(const Markup& markup) const;
  [[nodiscard]] std::string with_declarations(std::string_view tag, std::string_view rest);
  [[nodiscard]] Piece fault(const Markup& markup, FaultCode code, std::string what, std::string hint = {}) const;
  [[nodiscard]] Piece unreadable(const Markup& markup, FaultCode code, std::string what, std::string hint = {});
  [[nodiscard]] Piece at_end();
  [[nodiscard]] std::string path_of(std::string_view last) const;
  [[nodiscard]] Role role_of(Role in, std::string_view name) const;

  Window window_;
  MarkupReader reader_;
  XmlParser tags_;
  std::vector<Frame> frames_;
  std::vector<Scope> scopes_;
  std::optional<Markup> ahead_;  ///< Read, but not yet looked at: it ended an event that has no end of its own.
  std::string head_;
  std::string text_;  ///< Of the last piece.
  bool finished_ = false;
};

/// What an XML file is, from its first tag; members as Survey::head has them. io when the source cannot be read;
/// invalid_input for a document type, an encoding other than UTF-8, and anything that is no EPCIS.
[[nodiscard]] Result<Survey> survey_xml(const ByteSource& source);

/// Whether the bytes at the beginning of a file are XML: `<` behind blanks and a byte order mark.
[[nodiscard]] bool begins_xml(std::string_view bytes);

}  // namespace lotledger::connectors::epcis
