// tests/support/slow_unit_state.h - where a unit is and what became of it, as slowly and obviously as it can be said:
// for each question all events of the log are looked through again (docs/areas/recall.md, genealogy.md). The fast one
// is compared with it on random histories of movements.
#pragma once

#include "projections/genealogy.h"
#include "tests/support/slow_events.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lotledger::tests {

/// An amount that can be added to others of its dimension: grams or pieces. nullopt: not stated, or does not add up.
struct SlowAmount {
  std::string of;  ///< `g` or `pieces`.
  std::int64_t much = 0;
  friend bool operator==(const SlowAmount&, const SlowAmount&) = default;
};

struct SlowShipment {
  EventPosition position;
  /// Listed containers that the unit lay in; empty: the unit itself was listed.
  std::set<std::string> vias;
  std::optional<SlowAmount> amount;
  bool returned = false;
};

struct SlowState {
  std::string existence = "unknown";
  std::vector<SlowShipment> shipments;
  std::optional<EventPosition> last_seen;
  bool held = false;
  /// `made`, `received`, `consumed`, `shipped`, `returned`, `scrapped`, `remaining`; nullopt where an amount is missing
  /// or does not add up, or the unit counts as a whole.
  std::optional<std::map<std::string, std::int64_t>> sums;
};

/// The facts that count under one filter. `log` must outlive it.
class SlowWorld {
 public:
  SlowWorld(const VectorLog& log, const projections::TimeFilter& filter, std::set<std::string> own_parties);

  /// What projections::state_of() must say of the unit (bytes of its key).
  [[nodiscard]] SlowState state(const std::string& unit) const;

 private:
  /// Something that happened to a unit.
  struct Line {
    const SlowEvent* event = nullptr;
    std::string kind;
    int rank = 0;
    std::optional<SlowAmount> amount;
    std::set<std::string> vias;  ///< Containers around the unit that the event names.
  };
  using Lines = std::vector<Line>;
  /// What a container holds of a unit: how much, where that is known.
  struct Content {
    std::optional<SlowAmount> amount;
  };

  [[nodiscard]] std::optional<Content> content(const std::string& child, const std::string& container,
                                               Instant moment) const;
  [[nodiscard]] std::set<std::string> around(const std::string& unit, Instant moment) const;
  [[nodiscard]] Lines lines_of(const std::string& unit) const;
  [[nodiscard]] bool gives_back(const SlowEvent& event, const std::string& unit) const;
  void own_lines(const SlowEvent& event, const std::string& unit, Lines& lines) const;
  void carried_lines(const SlowEvent& event, const std::string& unit, Lines& lines) const;
  [[nodiscard]] bool internal(const SlowEvent& shipment) const;
  void drop_voided_shipments(Lines& lines) const;
  [[nodiscard]] SlowState replay(const Lines& lines, bool whole) const;
  [[nodiscard]] static const Line* delivered_by(const Line& receipt, const Lines& lines);
  [[nodiscard]] bool at_consignee(const Line& receipt, const Lines& lines) const;
  [[nodiscard]] std::int64_t serials_of(const std::string& lot) const;
  void sum_up(const std::string& unit, const Lines& lines, SlowState& state) const;
  [[nodiscard]] bool held(const std::string& unit) const;

  std::vector<SlowEvent> events_;
  std::set<std::string> containers_;
  std::set<std::string> own_parties_;
};

}  // namespace lotledger::tests
