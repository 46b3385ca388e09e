// Forms of a trace that is built by hand: JSON members, order, tree, graph.
#include "cli/scope_answer.h"
#include "cli/scope_view.h"
#include "cli/trace_view.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <set>
#include <sstream>

namespace lotledger::tests {

using namespace cli;
using projections::Basis;
using projections::Direction;
using projections::EdgeKind;
using projections::Existence;
using projections::NodeType;

namespace {

projections::Node unit(std::string_view text, projections::NodeId id) {
  projections::Node node;
  node.id = id;
  node.key = parse_unit(text)->key;
  node.written = std::string(text);
  return node;
}

projections::Node process(std::string_view id, projections::NodeId number) {
  projections::Node node;
  node.id = number;
  node.process = "xt" + std::string(id);
  node.written = std::string(id);
  return node;
}

/// What a command prints as JSON, read again.
template <typename Answer>
Json printed(void (*print)(std::ostream&, const Answer&), const Answer& answer) {
  std::ostringstream out;
  print(out, answer);
  return Json::parse(out.str());
}

/// RM/L1 -> process -> FG/A and FG#1; FG#1 is a possible member of FG/A and lies in a pallet. `order` is the order in
/// which nodes and edges came in.
TraceAnswer answer_in_order(bool reversed) {
  TraceAnswer answer;
  answer.cut = {{"T1", 40}};
  answer.root_unit = *UnitCode::parse("KGM");
  const projections::TraceNode nodes[] = {
      {unit("RM/L1", 1), NodeType::lot, 0, true, {Decimal(125, 1), Decimal(125, 1)}},
      {process("WO-7", 2), NodeType::process, 1, true, {}},
      {unit("FG/A", 3), NodeType::lot, 2, true, {Decimal(), Decimal::whole(10)}},
      {unit("FG#1", 4), NodeType::serial, 2, false, {std::nullopt, Decimal::whole(1)}},
      {unit("urn:epc:id:sscc:4012345.3111111111", 5), NodeType::container, 3, false, {}},
  };
  std::vector<std::size_t> order{0, 1, 2, 3, 4};
  if (reversed) std::reverse(order.begin() + 1, order.end());
  std::vector<std::size_t> place(5);
  for (std::size_t at = 0; at < order.size(); ++at) {
    place[order[at]] = at;
    answer.trace.nodes.push_back(nodes[order[at]]);
    const NodeType type = nodes[order[at]].type;
    answer.status.push_back(type == NodeType::process ? NodeStatus{} : NodeStatus{Existence::in_stock, order[at] == 2});
  }
  const Instant day{1'767'254'400'000'000};  // 2026-01-01T08:00:00Z
  const Quantity taken{1050, 2, *UnitCode::parse("KGM")};
  answer.trace.edges = {
      {place[0], place[1], EdgeKind::consume, Basis::declared, taken, day, std::nullopt, {12, 0}},
      {place[1], place[2], EdgeKind::output, Basis::declared, std::nullopt, day, std::nullopt, {12, 0}},
      {place[1], place[3], EdgeKind::output, Basis::possible, std::nullopt, day, std::nullopt, {13, 1}},
      {place[2], place[3], EdgeKind::member, Basis::declared, std::nullopt, day, std::nullopt, {14, 0}},
      {place[3],
       place[4],
       EdgeKind::contain,
       Basis::declared,
       std::nullopt,
       day,
       Instant{day.utc_us + 1'000'000},
       {15, 0}},
  };
  if (reversed) std::reverse(answer.trace.edges.begin(), answer.trace.edges.end());
  answer.completeness.missing.push_back({"unit without origin", "FG#1", "lotledger unit show 'FG#1'"});
  return answer;
}

struct Screen {
  std::ostringstream out, err;
  Output output{out, err};
};

std::string tree_of(const TraceAnswer& answer, Language language = Language::en) {
  Screen screen;
  screen.output.lang = language;
  print_trace_tree(screen.output, answer);
  return screen.out.str();
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

}  // namespace

TEST_CASE("trace json: members and their forms") {
  const Json json = printed(print_trace_json, answer_in_order(false));
  CHECK(keys_of(json) == std::vector<std::string>{"kind", "direction", "root", "position", "complete", "missing",
                                                  "caveats", "nodes", "edges"});
  CHECK(json["kind"] == "trace");
  CHECK(json["direction"] == "down");
  CHECK(json["root"] == "RM/L1");
  CHECK(line_of(json["position"]) == R"({"T1":"40"})");
  CHECK(json["complete"] == false);
  CHECK(json["missing"][0]["remedy"] == "lotledger unit show 'FG#1'");
  CHECK(
      line_of(json["nodes"][0]) ==
      R"({"ref":"RM/L1","epc":"RM/L1","type":"lot","item":"RM","lot":"L1","serial":null,"issuer":null,"depth":0,"certainty":"certain",)"
      R"("quantity":{"low":"12.5","high":"12.5","unit":"KGM"},"status":"in stock"})");
  CHECK(
      line_of(json["nodes"][1]) ==
      R"({"ref":"WO-7","epc":"WO-7","type":"process","item":null,"lot":null,"serial":null,"issuer":null,"depth":1,"certainty":"certain",)"
      R"("quantity":{"low":null,"high":null,"unit":null},"status":null})");
  CHECK(json["nodes"][2]["status"] == "in stock, held");
  CHECK(json["nodes"][3]["certainty"] == "possible");
  CHECK(line_of(json["nodes"][3]["quantity"]) == R"({"low":null,"high":"1","unit":"KGM"})");
  CHECK(json["nodes"][4]["ref"] == "(00)340123451111111111");
  CHECK(json["nodes"][4]["epc"] == "urn:epc:id:sscc:4012345.3111111111");
}

TEST_CASE("trace rows: cells say what the JSON of a node says") {
  TraceAnswer answer = answer_in_order(false);
  for (const std::string_view ref :
       {"urn:epc:id:sgtin:4012345.011111.9876", "ACME:RM-1/a,\"b\"", "ITEM/*", "<https://example.com/x y>"}) {
    answer.trace.nodes.push_back({unit(ref, answer.trace.nodes.size() + 1), NodeType::opaque, 12, true, {}});
    answer.status.push_back({Existence::consumed, true});
  }
  for (const Format format : {Format::csv, Format::table}) {
    for (const bool terminal : {false, true}) {
      std::ostringstream by_json, by_cells, err;
      Output one{by_json, err, terminal};
      Output other{by_cells, err, terminal};
      one.format = other.format = format;
      ListingWriter jsons(one, {{}, "rows", node_columns()});
      ListingWriter cells(other, {{}, "rows", node_columns()});
      REQUIRE(cells.prints_cells());
      for (std::size_t node = 0; node < answer.trace.nodes.size(); ++node) {
        jsons.add(node_json(facts_of(answer, node)));
        cells.add_cells(NodeRow(facts_of(answer, node)).cells());
      }
      jsons.finish();
      cells.finish();
      CHECK(by_cells.str() == by_json.str());
      CHECK(by_cells.str().find("ACME") != std::string::npos);
    }
  }
}

TEST_CASE("trace json: nodes by depth, type and ref; edges by from, to and kind") {
  const Json json = printed(print_trace_json, answer_in_order(false));
  std::vector<std::string> nodes;
  for (const Json& node : json["nodes"]) nodes.push_back(node["ref"]);
  CHECK(nodes == std::vector<std::string>{"RM/L1", "WO-7", "FG/A", "FG#1", "(00)340123451111111111"});
  std::vector<std::string> edges;
  for (const Json& edge : json["edges"])
    edges.push_back(edge["from"].get<std::string>() + ">" + edge["to"].get<std::string>());
  CHECK(edges ==
        std::vector<std::string>{"FG#1>(00)340123451111111111", "FG/A>FG#1", "RM/L1>WO-7", "WO-7>FG#1", "WO-7>FG/A"});
  CHECK(
      line_of(json["edges"][2]) ==
      R"({"from":"RM/L1","to":"WO-7","kind":"consume","basis":"declared","quantity":"10.5","unit":"KGM","at":"2026-01-01T08:00:00Z","until":null,"position":"T1:12.0"})");
  CHECK(json["edges"][0]["until"] == "2026-01-01T08:00:01Z");
  CHECK(json["edges"][3]["basis"] == "possible");
  CHECK(json["edges"][3]["quantity"].is_null());
}

TEST_CASE("trace: no form depends on the order in which files came in") {
  const TraceAnswer one = answer_in_order(false);
  const TraceAnswer other = answer_in_order(true);
  REQUIRE(one.trace.nodes[1].node.process != other.trace.nodes[1].node.process);
  CHECK(printed(print_trace_json, one) == printed(print_trace_json, other));
  CHECK(tree_of(one) == tree_of(other));
  Screen a, b;
  print_trace_dot(a.output, one);
  print_trace_dot(b.output, other);
  CHECK(a.out.str() == b.out.str());
}

TEST_CASE("trace tree: shared units are shown once, then referred to; what is missing comes first") {
  const std::string tree = tree_of(answer_in_order(false));
  const std::string expected =
      "lot RM/L1  in stock  [12.5 KGM]\n"
      "└─ process WO-7  consumed 10.5 KGM 2026-01-01T08:00Z\n"
      "   ├─ serial FG#1  POSSIBLE  made 2026-01-01T08:00Z  in stock  [?..1 KGM]\n"
      "   │  └─ container (00)340123451111111111  POSSIBLE  packed 2026-01-01T08:00Z–2026-01-01T08:00Z  in stock\n"
      "   └─ lot FG/A  made 2026-01-01T08:00Z  in stock, ON HOLD  [0..10 KGM]\n"
      "      └─ serial FG#1  POSSIBLE  member  in stock  [?..1 KGM]  (see above)\n"
      "lot 2 · serial 1 · container 1 · process 1 · DEPTH 3 · NOT COMPLETE · T1:40\n";
  CHECK(tree.substr(tree.find("lot RM/L1")) == expected);
  CHECK(tree.starts_with("THIS ANSWER IS NOT COMPLETE"));
  CHECK(tree.find("unit without origin") < tree.find("lot RM/L1"));
  CHECK(tree_of(answer_in_order(false), Language::zh).find("批次 RM/L1") != std::string::npos);
}

TEST_CASE("trace tree: up follows edges backwards") {
  TraceAnswer answer;
  answer.cut = {{"T1", 3}};
  answer.trace.direction = Direction::up;
  answer.trace.nodes = {{unit("FG#1", 1), NodeType::serial, 0, true, {}},
                        {unit("RM/L1", 2), NodeType::lot, 1, true, {}}};
  answer.trace.edges = {{1, 0, EdgeKind::install, Basis::declared, std::nullopt, Instant{0}, std::nullopt, {2, 0}}};
  answer.status.resize(2);
  CHECK(tree_of(answer) ==
        "serial FG#1\n"
        "└─ lot RM/L1  installed 1970-01-01T00:00Z\n"
        "lot 1 · serial 1 · DEPTH 1 · complete · T1:3\n");
}

TEST_CASE("trace: of several ledgers the answer says where it stands in each, and an edge which of them states it") {
  TraceAnswer answer = answer_in_order(false);
  answer.cut = {{"SZ1", 40}, {"SZ2", 7}};
  answer.trace.edges.front().position.ledger = 1;
  const Json json = printed(print_trace_json, answer);
  CHECK(json["position"] == Json{{"SZ1", "40"}, {"SZ2", "7"}});
  std::set<std::string> ledgers;
  for (const Json& edge : json["edges"]) ledgers.insert(edge["position"].get<std::string>().substr(0, 4));
  CHECK(ledgers == std::set<std::string>{"SZ1:", "SZ2:"});
  CHECK(tree_of(answer).find("SZ1:40, SZ2:7\n") != std::string::npos);
}

TEST_CASE("trace tree: a loop ends") {
  TraceAnswer answer;
  answer.cut = {{"T1", k_no_seq}};
  answer.trace.nodes = {{unit("A/1", 1), NodeType::lot, 0, true, {}}, {unit("B/1", 2), NodeType::lot, 1, true, {}}};
  answer.trace.edges = {{0, 1, EdgeKind::consume, Basis::declared, std::nullopt, Instant{0}, std::nullopt, {2, 0}},
                        {1, 0, EdgeKind::consume, Basis::declared, std::nullopt, Instant{0}, std::nullopt, {3, 0}}};
  answer.status.resize(2);
  const std::string tree = tree_of(answer);
  CHECK(tree.find("(see above)") != std::string::npos);
  CHECK(std::ranges::count(tree, '\n') == 4);
}

TEST_CASE("trace dot: names are quoted, possible is dashed") {
  TraceAnswer answer = answer_in_order(false);
  answer.trace.nodes[2].node = unit("<say \"x\">", 3);
  Screen screen;
  print_trace_dot(screen.output, answer);
  const std::string dot = screen.out.str();
  CHECK(dot.starts_with("digraph trace {\n"));
  CHECK(dot.ends_with("}\n"));
  CHECK(dot.find("\\\"x\\\"") != std::string::npos);
  CHECK(dot.find("[label=\"output\", style=dashed]") != std::string::npos);
  CHECK(dot.find("[label=\"consume 10.5 KGM\"]") != std::string::npos);
}

namespace {

/// One root, one serial at a hospital (returned from there) and one lot in stock, on hold.
ScopeAnswer hand_made_scope() {
  ScopeAnswer answer;
  answer.cut = {{"T1", 9}};
  answer.recorded_at = Instant{1'767'254'400'000'000};
  projections::RecallScope& scope = answer.scope;
  scope.roots = {unit("RM/L1", 1)};
  const auto affected = [&](const projections::Node& node, NodeType type, std::uint32_t depth, bool certain,
                            Existence existence, bool held) {
    projections::AffectedUnit unit_here;
    unit_here.node = node;
    unit_here.type = type;
    unit_here.depth = depth;
    unit_here.certain = certain;
    unit_here.state.existence = existence;
    unit_here.state.held = held;
    scope.affected.push_back(unit_here);
  };
  affected(unit("RM/L1", 1), NodeType::lot, 0, true, Existence::consumed, false);
  affected(unit("FG#1", 2), NodeType::serial, 2, false, Existence::shipped, false);
  affected(unit("FG/A", 3), NodeType::lot, 2, true, Existence::in_stock, true);
  answer.lots = {{"RM/L1"}, {"FG/A"}, {"FG/A"}};
  projections::Consignee consignee;
  consignee.party = parse_unit("urn:epc:id:pgln:4000001.00000")->key;
  engine::PartyRecorded party;
  party.names = {{"zh", "协和医院"}, {"en", "Xiehe Hospital"}};
  party.city = "Beijing";
  party.country = "CN";
  party.telephone = "+86 10 0000";
  party.role = "hospital";
  consignee.description = party;
  projections::ScopeShipment shipment;
  shipment.at = Instant{1'767'254'400'000'000};
  shipment.position = {5, 0};
  shipment.documents = {"D-1", "PO-2"};
  shipment.units = {1};
  shipment.quantity = {{each(), Decimal::whole(1)}};
  consignee.shipments = {shipment};
  consignee.units = 1;
  consignee.possible_units = 1;
  consignee.returned = 1;
  consignee.quantity = shipment.quantity;
  scope.consignees = {consignee};
  answer.contacts[consignee.party] = {"sealed", ""};
  projections::OwnControl own;
  own.unit = 2;
  own.location = parse_unit("urn:epc:id:sgln:4012345.00005.0")->key;
  own.quantity = Decimal::whole(4);
  own.unit_code = each();
  scope.own_control = {own};
  answer.place_names[*own.location] = "Store FG01";
  scope.balance.unit = *UnitCode::parse("KGM");
  scope.balance.received = Decimal(125, 1);
  scope.balance.consumed = Decimal(125, 1);
  return answer;
}

}  // namespace

TEST_CASE("recall json: members that scripts rely on") {
  const Json json = printed(print_scope_json, hand_made_scope());
  CHECK(keys_of(json) == std::vector<std::string>{"kind", "roots", "position", "complete", "missing", "caveats",
                                                  "affected", "consignees", "own_control", "balance"});
  CHECK(json["kind"] == "recall_scope");
  CHECK(json["roots"] == Json::array({"RM/L1"}));
  CHECK(json["affected"].size() == 3);
  CHECK(json["affected"][0]["ref"] == "RM/L1");
  const Json& consignee = json["consignees"][0];
  CHECK(consignee["party"] == "(417)4000001000005");
  CHECK(consignee["name"] == "协和医院");
  CHECK(consignee["name_latin"] == "Xiehe Hospital");
  CHECK(consignee["address"]["city"] == "Beijing");
  CHECK(consignee["address"]["street"].is_null());
  CHECK(consignee["country"] == "CN");
  CHECK(consignee["recall_contact"] == "sealed");
  CHECK(consignee["email"].is_null());
  CHECK(consignee["reach"] == "end user");
  CHECK(consignee["units"] == 1);
  CHECK(consignee["possible_units"] == 1);
  CHECK(consignee["returned"] == 1);
  CHECK(consignee["unit_refs"] == Json::array({"FG#1"}));
  CHECK(
      line_of(consignee["shipments"][0]) ==
      R"({"at":"2026-01-01T08:00:00Z","document":"D-1","documents":["D-1","PO-2"],"lots":["FG/A"],"serials":["FG#1"],"units":1,)"
      R"("quantity":[{"quantity":"1","unit":"EA"}],"position":"T1:5.0"})");
  CHECK(
      line_of(json["own_control"][0]) ==
      R"({"ref":"FG/A","epc":"FG/A","location":"(414)4012345000054","location_name":"Store FG01","status":"in stock","held":true,"quantity":"4","unit":"EA"})");
  CHECK(json["balance"]["received"] == "12.5");
  CHECK(json["balance"]["unexplained"] == "0");
}

TEST_CASE("recall json: what is not known is null") {
  ScopeAnswer answer = hand_made_scope();
  answer.scope.balance.known = false;
  answer.scope.consignees[0].description.reset();
  answer.scope.consignees[0].party = UnitKey();
  const Json json = printed(print_scope_json, answer);
  CHECK(json["balance"]["received"].is_null());
  CHECK(json["balance"]["unit"].is_null());
  CHECK(json["consignees"][0]["party"].is_null());
  CHECK(json["consignees"][0]["name"].is_null());
  CHECK(json["consignees"][0]["reach"] == "first consignee");
}

TEST_CASE("recall screen: what is urgent comes first") {
  struct Row {
    Language language;
    std::vector<std::string> parts;
  };
  const Row rows[] = {
      {Language::en,
       {"RECALL SCOPE OF RM/L1", "T1:9", "STOP NOW", "Store FG01", "WHERE IS EVERY UNIT", "balance of the roots",
        "CALL FIRST", "Xiehe Hospital", "NEXT"}},
      {Language::zh,
       {"召回范围 RM/L1", "T1:9", "立即拦截", "Store FG01", "每个单元在哪里", "根批次平衡", "优先通知", "协和医院",
        "下一步"}},
  };
  for (const Row& row : rows) {
    Screen screen;
    screen.output.lang = row.language;
    print_scope(screen.output, hand_made_scope());
    const std::string text = screen.out.str();
    CAPTURE(text);
    std::size_t at = 0;
    for (const std::string& part : row.parts) {
      CAPTURE(part);
      at = text.find(part, at);
      REQUIRE(at != std::string::npos);
    }
    CHECK(std::ranges::count(text, '\n') <= 40);
  }
}

TEST_CASE("recall screen: an answer that is not complete says so before anything else") {
  ScopeAnswer answer = hand_made_scope();
  answer.scope.completeness.missing.push_back(
      {"a rejected event names this answer", "T1:4, a.jsonld line 12", "lotledger dlq show T1:4"});
  Screen screen;
  print_scope(screen.output, answer);
  const std::string text = screen.out.str();
  const std::size_t said = text.find("THIS ANSWER IS NOT COMPLETE");
  REQUIRE(said != std::string::npos);
  CHECK(said < text.find("STOP NOW"));
  CHECK(text.find("lotledger dlq show T1:4") < text.find("STOP NOW"));
}

TEST_CASE("recall screen: many consignees stay on one screen") {
  ScopeAnswer answer = hand_made_scope();
  answer.scope.consignees.resize(57, answer.scope.consignees.front());
  Screen screen;
  print_scope(screen.output, answer);
  const std::string text = screen.out.str();
  CHECK(std::ranges::count(text, '\n') <= 40);
  CHECK(text.find("... and 47 more: -o csv") != std::string::npos);
}

}  // namespace lotledger::tests
