// cli/unit_answer.cc - one unit, shown.
#include "cli/unit_answer.h"

#include "cli/event_view.h"
#include "cli/listing.h"
#include "cli/stock_view.h"
#include "cli/trace_answer.h"
#include "engine/codec/parts.h"
#include "engine/lot.h"
#include "projections/batch_record.h"
#include "projections/inventory.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <set>

namespace lotledger::cli {

using engine::codec::view_of;
using projections::Link;
using projections::LinkKind;

std::vector<StandingHold> standing_holds(Query& query, projections::NodeId unit) {
  std::vector<StandingHold> holds;
  for (const projections::StandingHold& standing : projections::standing_holds(query.reader(), unit)) {
    StandingHold hold;
    hold.standing = standing;
    if (const schema::Body* body = query.records().body(standing.position.record())) {
      hold.actor = body->actor()->id()->str();
      if (body->reason() != nullptr) hold.reason = view_of(body->reason()->text());
    }
    holds.push_back(std::move(hold));
  }
  return holds;
}

namespace {

Json holds_json(Query& query, projections::NodeId unit) {
  Json json = Json::array();
  for (const StandingHold& hold : standing_holds(query, unit)) {
    const projections::StandingHold& standing = hold.standing;
    const bool some = standing.quantity.has_value();
    const bool placed = standing.location != projections::k_no_node;
    json.push_back({{"id", standing.id},
                    {"kind", std::string(engine::name_of(standing.kind))},
                    {"reported", standing.reported},
                    {"quantity", some ? Json(standing.quantity->text()) : Json()},
                    {"unit", some ? text_json(standing.quantity->unit.view()) : Json()},
                    {"location", placed ? Json(ref_of(query.reader().node(standing.location))) : Json()},
                    {"position", query.text(standing.position)},
                    {"actor", hold.actor},
                    {"reason", text_json(hold.reason)}});
  }
  return json;
}

Json neighbours_json(const Query& query, projections::NodeId unit, LinkKind kind) {
  std::set<std::string> refs;
  query.reader().links(unit, kind, [&](const Link& link) { refs.insert(ref_of(query.reader().node(link.other))); });
  return refs;
}

Json containers_json(Query& query, projections::NodeId unit) {
  Json json = Json::array();
  for (const projections::Stay& stay : query.containment().stays(unit)) {
    if (stay.to) continue;
    json.push_back({{"ref", ref_of(query.reader().node(stay.container))},
                    {"from", format_utc(stay.from)},
                    {"position", query.text(stay.position)}});
  }
  return json;
}

Json location_json(Query& query, const projections::UnitState& state) {
  const bool here = state.existence != projections::Existence::shipped;
  if (!state.last_seen || !here) return {};
  const schema::Event* event = query.records().event(*state.last_seen);
  const auto place = event == nullptr ? std::nullopt : projections::location_of(*event);
  if (!place) return {};
  Json json{{"ref", place->ref()},
            {"name", query.name_of_party(*place, Language::en)},
            {"position", query.text(*state.last_seen)}};
  return json;
}

Json shipments_json(Query& query, const projections::UnitState& state) {
  Json json = Json::array();
  for (const projections::Shipped& shipped : state.shipments) {
    const schema::Event* event = query.records().event(shipped.position);
    const auto& party = query.movements().consignee(shipped.position);
    json.push_back({{"at", format_utc(shipped.at)},
                    {"party", party ? Json(party->ref()) : Json()},
                    {"name", party ? Json(query.name_of_party(*party, Language::en)) : Json()},
                    {"documents", event == nullptr ? Json::array() : documents_json(*event)},
                    {"quantity", shipped.quantity ? Json(Decimal::of(*shipped.quantity).text()) : Json()},
                    {"unit", shipped.quantity ? Json(std::string(shipped.quantity->unit.view())) : Json()},
                    {"returned", shipped.returned},
                    {"position", query.text(shipped.position)}});
  }
  return json;
}

/// Null for a serial, or where quantities were not stated.
Json quantities_of(const projections::UnitState& state) {
  if (!state.unit) return {};
  Json json{{"unit", std::string(state.unit->view())}};
  json["made"] = state.made.text();
  json["received"] = state.received.text();
  json["consumed"] = state.consumed.text();
  json["shipped"] = state.shipped.text();
  json["returned"] = state.returned.text();
  json["scrapped"] = state.scrapped.text();
  json["sampled"] = state.sampled.text();
  json["adjusted"] = state.adjusted.text();
  json["remaining"] = decimal_json(state.remaining);
  return json;
}

/// From all ledgers, by time; what two of them hold is told once.
Result<std::vector<projections::HistoryEntry>> history_of(Query& query, const UnitKey& unit) {
  std::vector<projections::HistoryEntry> history;
  std::set<std::string> told;
  for (LedgerIndex ledger = 0; ledger < query.sessions().size(); ++ledger) {
    projections::TimeFilter filter = query.filter();
    filter.known_at = query.cut()[ledger].seq;
    LL_ASSIGN(const projections::StoreReader* store, query.sessions()[ledger]->store("batch_record"));
    std::vector<std::string> telling;
    for (projections::HistoryEntry& entry : projections::history_of(*store, unit, filter)) {
      entry.position.ledger = ledger;
      const std::string& identity = query.shared().identity(entry.position.record());
      if (!identity.empty() && told.contains(identity)) continue;
      telling.push_back(identity);
      history.push_back(std::move(entry));
    }
    LL_TRY(store->failure());
    told.insert(telling.begin(), telling.end());
  }
  std::ranges::stable_sort(history, {}, &projections::HistoryEntry::occurred_at);
  return history;
}

Result<Json> history_json(Query& query, const UnitKey& unit, std::size_t events_max) {
  LL_ASSIGN(const auto history, history_of(query, unit));
  Json json = Json::array();
  const std::size_t first = history.size() > events_max ? history.size() - events_max : 0;
  for (std::size_t at = first; at < history.size(); ++at) {
    Json event = event_json(query, history[at].position);
    // Commands do not happen in the plant: they count from when they were recorded.
    if (!event.contains("at") || event["at"].is_null()) event["at"] = format_utc(history[at].occurred_at);
    json.push_back(std::move(event));
  }
  return json;
}

}  // namespace

namespace {

/// Where what is left of a lot lies, and in which state; null for anything else.
Result<Json> stock_json(Query& query, const projections::Node& unit) {
  if (unit.key.type() != UnitType::lot) return Json();
  LL_ASSIGN(auto sources, stock_sources(query));
  projections::InventoryQuery asked;
  asked.unit = unit.id;
  LL_ASSIGN(const projections::Inventory found, projections::inventory(sources, asked));
  Json rows = Json::array();
  for (const projections::InventoryRow& row : found.rows) rows.push_back(stock_row_json(row));
  return rows;
}

}  // namespace

Result<Json> unit_json(Query& query, const projections::Node& unit, std::string_view kind, std::size_t events_max) {
  const projections::UnitState state = query.state(unit);
  Json json{{"kind", std::string(kind)}, {"ref", ref_of(unit)}, {"epc", unit.original()}};
  json["type"] = std::string(lotledger::name_of(unit.key.type()));
  json["item"] = text_json(unit.key.item());
  json["lot"] = text_json(unit.key.lot());
  json["serial"] = text_json(unit.key.serial());
  json["issuer"] = text_json(unit.key.issuer());
  json["position"] = position_json(query.cut());
  json["status"] = std::string(projections::name_of(state.existence));
  json["disposition"] = std::string(projections::name_of(state.place.disposition));
  json["expires_on"] = text_json(projections::expiry_of(query.reader(), unit.id));
  json["held"] = state.held;
  json["holds"] = holds_json(query, unit.id);
  json["location"] = location_json(query, state);
  json["containers"] = containers_json(query, unit.id);
  json["lots"] = neighbours_json(query, unit.id, LinkKind::lot_of);
  json["members"] = neighbours_json(query, unit.id, LinkKind::member).size();
  json["same_as"] = neighbours_json(query, unit.id, LinkKind::same_as);
  json["shipments"] = shipments_json(query, state);
  json["quantities"] = quantities_of(state);
  LL_ASSIGN(json["stock"], stock_json(query, unit));
  LL_ASSIGN(json["events"], history_json(query, unit.key, events_max));
  LL_TRY(query.check());
  return json;
}

namespace {

void line(const Output& output, std::string_view title, std::string_view text) {
  if (!text.empty()) output.out << fmt::format("  {}: {}\n", title, printable(text));
}

std::string joined(const Json& objects, const char* member) {
  std::string text;
  for (const Json& object : objects) text += (text.empty() ? "" : ", ") + cell_text(object[member]);
  return text;
}

void print_holds(const Output& output, const Json& holds) {
  if (holds.empty()) {
    output.out << "  " << output.say(Text::no_holds) << '\n';
    return;
  }
  Table table({{std::string(output.say(Text::hold))},
               {std::string(output.say(Text::kind))},
               {std::string(output.say(Text::position))},
               {std::string(output.say(Text::actor))},
               {std::string(output.say(Text::reason))}});
  for (const Json& hold : holds) {
    table.add({cell_text(hold["id"]), cell_text(hold["kind"]), cell_text(hold["position"]), cell_text(hold["actor"]),
               cell_text(hold["reason"])});
  }
  table.print_aligned(output, 2);
}

void print_quantities(const Output& output, const Json& quantities) {
  if (quantities.is_null()) return;
  output.out << output.paint(Style::strong, output.say(Text::quantities)) << " (" << cell_text(quantities["unit"])
             << ")\n  ";
  constexpr std::pair<const char*, Text> k_figures[] = {
      {"made", Text::made},       {"received", Text::received},       {"consumed", Text::consumed},
      {"shipped", Text::shipped}, {"returned", Text::state_returned}, {"scrapped", Text::scrapped},
      {"sampled", Text::sampled}, {"adjusted", Text::adjusted},       {"remaining", Text::remaining}};
  for (const auto& [member, title] : k_figures) {
    const Json& figure = quantities[member];
    output.out << fmt::format("{} {}  ", output.say(title), figure.is_null() ? "?" : cell_text(figure));
  }
  output.out << '\n';
}

void print_stock(const Output& output, const Json& stock) {
  if (stock.is_null() || stock.empty()) return;
  output.out << output.paint(Style::strong, output.say(Text::stock)) << '\n';
  std::vector<Table::Column> columns;
  for (const ListingColumn& column : stock_columns())
    columns.push_back({std::string(output.say(column.title)), column.align});
  Table table(std::move(columns));
  for (const Json& row : stock) {
    std::vector<std::string> cells;
    for (const ListingColumn& column : stock_columns()) cells.push_back(cell_text(row[column.member]));
    table.add(std::move(cells));
  }
  table.print_aligned(output, 2);
}

void print_events(const Output& output, const Json& events) {
  output.out << output.paint(Style::strong, output.say(Text::last_events)) << '\n';
  Table table({{std::string(output.say(Text::at))},
               {std::string(output.say(Text::type))},
               {std::string(output.say(Text::location))},
               {std::string(output.say(Text::document))},
               {std::string(output.say(Text::position))},
               {std::string(output.say(Text::withdrawn_by))}});
  for (const Json& event : events) {
    table.add({cell_text(event.value("at", Json())), cell_text(event["type"]),
               cell_text(event.value("location", Json())), joined(event.value("documents", Json::array()), "id"),
               cell_text(event["position"]), cell_text(event.value("withdrawn_by", Json()))});
  }
  table.print_aligned(output, 2);
}

}  // namespace

void print_unit(const Output& output, const Json& unit) {
  output.out << fmt::format(
      "{} {}  {}{}\n", cell_text(unit["type"]), output.paint(Style::strong, printable(cell_text(unit["ref"]))),
      cell_text(unit["status"]),
      unit["held"].get<bool>() ? output.paint(Style::bad, ", " + std::string(output.say(Text::held))) : "");
  line(output, output.say(Text::epc), cell_text(unit["epc"]));
  if (!unit["location"].is_null()) {
    line(output, output.say(Text::location),
         cell_text(unit["location"]["name"]) + "  " + cell_text(unit["location"]["ref"]));
  }
  line(output, output.say(Text::lies_in), joined(unit["containers"], "ref"));
  line(output, output.say(Text::belongs_to), cell_text(unit["lots"]));
  if (unit["members"] != 0) line(output, output.say(Text::members), cell_text(unit["members"]));
  line(output, output.say(Text::same_as), cell_text(unit["same_as"]));
  line(output, output.say(Text::shipped), joined(unit["shipments"], "name"));
  output.out << output.paint(Style::strong, output.say(Text::holds)) << '\n';
  print_holds(output, unit["holds"]);
  print_quantities(output, unit["quantities"]);
  print_stock(output, unit["stock"]);
  print_events(output, unit["events"]);
}

}  // namespace lotledger::cli
