// tests/sim/plant.h - what a plant looks like after all that was told, as naively as it can be said: every question
// looks at every submission again. Knows nothing of records, read models or stores.
#pragma once

#include "tests/sim/decisions.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::tests {

/// A unit that an event names.
struct Mention {
  std::string unit;  ///< Bytes of its key.
  std::string lot;   ///< Of the lot that its writing names; may be empty.
};

/// One event of one submission.
struct PlantEvent {
  EventPosition position;
  Instant occurred_at;  ///< When it was recorded, where it has no time of its own.
  const Told* told = nullptr;
  const engine::Event* event = nullptr;
  std::string_view name;
  std::vector<Mention> mentions;
  std::optional<Seq> withdrawn_by;  ///< The first withdrawal of its record.

  [[nodiscard]] bool names(const std::string& unit) const;
};

/// Thousandths of a kilogram or of a piece.
using Thousandths = std::int64_t;
/// nullopt: a unit of measure that these histories do not use, or more than three decimals of it.
[[nodiscard]] std::optional<Thousandths> thousandths(const Quantity& quantity);

/// Where a lot lies, and how that came about.
struct SlowStock {
  std::map<std::string, Thousandths> places;   ///< By bytes of the location's key; no zeros.
  std::map<std::string, Thousandths> figures;  ///< `received`, `produced`, ...; no zeros.
};

class Plant {
 public:
  /// `told` must outlive it: the records of a ledger in their order.
  explicit Plant(const std::vector<Told>& told);

  [[nodiscard]] const std::vector<PlantEvent>& events() const { return events_; }
  /// Lots, serials and containers that are named anywhere.
  [[nodiscard]] const std::set<std::string>& units() const { return units_; }
  /// Whether a fact that counts, or a command, names the unit.
  [[nodiscard]] bool counts(const std::string& unit) const;

  /// Statements about the unit that count: `received 12.3 2500 KGM`, kind, seq, event and quantity as told; sorted.
  [[nodiscard]] std::vector<std::string> statements(const std::string& unit) const;
  [[nodiscard]] SlowStock stock(const std::string& lot) const;
  /// Units and processes that a walk must reach, to `certain` or `possible`.
  [[nodiscard]] std::map<std::string, std::string> reached(const std::string& unit, bool down) const;
  /// Containers in which the unit lies at `at`.
  [[nodiscard]] std::set<std::string> containers(const std::string& unit, Instant at) const;
  /// Ids of the holds that stand on the unit.
  [[nodiscard]] std::set<std::string> holds(const std::string& unit) const;
  /// What was said last of the unit as a whole; empty: nothing.
  [[nodiscard]] std::string disposition(const std::string& unit) const;

 private:
  [[nodiscard]] std::vector<const PlantEvent*> by_time() const;
  [[nodiscard]] Thousandths carried(const std::string& lot, const std::string& container, Instant at) const;

  std::vector<PlantEvent> events_;
  std::set<std::string> units_;
};

/// Type of an event as people read it: `UnitsReceived`.
[[nodiscard]] std::string_view event_name(const engine::Event& event);
/// Units that an event names.
[[nodiscard]] std::vector<Mention> mentions_of(const engine::Event& event);

}  // namespace lotledger::tests
