// cli/master_list.cc - item list, party list, location list: everything that sources have described, by its code.
#include "cli/commands.h"
#include "cli/list_answer.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace lotledger::cli {
namespace {

/// Classes that a description or a conversion is about, by item number and issuer.
std::vector<UnitKey> described_items(Query& query) {
  std::set<UnitKey> found;
  query.reader().subjects([&](const UnitKey& subject) {
    const auto converted = projections::class_of_conversion(subject);
    if (converted && !converted->empty()) found.emplace(*converted);
    if (subject.type() == UnitType::item_class) found.insert(subject);
  });
  std::vector<UnitKey> items(found.begin(), found.end());
  std::ranges::sort(items, {}, [](const UnitKey& item) { return std::tuple(item.item(), item.issuer()); });
  return items;
}

Json item_row(const UnitKey& key, const std::optional<engine::ItemRecorded>& item, Language language) {
  const auto& profile = item ? item->profile : std::nullopt;
  Json row{{"ref", key.ref()}, {"item", text_json(key.item())}, {"issuer", text_json(key.issuer())}};
  row["name"] = item ? text_json(name_in(item->names, language)) : Json();
  row["uom"] = item && item->uom ? text_json(item->uom->view()) : Json();
  row["lot_tracked"] = profile ? Json(profile->lot_tracked) : Json();
  row["serial_tracked"] = profile ? Json(profile->serial_tracked) : Json();
  row["release_required"] = profile ? Json(profile->release_required) : Json();
  row["markets"] = profile ? Json(profile->markets) : Json::array();
  return row;
}

Result<Exit> list_items(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const Instant now, query->now());
  std::vector<Json> rows;
  for (const UnitKey& key : described_items(*query))
    rows.push_back(item_row(key, query->movements().items().item(key, now), call.out.lang));
  LL_TRY(query->check());
  ListAnswer answer = list_answer(call.out, *query, "item_list");
  const Listing listing{std::move(answer.head),
                        "rows",
                        {{"item", Text::item},
                         {"issuer", Text::issuer},
                         {"name", Text::name},
                         {"uom", Text::unit_of_measure},
                         {"markets", Text::markets}}};
  print_listing(call.out, listing, rows);
  return answer.exit;
}

Json party_row(const UnitKey& key, const engine::PartyRecorded& party, Language language) {
  Json row{{"ref", key.ref()}, {"name", text_json(name_in(party.names, language))}};
  row["role"] = text_json(party.role);
  row["city"] = text_json(party.city);
  row["country"] = text_json(party.country);
  row["telephone"] = text_json(party.telephone);
  row["owner"] = party.owner ? Json(party.owner->ref()) : Json();
  if (!party.is_location) return row;
  row["within"] = party.within ? Json(party.within->ref()) : Json();
  row["use"] = std::string(engine::name_of(party.use));
  return row;
}

/// Parties, or locations: rows by ref.
Result<std::vector<Json>> party_rows(const Call& call, Query& query, bool locations) {
  LL_ASSIGN(const Instant now, query.now());
  std::vector<Json> rows;
  query.reader().subjects([&](const UnitKey& key) {
    if (key.type() == UnitType::item_class || projections::class_of_conversion(key) ||
        projections::order_of_subject(key))
      return;
    const auto party = query.parties().describe(key, now);
    if (party && party->is_location == locations) rows.push_back(party_row(key, *party, call.out.lang));
  });
  LL_TRY(query.check());
  std::ranges::sort(rows, {}, [](const Json& row) { return row["ref"].get<std::string>(); });
  return rows;
}

Result<Exit> list_parties(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const auto rows, party_rows(call, *query, false));
  ListAnswer answer = list_answer(call.out, *query, "party_list");
  const Listing listing{std::move(answer.head),
                        "rows",
                        {{"ref", Text::party},
                         {"name", Text::name},
                         {"role", Text::role},
                         {"city", Text::city},
                         {"country", Text::country},
                         {"telephone", Text::telephone}}};
  print_listing(call.out, listing, rows);
  return answer.exit;
}

Result<Exit> list_locations(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const auto rows, party_rows(call, *query, true));
  ListAnswer answer = list_answer(call.out, *query, "location_list");
  const Listing listing{std::move(answer.head),
                        "rows",
                        {{"ref", Text::location},
                         {"name", Text::name},
                         {"use", Text::use},
                         {"within", Text::within},
                         {"owner", Text::owner},
                         {"country", Text::country}}};
  print_listing(call.out, listing, rows);
  return answer.exit;
}

Command list_command(std::string_view path, Bilingual summary, Example example, RunCommand run) {
  Command list;
  list.path = path;
  list.summary = summary;
  list.options = time_options();
  list.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  list.examples = {example};
  list.run = run;
  return list;
}

}  // namespace

void add_master_list(CommandTable& table) {
  table.commands.push_back(list_command("item list", {"all items, by number", "所有物料，按编号排序"},
                                        {"item list -o csv", {"for a spreadsheet", "用于电子表格"}}, list_items));
  table.commands.push_back(list_command("party list", {"all parties, by number", "所有单位，按编号排序"},
                                        {"party list --lang zh", {"with Chinese names", "显示中文名称"}},
                                        list_parties));
  table.commands.push_back(list_command(
      "location list", {"all locations, by number", "所有地点，按编号排序"},
      {"location list --as-of 2026-03-01T00:00:00Z", {"as described on that day", "当日的描述"}}, list_locations));
}

}  // namespace lotledger::cli
