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

/// As much of a fact as EPCIS has words for.
struct InWords {
  std::optional<engine::AreaEvent> operator()(const engine::UnitsMoved& fact) const {
    return engine::WarehouseEvent{engine::UnitsObserved{fact.units}};
  }
  std::optional<engine::AreaEvent> operator()(const engine::UnitsReceived& fact) const {
    return engine::WarehouseEvent{engine::UnitsReceived{fact.units}};
  }
  std::optional<engine::AreaEvent> operator()(const engine::UnitsShipped& fact) const {
    return engine::OrderEvent{engine::UnitsShipped{fact.units}};
  }
  std::optional<engine::AreaEvent> operator()(const engine::UnitsDecommissioned& fact) const {
    if (fact.end != engine::EndKind::scrapped) return std::nullopt;
    return engine::LotEvent{engine::UnitsDecommissioned{fact.units, engine::EndKind::decommissioned}};
  }
  std::optional<engine::AreaEvent> operator()(const engine::UnitsTransformed& fact) const {
    return engine::ProductionEvent{
        engine::UnitsTransformed{fact.process_id, fact.inputs, fact.outputs, fact.flow, fact.expires_on}};
  }
  template <typename Other>
  std::optional<engine::AreaEvent> operator()(const Other& /*said in full, or not at all*/) const {
    return std::nullopt;
  }
};

/// The event without what EPCIS cannot say: kinds of moves and where they left, owners, dates of receipts, terms,
/// basis, operations, ends of intervals, cost, and that what ended was scrap.
engine::Event in_words(const engine::Event& event) {
  engine::Event said = event;
  const auto reduced = std::visit([](const auto& area) { return std::visit(InWords{}, area); }, event.body);
  if (reduced) said.body = *reduced;
  said.occurred_until.reset();
  const auto forget_cost = [](auto& fact) {
    if constexpr (requires { fact.units.front().cost; }) {
      for (UnitAmount& amount : fact.units) amount.cost.reset();
    }
    if constexpr (requires { fact.inputs; }) {
      for (auto* amounts : {&fact.inputs, &fact.outputs}) {
        for (UnitAmount& amount : *amounts) amount.cost.reset();
      }
    }
  };
  std::visit([&](auto& area) { std::visit(forget_cost, area); }, said.body);
  return said;
}

/// Reads what was written. Empty when it is the fact of `event`, else why it is not.
std::string differs(const std::string& json, const engine::Event& event) {
  const auto reader = DocumentReader::over(source_over(json), "export");
  if (!reader.has_value()) return reader.error().message;
  const auto item = (*reader)->next();
  if (!item.has_value() || !item->has_value()) return "it cannot be read back";
  if (const auto* bad = std::get_if<BadItem>(&**item)) return to_text(bad->faults.front());
  const auto* good = std::get_if<GoodEvent>(&**item);
  if (good == nullptr) return "it cannot be read back";
  const auto mapped = map_event(good->event, good->origin, {});
  if (!mapped.has_value()) return to_text(mapped.error().front());
  if (mapped->body.events.size() != 1 || normalised(mapped->body.events.front()) != normalised(event))
    return "EPCIS would say something else";
  return {};
}

/// The event beside which a record holds only notes about itself; nullopt where there is none or are several.
const engine::Event* only_fact(const engine::Body& body) {
  const engine::Event* fact = nullptr;
  for (const engine::Event& event : body.events) {
    const bool is_note = std::holds_alternative<engine::IntakeEvent>(event.body) ||
                         std::holds_alternative<engine::CorrectionEvent>(event.body);
    if (is_note) continue;
    if (fact != nullptr) return nullptr;
    fact = &event;
  }
  return fact;
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

std::expected<WrittenEvent, std::string> event_of_record(const engine::Body& body, const std::string& event_id) {
  if (body.source.system == "epcis" && !body.source_text.empty()) return own_words(body);
  const engine::Event* fact = only_fact(body);
  if (fact == nullptr) return std::unexpected("the record holds several facts that stand or fall together");
  const engine::Event said = in_words(*fact);
  std::string json = event_json(said, {event_id, body.reported_at});
  if (json.empty()) return std::unexpected("EPCIS has no words for it");
  if (std::string why = differs(json, said); !why.empty()) return std::unexpected(std::move(why));
  return WrittenEvent{std::move(json), {}, said != *fact};
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
