// tests/support/slow_genealogy.cc - closures over plain sets.
#include "tests/support/slow_genealogy.h"

#include <algorithm>
#include <optional>

namespace lotledger::tests {
namespace {

using Edge = std::pair<std::string, std::string>;

/// Everything the statements say, without any order.
struct World {
  std::set<Edge> flow;                                ///< unit -> process, process -> unit, part -> device.
  std::set<Edge> equal;                               ///< both ways.
  std::map<std::string, std::set<std::string>> lots;  ///< serial -> lots.
  std::set<std::string> units;

  void see(const UnitRef& unit) {
    units.insert(unit.key.bytes());
    if (!unit.lot) return;
    units.insert(unit.lot->bytes());
    lots[unit.key.bytes()].insert(unit.lot->bytes());
  }
  void see(const std::vector<UnitAmount>& amounts) {
    for (const UnitAmount& amount : amounts) see(amount.unit);
  }
};

World world_of(const std::vector<Statement>& statements, const std::set<std::string>& withdrawn) {
  World world;
  for (const Statement& statement : statements) {
    if (withdrawn.contains(statement.id)) continue;
    if (const auto* production = std::get_if<engine::ProductionEvent>(&statement.event)) {
      if (const auto* made = std::get_if<engine::UnitsTransformed>(production)) {
        const std::string process =
            "process " + (made->process_id.empty() ? "event " + statement.id : made->process_id);
        world.see(made->inputs);
        world.see(made->outputs);
        for (const UnitAmount& input : made->inputs) world.flow.emplace(input.unit.key.bytes(), process);
        for (const UnitAmount& output : made->outputs) world.flow.emplace(process, output.unit.key.bytes());
      } else if (const auto* installed = std::get_if<engine::PartsInstalled>(production)) {
        world.see(installed->parent);
        world.see(installed->parts);
        for (const UnitAmount& part : installed->parts)
          world.flow.emplace(part.unit.key.bytes(), installed->parent.key.bytes());
      }
    } else if (const auto* lot = std::get_if<engine::LotEvent>(&statement.event)) {
      if (const auto* made = std::get_if<engine::UnitsCommissioned>(lot)) world.see(made->units);
      if (const auto* packed = std::get_if<engine::UnitsPacked>(lot)) world.see(packed->children);
    } else if (const auto* identity = std::get_if<engine::IdentityEvent>(&statement.event)) {
      const auto& equated = std::get<engine::UnitsEquated>(*identity);
      world.see(equated.first);
      world.see(equated.second);
      world.equal.emplace(equated.first.key.bytes(), equated.second.key.bytes());
      world.equal.emplace(equated.second.key.bytes(), equated.first.key.bytes());
    }
  }
  return world;
}

bool is_class(const std::string& node) {
  return !node.starts_with("process ") && UnitKey(node).type() == UnitType::item_class;
}

std::optional<std::string> class_of(const std::string& unit) {
  const auto key = UnitKey(unit).item_class();
  if (!key) return std::nullopt;
  return key->bytes();
}

/// The whole of which a use may have been recorded in place of the unit: its lots, and its class.
std::set<std::string> wholes_of(const World& world, const std::string& unit) {
  std::set<std::string> wholes;
  if (unit.starts_with("process ")) return wholes;
  if (const auto lots = world.lots.find(unit); lots != world.lots.end()) wholes = lots->second;
  if (const auto item_class = class_of(unit); item_class && world.units.contains(*item_class))
    wholes.insert(*item_class);
  return wholes;
}

/// Edges in the direction of flow: certain ones, and those that are only possible.
void all_edges(const World& world, bool down, std::set<Edge>& certain, std::set<Edge>& possible) {
  const auto comes_out = [&](const std::string& node) {
    return std::any_of(world.flow.begin(), world.flow.end(),
                       [&](const Edge& edge) { return edge.second == node && edge.first.starts_with("process "); });
  };
  for (const Edge& edge : world.flow) (is_class(edge.first) || is_class(edge.second) ? possible : certain).insert(edge);
  certain.insert(world.equal.begin(), world.equal.end());
  for (const auto& [serial, lots] : world.lots) {
    for (const std::string& lot : lots) certain.emplace(lot, serial);
  }
  for (const std::string& unit : world.units) {
    for (const std::string& whole : wholes_of(world, unit)) {
      for (const Edge& edge : world.flow) {
        if (edge.first == whole) possible.emplace(unit, edge.second);
      }
      // What came out as a class may be any of its lots and serials; a class that nothing came out of leads nowhere
      // further up.
      if (is_class(whole) && (down || comes_out(whole))) possible.emplace(whole, unit);
    }
  }
}

/// Grows `reached` along `edges` until nothing changes.
void close(std::set<std::string>& reached, const std::set<Edge>& edges, bool down) {
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [from, to] : edges) {
      const std::string& here = down ? from : to;
      const std::string& there = down ? to : from;
      if (reached.contains(here) && reached.insert(there).second) grew = true;
    }
  }
}

}  // namespace

Reached slow_walk(const std::vector<Statement>& statements, const std::set<std::string>& withdrawn,
                  const std::string& root, bool down) {
  const World world = world_of(statements, withdrawn);
  std::set<Edge> certain;
  std::set<Edge> possible;
  all_edges(world, down, certain, possible);
  if (!down && is_class(root)) {
    for (const std::string& unit : world.units) {
      if (class_of(unit) == root) possible.emplace(unit, root);  // Asked for a class, its members are what is meant.
    }
  }
  std::set<std::string> sure{root};
  close(sure, certain, down);
  std::set<std::string> any = sure;
  std::set<Edge> all = certain;
  all.insert(possible.begin(), possible.end());
  close(any, all, down);
  Reached reached;
  for (const std::string& node : any) reached[node] = sure.contains(node) ? "certain" : "possible";
  return reached;
}

std::set<std::string> slow_containers(const std::vector<Statement>& statements, const std::set<std::string>& withdrawn,
                                      const std::string& child, std::int64_t minute) {
  std::vector<Statement> ordered;
  for (const Statement& statement : statements) {
    if (!withdrawn.contains(statement.id) && statement.minute <= minute) ordered.push_back(statement);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Statement& a, const Statement& b) { return a.minute < b.minute; });
  std::set<Edge> in;  // child, container
  for (const Statement& statement : ordered) {
    const auto* lot = std::get_if<engine::LotEvent>(&statement.event);
    if (lot == nullptr) continue;
    if (const auto* packed = std::get_if<engine::UnitsPacked>(lot)) {
      for (const UnitAmount& one : packed->children) in.emplace(one.unit.key.bytes(), packed->parent.key.bytes());
    } else if (const auto* unpacked = std::get_if<engine::UnitsUnpacked>(lot)) {
      const std::string& container = unpacked->parent.key.bytes();
      for (const UnitAmount& one : unpacked->children) in.erase({one.unit.key.bytes(), container});
      if (unpacked->children.empty()) std::erase_if(in, [&](const Edge& edge) { return edge.second == container; });
    }
  }
  std::set<std::string> around{child};
  close(around, in, true);
  around.erase(child);
  return around;
}

}  // namespace lotledger::tests
