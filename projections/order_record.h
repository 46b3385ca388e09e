// projections/order_record.h - a production order as its facts tell it: states, what was to be made, what went in and
// came out, and how that reconciles. Explained in docs/areas/production.md.
#pragma once

#include "engine/production.h"
#include "projections/genealogy_reader.h"
#include "projections/record_cache.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lotledger::projections {

/// A state that the order, or one of its operations, came into.
struct OrderStep {
  Instant at;
  EventPosition position;
  engine::OrderRecorded recorded;
};

/// One unit that went in or came out.
struct OrderFlow {
  NodeId unit = k_no_node;
  Instant at;
  std::optional<Instant> until;  ///< End of the interval, where the source gave one: a backflush covers a span.
  EventPosition position;
  std::optional<Quantity> quantity;  ///< nullopt: a piece, or not stated.
  engine::ProcessKind kind = engine::ProcessKind::production;
  engine::Basis basis = engine::Basis::unspecified;
};

struct OrderRecord {
  std::string order;             ///< Process id.
  std::vector<OrderStep> steps;  ///< By time.
  std::vector<OrderFlow> inputs, outputs;
  /// The state of the order as a whole said last; nullopt where no source told any.
  [[nodiscard]] std::optional<engine::OrderState> state() const;
  /// What was to be made, as said last.
  [[nodiscard]] std::optional<UnitAmount> planned() const;
};

/// What was said of the order with this process id up to `until`, by time.
[[nodiscard]] std::vector<OrderStep> order_steps(const GenealogyReader& reader, RecordCache& records,
                                                 const std::string& order, Instant until);
/// The order with this process id (order, or order/run); nullopt where no visible fact names it. Steps up to `until`.
[[nodiscard]] std::optional<OrderRecord> order_record(const GenealogyReader& reader, RecordCache& records,
                                                      const std::string& order, Instant until);

}  // namespace lotledger::projections
