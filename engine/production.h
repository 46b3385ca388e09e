// engine/production.h - material flow: events of the area. All of them are observed facts; commands come with orders.
// Events: schemas/production.fbs. Read model: projections/genealogy.h. Explained in docs/areas/production.md.
#pragma once

#include "engine/base/material.h"
#include "engine/base/names.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// How inputs reached outputs inside one process: any input into any output, or in the order of time.
enum class Flow : std::uint8_t { mixed, sequential };

enum class ProcessKind : std::uint8_t { production, by_product, rework, split, merge, relabel };
inline constexpr std::array<std::string_view, 6> k_process_kinds{"production", "by_product", "rework",
                                                                 "split",      "merge",      "relabel"};
[[nodiscard]] constexpr std::string_view name_of(ProcessKind kind) {
  return name_in(k_process_kinds, kind);
}
/// How it is known that a unit took part.
enum class Basis : std::uint8_t { unspecified, scanned, declared, backflushed, inferred };
inline constexpr std::array<std::string_view, 5> k_bases{"unspecified", "scanned", "declared", "backflushed",
                                                         "inferred"};
[[nodiscard]] constexpr std::string_view name_of(Basis basis) {
  return name_in(k_bases, basis);
}

/// One step of a process; steps with one process id form one process, an empty id makes the event its own process.
struct UnitsTransformed {
  std::string process_id;
  std::vector<UnitAmount> inputs;
  std::vector<UnitAmount> outputs;
  Flow flow = Flow::mixed;
  std::string expires_on;
  ProcessKind kind = ProcessKind::production;
  Basis basis = Basis::unspecified;
  std::string operation = {};  ///< ISA-95 operation of the order.
  friend bool operator==(const UnitsTransformed&, const UnitsTransformed&) = default;
};

/// Parts went into a device that keeps its identity, or were seen in it.
struct PartsInstalled {
  UnitRef parent;
  std::vector<UnitAmount> parts;
  bool observed = false;
  friend bool operator==(const PartsInstalled&, const PartsInstalled&) = default;
};

/// Parts were taken out of a device; none listed: all.
struct PartsRemoved {
  UnitRef parent;
  std::vector<UnitAmount> parts;
  friend bool operator==(const PartsRemoved&, const PartsRemoved&) = default;
};

enum class OrderState : std::uint8_t { planned, released, started, completed, closed, cancelled };
inline constexpr std::array<std::string_view, 6> k_order_states{"planned",   "released", "started",
                                                                "completed", "closed",   "cancelled"};
[[nodiscard]] constexpr std::string_view name_of(OrderState state) {
  return name_in(k_order_states, state);
}

/// A production order, or one operation of it, came into a state (ISA-95 job order).
struct OrderRecorded {
  std::string order;      ///< Process id: order, and run where there are several.
  std::string operation;  ///< Empty: the order as a whole.
  OrderState state = OrderState::planned;
  std::optional<UnitAmount> product;  ///< What is to be made, and how much.
  std::string due_on;                 ///< YYYY-MM-DD or empty.
  std::string equipment;
  friend bool operator==(const OrderRecorded&, const OrderRecorded&) = default;
};

using ProductionEvent = std::variant<UnitsTransformed, PartsInstalled, PartsRemoved, OrderRecorded>;

}  // namespace lotledger::engine
