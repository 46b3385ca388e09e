// connectors/epcis/event_fields.h - which members an EPCIS 2.0 event may have, of what shape, and in which event types.
// One table that validation (validate.cc) and reading (event_reader.cc) share.
#pragma once

#include "connectors/base/json_tree.h"
#include "connectors/epcis/model.h"
#include "engine/base/result.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace lotledger::connectors::epcis {

enum class Field : std::uint8_t {
  context,
  type,
  event_time,
  record_time,
  event_time_zone_offset,
  event_id,
  certification_info,
  error_declaration,
  action,
  parent_id,
  epc_list,
  quantity_list,
  child_epcs,
  child_quantity_list,
  input_epc_list,
  input_quantity_list,
  output_epc_list,
  output_quantity_list,
  transformation_id,
  biz_step,
  disposition,
  persistent_disposition,
  read_point,
  biz_location,
  biz_transaction_list,
  source_list,
  destination_list,
  sensor_element_list,
  ilmd,
};
inline constexpr std::size_t k_field_count = 29;

/// One row of the table. `allowed` and `required` hold one bit per EventType.
struct FieldRule {
  Field field;
  std::string_view name;
  std::uint8_t allowed;
  std::uint8_t required;
};
[[nodiscard]] std::span<const FieldRule> field_rules();
inline constexpr std::uint8_t k_every_type = 0x1F;
[[nodiscard]] constexpr std::uint8_t bit_of(EventType type) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(type));
}
[[nodiscard]] const FieldRule* find_field(std::string_view name);
[[nodiscard]] std::string_view name_of(Field field);

/// The members of one event, found once.
struct EventFields {
  std::array<JsonValue, k_field_count> values;
  std::vector<JsonValue> others;  ///< Members that the table does not know: extensions, if their names are.
  [[nodiscard]] const JsonValue& operator[](Field field) const { return values[static_cast<std::size_t>(field)]; }
};
[[nodiscard]] EventFields fields_of(const JsonValue& event);

/// The type that `text` names, or nullopt.
[[nodiscard]] std::optional<EventType> event_type_of(std::string_view text);
[[nodiscard]] std::optional<Action> action_of(std::string_view text);

/// Whether `text` has the form of a uom: two or three capitals or digits (UN/ECE Rec 20).
[[nodiscard]] bool is_standard_uom(std::string_view text);

/// An instant as systems write it: decimals behind the microsecond are left out (they stay in the source's words), and
/// seconds may be missing. invalid_input as parse_instant().
[[nodiscard]] Result<ZonedInstant> read_instant(std::string_view text);

}  // namespace lotledger::connectors::epcis
