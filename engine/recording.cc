// engine/recording.cc - rules of recording by hand.
#include "engine/recording.h"

#include <algorithm>

namespace lotledger::engine {
namespace {

/// Calls `amount` and `unit` for what one event of an area names; areas without units name none.
template <typename OnAmount, typename OnUnit>
struct Mentions {
  OnAmount amount;
  OnUnit unit;

  void each(const std::vector<UnitAmount>& amounts) const { std::ranges::for_each(amounts, amount); }
  void each(const std::vector<UnitRef>& units) const { std::ranges::for_each(units, unit); }

  void operator()(const UnitsTransformed& event) const {
    each(event.inputs);
    each(event.outputs);
  }
  void operator()(const PartsInstalled& event) const {
    unit(event.parent);
    each(event.parts);
  }
  void operator()(const PartsRemoved& event) const {
    unit(event.parent);
    each(event.parts);
  }
  void operator()(const OrderRecorded& event) const {
    if (event.product) amount(*event.product);
  }
  void operator()(const UnitsPacked& event) const {
    unit(event.parent);
    each(event.children);
  }
  void operator()(const UnitsUnpacked& event) const {
    unit(event.parent);
    each(event.children);
  }
  void operator()(const TransactionLinked& event) const {
    if (event.parent) unit(*event.parent);
    each(event.units);
  }
  void operator()(const UnitsEquated& event) const {
    unit(event.first);
    unit(event.second);
  }
  template <typename Event>
    requires requires(const Event& event) { event.units; }
  void operator()(const Event& event) const {
    each(event.units);
  }
  template <typename Event>
    requires requires(const Event& event) { event.unit.key; }
  void operator()(const Event& event) const {
    unit(event.unit);
  }
  template <typename Event>
    requires(
        !requires(const Event& event) { event.units; } && !requires(const Event& event) { event.unit.key; })
  void operator()(const Event& /*names no unit*/) const {}
};

template <typename OnAmount, typename OnUnit>
void for_each_mention(const Event& event, OnAmount on_amount, OnUnit on_unit) {
  const Mentions<OnAmount, OnUnit> mentions{on_amount, on_unit};
  std::visit([&](const auto& area) { std::visit(mentions, area); }, event.body);
}

/// What may be recorded by hand: facts about material, its status, and master data.
struct Recordable {
  template <typename Area>
  bool operator()(const Area& /*area*/) const {
    return std::is_same_v<Area, ProductionEvent> || std::is_same_v<Area, WarehouseEvent> ||
           std::is_same_v<Area, OrderEvent> || std::is_same_v<Area, PartyEvent> || std::is_same_v<Area, ItemEvent>;
  }
  bool operator()(const LotEvent& event) const {
    return !std::holds_alternative<HoldPlaced>(event) && !std::holds_alternative<HoldLifted>(event);
  }
};

bool is_count(const Event& event) {
  const auto* warehouse = std::get_if<WarehouseEvent>(&event.body);
  return warehouse != nullptr && std::holds_alternative<UnitsCounted>(*warehouse);
}

}  // namespace

std::vector<UnitRef> units_of(const Event& event) {
  std::vector<UnitRef> units;
  for_each_mention(
      event, [&](const UnitAmount& amount) { units.push_back(amount.unit); },
      [&](const UnitRef& unit) { units.push_back(unit); });
  return units;
}

std::vector<const UnitAmount*> amounts_of(const Event& event) {
  std::vector<const UnitAmount*> amounts;
  for_each_mention(
      event, [&](const UnitAmount& amount) { amounts.push_back(&amount); }, [](const UnitRef& /*unit*/) {});
  return amounts;
}

Decision<Event> decide(const Facts& /*facts*/, const RecordEvent& command, std::string_view reason) {
  if (reason.empty()) return refuse(k_recording_rules[0], "the command has no reason");
  if (!std::visit(Recordable{}, command.event.body))
    return refuse(k_recording_rules[1], "an event of this kind has a command of its own");
  for (const UnitAmount* amount : amounts_of(command.event)) {
    if (!amount->quantity || amount->quantity->mantissa > 0) continue;
    if (is_count(command.event) && amount->quantity->mantissa == 0) continue;
    return refuse(judged_rule("I-10")->rule,
                  "the quantity of " + amount->unit.key.ref() + " is " + amount->quantity->text());
  }
  return command.event;
}

}  // namespace lotledger::engine
