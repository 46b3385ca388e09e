// connectors/epcis/event_writer.cc - from facts to EPCIS, field by field.
#include "connectors/epcis/event_writer.h"

#include "connectors/epcis/json_text.h"
#include "connectors/epcis/namespaces.h"
#include "engine/base/unit_urn.h"

#include <utility>

namespace lotledger::connectors::epcis {
namespace {

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

}  // namespace

std::string event_json(const engine::Event& event, const EventHead& head) {
  return Writer(event).write(head.event_id, head.reported_at);
}

}  // namespace lotledger::connectors::epcis
