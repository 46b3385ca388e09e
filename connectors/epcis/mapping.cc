// connectors/epcis/mapping.cc - EPCIS events to ours.
#include "connectors/epcis/mapping.h"

#include "connectors/epcis/event_fields.h"
#include "connectors/epcis/event_hash.h"
#include "connectors/epcis/own_facts.h"
#include "connectors/epcis/vocabulary.h"
#include "engine/base/unit_urn.h"

#include <algorithm>

namespace lotledger::connectors::epcis {
namespace {

using engine::AreaEvent;
using engine::Submission;

/// The namespace of CBV master data attributes as JSON has it; XML mostly leaves the last colon out.
constexpr std::string_view k_cbv_mda = "urn:epcglobal:cbv:mda:";
constexpr std::string_view k_cbv_mda_xml = "urn:epcglobal:cbv:mda";

Fault mapping_fault(std::string field, std::string_view value, std::string what) {
  return {FaultCode::bad_value, std::move(field), quoted(value), std::move(what), {}};
}

bool is_holder(const UnitRef& unit) {
  const UnitType type = unit.key.type();
  return type == UnitType::container || type == UnitType::location;
}

/// What a URI of ours stands for where the standard wants a URI and the source had a plain code; else the URI.
std::string code_of(std::string_view kind, const std::string& uri) {
  return text_of_urn(kind, uri).value_or(uri);
}

/// Maps one event; collects faults instead of stopping at the first.
class Mapper {
 public:
  Mapper(const Event& event, const Origin& place) : event_(event), place_(place), own_(event, place, faults) {}

  /// The facts that stand or fall together. `context` is that of the event; what the facts tell themselves is taken out
  /// of it.
  std::vector<AreaEvent> facts(Context& context) {
    std::vector<AreaEvent> facts = own_.tells() ? own_.facts(things(), context) : standard_facts();
    own_.complete(facts);
    context = own_.without_own(std::move(context));
    return facts;
  }
  /// All units that the event names, for a withdrawal.
  std::vector<UnitRef> all_units() {
    std::vector<UnitRef> units;
    const auto add = [&](const std::vector<UnitAmount>& amounts) {
      for (const UnitAmount& amount : amounts) units.push_back(amount.unit);
    };
    if (!event_.parent_id.empty()) units.push_back(unit(event_.parent_id, "parentID"));
    add(things());
    add(amounts("childEPCs", event_.child_epcs, "childQuantityList", event_.child_quantity_list));
    add(amounts("inputEPCList", event_.input_epc_list, "inputQuantityList", event_.input_quantity_list));
    add(amounts("outputEPCList", event_.output_epc_list, "outputQuantityList", event_.output_quantity_list));
    return units;
  }

  Context context() {
    Context context;
    context.business_step = event_.biz_step.value;
    context.disposition = event_.disposition.value;
    if (event_.read_point) context.read_point = unit(event_.read_point->id, "readPoint").key;
    if (event_.biz_location) context.business_location = unit(event_.biz_location->id, "bizLocation").key;
    for (const TypedUri& document : event_.biz_transaction_list)
      context.documents.push_back({document.type.value, code_of(k_urn_document, document.uri)});
    context.sources = roles(event_.source_list, "sourceList");
    context.destinations = roles(event_.destination_list, "destinationList");
    return context;
  }

  /// What fields of our own say of the event as a whole; to be read after its facts.
  OwnFacts& own() { return own_; }

  std::vector<Fault> faults;

 private:
  std::vector<AreaEvent> standard_facts() {
    switch (event_.type) {
      case EventType::object: return object();
      case EventType::aggregation: return aggregation(assembles());
      case EventType::association: return aggregation(true);
      case EventType::transformation: return transformation();
      case EventType::transaction: return transaction();
    }
    return {};
  }

  std::vector<UnitAmount> things() { return amounts("epcList", event_.epc_list, "quantityList", event_.quantity_list); }

  std::vector<AreaEvent> object() {
    std::vector<UnitAmount> units = things();
    if (event_.action == Action::add) {
      add_lot(units);
      if (event_.biz_step.value == "receiving")
        return {AreaEvent{engine::WarehouseEvent{engine::UnitsReceived{std::move(units)}}}};
      return {AreaEvent{engine::LotEvent{engine::UnitsCommissioned{std::move(units), expiry()}}}};
    }
    if (event_.action == Action::remove)
      return {AreaEvent{engine::LotEvent{engine::UnitsDecommissioned{std::move(units), end_kind()}}}};
    if (auto moved = movement(units)) return {std::move(*moved)};
    return {AreaEvent{engine::WarehouseEvent{engine::UnitsObserved{std::move(units)}}}};
  }

  /// Aggregation and association. `flow`: parts go into a device; otherwise children go into a container.
  std::vector<AreaEvent> aggregation(bool flow) {
    std::vector<UnitAmount> children =
        amounts("childEPCs", event_.child_epcs, "childQuantityList", event_.child_quantity_list);
    if (event_.parent_id.empty())
      return {AreaEvent{engine::WarehouseEvent{engine::UnitsObserved{std::move(children)}}}};
    const UnitRef parent = unit(event_.parent_id, "parentID");
    std::vector<AreaEvent> events;
    if (flow && !is_holder(parent)) {
      events.push_back(installation(parent, std::move(children)));
    } else {
      events.push_back(packing(parent, std::move(children)));
    }
    if (auto moved = movement({{parent, std::nullopt}})) events.push_back(std::move(*moved));
    return events;
  }

  AreaEvent installation(const UnitRef& parent, std::vector<UnitAmount> parts) {
    if (event_.action == Action::remove) return engine::ProductionEvent{engine::PartsRemoved{parent, std::move(parts)}};
    return engine::ProductionEvent{engine::PartsInstalled{parent, std::move(parts), event_.action == Action::observe}};
  }

  AreaEvent packing(const UnitRef& parent, std::vector<UnitAmount> children) {
    if (event_.action == Action::remove) return engine::LotEvent{engine::UnitsUnpacked{parent, std::move(children)}};
    return engine::LotEvent{engine::UnitsPacked{parent, std::move(children), event_.action == Action::observe}};
  }

  /// Whether an aggregation under a serial puts parts into a device (or takes them out) rather than goods into a
  /// package.
  [[nodiscard]] bool assembles() const {
    return one_of(event_.biz_step.value,
                  {"assembling", "installing", "disassembling", "removing", "repairing", "replacing"});
  }

  std::vector<AreaEvent> transformation() {
    engine::UnitsTransformed event;
    event.process_id = code_of(k_urn_process, event_.transformation_id);
    event.inputs = amounts("inputEPCList", event_.input_epc_list, "inputQuantityList", event_.input_quantity_list);
    event.outputs = amounts("outputEPCList", event_.output_epc_list, "outputQuantityList", event_.output_quantity_list);
    add_lot(event.outputs);
    event.expires_on = expiry();
    return {AreaEvent{engine::ProductionEvent{std::move(event)}}};
  }

  std::vector<AreaEvent> transaction() {
    engine::TransactionLinked event;
    if (!event_.parent_id.empty()) event.parent = unit(event_.parent_id, "parentID");
    event.units = things();
    event.action = event_.action == Action::add       ? engine::LinkAction::add
                   : event_.action == Action::observe ? engine::LinkAction::observe
                                                      : engine::LinkAction::remove;
    std::vector<UnitAmount> moving = event.units;
    if (event.parent) moving.push_back({*event.parent, std::nullopt});
    std::vector<AreaEvent> events{AreaEvent{engine::OrderEvent{std::move(event)}}};
    if (auto moved = movement(std::move(moving))) events.push_back(std::move(*moved));
    return events;
  }

  /// Shipping, receiving and returning, whichever event type tells of them.
  std::optional<AreaEvent> movement(std::vector<UnitAmount> units) {
    const std::string_view step = event_.biz_step.value;
    if (units.empty()) return std::nullopt;
    const bool leaves =
        step == "shipping" || (one_of(step, {"departing", "consigning"}) && !event_.destination_list.empty());
    if (leaves) return engine::OrderEvent{engine::UnitsShipped{std::move(units)}};
    if (step == "void_shipping") return engine::OrderEvent{engine::ShipmentVoided{std::move(units)}};
    if (returns()) return engine::OrderEvent{engine::UnitsReturned{std::move(units)}};
    if (step == "receiving") return engine::WarehouseEvent{engine::UnitsReceived{std::move(units)}};
    return std::nullopt;
  }

  [[nodiscard]] bool returns() const {
    if (!one_of(event_.biz_step.value, {"", "receiving", "accepting", "arriving"})) return false;
    const bool rma = std::any_of(event_.biz_transaction_list.begin(), event_.biz_transaction_list.end(),
                                 [](const TypedUri& document) { return document.type.value == "rma"; });
    return event_.disposition.value == "returned" || (rma && event_.biz_step.value == "receiving");
  }

  [[nodiscard]] engine::EndKind end_kind() const {
    if (event_.biz_step.value == "destroying" || event_.disposition.value == "destroyed")
      return engine::EndKind::destroyed;
    return engine::EndKind::decommissioned;
  }

  /// The lot that ilmd states belongs to every serial listed that does not name its own.
  void add_lot(std::vector<UnitAmount>& units) {
    const std::string_view lot = attribute("lotNumber");
    if (lot.empty()) return;
    for (UnitAmount& amount : units) {
      if (amount.unit.key.type() != UnitType::serial || amount.unit.lot || amount.unit.key.item().size() != 14)
        continue;
      const auto key = parse_unit("(01)" + std::string(amount.unit.key.item()) + "(10)" + std::string(lot));
      if (key.has_value() && key->key.type() == UnitType::lot) {
        amount.unit.lot = key->key;
      } else {
        faults.push_back(
            mapping_fault("ilmd.lotNumber", lot, "is no GS1 batch/lot number (1 to 20 characters of the GS1 set 82)"));
      }
    }
  }

  [[nodiscard]] std::string expiry() const {
    const std::string_view day = attribute("itemExpirationDate");
    return std::string(day.substr(0, 10));
  }

  [[nodiscard]] std::string_view attribute(std::string_view local) const {
    for (const Extension& extension : event_.ilmd) {
      if (extension.local == local && (extension.space == k_cbv_mda || extension.space == k_cbv_mda_xml))
        return extension.text;
    }
    return {};
  }

  UnitRef unit(const std::string& text, const std::string& field) {
    auto parsed = parse_unit_uri(text);
    if (parsed.has_value()) return std::move(*parsed);
    faults.push_back(mapping_fault(path(field), text, parsed.error().message));
    return {};
  }

  std::vector<UnitAmount> amounts(const std::string& list_field, const std::vector<std::string>& list,
                                  const std::string& quantity_field, const std::vector<QuantityElement>& quantities) {
    std::vector<UnitAmount> out;
    out.reserve(list.size() + quantities.size());
    for (const std::string& epc : list) out.push_back({unit(epc, list_field), std::nullopt});
    for (const QuantityElement& element : quantities)
      out.push_back({unit(element.epc_class, quantity_field), quantity(element, quantity_field)});
    own_.complete(out);
    return out;
  }

  std::optional<Quantity> quantity(const QuantityElement& element, const std::string& field) {
    if (element.quantity.empty()) return std::nullopt;
    const auto code = element.uom.empty() ? Result<UnitCode>(each()) : UnitCode::parse(element.uom);
    if (!code.has_value()) {
      faults.push_back(mapping_fault(path(field), element.uom, code.error().message));
      return std::nullopt;
    }
    const auto parsed = parse_quantity(element.quantity, *code);
    if (parsed.has_value()) return *parsed;
    faults.push_back(mapping_fault(path(field), element.quantity, parsed.error().message));
    return std::nullopt;
  }

  std::vector<PartyRole> roles(const std::vector<TypedUri>& list, const std::string& field) {
    std::vector<PartyRole> out;
    out.reserve(list.size());
    for (const TypedUri& entry : list) out.push_back({entry.type.value, unit(entry.uri, field).key, entry.uri});
    return out;
  }

  [[nodiscard]] std::string path(const std::string& field) const {
    return place_.path.empty() ? field : place_.path + "." + field;
  }

  const Event& event_;
  const Origin& place_;
  OwnFacts own_;
};

std::string id_of(const Event& event) {
  return event.event_id.empty() ? event_hash_uri(event.hash) : event.event_id;
}

Submission submission_of(const SubmissionOrigin& origin, const Origin& place) {
  return submission_at("epcis", origin, {place.offset, place.line});
}

/// What makes one declaration of an error differ from another of the same event.
Digest declaration_digest(const Event& event) {
  const ErrorDeclaration& declaration = *event.error_declaration;
  std::string text = format_utc(declaration.declaration_time.at) + "\n" + declaration.reason.value + "\n";
  for (const std::string& id : declaration.corrective_event_ids) text += id + "\n";
  text += event.content.hex();
  return sha256(text);
}

void become_withdrawal(Submission& submission, const Event& event, std::vector<UnitRef> units) {
  const ErrorDeclaration& declaration = *event.error_declaration;
  engine::EventWithdrawn withdrawn;
  withdrawn.event = EventId{submission.body.source.message_id};
  withdrawn.error_reason = declaration.reason.value;
  withdrawn.declared_at = declaration.declaration_time.at;
  for (const std::string& id : declaration.corrective_event_ids) withdrawn.corrective_events.push_back(EventId{id});
  withdrawn.units = std::move(units);
  submission.dedup = engine::DedupKind::withdrawal;
  submission.body.content = declaration_digest(event);
  submission.body.reason.code = declaration.reason.value;
  submission.body.events.push_back(plain_event(engine::CorrectionEvent{std::move(withdrawn)}));
}

void add_facts(Submission& submission, const Event& event, Mapper& mapper) {
  Context context = mapper.context();
  std::vector<AreaEvent> facts = mapper.facts(context);
  const auto until = mapper.own().until();
  submission.body.reason.text = mapper.own().text(own::k_reason);
  mapper.own().finish();
  for (AreaEvent& fact : facts) {
    engine::Event out = plain_event(std::move(fact));
    out.occurred = ZonedInstant{event.event_time.at, event.event_time_zone_offset_minutes};
    out.occurred_until = until;
    out.context = context;
    submission.body.events.push_back(std::move(out));
  }
}

}  // namespace

std::expected<Submission, std::vector<Fault>> map_event(const Event& event, const Origin& place,
                                                        const SubmissionOrigin& origin) {
  Submission submission = submission_of(origin, place);
  engine::Body& body = submission.body;
  body.source.message_id = id_of(event);
  if (event.record_time) body.reported_at = event.record_time->at;
  body.content = event.content;
  body.source_text = event.source_text;
  body.source_context = event.source_namespaces;
  Mapper mapper(event, place);
  if (event.error_declaration) {
    become_withdrawal(submission, event, mapper.all_units());
  } else {
    add_facts(submission, event, mapper);
  }
  if (!mapper.faults.empty()) return std::unexpected(std::move(mapper.faults));
  return submission;
}

Submission map_rejected(const BadItem& item, const SubmissionOrigin& origin) {
  engine::RowRejected row = refused_row(item.raw, item.origin.length, item.faults);
  if (item.kind == BadItem::Kind::unreadable) row.kind = engine::RejectKind::unreadable;
  // Of what is not whole, the place in the file makes it this row and no other.
  const std::string place =
      item.raw_is_whole ? std::string() : origin.file_hash.hex() + ":" + std::to_string(item.origin.offset);
  Submission submission = submission_of(origin, item.origin);
  become_rejected(submission, std::move(row), item.raw + place, item.event_id);
  return submission;
}

Submission map_rejected(const Event& event, const Origin& place, const std::vector<Fault>& faults,
                        const SubmissionOrigin& origin) {
  Submission submission = submission_of(origin, place);
  become_rejected(submission, refused_row(event.source_text, event.source_text.size(), faults), event.source_text,
                  event.event_id);
  return submission;
}

}  // namespace lotledger::connectors::epcis
