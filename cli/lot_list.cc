// cli/lot_list.cc - lot list: all lots, what is left of them, and which are held.
#include "cli/commands.h"
#include "cli/list_answer.h"
#include "cli/names.h"
#include "projections/holds.h"
#include "projections/inventory.h"

#include <algorithm>
#include <tuple>

namespace lotledger::cli {
namespace {

/// Lots that a visible fact mentions, by item, lot and issuer.
std::vector<projections::Node> lots_asked_for(Query& query, const std::optional<UnitKey>& item) {
  std::vector<projections::Node> lots;
  const auto keep = [&](projections::NodeId unit) {
    projections::Node node = query.reader().node(unit);
    if (node.key.type() == UnitType::lot) lots.push_back(std::move(node));
  };
  if (item) {
    query.reader().class_members(*item, keep);
  } else {
    query.reader().units(keep);
  }
  std::ranges::sort(lots, {}, [](const projections::Node& lot) {
    return std::tuple(lot.key.item(), lot.key.lot(), lot.key.issuer());
  });
  return lots;
}

Json lot_row(Query& query, const projections::Node& lot, const std::vector<projections::StandingHold>& holds) {
  const projections::UnitState state = query.state(lot);
  Json row{{"ref", lot.key.ref()}, {"item", text_json(lot.key.item())}, {"lot", text_json(lot.key.lot())}};
  row["issuer"] = text_json(lot.key.issuer());
  row["status"] = std::string(projections::name_of(state.existence));
  row["disposition"] = std::string(projections::name_of(state.place.disposition));
  row["held"] = !holds.empty();
  row["holds"] = Json::array();
  for (const projections::StandingHold& hold : holds) row["holds"].push_back(hold.id);
  row["remaining"] = state.unit ? decimal_json(state.remaining) : Json();
  row["unit"] = state.unit ? text_json(state.unit->view()) : Json();
  row["expires_on"] = text_json(projections::expiry_of(query.reader(), lot.id));
  return row;
}

Result<Exit> list_lots(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  std::optional<UnitKey> item;
  if (call.has("item")) {
    LL_ASSIGN(item, item_named(call.text("item")));
  }
  ListAnswer answer = list_answer(call.out, *query, "lot_list");
  ListingWriter writer(call.out, {std::move(answer.head),
                                  "rows",
                                  {{"item", Text::item},
                                   {"lot", Text::lot},
                                   {"issuer", Text::issuer},
                                   {"status", Text::status},
                                   {"disposition", Text::disposition},
                                   {"holds", Text::hold},
                                   {"remaining", Text::quantity, Align::right},
                                   {"unit", Text::unit_of_measure},
                                   {"expires_on", Text::expires_on}}});
  for (const projections::Node& lot : lots_asked_for(*query, item)) {
    const auto holds = projections::standing_holds(query->reader(), lot.id);
    if (call.has("held") && holds.empty()) continue;
    Json row = lot_row(*query, lot, holds);
    LL_TRY(query->check());
    writer.add(row);
  }
  LL_TRY(query->check());
  writer.finish();
  return answer.exit;
}

}  // namespace

void add_lot_list(CommandTable& table) {
  Command list;
  list.path = "lot list";
  list.summary = {"all lots, by item and lot: state, what is left, holds",
                  "所有批次，按物料与批号排序：状态、剩余与扣留"};
  list.options =
      std::vector<OptionSpec>{{"item", "ITEM", {"only lots of this item", "仅此物料的批次"}},
                              {"held", "", {"only what is on hold, wholly or in part", "仅全部或部分被扣留者"}}} +
      time_options();
  list.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  list.examples = {{"lot list --held", {"what is stopped", "被拦截的批次"}},
                   {"lot list --item RM-TI64 --as-of 2026-03-01T00:00:00Z", {"what there was then", "当时有哪些批次"}}};
  list.run = list_lots;
  table.commands.push_back(std::move(list));
}

}  // namespace lotledger::cli
