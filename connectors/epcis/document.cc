// connectors/epcis/document.cc - pieces of the scanner, parsed, validated and read one by one.
#include "connectors/epcis/document.h"

#include "connectors/epcis/event_hash.h"
#include "connectors/epcis/event_reader.h"
#include "connectors/epcis/value_check.h"
#include "connectors/epcis/xml_event.h"
#include "connectors/epcis/xml_scanner.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

namespace lotledger::connectors::epcis {

namespace {

/// An event identifier in XML: what stands in the first element named eventID.
std::string find_xml_event_id(std::string_view text) {
  constexpr std::string_view k_name = "eventID>";
  const std::size_t at = text.find(k_name);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + k_name.size());
  return quoted(xml_trimmed(rest.substr(0, rest.find('<'))));
}

/// An event identifier in text that is not JSON: what stands in quotes behind "eventID" and a colon.
std::string find_event_id(std::string_view text) {
  if (text.starts_with('<')) return find_xml_event_id(text);
  constexpr std::string_view k_name = "\"eventID\"";
  constexpr std::string_view k_blank = " \t\r\n";
  std::size_t at = text.find(k_name);
  if (at == std::string_view::npos) return {};
  at = text.find_first_not_of(k_blank, at + k_name.size());
  if (at == std::string_view::npos || text[at] != ':') return {};
  at = text.find_first_not_of(k_blank, at + 1);
  if (at == std::string_view::npos || text[at] != '"') return {};
  const std::size_t end = text.find('"', at + 1);
  return end == std::string_view::npos ? std::string() : quoted(text.substr(at + 1, end - at - 1));
}

Origin origin_of(const Piece& piece) {
  return {piece.offset, piece.length, piece.line, 0, piece.path};
}

BadItem bad_part(const Piece& piece, BadItem::Kind kind) {
  BadItem bad{kind, origin_of(piece), find_event_id(piece.text), {piece.fault}, std::string(piece.text), piece.whole};
  if (bad.faults.front().value.empty()) bad.faults.front().value = quoted(piece.text);
  return bad;
}

std::string joined(std::string_view path, std::string_view rest) {
  const bool dot = !path.empty() && !rest.empty() && !rest.starts_with('[');
  return fmt::format("{}{}{}", path, dot ? "." : "", rest);
}

bool is_version(std::string_view text, char major) {
  return text.starts_with(major) && (text.size() == 1 || text[1] == '.');
}

std::string text_of(const JsonValue& object, std::string_view name) {
  const JsonValue value = object.find(name);
  return value.is(JsonKind::string) ? std::string(value.text()) : std::string();
}

}  // namespace

/// What a reader holds.
class DocumentReader::State {
 public:
  State(std::unique_ptr<ByteSource> source, std::string name, const Survey& found);
  [[nodiscard]] Result<std::optional<Item>> next();

  std::string name;
  DocumentInfo info;

 private:
  [[nodiscard]] Item event(const Piece& piece);
  [[nodiscard]] Item vocabulary(const Piece& piece);
  [[nodiscard]] std::optional<BadItem> parse(const Piece& piece, BadItem::Kind kind, JsonValue& value);
  [[nodiscard]] std::expected<JsonValue, std::vector<Fault>> parse_json(const Piece& piece);
  [[nodiscard]] std::expected<JsonValue, std::vector<Fault>> parse_xml(const Piece& piece);
  [[nodiscard]] EventDigests digest(const JsonValue& event, const Namespaces& names);
  void member(const Piece& piece);
  [[nodiscard]] std::optional<Item> head_faults();
  void check_head(const JsonValue& head, Findings& into) const;

  std::unique_ptr<ByteSource> source_;
  bool is_xml_;
  std::unique_ptr<PieceReader> pieces_;
  Namespaces names_;
  XmlParser xml_;
  std::string xml_json_;  ///< What the XML of a piece says, in JSON.
  JsonParser parser_;
  std::string_view json_;  ///< What was parsed last: the piece itself, or xml_json_.
  EventTree tree_;
  std::size_t events_ = 0;
  std::string head_;  ///< Head members seen, as the inside of a JSON object.
  std::vector<Fault> head_faults_;
  bool head_told_ = false;
};

DocumentReader::State::State(std::unique_ptr<ByteSource> source, std::string file, const Survey& found)
    : name(std::move(file)), source_(std::move(source)), is_xml_(found.is_xml) {
  if (is_xml_) {
    pieces_ = std::make_unique<XmlScanner>(*source_);
    head_ = found.head.substr(1, found.head.size() - 2);
  } else {
    pieces_ = std::make_unique<Scanner>(*source_, found.layout);
  }
  info.layout = found.layout;
  const auto head = parser_.parse(found.head);
  if (!head.has_value() || found.layout != Layout::document) return;
  names_.add_context(head->find("@context"));
  info.type = text_of(*head, "type");
  info.schema_version = text_of(*head, "schemaVersion");
  info.creation_date = text_of(*head, "creationDate");
  info.sender = text_of(*head, "sender");
  info.receiver = text_of(*head, "receiver");
  info.instance_identifier = text_of(*head, "instanceIdentifier");
}

std::expected<JsonValue, std::vector<Fault>> DocumentReader::State::parse_json(const Piece& piece) {
  json_ = piece.text;
  auto parsed = parser_.parse(json_);
  if (parsed.has_value()) return *parsed;
  const JsonFault& fault = parsed.error();
  const std::size_t at = std::min(fault.at, piece.text.size());
  const auto lines = std::ranges::count(piece.text.substr(0, at), '\n');
  return std::unexpected(std::vector<Fault>{{fault.code, joined(piece.path, fault.field), fault.value, fault.what,
                                             fmt::format("at byte {} of the file, line {}", piece.offset + at,
                                                         piece.line + static_cast<std::uint64_t>(lines))}});
}

/// XML by way of the JSON that says the same.
std::expected<JsonValue, std::vector<Fault>> DocumentReader::State::parse_xml(const Piece& piece) {
  if (const auto parsed = xml_.parse(piece.text); !parsed.has_value()) {
    const XmlFault& fault = parsed.error();
    return std::unexpected(std::vector<Fault>{
        {fault.code, piece.path, {}, fault.what, fmt::format("line {} of the file", piece.line + fault.line - 1)}});
  }
  const bool is_event = piece.kind == Piece::Kind::event;
  auto json = is_event ? json_of_xml_event(xml_, piece.path) : json_of_xml_vocabulary(xml_, piece.path);
  if (!json.has_value()) return std::unexpected(std::move(json.error()));
  xml_json_ = std::move(*json);
  json_ = xml_json_;
  auto parsed = parser_.parse(json_);
  if (parsed.has_value()) return *parsed;
  const JsonFault& fault = parsed.error();
  return std::unexpected(
      std::vector<Fault>{{fault.code, joined(piece.path, fault.field), fault.value, fault.what, {}}});
}

/// Parses a piece; returns what is wrong with it, if anything is.
std::optional<BadItem> DocumentReader::State::parse(const Piece& piece, BadItem::Kind kind, JsonValue& value) {
  BadItem bad;
  bad.kind = kind;
  bad.origin = origin_of(piece);
  if (!piece.fault.what.empty()) {
    bad.faults.push_back(piece.fault);
  } else if (!piece.whole) {
    const std::size_t limit = kind == BadItem::Kind::event ? k_event_bytes_max : k_vocabulary_bytes_max;
    bad.faults.push_back(
        {FaultCode::limit, piece.path, {}, fmt::format("has {} bytes, at most {} are read", piece.length, limit), {}});
  } else if (auto parsed = is_xml_ ? parse_xml(piece) : parse_json(piece); parsed.has_value()) {
    value = *parsed;
    return std::nullopt;
  } else {
    bad.faults = std::move(parsed.error());
  }
  bad.event_id = find_event_id(piece.text);
  bad.raw = std::string(piece.text);
  bad.raw_is_whole = piece.whole;
  return bad;
}

/// The hash as it is published for the syntax, and the content that both syntaxes share.
EventDigests DocumentReader::State::digest(const JsonValue& event, const Namespaces& names) {
  build_tree(event, names, tree_, is_xml_ ? PrefixUse::names : PrefixUse::names_and_values);
  EventDigests digests = digests_of(tree_);
  if (!is_xml_ || names.declarations().empty()) return digests;
  build_tree(event, names, tree_);
  digests.content = digests_of(tree_).content;
  return digests;
}

Item DocumentReader::State::event(const Piece& piece) {
  ++events_;
  JsonValue value;
  auto bad = parse(piece, BadItem::Kind::event, value);
  if (!bad && !value.is(JsonKind::object)) {
    bad = BadItem{BadItem::Kind::event, origin_of(piece), {}, {}, std::string(piece.text), true};
    bad->faults.push_back({FaultCode::wrong_type, piece.path, {}, "an event must be an object", {}});
  }
  if (bad) {
    bad->origin.number = events_;
    return std::move(*bad);
  }
  const EventFields fields = fields_of(value);
  const JsonValue& context = fields[Field::context];
  Namespaces own;
  if (context) {
    own = names_;
    own.add_context(context);
  }
  const Namespaces& names = context ? own : names_;
  Findings findings = validate_event(fields, names, piece.path);
  Origin origin = origin_of(piece);
  origin.number = events_;
  if (!findings.faults.empty()) {
    return BadItem{BadItem::Kind::event,       std::move(origin),       text_of(value, "eventID"),
                   std::move(findings.faults), std::string(piece.text), true};
  }
  GoodEvent good{read_event(fields, names, json_), std::move(origin), std::move(findings.notes)};
  if (is_xml_) {
    good.event.source_text = std::string(piece.text);
    good.event.source_namespaces.clear();
  }
  const EventDigests digests = digest(value, names);
  good.event.hash = digests.hash;
  good.event.content = digests.content;
  return good;
}

Item DocumentReader::State::vocabulary(const Piece& piece) {
  JsonValue value;
  if (auto bad = parse(piece, BadItem::Kind::master_data, value)) return std::move(*bad);
  Findings findings = validate_master_data(value, names_, piece.path);
  if (findings.faults.empty()) return MasterDataItem{read_master_data(value, json_), origin_of(piece)};
  return BadItem{BadItem::Kind::master_data, origin_of(piece),        {},
                 std::move(findings.faults), std::string(piece.text), true};
}

void DocumentReader::State::member(const Piece& piece) {
  if (!piece.whole) {
    head_faults_.push_back({FaultCode::limit,
                            piece.path,
                            {},
                            fmt::format("has {} bytes, at most {} are read", piece.length, k_member_bytes_max),
                            {}});
    return;
  }
  if (piece.path != piece.name) return;  // Members of queryResults: texts that nothing is decided by.
  // Parsed alone first, so that a broken one cannot spoil the others.
  const std::string text = fmt::format("{{\"{}\":{}}}", piece.name, piece.text);
  if (const auto parsed = parser_.parse(text); !parsed.has_value()) {
    head_faults_.push_back({FaultCode::syntax, piece.path, quoted(piece.text), parsed.error().what,
                            fmt::format("at byte {} of the file, line {}", piece.offset, piece.line)});
    return;
  }
  if (!head_.empty()) head_ += ',';
  head_ += text.substr(1, text.size() - 2);
}

void DocumentReader::State::check_head(const JsonValue& head, Findings& into) const {
  ValueCheck check(names_, into);
  const FieldPath root("");
  const bool query = text_of(head, "type") == "EPCISQueryDocument";
  constexpr std::array<std::string_view, 4> k_names{"@context", "type", "schemaVersion", "creationDate"};
  for (const std::string_view wanted : std::span(k_names).first(query ? 2 : 4)) {
    if (!head.find(wanted)) check.missing(root / wanted, fmt::format("{} is missing", wanted));
  }
  for (const JsonValue value : head.children()) {
    const FieldPath path = root / value.name();
    if (value.name() == "@context") continue;
    if (!check.is_kind(JsonKind::string, path, value)) continue;
    if (value.name() == "creationDate") check.instant(path, value);
    if (value.name() == "id") check.uri(UriUse::any, path, value);
    if (value.name() == "type" && !query && value.text() != "EPCISDocument") {
      check.add(FaultCode::bad_value, path, value, "is no document of EPCIS", "EPCISDocument or EPCISQueryDocument");
    }
    if (value.name() == "schemaVersion" && !is_version(value.text(), '2') &&
        !(is_xml_ && is_version(value.text(), '1'))) {
      check.add(FaultCode::bad_value, path, value, "is not version 2 of EPCIS",
                "events are judged by EPCIS 2.0 all the same");
    }
  }
}

std::optional<Item> DocumentReader::State::head_faults() {
  if (head_told_ || info.layout != Layout::document) return std::nullopt;
  head_told_ = true;
  Findings findings;
  const auto head = parser_.parse("{" + head_ + "}");
  if (head.has_value()) check_head(*head, findings);
  for (Fault& fault : findings.faults) head_faults_.push_back(std::move(fault));
  if (head_faults_.empty()) return std::nullopt;
  return BadItem{BadItem::Kind::document, {}, {}, std::move(head_faults_), {}, true};
}

Result<std::optional<Item>> DocumentReader::State::next() {
  while (true) {
    LL_ASSIGN(const Piece piece, pieces_->next());
    switch (piece.kind) {
      case Piece::Kind::event: return event(piece);
      case Piece::Kind::vocabulary: return vocabulary(piece);
      case Piece::Kind::member: member(piece); break;
      case Piece::Kind::fault: return bad_part(piece, BadItem::Kind::document);
      case Piece::Kind::unreadable: return bad_part(piece, BadItem::Kind::unreadable);
      case Piece::Kind::end: return head_faults();
    }
  }
}

Result<std::unique_ptr<DocumentReader>> DocumentReader::open(const std::string& path) {
  LL_ASSIGN(auto source, open_file(path));
  return over(std::move(source), path);
}

Result<std::unique_ptr<DocumentReader>> DocumentReader::over(std::unique_ptr<ByteSource> source, std::string name) {
  const auto found = survey(*source);
  if (!found.has_value()) return fail(found.error().code, fmt::format("{}: {}", name, found.error().message));
  return std::unique_ptr<DocumentReader>(
      new DocumentReader(std::make_unique<State>(std::move(source), std::move(name), *found)));
}

DocumentReader::DocumentReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
DocumentReader::~DocumentReader() = default;

const std::string& DocumentReader::name() const {
  return state_->name;
}
const DocumentInfo& DocumentReader::info() const {
  return state_->info;
}
Result<std::optional<Item>> DocumentReader::next() {
  return state_->next();
}

std::string describe(std::string_view file, const BadItem& item, const Fault& fault) {
  std::string where = fmt::format("{}: line {}", file, item.origin.line);
  switch (item.kind) {
    case BadItem::Kind::event: where += fmt::format(", event {}", item.origin.number); break;
    case BadItem::Kind::master_data: where += ", master data"; break;
    case BadItem::Kind::document: where += ", document"; break;
    case BadItem::Kind::unreadable:
      where += fmt::format(", bytes {} to {} unreadable", item.origin.offset, item.origin.offset + item.origin.length);
      break;
  }
  if (!item.event_id.empty()) where += fmt::format(" (eventID {})", item.event_id);
  return where + ": " + to_text(fault);
}

}  // namespace lotledger::connectors::epcis
