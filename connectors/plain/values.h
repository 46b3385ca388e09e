// connectors/plain/values.h - the typed values of one row. Nothing is repaired: a value that is not as it should be is
// a fault with a hint. Explained in docs/formats/plain.md, "Values".
#pragma once

#include "connectors/plain/row_reader.h"
#include "engine/base/material.h"

#include <optional>
#include <string>
#include <vector>

namespace lotledger::connectors::plain {

/// Reads the values of a row and collects all their faults.
class Values {
 public:
  /// `row` must outlive this. Misses of what the kind demands are faults at once.
  Values(const Row& row, const PlainFormat& format);

  /// As written, for text and code.
  [[nodiscard]] const std::string& text(Column column) const { return row_[column]; }
  [[nodiscard]] std::optional<ZonedInstant> time(Column column);
  [[nodiscard]] std::optional<UnitKey> party(Column column);
  [[nodiscard]] std::optional<UnitKey> location(Column column);
  /// The unit of the row and how much of it; nullopt when a fault stands in its way.
  [[nodiscard]] std::optional<UnitAmount> amount();
  /// The row as what it says, whatever its syntax: `column=LENGTH:VALUE,` for each value, in the order of the table.
  /// Times have their offset, decimals a point. Without `left_out`.
  [[nodiscard]] std::string canonical(std::initializer_list<Column> left_out = {}) const;

  std::vector<Fault> faults;

 private:
  void check(const Use& use);
  void check_code(Column column);
  void check_type(Column column);
  void fault(Column column, FaultCode code, std::string what, std::string hint = {});
  [[nodiscard]] std::optional<UnitRef> unit();
  [[nodiscard]] std::optional<UnitRef> referred();
  [[nodiscard]] std::optional<UnitRef> composed();
  [[nodiscard]] std::optional<UnitKey> part(std::string_view item, Column column);
  [[nodiscard]] bool item_is_sound();
  [[nodiscard]] bool gtin_is_sound();
  [[nodiscard]] std::optional<UnitAmount> amount_of(UnitRef unit, const std::optional<Quantity>& amount);
  [[nodiscard]] std::optional<Quantity> quantity();
  [[nodiscard]] std::optional<UnitKey> place(Column column, UnitType type, std::string_view ai);
  [[nodiscard]] std::string with_offset(const std::string& text) const;
  [[nodiscard]] std::string with_point(const std::string& text) const;

  const Row& row_;
  const PlainFormat& format_;
};

/// `1.23457E+11`: a number as Excel shows it when it is too long; its digits are lost.
[[nodiscard]] bool is_scientific(std::string_view text);

}  // namespace lotledger::connectors::plain
