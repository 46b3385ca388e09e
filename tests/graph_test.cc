// tests/graph_test.cc - the adjacency snapshot: the same answers with it, without it, behind its position, as of any
// past one, and with any byte of it damaged.
#include "projections/graph_refresh.h"
#include "projections/graph_writer.h"
#include "projections/reach.h"
#include "tests/support/histories.h"
#include "tests/support/sim_disk.h"
#include "tests/support/slow_bounds.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <fmt/format.h>

#include <map>

namespace lotledger::tests {

using namespace projections;

namespace {

constexpr std::string_view k_folder = "/graph";

Store& folded_to(Store& store, VectorLog& log, Seq last) {
  GenealogyProjection genealogy;
  REQUIRE(catch_up(genealogy, store, log, last).has_value());
  return store;
}

std::string words(const Link& link) {
  return fmt::format("{} {} {}.{} {} {} {} {} {} {} {} {}", static_cast<int>(link.kind), link.other, link.position.seq,
                     link.position.index, link.occurred_at.utc_us, link.reported_at.utc_us, link.observed_only,
                     link.quantity ? link.quantity->text() + std::string(link.quantity->unit.view()) : "-", link.place,
                     link.from, link.owner, link.detail);
}

/// Everything that a reader says of every node.
std::vector<std::string> told(const GenealogyReader& reader, NodeId nodes) {
  std::vector<std::string> all;
  for (NodeId id = 1; id <= nodes + 1; ++id) {
    const Node node = reader.node(id);
    all.push_back(fmt::format("{} {} {} {} {} {} {} {}", id, node.key.bytes(), node.process, node.original(),
                              name_of(reader.type(id)), reader.class_of(id), reader.mentioned(id), reader.known(id)));
    reader.links(id, [&](const Link& link) { all.push_back(words(link)); });
    for (int kind = 1; kind <= static_cast<int>(LinkKind::retest); ++kind) {
      std::string of_kind = fmt::format("kind {} {}", kind, reader.any(id, static_cast<LinkKind>(kind)));
      reader.links(id, static_cast<LinkKind>(kind), [&](const Link& link) { of_kind += "; " + words(link); });
      all.push_back(std::move(of_kind));
    }
  }
  return all;
}

/// A walk with everything that it found, in its order.
std::vector<std::string> walked(const GenealogyReader& reader, const std::string& root, Direction direction) {
  std::vector<std::string> all;
  const auto node = reader.find(unit(root).key);
  if (!node) return all;
  Containment containment(reader);
  Reach reach = walk(reader, containment, *node, direction);
  RecordCache none{std::vector<engine::LogReader*>{}};
  MasterData items(reader, none);
  REQUIRE(bound_quantities(reader, items, reach).has_value());
  const auto text = [](const std::optional<Decimal>& amount) { return amount ? amount->text() : "?"; };
  if (direction == Direction::down) {
    const auto slow = slow_bounds(reader, items, reach);
    for (std::size_t at = 0; at < reach.nodes.size(); ++at) {
      const NodeType type = reach.nodes[at].type;
      if (type == NodeType::process || type == NodeType::container) continue;
      RC_ASSERT(text(reach.bounds[at].low) == text(slow[at].low));
      RC_ASSERT(text(reach.bounds[at].high) == text(slow[at].high));
    }
  }
  for (std::size_t at = 0; at < reach.nodes.size(); ++at) {
    const ReachedNode& reached = reach.nodes[at];
    all.push_back(fmt::format("{} {} {} {} {}..{}", reached.id, reached.depth, name_of(reached.type), reached.certain,
                              text(reach.bounds[at].low), text(reach.bounds[at].high)));
  }
  for (std::uint32_t at = 0; at < reach.edges.size(); ++at) {
    const ReachedEdge& edge = reach.edges[at];
    const EdgeFact said = reach.said(edge);
    const auto quantity = reach.quantity(said);
    const auto until = reach.until.find(at);
    all.push_back(fmt::format("{} {} {} {} {} {}.{} {} {}", edge.from, edge.to, name_of(edge.kind()),
                              name_of(edge.basis()), said.at.utc_us, said.position.seq, said.position.index,
                              quantity ? quantity->text() + std::string(quantity->unit.view()) : "-",
                              until == reach.until.end() ? -1 : until->second.utc_us));
  }
  return all;
}

NodeId nodes_in(const Store& store) {
  NodeId nodes = 0;
  store.scan_prefix("i", [&](std::string_view, std::string_view) { return ++nodes > 0; });
  return nodes;
}

void check_equal(const Store& store, const GraphView* view, const TimeFilter& filter) {
  const GenealogyReader slow(store, filter);
  const GenealogyReader fast(store, filter, view);
  const NodeId nodes = nodes_in(store);
  RC_ASSERT(told(fast, nodes) == told(slow, nodes));
  for (const std::string& root : history_units()) {
    for (const Direction direction : {Direction::down, Direction::up, Direction::both})
      RC_ASSERT(walked(fast, root, direction) == walked(slow, root, direction));
  }
}

TimeFilter random_filter(const VectorLog& log) {
  const auto some_record = [&] { return log.records[*rc::gen::inRange<std::size_t>(0, log.records.size())]; };
  TimeFilter filter;
  if (*rc::gen::inRange(0, 2) == 0) filter.known_at = some_record().seq();
  if (*rc::gen::inRange(0, 3) == 0) filter.as_of = minute(*rc::gen::inRange(0, 400)).at;
  if (*rc::gen::inRange(0, 3) == 0) filter.reported_at = some_record().header().recorded_at;
  filter.include_voided = *rc::gen::inRange(0, 4) == 0;
  return filter;
}

/// A graph of the log up to `seq`, on a disk of its own.
SimDisk& with_graph(SimDisk& disk, VectorLog& log, Seq seq) {
  const auto store = memory_store(GenealogyProjection().fold_version());
  const auto written = write_graph(disk, std::string(k_folder), folded_to(*store, log, seq));
  REQUIRE(written.has_value());
  REQUIRE(*written);
  return disk;
}

std::unique_ptr<GraphView> view_of(SimDisk& disk, const Store& store, VectorLog& log) {
  auto view = GraphView::open(disk, std::string(k_folder), store, log);
  REQUIRE(view.has_value());
  return std::move(*view);
}

/// A small ledger with every shape of link: several events in a record, details, places, withdrawn and later links.
std::unique_ptr<VectorLog> some_history() {
  std::vector<Step> steps;
  for (std::uint8_t i = 0; i < 120; ++i) steps.push_back({i, static_cast<std::uint8_t>(i * 7), i, 3});
  return history(steps);
}

}  // namespace

TEST_CASE("graph: on random histories, at any position and under any filter, answers are those of the store") {
  CHECK(rc::check("with equals without", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    const Seq middle = *rc::gen::inRange<Seq>(0, log->records.size());
    SimDisk disk;
    with_graph(disk, *log, middle);
    const auto store = memory_store(GenealogyProjection().fold_version());
    folded_to(*store, *log, k_no_seq);
    const auto view = view_of(disk, *store, *log);
    RC_ASSERT(view != nullptr);
    check_equal(*store, view.get(), random_filter(*log));
    RC_ASSERT_FALSE(view->graph().damaged());
  }));
}

TEST_CASE("graph: with any byte of it flipped, answers are those of the store, and the damage is known") {
  const auto log = some_history();
  SimDisk disk;
  const Seq last = log->records.size() - 1;
  with_graph(disk, *log, last);
  const auto store = memory_store(GenealogyProjection().fold_version());
  folded_to(*store, *log, k_no_seq);
  const NodeId nodes = nodes_in(*store);
  const auto expected = told(GenealogyReader(*store, {}), nodes);
  std::size_t unseen = 0;
  std::size_t read = 0;
  for (const std::string_view which : k_graph_files) {
    const std::string path = graph_file(std::string(k_folder), last, which);
    for (std::size_t offset = 0; offset < disk.content(path).size(); offset += 1 + offset / 400) {
      CAPTURE(path);
      CAPTURE(offset);
      const auto damaged = disk.copy();
      damaged->flip(path, offset, 0x10);
      const auto view = view_of(*damaged, *store, *log);
      if (view == nullptr) continue;
      REQUIRE(told(GenealogyReader(*store, {}, view.get()), nodes) == expected);
      ++read;
      if (!view->graph().damaged()) ++unseen;
    }
  }
  CHECK(unseen == 0);
  CHECK(read > 1000);  // Only a damaged head makes it no graph at all.
}

TEST_CASE("graph: a file that is cut, or missing, makes it no graph") {
  const auto log = some_history();
  const Seq last = log->records.size() - 1;
  const auto store = memory_store(GenealogyProjection().fold_version());
  folded_to(*store, *log, k_no_seq);
  for (const std::string_view which : k_graph_files) {
    CAPTURE(which);
    SimDisk disk;
    with_graph(disk, *log, last);
    const std::string path = graph_file(std::string(k_folder), last, which);
    REQUIRE(view_of(disk, *store, *log) != nullptr);
    const auto cut = disk.copy();
    cut->cut(path, cut->content(path).size() - 1);
    CHECK(view_of(*cut, *store, *log) == nullptr);
    REQUIRE(disk.remove(path).has_value());
    CHECK(view_of(disk, *store, *log) == nullptr);
  }
}

TEST_CASE("graph: one of another history, of another fold version, or ahead of the store is not used") {
  const auto log = some_history();
  const auto other = history({{1, 2, 3, 4}, {2, 2, 2, 2}, {3, 1, 1, 1}});
  const std::uint32_t version = GenealogyProjection().fold_version();
  SimDisk disk;
  with_graph(disk, *log, 2);
  const auto store = memory_store(version);
  CHECK(view_of(disk, folded_to(*store, *log, 1), *log) == nullptr);
  CHECK(view_of(disk, folded_to(*store, *log, 2), *log) != nullptr);
  const auto of_other = memory_store(version);
  CHECK(view_of(disk, folded_to(*of_other, *other, k_no_seq), *other) == nullptr);
  const auto later = memory_store(version + 1);
  CHECK(view_of(disk, folded_to(*later, *log, k_no_seq), *log) == nullptr);
}

TEST_CASE("graph: writing one removes those before it, and what an interrupted attempt left") {
  const auto log = some_history();
  SimDisk disk;
  with_graph(disk, *log, 3);
  const auto store = memory_store(GenealogyProjection().fold_version());
  disk.fail_call(5);
  REQUIRE_FALSE(write_graph(disk, std::string(k_folder), folded_to(*store, *log, 9)).has_value());
  REQUIRE(disk.paths().size() > std::size(k_graph_files));
  with_graph(disk, *log, 9);
  std::vector<std::string> expected;
  for (const std::string_view which : k_graph_files) expected.push_back(graph_file(std::string(k_folder), 9, which));
  std::ranges::sort(expected);
  CHECK(disk.paths() == expected);
}

TEST_CASE("graph: any failing call of the disk is told, and leaves the graph before it in use") {
  const auto log = some_history();
  SimDisk disk;
  with_graph(disk, *log, 3);
  const auto store = memory_store(GenealogyProjection().fold_version());
  folded_to(*store, *log, 20);
  const auto trial = disk.copy();
  REQUIRE(write_graph(*trial, std::string(k_folder), *store).has_value());
  const std::uint64_t calls = trial->calls();
  REQUIRE(calls > 10);
  std::size_t told_of = 0;
  for (std::uint64_t call = 1; call <= calls; ++call) {
    CAPTURE(call);
    const auto failing = disk.copy();
    failing->fail_call(call);
    if (!write_graph(*failing, std::string(k_folder), *store).has_value()) ++told_of;
    const auto found = newest_graph(*failing, std::string(k_folder), store->position().fold_version);
    REQUIRE(found.has_value());
    REQUIRE(found->has_value());
    REQUIRE(view_of(*failing, *store, *log) != nullptr);
  }
  CHECK(told_of == calls);
}

TEST_CASE("graph: after a power loss at any moment there is an old one, a new one, or none; never a wrong one") {
  const auto log = some_history();
  const auto store = memory_store(GenealogyProjection().fold_version());
  folded_to(*store, *log, 40);
  const NodeId nodes = nodes_in(*store);
  const auto expected = told(GenealogyReader(*store, {}), nodes);
  std::map<Seq, std::size_t> found_at;
  for (std::uint64_t call = 1; call < 40; ++call) {
    SimDisk disk;
    with_graph(disk, *log, 3);
    disk.fail_all_after(true);
    disk.fail_call(call);
    static_cast<void>(write_graph(disk, std::string(k_folder), *store));
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      const auto found = disk.crash(seed);
      auto view = GraphView::open(*found, std::string(k_folder), *store, *log);
      REQUIRE(view.has_value());
      if (*view == nullptr) continue;
      ++found_at[(*view)->graph().head().position.seq];
      REQUIRE(told(GenealogyReader(*store, {}, view->get()), nodes) == expected);
    }
  }
  CHECK(found_at[3] > 0);
  CHECK(found_at[40] > 0);
}

TEST_CASE("graph: due after a tenth more records, at least ten thousand") {
  const auto head_at = [](Seq seq) {
    GraphHead head;
    head.position.seq = seq;
    return std::optional(head);
  };
  struct Row {
    std::optional<GraphHead> newest;
    Seq seq;
    bool due;
  };
  const Row rows[] = {{std::nullopt, k_no_seq, false},   {std::nullopt, 9'998, false},
                      {std::nullopt, 9'999, true},       {head_at(0), 9'999, false},
                      {head_at(0), 10'000, true},        {head_at(900'000), 999'998, false},
                      {head_at(900'000), 999'999, true}, {head_at(500), 400, true}};
  for (const Row& row : rows) {
    CAPTURE(row.seq);
    CHECK(graph_due(row.newest, row.seq) == row.due);
  }
}

}  // namespace lotledger::tests
