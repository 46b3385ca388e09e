// projections/plant_fold.cc - folding what records say of the plant.
#include "engine/codec/areas.h"
#include "engine/codec/body.h"
#include "engine/rules/contents.h"
#include "engine/rules/effects.h"
#include "projections/event_units.h"
#include "projections/plant_facts.h"
#include "projections/plant_values.h"

#include <algorithm>

namespace lotledger::projections {

using namespace engine;

namespace {

constexpr std::size_t k_plain_classes_max = 4096;
constexpr std::int64_t k_hour_us = std::int64_t{3600} * 1'000'000;

void add_once(std::vector<std::string>& list, const std::string& value) {
  if (list.size() >= k_known_list_max) return;
  if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

Decimal plus(const Decimal& one, const Decimal& other) {
  return one.plus(other).value_or(one);  // What does not fit 128 bits is no stock of a plant.
}

Decimal negated(const Decimal& quantity) {
  return Decimal().minus(quantity).value_or(Decimal());
}

}  // namespace

/// One event on its way into the facts.
class PlantEvent {
 public:
  PlantEvent(PlantFold& fold, const FoldInput& input, std::uint32_t index, Store& store)
      : fold_(fold),
        seq_(input.record.seq()),
        index_(index),
        body_(*input.body),
        recorded_at_(input.record.header().recorded_at),
        store_(store),
        known_(store) {}

  void fold() {
    const schema::Event& event = *body_.events()->Get(index_);
    switch (event.area_type()) {
      case schema::AreaEvent::item: return item(event);
      case schema::AreaEvent::judgement: return judgement(*event.area_as_judgement());
      case schema::AreaEvent::correction: return correction(*event.area_as_correction());
      case schema::AreaEvent::lot:
        holds(*event.area_as_lot());
        packing(event);
        return movement(event);
      case schema::AreaEvent::production:
      case schema::AreaEvent::warehouse:
      case schema::AreaEvent::order: return movement(event);
      case schema::AreaEvent::system:
      case schema::AreaEvent::identity:
      case schema::AreaEvent::party:
      case schema::AreaEvent::intake:
      case schema::AreaEvent::NONE: return;
    }
  }

 private:
  // Items.

  void item(const schema::Event& event) {
    const auto decoded = codec::decode(*event.area_as_item());
    if (const auto* recorded = std::get_if<ItemRecorded>(&decoded)) describe(*recorded);
    if (const auto* set = std::get_if<ConversionSet>(&decoded)) {
      Packer out;
      out.number(static_cast<std::uint64_t>(set->factor.numerator));
      out.number(static_cast<std::uint64_t>(set->factor.denominator));
      const std::string of = set->item ? set->item->bytes() : std::string();
      store_.put(joined_key('j', {of, set->uom.view(), set->base_uom.view()}), out.take());
    }
  }

  /// What a description leaves open stays as it was said before.
  void describe(const ItemRecorded& recorded) {
    ItemKnown known = known_.item(recorded.key).value_or(ItemKnown{});
    if (recorded.profile) known.profile = recorded.profile;
    if (recorded.uom) known.uom = recorded.uom;
    store_.put(joined_key('i', {recorded.key.bytes()}), pack(known));
    if (known.profile) store_.put(k_any_profile_key, {});
    fold_.any_profile_ = fold_.any_profile_ || known.profile.has_value();
    fold_.plain_.clear();
    fold_.last_class_.clear();
  }

  /// Whether an item of the event has a profile, or a container holds one that does; other items are noted as seen
  /// before theirs.
  bool touches_profile(const schema::Event& event) {
    bool touched = false;
    for_each_unit(event, [&](const codec::AmountView& unit) {
      if (!of_last_class(unit.key)) {
        const auto item_class = UnitKey(std::string(unit.key)).item_class();
        if (!item_class) {
          touched = touched || holds_known(unit.key);
          return;
        }
        fold_.last_profiled_ = has_profile(item_class->bytes());
        fold_.last_class_ = item_class->bytes();
      }
      touched |= fold_.last_profiled_;
    });
    return touched;
  }

  [[nodiscard]] bool of_last_class(std::string_view unit) const {
    const std::string& last = fold_.last_class_;
    return !last.empty() && unit.size() > last.size() && unit.starts_with(last) && unit[last.size()] == '\x1d';
  }

  bool has_profile(const std::string& item_class) {
    if (fold_.plain_.contains(item_class)) return false;
    const auto known = known_.item(UnitKey(item_class));
    if (known && known->profile) return true;
    if (!known || !known->late) {
      ItemKnown late = known.value_or(ItemKnown{});
      late.late = true;
      store_.put(joined_key('i', {item_class}), pack(late));
    }
    if (fold_.plain_.size() >= k_plain_classes_max) fold_.plain_.clear();
    fold_.plain_.insert(item_class);
    return false;
  }

  const std::optional<ItemKnown>& profiled(const UnitKey& unit) {
    const auto item_class = unit.item_class();
    const std::string key = item_class ? item_class->bytes() : std::string();
    if (key != item_of_ || !item_) {
      item_ = item_class ? known_.item(*item_class) : std::nullopt;
      if (item_ && !item_->profile) item_.reset();
      item_of_ = key;
    }
    return item_;
  }

  // Movements.

  void movement(const schema::Event& event) {
    if (!touches_profile(event)) return;
    // One definition of what an event does serves judging and folding; only events of items with a profile pay for it.
    event_ = codec::decode_event(event);
    process_ = process_of(event_);
    if (const auto* lot = std::get_if<LotEvent>(&event_.body)) said(*lot);
    changes_ = known_.stock_changes(seq_);
    const std::size_t before = changes_.size();
    const auto contents = [this](const UnitKey& container) { return known_.contents(container, at()); };
    for (const Effect& effect : with_contents(effects_of(event_), contents)) {
      if (!profiled(effect.amount.unit.key)) continue;
      if (effect.amount.unit.key.type() == UnitType::lot) lot(effect);
      if (effect.amount.unit.key.type() == UnitType::serial) serial(effect);
    }
    if (changes_.size() > before) store_.put(number_key('d', seq_), pack(changes_));
  }

  // Contents of containers.

  /// Whether the unit is a container of whose contents facts are kept.
  [[nodiscard]] bool holds_known(std::string_view unit) const {
    return fold_.any_profile_ && may_hold(unit_type_of(unit)) && known_.any_contents(UnitKey(std::string(unit)));
  }

  /// By time, so that a movement moves what lay there at its moment. Only what rules ask about is kept.
  void packing(const schema::Event& event) {
    const schema::LotArea& area = *event.area_as_lot();
    if (area.event_as_units_packed() == nullptr && area.event_as_units_unpacked() == nullptr) return;
    if (!fold_.any_profile_) return;
    event_ = codec::decode_event(event);
    const auto& said = std::get<LotEvent>(event_.body);
    if (const auto* packed = std::get_if<UnitsPacked>(&said)) {
      change_contents(packed->parent.key, packed->children, {at(), true, packed->observed, {}, {seq_, index_}});
    } else if (const auto* unpacked = std::get_if<UnitsUnpacked>(&said)) {
      const PackingChange out{at(), false, false, {}, {seq_, index_}};
      if (!unpacked->children.empty()) return change_contents(unpacked->parent.key, unpacked->children, out);
      // Kept of an empty one too: what was packed before may be told later.
      if (may_hold(unpacked->parent.key.type()))
        store_.put(packing_key(unpacked->parent.key, {}, out, 0), pack(PackingKnown{out, std::nullopt}));
    }
  }

  void change_contents(const UnitKey& container, const std::vector<UnitAmount>& children, PackingChange change) {
    if (!may_hold(container.type())) return;
    std::uint32_t ordinal = 0;
    for (const UnitAmount& child : children) {
      const UnitKey& key = child.unit.key;
      if (!may_hold(key.type()) && !profiled(key)) continue;
      change.quantity = child.quantity;
      store_.put(packing_key(container, key.bytes(), change, ordinal++), pack(PackingKnown{change, child.unit.lot}));
    }
  }

  [[nodiscard]] Instant at() const { return event_.occurred ? event_.occurred->at : recorded_at_; }

  void put(const UnitKey& key, const LotKnown& lot) { store_.put(joined_key('l', {key.bytes()}), pack(lot)); }

  void lot(const Effect& effect) {
    const UnitKey& key = effect.amount.unit.key;
    const auto& stated = effect.amount.quantity;
    LotKnown lot = begun(key, stated ? std::optional(stated->unit) : std::nullopt, effect.change);
    std::optional<Decimal> quantity;
    if (stated && lot.uom) quantity = converted_here(*key.item_class(), *stated, *lot.uom);
    if (!effect.container) describe(effect, lot);
    if (quantity) {
      move(effect, key, lot, *quantity);
    } else if (effect.change == Change::moved || effect.change == Change::packed) {
      lot.unplaced = true;
    } else {
      lot.countable = false;
    }
    put(key, lot);
    if (!process_.empty()) follow(effect, lot);
  }

  /// The lot before the change, with its unit of measure settled by the item, else by the first fact.
  LotKnown begun(const UnitKey& key, const std::optional<UnitCode>& stated, Change change) {
    LotKnown lot = known_.lot(key);
    if (!lot.seen && item_->late && !adds(change)) lot.countable = false;
    lot.seen = true;
    if (!lot.uom) lot.uom = item_->uom ? item_->uom : stated;
    return lot;
  }

  [[nodiscard]] std::optional<Decimal> converted_here(const UnitKey& item_class, const Quantity& quantity,
                                                      UnitCode to) const {
    auto factor = conversion(quantity.unit, to);
    if (!factor) factor = known_.stated_factor(item_class, quantity.unit, to);
    if (!factor) {
      if (const auto back = known_.stated_factor(item_class, to, quantity.unit))
        factor = Conversion{back->denominator, back->numerator};
    }
    return factor ? Decimal::of(quantity).times(factor->numerator, factor->denominator, Decimal::Rounding::up)
                  : std::nullopt;
  }

  /// Origin and dates that the event states.
  void describe(const Effect& effect, LotKnown& lot) {
    if (adds(effect.change)) {
      const std::string expires_on = expiry_of(event_);
      if (!expires_on.empty()) lot.expires_on = expires_on;
    }
    if (effect.change == Change::made && lot.made_by.empty()) lot.made_by = process_;
    if (effect.change == Change::received && lot.supplier.empty()) lot.supplier = supplier_of(event_);
    if (effect.change == Change::used && !process_.empty()) lot.used_by = process_;
  }

  void move(const Effect& effect, const UnitKey& key, LotKnown& lot, const Decimal& quantity) {
    if (adds(effect.change)) {
      change(key, lot,
             {key, effect.location, quantity, effect.change == Change::unshipped, effect.change == Change::unshipped});
      if (!effect.location) lot.unplaced = true;
      if (effect.change == Change::returned) {
        lot.returned = plus(lot.returned, quantity);
        lot.returned_at = at();
      }
    } else if (takes(effect.change)) {
      const bool shipped = effect.change == Change::shipped;
      change(key, lot, {key, effect.location, negated(quantity), shipped || effect.change == Change::used, shipped});
    } else if (effect.change == Change::moved) {
      if (effect.from) place(key, *effect.from, negated(quantity));
      if (effect.location) place(key, *effect.location, quantity);
    } else if (effect.change == Change::counted) {
      const Decimal books = effect.location ? known_.stock_at(key, *effect.location) : lot.total;
      const Decimal difference = plus(quantity, negated(books));
      change(key, lot, {key, effect.location, difference, false, false});
      if (!effect.location) lot.unplaced = true;
    } else {
      lot.unplaced = true;
    }
  }

  /// In all, and at the place where it is stated; kept, so that a withdrawal can undo it.
  void change(const UnitKey& key, LotKnown& lot, StockChange change) {
    apply(lot, change);
    const auto location = std::exchange(change.location, std::nullopt);
    changes_.push_back(change);
    if (!location) return;
    place(key, *location, change.quantity);
  }

  static void apply(LotKnown& lot, const StockChange& change) {
    lot.total = plus(lot.total, change.quantity);
    if (change.taken) lot.taken = plus(lot.taken, negated(change.quantity));
    if (change.shipped) lot.shipped = plus(lot.shipped, negated(change.quantity));
  }

  void place(const UnitKey& key, const UnitKey& location, const Decimal& quantity) {
    put_stock(key, location, quantity);
    changes_.push_back({key, location, quantity, false, false});
  }

  void put_stock(const UnitKey& key, const UnitKey& location, const Decimal& quantity) {
    Packer out;
    out.decimal(plus(known_.stock_at(key, location), quantity));
    store_.put(joined_key('q', {key.bytes(), location.bytes()}), out.take());
  }

  void serial(const Effect& effect) {
    const UnitRef& unit = effect.amount.unit;
    SerialKnown serial = known_.serial(unit.key);
    if (unit.lot) serial.lot = unit.lot->bytes();
    if (effect.change == Change::commissioned) serial.commissioned = true;
    if (effect.change == Change::made && serial.made_by.empty()) serial.made_by = process_.empty() ? "-" : process_;
    if (effect.change == Change::returned) serial.returned_at = at();
    if (adds(effect.change)) {
      serial.state = SerialKnown::State::here;
      const std::string expires_on = effect.container ? std::string() : expiry_of(event_);
      if (!expires_on.empty()) serial.expires_on = expires_on;
    }
    if (takes(effect.change)) serial.state = SerialKnown::State::gone;
    store_.put(joined_key('n', {unit.key.bytes()}), pack(serial));
    LotKnown of;
    if (!serial.lot.empty()) of = piece_of(effect, UnitKey(serial.lot));
    if (!process_.empty()) follow(effect, of);
  }

  /// A piece counts in its lot as one.
  LotKnown piece_of(const Effect& effect, const UnitKey& key) {
    LotKnown lot = begun(key, each(), effect.change);
    const auto one = conversion(each(), *lot.uom);
    if (one) {
      move(effect, key, lot, Decimal::whole(1));
    } else {
      lot.countable = false;
    }
    put(key, lot);
    return lot;
  }

  /// What went into a process, and what came out.
  void follow(const Effect& effect, const LotKnown& lot) {
    const UnitKey& key = effect.amount.unit.key;
    const std::string at = joined_key('p', {key_text(process_)});
    ProcessKnown process = known_.process(process_);
    const ProcessKnown before = process;
    if (effect.change == Change::used || effect.change == Change::divided_out) {
      if (!lot.expires_on.empty() && (process.expires_on.empty() || lot.expires_on < process.expires_on))
        process.expires_on = lot.expires_on;
      if (under_concession(key)) add_once(process.conditional, key.bytes());
      for (const std::string& root : lot.conditional) add_once(process.conditional, root);
      if (process.conditional != before.conditional) {
        for (const std::string& output : process.outputs) inherit(UnitKey(output), process.conditional);
      }
    } else if (effect.change == Change::made || effect.change == Change::reworked ||
               effect.change == Change::divided_in) {
      add_once(process.outputs, key.bytes());
      inherit(key, process.conditional);
    }
    if (!(process == before)) store_.put(at, pack(process));
  }

  /// Whoever says so: which source is believed is a question of the day on which it matters.
  [[nodiscard]] bool under_concession(const UnitKey& unit) const {
    return std::ranges::any_of(known_.statuses(unit),
                               [](const StatusKnown& status) { return status.disposition == Disposition::concession; });
  }

  void inherit(const UnitKey& unit, const std::vector<std::string>& conditional) {
    if (conditional.empty() || unit.type() != UnitType::lot) return;
    LotKnown lot = known_.lot(unit);
    for (const std::string& root : conditional) add_once(lot.conditional, root);
    put(unit, lot);
  }

  // Status.

  void said(const LotEvent& event) {
    if (const auto* disposed = std::get_if<LotDispositioned>(&event)) {
      status(disposed->unit.key, {source(), at(), disposed->disposition, disposed->release, disposed->market,
                                  disposed->quantity, disposed->location});
    } else if (const auto* reported = std::get_if<StatusReported>(&event)) {
      status_reported(*reported);
    } else if (const auto* expiry = std::get_if<ExpirySet>(&event); expiry != nullptr && !expiry->expires_on.empty()) {
      set_expiry(expiry->unit.key, expiry->expires_on);
    }
  }

  void status(const UnitKey& unit, const StatusKnown& status) {
    if (!profiled(unit)) return;
    std::string key = joined_key('z', {unit.bytes(), {}});
    append_be64(key, seq_);
    store_.put(key, pack(status));
  }

  [[nodiscard]] std::string source() const {
    return body_.command_id() != nullptr ? std::string() : std::string(codec::view_of(body_.source()->system()));
  }

  void status_reported(const StatusReported& reported) {
    const UnitKey& unit = reported.unit.key;
    const std::string key = joined_key('g', {unit.bytes(), key_text(source()), reported.hold.text});
    if (reported.status == ReportedStatus::held) {
      if (profiled(unit))
        store_.put(key, pack(HoldKnown{
                            reported.hold, reported.hold_kind, source(), {}, reported.quantity, reported.location}));
    } else if (reported.status == ReportedStatus::lifted) {
      store_.erase(key);
    } else {
      // The first four of both enumerations are the same words.
      status(unit, {source(), at(), static_cast<Disposition>(reported.status), ReleaseKind::none, reported.market,
                    reported.quantity, reported.location});
    }
  }

  void set_expiry(const UnitKey& unit, const std::string& expires_on) {
    if (!profiled(unit)) return;
    if (unit.type() == UnitType::serial) {
      SerialKnown serial = known_.serial(unit);
      serial.expires_on = expires_on;
      store_.put(joined_key('n', {unit.bytes()}), pack(serial));
    } else if (unit.type() == UnitType::lot) {
      LotKnown lot = known_.lot(unit);
      lot.expires_on = expires_on;
      put(unit, lot);
    }
  }

  void holds(const schema::LotArea& area) {
    if (const auto* placed = area.event_as_hold_placed()) {
      const bool ordered = body_.command_id() != nullptr;
      const auto decoded = codec::decode(area);
      const auto& hold = std::get<HoldPlaced>(decoded);
      const std::string owner = ordered ? std::string(codec::view_of(body_.actor()->id())) : std::string();
      store_.put(joined_key('h', {codec::view_of(placed->unit()->key()), hold.hold.text}),
                 pack(HoldKnown{hold.hold, hold.kind, {}, owner, hold.quantity, hold.location}));
      if (!ordered) caused_hold();
    } else if (const auto* lifted = area.event_as_hold_lifted()) {
      store_.erase(joined_key('h', {codec::view_of(lifted->unit()->key()), codec::view_of(lifted->hold_id())}));
    }
  }

  // Judgements.

  void caused_hold() {
    HoldsCaused caused = known_.holds_caused(source());
    if (caused.count == 0 || recorded_at_.utc_us - caused.since.utc_us >= k_hour_us)
      caused = {recorded_at_, 0, caused.paused};
    ++caused.count;
    put_caused(caused);
  }

  void put_caused(const HoldsCaused& caused) {
    store_.put(joined_key('o', {key_text(source())}), pack(caused, known_.policy_since().value_or(k_no_seq)));
  }

  void judgement(const schema::JudgementArea& area) {
    const auto decoded = codec::decode(area);
    if (const auto* policy = std::get_if<PolicyActivated>(&decoded)) store_.put(k_policy_key, pack(*policy, seq_));
    if (const auto* breach = std::get_if<InvariantBreached>(&decoded)) breached(*breach);
    if (const auto* cured = std::get_if<BreachCured>(&decoded)) close(cured->breach, cured->rule);
  }

  void breached(const InvariantBreached& breach) {
    if (breach.rule == k_policy_rules[2].id) {
      HoldsCaused caused = known_.holds_caused(source());
      caused.paused = true;
      return put_caused(caused);
    }
    if (breach.units.empty()) return;
    const std::string process = process_of_record();
    Packer out;
    out.texts(bytes_of_units(breach.units));
    out.text(process);
    store_.put(breach_key(seq_, breach.rule), out.take());
    for (const UnitRef& unit : breach.units) store_.put(open_key(breach.rule, unit.key.bytes(), seq_), {});
    const bool holds = breach.mode == RuleMode::enforce && (breach.rule == "I-25" || breach.rule == "I-33");
    if (process.empty() || !holds) return;
    ProcessKnown known = known_.process(process);
    if (!known.broken_rule.empty()) return;
    known.broken_rule = breach.rule;
    known.broken_at = seq_;
    store_.put(joined_key('p', {key_text(process)}), pack(known));
  }

  static std::vector<std::string> bytes_of_units(const std::vector<UnitRef>& units) {
    std::vector<std::string> bytes;
    for (const UnitRef& unit : units) bytes.push_back(unit.key.bytes());
    return bytes;
  }

  /// Of the facts that the breach stands beside.
  [[nodiscard]] std::string process_of_record() const {
    for (const schema::Event* event : *body_.events()) {
      const auto* production = event->area_as_production();
      const auto* transformed = production == nullptr ? nullptr : production->event_as_units_transformed();
      if (transformed != nullptr && transformed->process_id() != nullptr) return transformed->process_id()->str();
    }
    return {};
  }

  static std::string breach_key(Seq seq, std::string_view rule) { return number_key('B', seq).append(rule); }
  static std::string open_key(std::string_view rule, std::string_view unit, Seq seq) {
    std::string key = joined_key('b', {rule, unit, {}});
    append_be64(key, seq);
    return key;
  }

  void close(Seq breach, const std::string& rule) {
    std::string value;
    if (!store_.get(breach_key(breach, rule), value)) return;
    Unpacker in(value);
    for (const std::string& unit : in.texts()) store_.erase(open_key(rule, unit, breach));
    const std::string process = in.text();
    store_.erase(breach_key(breach, rule));
    if (process.empty()) return;
    ProcessKnown known = known_.process(process);
    if (known.broken_at != breach || known.broken_rule != rule) return;
    known.broken_rule.clear();
    store_.put(joined_key('p', {key_text(process)}), pack(known));
  }

  // Withdrawals.

  void correction(const schema::CorrectionArea& area) {
    if (const auto* withdrawn = area.event_as_event_withdrawn(); withdrawn != nullptr) {
      if (withdrawn->target_seq().has_value()) undo(*withdrawn->target_seq());
    } else if (area.event_as_withdrawal_applied() != nullptr) {
      undo(seq_);
    }
  }

  /// Once: the changes are forgotten with it. Origins, states of serials and what a process knows stay as they are.
  void undo(Seq seq) {
    for (const StockChange& change : known_.stock_changes(seq)) {
      if (change.location) {
        put_stock(change.lot, *change.location, negated(change.quantity));
        continue;
      }
      LotKnown lot = known_.lot(change.lot);
      StockChange back = change;
      back.quantity = negated(change.quantity);
      apply(lot, back);
      put(change.lot, lot);
    }
    store_.erase(number_key('d', seq));
    std::vector<std::string> rules;
    const std::string prefix = number_key('B', seq);
    store_.scan_prefix(prefix, [&](std::string_view key, std::string_view) {
      rules.emplace_back(key.substr(prefix.size()));
      return true;
    });
    for (const std::string& rule : rules) close(seq, rule);
  }

  PlantFold& fold_;
  Seq seq_;
  std::uint32_t index_;
  const schema::Body& body_;
  Instant recorded_at_;
  Store& store_;
  PlantFacts known_;
  Event event_;
  std::string process_;
  std::string item_of_;
  std::optional<ItemKnown> item_;
  std::vector<StockChange> changes_;
};

void PlantFold::begin(const StoreReader& store) {
  if (head_ == store.position().head) return;
  plain_.clear();
  last_class_.clear();
  any_profile_ = PlantFacts(store).any_profile();
}

void PlantFold::event(const FoldInput& input, std::uint32_t index, Store& store) {
  PlantEvent(*this, input, index, store).fold();
}

}  // namespace lotledger::projections
