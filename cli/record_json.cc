// cli/record_json.cc - a generic walk over a verified body, without recursion.
#include "cli/record_json.h"

#include "cli/event_schema.h"
#include "cli/position.h"
#include "engine/codec/codec.h"

#include <flatbuffers/reflection.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace lotledger::cli {
namespace {

using FlatTable = flatbuffers::Table;

struct FieldName {
  std::string_view table;
  std::string_view field;
};

bool is_among(std::span<const FieldName> names, std::string_view table, std::string_view field) {
  return std::ranges::any_of(names, [&](const FieldName& name) { return name.table == table && name.field == field; });
}

/// Texts that are canonical keys: shown as refs, which people may type back.
constexpr FieldName k_unit_keys[] = {
    {"UnitRef", "key"},   {"UnitRef", "lot"},       {"Context", "read_point"},  {"Context", "business_location"},
    {"PartyRole", "key"}, {"PartyRecorded", "key"}, {"PartyRecorded", "owner"}, {"LedgerCreated", "own_parties"}};
/// Bytes that are the words of a source.
constexpr FieldName k_source_words[] = {{"Body", "source_text"}, {"Body", "source_context"}, {"RowRejected", "raw"}};
/// Microseconds UTC.
constexpr FieldName k_instants[] = {
    {"Event", "occurred_at"}, {"Event", "occurred_until"}, {"Body", "reported_at"}, {"EventWithdrawn", "declared_at"}};

std::string_view bare_name(const reflection::Object& type) {
  const std::string_view name = type.name()->string_view();
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

class Walker {
 public:
  explicit Walker(const reflection::Schema& schema) : schema_(schema) {}

  Json walk(const FlatTable& root) {
    Json json;
    tasks_.push_back({&root, schema_.root_table(), &json});
    while (!tasks_.empty()) {
      const Task task = tasks_.back();
      tasks_.pop_back();
      fill(task);
    }
    return json;
  }

 private:
  struct Task {
    const FlatTable* table = nullptr;
    const reflection::Object* type = nullptr;
    Json* to = nullptr;
  };
  /// A table below the one being filled. Its place is looked up once all fields stand, because adding one moves the
  /// others.
  struct Child {
    std::string field;
    std::size_t element = 0;
    std::string member;  ///< Of a union; empty otherwise.
    bool in_vector = false;
    const FlatTable* table = nullptr;
    const reflection::Object* type = nullptr;
  };

  void fill(const Task& task) {
    std::vector<const reflection::Field*> fields(task.type->fields()->begin(), task.type->fields()->end());
    std::ranges::sort(fields, {}, [](const reflection::Field* field) { return field->id(); });
    *task.to = Json::object();
    children_.clear();
    for (const reflection::Field* field : fields) add_field(task, *field);
    for (const Child& child : children_) {
      Json* at = &(*task.to)[child.field];
      if (child.in_vector) at = &(*at)[child.element];
      if (!child.member.empty()) at = &(*at)[child.member];
      tasks_.push_back({child.table, child.type, at});
    }
  }

  void add_field(const Task& task, const reflection::Field& field) {
    const reflection::BaseType type = field.type()->base_type();
    if (type == reflection::UType || field.deprecated()) return;  // A union's type shows as the name of its member.
    const std::string name = field.name()->str();
    const bool present = task.table->CheckField(field.offset());
    if (type == reflection::String) {
      if (present) (*task.to)[name] = text_value(task, field, *flatbuffers::GetFieldS(*task.table, field));
    } else if (type == reflection::Obj) {
      if (present) {
        add_child({name, 0, {}, false, flatbuffers::GetFieldT(*task.table, field), object(field.type()->index())},
                  task);
      }
    } else if (type == reflection::Vector) {
      if (present) add_vector(task, field, name);
    } else if (type == reflection::Union) {
      if (present) add_union(task, field, name);
    } else if (present || !field.optional()) {
      (*task.to)[name] = number_value(task, field);
    }
  }

  void add_child(Child child, const Task& task) {
    if (!child.in_vector)
      (*task.to)[child.field] = child.member.empty() ? Json() : Json::object({{child.member, nullptr}});
    children_.push_back(std::move(child));
  }

  Json text_value(const Task& task, const reflection::Field& field, const flatbuffers::String& text) const {
    if (is_among(k_unit_keys, bare_name(*task.type), field.name()->string_view())) return UnitKey(text.str()).ref();
    return text.str();
  }

  Json number_value(const Task& task, const reflection::Field& field) const {
    const bool present = task.table->CheckField(field.offset());
    const std::int64_t number = present ? flatbuffers::GetAnyFieldI(*task.table, field) : field.default_integer();
    if (is_among(k_instants, bare_name(*task.type), field.name()->string_view())) return format_utc(Instant{number});
    const int enumeration = field.type()->index();
    if (enumeration >= 0) {
      const auto* value = schema_.enums()->Get(static_cast<unsigned>(enumeration))->values()->LookupByKey(number);
      return value == nullptr ? Json(number) : Json(value->name()->str());
    }
    const reflection::BaseType type = field.type()->base_type();
    if (type == reflection::Bool) return number != 0;
    if (type == reflection::Long) return std::to_string(number);
    if (type == reflection::ULong) return std::to_string(static_cast<std::uint64_t>(number));
    return number;
  }

  void add_vector(const Task& task, const reflection::Field& field, const std::string& name) {
    const flatbuffers::VectorOfAny& vector = *flatbuffers::GetFieldAnyV(*task.table, field);
    const reflection::BaseType element = field.type()->element();
    if (element == reflection::UByte) {
      const Bytes bytes(vector.Data(), vector.size());
      const bool words = is_among(k_source_words, bare_name(*task.type), field.name()->string_view());
      (*task.to)[name] = words ? std::string(lotledger::text_of(bytes)) : to_hex(bytes);
      return;
    }
    Json& array = (*task.to)[name] = Json::array();
    for (std::size_t at = 0; at < vector.size(); ++at) {
      if (element == reflection::Obj) {
        array.push_back(nullptr);
        add_child({name,
                   at,
                   {},
                   true,
                   flatbuffers::GetAnyVectorElemPointer<const FlatTable>(&vector, at),
                   object(field.type()->index())},
                  task);
      } else if (element == reflection::String) {
        array.push_back(
            text_value(task, field, *flatbuffers::GetAnyVectorElemPointer<const flatbuffers::String>(&vector, at)));
      } else {
        array.push_back(std::to_string(flatbuffers::GetAnyVectorElemI(&vector, element, at)));
      }
    }
  }

  /// {"units_shipped": {...}}; a member of a later version shows by its number only.
  void add_union(const Task& task, const reflection::Field& field, const std::string& name) {
    const auto* type_field = task.type->fields()->LookupByKey((name + flatbuffers::UnionTypeFieldSuffix()).c_str());
    const auto number = flatbuffers::GetFieldI<std::uint8_t>(*task.table, *type_field);
    const auto* member =
        schema_.enums()->Get(static_cast<unsigned>(field.type()->index()))->values()->LookupByKey(number);
    if (member == nullptr || number == 0) {
      (*task.to)[name] = Json::object({{"unknown_type", number}});
      return;
    }
    add_child({name, 0, member->name()->str(), false, flatbuffers::GetFieldT(*task.table, field),
               object(member->union_type()->index())},
              task);
  }

  [[nodiscard]] const reflection::Object* object(int index) const {
    return schema_.objects()->Get(static_cast<unsigned>(index));
  }

  const reflection::Schema& schema_;
  std::vector<Task> tasks_;
  std::vector<Child> children_;
};

Json header_json(const engine::StoredRecord& record) {
  const engine::RecordHeader& header = record.header();
  Json json{{"ledger", header.ledger.text()}, {"hash_suite", header.hash_suite}};
  json["schema_version"] = header.schema_version;
  json["epoch"] = std::to_string(header.epoch);
  json["writer"] = std::to_string(header.writer);
  json["previous_leaf"] = header.previous_leaf.hex();
  json["leaf"] = record.leaf().hex();
  json["body_bytes"] = header.body_bytes;
  json["body_hash"] = header.body_hash.hex();
  return json;
}

}  // namespace

Json record_json(const std::string& ledger, const engine::StoredRecord& record) {
  Json json{
      {"kind", "record"}, {"position", position_json(ledger, record.seq())}, {"seq", std::to_string(record.seq())}};
  json["recorded_at"] = format_utc(record.header().recorded_at);
  const auto body = engine::verify_body(record.body());
  const bool readable = body.has_value() && engine::readable(record);
  json["readable"] = readable;
  json["why_unreadable"] =
      readable ? Json()
               : Json(body.has_value() ? "a schema version or event type of a later program" : body.error().message);
  json["header"] = header_json(record);
  json["body"] = nullptr;
  if (!body.has_value()) return json;
  const auto* table = reinterpret_cast<const FlatTable*>(*body);
  json["body"] = Walker(*reflection::GetSchema(event_schema().data())).walk(*table);
  return json;
}

}  // namespace lotledger::cli
