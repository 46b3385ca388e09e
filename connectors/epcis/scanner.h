// connectors/epcis/scanner.h - finds the events, vocabularies and head members of an EPCIS file of any size, as byte
// ranges. Follows brackets and strings only; what stands inside a piece is parsed and judged elsewhere, piece by piece.
#pragma once

#include "connectors/base/fault.h"
#include "connectors/base/value_skipper.h"
#include "connectors/base/window.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::epcis {

/// Limits of what is kept in memory (docs/areas/epcis.md).
inline constexpr std::size_t k_event_bytes_max = std::size_t{8} << 20;
inline constexpr std::size_t k_vocabulary_bytes_max = std::size_t{64} << 20;
inline constexpr std::size_t k_member_bytes_max = std::size_t{1} << 20;
/// Of bytes that cannot be read at all, this many are shown.
inline constexpr std::size_t k_unreadable_bytes_kept = std::size_t{64} << 10;

/// How the events of a file are laid out.
enum class Layout : std::uint8_t {
  document,  ///< EPCISDocument or EPCISQueryDocument.
  array,     ///< `[event, event]`.
  lines,     ///< One event a line.
  objects,   ///< One event, or several without commas between them.
};

/// A part of the file.
struct Piece {
  enum class Kind : std::uint8_t {
    event,
    vocabulary,
    member,      ///< A scalar member or @context of the document; `name` says which.
    fault,       ///< Something of the document itself is wrong; reading goes on behind it. `text` is what was left out.
    unreadable,  ///< From here on nothing can be followed; always the last but `end`.
    end,
  };
  Kind kind = Kind::end;
  std::string_view text;  ///< The bytes; valid until the next call. Empty for `end`.
  bool whole = true;      ///< False when `text` is only the beginning, because the piece is too long.
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::uint64_t line = 1;
  std::string path;  ///< `epcisBody.eventList[3]`; empty for events outside a document.
  std::string name;
  Fault fault;  ///< Of an event or vocabulary: why it is refused unread, where `what` is not empty.
};

/// Hands out the parts of a file one by one, whatever its syntax.
class PieceReader {
 public:
  PieceReader() = default;
  PieceReader(const PieceReader&) = delete;
  PieceReader& operator=(const PieceReader&) = delete;
  virtual ~PieceReader() = default;
  /// The next piece. io when the source cannot be read.
  [[nodiscard]] virtual Result<Piece> next() = 0;
};

/// Pieces of EPCIS 2.0 JSON.
class Scanner final : public PieceReader {
 public:
  /// `keep` false: events and vocabularies are only passed over, their text is empty.
  Scanner(const ByteSource& source, Layout layout, bool keep = true);

  [[nodiscard]] Result<Piece> next() override;

 private:
  enum class Role : std::uint8_t {
    document,
    header,
    master_data,
    vocabularies,
    body,
    query_results,
    results_body,
    events,
    member,
    ignored,
    unknown
  };
  struct Frame {
    Role role = Role::document;
    std::string name;
    std::size_t elements = 0;
    std::vector<std::string> names;
  };
  struct Row;
  static const Row k_rows[];

  [[nodiscard]] Piece step();
  [[nodiscard]] Piece start();
  [[nodiscard]] std::optional<Piece> step_object();
  [[nodiscard]] std::optional<Piece> step_array();
  [[nodiscard]] std::optional<Piece> separator(char closer);
  [[nodiscard]] std::optional<Piece> read_member(const std::string& name);
  [[nodiscard]] std::optional<std::string> read_name();
  [[nodiscard]] Piece take_value(Piece::Kind kind, std::string path);
  [[nodiscard]] Piece next_line();
  [[nodiscard]] Piece next_object();
  [[nodiscard]] Piece after_root();
  [[nodiscard]] Piece unreadable(std::string path, std::string what);
  [[nodiscard]] Piece drain(Piece piece);
  [[nodiscard]] Role role_of(Role in, std::string_view name) const;
  [[nodiscard]] std::optional<Piece> descend(Role role, const std::string& name);
  [[nodiscard]] Piece misplaced(const std::string& name, Fault fault);
  void note(FaultCode code, std::string path, std::string what, std::string hint = {});
  void skip_blanks();
  void skip_line_blanks();
  [[nodiscard]] std::string path_of(std::string_view last) const;

  Window window_;
  Layout layout_;
  bool keep_;
  bool started_ = false;
  bool finished_ = false;
  std::vector<Frame> frames_;
  std::vector<Piece> pending_;
};

/// What the beginning of a file (or, where it must be, all of it) tells about the whole.
struct Survey {
  Layout layout = Layout::document;
  /// The head members found, as one JSON object: @context, type, schemaVersion, ...
  std::string head = "{}";
  bool is_xml = false;
};
/// Reads until the first event, and until layout, type, @context and schemaVersion are known: to the end of the file
/// where they stand behind the body. io when the source cannot be read; invalid_input when the file is empty or is
/// neither JSON nor XML.
[[nodiscard]] Result<Survey> survey(const ByteSource& source);

}  // namespace lotledger::connectors::epcis
