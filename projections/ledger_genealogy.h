// projections/ledger_genealogy.h - nodes and links of one ledger, under a filter. Answers read them through
// genealogy_reader.h, which stands on one ledger or several.
#pragma once

#include "projections/genealogy.h"
#include "projections/graph_view.h"

#include <unordered_map>

namespace lotledger::projections {

/// Positions of descriptions of a party or location, by time of description.
struct Description {
  Instant at;
  EventPosition position;
};

/// An id that a withdrawal names as telling it rightly.
struct Corrective {
  std::string event_id;
  RecordPosition withdrawal;
};

/// Reads one genealogy store. Node numbers are those of the store. One thread.
class LedgerGenealogy {
 public:
  using Visit = std::function<void(const Link&)>;

  /// `store`, and `graph` where it is not nullptr, must outlive it; positions are given with `ledger`.
  LedgerGenealogy(const StoreReader& store, const GraphView* graph, const TimeFilter& filter, LedgerIndex ledger);

  /// The node of a unit key's bytes or of a process name.
  [[nodiscard]] std::optional<NodeId> find(std::string_view name) const;
  [[nodiscard]] Node node(NodeId id) const;
  /// Visible links of a node, of one kind where given, in the order kind, other, position.
  void links(NodeId id, std::optional<LinkKind> kind, const Visit& visit) const;
  [[nodiscard]] bool any(NodeId id, std::optional<LinkKind> kind) const;
  /// Links of a node as they lie in the graph, those that no filter shows too; nullopt where the store has to be asked.
  [[nodiscard]] std::optional<std::span<const PackedLink>> packed(NodeId id) const {
    return graph_ == nullptr ? std::nullopt : graph_->links(id);
  }
  /// Whether the filter shows one of them.
  [[nodiscard]] bool shows(NodeId node, const PackedLink& link) const {
    return (shows_all_ && !link.withdrawn()) || visible(node, link);
  }
  /// nullptr: there is none.
  [[nodiscard]] const GraphView* graph() const { return graph_; }
  [[nodiscard]] NodeType type(NodeId id) const;
  /// The node of the class that a lot or serial belongs to; k_no_node where no fact names it.
  [[nodiscard]] NodeId class_of(NodeId id) const;
  /// Whether two nodes are of one item; nullopt where names have to be asked.
  [[nodiscard]] std::optional<bool> same_item(NodeId a, NodeId b) const {
    const PackedNode* const one = graph_ == nullptr ? nullptr : graph_->graph().row(a);
    const PackedNode* const other = graph_ == nullptr ? nullptr : graph_->graph().row(b);
    if (one == nullptr || other == nullptr) return std::nullopt;
    return one->item != 0 && one->item == other->item;
  }
  /// Whether a fact within the filter's times mentions the node, withdrawn or not.
  [[nodiscard]] bool known(NodeId id) const;
  /// Nodes whose unit is a lot or serial of this class.
  void class_members(const UnitKey& item_class, const std::function<void(NodeId)>& visit) const;

  /// Nodes of all lots and serials.
  void units(const std::function<void(NodeId)>& visit) const;

  /// Withdrawal of the record, as of the filter.
  [[nodiscard]] std::optional<RecordPosition> withdrawn_by(Seq seq) const;
  /// Every withdrawal that was known, applied or waiting.
  [[nodiscard]] std::vector<Seq> withdrawals() const;
  /// Takes note of a withdrawal in another ledger; one of its own goes before.
  void withdraw(Seq seq, RecordPosition by) {
    foreign_.try_emplace(seq, by);
    shows_all_ = false;
  }

  /// Nodes of all processes that have an id of their own, not only that of their event.
  void named_processes(const std::function<void(NodeId)>& visit) const;
  /// Keys under which descriptions were ever known, in their order, each once; a key may have none that counts.
  void subjects(const std::function<void(std::string_view key)>& visit) const;

  [[nodiscard]] std::vector<Description> descriptions(const UnitKey& party) const;
  [[nodiscard]] std::vector<RecordPosition> open_rows() const;
  [[nodiscard]] std::vector<RecordPosition> waiting_withdrawals() const;
  [[nodiscard]] std::vector<Corrective> corrective_references() const;
  [[nodiscard]] std::vector<RecordPosition> unreadable_records() const;

 private:
  [[nodiscard]] bool in_time(const Link& link) const;
  [[nodiscard]] bool visible(const Link& link) const;
  /// The same of a link of `node` in the graph.
  [[nodiscard]] bool in_time(NodeId node, const PackedLink& link) const;
  [[nodiscard]] bool visible(NodeId node, const PackedLink& link) const;
  /// The links of a node, of one kind where given, from the graph; nullopt: the store has to be asked.
  [[nodiscard]] std::optional<std::span<const PackedLink>> packed_links(NodeId id, std::optional<LinkKind> kind) const;
  [[nodiscard]] bool known_seq(Seq seq) const { return seq <= filter_.known_at; }
  [[nodiscard]] std::optional<Seq> own_withdrawal(Seq seq) const;

  const StoreReader& store_;
  const GraphView* graph_;
  TimeFilter filter_;
  LedgerIndex ledger_;
  /// Withdrawn record -> withdrawal. All of them where they are few; else looked up one by one and remembered (nullopt:
  /// none).
  mutable std::unordered_map<Seq, std::optional<Seq>> withdrawals_;
  bool all_withdrawals_loaded_ = false;
  bool shows_all_ = false;  ///< The filter leaves out nothing of the graph but what is withdrawn.
  mutable std::unordered_map<std::string, NodeId> classes_;
  std::unordered_map<Seq, RecordPosition> foreign_;
};

}  // namespace lotledger::projections
