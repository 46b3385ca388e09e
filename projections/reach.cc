// projections/reach.cc - the walk.
#include "projections/reach.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

namespace lotledger::projections {

std::string_view name_of(Direction direction) {
  switch (direction) {
    case Direction::up: return "up";
    case Direction::down: return "down";
    case Direction::both: return "both";
  }
  return "unknown";
}

std::string_view name_of(Basis basis) {
  switch (basis) {
    case Basis::declared: return "declared";
    case Basis::possible: return "possible";
  }
  return "unknown";
}

std::string_view name_of(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::consume: return "consume";
    case EdgeKind::output: return "output";
    case EdgeKind::install: return "install";
    case EdgeKind::member: return "member";
    case EdgeKind::same_as: return "same_as";
    case EdgeKind::contain: return "contain";
  }
  return "unknown";
}

namespace {

/// An edge found at a node, before the other end has a place in the answer.
struct Step {
  NodeId other = k_no_node;
  EdgeKind kind = EdgeKind::consume;
  bool possible = false;
  bool towards_other = true;  ///< The edge runs from the node being expanded to `other`.
  NodeId holder = k_no_node;  ///< The lot or class as a whole that the use was recorded of.
};

using EdgeIdentity = std::tuple<std::uint32_t, std::uint32_t, EdgeKind, EventPosition>;
EdgeIdentity identity(const Reach& reach, const ReachedEdge& edge) {
  return {edge.from, edge.to, edge.kind(), reach.said(edge).position};
}

EdgeFact said_by(Reach& reach, const Link& link) {
  EdgeFact said{link.occurred_at, link.position};
  if (link.quantity)
    said.quantity(link.quantity->mantissa, link.quantity->scale, number_in(reach.units, link.quantity->unit));
  return said;
}

using Source = ReachedEdge::Source;
/// Of an edge that follows from what the nodes are.
constexpr Source k_unsaid{0, false};

Source remember(Reach& reach, const EdgeFact& said) {
  reach.told.push_back(said);
  return {reach.told.size() - 1, false};
}

/// Nodes known to be reached only possibly, nearest first; of equal depth in the order in which they came.
class NearestFirst {
 public:
  void add(std::uint32_t depth, std::uint32_t node) {
    if (depth >= by_depth_.size()) by_depth_.resize(depth + 1);
    by_depth_[depth].nodes.push_back(node);
    nearest_ = std::min(nearest_, std::size_t{depth});
    ++count_;
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  std::uint32_t take() {
    while (by_depth_[nearest_].taken == by_depth_[nearest_].nodes.size()) ++nearest_;
    --count_;
    return by_depth_[nearest_].nodes[by_depth_[nearest_].taken++];
  }

 private:
  struct Depth {
    std::vector<std::uint32_t> nodes;
    std::size_t taken = 0;
  };
  std::vector<Depth> by_depth_;
  std::size_t nearest_ = ~std::size_t{0};
  std::size_t count_ = 0;
};

/// One direction of the walk. Certain reach is finished before possible reach begins, so that a node is possible only
/// when no chain of certain edges leads to it.
class Walk {
 public:
  Walk(const GenealogyReader& reader, Containment& containment, Reach& reach, bool down)
      : reader_(reader), only_(reader.only()), containment_(containment), reach_(reach), down_(down) {
    if (only_ != nullptr) view_ = only_->graph();
  }

  void from_root() {
    for (const ReachedEdge& edge : reach_.edges) told_.insert(identity(reach_, edge));
    states_.resize(reach_.nodes.size());
    states_[0].known = Known::certain;
    certain_.push_back(0);
    for (std::size_t next = 0; next < certain_.size() || !possible_.empty();) {
      look_ahead(next);
      const std::uint32_t node = next < certain_.size() ? certain_[next++] : possible_.take();
      if (!std::exchange(states_[node].expanded, true)) expand(node);
    }
    drop_superseded();
  }

 private:
  /// Lets the memory bring what the nodes that come soon will be asked for.
  void look_ahead(std::size_t next) const {
    constexpr std::size_t k_near = 6;
    constexpr std::size_t k_far = 14;
    if (view_ == nullptr) return;
    const Graph& graph = view_->graph();
    if (next + k_far < certain_.size()) graph.expect(reach_.nodes[certain_[next + k_far]].id);
    if (next + k_near < certain_.size()) graph.expect_links(reach_.nodes[certain_[next + k_near]].id);
  }

  void expand(std::uint32_t at) {
    ReachedNode& node = reach_.nodes[at];
    at_ = at;
    depth_ = node.depth + 1;
    from_certain_ = states_[at].known == Known::certain;
    node.type = reader_.type(node.id);
    reach_.through_class |= node.type == NodeType::item_class;
    if (node.type == NodeType::process) {
      process_steps(node.id);
    } else {
      node.packed = view_ == nullptr || !view_->lacks(node.id, PackedNode::k_packed);
      unit_steps(node.id, node.type);  // The node may have moved after this.
    }
  }

  /// Visits links of a node of one kind, from the graph where it holds them: visit(other, whether it is a class,
  /// source).
  template <typename Visit>
  void each_link(NodeId node, LinkKind kind, const Visit& visit) {
    if (const auto packed = only_ == nullptr ? std::nullopt : only_->packed(node)) {
      const auto links = Graph::of_kind(*packed, kind);
      for (const PackedLink& link : links) {
        expect_place(links, link);
        if (only_->shows(node, link)) visit(NodeId{link.other}, link.to_class(), source(node, link));
      }
      return;
    }
    reader_.links(node, kind, [&](const Link& link) {
      visit(link.other, is_class(link.other), remember(reach_, said_by(reach_, link)));
    });
  }
  /// Lets the memory bring where in the answer the neighbours that come soon are.
  void expect_place(std::span<const PackedLink> links, const PackedLink& link) const {
    constexpr std::ptrdiff_t k_ahead = 4;
    if (links.data() + links.size() - &link > k_ahead) reach_.index.expect((&link)[k_ahead].other);
  }

  Source source(NodeId node, const PackedLink& link) {
    const Graph& graph = view_->graph();
    if (!link.has(PackedLink::k_has_index)) return {graph.number_of(link), true};
    return remember(reach_, said_by(reach_, graph.unpack(node, link)));
  }

  /// From a process: down to its outputs, up to its inputs. A lot or class as input may have been any of its members.
  void process_steps(NodeId process) {
    each_link(process, down_ ? LinkKind::output : LinkKind::input, [&](NodeId other, bool to_class, Source said) {
      follow({other, down_ ? EdgeKind::output : EdgeKind::consume, to_class, down_, k_no_node}, said);
      if (!down_) members_of_input(other, to_class, EdgeKind::consume, said);
    });
  }

  void unit_steps(NodeId id, NodeType type) {
    holders_.clear();
    if (const auto packed = only_ == nullptr ? std::nullopt : only_->packed(id)) {
      for (const PackedLink& link : *packed) {
        if (link.kind() > LinkKind::same_as) break;
        expect_place(*packed, link);
        if (leads_on(link.kind()) && only_->shows(id, link))
          unit_step(link.kind(), link.other, link.to_class(), source(id, link));
      }
    } else {
      for (const LinkKind kind : k_unit_links) {
        if (!leads_on(kind)) continue;
        reader_.links(id, kind, [&](const Link& link) {
          unit_step(kind, link.other, is_class(link.other), remember(reach_, said_by(reach_, link)));
        });
      }
    }
    class_steps(id, type);
    if (down_) uses_of_holders(id);
    if (at_ == 0 && type == NodeType::container) contents_of_root(id);
  }

  /// Links of a unit that a walk follows, or looks at, in the order in which a node has them.
  static constexpr std::array k_unit_links{LinkKind::consumed_in, LinkKind::output_of, LinkKind::installed_in,
                                           LinkKind::has_part,    LinkKind::member,    LinkKind::lot_of,
                                           LinkKind::same_as};
  [[nodiscard]] bool leads_on(LinkKind kind) const {
    switch (kind) {
      case LinkKind::consumed_in:
      case LinkKind::installed_in:
      case LinkKind::member: return down_;
      case LinkKind::output_of:
      case LinkKind::has_part: return !down_;
      case LinkKind::lot_of:  // Down: its uses as a whole.
      case LinkKind::same_as: return true;
      case LinkKind::input:
      case LinkKind::output:
      case LinkKind::removed_from:
      case LinkKind::part_removed:
      case LinkKind::parts_cleared:
      case LinkKind::packed_in:
      case LinkKind::contains:
      case LinkKind::unpacked_from:
      case LinkKind::unpacked:
      case LinkKind::emptied:
      case LinkKind::commissioned:
      case LinkKind::decommissioned:
      case LinkKind::received:
      case LinkKind::observed:
      case LinkKind::shipped:
      case LinkKind::ship_voided:
      case LinkKind::returned:
      case LinkKind::hold_placed:
      case LinkKind::hold_lifted:
      case LinkKind::linked:
      case LinkKind::moved:
      case LinkKind::counted:
      case LinkKind::increased:
      case LinkKind::decreased:
      case LinkKind::sampled:
      case LinkKind::owner_changed:
      case LinkKind::disposed:
      case LinkKind::expires:
      case LinkKind::retest: break;
    }
    return false;
  }

  void unit_step(LinkKind kind, NodeId other, bool to_class, Source said) {
    const bool by_class = reach_.nodes[at_].type == NodeType::item_class;
    if (kind == LinkKind::lot_of && down_) return holders_.push_back(other);
    if (kind == LinkKind::installed_in || kind == LinkKind::has_part) {
      follow({other, EdgeKind::install, by_class || to_class, down_, k_no_node}, said);
      if (!down_) members_of_input(other, to_class, EdgeKind::install, said);
    } else if (kind == LinkKind::consumed_in || kind == LinkKind::output_of) {
      follow({other, down_ ? EdgeKind::consume : EdgeKind::output, by_class, down_, k_no_node}, said);
    } else {
      follow({other, kind == LinkKind::same_as ? EdgeKind::same_as : EdgeKind::member, false, down_, k_no_node}, said);
    }
  }

  /// Down, what came out as a class may be any of its lots and serials. Up, a lot or serial may have come out as its
  /// class; from there the walk does not turn down to other members of the class, unless the class itself was asked
  /// for.
  void class_steps(NodeId id, NodeType type) {
    if (type == NodeType::item_class) {
      if (!down_ && at_ != 0) return;
      reader_.class_members(reader_.node(id).key, [&](NodeId member) {
        follow({member, EdgeKind::member, true, down_, k_no_node}, k_unsaid);
      });
      return;
    }
    if (down_) return;
    const NodeId item_class = reader_.class_of(id);
    if (item_class != k_no_node && reader_.any(item_class, LinkKind::output_of))
      follow({item_class, EdgeKind::member, true, down_, k_no_node}, k_unsaid);
  }

  /// What was recorded of a unit's lot or class as a whole may have been this unit.
  void uses_of_holders(NodeId id) {
    if (const NodeId item_class = reader_.class_of(id); item_class != k_no_node) holders_.push_back(item_class);
    std::ranges::sort(holders_);
    const auto repeated = std::ranges::unique(holders_);
    holders_.erase(repeated.begin(), repeated.end());
    for (const NodeId holder : holders_) {
      if (view_ != nullptr && view_->lacks(holder, PackedNode::k_used)) continue;
      const auto use = [&](EdgeKind kind) {
        return
            [this, kind, holder](NodeId other, bool, Source said) { follow({other, kind, true, down_, holder}, said); };
      };
      each_link(holder, LinkKind::consumed_in, use(EdgeKind::consume));
      each_link(holder, LinkKind::installed_in, use(EdgeKind::install));
    }
  }

  /// Up: an input recorded as a lot or class may have been any member of it.
  void members_of_input(NodeId input, bool to_class, EdgeKind kind, Source said) {
    const auto possible = [&](NodeId member) { follow({member, kind, true, down_, input}, said); };
    if (to_class) {
      reader_.class_members(reader_.node(input).key, possible);
    } else {
      each_link(input, LinkKind::member, [&](NodeId member, bool, Source) { possible(member); });
    }
  }

  void contents_of_root(NodeId container) {
    for (const NodeId child : containment_.contents(container)) {
      for (const Stay& stay : containment_.stays(child)) {
        if (stay.container != container) continue;
        Link link;
        link.occurred_at = stay.from;
        link.position = stay.position;
        link.quantity = stay.quantity;
        follow({child, EdgeKind::contain, false, false, k_no_node}, remember(reach_, said_by(reach_, link)));
      }
    }
  }

  [[nodiscard]] bool is_class(NodeId id) const { return reader_.type(id) == NodeType::item_class; }

  void follow(const Step& step, Source said) {
    const std::uint32_t to = place(step.other, !step.possible && from_certain_);
    if (step.holder != k_no_node) reach_.through_class |= is_class(step.holder);
    // same_as is stored at both ends: it is told once, from the end that was reached first.
    if (step.kind == EdgeKind::same_as && to != at_ && states_[to].expanded) return;
    reach_.edges.emplace_back(step.towards_other ? at_ : to, step.towards_other ? to : at_, step.kind,
                              step.possible ? Basis::possible : Basis::declared, said);
    if (!told_.empty() && told_.contains(identity(reach_, reach_.edges.back()))) return reach_.edges.pop_back();
    if (step.holder != k_no_node) held_.emplace_back(reach_.edges.size() - 1, step.holder);
  }

  /// The node's place in the answer, added when it was not reached before; queued for what it is now known to be.
  std::uint32_t place(NodeId id, bool certain) {
    std::uint32_t& at = reach_.index.at(id);
    if (at == NodeIndex::k_none) {
      at = static_cast<std::uint32_t>(reach_.nodes.size());
      reach_.nodes.push_back({id, depth_, NodeType::opaque, certain});  // Its type is read when it is expanded.
      states_.emplace_back();
    }
    const Known now = certain ? Known::certain : Known::possible;
    State& state = states_[at];
    if (state.known >= now) return at;
    state.known = now;
    ReachedNode& node = reach_.nodes[at];
    if (certain && !node.certain) node.depth = depth_;
    node.certain |= certain;
    if (certain) {
      certain_.push_back(at);
    } else {
      possible_.add(depth_, at);
    }
    return at;
  }

  /// A use of a lot as a whole that may have been one serial says nothing new once the lot itself is in the answer.
  void drop_superseded() {
    if (held_.empty()) return;
    std::vector<bool> dropped(reach_.edges.size(), false);
    for (const auto& [edge, holder] : held_) {
      const std::uint32_t at = reach_.index.find(holder);
      dropped[edge] = at < states_.size() && states_[at].known != Known::no;
    }
    std::size_t kept = 0;
    for (std::size_t edge = 0; edge < dropped.size(); ++edge) {
      if (!dropped[edge]) reach_.edges[kept++] = reach_.edges[edge];
    }
    reach_.edges.erase(reach_.edges.begin() + static_cast<std::ptrdiff_t>(kept), reach_.edges.end());
  }

  enum class Known : std::uint8_t { no, possible, certain };
  struct State {
    Known known = Known::no;
    bool expanded = false;
  };

  const GenealogyReader& reader_;
  const LedgerGenealogy* only_;
  const GraphView* view_ = nullptr;  ///< Of the only ledger, where it has one.
  Containment& containment_;
  Reach& reach_;
  bool down_;
  // The node being expanded.
  std::uint32_t at_ = 0;
  std::uint32_t depth_ = 0;  ///< Of what it leads to.
  bool from_certain_ = true;
  std::vector<std::uint32_t> certain_;
  NearestFirst possible_;
  std::vector<State> states_;                         ///< Of this direction; a node may be reached by both.
  std::set<EdgeIdentity> told_;                       ///< Edges of the other direction.
  std::vector<std::pair<std::size_t, NodeId>> held_;  ///< Edges that stand for a use of a lot or class as a whole.
  std::vector<NodeId> holders_;
};

/// When parts of a device were taken out: each part, and all at once.
struct Removals {
  std::unordered_map<NodeId, std::vector<Instant>> parts;
  std::vector<Instant> all;
};

Removals removals_of(const GenealogyReader& reader, NodeId device) {
  Removals removals;
  reader.links(device, LinkKind::part_removed,
               [&](const Link& link) { removals.parts[link.other].push_back(link.occurred_at); });
  reader.links(device, LinkKind::parts_cleared, [&](const Link& link) { removals.all.push_back(link.occurred_at); });
  return removals;
}

/// Ends of installations: the first removal of the part (or clearing of the device) at or after the installation.
void add_installation_ends(const GenealogyReader& reader, Reach& reach) {
  std::unordered_map<NodeId, Removals> devices;
  for (std::uint32_t number = 0; number < reach.edges.size(); ++number) {
    const ReachedEdge& edge = reach.edges[number];
    if (edge.kind() != EdgeKind::install) continue;
    const NodeId device = reach.nodes[edge.to].id;
    const auto [removals, fresh] = devices.try_emplace(device);
    if (fresh) removals->second = removals_of(reader, device);
    const Instant since = reach.said(edge).at;
    const auto end_by = [&](Instant at) {
      if (at < since) return;
      const auto [until, first] = reach.until.try_emplace(number, at);
      if (!first) until->second = std::min(until->second, at);
    };
    for (const Instant at : removals->second.all) end_by(at);
    const auto part = removals->second.parts.find(reach.nodes[edge.from].id);
    if (part == removals->second.parts.end()) continue;
    for (const Instant at : part->second) end_by(at);
  }
}

/// Containers of reached units are shown, each in the one around it, and never walked on from.
class Containers {
 public:
  Containers(const GenealogyReader& reader, Containment& containment, Reach& reach)
      : reader_(reader), containment_(containment), reach_(reach) {}

  void add() {
    reached_ = reach_.nodes.size();
    for (std::uint32_t child = 0; child < reached_; ++child) {
      const NodeId id = reach_.nodes[child].id;
      if (!reach_.nodes[child].packed || !reader_.any(id, LinkKind::packed_in)) continue;
      for (const Stay& stay : containment_.nested_stays(id)) show(child, stay);
    }
  }

 private:
  void show(std::uint32_t child, const Stay& stay) {
    const std::uint32_t container = place(stay.container, child);
    const std::uint32_t inner = stay.inner == reach_.nodes[child].id ? child : place(stay.inner, child);
    if (container == 0) return;  // The root's own contents were walked already.
    // A pallet holds a case once, however many units are in the case.
    if (inner != child && !told_.emplace(inner, container, stay.from).second) return;
    Link link;
    link.occurred_at = stay.from;
    link.position = stay.position;
    if (inner == child) link.quantity = stay.quantity;
    if (stay.to) reach_.until.emplace(static_cast<std::uint32_t>(reach_.edges.size()), *stay.to);
    reach_.edges.emplace_back(inner, container, EdgeKind::contain, Basis::declared,
                              remember(reach_, said_by(reach_, link)));
  }

  std::uint32_t place(NodeId container, std::uint32_t child) {
    std::uint32_t& at = reach_.index.at(container);
    if (at == NodeIndex::k_none) {
      at = static_cast<std::uint32_t>(reach_.nodes.size());
      reach_.nodes.push_back(
          {container, reach_.nodes[child].depth + 1, NodeType::container, reach_.nodes[child].certain});
    } else if (at >= reached_ && reach_.nodes[child].certain) {
      reach_.nodes[at].certain = true;
    }
    return at;
  }

  const GenealogyReader& reader_;
  Containment& containment_;
  Reach& reach_;
  std::size_t reached_ = 0;
  std::set<std::tuple<std::uint32_t, std::uint32_t, Instant>> told_;
};

}  // namespace

std::uint16_t number_in(std::vector<UnitCode>& units, const UnitCode& unit) {
  const auto found = std::ranges::find(units, unit);
  const auto number = static_cast<std::size_t>(found - units.begin());
  LL_ASSERT(number < EdgeFact::k_no_quantity, "an answer has fewer than 65,535 units of measure");
  if (found == units.end()) units.push_back(unit);
  return static_cast<std::uint16_t>(number);
}

Reach walk(const GenealogyReader& reader, Containment& containment, NodeId root, Direction direction) {
  Reach reach;
  reach.direction = direction;
  // Links in the graph name their unit of measure by its number there.
  if (const LedgerGenealogy* only = reader.only(); only != nullptr && only->graph() != nullptr) {
    reach.graph = &only->graph()->graph();
    reach.units = reach.graph->head().units;
  }
  reach.nodes.push_back({root, 0, NodeType::opaque, true});
  reach.index.at(root) = 0;
  if (direction != Direction::up) Walk(reader, containment, reach, true).from_root();
  if (direction != Direction::down) Walk(reader, containment, reach, false).from_root();
  add_installation_ends(reader, reach);
  Containers(reader, containment, reach).add();
  return reach;
}

}  // namespace lotledger::projections
