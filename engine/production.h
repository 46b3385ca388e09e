// engine/production.h - material flow: events of the area. All of them are observed facts; commands come with orders.
// Events: schemas/production.fbs. Read model: projections/genealogy.h. Explained in docs/areas/production.md.
#pragma once

#include "engine/base/material.h"

#include <variant>
#include <vector>

namespace lotledger::engine {

/// How inputs reached outputs inside one process: any input into any output, or in the order of time.
enum class Flow : std::uint8_t { mixed, sequential };

/// One step of a process; steps with one process id form one process, an empty id makes the event its own process.
struct UnitsTransformed {
  std::string process_id;
  std::vector<UnitAmount> inputs;
  std::vector<UnitAmount> outputs;
  Flow flow = Flow::mixed;
  std::string expires_on;
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

using ProductionEvent = std::variant<UnitsTransformed, PartsInstalled, PartsRemoved>;

}  // namespace lotledger::engine
