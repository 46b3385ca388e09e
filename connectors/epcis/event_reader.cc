// connectors/epcis/event_reader.cc - one function per shape; nothing here can fail, because validation came first.
#include "connectors/epcis/event_reader.h"

#include "connectors/epcis/vocabulary.h"

#include <utility>

namespace lotledger::connectors::epcis {

namespace {

/// Reads the fields of one event into `to`.
class EventReader {
 public:
  EventReader(const EventFields& fields, const Namespaces& names, std::string_view text)
      : fields_(fields), names_(names), text_(text) {}
  [[nodiscard]] Event run() const;

 private:
  void what_and_when(Event& to) const;
  void things(Event& to) const;
  void where_and_why(Event& to) const;
  [[nodiscard]] std::string text(Field field) const;
  [[nodiscard]] Term term(Vocabulary vocabulary, const JsonValue& value) const;
  [[nodiscard]] std::vector<Term> dispositions(const JsonValue& list) const;
  [[nodiscard]] std::vector<TypedUri> typed_list(Field field, std::string_view id_name) const;
  [[nodiscard]] std::optional<Place> place(Field field) const;
  [[nodiscard]] Extension extension(const JsonValue& member) const;
  [[nodiscard]] ErrorDeclaration error_declaration(const JsonValue& value) const;
  [[nodiscard]] SensorElement sensor(const JsonValue& element) const;
  void sensor_fields(const JsonValue& from, std::vector<SensorField>& to, std::vector<Extension>& extensions) const;

  const EventFields& fields_;
  const Namespaces& names_;
  std::string_view text_;
};

ZonedInstant instant(const JsonValue& value) {
  return read_instant(value.text()).value_or(ZonedInstant{});
}

std::string text_of(const JsonValue& value) {
  return value ? std::string(value.text()) : std::string();
}

std::vector<std::string> texts(const JsonValue& value) {
  std::vector<std::string> result;
  if (value.is(JsonKind::string)) result.emplace_back(value.text());
  if (!value.is(JsonKind::array)) return result;
  for (const JsonValue item : value.children()) result.emplace_back(item.text());
  return result;
}

std::vector<QuantityElement> quantities(const JsonValue& list) {
  std::vector<QuantityElement> result;
  if (!list) return result;
  for (const JsonValue item : list.children()) {
    result.push_back({text_of(item.find("epcClass")), text_of(item.find("quantity")), text_of(item.find("uom"))});
  }
  return result;
}

std::string EventReader::text(Field field) const {
  return text_of(fields_[field]);
}

Term EventReader::term(Vocabulary vocabulary, const JsonValue& value) const {
  if (!value) return {};
  const TermReading reading = read_term(vocabulary, value.text(), names_);
  if (reading.form == TermForm::word) return {std::string(reading.word), true};
  return {names_.expand(value.text()), false};
}

std::vector<Term> EventReader::dispositions(const JsonValue& list) const {
  std::vector<Term> result;
  if (!list) return result;
  for (const JsonValue item : list.children()) result.push_back(term(Vocabulary::disposition, item));
  return result;
}

std::vector<TypedUri> EventReader::typed_list(Field field, std::string_view id_name) const {
  std::vector<TypedUri> result;
  if (!fields_[field]) return result;
  const bool transaction = field == Field::biz_transaction_list;
  const Vocabulary vocabulary = transaction ? Vocabulary::transaction_type : Vocabulary::source_destination_type;
  for (const JsonValue item : fields_[field].children()) {
    result.push_back({term(vocabulary, item.find("type")), text_of(item.find(id_name))});
  }
  return result;
}

Extension EventReader::extension(const JsonValue& member) const {
  Extension result;
  result.name = std::string(member.name());
  result.local = names_.qualified(member.name());
  if (result.local.starts_with('{')) {
    const std::size_t end = result.local.find('}');
    result.space = result.local.substr(1, end - 1);
    result.local.erase(0, end + 1);
  }
  if (!member.is(JsonKind::array) && !member.is(JsonKind::object)) result.text = std::string(member.text());
  result.json = minified(first_value(text_.substr(member.at())));
  return result;
}

std::optional<Place> EventReader::place(Field field) const {
  if (!fields_[field]) return std::nullopt;
  Place result;
  for (const JsonValue item : fields_[field].children()) {
    if (item.name() == "id") {
      result.id = std::string(item.text());
    } else {
      result.extensions.push_back(extension(item));
    }
  }
  return result;
}

ErrorDeclaration EventReader::error_declaration(const JsonValue& value) const {
  ErrorDeclaration result;
  for (const JsonValue item : value.children()) {
    if (item.name() == "declarationTime") {
      result.declaration_time = instant(item);
    } else if (item.name() == "reason") {
      result.reason = term(Vocabulary::error_reason, item);
    } else if (item.name() == "correctiveEventIDs") {
      result.corrective_event_ids = texts(item);
    } else {
      result.extensions.push_back(extension(item));
    }
  }
  return result;
}

void EventReader::sensor_fields(const JsonValue& from, std::vector<SensorField>& to,
                                std::vector<Extension>& extensions) const {
  for (const JsonValue item : from.children()) {
    const std::string_view name = item.name();
    if (name.find(':') != std::string_view::npos) {
      extensions.push_back(extension(item));
    } else if (name == "type") {
      to.push_back({"type", term(Vocabulary::measurement_type, item).value});
    } else if (name == "exception") {
      to.push_back({"exception", term(Vocabulary::alert_type, item).value});
    } else if (name == "component") {
      to.push_back({"component", term(Vocabulary::component, item).value});
    } else {
      to.push_back({std::string(name), std::string(item.text())});
    }
  }
}

SensorElement EventReader::sensor(const JsonValue& element) const {
  SensorElement result;
  for (const JsonValue item : element.children()) {
    if (item.name() == "sensorMetadata") {
      sensor_fields(item, result.metadata, result.extensions);
    } else if (item.name() == "sensorReport") {
      for (const JsonValue report : item.children()) {
        sensor_fields(report, result.reports.emplace_back(), result.extensions);
      }
    } else {
      result.extensions.push_back(extension(item));
    }
  }
  return result;
}

void EventReader::what_and_when(Event& to) const {
  to.type = event_type_of(fields_[Field::type].text()).value_or(EventType::object);
  if (fields_[Field::action]) to.action = action_of(fields_[Field::action].text());
  to.event_time = instant(fields_[Field::event_time]);
  to.event_time_zone_offset_minutes =
      parse_offset(fields_[Field::event_time_zone_offset].text()).value_or(std::int16_t{0});
  if (fields_[Field::record_time]) to.record_time = instant(fields_[Field::record_time]);
  to.event_id = text(Field::event_id);
  to.certification_info = texts(fields_[Field::certification_info]);
  if (fields_[Field::error_declaration]) to.error_declaration = error_declaration(fields_[Field::error_declaration]);
}

void EventReader::things(Event& to) const {
  to.parent_id = text(Field::parent_id);
  to.epc_list = texts(fields_[Field::epc_list]);
  to.quantity_list = quantities(fields_[Field::quantity_list]);
  to.child_epcs = texts(fields_[Field::child_epcs]);
  to.child_quantity_list = quantities(fields_[Field::child_quantity_list]);
  to.input_epc_list = texts(fields_[Field::input_epc_list]);
  to.input_quantity_list = quantities(fields_[Field::input_quantity_list]);
  to.output_epc_list = texts(fields_[Field::output_epc_list]);
  to.output_quantity_list = quantities(fields_[Field::output_quantity_list]);
  to.transformation_id = text(Field::transformation_id);
}

void EventReader::where_and_why(Event& to) const {
  to.biz_step = term(Vocabulary::biz_step, fields_[Field::biz_step]);
  to.disposition = term(Vocabulary::disposition, fields_[Field::disposition]);
  if (const JsonValue& persistent = fields_[Field::persistent_disposition]) {
    to.persistent_set = dispositions(persistent.find("set"));
    to.persistent_unset = dispositions(persistent.find("unset"));
  }
  to.read_point = place(Field::read_point);
  to.biz_location = place(Field::biz_location);
  to.biz_transaction_list = typed_list(Field::biz_transaction_list, "bizTransaction");
  to.source_list = typed_list(Field::source_list, "source");
  to.destination_list = typed_list(Field::destination_list, "destination");
  if (const JsonValue& sensors = fields_[Field::sensor_element_list]) {
    for (const JsonValue element : sensors.children()) to.sensor_element_list.push_back(sensor(element));
  }
  if (const JsonValue& ilmd = fields_[Field::ilmd]) {
    for (const JsonValue item : ilmd.children()) to.ilmd.push_back(extension(item));
  }
  for (const JsonValue& item : fields_.others) to.extensions.push_back(extension(item));
}

Event EventReader::run() const {
  Event event;
  what_and_when(event);
  things(event);
  where_and_why(event);
  event.source_text = minified(text_);
  event.source_namespaces = names_.declarations();
  return event;
}

}  // namespace

Event read_event(const EventFields& fields, const Namespaces& names, std::string_view text) {
  return EventReader(fields, names, text).run();
}

MasterData read_master_data(const JsonValue& vocabulary, std::string_view text) {
  MasterData result;
  result.type = text_of(vocabulary.find("type"));
  result.source_text = minified(text);
  const JsonValue elements = vocabulary.find("vocabularyElementList");
  if (!elements) return result;
  for (const JsonValue element : elements.children()) {
    MasterDataElement& to = result.elements.emplace_back();
    to.id = text_of(element.find("id"));
    to.children = texts(element.find("children"));
    const JsonValue attributes = element.find("attributes");
    if (!attributes) continue;
    for (const JsonValue attribute : attributes.children()) {
      const JsonValue value = attribute.find("attribute");
      MasterDataAttribute& row = to.attributes.emplace_back();
      row.id = text_of(attribute.find("id"));
      row.text = text_of(value);
      if (value) row.json = minified(first_value(text.substr(value.at())));
    }
  }
  return result;
}

}  // namespace lotledger::connectors::epcis
