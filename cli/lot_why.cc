// cli/lot_why.cc - lot why: may I use or ship it, and if not, what blocks it, by which rule, and who may mend that.
#include "cli/answer_view.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/reference.h"
#include "cli/why_words.h"
#include "engine/codec/parts.h"
#include "engine/judgement.h"
#include "projections/audit_trail.h"
#include "projections/dispositions.h"
#include "projections/holds.h"
#include "projections/inventory.h"

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
    const UnitKey& unit = asked_.unit.key;
    item_ = query_.movements().items().item(unit.item_class().value_or(unit), now);
    constexpr std::size_t k_date = 10;
    projections::InventorySources sources{query_.reader(), query_.containment(), query_.movements(),
                                          format_utc(now).substr(0, k_date)};
    LL_ASSIGN(const projections::Inventory found,
              projections::inventory(sources, {std::nullopt, asked_.unit.id, std::nullopt}));
    read_holds();
    for (const InventoryRow& row : found.rows) part(row);
    if (found.rows.empty()) not_in_stock();
    of_all();
    LL_TRY(of_release());
    return query_.check();
  }

  [[nodiscard]] const std::vector<Json>& causes() const { return causes_; }
  [[nodiscard]] const std::vector<Json>& free() const { return free_; }
  [[nodiscard]] bool asserted() const { return item_ && item_->profile; }

 private:
  [[nodiscard]] std::string_view rule() const { return asked_.ship ? "I-30" : "I-25"; }

  void add(std::string_view rule_id, std::string detail, const InventoryRow* row) {
    causes_.push_back(cause_json(call_.out, rule_id, std::move(detail), row));
  }

  /// A sentence in the language of the answer.
  template <typename... Parts>
  [[nodiscard]] std::string say(Bilingual form, const Parts&... parts) const {
    return fmt::format(fmt::runtime(form.in(call_.out.lang)), parts...);
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
    const auto hold = std::ranges::find(holds_, id, &projections::StandingHold::id);
    if (hold == holds_.end()) return id;
    std::string text = say(why::k_on_hold, id, why::words_of(hold->kind).in(call_.out.lang));
    const schema::Body* body = query_.records().body(hold->position.record());
    if (body == nullptr) return text;
    if (hold->reported) {
      text += say(why::k_said_by, view_of(body->source()->system()));
    } else if (body->command_id() == nullptr) {
      text += say(why::k_placed_by_rule, query_.text(hold->position));
    } else {
      text += say(why::k_placed_by, view_of(body->actor()->id()));
    }
    if (body->reason() != nullptr && !view_of(body->reason()->text()).empty())
      text += say(why::k_because, view_of(body->reason()->text()));
    return text;
  }

  void part(const InventoryRow& row) {
    if (row.quantity && row.quantity->zero()) return;
    const std::size_t before = causes_.size();
    if (row.quantity && row.quantity->negative()) add("I-11", say(why::k_more_left), &row);
    for (const std::string& hold : row.holds) add(rule(), hold_text(hold), &row);
    if (row.expired) add(rule(), say(why::k_expired, row.expires_on), &row);
    if (row.bin.disposition == StockDisposition::pending) add(rule(), say(why::k_pending), &row);
    if (row.bin.disposition == StockDisposition::rejected) add(rule(), say(why::k_rejected), &row);
    if (!row.custodian.empty()) add(rule(), say(why::k_in_custody, UnitKey(row.custodian).ref()), &row);
    if (row.place == projections::StockPlace::in_transit) add(rule(), say(why::k_in_transit), &row);
    if (row.place == projections::StockPlace::at_subcontractor) add(rule(), say(why::k_at_subcontractor), &row);
    if (causes_.size() > before) return;
    free_.push_back({{"quantity", decimal_json(row.quantity)},
                     {"unit", row.quantity ? text_json(row.unit.view()) : Json()},
                     {"location", row.bin.location.empty() ? Json() : Json(UnitKey(row.bin.location).ref())}});
  }

  /// Holds count there too: they stand on a unit whatever becomes of it.
  void not_in_stock() {
    const projections::UnitState state = query_.state(asked_.unit);
    const bool here = state.existence == projections::Existence::in_stock;
    const std::string what = here ? say(why::k_quantity_unknown) : std::string(label(call_.out, state.existence));
    add("I-11", say(why::k_not_in_stock, what), nullptr);
    for (const projections::StandingHold& hold : holds_) add(rule(), hold_text(hold.id), nullptr);
  }

  void of_all() {
    if (asked_.market.empty() || !asserted() || item_->profile->markets.empty()) return;
    const auto& markets = item_->profile->markets;
    if (std::ranges::find(markets, asked_.market) == markets.end())
      add("I-30", say(why::k_not_for_market, asked_.market, fmt::to_string(fmt::join(markets, ", "))), nullptr);
  }

  /// What the rules ask about a release, and about concessions further up. Of sources, those count whom the policy in
  /// force at the position of the answer believes.
  Result<void> of_release() {
    LL_ASSIGN(const projections::StoreReader* trail, query_.session().store("audit_trail"));
    const engine::PolicyActivated policy = projections::policy_at(*trail, query_.records(), query_.position());
    const projections::Believed believed = [&policy](std::string_view source) {
      return engine::believes(policy, source, engine::name_of(engine::Subject::status));
    };
    const auto said = projections::disposition_said(query_.reader(), query_.records(), asked_.unit.id, believed);
    if (asked_.ship && said && said->release == engine::ReleaseKind::production)
      add("I-30", say(why::k_production_only), nullptr);
    if (!asked_.market.empty() && said && !said->market.empty() && said->market != asked_.market)
      add("I-30", say(why::k_other_market, said->market), nullptr);
    if (!asked_.ship) return trail->failure();
    for (const UnitKey& input :
         projections::open_concessions(query_.reader(), query_.records(), asked_.unit.id, believed))
      add("I-27", say(why::k_under_concession, input.ref()), nullptr);
    return trail->failure();
  }

  const Call& call_;
  Query& query_;
  Asked asked_;
  std::optional<engine::ItemRecorded> item_;  ///< As described at the time of the answer.
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
