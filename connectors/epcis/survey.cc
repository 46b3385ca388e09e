// connectors/epcis/survey.cc - what kind of file this is, decided from as few bytes as possible.
#include "connectors/epcis/scanner.h"
#include "connectors/epcis/xml_scanner.h"

#include <fmt/format.h>
#include <algorithm>

namespace lotledger::connectors::epcis {

namespace {

constexpr std::string_view k_blanks = " \t\r\n";

/// The first line that is not blank, and the first byte behind it that is not blank.
struct FirstLine {
  std::string_view text;
  char next = 0;
};

FirstLine first_line(std::string_view bytes) {
  const std::size_t begin = bytes.find_first_not_of(k_blanks);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
  FirstLine line{bytes.substr(begin, end - begin), 0};
  const std::size_t last = line.text.find_last_not_of(k_blanks);
  line.text = line.text.substr(0, last + 1);
  const std::size_t next = bytes.find_first_not_of(k_blanks, end);
  if (next != std::string_view::npos) line.next = bytes[next];
  return line;
}

/// One event a line: the first line is a whole object and another begins behind it; or the first line is damaged, and
/// the second begins an object where inside an object none may begin.
bool is_one_a_line(std::string_view bytes) {
  const FirstLine line = first_line(bytes);
  if (line.next != '{' || line.text.empty()) return false;
  ValueSkipper skipper;
  const std::size_t end = skipper.feed(line.text);
  if (line.text.front() == '{' && skipper.state() == ValueSkipper::State::done) {
    const std::size_t rest = line.text.find_first_not_of(k_blanks, end);
    return rest == std::string_view::npos || line.text[rest] != '{';
  }
  constexpr std::string_view k_goes_on = ":[,{";
  return k_goes_on.find(line.text.back()) == std::string_view::npos;
}

/// The first bytes of the file, at most as many as the longest event.
Result<std::string> beginning(const ByteSource& source) {
  std::string bytes(std::size_t{64} << 10, '\0');
  while (true) {
    LL_ASSIGN(const std::size_t got, source.read_at(0, bytes));
    const bool has_two_lines = first_line(std::string_view(bytes).substr(0, got)).next != 0;
    if (got < bytes.size() || has_two_lines || bytes.size() > k_event_bytes_max) {
      bytes.resize(got);
      return bytes;
    }
    bytes.resize(bytes.size() * 4);
  }
}

/// What a walk over the root object has met so far.
class Head {
 public:
  void take(const Piece& piece);
  /// Whether the rest of the file can add nothing to the survey.
  [[nodiscard]] bool is_enough() const {
    return is_event_ || (has_type_ && has_context_ && has_version_ && has_begun_);
  }
  [[nodiscard]] Survey found() const;

 private:
  std::string members_;
  bool is_event_ = false;
  bool is_document_ = false;
  bool has_type_ = false;
  bool has_context_ = false;
  bool has_version_ = false;
  bool has_begun_ = false;  ///< With events or master data: all members that stand before them are known.
};

void Head::take(const Piece& piece) {
  if (piece.kind == Piece::Kind::event || piece.kind == Piece::Kind::vocabulary) has_begun_ = true;
  if (piece.kind == Piece::Kind::event || piece.path.starts_with("epcis")) is_document_ = true;
  if (piece.kind != Piece::Kind::member || !piece.whole || piece.path != piece.name) return;
  members_ += fmt::format("{}\"{}\":{}", members_.empty() ? "" : ",", piece.name, piece.text);
  if (piece.name == "@context") has_context_ = true;
  if (piece.name == "schemaVersion") has_version_ = is_document_ = true;
  if (piece.name != "type") return;
  has_type_ = true;
  is_event_ = piece.text.ends_with("Event\"");
  is_document_ = is_document_ || piece.text.ends_with("Document\"");
}

Survey Head::found() const {
  return {is_document_ ? Layout::document : Layout::objects, "{" + members_ + "}"};
}

/// Walks the root object as if it were a document, until what it is and what it declares is known.
Result<Survey> survey_object(const ByteSource& source) {
  Scanner scanner(source, Layout::document, false);
  Head head;
  while (!head.is_enough()) {
    LL_ASSIGN(const Piece piece, scanner.next());
    if (piece.kind == Piece::Kind::end || piece.kind == Piece::Kind::unreadable) break;
    head.take(piece);
  }
  return head.found();
}

}  // namespace

Result<Survey> survey(const ByteSource& source) {
  LL_ASSIGN(std::string bytes, beginning(source));
  if (bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xFF\xFE")) {
    return fail(ErrorCode::invalid_input, "byte 0: this is UTF-16, but JSON and XML must be UTF-8");
  }
  if (begins_xml(bytes)) return survey_xml(source);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  const std::size_t first = bytes.find_first_not_of(k_blanks);
  if (first == std::string::npos) return fail(ErrorCode::invalid_input, "the file holds no JSON or XML at all");
  if (bytes[first] == '[') return Survey{Layout::array, "{}"};
  // Also where the first line is damaged: it is then one bad event among others.
  if (is_one_a_line(bytes)) return Survey{Layout::lines, "{}"};
  if (bytes[first] != '{') {
    return fail(ErrorCode::invalid_input, fmt::format("byte {}: \"{}\" begins no JSON object or list, and no XML",
                                                      first, quoted(std::string_view(bytes).substr(first, 24))));
  }
  return survey_object(source);
}

}  // namespace lotledger::connectors::epcis
