// projections/audit_values.cc - events in words.
#include "projections/audit_values.h"

#include "engine/codec/areas.h"
#include "projections/event_names.h"
#include "projections/event_units.h"
#include "projections/keys.h"

#include <fmt/format.h>

namespace lotledger::projections {
namespace {

using engine::codec::view_of;
using Amounts = flatbuffers::Vector<flatbuffers::Offset<schema::UnitAmount>>;

std::string ref_of(const schema::UnitRef& unit) {
  return UnitKey(unit.key()->str()).ref();
}
std::string ref_of(const flatbuffers::String* key) {
  return UnitKey(key->str()).ref();
}

/// Texts joined by commas, up to the limit; of the rest their number.
class List {
 public:
  void add(const std::string& text) {
    if (++count_ > k_units_listed_max) return;
    if (!text_.empty()) text_.append(", ");
    text_.append(text);
  }
  [[nodiscard]] bool full() const { return count_ >= k_units_listed_max; }
  void skip() { ++count_; }
  [[nodiscard]] std::string text() const {
    if (count_ <= k_units_listed_max) return text_;
    return fmt::format("{} and {} more", text_, count_ - k_units_listed_max);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

/// Sentences joined by semicolons; empty ones fall out.
std::string joined(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text.append("; ");
    text.append(part);
  }
  return text;
}

std::string units_in_words(const schema::Event& event) {
  List list;
  for_each_unit(event, [&list](const schema::UnitRef& unit) { list.full() ? list.skip() : list.add(ref_of(unit)); });
  return list.text();
}

std::string amount_in_words(const schema::UnitAmount& amount) {
  const UnitAmount plain = engine::codec::decode(amount);
  if (!plain.quantity) return plain.unit.key.ref();
  return fmt::format("{} {} {}", plain.unit.key.ref(), plain.quantity->text(), plain.quantity->unit.view());
}

std::string amounts_in_words(std::string_view before, const Amounts* amounts) {
  if (amounts == nullptr || amounts->size() == 0) return {};
  List list;
  for (const schema::UnitAmount* amount : *amounts) list.full() ? list.skip() : list.add(amount_in_words(*amount));
  return fmt::format("{}{}", before, list.text());
}

/// `children`, or all of them, and the unit they go in or out of.
std::string group_in_words(const Amounts* children, std::string_view between, const schema::UnitRef& parent) {
  const std::string some = children == nullptr ? "everything" : amounts_in_words({}, children);
  return fmt::format("{} {} {}", some, between, ref_of(parent));
}

std::string production_in_words(const schema::ProductionArea& area) {
  switch (area.event_type()) {
    case schema::ProductionEvent::units_transformed: {
      const auto* event = area.event_as_units_transformed();
      return joined({amounts_in_words("from ", event->inputs()), amounts_in_words("to ", event->outputs())});
    }
    case schema::ProductionEvent::parts_installed: {
      const auto* event = area.event_as_parts_installed();
      return group_in_words(event->parts(), event->observed() ? "seen in" : "into", *event->parent());
    }
    case schema::ProductionEvent::parts_removed: {
      const auto* event = area.event_as_parts_removed();
      return group_in_words(event->parts(), "out of", *event->parent());
    }
    case schema::ProductionEvent::NONE: return {};
  }
  return {};
}

std::string warehouse_in_words(const schema::WarehouseArea& area) {
  switch (area.event_type()) {
    case schema::WarehouseEvent::units_received: return amounts_in_words({}, area.event_as_units_received()->units());
    case schema::WarehouseEvent::units_observed: return amounts_in_words({}, area.event_as_units_observed()->units());
    case schema::WarehouseEvent::NONE: return {};
  }
  return {};
}

std::string order_in_words(const schema::OrderArea& area) {
  switch (area.event_type()) {
    case schema::OrderEvent::units_shipped: return amounts_in_words({}, area.event_as_units_shipped()->units());
    case schema::OrderEvent::shipment_voided: return amounts_in_words({}, area.event_as_shipment_voided()->units());
    case schema::OrderEvent::units_returned: return amounts_in_words({}, area.event_as_units_returned()->units());
    case schema::OrderEvent::transaction_linked: {
      const auto* event = area.event_as_transaction_linked();
      const std::string link = schema::EnumNameLinkAction(event->action());
      return joined(
          {link, event->parent() == nullptr ? "" : ref_of(*event->parent()), amounts_in_words({}, event->units())});
    }
    case schema::OrderEvent::NONE: return {};
  }
  return {};
}

std::string roles_in_words(std::string_view before,
                           const flatbuffers::Vector<flatbuffers::Offset<schema::PartyRole>>* roles) {
  if (roles == nullptr) return {};
  List list;
  for (const schema::PartyRole* role : *roles)
    list.add(fmt::format("{} {}", view_of(role->role()), ref_of(role->key())));
  return fmt::format("{}{}", before, list.text());
}

std::string documents_in_words(const schema::Context& context) {
  List list;
  if (context.documents() == nullptr) return {};
  for (const schema::DocumentRef* document : *context.documents()) {
    const std::string_view type = view_of(document->type());
    list.add(fmt::format("{} {}", type.empty() ? "document" : type, view_of(document->id())));
  }
  return list.text();
}

std::string context_in_words(const schema::Event& event) {
  std::string when;
  if (event.occurred_at().has_value()) {
    when = "at " + format_zoned({Instant{*event.occurred_at()}, event.offset_minutes()});
  }
  const schema::Context* context = event.context();
  if (context == nullptr) return when;
  const auto place = [](std::string_view before, const flatbuffers::String* key) {
    return key == nullptr ? std::string() : fmt::format("{}{}", before, ref_of(key));
  };
  return joined({std::string(view_of(context->business_step())), std::string(view_of(context->disposition())), when,
                 place("read at ", context->read_point()), place("now in ", context->business_location()),
                 documents_in_words(*context), roles_in_words("from ", context->sources()),
                 roles_in_words("to ", context->destinations())});
}

std::string attributes_in_words(const flatbuffers::Vector<flatbuffers::Offset<schema::Attribute>>* attributes) {
  List list;
  if (attributes == nullptr) return {};
  for (const schema::Attribute* each : *attributes)
    list.add(fmt::format("{}={}", view_of(each->name()), view_of(each->value())));
  return list.text();
}

std::string party_in_words(const schema::PartyRecorded& event) {
  const auto recorded = [&event] {
    std::string names;
    if (event.names() == nullptr) return names;
    for (const schema::Text* name : *event.names())
      names.append(names.empty() ? "" : " / ").append(view_of(name->value()));
    return names;
  };
  const auto text = [](const flatbuffers::String* value) { return std::string(view_of(value)); };
  const auto sealed = [](std::string_view what, bool there) {
    return there ? fmt::format("{} (sealed)", what) : std::string();
  };
  return joined({recorded(), text(event.street()), text(event.postal_code()), text(event.city()), text(event.region()),
                 text(event.country()), text(event.telephone()), text(event.role()),
                 event.owner() == nullptr ? "" : "owned by " + ref_of(event.owner()),
                 sealed("e-mail", event.email() != nullptr),
                 sealed("recall contact", event.recall_contact() != nullptr), attributes_in_words(event.attributes())});
}

/// Master data of any kind.
std::string described_in_words(const schema::PartyArea& area) {
  switch (area.event_type()) {
    case schema::PartyEvent::party_recorded: return party_in_words(*area.event_as_party_recorded());
    case schema::PartyEvent::vocabulary_recorded:
      return attributes_in_words(area.event_as_vocabulary_recorded()->attributes());
    case schema::PartyEvent::NONE: break;
  }
  return {};
}

std::string described_subject(const schema::PartyArea& area) {
  switch (area.event_type()) {
    case schema::PartyEvent::party_recorded: return ref_of(area.event_as_party_recorded()->key());
    case schema::PartyEvent::vocabulary_recorded:
      return std::string(view_of(area.event_as_vocabulary_recorded()->id()));
    case schema::PartyEvent::NONE: break;
  }
  return {};
}

std::string row_place(const schema::Source& source) {
  std::string place(view_of(source.file()));
  if (source.line().has_value()) {
    place.append(fmt::format(" line {}", *source.line()));
  } else if (source.offset().has_value()) {
    place.append(fmt::format(" byte {}", *source.offset()));
  }
  return place.empty() ? fmt::format("row of {}", view_of(source.system())) : place;
}

std::string faults_in_words(const schema::RowRejected& row) {
  List list;
  if (row.faults() == nullptr) return {};
  for (const schema::Fault* fault : *row.faults())
    list.add(fmt::format("{}: {}", view_of(fault->field()), view_of(fault->message())));
  return list.text();
}

std::string row_name(Seq row) {
  return fmt::format("row of record {}", row);
}

}  // namespace

std::string described_prefix(const schema::PartyArea& area) {
  switch (area.event_type()) {
    case schema::PartyEvent::party_recorded: return text_prefix('p', view_of(area.event_as_party_recorded()->key()));
    case schema::PartyEvent::vocabulary_recorded: {
      const auto* event = area.event_as_vocabulary_recorded();
      return text_prefix('p', fmt::format("{}\x1d{}", view_of(event->type()), view_of(event->id())));
    }
    case schema::PartyEvent::NONE: break;
  }
  return text_prefix('p', {});
}

AuditValues AuditWords::of(const schema::Body& body, EventPosition position) {
  const schema::Event& event = *body.events()->Get(position.index);
  const auto fact = [&event](const std::string& words) {
    return AuditValues{units_in_words(event), {}, joined({words, context_in_words(event)})};
  };
  switch (event.area_type()) {
    case schema::AreaEvent::system: return system(event);
    case schema::AreaEvent::lot: return lot(event);
    case schema::AreaEvent::production: return fact(production_in_words(*event.area_as_production()));
    case schema::AreaEvent::warehouse: return fact(warehouse_in_words(*event.area_as_warehouse()));
    case schema::AreaEvent::order: return fact(order_in_words(*event.area_as_order()));
    case schema::AreaEvent::identity: return fact("one unit under two codes");
    case schema::AreaEvent::party: return party(*event.area_as_party(), position);
    case schema::AreaEvent::correction: return correction(event, position);
    case schema::AreaEvent::intake: return intake(body, *event.area_as_intake());
    case schema::AreaEvent::NONE: break;
  }
  return {};
}

AuditValues AuditWords::system(const schema::Event& event) const {
  const schema::SystemArea& area = *event.area_as_system();
  switch (area.event_type()) {
    case schema::SystemEvent::ledger_created: {
      const auto* created = area.event_as_ledger_created();
      return {std::string(view_of(created->name())),
              {},
              fmt::format("ledger for {}", schema::EnumNameEnvironment(created->environment()))};
    }
    case schema::SystemEvent::format_raised: {
      const auto* raised = area.event_as_format_raised();
      return {
          "format", {}, fmt::format("readers from {}, writers from {}", raised->min_reader(), raised->min_writer())};
    }
    case schema::SystemEvent::command_refused: {
      const auto* refused = area.event_as_command_refused();
      const std::string rule = fmt::format("{} refused by {}", view_of(refused->command()), view_of(refused->rule()));
      const std::string clause = refused->clause() == nullptr ? "" : fmt::format(" ({})", view_of(refused->clause()));
      return {units_in_words(event), {}, joined({rule + clause, std::string(view_of(refused->detail()))})};
    }
    case schema::SystemEvent::epoch_opened: {
      const auto* opened = area.event_as_epoch_opened();
      return {"writer", fmt::format("epoch {}", opened->previous_epoch()),
              fmt::format("node {}", view_of(opened->node()))};
    }
    case schema::SystemEvent::NONE: break;
  }
  return {};
}

AuditValues AuditWords::lot(const schema::Event& event) const {
  const schema::LotArea& area = *event.area_as_lot();
  const auto fact = [&event](const std::string& words) {
    return AuditValues{units_in_words(event), {}, joined({words, context_in_words(event)})};
  };
  switch (area.event_type()) {
    case schema::LotEvent::units_commissioned:
      return fact(amounts_in_words({}, area.event_as_units_commissioned()->units()));
    case schema::LotEvent::units_decommissioned: {
      const auto* ended = area.event_as_units_decommissioned();
      return fact(joined({schema::EnumNameEndKind(ended->end()), amounts_in_words({}, ended->units())}));
    }
    case schema::LotEvent::units_packed: {
      const auto* packed = area.event_as_units_packed();
      return fact(group_in_words(packed->children(), packed->observed() ? "seen in" : "into", *packed->parent()));
    }
    case schema::LotEvent::units_unpacked: {
      const auto* unpacked = area.event_as_units_unpacked();
      return fact(group_in_words(unpacked->children(), "out of", *unpacked->parent()));
    }
    case schema::LotEvent::hold_placed: {
      const auto* hold = area.event_as_hold_placed();
      const std::string_view id = view_of(hold->hold_id());
      return {ref_of(*hold->unit()), fmt::format("no hold {}", id),
              fmt::format("hold {} ({})", id, schema::EnumNameHoldKind(hold->kind()))};
    }
    case schema::LotEvent::hold_lifted: {
      const auto* hold = area.event_as_hold_lifted();
      const std::string_view id = view_of(hold->hold_id());
      return {ref_of(*hold->unit()), fmt::format("hold {}", id), fmt::format("no hold {}", id)};
    }
    case schema::LotEvent::NONE: break;
  }
  return {};
}

AuditValues AuditWords::party(const schema::PartyArea& area, EventPosition position) {
  const std::string prefix = described_prefix(area);
  std::optional<EventPosition> before;
  store_.scan_prefix(prefix, [&](std::string_view key, std::string_view) {
    if (key.size() != prefix.size() + 12) return true;
    const EventPosition at{load_be64(key.data() + prefix.size()), load_be32(key.data() + prefix.size() + 8)};
    if (at >= position) return false;
    before = at;
    return true;
  });
  AuditValues values{described_subject(area), {}, described_in_words(area)};
  const schema::Event* earlier = before ? records_.event(*before) : nullptr;
  if (earlier != nullptr && earlier->area_as_party() != nullptr)
    values.old_value = described_in_words(*earlier->area_as_party());
  return values;
}

std::string AuditWords::record_in_short(Seq seq) {
  const schema::Body* body = records_.body({seq});
  if (body == nullptr) return fmt::format("record {}, which cannot be read", seq);
  List list;
  for (const schema::Event* event : *body->events()) {
    const std::string units = units_in_words(*event);
    list.add(units.empty() ? std::string(event_name(*event)) : fmt::format("{} of {}", event_name(*event), units));
  }
  return fmt::format("record {}: {}", seq, list.text());
}

AuditValues AuditWords::correction(const schema::Event& event, EventPosition position) {
  const schema::CorrectionArea& area = *event.area_as_correction();
  switch (area.event_type()) {
    case schema::CorrectionEvent::event_withdrawn: break;
    case schema::CorrectionEvent::withdrawal_applied: {
      const Seq withdrawal = area.event_as_withdrawal_applied()->withdrawal_seq();
      return {fmt::format("record {}", position.seq), fmt::format("withdrawal at record {} waiting for it", withdrawal),
              fmt::format("withdrawn by record {} before it arrived", withdrawal)};
    }
    case schema::CorrectionEvent::NONE: return {};
  }
  const auto* withdrawn = area.event_as_event_withdrawn();
  const auto target = withdrawn->target_seq();
  const std::string id(view_of(withdrawn->event_id()));
  List correctives;
  if (withdrawn->corrective_event_ids() != nullptr) {
    for (const auto* corrective : *withdrawn->corrective_event_ids()) correctives.add(corrective->str());
  }
  const std::string now = target.has_value() ? "withdrawn" : "to be withdrawn when it arrives";
  const std::string rightly = correctives.text().empty() ? "" : "told rightly by " + correctives.text();
  return {target.has_value() ? fmt::format("record {}", *target) : "event " + id,
          target.has_value() ? record_in_short(*target) : "",
          joined({now, std::string(view_of(withdrawn->error_reason())), rightly})};
}

AuditValues AuditWords::intake(const schema::Body& body, const schema::IntakeArea& area) const {
  switch (area.event_type()) {
    case schema::IntakeEvent::row_rejected: {
      const auto* row = area.event_as_row_rejected();
      const std::string kind = fmt::format("open row ({})", schema::EnumNameRejectKind(row->kind()));
      const std::string first =
          row->conflicts_with().has_value() ? fmt::format("record {} has the same id", *row->conflicts_with()) : "";
      return {row_place(*body.source()), first, joined({kind, faults_in_words(*row)})};
    }
    case schema::IntakeEvent::row_repaired:
      return {row_name(area.event_as_row_repaired()->rejected_seq()), "open row", "repaired"};
    case schema::IntakeEvent::row_discarded:
      return {row_name(area.event_as_row_discarded()->rejected_seq()), "open row", "discarded"};
    case schema::IntakeEvent::NONE: break;
  }
  return {};
}

}  // namespace lotledger::projections
