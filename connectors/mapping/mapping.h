// connectors/mapping/mapping.h - a mapping: how the records of somebody's own export become plain rows. It is a TOML
// file and no code. Explained in docs/formats/mapping.md.
#pragma once

#include "connectors/plain/columns.h"
#include "engine/base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::mapping {

/// Values inside values at most: alternatives of a template are two levels.
inline constexpr std::size_t k_value_depth_max = 4;
/// Made fields that are made of made fields at most; a circle ends there.
inline constexpr std::size_t k_made_depth_max = 8;

/// How a value is made from a record.
struct Value {
  enum class Form : std::uint8_t {
    path,           ///< What stands at the path `text`.
    constant,       ///< `text` itself.
    text_template,  ///< `text` with {path} replaced; empty when one of them is.
    first_of,       ///< The first of `parts` that is not empty.
    table,          ///< What `words` has for the value of `parts[0]`, else `otherwise`.
    instant,        ///< `parts[0]` as a time: a day gets `time`, a time without one `offset`.
    sum,            ///< `parts` added up exactly, each of them all that its path reaches.
  };
  Form form = Form::path;
  std::string text;
  std::vector<Value> parts;
  std::map<std::string, std::string, std::less<>> words;
  std::optional<std::string> otherwise;
  std::string time;
  std::string offset;
};

/// What must hold of a record.
struct Condition {
  enum class Test : std::uint8_t {
    any_of,   ///< The value is one of `words`.
    none_of,  ///< It is none of them.
    present,  ///< It is not empty.
    absent,   ///< It is empty.
    first,    ///< The record is the first one that the path, which ends at a list, reaches.
    found,    ///< The path, which ends at a reference, leads to a record.
    lost,     ///< It leads to none.
  };
  std::string path;
  Test test = Test::present;
  std::vector<std::string> words;
};

struct ColumnValue {
  plain::Column column;
  Value value;
};

/// Makes one row of each record that fits.
struct RowRule {
  plain::Kind kind;
  std::vector<std::string> from;  ///< Models.
  std::vector<Condition> when;
  std::vector<ColumnValue> columns;
};

/// Says of records that no row takes why they are left out.
struct LeftOut {
  std::vector<std::string> from;
  std::vector<Condition> when;
  std::string because;
};

/// What is said of one sort of records.
struct Model {
  std::vector<std::string> also;               ///< Its other names; one * each at most.
  std::vector<std::vector<std::string>> keys;  ///< Fields that a reference may give.
  /// Path of an object, or of a list of them -> model of these records inside the record. Empty: the name of the
  /// member, which is the last step, is the model's.
  std::map<std::string, std::string, std::less<>> inside;
  std::map<std::string, std::string, std::less<>> refs;                 ///< Path of a reference -> model.
  std::map<std::string, std::vector<std::string>, std::less<>> fields;  ///< Field -> its names in other releases.
  std::map<std::string, Value, std::less<>> values;  ///< Fields that records do not have: made from others.

  /// Whether one of these fields is made from others.
  [[nodiscard]] bool makes_any_of(const std::vector<std::string>& names) const;
};

/// The records of `from` that refer to a record by `by`, in the order of `order`: what a path calls `@name`.
struct BackReference {
  std::string from;
  std::string by;
  std::string order;  ///< Empty: as in the file.
  std::vector<Condition> when;
};

struct Mapping {
  std::string name;  ///< Of the source: rows of moves are of the system `NAME.moves`.
  std::string hash;  ///< SHA-256 of the file, in hexadecimal digits.
  std::vector<std::string> records{
      ""};  ///< Where the list of records is: paths, the first that exists. Empty: the file.
  std::vector<std::string> model{"model"}, key{"pk"}, fields{"fields"};  ///< Members of a record; fields "": itself.
  std::string usual_model;                                               ///< Of records that do not say theirs.
  std::string offset;                                                    ///< Of times that have none; may be empty.
  std::map<std::string, Model, std::less<>> models;
  std::map<std::string, BackReference, std::less<>> back;
  std::vector<RowRule> rows;
  std::vector<LeftOut> left_out;

  /// What is said of the model; nothing special of one that is only named.
  [[nodiscard]] const Model* model_named(std::string_view name) const;
  /// The model whose name, or other name, this is; empty when the mapping does not know it.
  [[nodiscard]] std::string_view known_as(std::string_view name) const;
};

/// Reads a mapping. invalid_input with everything that is wrong, a line each: `FILE:LINE: what`.
[[nodiscard]] Result<Mapping> parse_mapping(std::string_view text, std::string_view name);

}  // namespace lotledger::connectors::mapping
