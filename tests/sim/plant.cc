// tests/sim/plant.cc - a plant out of plain lists.
#include "tests/sim/plant.h"

#include "tests/support/slow_genealogy.h"

#include <algorithm>

namespace lotledger::tests {
namespace {

using namespace engine;

template <typename T, typename Area>
const T* as(const Event& event) {
  const auto* area = std::get_if<Area>(&event.body);
  return area == nullptr ? nullptr : std::get_if<T>(area);
}

/// Where the units of an event are afterwards, or where it happened.
std::string place_of(const Event& event) {
  if (event.context.business_location) return event.context.business_location->bytes();
  return event.context.read_point ? event.context.read_point->bytes() : std::string();
}

std::string text_of(const std::optional<Quantity>& quantity) {
  if (!quantity) return "whole";
  return quantity->text() + " " + std::string(quantity->unit.view());
}

/// How much of the unit an amount in the list says; 0 where it is not in it.
Thousandths much_of(const std::vector<UnitAmount>& amounts, const std::string& unit) {
  Thousandths sum = 0;
  for (const UnitAmount& amount : amounts) {
    if (amount.unit.key.bytes() == unit && amount.quantity) sum += thousandths(*amount.quantity).value_or(0);
  }
  return sum;
}

bool lists(const std::vector<UnitAmount>& amounts, const std::string& unit) {
  return std::ranges::any_of(amounts, [&](const UnitAmount& amount) { return amount.unit.key.bytes() == unit; });
}

/// What an event says of one unit, in words of links.
class Statements {
 public:
  Statements(const PlantEvent& from, const std::string& unit, std::vector<std::string>& out)
      : from_(from), unit_(unit), out_(out) {}

  void add() const {
    std::visit([this](const auto& area) { std::visit([this](const auto& told) { say(told); }, area); },
               from_.event->body);
  }

 private:
  void line(std::string_view kind, const std::optional<Quantity>& quantity) const {
    out_.push_back(std::string(kind) + " " + std::to_string(from_.position.seq) + "." +
                   std::to_string(from_.position.index) + " " + text_of(quantity));
  }
  void each(std::string_view kind, const std::vector<UnitAmount>& amounts) const {
    for (const UnitAmount& amount : amounts) {
      if (amount.unit.key.bytes() == unit_) line(kind, amount.quantity);
    }
  }
  void one(std::string_view kind, const UnitRef& ref, const std::optional<Quantity>& quantity = std::nullopt) const {
    if (ref.key.bytes() == unit_) line(kind, quantity);
  }

  void say(const UnitsReceived& told) const { each("received", told.units); }
  void say(const UnitsMoved& told) const { each("moved", told.units); }
  void say(const UnitsCounted& told) const { each("counted", told.units); }
  void say(const UnitsSampled& told) const { each("sampled", told.units); }
  void say(const StockAdjusted& told) const { each(told.decrease ? "decreased" : "increased", told.units); }
  void say(const UnitsShipped& told) const { each("shipped", told.units); }
  void say(const UnitsReturned& told) const { each("returned", told.units); }
  void say(const UnitsCommissioned& told) const { each("commissioned", told.units); }
  void say(const UnitsDecommissioned& told) const { each("decommissioned", told.units); }
  void say(const UnitsTransformed& told) const {
    each("consumed_in", told.inputs);
    each("output_of", told.outputs);
  }
  void say(const PartsInstalled& told) const { each("installed_in", told.parts); }
  void say(const UnitsPacked& told) const { each("packed_in", told.children); }
  void say(const HoldPlaced& told) const { one("hold_placed", told.unit, told.quantity); }
  void say(const HoldLifted& told) const { one("hold_lifted", told.unit); }
  void say(const LotDispositioned& told) const { one("disposed", told.unit, told.quantity); }
  void say(const StatusReported& told) const { one("disposed", told.unit, told.quantity); }
  template <typename T>
  void say(const T& /*says nothing that is compared*/) const {}

  const PlantEvent& from_;
  const std::string& unit_;
  std::vector<std::string>& out_;
};

/// Books of one lot, kept event by event in the order of time.
class Books {
 public:
  explicit Books(const std::string& lot) : lot_(lot) {}

  void in(std::string_view figure, const std::string& place, Thousandths much) { book(figure, place, much, much); }
  void out(std::string_view figure, const std::string& place, Thousandths much) { book(figure, place, much, -much); }

  void enter(const Event& event) {
    const std::string here = place_of(event);
    if (const auto* told = as<UnitsReceived, WarehouseEvent>(event)) in("received", here, much_of(told->units, lot_));
    if (const auto* told = as<UnitsSampled, WarehouseEvent>(event)) out("sampled", here, much_of(told->units, lot_));
    if (const auto* told = as<UnitsMoved, WarehouseEvent>(event)) {
      const Thousandths much = much_of(told->units, lot_);
      stock.places[told->from ? told->from->bytes() : std::string()] -= much;
      stock.places[here] += much;
    }
    if (const auto* told = as<StockAdjusted, WarehouseEvent>(event)) {
      const Thousandths much = much_of(told->units, lot_);
      in("adjusted", here, told->decrease ? -much : much);
    }
    if (const auto* told = as<UnitsCounted, WarehouseEvent>(event); told != nullptr && lists(told->units, lot_))
      in("adjusted", here, much_of(told->units, lot_) - stock.places[here]);
    if (const auto* told = as<UnitsReturned, OrderEvent>(event)) in("returned", here, much_of(told->units, lot_));
    if (const auto* told = as<UnitsDecommissioned, LotEvent>(event)) out("scrapped", here, much_of(told->units, lot_));
    if (const auto* told = as<UnitsTransformed, ProductionEvent>(event)) {
      out("consumed", here, much_of(told->inputs, lot_));
      in("produced", here, much_of(told->outputs, lot_));
    }
    if (const auto* told = as<PartsInstalled, ProductionEvent>(event))
      out("consumed", here, much_of(told->parts, lot_));
  }

  SlowStock stock;

 private:
  void book(std::string_view figure, const std::string& place, Thousandths figure_by, Thousandths place_by) {
    stock.figures[std::string(figure)] += figure_by;
    stock.places[place] += place_by;
  }

  const std::string& lot_;
};

}  // namespace

std::optional<Thousandths> thousandths(const Quantity& quantity) {
  std::int64_t value = quantity.mantissa;
  int scale = quantity.scale;
  const std::string_view unit = quantity.unit.view();
  if (unit != "KGM" && unit != "EA" && unit != "GRM") return std::nullopt;
  const int wanted = unit == "GRM" ? 0 : 3;
  for (; scale < wanted; ++scale) value *= 10;
  for (; scale > wanted; --scale) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  return value;
}

bool PlantEvent::names(const std::string& unit) const {
  return std::ranges::any_of(mentions,
                             [&](const Mention& mention) { return mention.unit == unit || mention.lot == unit; });
}

Plant::Plant(const std::vector<Told>& told) {
  std::map<Seq, Seq> withdrawals;
  for (const Told& record : told) {
    for (const Event& event : record.events) {
      if (const auto* gone = as<EventWithdrawn, CorrectionEvent>(event); gone != nullptr && gone->target)
        withdrawals.try_emplace(*gone->target, record.seq);
      if (const auto* applied = as<WithdrawalApplied, CorrectionEvent>(event))
        withdrawals.try_emplace(record.seq, applied->withdrawal);
    }
  }
  for (const Told& record : told) {
    const auto withdrawn = withdrawals.find(record.seq);
    for (std::size_t i = 0; i < record.events.size(); ++i) {
      const Event& event = record.events[i];
      PlantEvent line{{record.seq, static_cast<std::uint32_t>(i)},
                      event.occurred ? event.occurred->at : record.recorded_at,
                      &record,
                      &event,
                      event_name(event),
                      mentions_of(event),
                      withdrawn == withdrawals.end() ? std::nullopt : std::optional(withdrawn->second)};
      for (const Mention& mention : line.mentions) units_.insert(mention.unit);
      events_.push_back(std::move(line));
    }
  }
}

bool Plant::counts(const std::string& unit) const {
  return std::ranges::any_of(events_,
                             [&](const PlantEvent& event) { return !event.withdrawn_by && event.names(unit); });
}

std::vector<const PlantEvent*> Plant::by_time() const {
  std::vector<const PlantEvent*> ordered;
  for (const PlantEvent& event : events_) {
    if (!event.withdrawn_by) ordered.push_back(&event);
  }
  std::ranges::stable_sort(ordered, {}, [](const PlantEvent* event) { return event->occurred_at; });
  return ordered;
}

std::vector<std::string> Plant::statements(const std::string& unit) const {
  std::vector<std::string> out;
  for (const PlantEvent& event : events_) {
    if (!event.withdrawn_by) Statements(event, unit, out).add();
  }
  std::ranges::sort(out);
  return out;
}

/// Packed since the container was emptied last.
Thousandths Plant::carried(const std::string& lot, const std::string& container, Instant at) const {
  Thousandths much = 0;
  for (const PlantEvent* event : by_time()) {
    if (event->occurred_at > at) break;
    if (const auto* packed = as<UnitsPacked, LotEvent>(*event->event);
        packed && packed->parent.key.bytes() == container)
      much += much_of(packed->children, lot);
    if (const auto* out = as<UnitsUnpacked, LotEvent>(*event->event); out && out->parent.key.bytes() == container)
      much = 0;
  }
  return much;
}

SlowStock Plant::stock(const std::string& lot) const {
  Books books(lot);
  for (const PlantEvent* event : by_time()) {
    books.enter(*event->event);
    const auto* shipped = as<UnitsShipped, OrderEvent>(*event->event);
    if (shipped == nullptr) continue;
    const auto& from = event->event->context.read_point;
    const std::string place = from ? from->bytes() : place_of(*event->event);
    books.out("shipped", place, much_of(shipped->units, lot));
    for (const UnitAmount& amount : shipped->units)
      books.out("shipped", place, carried(lot, amount.unit.key.bytes(), event->occurred_at));
  }
  std::erase_if(books.stock.places, [](const auto& entry) { return entry.second == 0; });
  std::erase_if(books.stock.figures, [](const auto& entry) { return entry.second == 0; });
  return books.stock;
}

namespace {

std::vector<Statement> statements_that_count(const std::vector<PlantEvent>& events) {
  std::vector<Statement> statements;
  for (const PlantEvent& event : events) {
    if (event.withdrawn_by) continue;
    statements.push_back({std::to_string(event.position.seq), event.occurred_at.utc_us, event.event->body});
  }
  return statements;
}

}  // namespace

std::map<std::string, std::string> Plant::reached(const std::string& unit, bool down) const {
  return slow_walk(statements_that_count(events_), {}, unit, down);
}

std::set<std::string> Plant::containers(const std::string& unit, Instant at) const {
  return slow_containers(statements_that_count(events_), {}, unit, at.utc_us);
}

std::set<std::string> Plant::holds(const std::string& unit) const {
  std::set<std::string> standing;
  for (const PlantEvent& event : events_) {
    if (event.withdrawn_by) continue;
    if (const auto* placed = as<HoldPlaced, LotEvent>(*event.event); placed && placed->unit.key.bytes() == unit)
      standing.insert(placed->hold.text);
    if (const auto* lifted = as<HoldLifted, LotEvent>(*event.event); lifted && lifted->unit.key.bytes() == unit)
      standing.erase(lifted->hold.text);
  }
  return standing;
}

std::string Plant::disposition(const std::string& unit) const {
  std::string last;
  for (const PlantEvent* event : by_time()) {
    if (const auto* said = as<LotDispositioned, LotEvent>(*event->event); said && said->unit.key.bytes() == unit)
      last = name_of(said->disposition);
    if (const auto* said = as<StatusReported, LotEvent>(*event->event); said && said->unit.key.bytes() == unit)
      last = name_of(said->status);
  }
  return last;
}

}  // namespace lotledger::tests
