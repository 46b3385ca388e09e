// cli/trace_view.cc - a trace as tree and as graph.
#include "cli/trace_view.h"

#include "cli/answer_view.h"
#include "cli/position.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

namespace lotledger::cli {

using projections::Direction;
using projections::EdgeKind;
using projections::NodeType;
using projections::Trace;
using projections::TraceEdge;
using projections::TraceNode;

namespace {

/// A child in a tree, with all edges by which its parent reaches it.
struct Branch {
  std::size_t node = 0;
  std::vector<std::size_t> edges;
};

/// Children of each node when the trace is read in one direction. Containers hang below what lay in them, but for a
/// root that is a container: below it hang its contents.
std::vector<std::vector<Branch>> branches_of(const Trace& trace, bool down) {
  std::vector<std::vector<Branch>> branches(trace.nodes.size());
  const auto add = [&](std::size_t parent, std::size_t child, std::size_t edge) {
    auto& siblings = branches[parent];
    // Edges come sorted by both ends, so a parallel edge follows its fellow.
    if (siblings.empty() || siblings.back().node != child) siblings.push_back({child, {}});
    siblings.back().edges.push_back(edge);
  };
  for (const std::size_t number : sorted_edges(trace)) {
    const TraceEdge& edge = trace.edges[number];
    const bool forward = edge.kind == EdgeKind::contain ? edge.to != 0 : down;
    if (forward || edge.kind == EdgeKind::same_as) add(edge.from, edge.to, number);
    if (!forward || edge.kind == EdgeKind::same_as) add(edge.to, edge.from, number);
  }
  return branches;
}

class TreePrinter {
 public:
  TreePrinter(const Output& output, const TraceAnswer& answer, bool down)
      : output_(output),
        answer_(answer),
        branches_(branches_of(answer.trace, down)),
        shown_(answer.trace.nodes.size(), false) {}

  void print() {
    shown_[0] = true;
    push_children(0, "");
    while (!lines_.empty()) {
      const Line line = std::move(lines_.back());
      lines_.pop_back();
      print_line(line);
    }
  }

 private:
  struct Line {
    const Branch* branch = nullptr;
    std::size_t parent = 0;
    std::string prefix;
    bool last = false;
  };

  void push_children(std::size_t node, const std::string& prefix) {
    const auto& branches = branches_[node];
    for (std::size_t at = branches.size(); at > 0; --at)
      lines_.push_back({&branches[at - 1], node, prefix, at == branches.size()});
  }

  void print_line(const Line& line) {
    const std::size_t node = line.branch->node;
    // A same_as edge leads back to where it came from; that is no news.
    const bool back = answer_.trace.edges[line.branch->edges.front()].kind == EdgeKind::same_as && shown_[node];
    if (back) return;
    output_.out << line.prefix << (line.last ? "└─ " : "├─ ") << node_label(node, *line.branch);
    if (shown_[node]) {
      output_.out << "  " << output_.say(Text::see_above) << '\n';
      return;
    }
    output_.out << '\n';
    shown_[node] = true;
    push_children(node, line.prefix + (line.last ? "   " : "│  "));
  }

  [[nodiscard]] std::string node_label(std::size_t node, const Branch& branch) const {
    const TraceEdge& edge = answer_.trace.edges[branch.edges.front()];
    const TraceNode& at = answer_.trace.nodes[node];
    std::string text =
        fmt::format("{} {}", label(output_, at.type), output_.paint(Style::strong, printable(ref_of(at.node))));
    if (edge.basis == projections::Basis::possible || !at.certain)
      text += fmt::format("  {}", output_.paint(Style::warn, output_.say(Text::possible)));
    text += "  " + edge_label(branch);
    const std::string status = label(output_, answer_.status[node]);
    if (!status.empty()) text += "  " + output_.paint(answer_.status[node].held ? Style::bad : Style::plain, status);
    const std::string bounds = bounds_label(at.bounds, answer_.root_unit);
    return bounds.empty() ? text : text + "  [" + bounds + "]";
  }

  /// `consumed 310.5 KGM 2026-09-02T08:00Z`, with the number of edges where there are several.
  [[nodiscard]] std::string edge_label(const Branch& branch) const {
    const TraceEdge& edge = answer_.trace.edges[branch.edges.front()];
    std::string text(label(output_, edge.kind));
    if (edge.kind == EdgeKind::member) return text;
    const std::string quantity = quantity_label(edge.quantity);
    if (!quantity.empty()) text += " " + quantity;
    if (branch.edges.size() > 1) text += fmt::format(" (×{})", branch.edges.size());
    text += " " + time_label(edge.at);
    if (edge.until) text += "–" + time_label(*edge.until);
    return text;
  }

  const Output& output_;
  const TraceAnswer& answer_;
  std::vector<std::vector<Branch>> branches_;
  std::vector<bool> shown_;
  std::vector<Line> lines_;
};

void print_root(const Output& output, const TraceAnswer& answer) {
  const TraceNode& root = answer.trace.nodes.front();
  output.out << label(output, root.type) << ' ' << output.paint(Style::strong, printable(ref_of(root.node)));
  const std::string status = label(output, answer.status.front());
  if (!status.empty()) output.out << "  " << status;
  const std::string bounds = bounds_label(root.bounds, answer.root_unit);
  if (!bounds.empty()) output.out << "  [" << bounds << ']';
  output.out << '\n';
}

void print_summary(const Output& output, const TraceAnswer& answer) {
  std::map<NodeType, std::size_t> counts;
  std::uint32_t depth = 0;
  for (const TraceNode& node : answer.trace.nodes) {
    ++counts[node.type];
    depth = std::max(depth, node.depth);
  }
  std::string text;
  for (const auto& [type, count] : counts) text += fmt::format("{} {} · ", label(output, type), count);
  const bool complete = answer.completeness.complete();
  const std::string verdict =
      output.paint(complete ? Style::good : Style::bad, output.say(complete ? Text::complete : Text::incomplete));
  output.out << text << fmt::format("{} {} · {} · {}\n", output.say(Text::depth), depth, verdict, cut_text(answer.cut));
}

}  // namespace

void print_trace_tree(const Output& output, const TraceAnswer& answer) {
  constexpr std::size_t k_missing_shown = 10;
  print_missing(output, answer.completeness, k_missing_shown);
  if (!answer.completeness.complete()) output.out << '\n';
  print_root(output, answer);
  const Direction direction = answer.trace.direction;
  if (direction == Direction::both) output.out << output.say(Text::what_it_went_into) << '\n';
  if (direction != Direction::up) TreePrinter(output, answer, true).print();
  if (direction == Direction::both) output.out << output.say(Text::what_it_is_made_of) << '\n';
  if (direction != Direction::down) TreePrinter(output, answer, false).print();
  print_caveats(output, answer.completeness);
  print_summary(output, answer);
}

namespace {

std::string dot_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string_view dot_shape(NodeType type) {
  switch (type) {
    case NodeType::lot: return "box";
    case NodeType::serial: return "ellipse";
    case NodeType::item_class: return "hexagon";
    case NodeType::container: return "folder";
    case NodeType::process: return "diamond";
    case NodeType::opaque: return "plaintext";
  }
  return "box";
}

}  // namespace

void print_trace_dot(const Output& output, const TraceAnswer& answer) {
  const Trace& trace = answer.trace;
  const auto order = sorted_nodes(trace);
  std::vector<std::size_t> number(trace.nodes.size());
  output.out << "digraph trace {\n  rankdir=LR;\n";
  for (std::size_t at = 0; at < order.size(); ++at) {
    const TraceNode& node = trace.nodes[order[at]];
    number[order[at]] = at;
    output.out << fmt::format("  n{} [label={}, shape={}{}];\n", at, dot_text(ref_of(node.node)), dot_shape(node.type),
                              node.certain ? "" : ", style=dashed");
  }
  for (const std::size_t at : sorted_edges(trace)) {
    const TraceEdge& edge = trace.edges[at];
    const std::string text =
        std::string(projections::name_of(edge.kind)) + (edge.quantity ? " " + quantity_label(edge.quantity) : "");
    const bool possible = edge.basis == projections::Basis::possible;
    output.out << fmt::format("  n{} -> n{} [label={}{}];\n", number[edge.from], number[edge.to], dot_text(text),
                              possible ? ", style=dashed" : "");
  }
  output.out << "}\n";
}

}  // namespace lotledger::cli
