// projections/node_bounds.h - bounds on quantities of each node of an answer.
#pragma once

#include "engine/base/quantity.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace lotledger::projections {

/// Bounds on how much of the root's material a unit may hold, in the root's unit; nullopt where the root's own amount
/// is unknown.
struct Bounds {
  std::optional<Decimal> low;
  std::optional<Decimal> high;
};

/// One for each node. Answers are large, so they are kept in 64 bits at one scale where all of them fit.
class NodeBounds {
 public:
  static constexpr int k_short_scale = 6;
  static constexpr std::int64_t k_unknown = std::numeric_limits<std::int64_t>::min();
  struct Short {
    std::int64_t low = k_unknown;  ///< In millionths.
    std::int64_t high = k_unknown;
  };

  NodeBounds() = default;
  explicit NodeBounds(std::vector<Short> all) : short_(std::move(all)) {}
  explicit NodeBounds(std::vector<Bounds> all) : wide_(std::move(all)) {}

  /// 0 until they were computed.
  [[nodiscard]] std::size_t size() const { return short_.empty() ? wide_.size() : short_.size(); }
  [[nodiscard]] Bounds operator[](std::size_t node) const {
    if (short_.empty()) return wide_[node];
    return {decimal(short_[node].low), decimal(short_[node].high)};
  }

 private:
  static std::optional<Decimal> decimal(std::int64_t amount) {
    return amount == k_unknown ? std::nullopt : std::optional(Decimal(amount, k_short_scale));
  }

  std::vector<Short> short_;
  std::vector<Bounds> wide_;
};

}  // namespace lotledger::projections
