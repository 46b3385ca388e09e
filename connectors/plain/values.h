// connectors/plain/values.h - the typed values of one row. Nothing is repaired: a value that is not as it should be is
// a fault with a hint. Explained in docs/formats/plain.md, "Values".
#pragma once

#include "connectors/plain/row_reader.h"
#include "engine/base/material.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::connectors::plain {

/// Places and parties of the rows before, by how they were written: a file names few of them, thousands of times, and
/// reading such a writing costs as much as the rest of a row. A bounded number; one may push out another.
class KnownPlaces {
 public:
  /// The key under which `text` was noted as of this type; nullptr where it is not remembered. Valid until note().
  [[nodiscard]] const UnitKey* find(UnitType type, const std::string& text) const;
  void note(UnitType type, const std::string& text, const UnitKey& key);

 private:
  struct Slot {
    UnitType type{};
    std::string text;
    UnitKey key;
  };
  std::vector<Slot> slots_;
};

/// Reads the values of a row and collects all their faults.
class Values {
 public:
  /// `row`, `format` and `places` must outlive this. Misses of what the kind demands are faults at once.
  Values(const Row& row, const PlainFormat& format, KnownPlaces* places = nullptr);

  /// As written, for text and code.
  [[nodiscard]] const std::string& text(Column column) const { return row_[column]; }
  [[nodiscard]] std::optional<ZonedInstant> time(Column column);
  [[nodiscard]] std::optional<UnitKey> party(Column column);
  [[nodiscard]] std::optional<UnitKey> location(Column column);
  /// The units of the row and how much of them: one, or those of a range of serials; none when a fault stands in the
  /// way.
  [[nodiscard]] std::vector<UnitAmount> amounts();
  /// The class that gtin or item names; nullopt when both are empty, or a fault stands in the way.
  [[nodiscard]] std::optional<UnitKey> item_class();
  /// The unit of the row alone.
  [[nodiscard]] std::optional<UnitRef> unit();
  /// A unit of any kind that a column names.
  [[nodiscard]] std::optional<UnitRef> reference(Column column);
  /// quantity and uom.
  [[nodiscard]] std::optional<Quantity> quantity();
  /// cost and currency.
  [[nodiscard]] std::optional<Money> money();
  /// The value of a column of type choice, by its place among its words; the first where it is empty.
  template <typename Enum>
  [[nodiscard]] Enum choice(Column column) const {
    return static_cast<Enum>(chosen(column));
  }
  [[nodiscard]] bool flag(Column column) const { return row_[column] == "yes"; }
  [[nodiscard]] std::uint32_t whole(Column column) const;
  /// Words between blanks.
  [[nodiscard]] std::vector<std::string> codes(Column column) const;
  [[nodiscard]] std::optional<UnitCode> uom(Column column);
  [[nodiscard]] std::optional<Conversion> ratio(Column column);
  /// Whether the row has a value for it.
  [[nodiscard]] bool has(Column column) const { return !row_[column].empty(); }
  /// A fault of a column whose value what else the row says asks for, or forbids.
  void missing(Column column, std::string what);
  void unwanted(Column column, std::string what);
  /// A value as it is understood in any file: times with their offset, decimals with a point.
  [[nodiscard]] std::string normalized(Column column) const;
  /// The row as what it says, whatever its syntax: `column=LENGTH:VALUE,` for each value, in the order of the table.
  /// Times have their offset, decimals a point. Without `left_out`.
  [[nodiscard]] std::string canonical(std::initializer_list<Column> left_out = {}) const;

  std::vector<Fault> faults;

 private:
  void check(const Use& use);
  void check_code(Column column);
  void check_choice(Column column);
  void check_type(Column column);
  void fault(Column column, FaultCode code, std::string what, std::string hint = {});
  [[nodiscard]] std::optional<UnitRef> referred();
  [[nodiscard]] std::optional<UnitRef> composed();
  [[nodiscard]] std::optional<UnitKey> part(std::string_view item, Column column);
  [[nodiscard]] bool item_is_sound();
  [[nodiscard]] bool gtin_is_sound();
  [[nodiscard]] std::optional<UnitAmount> amount_of(UnitRef unit, const std::optional<Quantity>& amount);
  [[nodiscard]] std::vector<UnitAmount> range_of(UnitAmount first);
  [[nodiscard]] std::optional<Quantity> decimal(Column column, UnitCode unit);
  [[nodiscard]] std::size_t chosen(Column column) const;
  [[nodiscard]] std::optional<UnitKey> place(Column column, UnitType type, std::string_view ai);
  [[nodiscard]] std::optional<UnitKey> written_place(Column column, UnitType type, std::string_view ai);
  [[nodiscard]] std::string with_offset(const std::string& text) const;
  [[nodiscard]] std::string with_point(const std::string& text) const;

  const Row& row_;
  const PlainFormat& format_;
  KnownPlaces* places_;  ///< May be nullptr.
};

/// `1.23457E+11`: a number as Excel shows it when it is too long; its digits are lost.
[[nodiscard]] bool is_scientific(std::string_view text);

}  // namespace lotledger::connectors::plain
