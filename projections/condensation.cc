// projections/condensation.cc - Tarjan's algorithm with a stack of its own.
#include "projections/condensation.h"

#include <algorithm>

namespace lotledger::projections {

Condensation::Condensation(const std::vector<std::vector<std::size_t>>& next)
    : next_(next), index_(next.size(), 0), low_(next.size(), 0), on_stack_(next.size(), false) {
  for (std::size_t node = 0; node < next.size(); ++node) {
    if (index_[node] == 0) visit(node);
  }
  std::reverse(components.begin(), components.end());
}

void Condensation::visit(std::size_t root) {
  open(root);
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.child < next_[frame.node].size()) {
      const std::size_t child = next_[frame.node][frame.child++];
      if (index_[child] == 0) {
        open(child);
      } else if (on_stack_[child]) {
        low_[frame.node] = std::min(low_[frame.node], index_[child]);
      }
      continue;
    }
    close();
  }
}

void Condensation::open(std::size_t node) {
  index_[node] = low_[node] = ++count_;
  stack_.push_back(node);
  on_stack_[node] = true;
  frames_.push_back({node, 0});
}

void Condensation::close() {
  const std::size_t node = frames_.back().node;
  frames_.pop_back();
  if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
  if (low_[node] != index_[node]) return;
  std::vector<std::size_t>& component = components.emplace_back();
  for (std::size_t member = ~std::size_t{0}; member != node;) {
    member = stack_.back();
    stack_.pop_back();
    on_stack_[member] = false;
    component.push_back(member);
  }
}

}  // namespace lotledger::projections
