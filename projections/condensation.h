// projections/condensation.h - which nodes of a graph lead in circles, and an order for all others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lotledger::projections {

/// Lists of numbers, one for each node, in one array.
class Adjacency {
 public:
  /// `pairs(visit)` calls visit(node, number) for each number of each node's list, in order, the same both times that
  /// it is called.
  template <typename Pairs>
  Adjacency(std::size_t nodes, const Pairs& pairs) : first_(nodes + 2) {
    pairs([this](std::uint32_t node, std::uint32_t) { ++first_[node + 2]; });
    for (std::size_t node = 2; node < first_.size(); ++node) first_[node] += first_[node - 1];
    numbers_.resize(first_.back());
    pairs([this](std::uint32_t node, std::uint32_t number) { numbers_[first_[node + 1]++] = number; });
  }

  [[nodiscard]] std::size_t size() const { return first_.size() - 2; }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t node) const {
    return std::span(numbers_).subspan(first_[node], first_[node + 1] - first_[node]);
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> numbers_;
};

/// Strongly connected components in topological order (sources first), by Tarjan's algorithm without recursion.
class Condensation {
 public:
  /// `next[node]`: where the edges of a node lead. It must outlive the constructor only.
  explicit Condensation(const Adjacency& next);

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t component) const;

 private:
  struct Frame {
    std::uint32_t node;
    std::uint32_t child;
  };

  void visit(std::uint32_t root);
  void open(std::uint32_t node);
  void close();

  const Adjacency& next_;
  std::vector<std::uint32_t> index_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<Frame> frames_;
  std::uint32_t count_ = 0;
  // Components as they are found, sinks first.
  std::vector<std::uint32_t> members_;
  std::vector<std::size_t> ends_;
};

}  // namespace lotledger::projections
