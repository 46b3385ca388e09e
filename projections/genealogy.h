// projections/genealogy.h - the read model of material: who became what, what lay in what, what went where.
// This file: nodes and links as the fold writes them. Walking: trace.h; recall: recall_scope.h. Explained in
// docs/areas/genealogy.md.
//
// Nothing is decided here that a later fact could change: every fact becomes links with its own times and position, and
// as-of, reported-at and known-at are filters of the reader. So the links are a function of the set of facts, whatever
// order they came in; only node numbers and positions depend on the order.
#pragma once

#include "engine/base/material.h"
#include "projections/fold_memo.h"
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
  moved = 28,           ///< unit
  counted = 29,         ///< unit
  increased = 30,       ///< unit: books corrected upwards
  decreased = 31,       ///< unit: books corrected downwards
  sampled = 32,         ///< unit
  owner_changed = 33,   ///< unit
  disposed = 34,        ///< unit: its disposition was reported or decided; `detail` is its name
  expires = 35,         ///< unit: `detail` is the expiry date, YYYY-MM-DD
  retest = 36,          ///< unit: `detail` is the retest date
};

/// One statement of one event about a node.
struct Link {
  LinkKind kind = LinkKind::observed;
  NodeId other = k_no_node;
  EventPosition position;
  Instant occurred_at;
  Instant reported_at;  ///< recorded_at where the source gave none: nobody claimed it earlier.
  bool observed_only =
      false;  ///< Containment or parts were seen, not made (EPCIS action OBSERVE); a status was reported.
  std::optional<Quantity> quantity;
  NodeId place = k_no_node;  ///< Location where the unit is afterwards, or where it left or was counted.
  NodeId from = k_no_node;   ///< Location that it left, of a move; where it went to, of a shipment: see genealogy.cc.
  NodeId owner = k_no_node;  ///< Party whose property it is from then on, where that is said.
  std::string detail;        ///< By kind; id of a hold, behind a letter for its kind.
};

/// A node as stored.
struct Node {
  NodeId id = k_no_node;
  UnitKey key;          ///< Empty for a process.
  std::string process;  ///< Process id; empty for a unit.
  std::string written;  ///< Writing under which it came in first; empty where that is original() anyway.
  [[nodiscard]] bool is_process() const { return !process.empty(); }
  /// Writing under which it came in first. Made on demand: answers have hundreds of thousands of nodes.
  [[nodiscard]] std::string original() const {
    if (!written.empty()) return written;
    return is_process() ? process.substr(2) : key.uri();
  }
};

/// What a node of an answer is.
enum class NodeType : std::uint8_t { lot, serial, item_class, container, process, opaque };
[[nodiscard]] std::string_view name_of(NodeType type);
/// By its stored name, a unit key or the name of a process.
[[nodiscard]] NodeType node_type_of(std::string_view name);

class GenealogyProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "genealogy"; }
  [[nodiscard]] std::uint32_t fold_version() const override { return 3; }
  void apply(const FoldInput& input, Store& store) override;

 private:
  FoldMemo<NodeId> nodes_;  ///< By name.
};

/// Which facts an answer may use. Defaults: everything.
struct TimeFilter {
  std::optional<Instant> as_of;        ///< occurred_at <= as_of.
  std::optional<Instant> reported_at;  ///< reported_at <= this.
  Seq known_at = k_no_seq;             ///< Position inclusive; k_no_seq: the end of what is folded.
  bool include_voided = false;
};

/// Under what conversions of a class, or of all items, and what is said of an order are described (GenealogyReader).
[[nodiscard]] UnitKey conversion_subject(std::string_view item_class);
[[nodiscard]] UnitKey order_subject(std::string_view order);
/// The class, or the order, that such a key names; nullopt for any other key. Empty class: all items.
[[nodiscard]] std::optional<std::string> class_of_conversion(const UnitKey& subject);
[[nodiscard]] std::optional<std::string> order_of_subject(const UnitKey& subject);

/// Name of the process node of an event: its process id, or the id of the event itself.
[[nodiscard]] std::string process_name(std::string_view process_id, std::string_view event_id);

}  // namespace lotledger::projections
