// projections/condensation.h - which nodes of a graph lead in circles, and an order for all others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <vector>

namespace lotledger::projections {

/// Lists, one for each node, in one array.
template <typename Entry = std::uint32_t>
class Adjacency {
 public:
  /// `pairs(visit)` calls visit(node, entry) for each entry of each node's list, in order, the same both times that it
  /// is called. Fewer than 2^32 in all.
  template <typename Pairs>
  Adjacency(std::size_t nodes, const Pairs& pairs) : first_(nodes + 2) {
    pairs([this](std::uint32_t node, const Entry&) { ++first_[node + 2]; });
    for (std::size_t node = 2; node < first_.size(); ++node) first_[node] += first_[node - 1];
    entries_.resize(first_.back());
    pairs([this](std::uint32_t node, const Entry& entry) { entries_[first_[node + 1]++] = entry; });
  }

  [[nodiscard]] std::size_t size() const { return first_.size() - 2; }
  [[nodiscard]] std::span<const Entry> operator[](std::size_t node) const {
    return {entries_.data() + first_[node], first_[node + 1] - first_[node]};
  }

 private:
  std::vector<std::uint32_t> first_;
  std::vector<Entry> entries_;
};

/// Strongly connected components in topological order (sources first): Tarjan's algorithm as Pearce made it need one
/// number per node, without recursion.
class Condensation {
 public:
  /// Of the nodes below `nodes` that edges lead to from `starts`, these included. `targets(node)`: a range, with size()
  /// and [], of the nodes where edges of `node` lead.
  template <typename Starts, typename Targets>
  Condensation(std::size_t nodes, Starts starts, const Targets& targets) : rank_(nodes, 0) {
    for (const std::uint32_t node : starts) {
      if (rank_[node] == 0) visit(node, targets);
    }
  }
  explicit Condensation(const Adjacency<>& next)
      : Condensation(next.size(), std::views::iota(std::uint32_t{0}, static_cast<std::uint32_t>(next.size())),
                     [&next](std::uint32_t node) { return next[node]; }) {}

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t component) const {
    const std::size_t found = ends_.size() - 1 - component;
    const std::size_t first = found == 0 ? 0 : ends_[found - 1];
    return std::span(members_).subspan(first, ends_[found] - first);
  }

 private:
  /// A node on the way from the root of the search, and which of its edges comes next.
  struct Frame {
    std::uint32_t node;
    std::uint32_t edge;
    std::uint32_t opened;  ///< Its rank at first; a lower one means that it leads back to a node before it.
  };

  template <typename Targets>
  void visit(std::uint32_t root, const Targets& targets) {
    open(root);
    while (!frames_.empty()) {
      if (const auto unseen = follow(frames_.back(), targets)) {
        open(*unseen);  // Its edge is looked at again when it is closed.
      } else {
        close();
      }
    }
  }

  /// Goes on along the edges of a node, up to one that leads where nobody was.
  template <typename Targets>
  std::optional<std::uint32_t> follow(Frame& frame, const Targets& targets) {
    const auto next = targets(frame.node);
    std::uint32_t lowest = rank_[frame.node];
    for (; frame.edge < next.size(); ++frame.edge) {
      const std::uint32_t target = next[frame.edge];
      if (rank_[target] == 0) {
        rank_[frame.node] = lowest;
        return target;
      }
      lowest = std::min(lowest, rank_[target]);
    }
    rank_[frame.node] = lowest;
    return std::nullopt;
  }

  void open(std::uint32_t node) {
    rank_[node] = ++count_;
    frames_.push_back({node, 0, count_});
  }

  void close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (rank_[frame.node] != frame.opened) {
      waiting_.push_back(frame.node);
      return;
    }
    std::uint32_t member = frame.node;
    for (;;) {
      rank_[member] = k_finished;
      members_.push_back(member);
      if (waiting_.empty() || rank_[waiting_.back()] < frame.opened) break;
      member = waiting_.back();
      waiting_.pop_back();
    }
    ends_.push_back(static_cast<std::uint32_t>(members_.size()));
  }

  /// Above every rank.
  static constexpr std::uint32_t k_finished = ~std::uint32_t{0};

  /// By node: 0 until it is opened, then its number in that order, or that of the first one it is known to lead to.
  std::vector<std::uint32_t> rank_;
  std::vector<std::uint32_t> waiting_;  ///< Closed, but of a component that is not.
  std::vector<Frame> frames_;
  std::uint32_t count_ = 0;
  // Components as they are found, sinks first.
  std::vector<std::uint32_t> members_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace lotledger::projections
