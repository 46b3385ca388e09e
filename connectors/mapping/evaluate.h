// connectors/mapping/evaluate.h - values and conditions of a mapping, for a record. Explained in
// docs/formats/mapping.md.
#pragma once

#include "connectors/mapping/path.h"
#include "connectors/mapping/records.h"

#include <expected>

namespace lotledger::connectors::mapping {

/// Follows paths from record to record. Not for use by two threads at once.
class Evaluator {
 public:
  /// Both must outlive this.
  Evaluator(Records& records, const Mapping& mapping) : records_(records), mapping_(mapping) {}
  /// Lets references find records by natural keys that are made of other fields, and finds who refers to whom. To be
  /// called once, before all else.
  void read_references();

  /// The value for a record; empty where there is none. A fault where a reference leads nowhere or a value is not as
  /// the form wants it; its field is the path.
  [[nodiscard]] std::expected<std::string, Fault> value(std::size_t record, const Value& value);
  /// Whether all conditions hold. A fault only when none is plainly false and one cannot be told.
  [[nodiscard]] std::expected<bool, Fault> holds(std::size_t record, const std::vector<Condition>& conditions);

 private:
  /// Where a path ends.
  struct Place {
    std::optional<std::size_t> record;  ///< Set when it ends at a record and not at a value.
    std::string text;                   ///< Of a record its key.
  };
  using Found = std::expected<Place, Fault>;
  /// How far a path was followed.
  struct Position {
    std::size_t record = 0;
    JsonValue value;           ///< Of the field, or of what is in it.
    std::string inside;        ///< The path within the record; empty: at the record itself.
    std::optional<Found> end;  ///< Set where the path ends early.
    bool lost = false;         ///< It ended at a reference that leads nowhere.
  };

  [[nodiscard]] Found walk(std::size_t record, std::string_view path);
  [[nodiscard]] Position go(std::size_t record, std::string_view path);
  [[nodiscard]] bool step_from_record(Position& at, const Step& step, bool last);
  void step_into_field(Position& at, const Step& step, bool last);
  void enter(Position& at, std::optional<std::size_t> record, bool last) const;
  void follow(Position& at, std::string_view ref, const std::string& key) const;
  void add_made_key(std::size_t record, const std::vector<std::string>& names);
  void read_back_references();
  [[nodiscard]] const std::vector<std::size_t>& referring(std::string_view name, std::size_t record) const;
  [[nodiscard]] std::expected<std::string, Fault> filled(std::size_t record, std::string_view text);
  [[nodiscard]] std::expected<std::string, Fault> looked_up(std::size_t record, const Value& value);
  [[nodiscard]] std::expected<std::string, Fault> instant(std::size_t record, const Value& value);
  [[nodiscard]] std::expected<std::string, Fault> sum(std::size_t record, const Value& value);
  [[nodiscard]] std::expected<std::vector<std::string>, Fault> all_at(std::size_t record, std::string_view path);
  [[nodiscard]] std::expected<bool, Fault> holds(std::size_t record, const Condition& condition);
  [[nodiscard]] std::expected<bool, Fault> leads_somewhere(std::size_t record, const Condition& condition);

  [[nodiscard]] Found made(std::size_t record, const Value& value);

  Records& records_;
  const Mapping& mapping_;
  std::size_t made_depth_ = 0;
  using Lists = std::unordered_map<std::size_t, std::vector<std::size_t>>;
  std::map<std::string, Lists, std::less<>> back_;
};

}  // namespace lotledger::connectors::mapping
