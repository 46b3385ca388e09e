// connectors/mapping/records.h - the records of an export: where each stands, what it is, who refers to it. Records
// stay in the file and are read again when they are needed; memory grows with their number, not with their size.
#pragma once

#include "connectors/base/json_tree.h"
#include "connectors/base/rows.h"
#include "connectors/base/window.h"
#include "connectors/mapping/mapping.h"

#include <array>
#include <memory>
#include <unordered_map>

namespace lotledger::connectors::mapping {

/// Bytes of a record at most; those of one that becomes a row: engine::k_rejected_raw_bytes_max.
inline constexpr std::size_t k_record_bytes_max = std::size_t{1} << 20;

/// One record, sound or not.
struct Record {
  RowPlace place;
  std::uint64_t length = 0;  ///< Bytes in the file.
  std::string model;         ///< By the name that the mapping gives it; as written where the mapping does not know it.
  std::string key;           ///< Text of its key; empty where it has none.
  std::optional<std::size_t> outer;  ///< The record that it stands in.
  bool known = false;                ///< The mapping knows its model.
  std::optional<Fault> fault;
};

/// The records of one file. Not for use by two threads at once.
class Records {
 public:
  /// Reads the file once. `mapping` must outlive the records. invalid_input when there is no list of records; io.
  /// A file that ends too early, or is broken, ends with a record that has a fault.
  [[nodiscard]] static Result<std::unique_ptr<Records>> over(std::unique_ptr<ByteSource> source,
                                                             const std::string& name, const Mapping& mapping);

  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] const Record& operator[](std::size_t index) const { return records_[index]; }
  /// `stock.stockitem 175`, `line in order 7`, for people.
  [[nodiscard]] std::string label(std::size_t index) const;
  /// The record's bytes, at most k_record_bytes_max of them. io.
  [[nodiscard]] Result<std::string> text(std::size_t index) const;
  /// Its fields, where the mapping says that they are; absent where it has none. Valid until three other records were
  /// asked for.
  [[nodiscard]] Result<JsonValue> fields(std::size_t index);
  /// The member of a record by the name that the mapping uses, whatever this release calls it; absent where it has
  /// none.
  [[nodiscard]] JsonValue field(std::size_t index, const JsonValue& fields, std::string_view name) const;
  /// The record of the model that has this key, or this natural key.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view model, std::string_view key) const;
  /// Lets references find the record by another natural key. The first record with a key keeps it.
  void add_key(std::size_t index, std::string_view key);

 private:
  struct Slot {
    std::size_t record = static_cast<std::size_t>(-1);
    std::uint64_t used = 0;
    std::string text;
    JsonParser parser;
    JsonValue root;
  };

  Records(std::unique_ptr<ByteSource> source, const Mapping& mapping) : source_(std::move(source)), mapping_(mapping) {}
  [[nodiscard]] Result<bool> read_list(const std::string& path);
  [[nodiscard]] bool read_record(Window& window);
  void take(Record record, std::string_view text, bool whole);
  void take_inside(const JsonValue& root, std::size_t index, std::string_view text);
  void name_model(Record& record, std::string_view name) const;
  void identify(const JsonValue& root, Record& record);
  void remember(const JsonValue& root, std::size_t index);
  [[nodiscard]] JsonValue fields_of(const JsonValue& root, bool inside) const;

  std::unique_ptr<ByteSource> source_;
  const Mapping& mapping_;
  std::vector<Record> records_;
  std::unordered_map<std::string, std::size_t> by_key_;  ///< Model, line end, key.
  std::array<Slot, 4> slots_;
  std::uint64_t uses_ = 0;
  JsonParser parser_;
};

/// Stands between the texts of a natural key.
inline constexpr char k_between_keys = '\x1f';

/// The text of a scalar; the texts of a list of scalars, with a unit separator between them: a natural key. Empty for
/// null and for an absent value.
[[nodiscard]] std::string key_text(const JsonValue& value);

}  // namespace lotledger::connectors::mapping
