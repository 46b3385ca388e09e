// connectors/epcis/validate.cc - rules of EPCIS 2.0 for one event, field by field, then for fields that depend on each
// other.
#include "connectors/epcis/validate.h"

#include "connectors/epcis/value_check.h"
#include "engine/base/quantity.h"
#include "engine/base/time.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace lotledger::connectors::epcis {

namespace {

using namespace std::string_view_literals;

constexpr std::array k_quantity_names{"epcClass"sv, "quantity"sv, "uom"sv};
constexpr std::array k_place_names{"id"sv};
constexpr std::array k_error_names{"declarationTime"sv, "reason"sv, "correctiveEventIDs"sv};
constexpr std::array k_persistent_names{"set"sv, "unset"sv};
constexpr std::array k_sensor_names{"sensorMetadata"sv, "sensorReport"sv};

/// What a field of a sensor report or its metadata must look like.
enum class SensorShape : std::uint8_t { uri, time, number, text, boolean, hexadecimal, measurement, alert, component };
struct SensorRule {
  std::string_view name;
  SensorShape shape;
};
constexpr SensorRule k_metadata_rules[] = {
    {"time", SensorShape::time},
    {"startTime", SensorShape::time},
    {"endTime", SensorShape::time},
    {"deviceID", SensorShape::uri},
    {"deviceMetadata", SensorShape::uri},
    {"rawData", SensorShape::uri},
    {"dataProcessingMethod", SensorShape::uri},
    {"bizRules", SensorShape::uri},
};
constexpr SensorRule k_report_rules[] = {
    {"type", SensorShape::measurement},
    {"exception", SensorShape::alert},
    {"deviceID", SensorShape::uri},
    {"deviceMetadata", SensorShape::uri},
    {"rawData", SensorShape::uri},
    {"dataProcessingMethod", SensorShape::uri},
    {"bizRules", SensorShape::uri},
    {"time", SensorShape::time},
    {"microorganism", SensorShape::uri},
    {"chemicalSubstance", SensorShape::uri},
    {"coordinateReferenceSystem", SensorShape::uri},
    {"value", SensorShape::number},
    {"component", SensorShape::component},
    {"stringValue", SensorShape::text},
    {"booleanValue", SensorShape::boolean},
    {"hexBinaryValue", SensorShape::hexadecimal},
    {"uriValue", SensorShape::uri},
    {"minValue", SensorShape::number},
    {"maxValue", SensorShape::number},
    {"meanValue", SensorShape::number},
    {"sDev", SensorShape::number},
    {"percRank", SensorShape::number},
    {"percValue", SensorShape::number},
    {"uom", SensorShape::text},
};

bool in(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool filled(const JsonValue& list) {
  return list.is(JsonKind::array) && !list.children().empty();
}

/// `+08:00`; EPCIS allows no Z here and nothing beyond 14 hours.
bool is_event_offset(std::string_view text) {
  const bool shape = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
  return shape && parse_offset(text).has_value();
}

/// Checks one event; lives as long as the call.
class EventCheck {
 public:
  EventCheck(const EventFields& event, const Namespaces& names, std::string_view path, Findings& into)
      : event_(event), check_(names, into), root_(path) {}

  void run();

 private:
  void type();
  void presence();
  void member(Field field, const JsonValue& value);
  void common(Field field, const FieldPath& path, const JsonValue& value);
  void where_and_why(Field field, const FieldPath& path, const JsonValue& value);
  void others();
  void identifiers();
  void transformation_lists();
  void parent_and_ilmd();

  void context(const FieldPath& path, const JsonValue& value);
  void offset(const FieldPath& path, const JsonValue& value);
  void action(const FieldPath& path, const JsonValue& value);
  void certification(const FieldPath& path, const JsonValue& value);
  void error_declaration(const FieldPath& path, const JsonValue& value);
  void quantities(const FieldPath& path, const JsonValue& value);
  void quantity(const FieldPath& path, const JsonValue& value);
  void amount(const FieldPath& path, const JsonValue& element);
  void persistent_disposition(const FieldPath& path, const JsonValue& value);
  void place(const FieldPath& path, const JsonValue& value);
  void typed_list(Field field, const FieldPath& path, const JsonValue& value);
  void typed(std::string_view id_name, const FieldPath& path, const JsonValue& value);
  void sensors(const FieldPath& path, const JsonValue& value);
  void sensor(const FieldPath& path, const JsonValue& value);
  void sensor_fields(std::span<const SensorRule> rules, const FieldPath& path, const JsonValue& value);
  void sensor_field(SensorShape shape, const FieldPath& path, const JsonValue& value);
  void attributes(const FieldPath& path, const JsonValue& value);

  [[nodiscard]] bool has_action(std::string_view name) const {
    return event_[Field::action].is(JsonKind::string) && event_[Field::action].text() == name;
  }

  const EventFields& event_;
  ValueCheck check_;
  FieldPath root_;
  std::optional<EventType> type_;
};

void EventCheck::run() {
  type();
  presence();
  for (const FieldRule& rule : field_rules()) {
    if (const JsonValue& value = event_[rule.field]) member(rule.field, value);
  }
  others();
  if (!type_) return;
  identifiers();
  parent_and_ilmd();
}

void EventCheck::type() {
  const JsonValue& value = event_[Field::type];
  if (!value) return;  // presence() says so.
  const FieldPath path = root_ / "type";
  if (!check_.is_kind(JsonKind::string, path, value)) return;
  type_ = event_type_of(value.text());
  if (type_) return;
  constexpr std::array k_types{"ObjectEvent"sv, "AggregationEvent"sv, "AssociationEvent"sv, "TransformationEvent"sv,
                               "TransactionEvent"sv};
  const std::string_view near = nearest(value.text(), k_types);
  check_.add(FaultCode::bad_value, path, value, "is none of the five event types of EPCIS 2.0",
             near.empty() ? std::string() : fmt::format("did you mean \"{}\"?", near));
}

void EventCheck::presence() {
  for (const FieldRule& rule : field_rules()) {
    const JsonValue& value = event_[rule.field];
    const std::uint8_t bit = type_ ? bit_of(*type_) : 0;
    const bool required = type_ ? (rule.required & bit) != 0 : rule.required == k_every_type;
    if (!value && required) check_.missing(root_ / rule.name, fmt::format("{} is missing", rule.name));
    if (value && type_ && (rule.allowed & bit) == 0) {
      check_.add(FaultCode::unknown_field, root_ / rule.name, value,
                 fmt::format("may not stand in a {}", name_of(*type_)));
    }
  }
}

void EventCheck::member(Field field, const JsonValue& value) {
  const FieldPath path = root_ / name_of(field);
  switch (field) {
    case Field::context:
    case Field::type:
    case Field::event_time:
    case Field::record_time:
    case Field::event_time_zone_offset:
    case Field::event_id:
    case Field::certification_info:
    case Field::error_declaration:
    case Field::action: return common(field, path, value);
    case Field::parent_id:
    case Field::transformation_id: check_.uri(UriUse::any, path, value); return;
    case Field::epc_list:
    case Field::child_epcs:
    case Field::input_epc_list:
    case Field::output_epc_list: check_.uri_list(UriUse::instance, path, value); return;
    case Field::quantity_list:
    case Field::child_quantity_list:
    case Field::input_quantity_list:
    case Field::output_quantity_list: return quantities(path, value);
    case Field::biz_step:
    case Field::disposition:
    case Field::persistent_disposition:
    case Field::read_point:
    case Field::biz_location:
    case Field::biz_transaction_list:
    case Field::source_list:
    case Field::destination_list:
    case Field::sensor_element_list:
    case Field::ilmd: return where_and_why(field, path, value);
  }
}

void EventCheck::common(Field field, const FieldPath& path, const JsonValue& value) {
  if (field == Field::context) return context(path, value);
  if (field == Field::event_time || field == Field::record_time) check_.instant(path, value);
  if (field == Field::event_time_zone_offset) return offset(path, value);
  if (field == Field::event_id) check_.uri(UriUse::any, path, value);
  if (field == Field::certification_info) return certification(path, value);
  if (field == Field::error_declaration) return error_declaration(path, value);
  if (field == Field::action) return action(path, value);
}

void EventCheck::where_and_why(Field field, const FieldPath& path, const JsonValue& value) {
  if (field == Field::biz_step) check_.term(Vocabulary::biz_step, path, value);
  if (field == Field::disposition) check_.term(Vocabulary::disposition, path, value);
  if (field == Field::persistent_disposition) return persistent_disposition(path, value);
  if (field == Field::read_point || field == Field::biz_location) return place(path, value);
  if (field == Field::sensor_element_list) return sensors(path, value);
  if (field == Field::ilmd) return attributes(path, value);
  if (field == Field::biz_transaction_list || field == Field::source_list || field == Field::destination_list) {
    typed_list(field, path, value);
  }
}

void EventCheck::others() {
  std::array<std::string_view, k_field_count> known;
  std::ranges::transform(field_rules(), known.begin(), &FieldRule::name);
  for (const JsonValue& value : event_.others) check_.extension_name(root_, value, known);
}

void EventCheck::context(const FieldPath& path, const JsonValue& value) {
  if (value.is(JsonKind::string) || value.is(JsonKind::object)) return;
  if (!check_.is_kind(JsonKind::array, path, value)) return;
  std::size_t position = 0;
  for (const JsonValue part : value.children()) {
    const FieldPath at = path / position++;
    if (!part.is(JsonKind::object)) check_.is_kind(JsonKind::string, at, part);
  }
}

void EventCheck::offset(const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::string, path, value) || is_event_offset(value.text())) return;
  check_.add(FaultCode::bad_value, path, value, "is no offset from UTC",
             "sign, hours and minutes as in +08:00, at most 14:00");
}

void EventCheck::action(const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::string, path, value) || action_of(value.text())) return;
  check_.add(FaultCode::bad_value, path, value, "is no action", "ADD, OBSERVE or DELETE");
}

void EventCheck::certification(const FieldPath& path, const JsonValue& value) {
  if (value.is(JsonKind::array)) {
    check_.uri_list(UriUse::any, path, value);
  } else {
    check_.uri(UriUse::any, path, value);
  }
}

void EventCheck::error_declaration(const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::object, path, value)) return;
  if (!value.find("declarationTime")) check_.missing(path / "declarationTime", "declarationTime is missing");
  for (const JsonValue item : value.children()) {
    const FieldPath at = path / item.name();
    if (item.name() == "declarationTime") {
      check_.instant(at, item);
    } else if (item.name() == "reason") {
      check_.term(Vocabulary::error_reason, at, item);
    } else if (item.name() == "correctiveEventIDs") {
      check_.uri_list(UriUse::any, at, item);
    } else {
      check_.extension_name(path, item, k_error_names);
    }
  }
}

void EventCheck::quantities(const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::array, path, value)) return;
  std::size_t position = 0;
  for (const JsonValue element : value.children()) quantity(path / position++, element);
}

void EventCheck::quantity(const FieldPath& path, const JsonValue& element) {
  if (!check_.is_kind(JsonKind::object, path, element)) return;
  for (const JsonValue item : element.children()) {
    if (in(k_quantity_names, item.name())) continue;
    const std::string_view near = nearest(item.name(), k_quantity_names);
    check_.add(FaultCode::unknown_field, path / item.name(), item,
               "a quantity element has epcClass, quantity and uom only",
               near.empty() ? std::string() : fmt::format("did you mean \"{}\"?", near));
  }
  if (const JsonValue item_class = element.find("epcClass")) {
    check_.uri(UriUse::item_class, path / "epcClass", item_class);
  } else {
    check_.missing(path / "epcClass", "epcClass is missing");
  }
  amount(path, element);
}

void EventCheck::amount(const FieldPath& path, const JsonValue& element) {
  UnitCode unit = each();
  if (const JsonValue uom = element.find("uom"); uom && check_.is_kind(JsonKind::string, path / "uom", uom)) {
    if (!is_standard_uom(uom.text())) {
      check_.add(FaultCode::bad_value, path / "uom", uom, "is no unit of measure",
                 "a code of UN/ECE Rec 20: two or three capitals or digits, such as KGM, LTR, MTR");
    } else if (const auto code = UnitCode::parse(uom.text()); code.has_value()) {
      unit = *code;
    }
  }
  const JsonValue quantity = element.find("quantity");
  if (!quantity || !check_.number(path / "quantity", quantity)) return;
  const auto read = parse_quantity(quantity.text(), unit);
  if (!read.has_value()) {
    check_.add(FaultCode::bad_value, path / "quantity", quantity, read.error().message);
  } else if (read->mantissa < 0) {
    check_.add(FaultCode::bad_value, path / "quantity", quantity, "a quantity may not be negative");
  }
}

void EventCheck::persistent_disposition(const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::object, path, value)) return;
  if (value.children().empty()) check_.missing(path, "needs set or unset");
  for (const JsonValue list : value.children()) {
    const FieldPath at = path / list.name();
    if (!in(k_persistent_names, list.name())) {
      check_.add(FaultCode::unknown_field, at, list, "a persistent disposition has set and unset only");
      continue;
    }
    if (!check_.is_kind(JsonKind::array, at, list)) continue;
    if (list.children().empty()) check_.missing(at, fmt::format("{} is empty", list.name()));
    std::size_t position = 0;
    for (const JsonValue item : list.children()) check_.term(Vocabulary::disposition, at / position++, item);
  }
}

void EventCheck::place(const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::object, path, value)) return;
  if (!value.find("id")) check_.missing(path / "id", "id is missing");
  for (const JsonValue item : value.children()) {
    if (item.name() == "id") {
      check_.uri(UriUse::any, path / "id", item);
    } else {
      check_.extension_name(path, item, k_place_names);
    }
  }
}

void EventCheck::typed_list(Field field, const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::array, path, value)) return;
  const std::string_view id_name = field == Field::biz_transaction_list ? "bizTransaction"
                                   : field == Field::source_list        ? "source"
                                                                        : "destination";
  std::size_t position = 0;
  for (const JsonValue item : value.children()) typed(id_name, path / position++, item);
}

void EventCheck::typed(std::string_view id_name, const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::object, path, value)) return;
  const bool transaction = id_name == "bizTransaction";
  if (!value.find(id_name)) check_.missing(path / id_name, fmt::format("{} is missing", id_name));
  if (!transaction && !value.find("type")) check_.missing(path / "type", "type is missing");
  for (const JsonValue item : value.children()) {
    const FieldPath at = path / item.name();
    if (item.name() == "type") {
      check_.term(transaction ? Vocabulary::transaction_type : Vocabulary::source_destination_type, at, item);
    } else if (item.name() == id_name) {
      check_.uri(UriUse::any, at, item);
    } else {
      check_.add(FaultCode::unknown_field, at, item, fmt::format("has type and {} only", id_name));
    }
  }
}

void EventCheck::sensors(const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::array, path, value)) return;
  std::size_t position = 0;
  for (const JsonValue element : value.children()) sensor(path / position++, element);
}

void EventCheck::sensor(const FieldPath& path, const JsonValue& element) {
  if (!check_.is_kind(JsonKind::object, path, element)) return;
  if (!filled(element.find("sensorReport"))) check_.missing(path / "sensorReport", "needs one sensor report at least");
  for (const JsonValue item : element.children()) {
    const FieldPath at = path / item.name();
    if (item.name() == "sensorMetadata") {
      sensor_fields(k_metadata_rules, at, item);
    } else if (item.name() != "sensorReport") {
      check_.extension_name(path, item, k_sensor_names);
    } else if (check_.is_kind(JsonKind::array, at, item)) {
      std::size_t position = 0;
      for (const JsonValue report : item.children()) {
        const FieldPath here = at / position++;
        if (report.is(JsonKind::object) && !report.find("type") && !report.find("exception")) {
          check_.missing(here / "type", "type is missing",
                         "a report that only tells of an alert has an exception instead");
        }
        sensor_fields(k_report_rules, here, report);
      }
    }
  }
}

void EventCheck::sensor_fields(std::span<const SensorRule> rules, const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::object, path, value)) return;
  for (const JsonValue item : value.children()) {
    const auto rule = std::ranges::find(rules, item.name(), &SensorRule::name);
    if (rule != rules.end()) {
      sensor_field(rule->shape, path / item.name(), item);
      continue;
    }
    std::array<std::string_view, std::size(k_report_rules)> known;
    std::ranges::transform(rules, known.begin(), &SensorRule::name);
    check_.extension_name(path, item, std::span(known).first(rules.size()));
  }
}

void EventCheck::sensor_field(SensorShape shape, const FieldPath& path, const JsonValue& value) {
  switch (shape) {
    case SensorShape::uri: check_.uri(UriUse::any, path, value); return;
    case SensorShape::time: check_.instant(path, value); return;
    case SensorShape::number: check_.number(path, value); return;
    case SensorShape::text: check_.is_kind(JsonKind::string, path, value); return;
    case SensorShape::boolean: check_.is_kind(JsonKind::boolean, path, value); return;
    case SensorShape::hexadecimal: check_.hexadecimal(path, value); return;
    case SensorShape::measurement: check_.term(Vocabulary::measurement_type, path, value); return;
    case SensorShape::alert: check_.term(Vocabulary::alert_type, path, value); return;
    case SensorShape::component: check_.term(Vocabulary::component, path, value); return;
  }
}

void EventCheck::attributes(const FieldPath& path, const JsonValue& value) {
  if (!check_.is_kind(JsonKind::object, path, value)) return;
  for (const JsonValue item : value.children()) check_.extension_name(path, item, {});
}

/// Which things an event is about. EPCIS 2.0, 7.4.2 to 7.4.6.
void EventCheck::identifiers() {
  const bool epcs = filled(event_[Field::epc_list]);
  const bool quantities = filled(event_[Field::quantity_list]);
  const bool children = filled(event_[Field::child_epcs]) || filled(event_[Field::child_quantity_list]);
  switch (*type_) {
    case EventType::object: {
      const bool sensed = filled(event_[Field::sensor_element_list]) && event_[Field::read_point];
      if (epcs || quantities || sensed) return;
      return check_.missing(root_ / "epcList",
                            "an ObjectEvent needs epcList, quantityList, or sensorElementList with readPoint");
    }
    case EventType::transaction:
      if (!filled(event_[Field::biz_transaction_list]) && event_[Field::biz_transaction_list]) {
        check_.missing(root_ / "bizTransactionList", "a TransactionEvent needs one business transaction at least");
      }
      if (epcs || quantities || has_action("DELETE")) return;
      return check_.missing(root_ / "epcList", "a TransactionEvent needs epcList or quantityList",
                            "only DELETE may leave both out: it then ends the link for all");
    case EventType::aggregation:
    case EventType::association:
      if (children || has_action("DELETE")) return;
      return check_.missing(root_ / "childEPCs",
                            fmt::format("an {} needs childEPCs or childQuantityList", name_of(*type_)),
                            "only DELETE may leave both out: it then ends the link for all children");
    case EventType::transformation: return transformation_lists();
  }
}

void EventCheck::transformation_lists() {
  const bool inputs = filled(event_[Field::input_epc_list]) || filled(event_[Field::input_quantity_list]);
  const bool outputs = filled(event_[Field::output_epc_list]) || filled(event_[Field::output_quantity_list]);
  const bool tied = static_cast<bool>(event_[Field::transformation_id]);
  constexpr std::string_view k_hint =
      "a part of a transformation names its transformationID and may have one side only";
  if (!inputs && (!tied || !outputs)) {
    check_.missing(root_ / "inputEPCList", "a TransformationEvent needs inputEPCList or inputQuantityList",
                   std::string(k_hint));
  }
  if (!outputs && !tied) {
    check_.missing(root_ / "outputEPCList", "a TransformationEvent needs outputEPCList or outputQuantityList",
                   std::string(k_hint));
  }
}

void EventCheck::parent_and_ilmd() {
  if (*type_ == EventType::aggregation && !event_[Field::parent_id] && event_[Field::action] &&
      !has_action("OBSERVE")) {
    check_.missing(root_ / "parentID", "parentID is missing",
                   "an AggregationEvent may leave it out with action OBSERVE only");
  }
  const JsonValue& ilmd = event_[Field::ilmd];
  if (*type_ == EventType::object && ilmd && event_[Field::action] && !has_action("ADD")) {
    check_.add(FaultCode::rule, root_ / "ilmd", ilmd, "ilmd may stand with action ADD only");
  }
}

}  // namespace

Findings validate_event(const EventFields& event, const Namespaces& names, std::string_view path) {
  Findings findings;
  EventCheck(event, names, path, findings).run();
  return findings;
}

Findings validate_master_data(const JsonValue& vocabulary, const Namespaces& names, std::string_view path) {
  Findings findings;
  ValueCheck check(names, findings);
  const FieldPath root(path);
  if (!check.is_kind(JsonKind::object, root, vocabulary)) return findings;
  const auto id = [&check](const FieldPath& at, const JsonValue& object, std::string_view name) {
    const JsonValue value = object.find(name);
    if (!value) return check.missing(at / name, fmt::format("{} is missing", name));
    check.uri(UriUse::any, at / name, value);
  };
  id(root, vocabulary, "type");
  const JsonValue elements = vocabulary.find("vocabularyElementList");
  const FieldPath list = root / "vocabularyElementList";
  if (!elements || !check.is_kind(JsonKind::array, list, elements)) return findings;
  std::size_t position = 0;
  for (const JsonValue element : elements.children()) {
    const FieldPath at = list / position++;
    if (!check.is_kind(JsonKind::object, at, element)) continue;
    id(at, element, "id");
    if (const JsonValue children = element.find("children")) check.uri_list(UriUse::any, at / "children", children);
    const JsonValue attributes = element.find("attributes");
    const FieldPath attribute_list = at / "attributes";
    if (!attributes || !check.is_kind(JsonKind::array, attribute_list, attributes)) continue;
    std::size_t number = 0;
    for (const JsonValue attribute : attributes.children()) {
      const FieldPath here = attribute_list / number++;
      if (check.is_kind(JsonKind::object, here, attribute)) id(here, attribute, "id");
    }
  }
  return findings;
}

}  // namespace lotledger::connectors::epcis
