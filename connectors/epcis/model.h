// connectors/epcis/model.h - one EPCIS 2.0 event as plain values, whatever syntax it came in.
// Every field of the standard has its place; what a ledger asks nothing about (certificates, sensor data in full,
// extensions) is kept as text, and source_text keeps the whole event. Explained in docs/areas/epcis.md.
#pragma once

#include "engine/base/hash.h"
#include "engine/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::epcis {

enum class EventType : std::uint8_t { object, aggregation, association, transformation, transaction };
[[nodiscard]] std::string_view name_of(EventType type);

enum class Action : std::uint8_t { add, observe, remove };
/// `ADD`, `OBSERVE`, `DELETE`.
[[nodiscard]] std::string_view name_of(Action action);

/// A value of a vocabulary. `value` is the bare CBV word (`shipping`) in whatever writing it came, or the full URI of
/// somebody's own vocabulary with its CURIE expanded; empty when the field is absent.
struct Term {
  std::string value;
  bool standard = false;  ///< True for a CBV word.
  [[nodiscard]] bool empty() const { return value.empty(); }
  friend bool operator==(const Term&, const Term&) = default;
};

/// How much of a class. `quantity` is the number as written (`200.50`); empty when the event states none. `uom` is a
/// UN/ECE Rec 20 code; empty means pieces.
struct QuantityElement {
  std::string epc_class;
  std::string quantity;
  std::string uom;
  friend bool operator==(const QuantityElement&, const QuantityElement&) = default;
};

/// A business transaction, source or destination: its type and its URI.
struct TypedUri {
  Term type;  ///< Empty for a business transaction without a type.
  std::string uri;
  friend bool operator==(const TypedUri&, const TypedUri&) = default;
};

/// A member that the standard does not define: an ILMD attribute or a user extension.
struct Extension {
  std::string name;   ///< As written: `cbvmda:lotNumber`.
  std::string space;  ///< Namespace of the name: `urn:epcglobal:cbv:mda:`.
  std::string local;  ///< `lotNumber`.
  std::string text;   ///< Value of a string, number or boolean; empty for lists and objects.
  std::string json;   ///< The value as JSON, minified.
  friend bool operator==(const Extension&, const Extension&) = default;
};

/// A read point or business location.
struct Place {
  std::string id;
  std::vector<Extension> extensions;
  friend bool operator==(const Place&, const Place&) = default;
};

struct ErrorDeclaration {
  ZonedInstant declaration_time;
  Term reason;
  std::vector<std::string> corrective_event_ids;
  std::vector<Extension> extensions;
};

/// A field of a sensor report or its metadata, named as in the standard; numbers and times are kept as written,
/// vocabulary values (type, exception, component) as Term::value.
struct SensorField {
  std::string name;
  std::string text;
  friend bool operator==(const SensorField&, const SensorField&) = default;
};
struct SensorElement {
  std::vector<SensorField> metadata;
  std::vector<std::vector<SensorField>> reports;
  std::vector<Extension> extensions;  ///< Of the element, its metadata and its reports, in document order.
};

/// One event that has passed validation.
struct Event {
  EventType type = EventType::object;
  std::optional<Action> action;  ///< Absent in transformations only.

  ZonedInstant event_time;                          ///< As written, with the offset of the writing itself.
  std::int16_t event_time_zone_offset_minutes = 0;  ///< eventTimeZoneOffset: where the event happened.
  std::optional<ZonedInstant> record_time;
  std::string event_id;  ///< Empty when the event has none.
  std::vector<std::string> certification_info;
  std::optional<ErrorDeclaration> error_declaration;

  std::string parent_id;
  std::vector<std::string> epc_list;
  std::vector<QuantityElement> quantity_list;
  std::vector<std::string> child_epcs;
  std::vector<QuantityElement> child_quantity_list;
  std::vector<std::string> input_epc_list;
  std::vector<QuantityElement> input_quantity_list;
  std::vector<std::string> output_epc_list;
  std::vector<QuantityElement> output_quantity_list;
  std::string transformation_id;

  Term biz_step;
  Term disposition;
  std::vector<Term> persistent_set;
  std::vector<Term> persistent_unset;
  std::optional<Place> read_point;
  std::optional<Place> biz_location;
  std::vector<TypedUri> biz_transaction_list;
  std::vector<TypedUri> source_list;
  std::vector<TypedUri> destination_list;
  std::vector<SensorElement> sensor_element_list;
  std::vector<Extension> ilmd;
  std::vector<Extension> extensions;

  /// CBV 2.0 event hash (event_hash.h); event_hash_uri() writes it as `ni:///...`.
  Digest hash;
  /// What two sendings of one event must share to be the same event. Equal to `hash` unless the event holds a number of
  /// 16 or more significant digits, which the CBV hash rounds and this digest does not.
  Digest content;
  /// The event exactly as sent but for whitespace between tokens: member order, escapes and number texts are kept. For
  /// an XML source, its element.
  std::string source_text;
  /// `prefix=namespace` lines that the names in source_text need, declared by the document around it; sorted.
  std::string source_namespaces;
};

/// A vocabulary of master data (epcisHeader.epcisMasterData.vocabularyList).
struct MasterDataAttribute {
  std::string id;
  std::string text;  ///< Value of a string, number or boolean.
  std::string json;  ///< The value as JSON, minified.
};
struct MasterDataElement {
  std::string id;
  std::vector<MasterDataAttribute> attributes;
  std::vector<std::string> children;
};
struct MasterData {
  std::string type;  ///< `urn:epcglobal:epcis:vtype:Location`, ...
  std::vector<MasterDataElement> elements;
  std::string source_text;
};

}  // namespace lotledger::connectors::epcis
