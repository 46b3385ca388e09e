// projections/condensation.cc - Tarjan's algorithm with a stack of its own.
#include "projections/condensation.h"

#include <algorithm>

namespace lotledger::projections {

Condensation::Condensation(const Adjacency& next)
    : next_(next), index_(next.size(), 0), low_(next.size(), 0), on_stack_(next.size(), false) {
  members_.reserve(next.size());
  ends_.reserve(next.size());
  for (std::uint32_t node = 0; node < next.size(); ++node) {
    if (index_[node] == 0) visit(node);
  }
}

std::span<const std::uint32_t> Condensation::operator[](std::size_t component) const {
  const std::size_t found = ends_.size() - 1 - component;
  const std::size_t first = found == 0 ? 0 : ends_[found - 1];
  return std::span(members_).subspan(first, ends_[found] - first);
}

void Condensation::visit(std::uint32_t root) {
  open(root);
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.child < next_[frame.node].size()) {
      const std::uint32_t child = next_[frame.node][frame.child++];
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

void Condensation::open(std::uint32_t node) {
  index_[node] = low_[node] = ++count_;
  stack_.push_back(node);
  on_stack_[node] = true;
  frames_.push_back({node, 0});
}

void Condensation::close() {
  const std::uint32_t node = frames_.back().node;
  frames_.pop_back();
  if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
  if (low_[node] != index_[node]) return;
  for (std::uint32_t member = ~node; member != node;) {
    member = stack_.back();
    stack_.pop_back();
    on_stack_[member] = false;
    members_.push_back(member);
  }
  ends_.push_back(members_.size());
}

}  // namespace lotledger::projections
