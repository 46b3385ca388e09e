// projections/genealogy.cc - events to links.
#include "projections/genealogy.h"

#include "engine/codec/parts.h"
#include "projections/genealogy_keys.h"

#include <array>

namespace lotledger::projections {

namespace keys = genealogy_keys;
using engine::codec::view_of;

std::string process_name(std::string_view process_id, std::string_view event_id) {
  return process_id.empty() ? "xe" + std::string(event_id) : "xt" + std::string(process_id);
}

namespace {

using Amounts = flatbuffers::Vector<flatbuffers::Offset<schema::UnitAmount>>;

/// Kinds of a link at one unit and of its mirror at the other.
struct Mirrored {
  LinkKind at_first;
  LinkKind at_second;
};

/// Folds the events of one record. `ordinal_` counts links within an event, so that keys are unique.
class Fold {
 public:
  Fold(const engine::StoredRecord& record, const schema::Body& body, Store& store)
      : record_(record), body_(body), store_(store) {}

  void events() {
    for (std::uint32_t index = 0; index < body_.events()->size(); ++index) {
      event_ = body_.events()->Get(index);
      index_ = index;
      ordinal_ = 0;
      area();
    }
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
      case schema::AreaEvent::system:
      case schema::AreaEvent::NONE: return;
    }
  }

  void lot(const schema::LotArea& area) {
    switch (area.event_type()) {
      case schema::LotEvent::units_commissioned:
        return each(area.event_as_units_commissioned()->units(), LinkKind::commissioned);
      case schema::LotEvent::units_decommissioned:
        return each(area.event_as_units_decommissioned()->units(), LinkKind::decommissioned);
      case schema::LotEvent::units_packed: {
        const auto* event = area.event_as_units_packed();
        return pairs(*event->parent(), event->children(), {LinkKind::packed_in, LinkKind::contains}, event->observed());
      }
      case schema::LotEvent::units_unpacked: {
        const auto* event = area.event_as_units_unpacked();
        if (event->children() == nullptr) return alone(*event->parent(), LinkKind::emptied);
        return pairs(*event->parent(), event->children(), {LinkKind::unpacked_from, LinkKind::unpacked}, false);
      }
      case schema::LotEvent::hold_placed: return alone(*area.event_as_hold_placed()->unit(), LinkKind::hold_placed);
      case schema::LotEvent::hold_lifted: return alone(*area.event_as_hold_lifted()->unit(), LinkKind::hold_lifted);
      case schema::LotEvent::NONE: return;
    }
  }

  void production(const schema::ProductionArea& area) {
    switch (area.event_type()) {
      case schema::ProductionEvent::units_transformed: return transformed(*area.event_as_units_transformed());
      case schema::ProductionEvent::parts_installed: {
        const auto* event = area.event_as_parts_installed();
        return pairs(*event->parent(), event->parts(), {LinkKind::installed_in, LinkKind::has_part}, event->observed());
      }
      case schema::ProductionEvent::parts_removed: {
        const auto* event = area.event_as_parts_removed();
        if (event->parts() == nullptr) return alone(*event->parent(), LinkKind::parts_cleared);
        return pairs(*event->parent(), event->parts(), {LinkKind::removed_from, LinkKind::part_removed}, false);
      }
      case schema::ProductionEvent::NONE: return;
    }
  }

  void transformed(const schema::UnitsTransformed& event) {
    const NodeId process = node(process_name(view_of(event.process_id()), view_of(body_.source()->message_id())), {});
    if (event.inputs() != nullptr) {
      for (const auto* amount : *event.inputs())
        both(unit(*amount->unit()), process, {LinkKind::consumed_in, LinkKind::input}, amount, false);
    }
    if (event.outputs() != nullptr) {
      for (const auto* amount : *event.outputs())
        both(unit(*amount->unit()), process, {LinkKind::output_of, LinkKind::output}, amount, false);
    }
  }

  void warehouse(const schema::WarehouseArea& area) {
    switch (area.event_type()) {
      case schema::WarehouseEvent::units_received:
        return each(area.event_as_units_received()->units(), LinkKind::received);
      case schema::WarehouseEvent::units_observed:
        return each(area.event_as_units_observed()->units(), LinkKind::observed);
      case schema::WarehouseEvent::NONE: return;
    }
  }

  void order(const schema::OrderArea& area) {
    switch (area.event_type()) {
      case schema::OrderEvent::units_shipped: return each(area.event_as_units_shipped()->units(), LinkKind::shipped);
      case schema::OrderEvent::shipment_voided:
        return each(area.event_as_shipment_voided()->units(), LinkKind::ship_voided);
      case schema::OrderEvent::units_returned: return each(area.event_as_units_returned()->units(), LinkKind::returned);
      case schema::OrderEvent::transaction_linked: {
        const auto* event = area.event_as_transaction_linked();
        if (event->parent() != nullptr) alone(*event->parent(), LinkKind::linked);
        if (event->units() != nullptr) each(event->units(), LinkKind::linked);
        return;
      }
      case schema::OrderEvent::NONE: return;
    }
  }

  void identity(const schema::IdentityArea& area) {
    switch (area.event_type()) {
      case schema::IdentityEvent::units_equated: {
        const auto* event = area.event_as_units_equated();
        return both(unit(*event->first()), unit(*event->second()), {LinkKind::same_as, LinkKind::same_as}, nullptr,
                    false);
      }
      case schema::IdentityEvent::NONE: return;
    }
  }

  void party(const schema::PartyArea& area) {
    switch (area.event_type()) {
      case schema::PartyEvent::party_recorded: {
        const auto* event = area.event_as_party_recorded();
        store_.put(keys::description_key(view_of(event->key()), occurred_at(), {record_.seq(), index_}), {});
        return;
      }
      case schema::PartyEvent::vocabulary_recorded:
      case schema::PartyEvent::NONE: return;
    }
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

  /// A link of one kind for each unit, and the memberships that their writing states.
  void each(const Amounts* amounts, LinkKind kind) {
    for (const auto* amount : *amounts) link(unit(*amount->unit()), kind, k_no_node, amount, false);
  }
  void alone(const schema::UnitRef& ref, LinkKind kind) { link(unit(ref), kind, k_no_node, nullptr, false); }

  /// Links of each child with one parent, mirrored.
  void pairs(const schema::UnitRef& parent, const Amounts* children, Mirrored kinds, bool observed) {
    const NodeId parent_node = unit(parent);
    for (const auto* child : *children) both(unit(*child->unit()), parent_node, kinds, child, observed);
  }

  void both(NodeId first, NodeId second, Mirrored kinds, const schema::UnitAmount* amount, bool observed) {
    link(first, kinds.at_first, second, amount, observed);
    link(second, kinds.at_second, first, amount, observed);
  }

  void link(NodeId at, LinkKind kind, NodeId other, const schema::UnitAmount* amount, bool observed) {
    Link link;
    link.kind = kind;
    link.other = other;
    link.position = {record_.seq(), index_};
    link.occurred_at = occurred_at();
    link.reported_at = Instant{body_.reported_at().value_or(record_.header().recorded_at.utc_us)};
    link.observed_only = observed;
    if (amount != nullptr && amount->quantity() != nullptr && amount->quantity()->mantissa().has_value()) {
      Quantity quantity{*amount->quantity()->mantissa(), amount->quantity()->scale(), {}};
      view_of(amount->quantity()->unit()).copy(quantity.unit.text.data(), quantity.unit.text.size() - 1);
      link.quantity = quantity;
    }
    store_.insert(keys::link_key(at, link, ordinal_++), keys::link_value(link));
  }

  /// Events that do not happen in the plant (a command's hold) count from when they were recorded.
  [[nodiscard]] Instant occurred_at() const {
    return Instant{event_->occurred_at().value_or(record_.header().recorded_at.utc_us)};
  }

  /// The unit's node; a writing that names the serial's lot states a membership.
  NodeId unit(const schema::UnitRef& ref) {
    const NodeId id = node(view_of(ref.key()), view_of(ref.original()));
    if (ref.lot() != nullptr) {
      const NodeId lot = node(view_of(ref.lot()), {});
      link(lot, LinkKind::member, id, nullptr, false);
      link(id, LinkKind::lot_of, lot, nullptr, false);
    }
    return id;
  }

  NodeId node(std::string_view name, std::string_view original) {
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
  const schema::Event* event_ = nullptr;
  std::uint32_t index_ = 0;
  std::uint32_t ordinal_ = 0;
  std::string value_;
};

}  // namespace

void GenealogyProjection::apply(const FoldInput& input, Store& store) {
  if (input.body == nullptr) {
    store.insert(keys::by_number('b', input.record.seq()), {});
  } else {
    Fold(input.record, *input.body, store).events();
  }
  store.advance({input.record.seq(), input.record.leaf()});
}

}  // namespace lotledger::projections
