// projections/condensation.h - which nodes of a graph lead in circles, and an order for all others.
#pragma once

#include <cstddef>
#include <vector>

namespace lotledger::projections {

/// Strongly connected components in topological order (sources first), by Tarjan's algorithm without recursion.
class Condensation {
 public:
  /// `next[node]`: where the edges of a node lead. It must outlive the constructor only.
  explicit Condensation(const std::vector<std::vector<std::size_t>>& next);
  std::vector<std::vector<std::size_t>> components;

 private:
  struct Frame {
    std::size_t node;
    std::size_t child;
  };

  void visit(std::size_t root);
  void open(std::size_t node);
  void close();

  const std::vector<std::vector<std::size_t>>& next_;
  std::vector<std::size_t> index_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<Frame> frames_;
  std::size_t count_ = 0;
};

}  // namespace lotledger::projections
