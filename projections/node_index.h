// projections/node_index.h - where a node stands in an answer. Memory follows the answer and costs one look-up each,
// however large the ledger: numbers of nodes are dense, and an answer's nodes mostly lie in few pages.
#pragma once

#include "projections/genealogy.h"

#include <array>
#include <memory>
#include <vector>

namespace lotledger::projections {

/// Node numbers to small numbers. Not copied: an answer has one.
class NodeIndex {
 public:
  static constexpr std::uint32_t k_none = ~std::uint32_t{0};

  /// k_none where the node was never set.
  [[nodiscard]] std::uint32_t find(NodeId node) const {
    const Pages* const pages = pages_of(node);
    const std::size_t page = page_of(node);
    if (pages == nullptr || page >= pages->size() || (*pages)[page] == nullptr) return k_none;
    return (*(*pages)[page])[node % k_page_nodes];
  }
  /// Asks the memory for what at() will read.
  void expect(NodeId node) const {
    const Pages* const pages = pages_of(node);
    const std::size_t page = page_of(node);
    if (pages == nullptr || page >= pages->size() || (*pages)[page] == nullptr) return;
    __builtin_prefetch((*pages)[page]->data() + node % k_page_nodes);
  }
  /// The place of a node, to be read or set; k_none at first.
  [[nodiscard]] std::uint32_t& at(NodeId node) {
    Pages& pages = pages_for(node);
    const std::size_t page = page_of(node);
    if (page >= pages.size()) pages.resize(page + page / 2 + 1);
    if (pages[page] == nullptr) {
      pages[page] = std::make_unique_for_overwrite<Page>();
      pages[page]->fill(k_none);
    }
    return (*pages[page])[node % k_page_nodes];
  }

 private:
  static constexpr std::size_t k_page_nodes = 1024;
  using Page = std::array<std::uint32_t, k_page_nodes>;
  using Pages = std::vector<std::unique_ptr<Page>>;

  /// The high bits of a node tell its ledger (genealogy_reader.h).
  static constexpr unsigned k_ledger_shift = 48;
  static std::size_t page_of(NodeId node) {
    return static_cast<std::size_t>((node & ((NodeId{1} << k_ledger_shift) - 1)) / k_page_nodes);
  }
  [[nodiscard]] const Pages* pages_of(NodeId node) const {
    const auto ledger = static_cast<std::size_t>(node >> k_ledger_shift);
    return ledger < ledgers_.size() ? &ledgers_[ledger] : nullptr;
  }
  Pages& pages_for(NodeId node) {
    const auto ledger = static_cast<std::size_t>(node >> k_ledger_shift);
    if (ledger >= ledgers_.size()) ledgers_.resize(ledger + 1);
    return ledgers_[ledger];
  }

  std::vector<Pages> ledgers_;
};

}  // namespace lotledger::projections
