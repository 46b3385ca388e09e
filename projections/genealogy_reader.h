// projections/genealogy_reader.h - the genealogy as an answer reads it: of one ledger, or of several at a cut, as if
// all their events stood in one. Nothing is copied: each ledger is read in its own store, and put together here.
#pragma once

#include "projections/ledger_genealogy.h"
#include "projections/shared_events.h"

#include <set>
#include <vector>

namespace lotledger::projections {

/// Read access to nodes and links, under one filter. Views stay valid during one call only. One thread.
class GenealogyReader {
 public:
  /// Of one ledger. `store`, and `graph` where there is one, must outlive the reader.
  GenealogyReader(const StoreReader& store, const TimeFilter& filter, const GraphView* graph = nullptr);
  /// Of several, at least one; `shared` must outlive the reader. filter.known_at is not used. What is the same in
  /// two of them is one: a unit by its key, a process by its id, an event by its source's id and content, which the
  /// first of `ledgers` tells. A withdrawal counts for the event that it names in every ledger.
  GenealogyReader(const std::vector<CutLedger>& ledgers, const TimeFilter& filter, SharedEvents& shared);

  [[nodiscard]] std::optional<NodeId> find(const UnitKey& key) const { return find_named(key.bytes()); }
  [[nodiscard]] std::optional<NodeId> find_process(std::string_view process) const { return find_named(process); }
  [[nodiscard]] Node node(NodeId id) const;
  /// Bytes of the key of a node that many facts name, a place or a party; read once. Empty for k_no_node.
  [[nodiscard]] const std::string& key_bytes(NodeId id) const;
  [[nodiscard]] NodeType type(NodeId id) const;
  /// The node of the class that a lot or serial belongs to; k_no_node where no fact names it, and of other nodes.
  [[nodiscard]] NodeId class_of(NodeId id) const;
  /// The only ledger, whose links walks may take from its graph; nullptr where there are several.
  [[nodiscard]] const LedgerGenealogy* only() const { return ledgers_.size() == 1 ? &ledgers_.front() : nullptr; }
  /// All visible links of a node, in the order kind, other, position.
  void links(NodeId id, const LedgerGenealogy::Visit& visit) const { read_links(id, std::nullopt, visit); }
  /// Visible links of one kind.
  void links(NodeId id, LinkKind kind, const LedgerGenealogy::Visit& visit) const { read_links(id, kind, visit); }
  [[nodiscard]] bool any(NodeId id, LinkKind kind) const { return any_link(id, kind); }
  /// Whether any visible fact mentions the node.
  [[nodiscard]] bool mentioned(NodeId id) const { return any_link(id, std::nullopt); }
  /// Whether a fact within the filter's times mentions the node, withdrawn or not.
  [[nodiscard]] bool known(NodeId id) const;
  /// Nodes whose unit is a lot or serial of this class, and that a visible fact mentions.
  void class_members(const UnitKey& item_class, const std::function<void(NodeId)>& visit) const;
  /// All lots and serials that a visible fact mentions.
  void units(const std::function<void(NodeId)>& visit) const;
  /// All processes with an id of their own that a visible fact mentions.
  void named_processes(const std::function<void(NodeId)>& visit) const;
  /// Keys of parties, locations, items, and what conversion_subject() and order_subject() name, of which a description
  /// counts; in their order.
  void subjects(const std::function<void(const UnitKey&)>& visit) const;
  /// The record that withdrew this one, where it is withdrawn as of the filter.
  [[nodiscard]] std::optional<RecordPosition> withdrawn_by(RecordPosition record) const;

  /// Descriptions of a party or location that count, by time.
  [[nodiscard]] std::vector<Description> descriptions(const UnitKey& party) const;
  [[nodiscard]] std::vector<RecordPosition> open_rows() const;
  [[nodiscard]] std::vector<RecordPosition> waiting_withdrawals() const;
  /// Ids that withdrawals name as telling it rightly.
  [[nodiscard]] std::vector<Corrective> corrective_references() const;
  [[nodiscard]] std::vector<RecordPosition> unreadable_records() const;

 private:
  [[nodiscard]] std::optional<NodeId> find_named(std::string_view name) const;
  void read_links(NodeId id, std::optional<LinkKind> kind, const LedgerGenealogy::Visit& visit) const;
  [[nodiscard]] bool any_link(NodeId id, std::optional<LinkKind> kind) const;
  void apply_withdrawals();
  [[nodiscard]] NodeId common(NodeId in_ledger) const;
  [[nodiscard]] const std::vector<NodeId>& copies(NodeId id) const;
  void drop_repeated(std::vector<Link>& links) const;

  std::vector<LedgerGenealogy> ledgers_;
  SharedEvents* shared_ = nullptr;  ///< nullptr: one ledger.
  /// Withdrawals whose event another ledger holds.
  std::set<RecordPosition> arrived_;
  /// Node of one ledger -> the number that answers use for it; and back.
  mutable std::unordered_map<NodeId, NodeId> common_;
  mutable std::unordered_map<std::string, NodeId> classes_;
  mutable std::unordered_map<NodeId, std::vector<NodeId>> copies_;
  mutable std::unordered_map<NodeId, std::string> keys_;
};

}  // namespace lotledger::projections
