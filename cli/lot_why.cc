// cli/lot_why.cc - lot why: may I use or ship it, and if not, what blocks it, by which rule, and who may mend that.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/json.h"
#include "cli/names.h"
#include "cli/reference.h"
#include "engine/codec/parts.h"
#include "engine/judgement.h"
#include "engine/rules/usable.h"
#include "projections/facts.h"
#include "projections/holds.h"
#include "projections/inventory.h"
#include "projections/runner.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>

namespace lotledger::cli {
namespace {

using engine::codec::view_of;
using projections::InventoryRow;
using projections::StockDisposition;

struct Asked {
  projections::Node unit;
  bool ship = false;
  std::string market;
};

/// What stands against a part of the stock, or against all of it where `row` is nullptr.
Json cause_json(const Output& output, std::string_view rule_id, std::string detail, const InventoryRow* row) {
  const engine::JudgedRule* judged = engine::judged_rule(rule_id);
  const bool chinese = output.lang == Language::zh;
  Json json{{"rule", std::string(rule_id)}, {"clause", std::string(judged->rule.clause)}};
  json["text"] = std::string(chinese ? judged->rule.text_zh : judged->rule.text);
  json["cure"] = std::string(chinese ? judged->cure_zh : judged->rule.cure);
  json["who"] = std::string(chinese ? judged->who_zh : judged->who);
  json["detail"] = std::move(detail);
  json["quantity"] = row == nullptr ? Json() : decimal_json(row->quantity);
  json["unit"] = row == nullptr || !row->quantity ? Json() : text_json(row->unit.view());
  json["location"] = row == nullptr || row->bin.location.empty() ? Json() : Json(UnitKey(row->bin.location).ref());
  return json;
}

class Causes {
 public:
  Causes(const Call& call, Query& query, Asked asked) : call_(call), query_(query), asked_(std::move(asked)) {}

  Result<void> find() {
    LL_ASSIGN(const Instant now, query_.now());
    constexpr std::size_t k_date = 10;
    projections::InventorySources sources{query_.reader(), query_.containment(), query_.movements(),
                                          format_utc(now).substr(0, k_date)};
    LL_ASSIGN(const projections::Inventory found,
              projections::inventory(sources, {std::nullopt, asked_.unit.id, std::nullopt}));
    read_holds();
    for (const InventoryRow& row : found.rows) part(row);
    if (found.rows.empty()) not_in_stock();
    of_all();
    LL_TRY(from_facts());
    return query_.check();
  }

  [[nodiscard]] const std::vector<Json>& causes() const { return causes_; }
  [[nodiscard]] const std::vector<Json>& free() const { return free_; }
  [[nodiscard]] bool asserted() {
    const auto& item = query_.movements().items().item_of(asked_.unit.key);
    return item && item->profile;
  }

 private:
  [[nodiscard]] std::string_view rule() const { return asked_.ship ? "I-30" : "I-25"; }

  void add(std::string_view rule_id, std::string detail, const InventoryRow* row) {
    causes_.push_back(cause_json(call_.out, rule_id, std::move(detail), row));
  }

  /// Of the unit, and of the lots that it belongs to.
  void read_holds() {
    const auto read = [&](projections::NodeId unit) {
      for (projections::StandingHold& hold : projections::standing_holds(query_.reader(), unit))
        holds_.push_back(std::move(hold));
    };
    read(asked_.unit.id);
    query_.reader().links(asked_.unit.id, projections::LinkKind::lot_of,
                          [&](const projections::Link& link) { read(link.other); });
  }

  std::string hold_text(const std::string& id) {
    for (const projections::StandingHold& hold : holds_) {
      if (hold.id != id) continue;
      std::string text = fmt::format("on hold {} ({})", id, name_of(hold.kind));
      const schema::Body* body = query_.records().body(hold.position.record());
      if (body == nullptr) return text;
      text += hold.reported                   ? fmt::format(", said by {}", view_of(body->source()->system()))
              : body->command_id() == nullptr ? fmt::format(", placed by a rule at {}", query_.text(hold.position))
                                              : fmt::format(", placed by {}", view_of(body->actor()->id()));
      if (body->reason() != nullptr && !view_of(body->reason()->text()).empty())
        text += fmt::format(": {}", view_of(body->reason()->text()));
      return text;
    }
    return "on hold " + id;
  }

  void part(const InventoryRow& row) {
    if (row.quantity && row.quantity->zero()) return;
    const std::size_t before = causes_.size();
    if (row.quantity && row.quantity->negative()) add("I-11", "more has left than came in", &row);
    for (const std::string& hold : row.holds) add(rule(), hold_text(hold), &row);
    if (row.expired) add(rule(), "expired on " + row.expires_on, &row);
    if (row.bin.disposition == StockDisposition::pending || row.bin.disposition == StockDisposition::rejected)
      add(rule(), std::string(projections::name_of(row.bin.disposition)), &row);
    if (!row.custodian.empty()) add(rule(), "in the custody of " + UnitKey(row.custodian).ref(), &row);
    if (row.place == projections::StockPlace::in_transit) add(rule(), "in transit", &row);
    if (row.place == projections::StockPlace::at_subcontractor) add(rule(), "at a subcontractor", &row);
    if (causes_.size() > before) return;
    free_.push_back({{"quantity", decimal_json(row.quantity)},
                     {"unit", row.quantity ? text_json(row.unit.view()) : Json()},
                     {"location", row.bin.location.empty() ? Json() : Json(UnitKey(row.bin.location).ref())}});
  }

  /// Holds count there too: they stand on a unit whatever becomes of it.
  void not_in_stock() {
    const projections::UnitState state = query_.state(asked_.unit);
    std::string what(projections::name_of(state.existence));
    if (state.existence == projections::Existence::in_stock) what = "its quantity is not known";
    add("I-11", "not in stock: " + what, nullptr);
    for (const projections::StandingHold& hold : holds_) add(rule(), hold_text(hold.id), nullptr);
  }

  void of_all() {
    if (asked_.market.empty()) return;
    const auto& item = query_.movements().items().item_of(asked_.unit.key);
    if (!item || !item->profile || item->profile->markets.empty()) return;
    const auto& markets = item->profile->markets;
    if (std::ranges::find(markets, asked_.market) == markets.end())
      add("I-30", fmt::format("not for the market {}: {}", asked_.market, fmt::join(markets, ", ")), nullptr);
  }

  /// What only the rules' own facts tell; they stand at the end of the ledger, so not asked about another time.
  Result<void> from_facts() {
    if (call_.has("as-of") || call_.has("known-at") || call_.has("reported-at")) return {};
    ReadSession& session = query_.session();
    LL_ASSIGN(auto folded,
              projections::open_for_reading(std::make_unique<projections::FactsProjection>(),
                                            session.info().stores_folder(), session.log(), session.head().seq));
    const projections::StoreFacts facts(*folded.store);
    const engine::Asked asked{facts, facts.policy()};
    const auto status = engine::disposition_of(asked, asked_.unit.key);
    if (asked_.ship && status && status->release == engine::ReleaseKind::production)
      add("I-30", "released for production only", nullptr);
    if (!asked_.market.empty() && status && !status->market.empty() && status->market != asked_.market)
      add("I-30", "released for the market " + status->market, nullptr);
    if (asked_.ship) {
      for (const std::string& lot : engine::uncleared(asked, facts.lot(asked_.unit.key).conditional))
        add("I-27", "holds " + UnitKey(lot).ref() + ", which is under concession", nullptr);
    }
    return folded.store->failure();
  }

  const Call& call_;
  Query& query_;
  Asked asked_;
  std::vector<projections::StandingHold> holds_;
  std::vector<Json> causes_;
  std::vector<Json> free_;
};

void print_why(const Output& output, const Json& json) {
  const auto amount = [](const Json& part) {
    std::string text;
    for (const char* member : {"quantity", "unit", "location"}) {
      if (!part[member].is_null()) text += (text.empty() ? "" : " ") + part[member].get<std::string>();
    }
    return text;
  };
  output.out << json["ref"].get<std::string>() << ": "
             << output.say(json["allowed"].get<bool>() ? Text::why_free : Text::why_blocked) << '\n';
  if (!json["asserted"].get<bool>()) output.out << "  " << output.say(Text::why_not_asserted) << '\n';
  for (const Json& part : json["free"])
    output.out << fmt::format("  {}: {}\n", output.say(Text::why_part_free), amount(part));
  for (const Json& cause : json["causes"]) {
    const std::string of = amount(cause);
    output.out << fmt::format("  {}{}{}\n", of, of.empty() ? "" : ": ", printable(cause["detail"].get<std::string>()));
    const auto line = [&](Text title, const char* member) {
      output.out << fmt::format("    {}: {}\n", output.say(title), cause[member].get<std::string>());
    };
    output.out << fmt::format("    {} {}: {}\n", output.say(Text::rule_says), cause["rule"].get<std::string>(),
                              cause["text"].get<std::string>());
    line(Text::rule_clause, "clause");
    line(Text::rule_cure, "cure");
    line(Text::rule_who, "who");
  }
}

Result<Exit> why_lot(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  Asked asked;
  LL_ASSIGN(asked.unit, resolve_unit(*query, call.out, call.text("REF")));
  asked.ship = call.text("for") == "ship" || (!call.has("for") && call.has("market"));
  asked.market = call.text("market");
  const std::string ref = asked.unit.key.ref();
  const bool ship = asked.ship;
  Causes causes(call, *query, std::move(asked));
  LL_TRY(causes.find());
  const bool allowed = causes.causes().empty();
  Json json{{"kind", "lot_why"}, {"ref", ref}, {"position", position_json(query->cut())}};
  json["for"] = ship ? "ship" : "use";
  json["allowed"] = allowed;
  json["asserted"] = causes.asserted();
  json["free"] = causes.free();
  json["causes"] = causes.causes();
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else {
    print_why(call.out, json);
  }
  return allowed ? Exit::ok : Exit::negative;
}

}  // namespace

void add_lot_why(CommandTable& table) {
  Command why;
  why.path = "lot why";
  why.summary = {"may it be used or shipped, and if not, what blocks it", "能否使用或发运；若不能，原因是什么"};
  why.arguments = {{"REF", {"the lot or serial", "批次或序列件"}}};
  why.options = std::vector<OptionSpec>{{"for",
                                         "PURPOSE",
                                         {"use (default) or ship", "use 使用（默认）或 ship 发运"},
                                         Times::optional,
                                         {"use", "ship"}},
                                        {"market", "MARKET", {"ship to this market: CN, EU", "发运至此市场：CN、EU"}}} +
                time_options();
  why.formats = {Format::table, Format::json};
  why.examples = {{"lot why RM-TI64/2026-0417", {"may I use it", "能否使用"}},
                  {"lot why KNEE-01/K-7 --for ship --market CN", {"may I ship it to China", "能否发往中国"}}};
  why.run = why_lot;
  table.commands.push_back(std::move(why));
}

}  // namespace lotledger::cli
