// projections/trace.cc - the walk.
#include "projections/trace.h"

#include <algorithm>
#include <deque>
#include <map>
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

std::string_view name_of(NodeType type) {
  switch (type) {
    case NodeType::lot: return "lot";
    case NodeType::serial: return "serial";
    case NodeType::item_class: return "class";
    case NodeType::container: return "container";
    case NodeType::process: return "process";
    case NodeType::opaque: return "opaque";
  }
  return "unknown";
}

namespace {

NodeType type_of(const Node& node) {
  if (node.is_process()) return NodeType::process;
  switch (node.key.type()) {
    case UnitType::lot: return NodeType::lot;
    case UnitType::serial: return NodeType::serial;
    case UnitType::item_class: return NodeType::item_class;
    case UnitType::container:
    case UnitType::location: return NodeType::container;
    case UnitType::party:
    case UnitType::document:
    case UnitType::opaque: break;
  }
  return NodeType::opaque;
}

/// An edge found at a node, before the other end has a place in the answer.
struct Step {
  NodeId other = k_no_node;
  EdgeKind kind = EdgeKind::consume;
  bool possible = false;
  bool towards_other = true;  ///< The edge runs from the node being expanded to `other`.
  NodeId holder = k_no_node;  ///< The lot or class as a whole that the use was recorded of.
  Link link;
};

using EdgeIdentity = std::tuple<std::size_t, std::size_t, EdgeKind, EventPosition>;
EdgeIdentity identity(const TraceEdge& edge) {
  return {edge.from, edge.to, edge.kind, edge.position};
}

/// One direction of the walk. Certain reach is finished before possible reach begins, so that a node is possible only
/// when no chain of certain edges leads to it.
class Walk {
 public:
  Walk(const GenealogyReader& reader, Containment& containment, Trace& trace, bool down)
      : reader_(reader), containment_(containment), trace_(trace), down_(down) {}

  void from(std::size_t root) {
    for (const TraceEdge& edge : trace_.edges) told_.insert(identity(edge));
    root_ = root;
    reach(root, Reach::certain);
    certain_.push_back(root);
    while (!certain_.empty() || !possible_.empty()) {
      const std::size_t next = take();
      if (std::exchange(state(next).expanded, true)) continue;
      expand(next);
    }
    drop_superseded();
  }

 private:
  std::size_t take() {
    if (!certain_.empty()) {
      const std::size_t next = certain_.front();
      certain_.pop_front();
      return next;
    }
    const auto nearest = possible_.begin();
    const auto [depth, step] = *nearest;
    possible_.erase(nearest);
    return step;
  }

  void expand(std::size_t at) {
    const TraceNode& node = trace_.nodes[at];
    steps_.clear();
    if (node.type == NodeType::process) {
      process_steps(node.node.id);
    } else {
      unit_steps(at);
    }
    for (const Step& step : steps_) follow(at, step);
  }

  void add(const Link& link, EdgeKind kind, bool possible, NodeId holder = k_no_node) {
    steps_.push_back({link.other, kind, possible, down_, holder, link});
  }

  /// From a process: down to its outputs, up to its inputs. A lot or class as input may have been any of its members.
  void process_steps(NodeId process) {
    reader_.links(process, down_ ? LinkKind::output : LinkKind::input, [&](const Link& link) {
      add(link, down_ ? EdgeKind::output : EdgeKind::consume, is_class(link.other));
      if (!down_) members_of_input(link, EdgeKind::consume);
    });
  }

  void unit_steps(std::size_t at) {
    const NodeId id = trace_.nodes[at].node.id;
    const bool by_class = trace_.nodes[at].type == NodeType::item_class;
    reader_.links(id, down_ ? LinkKind::consumed_in : LinkKind::output_of,
                  [&](const Link& link) { add(link, down_ ? EdgeKind::consume : EdgeKind::output, by_class); });
    reader_.links(id, down_ ? LinkKind::installed_in : LinkKind::has_part, [&](const Link& link) {
      add(link, EdgeKind::install, by_class || is_class(link.other));
      if (!down_) members_of_input(link, EdgeKind::install);
    });
    reader_.links(id, down_ ? LinkKind::member : LinkKind::lot_of,
                  [&](const Link& link) { add(link, EdgeKind::member, false); });
    reader_.links(id, LinkKind::same_as, [&](const Link& link) { add(link, EdgeKind::same_as, false); });
    class_steps(at);
    if (down_) uses_of_holders(id, trace_.nodes[at].node.key);
    if (at == root_ && trace_.nodes[at].type == NodeType::container) contents_of_root(id);
  }

  /// Down, what came out as a class may be any of its lots and serials. Up, a lot or serial may have come out as its
  /// class; from there the walk does not turn down to other members of the class, unless the class itself was asked
  /// for.
  void class_steps(std::size_t at) {
    const Node& node = trace_.nodes[at].node;
    if (trace_.nodes[at].type == NodeType::item_class) {
      if (!down_ && at != root_) return;
      reader_.class_members(
          node.key, [&](NodeId member) { steps_.push_back({member, EdgeKind::member, true, down_, k_no_node, {}}); });
      return;
    }
    if (down_) return;
    const auto item_class = class_node(node.key);
    if (item_class && reader_.any(*item_class, LinkKind::output_of))
      steps_.push_back({*item_class, EdgeKind::member, true, down_, k_no_node, {}});
  }

  /// What was recorded of a unit's lot or class as a whole may have been this unit.
  void uses_of_holders(NodeId id, const UnitKey& key) {
    std::vector<NodeId> holders;
    reader_.links(id, LinkKind::lot_of, [&](const Link& link) { holders.push_back(link.other); });
    if (const auto item_class = class_node(key)) holders.push_back(*item_class);
    std::sort(holders.begin(), holders.end());
    holders.erase(std::unique(holders.begin(), holders.end()), holders.end());
    for (const NodeId holder : holders) {
      reader_.links(holder, LinkKind::consumed_in,
                    [&](const Link& link) { add(link, EdgeKind::consume, true, holder); });
      reader_.links(holder, LinkKind::installed_in,
                    [&](const Link& link) { add(link, EdgeKind::install, true, holder); });
    }
  }

  /// Up: an input recorded as a lot or class may have been any member of it.
  void members_of_input(const Link& link, EdgeKind kind) {
    const auto possible = [&](NodeId member) {
      Link copy = link;
      copy.other = member;
      add(copy, kind, true, link.other);
    };
    if (is_class(link.other)) {
      reader_.class_members(reader_.node(link.other).key, possible);
    } else {
      reader_.links(link.other, LinkKind::member, [&](const Link& membership) { possible(membership.other); });
    }
  }

  void contents_of_root(NodeId container) {
    for (const NodeId child : containment_.contents(container)) {
      for (const Stay& stay : containment_.stays(child)) {
        if (stay.container != container) continue;
        Link link;
        link.other = child;
        link.occurred_at = stay.from;
        link.position = stay.position;
        link.quantity = stay.quantity;
        steps_.push_back({child, EdgeKind::contain, false, false, k_no_node, link});
      }
    }
  }

  [[nodiscard]] bool is_class(NodeId id) {
    const auto [at, fresh] = is_class_.try_emplace(id, false);
    if (fresh) {
      const Node node = reader_.node(id);
      at->second = !node.is_process() && node.key.type() == UnitType::item_class;
    }
    return at->second;
  }

  std::optional<NodeId> class_node(const UnitKey& key) {
    const auto item_class = key.item_class();
    if (!item_class) return std::nullopt;
    const auto [at, fresh] = class_nodes_.try_emplace(item_class->bytes());
    if (fresh) at->second = reader_.find(*item_class);
    return at->second;
  }

  void follow(std::size_t at, const Step& step) {
    const bool certain = !step.possible && state(at).reach == Reach::certain;
    const std::size_t to = place(step.other, trace_.nodes[at].depth + 1, certain);
    TraceEdge edge;
    edge.from = step.towards_other ? at : to;
    edge.to = step.towards_other ? to : at;
    edge.kind = step.kind;
    edge.basis = step.possible ? Basis::possible : Basis::declared;
    edge.quantity = step.link.quantity;
    edge.at = step.link.occurred_at;
    edge.position = step.link.position;
    trace_.through_class |= step.holder != k_no_node && is_class(step.holder);
    // same_as is stored at both ends: it is told once, from the end that was reached first.
    if (step.kind == EdgeKind::same_as && to != at && state(to).expanded) return;
    if (told_.contains(identity(edge))) return;
    trace_.edges.push_back(edge);
    if (step.holder != k_no_node) held_.emplace_back(trace_.edges.size() - 1, step.holder);
  }

  /// The node's place in the answer, added when it was not reached before; queued for what it is now known to be.
  std::size_t place(NodeId id, std::uint32_t depth, bool certain) {
    const auto [at, fresh] = trace_.index.try_emplace(id, trace_.nodes.size());
    if (fresh) {
      TraceNode node;
      node.node = reader_.node(id);
      node.type = type_of(node.node);
      node.depth = depth;
      node.certain = certain;
      trace_.through_class |= node.type == NodeType::item_class;
      trace_.nodes.push_back(std::move(node));
    }
    const Reach now = certain ? Reach::certain : Reach::possible;
    if (state(at->second).reach >= now) return at->second;
    TraceNode& node = trace_.nodes[at->second];
    if (certain && !node.certain) node.depth = depth;
    node.certain |= certain;
    reach(at->second, now);
    if (certain) {
      certain_.push_back(at->second);
    } else {
      possible_.emplace(depth, at->second);
    }
    return at->second;
  }

  /// A use of a lot as a whole that may have been one serial says nothing new once the lot itself is in the answer.
  void drop_superseded() {
    std::vector<bool> dropped(trace_.edges.size(), false);
    for (const auto& [edge, holder] : held_) {
      const auto at = trace_.index.find(holder);
      dropped[edge] = at != trace_.index.end() && state(at->second).reach != Reach::none;
    }
    std::vector<TraceEdge> kept;
    for (std::size_t edge = 0; edge < dropped.size(); ++edge) {
      if (!dropped[edge]) kept.push_back(trace_.edges[edge]);
    }
    trace_.edges = std::move(kept);
  }

  enum class Reach : std::uint8_t { none, possible, certain };
  struct State {
    Reach reach = Reach::none;
    bool expanded = false;
  };
  State& state(std::size_t node) {
    if (states_.size() <= node) states_.resize(trace_.nodes.size());
    return states_[node];
  }
  void reach(std::size_t node, Reach how) { state(node).reach = how; }

  const GenealogyReader& reader_;
  Containment& containment_;
  Trace& trace_;
  bool down_;
  std::size_t root_ = 0;
  std::deque<std::size_t> certain_;
  std::multimap<std::uint32_t, std::size_t> possible_;
  std::vector<State> states_;                         ///< Of this direction; a node may be reached by both.
  std::set<EdgeIdentity> told_;                       ///< Edges of the other direction.
  std::vector<std::pair<std::size_t, NodeId>> held_;  ///< Edges that stand for a use of a lot or class as a whole.
  std::vector<Step> steps_;
  std::unordered_map<NodeId, bool> is_class_;
  std::unordered_map<std::string, std::optional<NodeId>> class_nodes_;
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
void add_installation_ends(const GenealogyReader& reader, Trace& trace) {
  std::unordered_map<NodeId, Removals> devices;
  for (TraceEdge& edge : trace.edges) {
    if (edge.kind != EdgeKind::install) continue;
    const NodeId device = trace.nodes[edge.to].node.id;
    const auto [removals, fresh] = devices.try_emplace(device);
    if (fresh) removals->second = removals_of(reader, device);
    const auto end_by = [&](Instant at) {
      if (at >= edge.at && (!edge.until || at < *edge.until)) edge.until = at;
    };
    for (const Instant at : removals->second.all) end_by(at);
    const auto part = removals->second.parts.find(trace.nodes[edge.from].node.id);
    if (part == removals->second.parts.end()) continue;
    for (const Instant at : part->second) end_by(at);
  }
}

/// Containers of reached units are shown, each in the one around it, and never walked on from.
class Containers {
 public:
  Containers(const GenealogyReader& reader, Containment& containment, Trace& trace)
      : reader_(reader), containment_(containment), trace_(trace) {}

  void add() {
    reached_ = trace_.nodes.size();
    for (std::size_t child = 0; child < reached_; ++child) {
      if (trace_.nodes[child].type == NodeType::process) continue;
      for (const Stay& stay : containment_.nested_stays(trace_.nodes[child].node.id)) show(child, stay);
    }
  }

 private:
  void show(std::size_t child, const Stay& stay) {
    const std::size_t container = place(stay.container, child);
    const std::size_t inner = stay.inner == trace_.nodes[child].node.id ? child : place(stay.inner, child);
    if (container == 0) return;  // The root's own contents were walked already.
    // A pallet holds a case once, however many units are in the case.
    if (inner != child && !told_.emplace(inner, container, stay.from).second) return;
    trace_.edges.push_back({inner, container, EdgeKind::contain, Basis::declared,
                            inner == child ? stay.quantity : std::nullopt, stay.from, stay.to, stay.position});
  }

  std::size_t place(NodeId container, std::size_t child) {
    const auto [at, fresh] = trace_.index.try_emplace(container, trace_.nodes.size());
    if (fresh) {
      TraceNode node;
      node.node = reader_.node(container);
      node.type = NodeType::container;
      node.depth = trace_.nodes[child].depth + 1;
      node.certain = trace_.nodes[child].certain;
      trace_.nodes.push_back(std::move(node));
    } else if (at->second >= reached_ && trace_.nodes[child].certain) {
      trace_.nodes[at->second].certain = true;
    }
    return at->second;
  }

  const GenealogyReader& reader_;
  Containment& containment_;
  Trace& trace_;
  std::size_t reached_ = 0;
  std::set<std::tuple<std::size_t, std::size_t, Instant>> told_;
};

}  // namespace

Trace walk(const GenealogyReader& reader, Containment& containment, NodeId root, Direction direction) {
  Trace trace;
  trace.direction = direction;
  TraceNode first;
  first.node = reader.node(root);
  first.type = type_of(first.node);
  trace.nodes.push_back(std::move(first));
  trace.index.emplace(root, 0);
  if (direction != Direction::up) Walk(reader, containment, trace, true).from(0);
  if (direction != Direction::down) Walk(reader, containment, trace, false).from(0);
  add_installation_ends(reader, trace);
  Containers(reader, containment, trace).add();
  return trace;
}

std::vector<std::size_t> path_to(const Trace& trace, std::size_t node) {
  std::vector<std::vector<std::size_t>> incident(trace.nodes.size());
  for (std::size_t edge = 0; edge < trace.edges.size(); ++edge) {
    incident[trace.edges[edge].from].push_back(edge);
    incident[trace.edges[edge].to].push_back(edge);
  }
  constexpr std::size_t k_none = ~std::size_t{0};
  std::vector<std::size_t> came_by(trace.nodes.size(), k_none);
  std::vector<bool> seen(trace.nodes.size(), false);
  std::deque<std::size_t> queue{0};
  seen[0] = true;
  while (!queue.empty() && !seen[node]) {
    const std::size_t at = queue.front();
    queue.pop_front();
    for (const std::size_t edge : incident[at]) {
      const bool down = trace.edges[edge].from == at;
      const bool allowed = trace.edges[edge].kind == EdgeKind::same_as || down == (trace.direction != Direction::up);
      const std::size_t other = down ? trace.edges[edge].to : trace.edges[edge].from;
      if (!allowed || seen[other]) continue;
      seen[other] = true;
      came_by[other] = edge;
      queue.push_back(other);
    }
  }
  std::vector<std::size_t> path;
  for (std::size_t at = node; came_by[at] != k_none;) {
    path.push_back(came_by[at]);
    const TraceEdge& edge = trace.edges[came_by[at]];
    at = edge.to == at ? edge.from : edge.to;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace lotledger::projections
