// cli/recall.cc - recall scope, recall why.
#include "cli/answer_view.h"
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/event_view.h"
#include "cli/listing.h"
#include "cli/reference.h"
#include "cli/scope_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace lotledger::cli {
namespace {

using projections::Direction;

/// Roots by argument and by --lot, each once.
Result<std::vector<projections::Node>> roots_of(Query& query, const Call& call) {
  std::vector<std::string> texts = call.all("REF");
  texts.insert(texts.end(), call.all("lot").begin(), call.all("lot").end());
  if (texts.empty()) return fail(ErrorCode::invalid_input, "'recall scope' needs at least one REF or --lot REF");
  std::vector<projections::Node> roots;
  for (const std::string& text : texts) {
    LL_ASSIGN(projections::Node root, resolve_unit(query, call.out, text));
    const bool known = std::ranges::any_of(roots, [&](const projections::Node& other) { return other.id == root.id; });
    if (!known) roots.push_back(std::move(root));
  }
  return roots;
}

void add_consignees(const ScopeAnswer& answer, ListingWriter& to) {
  for (const auto& consignee : answer.scope.consignees) to.add(consignee_json(answer, consignee));
}

void add_shipments(const ScopeAnswer& answer, ListingWriter& to) {
  for (const auto& consignee : answer.scope.consignees) {
    for (const auto& shipment : consignee.shipments) {
      Json row = shipment_json(answer, shipment);
      row["party"] = consignee.party.bytes().empty() ? Json() : Json(consignee.party.ref());
      to.add(row);
    }
  }
}

void add_own_control(const ScopeAnswer& answer, ListingWriter& to) {
  for (const auto& own : answer.scope.own_control) to.add(own_control_json(answer, own));
}

void add_affected(const ScopeAnswer& answer, ListingWriter& to) {
  for (const std::size_t unit : sorted_affected(answer.scope)) to.add(affected_json(answer, unit));
}

/// A kind of row that csv, ndjson and plain tables can show.
struct RowKind {
  std::string_view name;
  void (*add_rows)(const ScopeAnswer&, ListingWriter&);
  std::vector<ListingColumn> columns;
};

const std::vector<RowKind>& row_kinds() {
  static const std::vector<RowKind> k_kinds{
      {"consignees",
       add_consignees,
       {{"party", Text::party},
        {"name", Text::consignee},
        {"name_latin", Text::consignee},
        {"address.street", Text::address},
        {"address.city", Text::address},
        {"address.postal_code", Text::address},
        {"address.region", Text::address},
        {"country", Text::country},
        {"telephone", Text::telephone},
        {"recall_contact", Text::contact},
        {"email", Text::email},
        {"role", Text::role},
        {"reach", Text::reach},
        {"units", Text::units, Align::right},
        {"possible_units", Text::possible, Align::right},
        {"returned", Text::returned, Align::right},
        {"quantity", Text::quantity},
        {"unit_refs", Text::ref}}},
      {"shipments",
       add_shipments,
       {{"party", Text::party},
        {"at", Text::at},
        {"document", Text::document},
        {"lots", Text::lots},
        {"serials", Text::serials},
        {"units", Text::units, Align::right},
        {"quantity", Text::quantity},
        {"position", Text::position}}},
      {"own",
       add_own_control,
       {{"ref", Text::ref},
        {"location", Text::location},
        {"location_name", Text::location},
        {"status", Text::status},
        {"held", Text::held},
        {"quantity", Text::quantity, Align::right},
        {"unit", Text::unit_of_measure}}},
      {"affected",
       add_affected,
       {{"ref", Text::ref},
        {"epc", Text::epc},
        {"type", Text::type},
        {"item", Text::item},
        {"lot", Text::lot},
        {"serial", Text::serial},
        {"lots", Text::lots},
        {"depth", Text::depth, Align::right},
        {"certainty", Text::certainty},
        {"quantity.low", Text::low, Align::right},
        {"quantity.high", Text::high, Align::right},
        {"quantity.unit", Text::unit_of_measure},
        {"status", Text::status}}},
  };
  return k_kinds;
}

void print_rows(const Call& call, const ScopeAnswer& answer) {
  const auto wanted = std::ranges::find(row_kinds(), std::string_view(call.text("rows")), &RowKind::name);
  const RowKind& kind = wanted == row_kinds().end() ? row_kinds().front() : *wanted;
  ListingWriter writer(call.out, {{}, "rows", kind.columns});
  kind.add_rows(answer, writer);
  writer.finish();
  print_missing_note(call.out, answer.scope.completeness);
}

Result<Exit> run_scope(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const auto roots, roots_of(*query, call));
  LL_ASSIGN(const ScopeAnswer answer, answer_scope(*query, roots, call.out.lang));
  if (call.out.format == Format::json) {
    print_scope_json(call.out.out, answer);
  } else if (call.out.format == Format::table && !call.has("rows")) {
    print_scope(call.out, answer);
  } else {
    print_rows(call, answer);
  }
  return exit_of(answer.scope.completeness);
}

/// How a root reaches a unit.
struct Reached {
  projections::Trace trace;
  std::vector<std::size_t> path;
  std::optional<std::size_t> node;
  projections::Completeness completeness;
};

Result<Reached> reach(Query& query, const projections::Node& root, const projections::Node& unit) {
  Reached reached;
  const projections::Reach all = projections::walk(query.reader(), query.containment(), root.id, Direction::down);
  reached.trace = projections::named(query.reader(), all);
  if (const std::uint32_t at = all.index.find(unit.id); at != projections::NodeIndex::k_none) {
    reached.node = at;
    reached.path = projections::path_to(reached.trace, at);
  }
  reached.completeness =
      projections::judge(query.reader(), query.records(), query.fact_known(), all, query.ledger_names());
  query.judge_ledgers(reached.completeness);
  LL_TRY(query.check());
  return reached;
}

Json step_json(Query& query, const Reached& reached, std::size_t edge) {
  const projections::TraceEdge& step = reached.trace.edges[edge];
  Json json = edge_json(query.cut(), reached.trace, step);
  const Json event = event_json(query, step.position);
  for (const char* member : {"type", "business_step", "location", "documents"})
    json[std::string("event_") + member] = event.value(member, Json());
  return json;
}

std::vector<Json> steps_of(Query& query, const Reached& reached) {
  std::vector<Json> steps;
  steps.reserve(reached.path.size());
  for (const std::size_t edge : reached.path) steps.push_back(step_json(query, reached, edge));
  return steps;
}

Json why_json(const Query& query, const projections::Node& root, const projections::Node& unit,
              const Reached& reached) {
  Json json{{"kind", "recall_why"}, {"unit", ref_of(unit)}, {"root", ref_of(root)}};
  json["position"] = position_json(query.cut());
  json["reached"] = reached.node.has_value();
  json["certainty"] =
      !reached.node ? Json() : Json(reached.trace.nodes[*reached.node].certain ? "certain" : "possible");
  add_completeness(json, reached.completeness);
  return json;
}

/// Documents of an event as `desadv D-1, po P-2`.
std::string documents_label(const Json& documents) {
  std::string text;
  for (const Json& document : documents) {
    text += (text.empty() ? "" : ", ") + cell_text(document.value("type", Json())) +
            (document["type"].is_null() ? "" : " ") + cell_text(document["id"]);
  }
  return text;
}

std::vector<Json> path_rows(std::vector<Json> steps) {
  for (Json& step : steps) step["event_documents"] = documents_label(step["event_documents"]);
  return steps;
}

Listing path_listing(Json head) {
  return {std::move(head),
          "path",
          {{"from", Text::from},
           {"kind", Text::kind},
           {"to", Text::to},
           {"basis", Text::basis},
           {"quantity", Text::quantity, Align::right},
           {"unit", Text::unit_of_measure},
           {"at", Text::at},
           {"event_documents", Text::document},
           {"position", Text::position}}};
}

Result<Exit> why_recall(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const projections::Node unit, resolve_unit(*query, call.out, call.text("UNIT")));
  LL_ASSIGN(const projections::Node root, resolve_unit(*query, call.out, call.text("lot")));
  LL_ASSIGN(const Reached reached, reach(*query, root, unit));
  std::vector<Json> steps = steps_of(*query, reached);
  LL_TRY(query->check());
  const bool structured = call.out.format == Format::json || call.out.format == Format::ndjson;
  print_listing(call.out, path_listing(why_json(*query, root, unit, reached)),
                structured ? steps : path_rows(std::move(steps)));
  if (!reached.node) {
    call.out.note(fmt::format(fmt::runtime(call.out.say(Text::path_none)), ref_of(root), ref_of(unit)));
    print_missing_note(call.out, reached.completeness);
    return reached.completeness.complete() ? Exit::negative : Exit::incomplete;
  }
  const Text certainty = reached.trace.nodes[*reached.node].certain ? Text::certain : Text::possible;
  call.out.note(fmt::format(fmt::runtime(call.out.say(Text::path_found)), ref_of(root), ref_of(unit),
                            reached.path.size(), call.out.say(certainty)));
  return Exit::ok;
}

}  // namespace

void add_recall(CommandTable& table) {
  table.groups.push_back({"recall",
                          {"what is affected by bad lots, who holds it, what can be stopped",
                           "问题批次影响了什么、在谁手中、还能拦截什么"}});
  Command scope;
  scope.path = "recall scope";
  scope.summary = {"all affected units, where they are, whom to call", "所有受影响的单元、所在位置与须通知的单位"};
  scope.arguments = {{"REF", {"bad lot or unit", "问题批次或单元"}, Times::repeated}};
  scope.options =
      std::vector<OptionSpec>{{"lot", "REF", {"bad lot; may be repeated", "问题批次；可重复"}, Times::repeated},
                              {"rows",
                               "WHAT",
                               {"of table, csv and ndjson", "表格、csv、ndjson 的行内容"},
                               Times::optional,
                               {"consignees", "shipments", "own", "affected"}}} +
      time_options();
  scope.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  scope.examples = {{"recall scope RM-TI64/2026-0417", {"on one screen", "一屏概览"}},
                    {"recall scope --lot RM-TI64/2026-0417 --lot RM-TI64/2026-0418 -o json",
                     {"of two lots, for scripts", "两个批次，供脚本使用"}},
                    {"recall scope RM-TI64/2026-0417 -o csv --rows shipments",
                     {"every shipment, for a spreadsheet", "每次发货，用于电子表格"}}};
  scope.run = run_scope;
  table.commands.push_back(std::move(scope));

  Command why;
  why.path = "recall why";
  why.summary = {"the shortest path from a bad lot to a unit, with its documents", "从问题批次到单元的最短路径及单据"};
  why.arguments = {{"UNIT", {"affected unit", "受影响的单元"}}};
  why.options = std::vector<OptionSpec>{{"lot", "REF", {"the bad lot", "问题批次"}, Times::required}} + time_options();
  why.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  why.examples = {{"recall why '04012345111118#9876' --lot RM-TI64/2026-0417",
                   {"why this device is in the scope", "该器械为何在召回范围内"}}};
  why.run = why_recall;
  table.commands.push_back(std::move(why));
}

}  // namespace lotledger::cli
