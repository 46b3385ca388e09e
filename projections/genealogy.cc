// projections/genealogy.cc - events to links.
#include "projections/genealogy.h"

#include "engine/codec/parts.h"
#include "projections/genealogy_keys.h"

#include <utility>

namespace lotledger::projections {

namespace keys = genealogy_keys;
using engine::codec::view_of;

std::string process_name(std::string_view process_id, std::string_view event_id) {
  return process_id.empty() ? "xe" + std::string(event_id) : "xt" + std::string(process_id);
}

std::string_view name_of(NodeType type) {
  switch (type) {
    case NodeType::lot: return "lot";
    case NodeType::serial: return "serial";
    case NodeType::item_class: return "class";
    case NodeType::container: return "container";
    case NodeType::process: return "process";
    case NodeType::opaque: return "opaque";
  }
  return "unknown";
}

NodeType node_type_of(std::string_view name) {
  if (name.starts_with('x')) return NodeType::process;
  switch (unit_type_of(name)) {
    case UnitType::lot: return NodeType::lot;
    case UnitType::serial: return NodeType::serial;
    case UnitType::item_class: return NodeType::item_class;
    case UnitType::container:
    case UnitType::location: return NodeType::container;
    case UnitType::party:
    case UnitType::document:
    case UnitType::opaque: break;
  }
  return NodeType::opaque;
}

namespace {

// No key of a unit, party or location begins like these.
constexpr std::string_view k_conversion = "\x1du";
constexpr std::string_view k_order = "\x1do";

std::optional<std::string> behind(std::string_view prefix, const std::string& key) {
  return key.starts_with(prefix) ? std::optional(key.substr(prefix.size())) : std::nullopt;
}

}  // namespace

UnitKey conversion_subject(std::string_view item_class) {
  return UnitKey(std::string(k_conversion).append(item_class));
}
UnitKey order_subject(std::string_view order) {
  return UnitKey(std::string(k_order).append(order));
}
std::optional<std::string> class_of_conversion(const UnitKey& subject) {
  return behind(k_conversion, subject.bytes());
}
std::optional<std::string> order_of_subject(const UnitKey& subject) {
  return behind(k_order, subject.bytes());
}

namespace {

using engine::codec::AmountView;
using Amounts = flatbuffers::Vector<flatbuffers::Offset<schema::UnitAmount>>;

/// Kinds of a link at one unit and of its mirror at the other.
struct Mirrored {
  LinkKind at_first;
  LinkKind at_second;
};

/// What an event says of all units that it names: places and owner (Link), seen or made.
struct Said {
  NodeId place = k_no_node;
  NodeId from = k_no_node;
  NodeId owner = k_no_node;
  bool observed = false;
  std::string detail = {};
};

/// Folds the events of one record. `ordinal_` counts links within an event, so that keys are unique.
class GenealogyFold {
 public:
  GenealogyFold(const engine::StoredRecord& record, const schema::Body& body, Store& store, FoldMemo<NodeId>& nodes)
      : record_(record), body_(body), store_(store), nodes_(nodes) {}

  void events() {
    for (std::uint32_t index = 0; index < body_.events()->size(); ++index) {
      event_ = body_.events()->Get(index);
      index_ = index;
      ordinal_ = 0;
      said_ = Said{};
      area();
    }
    if (!touched_.empty()) store_.insert(keys::by_number('t', record_.seq()), touched_);
  }

 private:
  void area() {
    switch (event_->area_type()) {
      case schema::AreaEvent::lot: return lot(*event_->area_as_lot());
      case schema::AreaEvent::production: return production(*event_->area_as_production());
      case schema::AreaEvent::warehouse: return warehouse(*event_->area_as_warehouse());
      case schema::AreaEvent::order: return order(*event_->area_as_order());
      case schema::AreaEvent::identity: return identity(*event_->area_as_identity());
      case schema::AreaEvent::party: return party(*event_->area_as_party());
      case schema::AreaEvent::correction: return correction(*event_->area_as_correction());
      case schema::AreaEvent::intake: return intake(*event_->area_as_intake());
      case schema::AreaEvent::item: return item(*event_->area_as_item());
      case schema::AreaEvent::judgement:
      case schema::AreaEvent::system:
      case schema::AreaEvent::NONE: return;
    }
  }

  void lot(const schema::LotArea& area) {
    switch (area.event_type()) {
      case schema::LotEvent::units_commissioned: {
        const auto* event = area.event_as_units_commissioned();
        stays();
        each(event->units(), LinkKind::commissioned);
        return expire(event->units(), view_of(event->expires_on()));
      }
      case schema::LotEvent::units_decommissioned:
        stays();
        return each(area.event_as_units_decommissioned()->units(), LinkKind::decommissioned);
      case schema::LotEvent::units_packed: {
        const auto* event = area.event_as_units_packed();
        said_.observed = event->observed();
        return pairs(*event->parent(), event->children(), {LinkKind::packed_in, LinkKind::contains});
      }
      case schema::LotEvent::units_unpacked: {
        const auto* event = area.event_as_units_unpacked();
        if (event->children() == nullptr) return alone(*event->parent(), LinkKind::emptied);
        return pairs(*event->parent(), event->children(), {LinkKind::unpacked_from, LinkKind::unpacked});
      }
      case schema::LotEvent::hold_placed: return placed(*area.event_as_hold_placed());
      case schema::LotEvent::hold_lifted: {
        const auto* event = area.event_as_hold_lifted();
        said_.detail = view_of(event->hold_id());
        return alone(*event->unit(), LinkKind::hold_lifted);
      }
      case schema::LotEvent::expiry_set: {
        const auto* event = area.event_as_expiry_set();
        dated(*event->unit(), LinkKind::expires, view_of(event->expires_on()));
        return dated(*event->unit(), LinkKind::retest, view_of(event->retest_on()));
      }
      case schema::LotEvent::lot_dispositioned: {
        const auto* event = area.event_as_lot_dispositioned();
        said_.place = place(event->location());
        said_.detail = schema::EnumNameDisposition(event->disposition());
        return scoped(*event->unit(), LinkKind::disposed, event->quantity());
      }
      case schema::LotEvent::status_reported: return reported(*area.event_as_status_reported());
      case schema::LotEvent::NONE: return;
    }
  }

  void placed(const schema::HoldPlaced& event) {
    said_.place = place(event.location());
    said_.detail = hold_detail(event.kind(), view_of(event.hold_id()));
    scoped(*event.unit(), LinkKind::hold_placed, event.quantity());
  }

  /// A source's hold stands beside those placed by command.
  void reported(const schema::StatusReported& event) {
    said_.place = place(event.location());
    said_.observed = true;
    switch (event.status()) {
      case schema::ReportedStatus::held:
        said_.detail = hold_detail(event.hold_kind(), view_of(event.hold_id()));
        return scoped(*event.unit(), LinkKind::hold_placed, event.quantity());
      case schema::ReportedStatus::lifted:
        said_.detail = view_of(event.hold_id());
        return scoped(*event.unit(), LinkKind::hold_lifted, event.quantity());
      case schema::ReportedStatus::pending:
      case schema::ReportedStatus::released:
      case schema::ReportedStatus::concession:
      case schema::ReportedStatus::rejected: break;
    }
    said_.detail = schema::EnumNameReportedStatus(event.status());
    scoped(*event.unit(), LinkKind::disposed, event.quantity());
  }

  static std::string hold_detail(schema::HoldKind kind, std::string_view id) {
    return std::string(1, static_cast<char>('a' + static_cast<char>(kind))).append(id);
  }

  /// A link of one unit, or of so much of it.
  void scoped(const schema::UnitRef& ref, LinkKind kind, const schema::Quantity* quantity) {
    link(unit(view_of(ref)), kind, k_no_node, quantity);
  }

  void dated(const schema::UnitRef& ref, LinkKind kind, std::string_view date) {
    if (date.empty()) return;
    said_.detail = date;
    alone(ref, kind);
  }

  void expire(const Amounts* units, std::string_view date) {
    if (date.empty()) return;
    said_ = Said{};
    said_.detail = date;
    engine::codec::for_each_amount(
        units, [&](const AmountView& amount) { link(unit(amount), LinkKind::expires, k_no_node, nullptr); });
  }

  void production(const schema::ProductionArea& area) {
    switch (area.event_type()) {
      case schema::ProductionEvent::units_transformed: return transformed(*area.event_as_units_transformed());
      case schema::ProductionEvent::parts_installed: {
        const auto* event = area.event_as_parts_installed();
        stays();
        said_.observed = event->observed();
        return pairs(*event->parent(), event->parts(), {LinkKind::installed_in, LinkKind::has_part});
      }
      case schema::ProductionEvent::parts_removed: {
        const auto* event = area.event_as_parts_removed();
        if (event->parts() == nullptr) return alone(*event->parent(), LinkKind::parts_cleared);
        stays();
        return pairs(*event->parent(), event->parts(), {LinkKind::removed_from, LinkKind::part_removed});
      }
      case schema::ProductionEvent::order_recorded:
        return described(order_subject(view_of(area.event_as_order_recorded()->order())).bytes());
      case schema::ProductionEvent::NONE: return;
    }
  }

  void transformed(const schema::UnitsTransformed& event) {
    const NodeId process = node(process_name(view_of(event.process_id()), event_id()), {});
    stays();
    said_.detail = process_detail(event);
    engine::codec::for_each_amount(event.inputs(), [&](const AmountView& amount) {
      both(unit(amount), process, {LinkKind::consumed_in, LinkKind::input}, amount.quantity);
    });
    engine::codec::for_each_amount(event.outputs(), [&](const AmountView& amount) {
      both(unit(amount), process, {LinkKind::output_of, LinkKind::output}, amount.quantity);
    });
    expire(event.outputs(), view_of(event.expires_on()));
  }

  /// The event's own name where it names no process: the source's id, or that of the command.
  [[nodiscard]] std::string_view event_id() const {
    const std::string_view id = view_of(body_.source()->message_id());
    return id.empty() ? view_of(body_.command_id()) : id;
  }

  /// Kind and basis of a step, where they are said: one letter each.
  static std::string process_detail(const schema::UnitsTransformed& event) {
    if (event.kind() == schema::ProcessKind::production && event.basis() == schema::Basis::unspecified) return {};
    return {static_cast<char>('a' + static_cast<char>(event.kind())),
            static_cast<char>('a' + static_cast<char>(event.basis()))};
  }

  void warehouse(const schema::WarehouseArea& area) {
    stays();
    switch (area.event_type()) {
      case schema::WarehouseEvent::units_received: {
        const auto* event = area.event_as_units_received();
        said_.owner = place(event->owner());
        each(event->units(), LinkKind::received);
        return expire(event->units(), view_of(event->expires_on()));
      }
      case schema::WarehouseEvent::units_observed:
        return each(area.event_as_units_observed()->units(), LinkKind::observed);
      case schema::WarehouseEvent::units_moved: {
        const auto* event = area.event_as_units_moved();
        said_.from = place(event->from());
        return each(event->units(), LinkKind::moved);
      }
      case schema::WarehouseEvent::units_counted:
        return each(area.event_as_units_counted()->units(), LinkKind::counted);
      case schema::WarehouseEvent::stock_adjusted: {
        const auto* event = area.event_as_stock_adjusted();
        return each(event->units(), event->decrease() ? LinkKind::decreased : LinkKind::increased);
      }
      case schema::WarehouseEvent::units_sampled:
        return each(area.event_as_units_sampled()->units(), LinkKind::sampled);
      case schema::WarehouseEvent::owner_changed: {
        const auto* event = area.event_as_owner_changed();
        said_.owner = place(event->owner());
        return each(event->units(), LinkKind::owner_changed);
      }
      case schema::WarehouseEvent::NONE: return;
    }
  }

  void order(const schema::OrderArea& area) {
    switch (area.event_type()) {
      case schema::OrderEvent::units_shipped: {
        leaves();
        return each(area.event_as_units_shipped()->units(), LinkKind::shipped);
      }
      case schema::OrderEvent::shipment_voided:
        return each(area.event_as_shipment_voided()->units(), LinkKind::ship_voided);
      case schema::OrderEvent::units_returned:
        stays();
        return each(area.event_as_units_returned()->units(), LinkKind::returned);
      case schema::OrderEvent::transaction_linked: {
        const auto* event = area.event_as_transaction_linked();
        if (event->parent() != nullptr) alone(*event->parent(), LinkKind::linked);
        return each(event->units(), LinkKind::linked);
      }
      case schema::OrderEvent::NONE: return;
    }
  }

  void identity(const schema::IdentityArea& area) {
    switch (area.event_type()) {
      case schema::IdentityEvent::units_equated: {
        const auto* event = area.event_as_units_equated();
        return both(unit(view_of(*event->first())), unit(view_of(*event->second())),
                    {LinkKind::same_as, LinkKind::same_as}, nullptr);
      }
      case schema::IdentityEvent::NONE: return;
    }
  }

  void party(const schema::PartyArea& area) {
    switch (area.event_type()) {
      case schema::PartyEvent::party_recorded: {
        const auto* event = area.event_as_party_recorded();
        return described(view_of(event->key()));
      }
      case schema::PartyEvent::vocabulary_recorded:
      case schema::PartyEvent::NONE: return;
    }
  }

  void item(const schema::ItemArea& area) {
    switch (area.event_type()) {
      case schema::ItemEvent::item_recorded: {
        const std::string_view key = view_of(area.event_as_item_recorded()->key());
        node(key, {});
        return described(key);
      }
      case schema::ItemEvent::conversion_set:
        return described(conversion_subject(view_of(area.event_as_conversion_set()->item())).bytes());
      case schema::ItemEvent::alias_recorded:
      case schema::ItemEvent::NONE: return;
    }
  }

  void described(std::string_view subject) {
    store_.put(keys::description_key(subject, occurred_at(), {record_.seq(), index_}), {});
  }

  void correction(const schema::CorrectionArea& area) {
    switch (area.event_type()) {
      case schema::CorrectionEvent::event_withdrawn: return withdrawn(*area.event_as_event_withdrawn());
      case schema::CorrectionEvent::withdrawal_applied: {
        const Seq withdrawal = area.event_as_withdrawal_applied()->withdrawal_seq();
        store_.put(keys::by_number('v', record_.seq()), keys::number_value(withdrawal));
        store_.put(keys::by_number('w', withdrawal), keys::number_value(record_.seq()));
        return;
      }
      case schema::CorrectionEvent::NONE: return;
    }
  }

  void withdrawn(const schema::EventWithdrawn& event) {
    if (event.target_seq().has_value()) {
      const std::string key = keys::by_number('v', *event.target_seq());
      // The first withdrawal counts; a second declaration of the same error changes nothing.
      if (!store_.get(key, value_)) store_.put(key, keys::number_value(record_.seq()));
      if (store_.get(keys::by_number('t', *event.target_seq()), value_)) touched_ += value_;
    } else {
      store_.put(keys::by_number('w', record_.seq()), {});
    }
    if (event.corrective_event_ids() == nullptr) return;
    for (const auto* id : *event.corrective_event_ids())
      store_.put(keys::corrective_key(view_of(id), record_.seq()), {});
  }

  void intake(const schema::IntakeArea& area) {
    const auto closed = [&](Seq row) { store_.put(keys::by_number('r', row), keys::number_value(record_.seq())); };
    switch (area.event_type()) {
      case schema::IntakeEvent::row_rejected: return store_.put(keys::by_number('r', record_.seq()), {});
      case schema::IntakeEvent::row_repaired: return closed(area.event_as_row_repaired()->rejected_seq());
      case schema::IntakeEvent::row_discarded: return closed(area.event_as_row_discarded()->rejected_seq());
      case schema::IntakeEvent::NONE: return;
    }
  }

  /// Where the units are afterwards, or where it happened: the business location, else the read point.
  void stays() {
    if (event_->context() == nullptr) return;
    said_.place = place(event_->context()->business_location());
    if (said_.place == k_no_node) said_.place = place(event_->context()->read_point());
  }

  /// Where a shipment left from, and in `from` where it went to.
  void leaves() {
    const schema::Context* context = event_->context();
    if (context == nullptr) return;
    said_.place = place(context->read_point());
    if (said_.place == k_no_node) said_.place = place(context->business_location());
    if (context->destinations() == nullptr) return;
    for (const schema::PartyRole* destination : *context->destinations()) {
      if (view_of(destination->role()) == "location") said_.from = place(destination->key());
    }
  }

  /// Node of a location or party.
  NodeId place(const flatbuffers::String* key) {
    return key == nullptr || key->size() == 0 ? k_no_node : node(view_of(key), {});
  }

  /// A link of one kind for each unit, and the memberships that their writing states.
  void each(const Amounts* amounts, LinkKind kind) {
    engine::codec::for_each_amount(
        amounts, [&](const AmountView& amount) { link(unit(amount), kind, k_no_node, amount.quantity); });
  }
  void alone(const schema::UnitRef& ref, LinkKind kind) { link(unit(view_of(ref)), kind, k_no_node, nullptr); }

  /// Links of each child with one parent, mirrored.
  void pairs(const schema::UnitRef& parent, const Amounts* children, Mirrored kinds) {
    const NodeId parent_node = unit(view_of(parent));
    engine::codec::for_each_amount(
        children, [&](const AmountView& child) { both(unit(child), parent_node, kinds, child.quantity); });
  }

  void both(NodeId first, NodeId second, Mirrored kinds, const schema::Quantity* quantity) {
    link(first, kinds.at_first, second, quantity);
    link(second, kinds.at_second, first, quantity);
  }

  void link(NodeId at, LinkKind kind, NodeId other, const schema::Quantity* quantity) {
    Link link;
    link.kind = kind;
    link.other = other;
    link.position = {record_.seq(), index_};
    link.occurred_at = occurred_at();
    link.reported_at = Instant{body_.reported_at().value_or(record_.header().recorded_at.utc_us)};
    link.observed_only = said_.observed;
    if (quantity != nullptr && quantity->mantissa().has_value()) {
      link.quantity = Quantity{*quantity->mantissa(), quantity->scale(), {}};
      view_of(quantity->unit()).copy(link.quantity->unit.text.data(), link.quantity->unit.text.size() - 1);
    }
    link.place = said_.place;
    link.from = said_.from;
    link.owner = said_.owner;
    link.detail = said_.detail;
    store_.append(keys::link_key(at, link, ordinal_++), keys::link_value(link));
    touch(at);
  }

  /// Links of one node mostly follow one another.
  void touch(NodeId node) {
    if (std::exchange(last_touched_, node) != node) keys::append_node(touched_, node);
  }

  /// Events that do not happen in the plant (a command's hold) count from when they were recorded.
  [[nodiscard]] Instant occurred_at() const {
    return Instant{event_->occurred_at().value_or(record_.header().recorded_at.utc_us)};
  }

  /// The unit's node; a writing that names the serial's lot states a membership.
  NodeId unit(const AmountView& ref) {
    const NodeId id = node(ref.key, ref.original);
    if (!ref.lot.empty()) member_of(id, node(ref.lot, {}));
    return id;
  }

  void member_of(NodeId serial, NodeId lot) {
    const Said said = std::exchange(said_, Said{});
    link(lot, LinkKind::member, serial, nullptr);
    link(serial, LinkKind::lot_of, lot, nullptr);
    said_ = said;
  }

  NodeId node(std::string_view name, std::string_view original) {
    if (const NodeId* known = nodes_.find(name)) return *known;
    const NodeId id = stored_node(name, original);
    nodes_.note(name, id);
    return id;
  }

  NodeId stored_node(std::string_view name, std::string_view original) {
    const std::string key = keys::node_by_name(name);
    if (store_.get(key, value_)) return load_be64(value_.data());
    const NodeId id = store_.get(keys::k_next_node, value_) ? load_be64(value_.data()) : k_no_node + 1;
    store_.put(keys::k_next_node, keys::number_value(id + 1));
    store_.insert(key, keys::number_value(id));
    store_.insert(keys::by_number('i', id), keys::node_value(name, original));
    return id;
  }

  const engine::StoredRecord& record_;
  const schema::Body& body_;
  Store& store_;
  FoldMemo<NodeId>& nodes_;
  const schema::Event* event_ = nullptr;
  std::uint32_t index_ = 0;
  std::uint32_t ordinal_ = 0;
  Said said_;
  std::string value_;
  std::string touched_;
  NodeId last_touched_ = k_no_node;
};

}  // namespace

void GenealogyProjection::apply(const FoldInput& input, Store& store) {
  nodes_.begin(store.position().head);
  if (input.body == nullptr) {
    store.insert(keys::by_number('b', input.record.seq()), {});
  } else {
    GenealogyFold(input.record, *input.body, store, nodes_).events();
  }
  const Head head{input.record.seq(), input.record.leaf()};
  store.advance(head);
  nodes_.end(head);
}

}  // namespace lotledger::projections
