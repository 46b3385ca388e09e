// connectors/epcis/event_hash.cc - order, canonical values and sorting of the CBV 2.0 event hash.
#include "connectors/epcis/event_hash.h"

#include "connectors/epcis/event_fields.h"

#include "connectors/epcis/number_text.h"
#include "connectors/epcis/vocabulary.h"
#include "engine/base/gs1.h"
#include "engine/base/time.h"

#include <algorithm>
#include <array>

namespace lotledger::connectors::epcis {

namespace {

/// Where in the event a node stands, which decides the order of its children.
enum class Level : std::uint8_t {
  event,
  epcs,
  quantities,
  quantity,
  persistent,
  place,
  transactions,
  sources,
  typed_transaction,
  typed_source,
  sensors,
  sensor,
  metadata,
  report,
  leaf,     ///< A field of the standard without children.
  generic,  ///< ILMD, extensions and all below them: sorted by text, names printed always.
};

/// How a value is made canonical.
enum class Form : std::uint8_t {
  plain,
  time,
  biz_step,
  disposition,
  transaction,
  source,
  measurement,
  alert,
  component
};

constexpr std::uint8_t k_last = 255;     ///< Behind all ordered fields, sorted among each other.
constexpr std::uint8_t k_dropped = 254;  ///< Takes no part in the hash.

struct Row {
  Level in;
  std::string_view name;
  std::uint8_t rank;
  Level level;
  Form form;
};
// CBV 2.0, 8.9.2, canonical property order. Business transactions, sources and destinations are sorted among ILMD and
// extensions, behind the sensor elements: so do the published hashes, although the table of the standard reads
// otherwise.
constexpr Row k_rows[] = {
    {Level::event, "eventTime", 0, Level::leaf, Form::time},
    {Level::event, "eventTimeZoneOffset", 1, Level::leaf, Form::plain},
    {Level::event, "certificationInfo", 2, Level::leaf, Form::plain},
    {Level::event, "parentID", 3, Level::leaf, Form::plain},
    {Level::event, "epcList", 4, Level::epcs, Form::plain},
    {Level::event, "inputEPCList", 5, Level::epcs, Form::plain},
    {Level::event, "childEPCs", 6, Level::epcs, Form::plain},
    {Level::event, "quantityList", 7, Level::quantities, Form::plain},
    {Level::event, "childQuantityList", 8, Level::quantities, Form::plain},
    {Level::event, "inputQuantityList", 9, Level::quantities, Form::plain},
    {Level::event, "outputEPCList", 10, Level::epcs, Form::plain},
    {Level::event, "outputQuantityList", 11, Level::quantities, Form::plain},
    {Level::event, "action", 12, Level::leaf, Form::plain},
    {Level::event, "transformationID", 13, Level::leaf, Form::plain},
    {Level::event, "bizStep", 14, Level::leaf, Form::biz_step},
    {Level::event, "disposition", 15, Level::leaf, Form::disposition},
    {Level::event, "persistentDisposition", 16, Level::persistent, Form::plain},
    {Level::event, "readPoint", 17, Level::place, Form::plain},
    {Level::event, "bizLocation", 18, Level::place, Form::plain},
    {Level::event, "sensorElementList", 19, Level::sensors, Form::plain},
    {Level::event, "bizTransactionList", k_last, Level::transactions, Form::plain},
    {Level::event, "sourceList", k_last, Level::sources, Form::plain},
    {Level::event, "destinationList", k_last, Level::sources, Form::plain},
    {Level::event, "type", k_dropped, Level::generic, Form::plain},
    {Level::event, "@context", k_dropped, Level::generic, Form::plain},
    {Level::event, "eventID", k_dropped, Level::generic, Form::plain},
    {Level::event, "recordTime", k_dropped, Level::generic, Form::plain},
    {Level::event, "errorDeclaration", k_dropped, Level::generic, Form::plain},
    {Level::epcs, "epc", 0, Level::leaf, Form::plain},
    {Level::quantities, "quantityElement", 0, Level::quantity, Form::plain},
    {Level::quantity, "epcClass", 0, Level::leaf, Form::plain},
    {Level::quantity, "quantity", 1, Level::leaf, Form::plain},
    {Level::quantity, "uom", 2, Level::leaf, Form::plain},
    {Level::persistent, "set", 0, Level::leaf, Form::disposition},
    {Level::persistent, "unset", 1, Level::leaf, Form::disposition},
    {Level::place, "id", 0, Level::leaf, Form::plain},
    {Level::transactions, "", 0, Level::typed_transaction, Form::plain},
    {Level::sources, "", 0, Level::typed_source, Form::plain},
    {Level::typed_transaction, "type", 0, Level::leaf, Form::transaction},
    {Level::typed_transaction, "bizTransaction", 1, Level::leaf, Form::plain},
    {Level::typed_source, "type", 0, Level::leaf, Form::source},
    {Level::typed_source, "source", 1, Level::leaf, Form::plain},
    {Level::typed_source, "destination", 1, Level::leaf, Form::plain},
    {Level::sensors, "sensorElement", 0, Level::sensor, Form::plain},
    {Level::sensor, "sensorMetadata", 0, Level::metadata, Form::plain},
    {Level::sensor, "sensorReport", 1, Level::report, Form::plain},
    {Level::metadata, "time", 0, Level::leaf, Form::time},
    {Level::metadata, "startTime", 1, Level::leaf, Form::time},
    {Level::metadata, "endTime", 2, Level::leaf, Form::time},
    {Level::metadata, "deviceID", 3, Level::leaf, Form::plain},
    {Level::metadata, "deviceMetadata", 4, Level::leaf, Form::plain},
    {Level::metadata, "rawData", 5, Level::leaf, Form::plain},
    {Level::metadata, "dataProcessingMethod", 6, Level::leaf, Form::plain},
    {Level::metadata, "bizRules", 7, Level::leaf, Form::plain},
    {Level::report, "type", 0, Level::leaf, Form::measurement},
    {Level::report, "exception", 1, Level::leaf, Form::alert},
    {Level::report, "deviceID", 2, Level::leaf, Form::plain},
    {Level::report, "deviceMetadata", 3, Level::leaf, Form::plain},
    {Level::report, "rawData", 4, Level::leaf, Form::plain},
    {Level::report, "dataProcessingMethod", 5, Level::leaf, Form::plain},
    {Level::report, "time", 6, Level::leaf, Form::time},
    {Level::report, "microorganism", 7, Level::leaf, Form::plain},
    {Level::report, "chemicalSubstance", 8, Level::leaf, Form::plain},
    {Level::report, "value", 9, Level::leaf, Form::plain},
    {Level::report, "component", 10, Level::leaf, Form::component},
    {Level::report, "stringValue", 11, Level::leaf, Form::plain},
    {Level::report, "booleanValue", 12, Level::leaf, Form::plain},
    {Level::report, "hexBinaryValue", 13, Level::leaf, Form::plain},
    {Level::report, "uriValue", 14, Level::leaf, Form::plain},
    {Level::report, "minValue", 15, Level::leaf, Form::plain},
    {Level::report, "maxValue", 16, Level::leaf, Form::plain},
    {Level::report, "meanValue", 17, Level::leaf, Form::plain},
    {Level::report, "sDev", 18, Level::leaf, Form::plain},
    {Level::report, "percRank", 19, Level::leaf, Form::plain},
    {Level::report, "percValue", 20, Level::leaf, Form::plain},
    {Level::report, "uom", 21, Level::leaf, Form::plain},
    {Level::report, "coordinateReferenceSystem", 22, Level::leaf, Form::plain},
};

/// What is known of a node once its parent is known.
struct NodePlace {
  Level level = Level::generic;
  std::uint8_t rank = k_last;
  Form form = Form::plain;
};

/// The rows of each level; they stand together in the table.
struct RowRange {
  std::size_t first = 0;
  std::size_t end = 0;
};
constexpr std::array<RowRange, static_cast<std::size_t>(Level::generic) + 1> rows_by_level() {
  std::array<RowRange, static_cast<std::size_t>(Level::generic) + 1> ranges{};
  for (std::size_t i = 0; i < std::size(k_rows); ++i) {
    RowRange& range = ranges[static_cast<std::size_t>(k_rows[i].in)];
    if (range.end == 0) range.first = i;
    range.end = i + 1;
  }
  return ranges;
}
constexpr auto k_level_rows = rows_by_level();

NodePlace place_in(Level parent, std::string_view name) {
  const RowRange range = k_level_rows[static_cast<std::size_t>(parent)];
  for (std::size_t i = range.first; i < range.end; ++i) {
    if (k_rows[i].name == name) return {k_rows[i].level, k_rows[i].rank, k_rows[i].form};
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blank = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(k_blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_blank) - first + 1);
}

std::string vocabulary_value(Vocabulary vocabulary, std::string_view text, NumberForm numbers) {
  text = trimmed(text);
  // JSON-LD reads any bare measurement type as a word of GS1, and GS1 adds some between editions.
  const bool is_word = vocabulary == Vocabulary::measurement_type && !text.empty() && text.find(':') == text.npos;
  return is_word || knows(vocabulary, text) ? uri_of(vocabulary, text) : canonical_value(text, numbers);
}

std::string value_text(Form form, std::string_view text, NumberForm numbers) {
  switch (form) {
    case Form::plain: return canonical_value(text, numbers);
    case Form::time: return canonical_time(text);
    case Form::biz_step: return vocabulary_value(Vocabulary::biz_step, text, numbers);
    case Form::disposition: return vocabulary_value(Vocabulary::disposition, text, numbers);
    case Form::transaction: return vocabulary_value(Vocabulary::transaction_type, text, numbers);
    case Form::source: return vocabulary_value(Vocabulary::source_destination_type, text, numbers);
    case Form::measurement: return vocabulary_value(Vocabulary::measurement_type, text, numbers);
    case Form::alert: return vocabulary_value(Vocabulary::alert_type, text, numbers);
    case Form::component: return vocabulary_value(Vocabulary::component, text, numbers);
  }
  return {};
}

/// The namespace of CBV master data as XML mostly has it, without the last colon of JSON. Published hashes have either.
constexpr std::string_view k_xml_mda = "{urn:epcglobal:cbv:mda}";

/// `name` in the one writing that both syntaxes share.
std::string exact_name(std::string_view name) {
  if (!name.starts_with(k_xml_mda)) return std::string(name);
  return "{urn:epcglobal:cbv:mda:}" + std::string(name.substr(k_xml_mda.size()));
}

/// Makes the texts of all nodes from the last to the first, so that every child is ready when its parent asks for it.
class PreHash {
 public:
  PreHash(const EventTree& tree, NumberForm numbers) : nodes_(tree.nodes()), numbers_(numbers) {}
  [[nodiscard]] std::string run();

 private:
  void find_places();
  void join(std::uint32_t index);
  void append_children(std::uint32_t index, std::string& to);

  const std::vector<EventTree::Node>& nodes_;
  NumberForm numbers_;
  std::vector<NodePlace> places_;
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> children_;
};

void PreHash::find_places() {
  places_.resize(nodes_.size());
  places_[0] = {Level::event, 0, Form::plain};
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    for (std::uint32_t child = i + 1; child < nodes_[i].end; child = nodes_[child].end) {
      places_[child] = place_in(places_[i].level, nodes_[child].name);
    }
  }
}

void PreHash::append_children(std::uint32_t index, std::string& to) {
  children_.clear();
  for (std::uint32_t child = index + 1; child < nodes_[index].end; child = nodes_[child].end) {
    if (places_[child].rank != k_dropped && !texts_[child].empty()) children_.push_back(child);
  }
  std::ranges::sort(children_, [this](std::uint32_t a, std::uint32_t b) {
    if (places_[a].rank != places_[b].rank) return places_[a].rank < places_[b].rank;
    return texts_[a] < texts_[b];
  });
  for (const std::uint32_t child : children_) to += texts_[child];
}

void PreHash::join(std::uint32_t index) {
  const EventTree::Node& node = nodes_[index];
  if (places_[index].rank == k_dropped) return;
  std::string& text = texts_[index];
  text = numbers_ == NumberForm::exact ? exact_name(node.name) : std::string(node.name);
  const std::string value = node.value.empty() ? std::string() : value_text(places_[index].form, node.value, numbers_);
  if (!value.empty()) {
    text += '=';
    text += value;
  }
  const std::size_t bare = text.size();
  append_children(index, text);
  // A field of the standard without content is no field; an extension is one, however empty.
  if (value.empty() && text.size() == bare && places_[index].level != Level::generic) text.clear();
}

std::string PreHash::run() {
  if (nodes_.empty()) return {};
  find_places();
  texts_.resize(nodes_.size());
  for (auto i = static_cast<std::uint32_t>(nodes_.size()); i > 0; --i) join(i - 1);
  return std::move(texts_[0]);
}

struct UrnBase {
  std::string_view urn;
  std::string_view web;
};
constexpr std::array k_urns{
    UrnBase{"urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-"},
    UrnBase{"urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-"},
    UrnBase{"urn:epcglobal:cbv:btt:", "https://ref.gs1.org/cbv/BTT-"},
    UrnBase{"urn:epcglobal:cbv:sdt:", "https://ref.gs1.org/cbv/SDT-"},
    UrnBase{"urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-"},
    UrnBase{k_gs1_new_base, k_gs1_base},
    UrnBase{"gs1:", k_gs1_base},
    UrnBase{"cbv:", k_cbv_base},
    UrnBase{"epcis:", k_epcis_base},
};

std::optional<std::string> number_value(std::string_view text, NumberForm numbers) {
  const auto number = read_decimal(text);
  if (!number) return std::nullopt;
  if (numbers == NumberForm::exact) return exact_text(*number);
  return double_text(*number);
}

/// Whether the two forms of a number differ.
bool is_rounded(std::string_view text) {
  constexpr std::string_view k_first = "+-.0123456789";
  if (text.empty() || k_first.find(text.front()) == std::string_view::npos) return false;
  const auto number = read_decimal(text);
  return number && exact_text(*number) != double_text(*number);
}

}  // namespace

std::string canonical_value(std::string_view text, NumberForm numbers) {
  text = trimmed(text);
  for (const UrnBase& base : k_urns) {
    if (text.starts_with(base.urn)) return std::string(base.web) + std::string(text.substr(base.urn.size()));
  }
  if (text.starts_with("urn:epc:") || text.starts_with("http://") || text.starts_with("https://")) {
    return canonical_digital_link(text);
  }
  if (auto number = number_value(text, numbers)) return std::move(*number);
  return std::string(text);
}

std::string canonical_time(std::string_view text) {
  text = trimmed(text);
  const std::size_t point = text.find('.');
  std::string whole(text);
  std::int64_t ms = 0;
  if (point != std::string_view::npos) {
    std::size_t end = point + 1;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    const std::string digits = std::string(text.substr(point + 1, end - point - 1)) + "0000";
    for (std::size_t i = 0; i < 3; ++i) ms = ms * 10 + (digits[i] - '0');
    if (digits[3] >= '5') ++ms;
    whole.erase(point, end - point);
  }
  const auto read = read_instant(whole);
  if (!read.has_value()) return std::string(text);
  return format_utc_ms(Instant{read->at.utc_us + ms * 1000});
}

std::string pre_hash(const EventTree& tree, NumberForm numbers) {
  return PreHash(tree, numbers).run();
}

EventDigests digests_of(const EventTree& tree) {
  const std::string published = pre_hash(tree, NumberForm::cbv);
  EventDigests digests;
  digests.hash = sha256(published);
  digests.content = digests.hash;
  const bool differs = std::ranges::any_of(tree.nodes(), [](const EventTree::Node& node) {
    return node.name.starts_with(k_xml_mda) || is_rounded(trimmed(node.value));
  });
  if (differs) digests.content = sha256(pre_hash(tree, NumberForm::exact));
  return digests;
}

std::string event_hash_uri(const Digest& hash) {
  return "ni:///sha-256;" + hash.hex() + "?ver=CBV2.0";
}

}  // namespace lotledger::connectors::epcis
