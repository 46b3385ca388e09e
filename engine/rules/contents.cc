// engine/rules/contents.cc - effects on containers, applied to their contents.
#include "engine/rules/contents.h"

#include <set>
#include <string>
#include <utility>

namespace lotledger::engine {
namespace {

bool carries(Change change) {
  switch (change) {
    case Change::received:
    case Change::returned:
    case Change::unshipped:
    case Change::shipped:
    case Change::moved: return true;
    case Change::commissioned:
    case Change::made:
    case Change::reworked:
    case Change::divided_in:
    case Change::regained:
    case Change::used:
    case Change::divided_out:
    case Change::lost:
    case Change::counted:
    case Change::packed: break;
  }
  return false;
}

/// Contents of the containers of one event. What was seen is looked into once, so false data that puts a container into
/// itself ends.
class Opened {
 public:
  Opened(const std::vector<Effect>& effects, const ContentsOf& contents) : contents_(contents) {
    for (const Effect& effect : effects) named_.insert(effect.amount.unit.key.bytes());
  }

  void add(const Effect& container, std::vector<Effect>& effects) {
    std::vector<UnitKey> waiting{container.amount.unit.key};
    while (!waiting.empty()) {
      const UnitKey at = std::move(waiting.back());
      waiting.pop_back();
      if (!opened_.insert(at.bytes()).second) continue;
      for (UnitAmount& child : contents_(at)) {
        if (may_hold(child.unit.key.type())) waiting.push_back(child.unit.key);
        const bool whole = !child.quantity;
        if (whole && !named_.insert(child.unit.key.bytes()).second) continue;
        effects.push_back(
            {container.change, std::move(child), container.location, container.from, container.amount.unit.key});
      }
    }
  }

 private:
  const ContentsOf& contents_;
  std::set<std::string> named_;
  std::set<std::string> opened_;
};

}  // namespace

std::vector<Effect> with_contents(std::vector<Effect> effects, const ContentsOf& contents) {
  std::vector<Effect> containers;
  for (const Effect& effect : effects) {
    if (carries(effect.change) && may_hold(effect.amount.unit.key.type())) containers.push_back(effect);
  }
  if (containers.empty()) return effects;
  Opened opened(effects, contents);
  for (const Effect& container : containers) opened.add(container, effects);
  return effects;
}

}  // namespace lotledger::engine
