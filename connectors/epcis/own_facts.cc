// connectors/epcis/own_facts.cc - own fields to facts.
#include "connectors/epcis/own_facts.h"

#include "connectors/base/rows.h"
#include "connectors/epcis/event_fields.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lotledger::connectors::epcis {
namespace {

using engine::AreaEvent;

constexpr std::array<std::string_view, 2> k_flows{"mixed", "sequential"};
constexpr std::string_view k_owning_party = "owning_party";

std::string where_it_belongs(const OwnKind& kind) {
  std::string text(name_of(kind.type));
  if (kind.action) text += " with action " + std::string(name_of(*kind.action));
  return text;
}

}  // namespace

OwnFacts::OwnFacts(const Event& event, const Origin& place, std::vector<Fault>& faults)
    : event_(event), place_(place), faults_(faults) {
  for (const Extension& extension : event.extensions) {
    if (const auto local = own_local_name(extension)) fields_.emplace(*local, &extension);
  }
  take_kind();
  take_units();
}

void OwnFacts::fault(FaultCode code, std::string_view name, std::string_view value, std::string what) {
  const std::string field = own_name(name);
  faults_.push_back(
      {code, place_.path.empty() ? field : place_.path + "." + field, quoted(value), std::move(what), {}});
}

std::string OwnFacts::text(std::string_view name) {
  const auto found = fields_.find(std::string(name));
  if (found == fields_.end()) return {};
  asked_.insert(found->first);
  if (found->second->text.empty()) fault(FaultCode::wrong_type, name, found->second->json, "is no text");
  return found->second->text;
}

void OwnFacts::take_kind() {
  const std::string word = text(own::k_kind);
  if (word.empty()) return;
  const OwnKind* kind = find_own_kind(word);
  if (kind == nullptr) return fault(FaultCode::vocabulary, own::k_kind, word, "is no kind of fact");
  if (kind->type != event_.type || kind->action != event_.action)
    return fault(FaultCode::rule, own::k_kind, word, "belongs into an " + where_it_belongs(*kind));
  kind_ = kind;
}

std::optional<UnitKey> OwnFacts::key(std::string_view name, std::string_view uri) {
  if (uri.empty()) return std::nullopt;
  auto read = parse_unit_uri(std::string(uri));
  if (read.has_value()) return std::move(read->key);
  fault(FaultCode::bad_value, name, uri, read.error().message);
  return std::nullopt;
}

std::optional<Quantity> OwnFacts::number(std::string_view text, const std::string& unit) {
  const auto code = UnitCode::parse(unit);
  const auto read = code.has_value() ? parse_quantity(text, *code) : Result<Quantity>(std::unexpected(code.error()));
  if (read.has_value() && read->mantissa >= 0) return *read;
  fault(FaultCode::bad_value, own::k_units, std::string(text) + " " + unit,
        read.has_value() ? "is less than zero" : read.error().message);
  return std::nullopt;
}

void OwnFacts::take_units() {
  const auto found = fields_.find(std::string(own::k_units));
  if (found == fields_.end()) return;
  asked_.insert(found->first);
  JsonParser parser;
  const auto list = parser.parse(found->second->json);
  if (!list.has_value() || !list->is(JsonKind::array))
    return fault(FaultCode::wrong_type, own::k_units, found->second->json, "is no list");
  for (const JsonValue entry : list->children()) {
    UnitWords words = words_of(entry);
    const auto unit = key(own::k_units, words.uri);
    if (!unit) continue;
    if (!units_.emplace(unit->bytes(), words).second)
      fault(FaultCode::duplicate, own::k_units, words.uri, "is told of twice");
  }
}

OwnFacts::UnitWords OwnFacts::words_of(const JsonValue& entry) {
  const auto member = [&](std::string_view name) {
    const JsonValue value = entry.is(JsonKind::object) ? entry.find(name) : JsonValue();
    return value.is(JsonKind::string) ? std::string(value.text()) : std::string();
  };
  UnitWords words;
  words.uri = member("unit");
  if (words.uri.empty()) fault(FaultCode::missing, own::k_units, {}, "has an entry without unit");
  words.lot = key(own::k_units, member("lot"));
  const std::string quantity = member("quantity");
  if (!quantity.empty()) words.quantity = number(quantity, member("uom"));
  return words;
}

void OwnFacts::complete(std::vector<UnitAmount>& units) {
  if (units_.empty()) return;
  for (UnitAmount& amount : units) {
    const auto found = units_.find(amount.unit.key.bytes());
    if (found == units_.end()) continue;
    UnitWords& words = found->second;
    words.used = true;
    if (words.lot) amount.unit.lot = words.lot;
    if (!words.quantity) continue;
    if (amount.quantity)
      fault(FaultCode::rule, own::k_units, words.uri, "has a quantity here and another one in the event");
    amount.quantity = words.quantity;
  }
}

std::vector<AreaEvent> OwnFacts::facts(std::vector<UnitAmount> units, const Context& context) {
  const std::string_view word = kind_->word;
  if (const auto move = value_named<engine::MoveKind>(engine::k_move_kinds, word))
    return {engine::WarehouseEvent{engine::UnitsMoved{std::move(units), *move, context.read_point}}};
  if (word == "count") return {engine::WarehouseEvent{engine::UnitsCounted{std::move(units)}}};
  if (word == "sample") return {engine::WarehouseEvent{engine::UnitsSampled{std::move(units)}}};
  if (word == "adjust_in" || word == "adjust_out")
    return {engine::WarehouseEvent{engine::StockAdjusted{std::move(units), word == "adjust_out"}}};
  if (word == "scrap")
    return {engine::LotEvent{engine::UnitsDecommissioned{std::move(units), engine::EndKind::scrapped}}};
  if (word == "owner") {
    const auto owner = std::ranges::find(context.destinations, k_owning_party, &PartyRole::role);
    const bool said = owner != context.destinations.end();
    return {engine::WarehouseEvent{
        engine::OwnerChanged{std::move(units), said ? std::optional(owner->key) : std::nullopt}}};
  }
  if (units.size() == 1) return status(units.front(), context);
  fault(FaultCode::rule, own::k_kind, word, "speaks of one unit, and the event names " + std::to_string(units.size()));
  return {};
}

std::vector<AreaEvent> OwnFacts::status(const UnitAmount& amount, const Context& context) {
  std::vector<AreaEvent> out;
  if (const auto status = value_named<engine::ReportedStatus>(engine::k_reported_statuses, kind_->word)) {
    engine::StatusReported reported;
    reported.unit = amount.unit;
    reported.status = *status;
    reported.quantity = amount.quantity;
    reported.location = context.business_location;
    reported.hold = HoldId{text(own::k_hold)};
    reported.hold_kind = choice(own::k_hold_kind, engine::k_hold_kinds, engine::HoldKind::quality);
    reported.company = text(own::k_company);
    reported.market = text(own::k_market);
    const bool is_hold = *status == engine::ReportedStatus::held || *status == engine::ReportedStatus::lifted;
    if (is_hold && reported.hold.text.empty()) fault(FaultCode::missing, own::k_hold, {}, "is empty; which hold?");
    out.emplace_back(engine::LotEvent{std::move(reported)});
  }
  std::string expires_on = date(own::k_expires_on);
  std::string retest_on = date(own::k_retest_on);
  if (!expires_on.empty() || !retest_on.empty())
    out.emplace_back(engine::LotEvent{engine::ExpirySet{amount.unit, std::move(expires_on), std::move(retest_on)}});
  if (out.empty()) fault(FaultCode::missing, own::k_expires_on, {}, "is empty, and so is retestOn");
  return out;
}

std::string OwnFacts::date(std::string_view name) {
  std::string day = text(name);
  if (!day.empty() && !is_date(day)) fault(FaultCode::bad_value, name, day, "is no date (YYYY-MM-DD)");
  return day;
}

template <typename Enum, std::size_t count>
Enum OwnFacts::choice(std::string_view name, const std::array<std::string_view, count>& words, Enum usual) {
  const std::string word = text(name);
  if (word.empty()) return usual;
  const auto value = value_named<Enum>(words, word);
  if (!value) fault(FaultCode::vocabulary, name, word, "is none of the words of this field");
  return value.value_or(usual);
}

void OwnFacts::complete(engine::UnitsReceived& fact) {
  fact.owner = key(own::k_owner, text(own::k_owner));
  fact.expires_on = date(own::k_expires_on);
}

void OwnFacts::complete(engine::UnitsShipped& fact) {
  fact.terms = choice(own::k_terms, engine::k_shipping_terms, engine::ShippingTerms::sale);
}

void OwnFacts::complete(engine::UnitsTransformed& fact) {
  fact.basis = choice(own::k_basis, engine::k_bases, engine::Basis::unspecified);
  fact.flow = choice(own::k_flow, k_flows, engine::Flow::mixed);
  fact.operation = text(own::k_operation);
  if (kind_ == nullptr) return;
  fact.kind =
      value_named<engine::ProcessKind>(engine::k_process_kinds, kind_->word).value_or(engine::ProcessKind::production);
}

void OwnFacts::complete(std::vector<AreaEvent>& facts) {
  std::vector<UnitAmount> thrown_away;
  const auto add = [&](auto& fact) {
    if constexpr (requires { this->complete(fact); }) this->complete(fact);
    if constexpr (requires { fact.outputs; }) thrown_away = fact.outputs;
  };
  for (AreaEvent& fact : facts) std::visit([&](auto& area) { std::visit(add, area); }, fact);
  if (kind_ != nullptr && kind_->word == k_scrap_output)
    facts.emplace_back(
        engine::LotEvent{engine::UnitsDecommissioned{std::move(thrown_away), engine::EndKind::scrapped}});
}

Context OwnFacts::without_own(Context context) const {
  if (kind_ == nullptr) return context;
  if (context.business_step == kind_->step) context.business_step.clear();
  if (context.disposition == kind_->disposition) context.disposition.clear();
  // Where a move left, and whose property units became, are told by the fact.
  if (value_named<engine::MoveKind>(engine::k_move_kinds, kind_->word)) context.read_point.reset();
  if (kind_->word == "owner")
    std::erase_if(context.destinations, [](const PartyRole& role) { return role.role == k_owning_party; });
  return context;
}

std::optional<Instant> OwnFacts::until() {
  const std::string written = text(own::k_until);
  if (written.empty()) return std::nullopt;
  const auto read = read_instant(written);
  if (read.has_value()) return read->at;
  fault(FaultCode::bad_value, own::k_until, written, read.error().message);
  return std::nullopt;
}

void OwnFacts::finish() {
  for (const auto& [name, field] : fields_) {
    if (!asked_.contains(name))
      fault(FaultCode::rule, name, field->json, "says nothing of an event of this type and kind");
  }
  for (const auto& [bytes, words] : units_) {
    if (!words.used) fault(FaultCode::rule, own::k_units, words.uri, "names no unit of the event");
  }
}

}  // namespace lotledger::connectors::epcis
