// connectors/epcis/record_event.cc - from records back to EPCIS, field by field.
#include "connectors/epcis/record_event.h"

#include "connectors/base/json_tree.h"
#include "connectors/base/xml_tree.h"
#include "connectors/epcis/event_writer.h"
#include "connectors/epcis/json_text.h"
#include "connectors/epcis/mapping.h"
#include "connectors/epcis/xml_event.h"

#include <algorithm>
#include <utility>

namespace lotledger::connectors::epcis {
namespace {

/// A fact as two writings of it must agree: without the texts of its units, and in one order.
void normalise(std::vector<UnitAmount>& units) {
  for (UnitAmount& amount : units) amount.unit.original.clear();
  std::ranges::sort(units, {}, [](const UnitAmount& amount) {
    return amount.unit.key.bytes() + '\n' + (amount.quantity ? amount.quantity->text() : "");
  });
}
void normalise(UnitRef& unit) {
  unit.original.clear();
}
void normalise(std::optional<UnitRef>& unit) {
  if (unit) normalise(*unit);
}
template <typename Fact>
void normalise_fact(Fact& fact) {
  if constexpr (requires { fact.units; }) {
    if constexpr (std::is_same_v<decltype(fact.units), std::vector<UnitAmount>>) normalise(fact.units);
  }
  if constexpr (requires { fact.unit.original; }) normalise(fact.unit);
  if constexpr (requires { fact.parent; }) normalise(fact.parent);
  if constexpr (requires { fact.children; }) normalise(fact.children);
  if constexpr (requires { fact.parts; }) normalise(fact.parts);
  if constexpr (requires { fact.inputs; }) normalise(fact.inputs);
  if constexpr (requires { fact.outputs; }) normalise(fact.outputs);
}
engine::Event normalised(engine::Event event) {
  std::visit([](auto& area) { std::visit([](auto& fact) { normalise_fact(fact); }, area); }, event.body);
  for (auto* roles : {&event.context.sources, &event.context.destinations}) {
    for (PartyRole& role : *roles) role.original.clear();
  }
  return event;
}

/// A decision that was recorded here as what a source says of status; nullopt for anything else.
struct AsStatus {
  std::optional<engine::StatusReported> operator()(const engine::HoldPlaced& event) const {
    return engine::StatusReported{
        event.unit, engine::ReportedStatus::held, event.quantity, event.location, event.hold, event.kind, {}, {}};
  }
  std::optional<engine::StatusReported> operator()(const engine::HoldLifted& event) const {
    engine::StatusReported status;
    status.unit = event.unit;
    status.status = engine::ReportedStatus::lifted;
    status.hold = event.hold;
    return status;
  }
  std::optional<engine::StatusReported> operator()(const engine::LotDispositioned& event) const {
    engine::StatusReported status;
    status.unit = event.unit;
    status.status = static_cast<engine::ReportedStatus>(event.disposition);  // The same words, in the same order.
    status.quantity = event.quantity;
    status.location = event.location;
    status.company = event.company;
    status.market = event.market;
    return status;
  }
  template <typename Other>
  std::optional<engine::StatusReported> operator()(const Other& /*a fact*/) const {
    return std::nullopt;
  }
};

/// The event as another ledger can take it: a decision counts from when it was recorded.
engine::Event told_elsewhere(engine::Event event, Instant recorded_at) {
  event.stream.clear();
  event.tags.clear();
  if (!event.occurred) event.occurred = ZonedInstant{recorded_at, 0};
  const auto* lot = std::get_if<engine::LotEvent>(&event.body);
  auto status = lot == nullptr ? std::nullopt : std::visit(AsStatus{}, *lot);
  if (!status) return event;
  event.context.business_location = status->location;
  event.body = engine::LotEvent{std::move(*status)};
  return event;
}

bool is_note(const engine::Event& event) {
  return std::holds_alternative<engine::IntakeEvent>(event.body) ||
         std::holds_alternative<engine::CorrectionEvent>(event.body) ||
         std::holds_alternative<engine::JudgementEvent>(event.body);
}

/// Takes out what things cost: a document goes to partners. Whether there was any.
bool forget_cost(engine::Event& event) {
  bool said = false;
  const auto forget = [&said](std::vector<UnitAmount>& amounts) {
    for (UnitAmount& amount : amounts) {
      said = said || amount.cost;
      amount.cost.reset();
    }
  };
  const auto in_fact = [&forget](auto& fact) {
    if constexpr (requires { fact.units.front().cost; }) forget(fact.units);
    if constexpr (requires { fact.inputs; }) forget(fact.inputs);
    if constexpr (requires { fact.outputs; }) forget(fact.outputs);
    if constexpr (requires { fact.children; }) forget(fact.children);
    if constexpr (requires { fact.parts; }) forget(fact.parts);
  };
  std::visit([&in_fact](auto& area) { std::visit(in_fact, area); }, event.body);
  return said;
}

/// Whether a release says what no source says of a status: that it is for production, or for the market.
bool says_more(const engine::Event& event) {
  const auto* lot = std::get_if<engine::LotEvent>(&event.body);
  const auto* decided = lot == nullptr ? nullptr : std::get_if<engine::LotDispositioned>(lot);
  return decided != nullptr && decided->release != engine::ReleaseKind::none;
}

/// What a record says of material.
struct Told {
  std::vector<engine::Event> facts;
  bool in_part = false;  ///< WrittenEvent::in_part.
};

/// Without notes of the record about itself, and without what rules of this ledger made of it.
Told told_of(const engine::Body& body, Instant recorded_at) {
  Told told;
  for (const engine::Event& event : body.events) {
    if (is_note(event) || is_hold_of_rules(body, event)) continue;
    told.in_part = told.in_part || says_more(event);
    told.facts.push_back(told_elsewhere(event, recorded_at));
    if (forget_cost(told.facts.back())) told.in_part = true;
  }
  return told;
}

/// Reads what was written. Empty when it is these facts, else why it is not.
std::string differs(const std::string& json, const std::vector<engine::Event>& facts) {
  const auto reader = DocumentReader::over(source_over(json), "export");
  if (!reader.has_value()) return reader.error().message;
  const auto item = (*reader)->next();
  if (!item.has_value() || !item->has_value()) return "it cannot be read back";
  if (const auto* bad = std::get_if<BadItem>(&**item)) return to_text(bad->faults.front());
  const auto* good = std::get_if<GoodEvent>(&**item);
  if (good == nullptr) return "it cannot be read back";
  const auto mapped = map_event(good->event, good->origin, {});
  if (!mapped.has_value()) return to_text(mapped.error().front());
  const bool same = std::ranges::equal(mapped->body.events, facts, {}, normalised, normalised);
  return same ? std::string() : "EPCIS would say something else";
}

std::string joined(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) text += (text.empty() ? "" : "; ") + to_text(fault);
  return text;
}

std::expected<WrittenEvent, std::string> own_words(const engine::Body& body) {
  if (!body.source_text.starts_with('<')) return WrittenEvent{minified(body.source_text), body.source_context};
  XmlParser xml;
  if (const auto parsed = xml.parse(body.source_text); !parsed.has_value()) return std::unexpected(parsed.error().what);
  auto json = json_of_xml_event(xml, {});
  if (!json.has_value()) return std::unexpected(joined(json.error()));
  return WrittenEvent{std::move(*json), {}};
}

}  // namespace

bool is_hold_of_rules(const engine::Body& body, const engine::Event& event) {
  const auto* lot = std::get_if<engine::LotEvent>(&event.body);
  return lot != nullptr && std::holds_alternative<engine::HoldPlaced>(*lot) && !body.command;
}

std::expected<WrittenEvent, std::string> event_of_record(const engine::Body& body, const RecordName& record) {
  if (body.source.system == "epcis" && !body.source_text.empty()) return own_words(body);
  const Told told = told_of(body, record.recorded_at);
  std::string json = event_json(told.facts, {record.event_id, body.reported_at, body.reason.text});
  if (json.empty()) return std::unexpected("EPCIS has no words for it");
  if (std::string why = differs(json, told.facts); !why.empty()) return std::unexpected(std::move(why));
  return WrittenEvent{std::move(json), {}, told.in_part};
}

WrittenEvent withdrawn_event(const WrittenEvent& event, const Withdrawal& withdrawal) {
  Members declaration;
  declaration.text("declarationTime", format_utc(withdrawal.declared_at));
  // A full URI as name needs no declaration.
  declaration.text("urn:lotledger:mda:reasonText", withdrawal.text);
  const std::string rest = event.json.substr(event.json.find('{') + 1);
  return {"{\"errorDeclaration\":" + declaration.object() + "," + rest, event.declarations};
}

void for_each_declaration(std::string_view lines,
                          const std::function<void(std::string_view prefix, std::string_view uri)>& take) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) take(line.substr(0, equals), line.substr(equals + 1));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

std::string with_own_context(const WrittenEvent& event) {
  std::vector<std::string> parts;
  Members prefixes;
  for_each_declaration(event.declarations, [&](std::string_view prefix, std::string_view uri) {
    if (prefix.empty()) {
      parts.push_back(json_string(uri));
    } else {
      prefixes.text(prefix, uri);
    }
  });
  if (!prefixes.empty()) parts.push_back(prefixes.object());
  if (parts.empty()) return event.json;
  const auto as_list = [&parts] { return list_of(parts, [](const std::string& part) { return part; }); };
  JsonParser parser;
  const auto parsed = parser.parse(event.json);
  const JsonValue own = parsed.has_value() ? parsed->find("@context") : JsonValue();
  std::string json = event.json;
  if (!own) return "{\"@context\":" + as_list() + "," + json.substr(json.find('{') + 1);
  // Its own declarations stand behind the others, and so win over them.
  const std::string text(first_value(std::string_view(json).substr(own.at())));
  if (!own.is(JsonKind::array)) {
    parts.push_back(text);
  } else if (!own.children().empty()) {
    parts.push_back(text.substr(1, text.size() - 2));
  }
  return json.replace(own.at(), text.size(), as_list());
}

}  // namespace lotledger::connectors::epcis
