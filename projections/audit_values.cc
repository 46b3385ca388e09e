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
  for_each_unit(event, [&list](const engine::codec::AmountView& unit) {
    list.full() ? list.skip() : list.add(UnitKey(std::string(unit.key)).ref());
  });
  return list.text();
}

std::string quantity_in_words(const schema::Quantity* quantity) {
  const auto plain = engine::codec::decode(quantity);
  return plain ? fmt::format("{} {}", plain->text(), plain->unit.view()) : std::string();
}

std::string amount_in_words(const engine::codec::AmountView& amount) {
  const std::string ref = UnitKey(std::string(amount.key)).ref();
  const std::string quantity = quantity_in_words(amount.quantity);
  return quantity.empty() ? ref : fmt::format("{} {}", ref, quantity);
}

std::string amounts_in_words(std::string_view before, const Amounts* amounts) {
  if (engine::codec::count_of(amounts) == 0) return {};
  List list;
  engine::codec::for_each_amount(amounts, [&list](const engine::codec::AmountView& amount) {
    list.full() ? list.skip() : list.add(amount_in_words(amount));
  });
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
      const bool plain = event->kind() == schema::ProcessKind::production;
      const bool stated = event->basis() != schema::Basis::unspecified;
      return joined({plain ? "" : schema::EnumNameProcessKind(event->kind()),
                     amounts_in_words("from ", event->inputs()), amounts_in_words("to ", event->outputs()),
                     stated ? schema::EnumNameBasis(event->basis()) : "",
                     event->operation() == nullptr ? "" : fmt::format("operation {}", view_of(event->operation()))});
    }
    case schema::ProductionEvent::parts_installed: {
      const auto* event = area.event_as_parts_installed();
      return group_in_words(event->parts(), event->observed() ? "seen in" : "into", *event->parent());
    }
    case schema::ProductionEvent::parts_removed: {
      const auto* event = area.event_as_parts_removed();
      return group_in_words(event->parts(), "out of", *event->parent());
    }
    case schema::ProductionEvent::order_recorded:
    case schema::ProductionEvent::NONE: return {};
  }
  return {};
}

std::string warehouse_in_words(const schema::WarehouseArea& area) {
  switch (area.event_type()) {
    case schema::WarehouseEvent::units_received: return amounts_in_words({}, area.event_as_units_received()->units());
    case schema::WarehouseEvent::units_observed: return amounts_in_words({}, area.event_as_units_observed()->units());
    case schema::WarehouseEvent::units_moved: {
      const auto* event = area.event_as_units_moved();
      return joined({schema::EnumNameMoveKind(event->kind()), amounts_in_words({}, event->units()),
                     event->from() == nullptr ? "" : "out of " + ref_of(event->from())});
    }
    case schema::WarehouseEvent::units_counted:
      return amounts_in_words("counted ", area.event_as_units_counted()->units());
    case schema::WarehouseEvent::stock_adjusted: {
      const auto* event = area.event_as_stock_adjusted();
      return amounts_in_words(event->decrease() ? "less " : "more ", event->units());
    }
    case schema::WarehouseEvent::units_sampled:
      return amounts_in_words("sampled ", area.event_as_units_sampled()->units());
    case schema::WarehouseEvent::owner_changed: {
      const auto* event = area.event_as_owner_changed();
      return joined({amounts_in_words({}, event->units()),
                     event->owner() == nullptr ? "now ours" : "now owned by " + ref_of(event->owner())});
    }
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

std::string names_in_words(const flatbuffers::Vector<flatbuffers::Offset<schema::Text>>* names) {
  std::string words;
  for (const LocalText& name : engine::codec::decode_names(names))
    words.append(words.empty() ? "" : " / ").append(name.value);
  return words;
}

std::string party_in_words(const schema::PartyRecorded& event) {
  const auto text = [](const flatbuffers::String* value) { return std::string(view_of(value)); };
  const auto sealed = [](std::string_view what, bool there) {
    return there ? fmt::format("{} (sealed)", what) : std::string();
  };
  return joined({names_in_words(event.names()), text(event.street()), text(event.postal_code()), text(event.city()),
                 text(event.region()), text(event.country()), text(event.telephone()), text(event.role()),
                 event.owner() == nullptr ? "" : "owned by " + ref_of(event.owner()),
                 sealed("e-mail", event.email() != nullptr),
                 sealed("recall contact", event.recall_contact() != nullptr), attributes_in_words(event.attributes())});
}

/// What a topic is called in postings and for people, and the value that an event gives it.
struct Topic {
  std::string key;
  std::string subject;
  std::string value;
};

std::string profile_in_words(const schema::TraceProfile* profile) {
  if (profile == nullptr) return {};
  const auto if_so = [](bool so, std::string_view word) { return so ? std::string(word) : std::string(); };
  List markets;
  for (const std::string& market : engine::codec::decode_texts(profile->markets())) markets.add(market);
  const auto days = profile->shelf_life_days();
  return joined({if_so(profile->lot_tracked(), "by lot"), if_so(profile->serial_tracked(), "by serial"),
                 days == 0 ? "" : fmt::format("shelf life {} days", days), if_so(profile->implant(), "implant"),
                 if_so(profile->sterile(), "sterile"), if_so(profile->release_required(), "to be released"),
                 markets.text().empty() ? "" : "markets " + markets.text()});
}

std::optional<Topic> topic_of(const schema::PartyArea& area) {
  switch (area.event_type()) {
    case schema::PartyEvent::party_recorded: {
      const auto* event = area.event_as_party_recorded();
      return Topic{event->key()->str(), ref_of(event->key()), party_in_words(*event)};
    }
    case schema::PartyEvent::vocabulary_recorded: {
      const auto* event = area.event_as_vocabulary_recorded();
      return Topic{fmt::format("{}\x1d{}", view_of(event->type()), view_of(event->id())),
                   std::string(view_of(event->id())), attributes_in_words(event->attributes())};
    }
    case schema::PartyEvent::NONE: break;
  }
  return std::nullopt;
}

std::optional<Topic> topic_of(const schema::ItemArea& area) {
  switch (area.event_type()) {
    case schema::ItemEvent::item_recorded: {
      const auto* event = area.event_as_item_recorded();
      const std::string uom = event->uom() == nullptr ? "" : fmt::format("in {}", view_of(event->uom()));
      return Topic{"item\x1d" + event->key()->str(), ref_of(event->key()),
                   joined({names_in_words(event->names()), uom, profile_in_words(event->profile())})};
    }
    case schema::ItemEvent::conversion_set: {
      const auto* event = area.event_as_conversion_set();
      const std::string of = event->item() == nullptr ? "all items" : ref_of(event->item());
      return Topic{fmt::format("uom\x1d{}\x1d{}", view_of(event->item()), view_of(event->uom())), of,
                   fmt::format("1 {} = {}/{} {}", view_of(event->uom()), event->numerator(), event->denominator(),
                               view_of(event->base_uom()))};
    }
    case schema::ItemEvent::alias_recorded: {
      const auto* event = area.event_as_alias_recorded();
      const std::string owner = event->owner() == nullptr ? "" : " of " + ref_of(event->owner());
      return Topic{
          fmt::format("alias\x1d{}\x1d{}", view_of(event->key()), view_of(event->alias())), ref_of(event->key()),
          fmt::format("{} code {}{}", schema::EnumNameAliasKind(event->kind()), view_of(event->alias()), owner)};
    }
    case schema::ItemEvent::NONE: break;
  }
  return std::nullopt;
}

/// How much, and where, a status or hold is about.
std::string scope_in_words(const schema::Quantity* quantity, const flatbuffers::String* location) {
  return joined({quantity_in_words(quantity), location == nullptr ? "" : "at " + ref_of(location)});
}

std::optional<Topic> topic_of(const schema::LotArea& area) {
  const auto status_key = [](const schema::UnitRef& unit) { return "status\x1d" + unit.key()->str(); };
  switch (area.event_type()) {
    case schema::LotEvent::expiry_set: {
      const auto* event = area.event_as_expiry_set();
      return Topic{"expiry\x1d" + event->unit()->key()->str(), ref_of(*event->unit()),
                   joined({event->expires_on() == nullptr ? "" : "expires on " + event->expires_on()->str(),
                           event->retest_on() == nullptr ? "" : "retest on " + event->retest_on()->str()})};
    }
    case schema::LotEvent::lot_dispositioned: {
      const auto* event = area.event_as_lot_dispositioned();
      const bool released = event->release() != schema::ReleaseKind::none;
      return Topic{status_key(*event->unit()), ref_of(*event->unit()),
                   joined({schema::EnumNameDisposition(event->disposition()),
                           released ? fmt::format("{} release", schema::EnumNameReleaseKind(event->release())) : "",
                           scope_in_words(event->quantity(), event->location()),
                           event->company() == nullptr ? "" : "by " + event->company()->str(),
                           event->market() == nullptr ? "" : "for " + event->market()->str()})};
    }
    case schema::LotEvent::status_reported: {
      const auto* event = area.event_as_status_reported();
      const std::string hold = event->hold_id() == nullptr ? "" : "hold " + event->hold_id()->str();
      return Topic{status_key(*event->unit()) + "\x1d" + hold, ref_of(*event->unit()),
                   joined({fmt::format("reported as {}", schema::EnumNameReportedStatus(event->status())), hold,
                           scope_in_words(event->quantity(), event->location()),
                           event->company() == nullptr ? "" : "by " + event->company()->str(),
                           event->market() == nullptr ? "" : "for " + event->market()->str()})};
    }
    case schema::LotEvent::units_commissioned:
    case schema::LotEvent::units_decommissioned:
    case schema::LotEvent::units_packed:
    case schema::LotEvent::units_unpacked:
    case schema::LotEvent::hold_placed:
    case schema::LotEvent::hold_lifted:
    case schema::LotEvent::NONE: break;
  }
  return std::nullopt;
}

std::optional<Topic> topic_of(const schema::ProductionArea& area) {
  const auto* event = area.event_as_order_recorded();
  if (event == nullptr) return std::nullopt;
  const auto* product = event->product();
  const std::string subject = joined({event->order()->str(), std::string(view_of(event->operation()))});
  std::string what;
  if (product != nullptr) what = joined({ref_of(*product->unit()), quantity_in_words(product->quantity())});
  return Topic{fmt::format("order\x1d{}\x1d{}", view_of(event->order()), view_of(event->operation())), subject,
               joined({schema::EnumNameOrderState(event->state()), what,
                       event->due_on() == nullptr ? "" : "due on " + event->due_on()->str(),
                       event->equipment() == nullptr ? "" : "on " + event->equipment()->str()})};
}

std::optional<Topic> topic_of(const schema::JudgementArea& area) {
  const auto* event = area.event_as_policy_activated();
  if (event == nullptr) return std::nullopt;
  const auto entries = event->entries() == nullptr ? 0 : event->entries()->size();
  return Topic{std::string(k_policy_topic), std::string(k_policy_topic),
               fmt::format("version {}, {} entries", view_of(event->version()), entries)};
}

std::optional<Topic> topic_of(const schema::Event& event) {
  switch (event.area_type()) {
    case schema::AreaEvent::party: return topic_of(*event.area_as_party());
    case schema::AreaEvent::item: return topic_of(*event.area_as_item());
    case schema::AreaEvent::lot: return topic_of(*event.area_as_lot());
    case schema::AreaEvent::production: return topic_of(*event.area_as_production());
    case schema::AreaEvent::judgement: return topic_of(*event.area_as_judgement());
    case schema::AreaEvent::system:
    case schema::AreaEvent::warehouse:
    case schema::AreaEvent::order:
    case schema::AreaEvent::identity:
    case schema::AreaEvent::correction:
    case schema::AreaEvent::intake:
    case schema::AreaEvent::NONE: break;
  }
  return std::nullopt;
}

std::string judgement_in_words(const schema::JudgementArea& area) {
  if (const auto* breach = area.event_as_invariant_breached(); breach != nullptr) {
    return joined({fmt::format("breaks {}", view_of(breach->rule())), std::string(view_of(breach->clause())),
                   schema::EnumNameRuleEffect(breach->effect()), std::string(view_of(breach->detail()))});
  }
  if (const auto* cured = area.event_as_breach_cured(); cured != nullptr)
    return fmt::format("breach of {} in record {} is cured", view_of(cured->rule()), cured->breach_seq());
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

std::optional<std::string> topic_prefix(const schema::Event& event) {
  const auto topic = topic_of(event);
  return topic ? std::optional(text_prefix('p', topic->key)) : std::nullopt;
}

AuditValues AuditWords::of(const schema::Body& body, EventPosition position) {
  const schema::Event& event = *body.events()->Get(position.index);
  const auto fact = [&event](const std::string& words) {
    return AuditValues{units_in_words(event), {}, joined({words, context_in_words(event)})};
  };
  if (topic_of(event)) return changed(event, position);
  switch (event.area_type()) {
    case schema::AreaEvent::system: return system(event);
    case schema::AreaEvent::lot: return lot(event);
    case schema::AreaEvent::production: return fact(production_in_words(*event.area_as_production()));
    case schema::AreaEvent::warehouse: return fact(warehouse_in_words(*event.area_as_warehouse()));
    case schema::AreaEvent::order: return fact(order_in_words(*event.area_as_order()));
    case schema::AreaEvent::identity: return fact("one unit under two codes");
    case schema::AreaEvent::correction: return correction(event, position);
    case schema::AreaEvent::intake: return intake(body, *event.area_as_intake());
    case schema::AreaEvent::judgement:
      return {units_in_words(event), {}, judgement_in_words(*event.area_as_judgement())};
    case schema::AreaEvent::party:
    case schema::AreaEvent::item:
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
    case schema::SystemEvent::software_activated: {
      const auto* activated = area.event_as_software_activated();
      return {"software", std::string(view_of(activated->previous())), std::string(view_of(activated->version()))};
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
              joined({fmt::format("hold {} ({})", id, schema::EnumNameHoldKind(hold->kind())),
                      scope_in_words(hold->quantity(), hold->location())})};
    }
    case schema::LotEvent::hold_lifted: {
      const auto* hold = area.event_as_hold_lifted();
      const std::string_view id = view_of(hold->hold_id());
      return {ref_of(*hold->unit()), fmt::format("hold {}", id), fmt::format("no hold {}", id)};
    }
    case schema::LotEvent::expiry_set:
    case schema::LotEvent::lot_dispositioned:
    case schema::LotEvent::status_reported:
    case schema::LotEvent::NONE: break;
  }
  return {};
}

AuditValues AuditWords::changed(const schema::Event& event, EventPosition position) {
  const Topic topic = topic_of(event).value_or(Topic{});
  const std::string prefix = text_prefix('p', topic.key);
  std::optional<EventPosition> before;
  store_.scan_prefix(prefix, [&](std::string_view key, std::string_view) {
    if (key.size() != prefix.size() + 12) return true;
    const EventPosition at{load_be64(key.data() + prefix.size()), load_be32(key.data() + prefix.size() + 8)};
    if (at >= position) return false;
    before = at;
    return true;
  });
  AuditValues values{topic.subject, {}, topic.value};
  const schema::Event* earlier = before ? records_.event(*before) : nullptr;
  if (const auto replaced = earlier != nullptr ? topic_of(*earlier) : std::nullopt) values.old_value = replaced->value;
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
