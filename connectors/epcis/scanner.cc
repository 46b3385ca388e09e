// connectors/epcis/scanner.cc - a walk over the few containers around the events, with everything else skipped by
// brackets.
#include "connectors/epcis/scanner.h"

#include <fmt/format.h>
#include <algorithm>

#include "engine/base/ascii.h"

namespace lotledger::connectors::epcis {

namespace {

constexpr std::size_t k_name_bytes_max = 1024;

std::size_t limit_of(Piece::Kind kind) {
  switch (kind) {
    case Piece::Kind::event: return k_event_bytes_max;
    case Piece::Kind::vocabulary: return k_vocabulary_bytes_max;
    case Piece::Kind::member: return k_member_bytes_max;
    case Piece::Kind::fault:
    case Piece::Kind::unreadable:
    case Piece::Kind::end: return k_unreadable_bytes_kept;
  }
  return 0;
}

}  // namespace

struct Scanner::Row {
  Role in;
  std::string_view name;
  Role to;
};
const Scanner::Row Scanner::k_rows[] = {
    {Role::document, "@context", Role::member},
    {Role::document, "type", Role::member},
    {Role::document, "id", Role::member},
    {Role::document, "schemaVersion", Role::member},
    {Role::document, "creationDate", Role::member},
    {Role::document, "sender", Role::member},
    {Role::document, "receiver", Role::member},
    {Role::document, "instanceIdentifier", Role::member},
    {Role::document, "epcisHeader", Role::header},
    {Role::document, "epcisBody", Role::body},
    {Role::header, "epcisMasterData", Role::master_data},
    {Role::master_data, "vocabularyList", Role::vocabularies},
    {Role::body, "eventList", Role::events},
    {Role::body, "queryResults", Role::query_results},
    {Role::query_results, "queryName", Role::member},
    {Role::query_results, "subscriptionID", Role::member},
    {Role::query_results, "resultsBody", Role::results_body},
    {Role::results_body, "eventList", Role::events},
    {Role::results_body, "vocabularyList", Role::vocabularies},
};

Scanner::Scanner(const ByteSource& source, Layout layout, bool keep)
    : window_(source, k_vocabulary_bytes_max), layout_(layout), keep_(keep) {}

Scanner::Role Scanner::role_of(Role in, std::string_view name) const {
  for (const Row& row : k_rows) {
    if (row.in == in && row.name == name) return row.to;
  }
  // Names with a colon are extensions of the document, which say nothing about material.
  return name.find(':') == std::string_view::npos ? Role::unknown : Role::ignored;
}

std::string Scanner::path_of(std::string_view last) const {
  std::string path;
  for (const Frame& frame : frames_) {
    if (!path.empty() && !frame.name.empty()) path += '.';
    path += frame.name;
  }
  if (!last.empty()) path += (path.empty() ? "" : ".") + quoted(last);
  return path;
}

void Scanner::note(FaultCode code, std::string path, std::string what, std::string hint) {
  Piece piece;
  piece.kind = Piece::Kind::fault;
  piece.offset = window_.offset();
  piece.line = window_.line();
  piece.path = path;
  piece.fault = {code, std::move(path), {}, std::move(what), std::move(hint)};
  pending_.push_back(std::move(piece));
}

void Scanner::skip_blanks() {
  while (true) {
    const std::string_view bytes = window_.ahead();
    if (bytes.empty()) return;
    const auto end = std::ranges::find_if_not(bytes, ascii_blank);
    window_.advance(static_cast<std::size_t>(end - bytes.begin()));
    if (end != bytes.end()) return;
  }
}

/// Passes over the rest of the file, so that its length is known.
Piece Scanner::drain(Piece piece) {
  while (true) {
    const std::size_t count = window_.ahead().size();
    if (count == 0) break;
    window_.advance(count);
  }
  finished_ = true;
  piece.kind = Piece::Kind::unreadable;
  piece.length = window_.offset() - piece.offset;
  piece.text = window_.marked().substr(0, k_unreadable_bytes_kept);
  piece.whole = piece.text.size() == piece.length;
  return piece;
}

Piece Scanner::unreadable(std::string path, std::string what) {
  Piece piece;
  piece.offset = window_.offset();
  piece.line = window_.line();
  piece.path = path;
  piece.fault = {FaultCode::syntax, std::move(path), {}, std::move(what), {}};
  window_.mark();
  piece.fault.value = quoted(window_.ahead().substr(0, 24));
  return drain(std::move(piece));
}

/// The value at the position. Where its end cannot be found, the rest of the file.
Piece Scanner::take_value(Piece::Kind kind, std::string path) {
  Piece piece;
  piece.kind = kind;
  piece.path = std::move(path);
  piece.offset = window_.offset();
  piece.line = window_.line();
  window_.unmark();
  if (keep_ || kind == Piece::Kind::member) window_.mark();
  ValueSkipper skipper;
  while (skipper.state() == ValueSkipper::State::inside) {
    const std::string_view bytes = window_.ahead();
    if (bytes.empty()) break;
    window_.advance(skipper.feed(bytes));
  }
  if (skipper.state() != ValueSkipper::State::done) {
    const bool ended = skipper.state() == ValueSkipper::State::inside;
    piece.fault = {FaultCode::syntax,
                   piece.path,
                   {},
                   ended ? "the file ends inside this value"
                         : fmt::format("a bracket at byte {} closes nothing that is open", window_.offset() - 1),
                   {}};
    return drain(std::move(piece));
  }
  piece.length = window_.offset() - piece.offset;
  piece.text = window_.marked().substr(0, limit_of(kind));
  piece.whole = piece.length <= limit_of(kind);
  return piece;
}

std::optional<std::string> Scanner::read_name() {
  if (window_.peek() != '"') return std::nullopt;
  window_.mark();
  ValueSkipper skipper;
  while (skipper.state() == ValueSkipper::State::inside) {
    const std::string_view bytes = window_.ahead();
    if (bytes.empty()) return std::nullopt;
    window_.advance(skipper.feed(bytes));
  }
  const std::string_view text = window_.marked();
  if (text.size() < 2 || text.size() > k_name_bytes_max || text.back() != '"') return std::nullopt;
  return std::string(text.substr(1, text.size() - 2));
}

/// Passes the comma before the next member or element, or the end of the container. A missing or superfluous comma
/// between two values is reported and passed over: where the values end is plain all the same.
std::optional<Piece> Scanner::separator(char closer) {
  skip_blanks();
  Frame& frame = frames_.back();
  const bool first = frame.elements == 0 && frame.names.empty();
  bool comma = false;
  while (window_.peek() == ',') {
    if (comma || first) note(FaultCode::syntax, path_of({}), "a comma too many");
    comma = true;
    window_.advance(1);
    skip_blanks();
  }
  const int c = window_.peek();
  if (c < 0) return unreadable(path_of({}), "the file ends before this is closed");
  if (c == closer) {
    if (comma && !first) note(FaultCode::syntax, path_of({}), "a comma stands before the end");
    window_.advance(1);
    frames_.pop_back();
    return std::nullopt;
  }
  if (c == '}' || c == ']') return unreadable(path_of({}), "a bracket closes nothing that is open");
  if (!comma && !first) note(FaultCode::syntax, path_of({}), "a comma is missing");
  return std::nullopt;
}

/// Passes over a value that may not stand here and returns it as a fault, so that its bytes are not lost.
Piece Scanner::misplaced(const std::string& name, Fault fault) {
  Piece piece = take_value(Piece::Kind::member, path_of(name));
  if (piece.kind == Piece::Kind::unreadable) return piece;
  piece.kind = Piece::Kind::fault;
  fault.field = piece.path;
  piece.fault = std::move(fault);
  return piece;
}

std::optional<Piece> Scanner::descend(Role role, const std::string& name) {
  const bool wants_array = role == Role::events || role == Role::vocabularies;
  if (window_.peek() != (wants_array ? '[' : '{')) {
    return misplaced(name, {FaultCode::wrong_type, {}, {}, wants_array ? "must be a list" : "must be an object", {}});
  }
  window_.advance(1);
  frames_.push_back({role, name, 0, {}});
  return std::nullopt;
}

std::optional<Piece> Scanner::read_member(const std::string& name) {
  Frame& frame = frames_.back();
  if (std::ranges::find(frame.names, name) != frame.names.end()) {
    note(FaultCode::duplicate, path_of(name), "this member stands twice in one object");
  }
  frame.names.push_back(name);
  const Role role = role_of(frame.role, name);
  if (role == Role::unknown) {
    return misplaced(name, {FaultCode::unknown_field,
                            {},
                            {},
                            "the standard has no such field here",
                            "a field of one's own needs a prefix that @context declares"});
  }
  if (role != Role::member && role != Role::ignored) return descend(role, name);
  Piece piece = take_value(Piece::Kind::member, path_of(name));
  if (role == Role::ignored && piece.kind == Piece::Kind::member) return std::nullopt;
  piece.name = name;
  return piece;
}

std::optional<Piece> Scanner::step_object() {
  const std::size_t depth = frames_.size();
  if (auto piece = separator('}')) return piece;
  if (frames_.size() != depth) return std::nullopt;
  const auto name = read_name();
  if (!name) return unreadable(path_of({}), "a member name in quotes is expected");
  skip_blanks();
  if (window_.peek() != ':') return unreadable(path_of(*name), "a colon is expected behind the name");
  window_.advance(1);
  skip_blanks();
  if (window_.peek() < 0) return unreadable(path_of(*name), "the file ends before the value");
  if (window_.peek() == ',' || window_.peek() == '}' || window_.peek() == ']') {
    return unreadable(path_of(*name), "a value is expected behind the colon");
  }
  return read_member(*name);
}

std::optional<Piece> Scanner::step_array() {
  const std::size_t depth = frames_.size();
  if (auto piece = separator(']')) return piece;
  if (frames_.size() != depth) return std::nullopt;
  Frame& frame = frames_.back();
  const auto kind = frame.role == Role::events ? Piece::Kind::event : Piece::Kind::vocabulary;
  const std::string path = fmt::format("{}[{}]", path_of({}), frame.elements);
  ++frame.elements;
  return take_value(kind, path);
}

Piece Scanner::start() {
  started_ = true;
  if (window_.ahead().starts_with("\xEF\xBB\xBF")) window_.advance(3);
  if (layout_ == Layout::document || layout_ == Layout::array) {
    skip_blanks();
    const bool array = layout_ == Layout::array;
    if (window_.peek() != (array ? '[' : '{')) return unreadable({}, "neither an object nor a list");
    window_.advance(1);
    frames_.push_back({array ? Role::events : Role::document, {}, 0, {}});
  }
  return step();
}

Piece Scanner::after_root() {
  skip_blanks();
  finished_ = true;
  if (window_.peek() >= 0) return unreadable({}, "something follows the end of the document");
  return {};
}

Piece Scanner::next_line() {
  skip_blanks();
  Piece piece;
  if (window_.peek() < 0) return piece;
  piece.kind = Piece::Kind::event;
  piece.offset = window_.offset();
  piece.line = window_.line();
  window_.mark();
  while (true) {
    const std::string_view bytes = window_.ahead();
    if (bytes.empty()) break;
    const std::size_t end = bytes.find('\n');
    window_.advance(std::min(end, bytes.size()));
    if (end != std::string_view::npos) break;
  }
  piece.length = window_.offset() - piece.offset;
  piece.text = window_.marked().substr(0, limit_of(piece.kind));
  piece.whole = piece.length <= limit_of(piece.kind);
  return piece;
}

Piece Scanner::next_object() {
  skip_blanks();
  if (window_.peek() < 0) return {};
  if (window_.peek() != '{') return unreadable({}, "an event, that is an object, is expected");
  return take_value(Piece::Kind::event, {});
}

Piece Scanner::step() {
  if (layout_ == Layout::lines) return next_line();
  if (layout_ == Layout::objects) return next_object();
  while (!frames_.empty()) {
    const Role role = frames_.back().role;
    auto piece = role == Role::events || role == Role::vocabularies ? step_array() : step_object();
    if (piece) return std::move(*piece);
    if (!pending_.empty()) return {};
  }
  return after_root();
}

Result<Piece> Scanner::next() {
  if (pending_.empty() && !finished_) {
    window_.unmark();
    Piece piece = started_ ? step() : start();
    LL_TRY(window_.status());
    const bool waits = piece.kind == Piece::Kind::end && (!pending_.empty() || !frames_.empty());
    if (piece.kind == Piece::Kind::end && !waits) finished_ = true;
    if (!waits && pending_.empty()) return piece;
    // Faults found on the way come first; they own their text, so the piece may wait behind them only if it does too.
    if (!waits) pending_.push_back(std::move(piece));
  }
  LL_TRY(window_.status());
  if (pending_.empty()) return Piece{};
  Piece piece = std::move(pending_.front());
  pending_.erase(pending_.begin());
  if (piece.kind == Piece::Kind::unreadable) finished_ = true;
  return piece;
}

}  // namespace lotledger::connectors::epcis
