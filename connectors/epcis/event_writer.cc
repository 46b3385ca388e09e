// connectors/epcis/event_writer.cc - from facts to EPCIS, field by field.
#include "connectors/epcis/event_writer.h"

#include "connectors/epcis/event_fields.h"
#include "connectors/epcis/json_text.h"
#include "connectors/epcis/namespaces.h"
#include "connectors/epcis/own_fields.h"
#include "engine/base/assert.h"
#include "engine/base/unit_urn.h"

#include <utility>

namespace lotledger::connectors::epcis {
namespace {

std::string code_as_uri(std::string_view kind, const std::string& code) {
  return is_uri(code) ? code : urn_of_text(kind, code);
}

/// The facts of one record as an EPCIS event.
class Writer {
 public:
  explicit Writer(const std::vector<engine::Event>& facts)
      : facts_(facts), event_(facts.front()), context_(event_.context) {}

  /// Empty for what is no fact about material.
  std::string write(const EventHead& head) {
    std::visit([this](const auto& area) { std::visit([this](const auto& fact) { this->take(fact); }, area); },
               event_.body);
    if (type_.empty() || !take_second()) return {};
    if (event_.occurred_until) own(own::k_until, format_utc(*event_.occurred_until));
    own(own::k_reason, head.reason);
    Members all;
    all.text("type", type_);
    all.text("eventID", head.event_id);
    if (event_.occurred) {
      all.text("eventTime", format_zoned(*event_.occurred));
      all.text("eventTimeZoneOffset", format_offset(event_.occurred->offset_minutes));
    }
    if (head.reported_at) all.text("recordTime", format_utc(*head.reported_at));
    all.text("action", action_);
    for (const auto& [name, value] : fields_) all.json(name, value);
    write_context(all);
    for (const auto& [name, value] : own_) all.json(own_name(name), value);
    all.json(own_name(own::k_units), list_of(unit_words_, [](const std::string& words) { return words; }));
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
    if (fact.end == engine::EndKind::scrapped) return be_object("scrap", fact.units);
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
    if (fact.kind != engine::ProcessKind::production) own(own::k_kind, name_of(fact.kind));
    if (fact.basis != engine::Basis::unspecified) own(own::k_basis, name_of(fact.basis));
    if (fact.flow == engine::Flow::sequential) own(own::k_flow, "sequential");
    own(own::k_operation, fact.operation);
  }
  void take(const engine::UnitsReceived& fact) {
    observe(fact.units, "receiving");
    if (fact.owner) own(own::k_owner, uri_of_key(*fact.owner, {}));
    own(own::k_expires_on, fact.expires_on);
  }
  void take(const engine::UnitsMoved& fact) {
    if (context_.read_point) return;  // Where it left is told by the read point.
    context_.read_point = fact.from;
    be_object(name_of(fact.kind), fact.units);
  }
  void take(const engine::UnitsCounted& fact) { be_object("count", fact.units); }
  void take(const engine::UnitsSampled& fact) { be_object("sample", fact.units); }
  void take(const engine::StockAdjusted& fact) { be_object(fact.decrease ? "adjust_out" : "adjust_in", fact.units); }
  void take(const engine::OwnerChanged& fact) {
    if (fact.owner) context_.destinations.push_back({"owning_party", *fact.owner, {}});
    be_object("owner", fact.units);
  }
  void take(const engine::StatusReported& fact) {
    be_object(name_of(fact.status), {{fact.unit, fact.quantity}});
    own(own::k_hold, fact.hold.text);
    if (fact.hold_kind != engine::HoldKind::quality) own(own::k_hold_kind, name_of(fact.hold_kind));
    own(own::k_company, fact.company);
    own(own::k_market, fact.market);
  }
  void take(const engine::ExpirySet& fact) {
    be_object(k_expiry, {{fact.unit, std::nullopt}});
    dates(fact);
  }
  void take(const engine::UnitsObserved& fact) { observe(fact.units, {}); }
  void take(const engine::UnitsShipped& fact) {
    observe(fact.units, "shipping");
    if (fact.terms != engine::ShippingTerms::sale) own(own::k_terms, name_of(fact.terms));
  }
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

  /// A second fact that one event tells with the first; false for any other.
  bool take_second() {
    if (facts_.size() == 1) return true;
    const engine::LotEvent* second = std::get_if<engine::LotEvent>(&facts_[1].body);
    if (facts_.size() > 2 || second == nullptr) return false;
    if (const auto* set = std::get_if<engine::ExpirySet>(second)) {
      dates(*set);
      return true;
    }
    if (type_ != name_of(EventType::transformation) || !std::holds_alternative<engine::UnitsDecommissioned>(*second))
      return false;
    own(own::k_kind, k_scrap_output);
    return true;
  }
  void dates(const engine::ExpirySet& fact) {
    own(own::k_expires_on, fact.expires_on);
    own(own::k_retest_on, fact.retest_on);
  }

  void own(std::string_view name, std::string_view value) {
    if (!value.empty()) own_.emplace_back(name, json_string(value));
  }
  /// An ObjectEvent of a kind of our own, with the words of the standard that come nearest to it.
  void be_object(std::string_view word, const Units& list) {
    const OwnKind* kind = find_own_kind(word);
    LL_ASSERT(kind != nullptr && kind->action, "every kind of fact about objects stands in the table of kinds");
    be(std::string(name_of(kind->type)), std::string(name_of(*kind->action)));
    units("epcList", "quantityList", list);
    own(own::k_kind, word);
    step(std::string(kind->step));
    if (context_.disposition.empty()) context_.disposition = kind->disposition;
  }
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

  /// EA, which EPCIS has no uom for, is what it takes a quantity without uom for.
  static bool has_standard_unit(const Quantity& quantity) {
    return quantity.unit == each() || is_standard_uom(quantity.unit.view());
  }

  /// What the standard has no place for beside a unit: a lot that its URI does not name, a plant's own unit of measure.
  void words_of(const UnitAmount& amount) {
    const std::string uri = uri_of(amount.unit);
    const auto read = parse_unit_uri(uri);
    Members words;
    if (amount.unit.lot && (!read.has_value() || read->lot != amount.unit.lot))
      words.text("lot", uri_of_key(*amount.unit.lot, {}));
    if (amount.quantity && !has_standard_unit(*amount.quantity)) {
      words.text("quantity", amount.quantity->text());
      words.text("uom", amount.quantity->unit.view());
    }
    if (words.empty()) return;
    const std::string rest = words.object().substr(1);
    unit_words_.push_back("{\"unit\":" + json_string(uri) + "," + rest);
  }

  /// Single things by their URI alone; what has a quantity, or is a lot or class, as an element of a class.
  void units(std::string list, std::string quantities, const Units& all) {
    Units single;
    Units measured;
    for (const UnitAmount& amount : all) {
      const UnitType type = amount.unit.key.type();
      const bool is_class = type == UnitType::lot || type == UnitType::item_class;
      (amount.quantity || is_class ? measured : single).push_back(amount);
      words_of(amount);
    }
    fields_.emplace_back(std::move(list),
                         list_of(single, [](const UnitAmount& one) { return json_string(uri_of(one.unit)); }));
    fields_.emplace_back(std::move(quantities), list_of(measured, [](const UnitAmount& one) {
                           Members element;
                           element.text("epcClass", uri_of(one.unit));
                           if (one.quantity && has_standard_unit(*one.quantity)) {
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

  const std::vector<engine::Event>& facts_;
  const engine::Event& event_;
  Context context_;
  std::string type_;
  std::string action_;
  std::vector<std::pair<std::string_view, std::string>> own_;
  std::vector<std::string> unit_words_;
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace

std::string event_json(const std::vector<engine::Event>& facts, const EventHead& head) {
  return facts.empty() ? std::string() : Writer(facts).write(head);
}

}  // namespace lotledger::connectors::epcis
