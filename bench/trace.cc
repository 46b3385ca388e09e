// bench/trace.cc - a walk over a tree of lots: one root, a fan-out of ten per process, until so many units are reached.
#include "bench/measure.h"

#include "engine/sequencer.h"
#include "projections/facts.h"
#include "projections/reach.h"

#include <fmt/core.h>

namespace lotledger::bench {
namespace {

UnitAmount lot(std::uint64_t number) {
  const auto key = parse_unit("BENCH/" + std::to_string(number));
  return {key.value_or(UnitRef{}), Quantity{1, 0, each()}};
}

engine::Submission transformation(std::uint64_t parent) {
  engine::UnitsTransformed made;
  made.inputs.push_back(lot(parent));
  for (std::uint64_t child = 1; child <= 10; ++child) made.outputs.push_back(lot(parent * 10 + child));
  engine::Submission submission;
  submission.body.actor.id = ActorId{"bench"};
  submission.body.source.system = "bench";
  submission.body.source.message_id = "p" + std::to_string(parent);
  engine::Event event;
  event.occurred = ZonedInstant{};
  event.body = engine::ProductionEvent{std::move(made)};
  submission.body.events.push_back(std::move(event));
  return submission;
}

}  // namespace

int bench_trace(std::uint64_t units) {
  const auto facts_store = projections::memory_store(1);
  const auto store = projections::memory_store(1);
  projections::StoreFacts facts(*facts_store);
  projections::GenealogyProjection genealogy;
  engine::Sequencer sequencer({LedgerId{}, 1, 1, "bench"}, facts, {}, {});
  for (std::uint64_t parent = 0; parent * 10 < units; ++parent) {
    const auto receipt = sequencer.submit(transformation(parent), {});
    if (!receipt.has_value()) {
      fmt::print(stderr, "trace: {}\n", receipt.error().message);
      return 1;
    }
    for (const auto& record : sequencer.take_records())
      genealogy.apply({record, projections::body_to_fold(record)}, *store);
  }
  const projections::GenealogyReader reader(*store, {});
  projections::Containment containment(reader);
  const auto root = reader.find(lot(0).unit.key);
  const Stopwatch walking;
  projections::Reach trace = projections::walk(reader, containment, root.value_or(0), projections::Direction::down);
  report("trace down in memory (events = nodes, processes included)", trace.nodes.size(), walking.elapsed_us(), 0);
  projections::RecordCache no_records{std::vector<engine::LogReader*>{}};
  projections::MasterData items(reader, no_records);
  const Stopwatch bounding;
  const auto bounded = projections::bound_quantities(reader, items, trace);
  report("quantity bounds of them", trace.nodes.size(), bounding.elapsed_us(), 0);
  return bounded.has_value() ? 0 : 1;
}

}  // namespace lotledger::bench
