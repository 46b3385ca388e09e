// connectors/epcis/xml_scanner.cc - a walk over the few elements around the events, with everything else skipped by
// tags.
#include "connectors/epcis/xml_scanner.h"

#include "connectors/base/json_tree.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace lotledger::connectors::epcis {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::array<std::string_view, 6> k_event_names{"ObjectEvent",         "AggregationEvent", "AssociationEvent",
                                                        "TransformationEvent", "TransactionEvent", "QuantityEvent"};
/// Names that no event holds: where one of them ends, so does an event that lost its own end.
constexpr std::array<std::string_view, 5> k_around_events{"EventList", "resultsBody", "EPCISBody", "EPCISDocument",
                                                          "EPCISQueryDocument"};

template <typename Names>
bool one_of(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_document(std::string_view local) {
  return local == "EPCISDocument" || local == "EPCISQueryDocument";
}

/// For an attribute in double quotes.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

/// The encoding that the XML declaration at the beginning names; empty for none.
std::string_view encoding_of(std::string_view bytes) {
  if (!bytes.starts_with("<?xml")) return {};
  const std::string_view declaration = bytes.substr(0, bytes.find("?>"));
  const std::size_t name = declaration.find("encoding");
  if (name == npos) return {};
  const std::size_t quote = declaration.find_first_of("'\"", name);
  if (quote == npos) return {};
  const std::size_t end = declaration.find(declaration[quote], quote + 1);
  return declaration.substr(quote + 1, end == npos ? end : end - quote - 1);
}

bool is_utf8(std::string_view encoding) {
  std::string name(encoding);
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name.empty() || name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii";
}

}  // namespace

struct XmlScanner::Row {
  Role in;
  std::string_view name;
  Role to;
};
const XmlScanner::Row XmlScanner::k_rows[] = {
    {Role::document, "EPCISHeader", Role::header},
    {Role::document, "EPCISBody", Role::body},
    {Role::document, "extension", Role::ignored},
    {Role::header, "extension", Role::header},
    {Role::header, "EPCISMasterData", Role::master_data},
    {Role::header, "StandardBusinessDocumentHeader", Role::ignored},
    {Role::document, "queryName", Role::ignored},
    {Role::document, "subscriptionID", Role::ignored},
    {Role::document, "resultsBody", Role::results},
    {Role::master_data, "VocabularyList", Role::vocabularies},
    {Role::body, "EventList", Role::events},
    {Role::body, "QueryResults", Role::results},
    {Role::results, "queryName", Role::ignored},
    {Role::results, "subscriptionID", Role::ignored},
    {Role::results, "extension", Role::ignored},
    {Role::results, "resultsBody", Role::results},
    {Role::results, "EventList", Role::events},
    {Role::results, "VocabularyList", Role::vocabularies},
    {Role::events, "extension", Role::events},
    {Role::events, "baseExtension", Role::events},
};

XmlScanner::XmlScanner(const ByteSource& source) : window_(source, k_vocabulary_bytes_max), reader_(window_) {
  if (window_.ahead().starts_with("\xEF\xBB\xBF")) window_.advance(3);
}

XmlScanner::Role XmlScanner::role_of(Role in, std::string_view name) const {
  if (in == Role::ignored) return in;
  for (const Row& row : k_rows) {
    if (row.in == in && row.name == local_of(name)) return row.to;
  }
  // Elements of somebody's own namespace say nothing about material here.
  const std::string_view prefix = name.substr(0, name.size() - local_of(name).size());
  if (prefix.empty()) return Role::unknown;
  const auto scope =
      std::find_if(scopes_.rbegin(), scopes_.rend(), [&](const Scope& one) { return one.prefix + ":" == prefix; });
  return scope != scopes_.rend() && scope->uri.starts_with("urn:epcglobal:epcis") ? Role::unknown : Role::ignored;
}

/// `EPCISBody.EventList`, and `last` below it; wrappers that EPCIS 1.2 needs are left out.
std::string XmlScanner::path_of(std::string_view last) const {
  std::string path;
  for (const Frame& frame : frames_) {
    const std::string_view local = local_of(frame.name);
    if (frame.role == Role::document || local == "extension" || local == "baseExtension") continue;
    path += (path.empty() ? "" : ".") + quoted(local);
  }
  if (!last.empty()) path += (path.empty() ? "" : ".") + quoted(last);
  return path;
}

Piece XmlScanner::fault(const Markup& markup, FaultCode code, std::string what, std::string hint) const {
  Piece piece;
  piece.kind = Piece::Kind::fault;
  piece.offset = markup.offset;
  piece.line = markup.line;
  piece.path = path_of(markup.local());
  piece.fault = {code, piece.path, quoted(markup.text), std::move(what), std::move(hint)};
  return piece;
}

/// Gives up from `markup` on: the rest of the file is passed over, so that its length is known.
Piece XmlScanner::unreadable(const Markup& markup, FaultCode code, std::string what, std::string hint) {
  Piece piece = fault(markup, code, std::move(what), std::move(hint));
  text_ = markup.text.substr(0, k_unreadable_bytes_kept);
  while (true) {
    const std::string_view bytes = window_.ahead();
    if (bytes.empty()) break;
    if (text_.size() < k_unreadable_bytes_kept) text_ += bytes.substr(0, k_unreadable_bytes_kept - text_.size());
    window_.advance(bytes.size());
  }
  finished_ = true;
  piece.kind = Piece::Kind::unreadable;
  piece.length = window_.offset() - piece.offset;
  piece.text = text_;
  piece.whole = text_.size() == piece.length;
  return piece;
}

/// Reads the declarations of a tag outside events. False when the tag is no XML.
bool XmlScanner::declare(const Markup& markup) {
  std::string tag = markup.text;
  if (markup.kind == Markup::Kind::start) tag.insert(tag.size() - 1, "/");
  if (!tags_.parse(tag).has_value()) return false;
  for (const XmlDeclaration& found : tags_.declarations())
    scopes_.push_back({std::string(found.prefix), std::string(found.uri)});
  return true;
}

/// `tag` and `rest` as one element, with those declarations in force that it uses and does not make itself.
std::string XmlScanner::with_declarations(std::string_view tag, std::string_view rest) {
  std::vector<std::string_view> done;
  std::string alone(tag);
  if (tag.ends_with('>') && !tag.ends_with("/>")) alone.insert(alone.size() - 1, "/");
  if (tags_.parse(alone).has_value()) {
    for (const XmlDeclaration& own : tags_.declarations()) done.push_back(own.prefix);
  }
  const std::size_t name_end = std::min(tag.find_first_of(" \t\r\n/>", 1), tag.size());
  std::string text(tag.substr(0, name_end));
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    if (one_of(done, scope->prefix)) continue;
    done.push_back(scope->prefix);
    const std::string use = scope->prefix + ":";
    const bool used = scope->prefix.empty() ? !scope->uri.empty() : tag.find(use) != npos || rest.find(use) != npos;
    if (!used) continue;
    const std::string name = scope->prefix.empty() ? "xmlns" : "xmlns:" + scope->prefix;
    text += fmt::format(" {}=\"{}\"", name, escaped(scope->uri));
  }
  text += tag.substr(name_end);
  return text += rest;
}

/// Whether an event that is still open must have lost its end, because `markup` can stand in none.
bool XmlScanner::ends_before(const Markup& markup) const {
  const std::string_view local = markup.local();
  if (markup.kind == Markup::Kind::end) return one_of(k_around_events, local);
  if (markup.kind != Markup::Kind::start && markup.kind != Markup::Kind::empty) return false;
  return one_of(k_event_names, local);
}

/// Passes over the element that `first` opens. False when it has no end. Its length goes to `piece`.
bool XmlScanner::skip_element(const Markup& first, Piece& piece) {
  std::size_t depth = 1;
  const bool is_event = piece.kind == Piece::Kind::event;
  while (true) {
    Markup markup = reader_.next();
    piece.length = window_.offset() - piece.offset;
    if (markup.kind == Markup::Kind::at_end) return false;
    if (markup.kind == Markup::Kind::too_long && piece.fault.what.empty()) {
      piece.fault = {FaultCode::limit,
                     piece.path,
                     quoted(markup.text),
                     fmt::format("a tag has at most {} bytes", k_tag_bytes_max),
                     {}};
    }
    if (is_event && ends_before(markup)) {
      piece.length = markup.offset - piece.offset;
      ahead_ = std::move(markup);
      return false;
    }
    if (markup.name() != first.name()) continue;
    if (markup.kind == Markup::Kind::start) ++depth;
    if (markup.kind == Markup::Kind::end && --depth == 0) return true;
  }
}

/// The element that `markup` opens, whole.
Piece XmlScanner::element(const Markup& markup, Piece::Kind kind, std::string path) {
  Piece piece;
  piece.kind = kind;
  piece.path = std::move(path);
  piece.name = std::string(markup.local());
  piece.offset = markup.offset;
  piece.line = markup.line;
  piece.length = markup.text.size();
  std::string_view rest;
  if (markup.kind != Markup::Kind::empty) {
    window_.mark();
    const std::uint64_t begin = window_.offset();
    const bool ended = skip_element(markup, piece);
    rest = window_.marked().substr(0, piece.offset + piece.length - begin);
    piece.whole = window_.marked_is_whole();
    if (!ended && piece.fault.what.empty()) {
      piece.fault = {FaultCode::syntax, piece.path, {}, fmt::format("<{}> has no end tag", quoted(markup.name())), {}};
    }
  }
  text_ = with_declarations(markup.text, rest);
  window_.unmark();
  const std::size_t limit = kind == Piece::Kind::event ? k_event_bytes_max : k_vocabulary_bytes_max;
  if (text_.size() > limit) {
    text_.resize(limit);
    piece.whole = false;
  }
  piece.text = text_;
  return piece;
}

std::optional<Piece> XmlScanner::descend(const Markup& markup, Role role) {
  if (frames_.size() >= XmlParser::k_depth_max)
    return unreadable(markup, FaultCode::limit, fmt::format("nested deeper than {} levels", XmlParser::k_depth_max));
  const std::size_t declared = scopes_.size();
  if (!declare(markup)) return unreadable(markup, FaultCode::syntax, "this tag is no XML");
  if (markup.kind == Markup::Kind::start) {
    frames_.push_back({role, std::string(markup.name()), declared, 0});
  } else {
    scopes_.resize(declared);
  }
  return std::nullopt;
}

/// What the tag of the root says; it has just been parsed.
void XmlScanner::read_head(std::string_view type) {
  head_ = "{\"@context\":{},\"type\":" + json_string(type);
  for (const XmlNode& node : tags_.nodes()) {
    const bool known = node.local == "schemaVersion" || node.local == "creationDate";
    if (!node.is_attribute || !node.prefix.empty() || !known) continue;
    head_ += ",\"" + std::string(node.local) + "\":" + json_string(xml_trimmed(node.text));
  }
  head_ += '}';
}

/// The first element of a file, and any behind its end.
std::optional<Piece> XmlScanner::root(const Markup& markup) {
  const std::string_view local = markup.local();
  if (one_of(k_event_names, local)) {
    if (head_.empty()) head_ = "{}";
    return element(markup, Piece::Kind::event, {});
  }
  if (!is_document(local) || !head_.empty())
    return unreadable(markup, FaultCode::syntax, "is no document or event of EPCIS",
                      "one EPCISDocument or EPCISQueryDocument, or events such as ObjectEvent");
  auto bad = descend(markup, Role::document);
  if (!bad) read_head(local);
  return bad;
}

/// An element of the event list.
Piece XmlScanner::event(const Markup& markup) {
  const auto list = std::ranges::find(frames_, Role::events, &Frame::role);
  return element(markup, Piece::Kind::event, fmt::format("{}[{}]", path_of({}), list->pieces++));
}

std::optional<Piece> XmlScanner::open(const Markup& markup) {
  if (frames_.empty()) return root(markup);
  Frame& top = frames_.back();
  const Role role = role_of(top.role, markup.name());
  if (top.role == Role::vocabularies && markup.local() == "Vocabulary")
    return element(markup, Piece::Kind::vocabulary, fmt::format("{}[{}]", path_of("Vocabulary"), top.pieces++));
  if (top.role == Role::events && role != Role::events) return event(markup);
  if (role != Role::unknown) return descend(markup, role);
  Piece piece = fault(markup, FaultCode::unknown_field, "the standard has no such element here",
                      "events stand in EPCISBody/EventList or QueryResults/resultsBody/EventList");
  if (auto bad = descend(markup, Role::ignored)) return bad;
  return piece;
}

/// Markup that cannot be followed. Where it was to open an event, that event is bad and the others are not.
std::optional<Piece> XmlScanner::broken(const Markup& markup) {
  const bool opens = !markup.name().empty() && !markup.text.starts_with("</");
  if (opens && !frames_.empty() && frames_.back().role == Role::events) return event(markup);
  return unreadable(markup, FaultCode::syntax, "this markup is no XML, or has no end");
}

std::optional<Piece> XmlScanner::close(const Markup& markup) {
  const auto match =
      std::find_if(frames_.rbegin(), frames_.rend(), [&](const Frame& frame) { return frame.name == markup.name(); });
  if (match == frames_.rend()) return fault(markup, FaultCode::syntax, "this end tag ends nothing");
  const std::size_t depth = static_cast<std::size_t>(frames_.rend() - match) - 1;
  const bool innermost = depth + 1 == frames_.size();
  Piece piece = fault(markup, FaultCode::syntax, fmt::format("<{}> has no end tag", quoted(frames_.back().name)));
  scopes_.resize(frames_[depth].declared);
  frames_.resize(depth);
  return innermost ? std::nullopt : std::optional(std::move(piece));
}

Piece XmlScanner::at_end() {
  finished_ = true;
  if (frames_.empty()) return {};
  Markup markup;
  markup.offset = window_.offset();
  markup.line = window_.line();
  return unreadable(markup, FaultCode::syntax, fmt::format("the file ends before </{}>", quoted(frames_.back().name)));
}

std::optional<Piece> XmlScanner::step(const Markup& markup) {
  switch (markup.kind) {
    case Markup::Kind::start:
    case Markup::Kind::empty: return open(markup);
    case Markup::Kind::end: return close(markup);
    case Markup::Kind::blank: return std::nullopt;
    case Markup::Kind::text:
      if (!frames_.empty() && frames_.back().role == Role::ignored) return std::nullopt;
      return fault(markup, FaultCode::syntax, "text stands where only elements may");
    case Markup::Kind::doctype:
      return unreadable(markup, FaultCode::syntax, "a document type (DOCTYPE) is never read", "leave it out");
    case Markup::Kind::broken: return broken(markup);
    case Markup::Kind::too_long:
      return unreadable(markup, FaultCode::limit, fmt::format("a tag has at most {} bytes", k_tag_bytes_max));
    case Markup::Kind::at_end: return at_end();
  }
  return std::nullopt;
}

Result<Piece> XmlScanner::next() {
  while (true) {
    if (!window_.status().has_value()) return std::unexpected(window_.status().error());
    if (finished_) return Piece{};
    const Markup markup = ahead_ ? std::move(*ahead_) : reader_.next();
    ahead_.reset();
    if (auto piece = step(markup)) {
      if (!window_.status().has_value()) return std::unexpected(window_.status().error());
      return std::move(*piece);
    }
  }
}

bool begins_xml(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  return xml_trimmed(bytes).starts_with('<');
}

Result<Survey> survey_xml(const ByteSource& source) {
  std::string bytes(std::size_t{1} << 10, '\0');
  LL_ASSIGN(const std::size_t got, source.read_at(0, bytes));
  bytes.resize(got);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  if (const std::string_view encoding = encoding_of(bytes); !is_utf8(encoding))
    return fail(ErrorCode::invalid_input,
                fmt::format("the XML is written in {}; convert it to UTF-8", quoted(encoding)));
  XmlScanner scanner(source);
  LL_ASSIGN(const Piece piece, scanner.next());
  if (scanner.head().empty()) {
    const Fault& fault = piece.fault;
    return fail(ErrorCode::invalid_input, piece.kind == Piece::Kind::end
                                              ? std::string("the file holds no XML element")
                                              : fmt::format("line {}: {}", piece.line, to_text(fault)));
  }
  Survey found{Layout::objects, scanner.head()};
  found.is_xml = true;
  if (scanner.head() != "{}") found.layout = Layout::document;
  return found;
}

}  // namespace lotledger::connectors::epcis
