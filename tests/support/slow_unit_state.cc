// tests/support/slow_unit_state.cc - every answer from all facts, sorted anew.
#include "tests/support/slow_unit_state.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>

namespace lotledger::tests {
namespace {

/// Order of what happens to a unit at one instant (docs/areas/recall.md).
const std::map<std::string, int>& ranks() {
  static const std::map<std::string, int> order{{"made", 0},     {"packed", 1},   {"shipped", 2}, {"voided", 3},
                                                {"received", 4}, {"returned", 5}, {"seen", 6},    {"unpacked", 7},
                                                {"used", 8},     {"removed", 9},  {"ended", 10}};
  return order;
}

/// What an event does to a unit that it names in a role; empty: nothing that moves it.
std::string kind_of(std::string_view event, std::string_view role) {
  static const std::map<std::pair<std::string_view, std::string_view>, std::string> kinds{
      {{"UnitsCommissioned", "unit"}, "made"},   {{"UnitsTransformed", "output"}, "made"},
      {{"UnitsTransformed", "input"}, "used"},   {{"PartsInstalled", "part"}, "used"},
      {{"PartsRemoved", "part"}, "removed"},     {{"UnitsPacked", "child"}, "packed"},
      {{"UnitsUnpacked", "child"}, "unpacked"},  {{"UnitsShipped", "unit"}, "shipped"},
      {{"ShipmentVoided", "unit"}, "voided"},    {{"UnitsReceived", "unit"}, "received"},
      {{"UnitsReturned", "unit"}, "returned"},   {{"UnitsObserved", "unit"}, "seen"},
      {{"UnitsDecommissioned", "unit"}, "ended"}};
  const auto found = kinds.find({event, role});
  return found == kinds.end() ? "" : found->second;
}

std::optional<SlowAmount> amount_of(const std::optional<Quantity>& stated) {
  if (!stated) return std::nullopt;
  std::int64_t much = stated->mantissa;
  if (stated->unit.view() == "KGM") much *= 1000;
  for (int decimals = stated->scale; decimals > 0; --decimals) {
    REQUIRE(much % 10 == 0);  // Histories state whole grams.
    much /= 10;
  }
  return SlowAmount{stated->unit.view() == "EA" ? "pieces" : "g", much};
}

std::optional<SlowAmount> sum_of(const std::optional<SlowAmount>& one, const std::optional<SlowAmount>& other,
                                 int sign) {
  if (!one || !other || one->of != other->of) return std::nullopt;
  return SlowAmount{one->of, one->much + sign * other->much};
}

std::set<std::string> documents_of(const SlowEvent& event) {
  std::set<std::string> ids;
  const schema::Context* context = event.event->context();
  if (context == nullptr || context->documents() == nullptr) return ids;
  for (const schema::DocumentRef* document : *context->documents()) ids.insert(document->id()->str());
  return ids;
}

bool share_a_document(const SlowEvent& one, const SlowEvent& other) {
  for (const std::string& id : documents_of(one)) {
    if (documents_of(other).contains(id)) return true;
  }
  return false;
}

/// Keys of the destinations in a role.
std::set<std::string> destinations_of(const SlowEvent& event) {
  std::set<std::string> keys;
  const schema::Context* context = event.event->context();
  if (context == nullptr || context->destinations() == nullptr) return keys;
  for (const schema::PartyRole* destination : *context->destinations()) keys.insert(destination->key()->str());
  return keys;
}

/// Whether the return came from where the shipment went.
bool came_from_there(const SlowEvent& back, const SlowEvent& shipment) {
  if (share_a_document(back, shipment)) return true;
  const schema::Context* context = back.event->context();
  if (context == nullptr || context->sources() == nullptr) return false;
  for (const schema::PartyRole* source : *context->sources()) {
    if (destinations_of(shipment).contains(source->key()->str())) return true;
  }
  return false;
}

/// The shipment that a return undoes: the last one to whoever sent it back, else the last one.
void mark_returned(const SlowEvent& back, std::vector<SlowShipment>& shipments, const std::vector<SlowEvent>& events) {
  SlowShipment* found = shipments.empty() ? nullptr : &shipments.back();
  for (SlowShipment& shipment : shipments) {
    for (const SlowEvent& event : events) {
      if (event.position == shipment.position && came_from_there(back, event)) found = &shipment;
    }
  }
  if (found != nullptr) found->returned = true;
}

/// Whether the receipt took place where the shipment went: at a location that it names, or at one of the party's.
bool took_place_there(const SlowEvent& receipt, const SlowEvent& shipment) {
  const schema::Context* context = receipt.event->context();
  if (context == nullptr || context->business_location() == nullptr) return false;
  const std::string place = context->business_location()->str();
  const std::string party = "g417" + place.substr(4);  // The party that the location's GLN names.
  return destinations_of(shipment).contains(place) || destinations_of(shipment).contains(party);
}

/// The run of a UnitsTransformed.
std::string process_of(const SlowEvent& step) {
  const auto* made = step.event->area_as_production()->event_as_units_transformed();
  if (made->process_id() != nullptr) return "process " + made->process_id()->str();
  return "event " + step.body->source()->message_id()->str();
}

}  // namespace

SlowWorld::SlowWorld(const VectorLog& log, const projections::TimeFilter& filter, std::set<std::string> own_parties)
    : own_parties_(std::move(own_parties)) {
  std::vector<SlowEvent> all = slow_events(log);
  const auto withdrawals = slow_withdrawals(all);
  for (SlowEvent& event : all) {
    const auto by = withdrawals.find(event.position.seq);
    const bool withdrawn = by != withdrawals.end() && *by->second.begin() <= filter.known_at;
    if (event.position.seq > filter.known_at || (withdrawn && !filter.include_voided)) continue;
    if (filter.as_of && event.occurred_at > *filter.as_of) continue;
    if (filter.reported_at && event.reported_at > *filter.reported_at) continue;
    if (event.name == "UnitsPacked") containers_.insert(event.mentions.front().unit);
    events_.push_back(std::move(event));
  }
}

/// Up to the moment, and at it: what is put in then is there already, what is taken out then is still there.
std::optional<SlowWorld::Content> SlowWorld::content(const std::string& child, const std::string& container,
                                                     Instant moment) const {
  struct Change {
    bool out = false;
    bool seen = false;                     ///< Seen inside, not put in.
    const SlowMention* mention = nullptr;  ///< nullptr: everything was taken out.
  };
  // At one instant, putting in comes before seeing, and that before taking out; then by what is told of the amount,
  // never by which record came first.
  using Told = std::tuple<bool, UnitCode, std::uint8_t, std::int64_t>;
  std::multimap<std::tuple<Instant, bool, bool, Told>, Change> changes;
  const auto told = [](const std::optional<Quantity>& amount) {
    return amount ? Told(true, amount->unit, amount->scale, amount->mantissa) : Told();
  };
  for (const SlowEvent& event : events_) {
    const bool out = event.name == "UnitsUnpacked";
    if ((!out && event.name != "UnitsPacked") || event.mentions.front().unit != container) continue;
    if (event.occurred_at > moment || (out && event.occurred_at == moment)) continue;
    const bool seen = !out && event.event->area_as_lot()->event_as_units_packed()->observed();
    if (out && event.mentions.size() == 1)
      changes.insert({{event.occurred_at, out, seen, Told()}, {out, seen, nullptr}});
    for (const SlowMention& mention : event.mentions) {
      if (mention.role == "child" && mention.unit == child)
        changes.insert({{event.occurred_at, out, seen, told(mention.quantity)}, {out, seen, &mention}});
    }
  }
  std::optional<Content> inside;
  for (const auto& [when, change] : changes) {
    const auto amount = change.mention == nullptr ? std::nullopt : amount_of(change.mention->quantity);
    if (!change.out) {
      if (inside && !change.seen) inside->amount = sum_of(inside->amount, amount, 1);
      if (!inside) inside = Content{amount};
    } else if (inside) {
      if (inside->amount && amount) inside->amount = sum_of(inside->amount, amount, -1);
      if (!amount || (inside->amount && inside->amount->much <= 0)) inside.reset();
    }
  }
  return inside;
}

std::set<std::string> SlowWorld::around(const std::string& unit, Instant moment) const {
  std::set<std::string> found;
  for (bool grew = true; grew;) {
    grew = false;
    for (const std::string& container : containers_) {
      bool inside = content(unit, container, moment).has_value();
      for (const std::string& other : found) inside = inside || content(other, container, moment).has_value();
      if (inside && found.insert(container).second) grew = true;
    }
  }
  return found;
}

/// Whether the process of the event gives the unit back at the same instant (rework).
bool SlowWorld::gives_back(const SlowEvent& event, const std::string& unit) const {
  if (event.name != "UnitsTransformed") return false;
  return std::any_of(events_.begin(), events_.end(), [&](const SlowEvent& other) {
    if (other.name != event.name || other.occurred_at != event.occurred_at || process_of(other) != process_of(event))
      return false;
    return std::any_of(other.mentions.begin(), other.mentions.end(),
                       [&](const SlowMention& back) { return back.role == "output" && back.unit == unit; });
  });
}

void SlowWorld::own_lines(const SlowEvent& event, const std::string& unit, Lines& lines) const {
  for (const SlowMention& mention : event.mentions) {
    const std::string kind = kind_of(event.name, mention.role);
    if (mention.unit != unit || kind.empty()) continue;
    lines.push_back({&event, kind, ranks().at(kind), amount_of(mention.quantity), {}});
    if (kind == "used" && gives_back(event, unit)) lines.back().rank = -1;  // It was taken first.
  }
}

/// What happens to a container at a moment happens to what lies in it at that moment. One event that names a pallet and
/// the cases on it moves a unit once, and each part of a lot once.
void SlowWorld::carried_lines(const SlowEvent& event, const std::string& unit, Lines& lines) const {
  const std::string kind = kind_of(event.name, "unit");
  if (kind != "shipped" && kind != "voided" && kind != "received" && kind != "returned" && kind != "seen") return;
  const bool named = !lines.empty();
  Line whole{&event, kind, ranks().at(kind), std::nullopt, {}};
  for (const std::string& carrier : containers_) {
    const auto inside = content(unit, carrier, event.occurred_at);
    if (!inside) continue;
    std::set<std::string> vias = around(carrier, event.occurred_at);
    vias.insert(carrier);
    std::erase_if(vias, [&](const std::string& container) { return !event.names(container); });
    if (vias.empty()) continue;
    if (inside->amount) lines.push_back({&event, kind, ranks().at(kind), inside->amount, vias});
    if (!inside->amount) whole.vias.insert(vias.begin(), vias.end());
  }
  if (!whole.vias.empty() && !named) lines.push_back(whole);
}

/// Events of one instant and kind come by the digest of what was said.
static std::string content_of(const SlowEvent& event) {
  const auto* digest = event.body->content_digest();
  return digest == nullptr ? std::string(32, '\0') : std::string(digest->begin(), digest->end());
}

SlowWorld::Lines SlowWorld::lines_of(const std::string& unit) const {
  std::multimap<std::tuple<Instant, int, std::string, EventPosition>, Line> in_order;
  for (const SlowEvent& event : events_) {
    Lines lines;
    own_lines(event, unit, lines);
    carried_lines(event, unit, lines);
    for (const Line& line : lines)
      in_order.insert({{event.occurred_at, line.rank, content_of(event), event.position}, line});
  }
  Lines lines;
  for (const auto& [when, line] : in_order) lines.push_back(line);
  return lines;
}

bool SlowWorld::internal(const SlowEvent& shipment) const {
  const auto parties = destinations_of(shipment);
  return std::any_of(parties.begin(), parties.end(),
                     [&](const std::string& key) { return own_parties_.contains(key); });
}

/// A voided shipment did not happen: the last one before that shares a document with the void, else the last one
/// before.
void SlowWorld::drop_voided_shipments(Lines& lines) const {
  const auto next_void = [&lines] {
    return std::find_if(lines.begin(), lines.end(), [](const Line& line) { return line.kind == "voided"; });
  };
  for (auto voiding = next_void(); voiding != lines.end(); voiding = next_void()) {
    const SlowEvent* last = nullptr;
    const SlowEvent* last_of_paper = nullptr;
    for (auto line = lines.begin(); line != voiding; ++line) {
      if (line->kind != "shipped") continue;
      last = line->event;
      if (share_a_document(*line->event, *voiding->event)) last_of_paper = line->event;
    }
    const SlowEvent* voided = last_of_paper != nullptr ? last_of_paper : last;
    for (Line& line : lines) {
      // The unit is here: a shipment that did not happen did not take it away.
      if (line.event == voiding->event && &line != &*voiding) line.kind = "nothing";
    }
    voiding->kind = voided == nullptr ? "nothing" : "stayed";
    for (Line& line : lines) {
      if (line.event == voided && line.kind == "shipped") line.kind = "never shipped";
    }
  }
}

SlowState SlowWorld::replay(const Lines& lines, bool whole) const {
  SlowState state;
  const auto becomes = [&](const char* existence) { state.existence = existence; };
  for (const Line& line : lines) {
    const bool away = state.existence == "shipped";
    const bool unknown = state.existence == "unknown";
    bool seen = true;
    if (line.kind == "made" || line.kind == "removed") {
      becomes("in stock");
    } else if (line.kind == "received") {
      seen = !away && (whole || !at_consignee(line, lines));
      if (seen && (whole || unknown)) becomes("in stock");
    } else if (line.kind == "returned") {
      becomes("returned");
      mark_returned(*line.event, state.shipments, events_);
    } else if (line.kind == "seen") {
      if (unknown) becomes("in stock");
    } else if (line.kind == "used" || line.kind == "ended") {
      if (whole) becomes(line.kind == "used" ? "consumed" : "scrapped");
    } else if (line.kind == "shipped" && internal(*line.event)) {
      becomes("in stock");
    } else {
      seen = false;
      if (line.kind == "stayed" && unknown && whole) becomes("in stock");
      if (line.kind == "shipped") {
        if (whole) becomes("shipped");
        state.shipments.push_back({line.event->position, line.vias, line.amount, false});
      }
    }
    if (seen) state.last_seen = line.event->position;
  }
  return state;
}

/// The shipment whose arrival a receipt of a lot tells; nullptr: the lot came in.
const SlowWorld::Line* SlowWorld::delivered_by(const Line& receipt, const Lines& lines) {
  for (const Line& line : lines) {
    if (&line == &receipt) break;
    if (line.kind != "shipped" && line.kind != "never shipped") continue;
    if (share_a_document(*receipt.event, *line.event) || took_place_there(*receipt.event, *line.event)) return &line;
  }
  return nullptr;
}

bool SlowWorld::at_consignee(const Line& receipt, const Lines& lines) const {
  const Line* shipment = delivered_by(receipt, lines);
  return shipment != nullptr && shipment->kind == "shipped" && !internal(*shipment->event);
}

/// Pieces of the lot that are traced as serials.
std::int64_t SlowWorld::serials_of(const std::string& lot) const {
  std::set<std::string> serials;
  for (const SlowEvent& event : events_) {
    // They state nothing about units.
    if (event.name == "CommandRefused" || event.name == "EventWithdrawn" || event.name == "InvariantBreached") continue;
    for (const SlowMention& mention : event.mentions) {
      if (mention.lot == lot) serials.insert(mention.unit);
    }
  }
  return static_cast<std::int64_t>(serials.size());
}

void SlowWorld::sum_up(const std::string& unit, const Lines& lines, SlowState& state) const {
  static const std::map<std::string, std::string> sum_of_kind{{"made", "made"},         {"received", "received"},
                                                              {"used", "consumed"},     {"removed", "consumed"},
                                                              {"returned", "returned"}, {"ended", "scrapped"}};
  std::map<std::string, std::int64_t> sums{{"made", 0},    {"received", 0}, {"consumed", 0},
                                           {"shipped", 0}, {"returned", 0}, {"scrapped", 0}};
  std::set<std::string> dimensions;
  bool known = true;
  const auto add = [&](std::int64_t& sum, const std::optional<SlowAmount>& amount, int sign) {
    known = known && amount;
    if (!amount) return;
    dimensions.insert(amount->of);
    sum += sign * amount->much;
  };
  std::int64_t reported_by_consignees = 0;
  for (const Line& line : lines) {
    const auto sum = sum_of_kind.find(line.kind);
    if (sum == sum_of_kind.end()) continue;
    if (line.kind != "received" || delivered_by(line, lines) == nullptr)
      add(sums[sum->second], line.amount, line.kind == "removed" ? -1 : 1);
    else if (line.amount && at_consignee(line, lines))
      add(reported_by_consignees, line.amount, 1);
  }
  for (const SlowShipment& shipment : state.shipments) add(sums["shipped"], shipment.amount, 1);
  if (!known || dimensions.size() > 1) return;
  const std::int64_t traced = dimensions.contains("pieces") ? serials_of(unit) : 0;
  const auto rest = [&] {
    const std::int64_t came = sums["made"] + sums["received"];
    return (dimensions.contains("pieces") ? std::max(came, traced) : came) - traced - sums["consumed"] -
           sums["shipped"] - sums["scrapped"] + sums["returned"];
  };
  if (rest() < 0) sums["received"] += reported_by_consignees;
  sums["remaining"] = rest();
  state.sums = sums;
}

/// By hold: each is lifted by its own id only.
bool SlowWorld::held(const std::string& unit) const {
  std::set<std::string> holds;
  for (const SlowEvent& event : events_) {
    const auto* lot = event.event->area_as_lot();
    if (lot == nullptr || event.mentions.front().unit != unit) continue;
    if (const auto* placed = lot->event_as_hold_placed()) holds.insert(placed->hold_id()->str());
    if (const auto* lifted = lot->event_as_hold_lifted()) holds.erase(lifted->hold_id()->str());
  }
  return !holds.empty();
}

SlowState SlowWorld::state(const std::string& unit) const {
  Lines lines = lines_of(unit);
  const bool whole = UnitKey(unit).type() == UnitType::serial ||
                     std::none_of(lines.begin(), lines.end(), [](const Line& line) { return line.amount.has_value(); });
  drop_voided_shipments(lines);
  SlowState state = replay(lines, whole);
  state.held = held(unit);
  if (whole) return state;
  sum_up(unit, lines, state);
  if (!state.sums || state.existence == "unknown" || state.sums->at("remaining") > 0) return state;
  if (state.sums->at("shipped") != 0)
    state.existence = "shipped";
  else if (state.sums->at("scrapped") != 0)
    state.existence = "scrapped";
  else if (state.sums->at("consumed") != 0)
    state.existence = "consumed";
  return state;
}

}  // namespace lotledger::tests
