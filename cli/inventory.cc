// cli/inventory.cc - inventory, balance: what lies where, and where everything of a lot went.
#include "projections/inventory.h"
#include "cli/answer_view.h"
#include "cli/balance_view.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/names.h"
#include "cli/reference.h"
#include "cli/stock_view.h"

#include <ostream>

namespace lotledger::cli {
namespace {

using projections::InventoryRow;

Result<projections::InventoryQuery> asked_for(const Call& call, Query& query) {
  projections::InventoryQuery asked;
  if (call.has("item")) {
    LL_ASSIGN(asked.item, item_named(call.text("item")));
  }
  if (call.has("lot")) {
    LL_ASSIGN(const projections::Node unit, resolve_unit(query, call.out, call.text("lot")));
    asked.unit = unit.id;
  }
  if (call.has("location")) {
    LL_ASSIGN(asked.location, location_named(query, call.text("location")));
  }
  return asked;
}

Result<Exit> run_inventory(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(auto sources, stock_sources(*query));
  LL_ASSIGN(const projections::InventoryQuery asked, asked_for(call, *query));
  LL_ASSIGN(const projections::Inventory found, projections::inventory(sources, asked));
  LL_TRY(query->check());
  auto completeness = completeness_of_all(*query, "moved stock");
  completeness.missing.insert(completeness.missing.end(), found.missing.begin(), found.missing.end());
  Json head{{"kind", "inventory"}, {"position", position_json(query->cut())}};
  LL_ASSIGN(const Instant now, query->now());
  head["at"] = format_utc(now);
  add_completeness(head, completeness);
  std::vector<Json> rows;
  rows.reserve(found.rows.size());
  for (const InventoryRow& row : found.rows) {
    if (!call.has("available") || row.available()) rows.push_back(stock_row_json(row));
  }
  const Listing listing{std::move(head), "rows", stock_columns()};
  print_missing_note(call.out, completeness);
  print_listing(call.out, listing, rows);
  return exit_of(completeness);
}

Result<Exit> run_balance(const Call& call) {
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(auto sources, stock_sources(*query));
  LL_ASSIGN(const projections::Node unit, resolve_unit(*query, call.out, call.text("REF")));
  if (unit.key.type() != UnitType::lot && unit.key.type() != UnitType::serial) {
    return fail(ErrorCode::invalid_input, unit.key.ref() + " is a " + std::string(lotledger::name_of(unit.key.type())) +
                                              "; a balance is of a lot or serial");
  }
  LL_ASSIGN(const projections::Balance balance, projections::balance_of_unit(sources, unit));
  LL_TRY(query->check());
  const auto completeness = completeness_of_all(*query, "moved stock");
  Json json{{"kind", "balance"}, {"ref", unit.key.ref()}, {"position", position_json(query->cut())}};
  add_completeness(json, completeness);
  json.update(balance_json(balance));
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else {
    call.out.out << unit.key.ref() << '\n';
    print_balance(call.out, balance);
    print_missing_note(call.out, completeness);
  }
  return exit_of(completeness);
}

}  // namespace

void add_inventory(CommandTable& table) {
  Command inventory;
  inventory.path = "inventory";
  inventory.summary = {"what lies where: by lot, location, status, owner; first expired first",
                       "库存：按批次、地点、状态与所有者；先到期者在前"};
  inventory.options = std::vector<OptionSpec>{{"item", "ITEM", {"only this item", "仅此物料"}},
                                              {"lot", "REF", {"only this lot or serial", "仅此批次或序列件"}},
                                              {"location", "LOCATION", {"only what lies there", "仅此地点"}},
                                              {"available", "", {"only what may be used now", "仅可用库存"}}} +
                      time_options();
  inventory.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  inventory.examples = {
      {"inventory --item RM-TI64", {"stock of an item, first expired first", "物料库存，先到期者在前"}},
      {"inventory --location WH-01 --as-of 2026-11-01T00:00:00Z", {"what lay there then", "当时该处的库存"}}};
  inventory.run = run_inventory;
  table.commands.push_back(std::move(inventory));

  Command balance;
  balance.path = "balance";
  balance.summary = {"where everything of a lot went, to the piece", "批次的物料平衡，精确到件"};
  balance.arguments = {{"REF", {"the lot or serial", "批次或序列件"}}};
  balance.options = time_options();
  balance.formats = {Format::table, Format::json};
  balance.examples = {{"balance RM-TI64/2026-0417", {"received, used, shipped, left", "接收、消耗、发运与剩余"}}};
  balance.run = run_balance;
  table.commands.push_back(std::move(balance));
}

}  // namespace lotledger::cli
