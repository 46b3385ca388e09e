// projections/graph.h - the adjacency snapshot: nodes and links of a genealogy store as arrays in mapped files,
// read in place. Explained in docs/areas/graph.md; written by graph_writer.h.
#pragma once

#include "projections/checked_file.h"
#include "projections/genealogy.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lotledger::projections {

/// Where a link leads, and of which kind it is: all that most steps of a walk need, and no more, because a walk waits
/// for the memory. Links of a node lie side by side, ordered by kind, other, position.
struct PackedLink {
  std::uint32_t other = 0;
  std::uint8_t kind_bits = 0;  ///< The kind, k_withdrawn and k_to_class.
  std::uint8_t flags = 0;
  std::uint8_t scale = 0;  ///< Of the quantity of its fact.
  std::uint8_t unit = 0;   ///< Number of the unit of measure in the head.

  static constexpr std::uint8_t k_withdrawn = 0x80;  ///< Some withdrawal names its record; which, says the store.
  static constexpr std::uint8_t k_to_class = 0x40;   ///< `other` is a class.
  static constexpr std::uint8_t k_observed_only = 1;
  static constexpr std::uint8_t k_has_quantity = 2;
  static constexpr std::uint8_t k_has_index = 4;  ///< The event is not the first of its record; in the rest.
  static constexpr std::uint8_t k_has_place = 8;
  static constexpr std::uint8_t k_has_from = 16;
  static constexpr std::uint8_t k_has_owner = 32;
  static constexpr std::uint8_t k_has_detail = 64;

  [[nodiscard]] LinkKind kind() const { return static_cast<LinkKind>(kind_bits & ~(k_withdrawn | k_to_class)); }
  [[nodiscard]] bool withdrawn() const { return (kind_bits & k_withdrawn) != 0; }
  [[nodiscard]] bool to_class() const { return (kind_bits & k_to_class) != 0; }
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};
static_assert(sizeof(PackedLink) == 8);

/// What was said by the link of the same number.
struct PackedFact {
  std::int64_t occurred_at = 0;  ///< Microseconds UTC.
  std::int64_t mantissa = 0;
  std::uint32_t seq = 0;
  std::uint32_t rest = 0;  ///< Where its rest begins, from that of the node on.
};
static_assert(sizeof(PackedFact) == 24);

/// What a node is, and where its links lie: all that a walk needs of it in one piece.
struct PackedNode {
  std::uint64_t first = 0;  ///< Number of its first link.
  std::uint64_t rest = 0;   ///< Where the rests of its links begin.
  std::uint32_t count = 0;
  std::uint32_t item_class = 0;  ///< Node of the class of a lot or serial; k_no_node: none was known.
  std::uint32_t item = 0;        ///< Nodes of one item have one number; 0: of none.
  NodeType type = NodeType::opaque;
  std::uint8_t flags = 0;
  std::uint16_t unused = 0;

  static constexpr std::uint8_t k_packed = 1;  ///< It has links of kind packed_in.
  static constexpr std::uint8_t k_used = 2;    ///< It has links of kind consumed_in or installed_in.
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};
static_assert(sizeof(PackedNode) == 32);

/// What a graph stands for, and how its files are to be read.
struct GraphHead {
  Head position;  ///< Of the store that it was made of.
  std::uint32_t fold_version = 0;
  std::uint64_t nodes = 0;  ///< Numbered from 1.
  std::uint64_t links = 0;
  std::uint64_t name_bytes = 0;
  std::uint64_t rest_bytes = 0;
  std::vector<UnitCode> units;
};

/// Bytes of the head file, and back; corrupt with what is wrong.
[[nodiscard]] ByteVector encode_head(const GraphHead& head);
[[nodiscard]] Result<GraphHead> decode_head(Bytes bytes);

/// Paths of the files of the graph at a position.
[[nodiscard]] std::string graph_file(const std::string& folder, Seq seq, std::string_view which);
inline constexpr std::string_view k_graph_files[] = {"head", "names", "offsets", "nodes", "links", "facts", "rest"};

/// Read access. What is damaged reads as "not here": the caller takes it from the store, and damaged() says so.
/// One thread.
class Graph {
 public:
  /// Opens the graph at `seq`. not_found, corrupt, io.
  [[nodiscard]] static Result<std::unique_ptr<Graph>> open(engine::Disk& disk, const std::string& folder, Seq seq);

  [[nodiscard]] const GraphHead& head() const { return head_; }
  /// Whether something that was asked for turned out to be damaged.
  [[nodiscard]] bool damaged() const { return damaged_; }
  /// Reads every file to its end: whether nothing is damaged.
  [[nodiscard]] bool intact() const;

  /// The links of a node of any kind; nullopt where they, their facts or their rests cannot be read here.
  [[nodiscard]] std::optional<std::span<const PackedLink>> links(NodeId node) const {
    if (node == k_no_node || node > head_.nodes) return std::nullopt;
    if (!checked_[node] && !check(node)) return std::nullopt;
    const PackedNode& packed = packed_nodes_[node - 1];
    return std::span(packed_links_ + packed.first, packed.count);
  }
  /// Asks the memory for what links() will read, in two steps, because the second needs what the first brings. A walk
  /// knows early which nodes it will come to, and waiting for memory is most of its time.
  void expect(NodeId node) const {
    if (node != k_no_node && node <= head_.nodes) __builtin_prefetch(packed_nodes_ + (node - 1));
  }
  void expect_links(NodeId node) const {
    if (node != k_no_node && node <= head_.nodes && checked_[node])
      __builtin_prefetch(packed_links_ + packed_nodes_[node - 1].first);
  }
  void expect_fact(std::uint64_t number) const { __builtin_prefetch(packed_facts_ + number); }
  /// Those of one kind among `links`.
  [[nodiscard]] static std::span<const PackedLink> of_kind(std::span<const PackedLink> links, LinkKind kind);
  /// Everything that a link of `node`, which links() gave, says; with no ledger in its position.
  [[nodiscard]] Link unpack(NodeId node, const PackedLink& link) const;
  [[nodiscard]] Instant reported_at(NodeId node, const PackedLink& link) const;
  /// The node as the store has it; nullopt where it cannot be read here.
  [[nodiscard]] std::optional<Node> node(NodeId id) const;
  /// What the node is; nullptr where that cannot be read here.
  [[nodiscard]] const PackedNode* row(NodeId id) const {
    if (id == k_no_node || id > head_.nodes) return nullptr;
    const auto* const bytes = nodes_.at((id - 1) * sizeof(PackedNode), sizeof(PackedNode));
    damaged_ |= bytes == nullptr;
    return reinterpret_cast<const PackedNode*>(bytes);
  }
  /// Of links that links() gave: what was said, its number among all, and it by that.
  [[nodiscard]] const PackedFact& fact(const PackedLink& link) const { return packed_facts_[number_of(link)]; }
  [[nodiscard]] const PackedLink& link(std::uint64_t number) const { return packed_links_[number]; }
  [[nodiscard]] std::uint64_t number_of(const PackedLink& link) const {
    return static_cast<std::uint64_t>(&link - packed_links_);
  }
  [[nodiscard]] UnitCode unit(const PackedLink& link) const { return head_.units[link.unit]; }

 private:
  Graph(GraphHead head, CheckedMap names, CheckedMap offsets, CheckedMap nodes, CheckedMap links, CheckedMap facts,
        CheckedMap rest);
  /// Whether the node, its links and their rests are as they were written.
  [[nodiscard]] bool check(NodeId node) const;
  [[nodiscard]] std::nullopt_t damage() const {
    damaged_ = true;
    return std::nullopt;
  }

  GraphHead head_;
  CheckedMap names_;
  CheckedMap offsets_;
  CheckedMap nodes_;
  CheckedMap links_;
  CheckedMap facts_;
  CheckedMap rest_;
  // In place; only what was checked is read.
  const PackedNode* packed_nodes_;
  const PackedLink* packed_links_;
  const PackedFact* packed_facts_;
  const std::uint8_t* rests_;
  mutable std::vector<bool> checked_;  ///< By node.
  mutable bool damaged_ = false;
};

/// Position of the newest graph of the folder whose head can be read and names that fold version; nullopt: there is
/// none.
[[nodiscard]] Result<std::optional<GraphHead>> newest_graph(engine::Disk& disk, const std::string& folder,
                                                            std::uint32_t fold_version);

}  // namespace lotledger::projections
