// cli/trace.cc - trace up, down, both.
#include "cli/answer_view.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/query.h"
#include "cli/reference.h"
#include "cli/trace_view.h"
#include "projections/totals.h"

#include <ostream>

namespace lotledger::cli {
namespace {

using projections::Direction;
using projections::NodeType;
using projections::StateDetail;

bool is_rows(Format format) {
  return format == Format::table || format == Format::csv || format == Format::ndjson;
}
bool rows_are_edges(const Call& call) {
  return call.text("rows") == "edges";
}

/// Walks and gathers what is printed.
Result<TraceAnswer> answer_trace(const Call& call, Query& query, const projections::Node& root, Direction direction) {
  TraceAnswer answer;
  answer.cut = query.cut();
  projections::Reach reach = projections::walk(query.reader(), query.containment(), root.id, direction);
  projections::MasterData& items = query.movements().items();
  if (direction == Direction::down) LL_TRY(projections::bound_quantities(query.reader(), items, reach));
  if (const auto total = projections::total_of(query.reader(), items, root)) answer.root_unit = total->unit;
  answer.completeness =
      projections::judge(query.reader(), query.records(), query.fact_known(), reach, query.ledger_names());
  const bool nodes_alone = is_rows(call.out.format) && !rows_are_edges(call);
  answer.trace = (nodes_alone ? projections::named_nodes : projections::named)(query.reader(), reach);
  query.judge_ledgers(answer.completeness);
  for (const projections::TraceNode& node : answer.trace.nodes) {
    const bool process = node.type == NodeType::process;
    answer.status.push_back(process ? NodeStatus{} : status_of(query.state(node.node, StateDetail::no_bins)));
  }
  LL_TRY(query.check());
  return answer;
}

std::vector<ListingColumn> edge_columns() {
  return {{"from", Text::from},
          {"to", Text::to},
          {"kind", Text::kind},
          {"basis", Text::basis},
          {"quantity", Text::quantity, Align::right},
          {"unit", Text::unit_of_measure},
          {"at", Text::at},
          {"until", Text::until},
          {"position", Text::position}};
}

void print_rows(const Call& call, const TraceAnswer& answer) {
  const bool edges = rows_are_edges(call);
  ListingWriter writer(call.out, {{}, "rows", edges ? edge_columns() : node_columns()});
  if (edges) {
    for (const std::size_t edge : sorted_edges(answer.trace))
      writer.add(edge_json(answer.cut, answer.trace, answer.trace.edges[edge]));
  } else {
    for (const std::size_t node : sorted_nodes(answer.trace)) {
      const NodeFacts facts = facts_of(answer, node);
      if (writer.prints_cells()) {
        writer.add_cells(NodeRow(facts).cells());
      } else {
        writer.add(node_json(facts));
      }
    }
  }
  writer.finish();
  print_missing_note(call.out, answer.completeness);
}

void print_answer(const Call& call, const TraceAnswer& answer) {
  switch (call.out.format) {
    case Format::tree: return print_trace_tree(call.out, answer);
    case Format::dot: return print_trace_dot(call.out, answer);
    case Format::json: return print_trace_json(call.out.out, answer);
    case Format::table:
    case Format::csv:
    case Format::ndjson: return print_rows(call, answer);
  }
}

Result<Exit> run_trace(const Call& call, Direction direction) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const projections::Node root, resolve_unit(*query, call.out, call.text("REF")));
  LL_ASSIGN(const TraceAnswer answer, answer_trace(call, *query, root, direction));
  print_answer(call, answer);
  return exit_of(answer.completeness);
}

Result<Exit> run_up(const Call& call) {
  return run_trace(call, Direction::up);
}
Result<Exit> run_down(const Call& call) {
  return run_trace(call, Direction::down);
}
Result<Exit> run_both(const Call& call) {
  return run_trace(call, Direction::both);
}

Command trace_command(std::string_view path, Bilingual summary, RunCommand run, std::vector<Example> examples) {
  Command command;
  command.path = path;
  command.summary = summary;
  command.arguments = {{"REF", {"lot, serial, container or other unit", "批次、序列件、容器或其他单元"}}};
  command.options =
      time_options() + std::vector<OptionSpec>{{"rows",
                                                "WHAT",
                                                {"of table, csv and ndjson", "表格、csv、ndjson 的行内容"},
                                                Times::optional,
                                                {"nodes", "edges"}}};
  command.formats = {Format::tree, Format::table, Format::json, Format::ndjson, Format::csv, Format::dot};
  command.examples = std::move(examples);
  command.run = run;
  return command;
}

}  // namespace

void add_trace(CommandTable& table) {
  table.groups.push_back({"trace", {"what a unit is made of, and what it went into", "单元的来源与去向"}});
  table.commands.push_back(trace_command(
      "trace up", {"what a lot or serial is made of", "批次或序列件由什么制成"}, run_up,
      {{"trace up '04012345111118#9876'", {"every lot that is in this device", "该器械中的每一个批次"}},
       {"trace up '(01)04012345111118(10)L1' -o json", {"the same of a lot, for scripts", "批次的来源，供脚本使用"}}}));
  table.commands.push_back(trace_command(
      "trace down", {"what a lot or serial went into", "批次或序列件用到了哪里"}, run_down,
      {{"trace down RM-TI64/2026-0417",
        {"every unit that may hold material of this lot", "可能含有该批次材料的每个单元"}},
       {"trace down RM-TI64/2026-0417 --as-of 2026-11-01T00:00:00+08:00 -o csv",
        {"as of a time, for a spreadsheet", "某一时刻的情况，用于电子表格"}},
       {"trace down RM-TI64/2026-0417 -o dot | dot -Tsvg > trace.svg", {"drawn by graphviz", "用 graphviz 绘图"}}}));
  table.commands.push_back(trace_command("trace both", {"both directions at once", "同时查询两个方向"}, run_both,
                                         {{"trace both FG-HIP-3/26I0457 --known-at SZ1:18440212",
                                           {"as this ledger knew it at that position", "账本在该位置时所知的情况"}}}));
}

}  // namespace lotledger::cli
