// projections/genealogy.h - the read model of material: who became what, what lay in what, what went where.
// This file: nodes and links as the fold writes them. Walking: trace.h; recall: recall_scope.h. Explained in
// docs/areas/genealogy.md.
//
// Nothing is decided here that a later fact could change: every fact becomes links with its own times and position, and
// as-of, reported-at and known-at are filters of the reader. So the links are a function of the set of facts, whatever
// order they came in; only node numbers and positions depend on the order.
#pragma once

#include "engine/base/material.h"
#include "projections/projection.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lotledger::projections {

/// Number of a unit or process within one store, given in the order of first mention.
using NodeId = std::uint64_t;
inline constexpr NodeId k_no_node = 0;

/// What a link says about its node. Numbers are stored; never reused. The comment names the other end.
enum class LinkKind : std::uint8_t {
  consumed_in = 1,      ///< unit -> process
  output_of = 2,        ///< unit <- process
  input = 3,            ///< process <- unit (mirror of consumed_in)
  output = 4,           ///< process -> unit (mirror of output_of)
  installed_in = 5,     ///< part -> device
  has_part = 6,         ///< device <- part
  removed_from = 7,     ///< part, device
  part_removed = 8,     ///< device, part
  parts_cleared = 9,    ///< device: all parts removed
  packed_in = 10,       ///< child -> container
  contains = 11,        ///< container -> child
  unpacked_from = 12,   ///< child, container
  unpacked = 13,        ///< container, child
  emptied = 14,         ///< container: all children unpacked
  member = 15,          ///< lot -> serial
  lot_of = 16,          ///< serial -> lot
  same_as = 17,         ///< either -> other
  commissioned = 18,    ///< unit
  decommissioned = 19,  ///< unit
  received = 20,        ///< unit
  observed = 21,        ///< unit
  shipped = 22,         ///< unit
  ship_voided = 23,     ///< unit
  returned = 24,        ///< unit
  hold_placed = 25,     ///< unit
  hold_lifted = 26,     ///< unit
  linked = 27,          ///< unit: tied to a document
};

/// One statement of one event about a node.
struct Link {
  LinkKind kind = LinkKind::observed;
  NodeId other = k_no_node;
  EventPosition position;
  Instant occurred_at;
  Instant reported_at;         ///< recorded_at where the source gave none: nobody claimed it earlier.
  bool observed_only = false;  ///< Containment or parts were seen, not made (EPCIS action OBSERVE).
  std::optional<Quantity> quantity;
};

/// A node as stored.
struct Node {
  NodeId id = k_no_node;
  UnitKey key;           ///< Empty for a process.
  std::string process;   ///< Process id; empty for a unit.
  std::string original;  ///< Writing under which it came in first.
  [[nodiscard]] bool is_process() const { return !process.empty(); }
};

class GenealogyProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "genealogy"; }
  [[nodiscard]] std::uint32_t fold_version() const override { return 1; }
  void apply(const FoldInput& input, Store& store) override;
};

/// Which facts an answer may use. Defaults: everything.
struct TimeFilter {
  std::optional<Instant> as_of;        ///< occurred_at <= as_of.
  std::optional<Instant> reported_at;  ///< reported_at <= this.
  Seq known_at = k_no_seq;             ///< Position inclusive; k_no_seq: the end of what is folded.
  bool include_voided = false;
};

/// Read access to nodes and links, under one filter. Views stay valid during one call only.
class GenealogyReader {
 public:
  /// `store` must outlive the reader.
  GenealogyReader(const StoreReader& store, TimeFilter filter);

  [[nodiscard]] std::optional<NodeId> find(const UnitKey& key) const;
  [[nodiscard]] std::optional<NodeId> find_process(std::string_view process) const;
  [[nodiscard]] Node node(NodeId id) const;
  /// All visible links of a node, in the order kind, other, position.
  void links(NodeId id, const std::function<void(const Link&)>& visit) const;
  /// Visible links of one kind.
  void links(NodeId id, LinkKind kind, const std::function<void(const Link&)>& visit) const;
  [[nodiscard]] bool any(NodeId id, LinkKind kind) const;
  /// Whether any visible fact mentions the node.
  [[nodiscard]] bool mentioned(NodeId id) const;
  /// Nodes whose unit is a lot or serial of this class, and that a visible fact mentions.
  void class_members(const UnitKey& item_class, const std::function<void(NodeId)>& visit) const;
  /// Position that withdrew the record, where it is withdrawn as of the filter.
  [[nodiscard]] std::optional<Seq> withdrawn_by(Seq seq) const;

  /// Positions of descriptions of a party or location, by time of description.
  struct Description {
    Instant at;
    EventPosition position;
  };
  [[nodiscard]] std::vector<Description> descriptions(const UnitKey& party) const;
  [[nodiscard]] std::vector<Seq> open_rows() const;
  [[nodiscard]] std::vector<Seq> waiting_withdrawals() const;
  /// Ids that withdrawals name as telling it rightly, with the withdrawal.
  struct Corrective {
    std::string event_id;
    Seq withdrawal;
  };
  [[nodiscard]] std::vector<Corrective> corrective_references() const;
  [[nodiscard]] std::vector<Seq> unreadable_records() const;
  [[nodiscard]] const TimeFilter& filter() const { return filter_; }
  [[nodiscard]] const StoreReader& store() const { return store_; }

 private:
  [[nodiscard]] bool visible(const Link& link) const;
  [[nodiscard]] bool known(Seq seq) const { return filter_.known_at == k_no_seq || seq <= filter_.known_at; }

  const StoreReader& store_;
  TimeFilter filter_;
  /// Withdrawn record -> withdrawal. All of them where they are few; else looked up one by one and remembered (nullopt:
  /// none).
  mutable std::unordered_map<Seq, std::optional<Seq>> withdrawals_;
  bool all_withdrawals_loaded_ = false;
};

/// Name of the process node of an event: its process id, or the id of the event itself.
[[nodiscard]] std::string process_name(std::string_view process_id, std::string_view event_id);

}  // namespace lotledger::projections
