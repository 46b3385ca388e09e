// connectors/epcis/record_event.cc - from records back to EPCIS, field by field.
#include "connectors/epcis/record_event.h"

#include "connectors/base/json_tree.h"
#include "connectors/base/xml_tree.h"
#include "connectors/epcis/mapping.h"
#include "connectors/epcis/namespaces.h"
#include "connectors/epcis/xml_event.h"
#include "engine/base/unit_urn.h"

#include <algorithm>
#include <utility>

namespace lotledger::connectors::epcis {
namespace {

constexpr std::string_view k_mda = "urn:epcglobal:cbv:mda:";

/// Members of a JSON object, in the order in which they are added. Empty values are left out.
class Members {
 public:
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) json(name, json_string(value));
  }
  /// `value` is JSON; empty: nothing.
  void json(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    if (!inside_.empty()) inside_ += ',';
    inside_ += json_string(name) + ":" + value;
  }
  [[nodiscard]] std::string object() const { return "{" + inside_ + "}"; }
  [[nodiscard]] bool empty() const { return inside_.empty(); }

 private:
  std::string inside_;
};

template <typename Items, typename Write>
std::string list_of(const Items& items, const Write& write) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "[" : ",") + write(item);
  return text.empty() ? text : text + "]";
}

/// A URI that is read back as `key`: the writing as it came where it is one, else a link or a URN of ours.
std::string uri_of_key(const UnitKey& key, const std::string& original) {
  const auto same = [&](const std::string& text) {
    const auto read = parse_unit_uri(text);
    return is_uri(text) && read.has_value() && read->key == key;
  };
  if (same(original)) return original;
  if (const std::string uri = key.uri(); same(uri)) return uri;
  return unit_urn(key);
}

/// The same of a unit, with the lot that it says it belongs to.
std::string uri_of(const UnitRef& unit) {
  const auto same = [&](const std::string& text) {
    const auto read = parse_unit_uri(text);
    return is_uri(text) && read.has_value() && read->key == unit.key && read->lot == unit.lot;
  };
  if (same(unit.original)) return unit.original;
  if (!unit.lot) return uri_of_key(unit.key, {});
  // A link names the lot before the serial: /01/gtin/10/lot/21/serial.
  const std::string whole = unit.key.uri();
  const std::string lot = unit.lot->uri();
  const std::size_t cut = whole.find("/21/");
  if (cut != std::string::npos && lot.starts_with(whole.substr(0, cut)) && same(lot + whole.substr(cut)))
    return lot + whole.substr(cut);
  return unit_urn(unit.key, unit.lot);
}

std::string code_as_uri(std::string_view kind, const std::string& code) {
  return is_uri(code) ? code : urn_of_text(kind, code);
}

/// The fact of one of our events as an EPCIS event.
class Writer {
 public:
  explicit Writer(const engine::Event& event) : event_(event), context_(event.context) {}

  /// Empty for what is no fact about material.
  std::string write(const std::string& event_id, std::optional<Instant> reported_at) {
    std::visit([this](const auto& area) { std::visit([this](const auto& fact) { take(fact); }, area); }, event_.body);
    if (type_.empty()) return {};
    Members all;
    all.text("type", type_);
    all.text("eventID", event_id);
    if (event_.occurred) {
      all.text("eventTime", format_zoned(*event_.occurred));
      all.text("eventTimeZoneOffset", format_offset(event_.occurred->offset_minutes));
    }
    if (reported_at) all.text("recordTime", format_utc(*reported_at));
    all.text("action", action_);
    for (const auto& [name, value] : fields_) all.json(name, value);
    write_context(all);
    return all.object();
  }

 private:
  using Units = std::vector<UnitAmount>;

  void take(const engine::UnitsCommissioned& fact) {
    be("ObjectEvent", "ADD");
    units("epcList", "quantityList", fact.units);
    expiry(fact.expires_on);
  }
  void take(const engine::UnitsDecommissioned& fact) {
    be("ObjectEvent", "DELETE");
    units("epcList", "quantityList", fact.units);
    if (fact.end == engine::EndKind::destroyed && context_.disposition.empty()) step("destroying");
  }
  void take(const engine::UnitsPacked& fact) {
    be("AggregationEvent", fact.observed ? "OBSERVE" : "ADD");
    children(fact.parent, fact.children);
  }
  void take(const engine::UnitsUnpacked& fact) {
    be("AggregationEvent", "DELETE");
    children(fact.parent, fact.children);
  }
  void take(const engine::PartsInstalled& fact) {
    be("AssociationEvent", fact.observed ? "OBSERVE" : "ADD");
    children(fact.parent, fact.parts);
  }
  void take(const engine::PartsRemoved& fact) {
    be("AssociationEvent", "DELETE");
    children(fact.parent, fact.parts);
  }
  void take(const engine::UnitsTransformed& fact) {
    be("TransformationEvent", {});
    if (!fact.process_id.empty()) text("transformationID", code_as_uri(k_urn_process, fact.process_id));
    units("inputEPCList", "inputQuantityList", fact.inputs);
    units("outputEPCList", "outputQuantityList", fact.outputs);
    expiry(fact.expires_on);
  }
  void take(const engine::UnitsReceived& fact) { observe(fact.units, "receiving"); }
  void take(const engine::UnitsObserved& fact) { observe(fact.units, {}); }
  void take(const engine::UnitsShipped& fact) { observe(fact.units, "shipping"); }
  void take(const engine::ShipmentVoided& fact) { observe(fact.units, "void_shipping"); }
  void take(const engine::UnitsReturned& fact) {
    observe(fact.units, "receiving");
    if (context_.disposition.empty()) context_.disposition = "returned";
  }
  void take(const engine::TransactionLinked& fact) {
    be("TransactionEvent", fact.action == engine::LinkAction::add       ? "ADD"
                           : fact.action == engine::LinkAction::observe ? "OBSERVE"
                                                                        : "DELETE");
    if (fact.parent) text("parentID", uri_of(*fact.parent));
    units("epcList", "quantityList", fact.units);
  }
  /// Everything else says nothing that EPCIS has words for.
  template <typename Other>
  void take(const Other& /*other*/) {}

  void be(std::string type, std::string action) {
    type_ = std::move(type);
    action_ = std::move(action);
  }
  void observe(const Units& list, const std::string& business_step) {
    be("ObjectEvent", "OBSERVE");
    units("epcList", "quantityList", list);
    step(business_step);
  }
  void step(const std::string& word) {
    if (context_.business_step.empty()) context_.business_step = word;
  }
  void text(std::string name, std::string_view value) { fields_.emplace_back(std::move(name), json_string(value)); }
  void children(const UnitRef& parent, const Units& list) {
    text("parentID", uri_of(parent));
    units("childEPCs", "childQuantityList", list);
  }
  void expiry(const std::string& day) {
    if (!day.empty()) fields_.emplace_back("ilmd", "{\"cbvmda:itemExpirationDate\":" + json_string(day) + "}");
  }

  /// Single things by their URI alone; what has a quantity, or is a lot or class, as an element of a class.
  void units(std::string list, std::string quantities, const Units& all) {
    Units single;
    Units measured;
    for (const UnitAmount& amount : all) {
      const UnitType type = amount.unit.key.type();
      const bool is_class = type == UnitType::lot || type == UnitType::item_class;
      (amount.quantity || is_class ? measured : single).push_back(amount);
    }
    fields_.emplace_back(std::move(list),
                         list_of(single, [](const UnitAmount& one) { return json_string(uri_of(one.unit)); }));
    fields_.emplace_back(std::move(quantities), list_of(measured, [](const UnitAmount& one) {
                           Members element;
                           element.text("epcClass", uri_of(one.unit));
                           if (one.quantity) {
                             element.json("quantity", one.quantity->text());
                             if (one.quantity->unit != each()) element.text("uom", one.quantity->unit.view());
                           }
                           return element.object();
                         }));
  }

  static std::string roles(const std::vector<PartyRole>& list, std::string_view name) {
    return list_of(list, [name](const PartyRole& role) {
      Members entry;
      entry.text("type", role.role);
      entry.text(name, uri_of_key(role.key, role.original));
      return entry.object();
    });
  }

  static std::string place(const std::optional<UnitKey>& key) {
    return key ? "{\"id\":" + json_string(uri_of_key(*key, {})) + "}" : std::string();
  }

  void write_context(Members& all) const {
    all.text("bizStep", context_.business_step);
    all.text("disposition", context_.disposition);
    all.json("readPoint", place(context_.read_point));
    all.json("bizLocation", place(context_.business_location));
    all.json("bizTransactionList", list_of(context_.documents, [](const DocumentRef& document) {
               Members entry;
               entry.text("type", document.type);
               entry.text("bizTransaction", code_as_uri(k_urn_document, document.id));
               return entry.object();
             }));
    all.json("sourceList", roles(context_.sources, "source"));
    all.json("destinationList", roles(context_.destinations, "destination"));
  }

  const engine::Event& event_;
  Context context_;
  std::string type_;
  std::string action_;
  std::vector<std::pair<std::string, std::string>> fields_;
};

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

/// Attributes of one element of master data.
class Attributes {
 public:
  void add(std::string_view id, std::string_view value) {
    if (value.empty()) return;
    Members attribute;
    attribute.text("id", id);
    attribute.text("attribute", value);
    if (!list_.empty()) list_ += ',';
    list_ += attribute.object();
  }
  void mda(std::string_view name, std::string_view value) { add(std::string(k_mda) + std::string(name), value); }
  [[nodiscard]] std::string element(std::string_view id) const {
    Members element;
    element.text("id", id);
    element.json("attributes", "[" + list_ + "]");
    return element.object();
  }

 private:
  std::string list_;
};

}  // namespace

std::expected<WrittenEvent, std::string> event_of_record(const engine::Body& body, const std::string& event_id) {
  if (body.source.system == "epcis" && !body.source_text.empty()) return own_words(body);
  const engine::Event* fact = only_fact(body);
  if (fact == nullptr) return std::unexpected("the record holds several facts that stand or fall together");
  const engine::Event said = in_words(*fact);
  std::string json = Writer(said).write(event_id, body.reported_at);
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

std::string_view vocabulary_of(const engine::PartyRecorded& party) {
  return party.is_location ? "urn:epcglobal:epcis:vtype:Location" : "urn:epcglobal:epcis:vtype:Party";
}

std::string element_of(const engine::PartyRecorded& party, ZonedInstant since, const PersonalFields& personal) {
  Attributes attributes;
  attributes.add(k_valid_from, format_zoned(since));
  for (const engine::LocalText& name : party.names)
    attributes.mda(name.language == "Latn" ? "nameLatin" : "name", name.value);
  attributes.mda("streetAddressOne", party.street);
  attributes.mda("city", party.city);
  attributes.mda("postalCode", party.postal_code);
  attributes.mda("state", party.region);
  attributes.mda("countryCode", party.country);
  attributes.mda("telephone", party.telephone);
  attributes.mda("role", party.role);
  if (party.owner) attributes.mda("owningParty", uri_of_key(*party.owner, {}));
  attributes.mda("email", personal.email);
  attributes.mda("recallContact", personal.recall_contact);
  for (const auto& [id, value] : party.attributes) attributes.add(id, value);
  return attributes.element(uri_of_key(party.key, party.original));
}

std::string element_of(const engine::VocabularyRecorded& recorded, ZonedInstant since) {
  Attributes attributes;
  attributes.add(k_valid_from, format_zoned(since));
  for (const auto& [id, value] : recorded.attributes) attributes.add(id, value);
  return attributes.element(recorded.id);
}

}  // namespace lotledger::connectors::epcis
