// bench/graph.cc - the orders of a year, stage by stage, then sorted by time.
#include "bench/graph.h"

#include "cli/demo/random.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

namespace lotledger::bench {
namespace {

using cli::demo::DemoRandom;

/// A stage in thousandths of all nodes, and how many lots an order of it takes on average.
struct StagePlan {
  std::uint32_t units = 0;
  std::uint32_t orders = 0;
  std::uint32_t inputs = 0;
};
constexpr std::array<StagePlan, k_stages> k_plan{
    {{50, 0, 0}, {150, 100, 8}, {180, 120, 17}, {120, 120, 17}, {130, 30, 4}}};
/// Orders take lots of about their time: so many lots to either side. Not a share, so that answers of the same size
/// are found in graphs of any size.
constexpr std::uint32_t k_window = 40;
/// One input in so many is of an earlier stage than the one before: packaging, screws.
constexpr std::uint32_t k_skips_stage = 10;
/// One assembly order in so many is reworked: its product is taken apart, and a lot that it was made of comes back.
constexpr std::uint32_t k_reworked = 200;
/// The largest hub goes into 7 of 20 orders of the first stage, each next one into 2^(-1/4) as many: 841 of 1000.
constexpr std::uint32_t k_hubs = 60;
constexpr std::uint64_t k_year_minutes = 300UL * 24 * 60;
constexpr std::uint64_t k_stage_minutes = 5UL * 24 * 60;  // From one stage to the next.
constexpr std::size_t k_parts = 20;

struct Hub {
  std::uint32_t unit = 0;
  std::uint32_t from = 0;  ///< Orders of the first stage.
  std::uint32_t to = 0;
};

class Maker {
 public:
  Maker(std::uint32_t nodes, std::uint64_t seed) : random_(seed) {
    for (std::size_t stage = 0; stage < k_stages; ++stage) {
      graph_.first_unit[stage + 1] = graph_.first_unit[stage] + share(nodes, k_plan[stage].units);
      graph_.first_order[stage + 1] = graph_.first_order[stage] + share(nodes, k_plan[stage].orders);
    }
    graph_.orders = graph_.first_order.back();
    place_hubs();
  }

  Graph make() {
    receive();
    for (std::size_t stage = 1; stage < k_stages; ++stage) {
      for (std::uint32_t order = 0; order < orders_of(stage); ++order) run_order(stage, order);
    }
    std::ranges::sort(graph_.flows, {},
                      [](const Flow& flow) { return std::tuple(flow.minute, flow.kind, flow.order, flow.unit); });
    for (std::size_t part = 0; part <= k_parts; ++part) graph_.parts.push_back(graph_.flows.size() * part / k_parts);
    return std::move(graph_);
  }

 private:
  static std::uint32_t share(std::uint32_t nodes, std::uint32_t thousandths) {
    return static_cast<std::uint32_t>(std::uint64_t{nodes} * thousandths / 1000);
  }
  [[nodiscard]] std::uint32_t units_of(std::size_t stage) const {
    return graph_.first_unit[stage + 1] - graph_.first_unit[stage];
  }
  [[nodiscard]] std::uint32_t orders_of(std::size_t stage) const {
    return graph_.first_order[stage + 1] - graph_.first_order[stage];
  }

  /// Hubs are the first raw lots.
  void place_hubs() {
    const std::uint32_t orders = orders_of(1);
    std::uint64_t millis = std::uint64_t{orders} * 350;
    for (std::uint32_t hub = 0; hub < std::min(k_hubs, units_of(0) / 4); ++hub, millis = millis * 841 / 1000) {
      const auto length = static_cast<std::uint32_t>(std::max<std::uint64_t>(millis / 1000, 1));
      const std::uint32_t from = random_.below(orders - length + 1);
      hubs_.push_back({hub, from, from + length});
      graph_.hubs.push_back(hub);
    }
  }

  /// Hubs are there from the beginning.
  void receive() {
    for (std::uint32_t unit = 0; unit < units_of(0); ++unit) {
      const bool is_hub = unit < hubs_.size();
      const auto minute = is_hub ? 0 : static_cast<std::uint32_t>(unit * k_year_minutes / units_of(0));
      graph_.flows.push_back({unit, 0, minute, FlowKind::receipt});
    }
  }

  void run_order(std::size_t stage, std::uint32_t order) {
    const auto minute = static_cast<std::uint32_t>(order * k_year_minutes / orders_of(stage) + stage * k_stage_minutes);
    const std::uint32_t number = graph_.first_order[stage] + order;
    choose_inputs(stage, order);
    for (const std::uint32_t unit : inputs_) graph_.flows.push_back({unit, number, minute, FlowKind::consume});
    const std::uint32_t first = first_output(stage, order);
    for (std::uint32_t unit = first; unit < first_output(stage, order + 1); ++unit)
      graph_.flows.push_back({graph_.first_unit[stage] + unit, number, minute + 1, FlowKind::output});
    if (stage == static_cast<std::size_t>(Stage::finished) && random_.one_in(k_reworked))
      rework(graph_.first_unit[stage] + first, minute + 2);
  }

  /// The unit, within its stage, that an order makes first; orders share the units of their stage evenly.
  [[nodiscard]] std::uint32_t first_output(std::size_t stage, std::uint32_t order) const {
    return static_cast<std::uint32_t>(std::uint64_t{order} * units_of(stage) / orders_of(stage));
  }

  void choose_inputs(std::size_t stage, std::uint32_t order) {
    inputs_.clear();
    const std::uint32_t wanted = k_plan[stage].inputs / 2 + random_.below(k_plan[stage].inputs + 1);
    for (std::uint32_t count = 0; count < std::max(wanted, 1U); ++count) {
      const bool skips = stage > 1 && count > 0 && random_.one_in(k_skips_stage);
      const std::size_t from = skips ? random_.below(static_cast<std::uint32_t>(stage) - 1) : stage - 1;
      add_input(graph_.first_unit[from] + near(from, std::uint64_t{order} * units_of(from) / orders_of(stage)));
    }
    if (stage != 1) return;
    for (const Hub& hub : hubs_) {
      if (hub.from <= order && order < hub.to) add_input(hub.unit);
    }
  }

  void add_input(std::uint32_t unit) {
    if (std::ranges::find(inputs_, unit) == inputs_.end()) inputs_.push_back(unit);
  }

  /// A unit of the stage, about `center`. Of raw lots no hub.
  std::uint32_t near(std::size_t stage, std::uint64_t center) {
    const std::uint64_t lowest = stage == 0 ? hubs_.size() : 0;
    const std::uint64_t moved = center + random_.below(2 * k_window + 1);
    const std::uint64_t at = std::max<std::uint64_t>(moved, k_window) - k_window;
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(at, lowest, units_of(stage) - 1));
  }

  void rework(std::uint32_t product, std::uint32_t minute) {
    const std::uint32_t number = graph_.orders++;
    graph_.flows.push_back({product, number, minute, FlowKind::consume});
    graph_.flows.push_back({inputs_.front(), number, minute, FlowKind::rework});
  }

  DemoRandom random_;
  Graph graph_;
  std::vector<Hub> hubs_;
  std::vector<std::uint32_t> inputs_;  ///< Of the order at hand.
};

}  // namespace

Stage Graph::stage_of(std::uint32_t unit) const {
  std::size_t stage = 0;
  while (unit >= first_unit[stage + 1]) ++stage;
  return static_cast<Stage>(stage);
}

Graph make_graph(std::uint32_t nodes, std::uint64_t seed) {
  return Maker(nodes, seed).make();
}

std::string ref_of_unit(const Graph& graph, std::uint32_t unit) {
  switch (graph.stage_of(unit)) {
    case Stage::raw: return fmt::format("RM-{:04}/L{:07}", unit % 200, unit);
    case Stage::semi: return fmt::format("SF-{:04}/L{:07}", unit % 100, unit);
    case Stage::assembly: return fmt::format("SA-{:04}/L{:07}", unit % 60, unit);
    case Stage::finished: return fmt::format("FG-{:04}/L{:07}", unit % 20, unit);
    case Stage::serial: return fmt::format("UN-{:04}#S{:07}", unit % 20, unit);
  }
  return {};
}

std::string order_number(std::uint32_t order) {
  return fmt::format("WO-{:07}", order);
}

}  // namespace lotledger::bench
