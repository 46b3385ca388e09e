// connectors/epcis/event_fields.cc - the table of fields (EPCIS 2.0, section 7.4 and its JSON schema).
#include "connectors/epcis/event_fields.h"

#include <algorithm>

namespace lotledger::connectors::epcis {

namespace {

constexpr std::uint8_t k_object = bit_of(EventType::object);
constexpr std::uint8_t k_aggregation = bit_of(EventType::aggregation);
constexpr std::uint8_t k_association = bit_of(EventType::association);
constexpr std::uint8_t k_transformation = bit_of(EventType::transformation);
constexpr std::uint8_t k_transaction = bit_of(EventType::transaction);
constexpr std::uint8_t k_all = k_every_type;
constexpr std::uint8_t k_with_action = k_object | k_aggregation | k_association | k_transaction;
constexpr std::uint8_t k_with_parent = k_aggregation | k_association;

// In the order of enum Field. persistentDisposition follows the XML schema, which has it in all five types; the JSON
// schema forgets it in three.
constexpr FieldRule k_rules[] = {
    {Field::context, "@context", k_all, 0},
    {Field::type, "type", k_all, k_all},
    {Field::event_time, "eventTime", k_all, k_all},
    {Field::record_time, "recordTime", k_all, 0},
    {Field::event_time_zone_offset, "eventTimeZoneOffset", k_all, k_all},
    {Field::event_id, "eventID", k_all, 0},
    {Field::certification_info, "certificationInfo", k_all, 0},
    {Field::error_declaration, "errorDeclaration", k_all, 0},
    {Field::action, "action", k_with_action, k_with_action},
    {Field::parent_id, "parentID", k_with_parent | k_transaction, k_association},
    {Field::epc_list, "epcList", k_object | k_transaction, 0},
    {Field::quantity_list, "quantityList", k_object | k_transaction, 0},
    {Field::child_epcs, "childEPCs", k_with_parent, 0},
    {Field::child_quantity_list, "childQuantityList", k_with_parent, 0},
    {Field::input_epc_list, "inputEPCList", k_transformation, 0},
    {Field::input_quantity_list, "inputQuantityList", k_transformation, 0},
    {Field::output_epc_list, "outputEPCList", k_transformation, 0},
    {Field::output_quantity_list, "outputQuantityList", k_transformation, 0},
    {Field::transformation_id, "transformationID", k_transformation, 0},
    {Field::biz_step, "bizStep", k_all, 0},
    {Field::disposition, "disposition", k_all, 0},
    {Field::persistent_disposition, "persistentDisposition", k_all, 0},
    {Field::read_point, "readPoint", k_all, 0},
    {Field::biz_location, "bizLocation", k_all, 0},
    {Field::biz_transaction_list, "bizTransactionList", k_all, k_transaction},
    {Field::source_list, "sourceList", k_all, 0},
    {Field::destination_list, "destinationList", k_all, 0},
    {Field::sensor_element_list, "sensorElementList", k_all, 0},
    {Field::ilmd, "ilmd", k_object | k_transformation, 0},
};
static_assert(std::size(k_rules) == k_field_count);

constexpr std::string_view k_type_names[] = {"ObjectEvent", "AggregationEvent", "AssociationEvent",
                                             "TransformationEvent", "TransactionEvent"};

}  // namespace

std::span<const FieldRule> field_rules() {
  return k_rules;
}

const FieldRule* find_field(std::string_view name) {
  const auto found = std::ranges::find(k_rules, name, &FieldRule::name);
  return found == std::end(k_rules) ? nullptr : found;
}

std::string_view name_of(Field field) {
  return k_rules[static_cast<std::size_t>(field)].name;
}

EventFields fields_of(const JsonValue& event) {
  EventFields result;
  for (const JsonValue member : event.children()) {
    if (const FieldRule* rule = find_field(member.name())) {
      result.values[static_cast<std::size_t>(rule->field)] = member;
    } else {
      result.others.push_back(member);
    }
  }
  return result;
}

std::string_view name_of(EventType type) {
  return k_type_names[static_cast<std::size_t>(type)];
}

std::optional<EventType> event_type_of(std::string_view text) {
  for (std::size_t i = 0; i < std::size(k_type_names); ++i) {
    if (text == k_type_names[i]) return static_cast<EventType>(i);
  }
  return std::nullopt;
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::add: return "ADD";
    case Action::observe: return "OBSERVE";
    case Action::remove: return "DELETE";
  }
  return "unknown";
}

std::optional<Action> action_of(std::string_view text) {
  for (const Action action : {Action::add, Action::observe, Action::remove}) {
    if (text == name_of(action)) return action;
  }
  return std::nullopt;
}

bool is_standard_uom(std::string_view text) {
  const auto is_code = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return (text.size() == 2 || text.size() == 3) && std::ranges::all_of(text, is_code);
}

Result<ZonedInstant> read_instant(std::string_view text) {
  constexpr std::size_t k_decimals_max = 6;
  constexpr std::size_t k_behind_minutes = std::string_view("2026-11-01T08:00").size();
  std::string whole(text);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t end = std::min(text.find_first_not_of("0123456789", point + 1), text.size());
  if (end > point + 1 + k_decimals_max) whole.erase(point + 1 + k_decimals_max, end - point - 1 - k_decimals_max);
  const bool no_seconds = whole.size() > k_behind_minutes && whole[k_behind_minutes - 3] == ':' &&
                          std::string_view("Z+-").find(whole[k_behind_minutes]) != std::string_view::npos;
  if (no_seconds) whole.insert(k_behind_minutes, ":00");
  auto read = parse_instant(whole);
  // What is wrong is told of the text as it came.
  return read.has_value() || whole == text ? std::move(read) : parse_instant(text);
}

}  // namespace lotledger::connectors::epcis
