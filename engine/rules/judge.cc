// engine/rules/judge.cc - the rules, one function each or few together.
#include "engine/rules/judge.h"

#include "engine/rules/contents.h"
#include "engine/rules/effects.h"
#include "engine/rules/usable.h"

#include <algorithm>
#include <map>
#include <set>

namespace lotledger::engine {
namespace {

/// What clocks of sources may differ by.
constexpr std::int64_t k_ahead_us_max = std::int64_t{15} * 60 * 1'000'000;
constexpr std::int64_t k_day_us = std::int64_t{24} * 3600 * 1'000'000;
/// From happening until the source entered it.
constexpr std::int64_t k_lag_days_max = 7;
/// Sentences of one breach; the rest is counted.
constexpr std::size_t k_details_max = 3;
/// Units that one breach names: a record has room for so many.
constexpr std::size_t k_units_max = 256;

using Units = std::vector<UnitRef>;

UnitRef ref_of(UnitKey key) {
  return {std::move(key), std::nullopt, {}};
}

/// Day 00, the last of a month, after all other days of it.
std::string comparable(std::string_view date) {
  return date.ends_with("-00") ? std::string(date.substr(0, 8)) + "99" : std::string(date);
}

bool later(std::string_view one, std::string_view other) {
  return !one.empty() && !other.empty() && comparable(one) > comparable(other);
}

class Judge {
 public:
  Judge(const Asked& asked, const Stamp& stamp) : asked_(asked), stamp_(stamp) {}

  void event(const Event& event) {
    event_ = &event;
    first_of_event_ = out_.breaches.size();
    more_.clear();
    time();
    effects_ = effects_of(event);
    for (const Effect& effect : effects_) quantity(effect);
    loops();
    if (asked_.facts.any_profile()) {
      const auto contents = [this](const UnitKey& container) { return asked_.facts.contents(container, at()); };
      effects_ = with_contents(std::move(effects_), contents);
      for (const Effect& effect : effects_) unit(effect);
    }
    parts_of_held();
    if (const auto* lot = std::get_if<LotEvent>(&event.body)) decision(*lot);
    if (const auto* correction = std::get_if<CorrectionEvent>(&event.body)) withdrawal(*correction);
    finish_details();
  }

  Judgement take() { return std::move(out_); }

 private:
  // What is known, with the events of this submission that were judged before.

  const std::optional<ItemKnown>& item_of(const UnitKey& unit) {
    const auto item_class = unit.item_class();
    const auto [found, fresh] = items_.try_emplace(item_class ? item_class->bytes() : std::string());
    if (fresh && item_class) {
      found->second = asked_.facts.item(*item_class);
      if (found->second && !found->second->profile) found->second.reset();
    }
    return found->second;
  }

  LotKnown lot_of(const UnitKey& lot) {
    LotKnown known = asked_.facts.lot(lot);
    if (const auto found = moved_.find({lot.bytes(), {}}); found != moved_.end())
      known.total = known.total.plus(found->second).value_or(known.total);
    return known;
  }

  Decimal stock_at(const UnitKey& lot, const UnitKey& location) {
    const Decimal stock = asked_.facts.stock_at(lot, location);
    const auto found = moved_.find({lot.bytes(), location.bytes()});
    return found == moved_.end() ? stock : stock.plus(found->second).value_or(stock);
  }

  void move(const UnitKey& lot, const std::optional<UnitKey>& location, const Decimal& quantity) {
    Decimal& moved = moved_[{lot.bytes(), location ? location->bytes() : std::string()}];
    moved = moved.plus(quantity).value_or(moved);
  }

  // Reporting.

  [[nodiscard]] Instant at() const { return event_->occurred ? event_->occurred->at : stamp_.recorded_at; }
  [[nodiscard]] std::string date() const {
    return date_of(event_->occurred.value_or(ZonedInstant{stamp_.recorded_at, 0}));
  }

  bool runs(const JudgedRule& rule, const UnitKey& unit) {
    if (rule.subject == Subject::any) return true;
    if (!item_of(unit)) return false;
    return rule.subject == Subject::item || stamp_.command ||
           believes(asked_.policy, stamp_.source, name_of(rule.subject));
  }

  /// `hold`: what is to be held by a rule that holds; empty where that has left already; nullopt: nothing to hold.
  void report(std::string_view id, std::string detail, const UnitRef& unit,
              const std::optional<Units>& hold = std::nullopt) {
    const JudgedRule* rule = judged_rule(id);
    const JudgedWhere where{place_of(*event_), unit.key.item_class(), stamp_.source, at()};
    const RuleMode mode = mode_of(asked_.policy, id, where);
    if (mode == RuleMode::off) return;
    const bool holds = rule->effect == RuleEffect::hold || rule->effect == RuleEffect::hold_nc;
    RuleEffect effect = rule->effect;
    if (holds && !hold) effect = RuleEffect::flag;
    if (holds && hold && hold->empty()) {
      effect = RuleEffect::note;
      if (!stamp_.command) detail += "; recall signal: it has left already";
    }
    Breach& breach = breach_of(*rule, mode);
    breach.effect = std::max(breach.effect, effect);
    add(breach.units, unit);
    if (hold) std::ranges::for_each(*hold, [&](const UnitRef& held) { add_hold(breach.hold, held); });
    auto& [sentences, more] = more_[rule->rule.id];
    if (++sentences > k_details_max) {
      ++more;
    } else {
      breach.detail += (breach.detail.empty() ? "" : "; ") + detail;
    }
  }

  /// One breach for each rule that the event breaks.
  Breach& breach_of(const JudgedRule& rule, RuleMode mode) {
    const auto first = out_.breaches.begin() + static_cast<std::ptrdiff_t>(first_of_event_);
    const auto found = std::find_if(first, out_.breaches.end(),
                                    [&](const Breach& breach) { return breach.rule == &rule && breach.mode == mode; });
    if (found != out_.breaches.end()) return *found;
    out_.breaches.push_back({&rule, mode, RuleEffect::note, {}, {}, {}});
    return out_.breaches.back();
  }

  /// Beyond a bound the lot of a serial is held instead: rather too much is held than too little.
  static void add_hold(Units& units, const UnitRef& unit) {
    if (units.size() < k_units_max) return add(units, unit);
    if (unit.lot && std::ranges::find(units, *unit.lot, &UnitRef::key) == units.end())
      units.push_back(ref_of(*unit.lot));
  }

  static void add(Units& units, const UnitRef& unit) {
    if (unit.key.bytes().empty() || units.size() >= k_units_max) return;
    if (std::ranges::find(units, unit.key, &UnitRef::key) == units.end()) units.push_back(unit);
  }

  void finish_details() {
    for (std::size_t at = first_of_event_; at < out_.breaches.size(); ++at) {
      const auto more = more_[out_.breaches[at].rule->rule.id].second;
      if (more > 0) out_.breaches[at].detail += "; and " + std::to_string(more) + " more";
    }
  }

  void cure(std::string_view rule, const UnitKey& unit) {
    for (const Seq seq : asked_.facts.open_breaches(rule, unit)) {
      const BreachCured cured{seq, std::string(rule)};
      if (std::ranges::find(out_.cures, cured) == out_.cures.end()) out_.cures.push_back(cured);
    }
  }

  // I-02, I-10, I-12.

  void time() {
    if (!event_->occurred) return;
    const std::int64_t ahead = at().utc_us - stamp_.recorded_at.utc_us;
    if (ahead > k_ahead_us_max)
      report("I-02",
             "it happened at " + format_utc(at()) + ", after it was recorded, at " + format_utc(stamp_.recorded_at),
             {});
    if (!stamp_.reported_at || !stamp_.reason.empty()) return;
    const std::int64_t lag = stamp_.reported_at->utc_us - at().utc_us;
    if (lag > k_lag_days_max * k_day_us)
      report("I-02", "it was entered " + std::to_string(lag / k_day_us) + " days after it happened, without a reason",
             {});
  }

  void quantity(const Effect& effect) {
    const auto& stated = effect.amount.quantity;
    if (!stated) return;
    const UnitRef& unit = effect.amount.unit;
    const bool fine = stated->mantissa > 0 || (effect.change == Change::counted && stated->mantissa == 0);
    if (!fine) report("I-10", "the quantity of " + unit.key.ref() + " is " + stated->text(), unit);
    if (!asked_.facts.any_profile()) return;
    const auto& item = item_of(unit.key);
    if (!item || !item->uom || converted(asked_.facts, *unit.key.item_class(), *stated, *item->uom)) return;
    report("I-10",
           "no conversion leads from " + std::string(stated->unit.view()) + " to " + std::string(item->uom->view()) +
               ", the unit of " + unit.key.item_class()->ref(),
           unit);
  }

  void loops() {
    std::set<std::string_view> inputs;
    for (const Effect& effect : effects_) {
      if (effect.change == Change::used || effect.change == Change::divided_out)
        inputs.insert(effect.amount.unit.key.bytes());
    }
    if (inputs.empty()) return;
    for (const Effect& effect : effects_) {
      const bool output =
          effect.change == Change::made || effect.change == Change::reworked || effect.change == Change::divided_in;
      const UnitKey& key = effect.amount.unit.key;
      const bool traced = key.type() == UnitType::lot || key.type() == UnitType::serial;
      if (output && traced && inputs.contains(key.bytes()))
        report("I-12", key.ref() + " is made of itself", effect.amount.unit);
    }
  }

  // Stock, origin and status of one unit.

  void unit(const Effect& effect) {
    const UnitKey& key = effect.amount.unit.key;
    if (!item_of(key)) return;
    if (key.type() == UnitType::serial) return serial(effect);
    if (key.type() != UnitType::lot) return;
    const LotKnown lot = lot_of(key);
    const auto uom = lot.uom ? lot.uom : item_of(key)->uom;
    const auto& stated = effect.amount.quantity;
    std::optional<Decimal> quantity;
    if (stated) quantity = uom ? converted(asked_.facts, *key.item_class(), *stated, *uom) : Decimal::of(*stated);
    if (!effect.container) origin(effect, lot);
    if (takes(effect.change)) status(effect, key, quantity.value_or(Decimal()));
    if (quantity) stock(effect, key, *quantity);
  }

  void serial(const Effect& effect) {
    const UnitKey& key = effect.amount.unit.key;
    const SerialKnown known = asked_.facts.serial(key);
    const auto lot = effect.amount.unit.lot ? effect.amount.unit.lot
                                            : (known.lot.empty() ? std::nullopt : std::optional(UnitKey(known.lot)));
    const std::string process = process_of(*event_);
    const bool again = effect.change == Change::commissioned
                           ? known.commissioned
                           : effect.change == Change::made && !known.made_by.empty() && known.made_by != process;
    if (again) report("I-13", "serial " + key.ref() + " came into being before", effect.amount.unit);
    if (!effect.container) expiry(effect);
    if (takes(effect.change)) status(effect, lot.value_or(UnitKey()), Decimal::whole(1));
    if (!lot) return;
    const LotKnown of_lot = lot_of(*lot);
    if (of_lot.uom && !conversion(each(), *of_lot.uom)) return;
    stock(effect, *lot, Decimal::whole(1));
  }

  void origin(const Effect& effect, const LotKnown& lot) {
    const UnitRef& unit = effect.amount.unit;
    const std::string process = process_of(*event_);
    if (effect.change == Change::made && !lot.made_by.empty() && !process.empty() && lot.made_by != process)
      report("I-13", "lot " + unit.key.ref() + " was made by " + lot.made_by + " before", unit);
    if (effect.change == Change::made && !process.empty() && lot.used_by == process)
      report("I-12", unit.key.ref() + " was used to make itself, by " + process, unit);
    if (effect.change == Change::used && !process.empty() && lot.made_by == process)
      report("I-12", unit.key.ref() + " is used by " + process + ", which made it", unit);
    if (effect.change == Change::received && !lot.supplier.empty()) {
      const std::string supplier = supplier_of(*event_);
      if (!supplier.empty() && supplier != lot.supplier)
        report("I-13", "lot " + unit.key.ref() + " came from " + UnitKey(lot.supplier).ref() + " before", unit);
    }
    expiry(effect);
  }

  void stock(const Effect& effect, const UnitKey& lot, const Decimal& quantity) {
    const LotKnown known = lot_of(lot);
    const auto less = Decimal().minus(quantity).value_or(Decimal());
    if (adds(effect.change)) {
      move(lot, std::nullopt, quantity);
      if (effect.location) move(lot, effect.location, quantity);
      return cure_stock(lot, effect.location);
    }
    const auto& from = effect.change == Change::moved ? effect.from : effect.location;
    if (effect.change == Change::counted) {
      const Decimal books = from ? stock_at(lot, *from) : known.total;
      const Decimal difference = quantity.minus(books).value_or(Decimal());
      move(lot, std::nullopt, difference);
      if (from) move(lot, from, difference);
      return cure_stock(lot, from);
    }
    if (effect.change == Change::packed) return;
    const std::string what = quantity.text() + " of " + lot.ref();
    const bool asserted = known.countable && (known.seen || !item_of(lot)->late) && runs(*judged_rule("I-11"), lot);
    const Decimal left = known.total.minus(quantity).value_or(known.total);
    if (asserted && takes(effect.change) && left.negative()) {
      report("I-11", what + " leave, and " + known.total.text() + " are known to be there", ref_of(lot));
    } else if (asserted && from && !known.unplaced) {
      const Decimal there = stock_at(lot, *from);
      if (there.minus(quantity).value_or(there).negative())
        report("I-11", what + " leave " + from->ref() + ", and " + there.text() + " are known to be there",
               ref_of(lot));
    }
    if (takes(effect.change)) move(lot, std::nullopt, less);
    if (from) move(lot, from, less);
    if (effect.change == Change::moved && effect.location) move(lot, effect.location, quantity);
  }

  void cure_stock(const UnitKey& lot, const std::optional<UnitKey>& location) {
    if (lot_of(lot).total.negative()) return;
    if (location && stock_at(lot, *location).negative()) return;
    cure("I-11", lot);
  }

  // I-25, I-30, I-33.

  void status(const Effect& effect, const UnitKey& lot, const Decimal& quantity) {
    if (effect.change != Change::used && effect.change != Change::shipped) return;
    const bool ships = effect.change == Change::shipped;
    const std::string_view id = ships ? "I-30" : "I-25";
    const UnitRef& unit = effect.amount.unit;
    if (!runs(*judged_rule(id), unit.key)) return;
    Taking taking{unit.key, std::nullopt, quantity, effect.location, date(), ships ? Purpose::ship : Purpose::use};
    if (unit.key.type() == UnitType::serial && !lot.bytes().empty()) taking.lot = lot;
    std::string causes;
    for (const std::string& cause : causes_against(asked_, taking)) causes += (causes.empty() ? "" : ", ") + cause;
    const auto hold = ships ? what_is_left(unit, quantity) : made_of(unit);
    const std::string name = unit.key.ref() + (effect.container ? " in " + effect.container->ref() : "");
    if (!causes.empty()) report(id, name + " " + causes, unit, hold);
    if (came_back(taking)) report("I-33", name + " came back and nobody has decided since", unit, hold);
  }

  bool came_back(const Taking& taking) {
    if (taking.unit.type() == UnitType::serial) {
      const auto returned_at = asked_.facts.serial(taking.unit).returned_at;
      return returned_at && !decided_since(asked_, taking, *returned_at);
    }
    const LotKnown lot = lot_of(taking.unit);
    if (!lot.returned.positive() || decided_since(asked_, taking, lot.returned_at)) return false;
    return lot.total.minus(taking.quantity).value_or(lot.total) < lot.returned;
  }

  bool has_left(const UnitKey& unit) {
    if (unit.type() == UnitType::serial) return asked_.facts.serial(unit).state == SerialKnown::State::gone;
    const LotKnown lot = lot_of(unit);
    return lot.shipped.positive() && !lot.total.positive();
  }

  Units what_is_left(const UnitRef& unit, const Decimal& quantity) {
    if (unit.key.type() == UnitType::serial) return {};
    const LotKnown lot = lot_of(unit.key);
    const Decimal left = lot.total.minus(quantity).value_or(lot.total);
    return left.positive() ? Units{unit} : Units{};
  }

  /// What was made of the input as far as it is known and still here; the input where nothing is known.
  Units made_of(const UnitRef& input) {
    Units made;
    for (const Effect& effect : effects_) {
      if (effect.change == Change::made || effect.change == Change::reworked) add(made, effect.amount.unit);
    }
    if (const auto* production = std::get_if<ProductionEvent>(&event_->body)) {
      if (const auto* installed = std::get_if<PartsInstalled>(production)) add(made, installed->parent);
    }
    if (const std::string process = process_of(*event_); !process.empty()) {
      for (const std::string& output : asked_.facts.process(process).outputs) add(made, ref_of(UnitKey(output)));
    }
    if (made.empty()) return {input};
    std::erase_if(made, [&](const UnitRef& unit) { return has_left(unit.key); });
    return made;
  }

  // I-14, and what an order made of an input that broke a rule.

  void expiry(const Effect& effect) {
    const UnitRef& unit = effect.amount.unit;
    const std::string process = process_of(*event_);
    const ProcessKnown known = process.empty() ? ProcessKnown{} : asked_.facts.process(process);
    if (effect.change == Change::used && runs(*judged_rule("I-14"), unit.key)) {
      const std::string input = asked_.facts.lot(unit.key).expires_on;
      for (const std::string& output : known.outputs) {
        const std::string date = asked_.facts.lot(UnitKey(output)).expires_on;
        if (later(date, input)) too_late(ref_of(UnitKey(output)), date, unit.key.ref() + " in it on " + input);
      }
    }
    if (effect.change != Change::made && effect.change != Change::reworked && effect.change != Change::commissioned)
      return;
    if (runs(*judged_rule("I-14"), unit.key)) output_expiry(unit, known);
    if (known.broken_rule.empty() || !runs(*judged_rule("I-25"), unit.key)) return;
    const bool left = has_left(unit.key);
    report(known.broken_rule,
           unit.key.ref() + " is made of what broke the rule at position " + std::to_string(known.broken_at), unit,
           left ? Units{} : Units{unit});
  }

  void output_expiry(const UnitRef& unit, const ProcessKnown& process) {
    const std::string date = expiry_of(*event_);
    if (date.empty()) return;
    std::string earliest = process.expires_on;
    for (const Effect& input : effects_) {
      if (input.change != Change::used) continue;
      const std::string other = asked_.facts.lot(input.amount.unit.key).expires_on;
      if (earliest.empty() || later(earliest, other)) earliest = other.empty() ? earliest : other;
    }
    if (later(date, earliest)) too_late(unit, date, "what is in it on " + earliest);
    const std::uint32_t days = item_of(unit.key)->profile->shelf_life_days;
    if (days == 0 || !event_->occurred) return;
    ZonedInstant last = *event_->occurred;
    last.at.utc_us += static_cast<std::int64_t>(days) * k_day_us;
    if (later(date, date_of(last)))
      too_late(unit, date, "its shelf life of " + std::to_string(days) + " days ends on " + date_of(last));
  }

  void too_late(const UnitRef& unit, const std::string& date, const std::string& than) {
    report("I-14", unit.key.ref() + " expires on " + date + ", " + than, unit,
           has_left(unit.key) ? Units{} : Units{unit});
  }

  // I-32: of the parts of a lot; of lifting see decision().

  void parts_of_held() {
    Units inputs;
    Units outputs;
    for (const Effect& effect : effects_) {
      const UnitRef& unit = effect.amount.unit;
      if (effect.change == Change::divided_out) {
        const Taking taking{unit.key, unit.lot, {}, effect.location, date(), Purpose::use};
        if (!holds_against(asked_, taking).empty()) add(inputs, unit);
      } else if (effect.change == Change::divided_in && asked_.facts.holds(unit.key).empty()) {
        add(outputs, unit);
      }
    }
    if (inputs.empty()) return;
    for (const UnitRef& output : outputs)
      report("I-32", output.key.ref() + " is a part of " + inputs.front().key.ref() + ", which is on hold",
             inputs.front(), Units{output});
  }

  // I-27, I-31, I-32: what somebody decides about a unit.

  void decision(const LotEvent& event) {
    if (const auto* said = std::get_if<LotDispositioned>(&event)) {
      disposed(said->unit,
               {source(), at(), said->disposition, said->release, said->market, said->quantity, said->location});
    } else if (const auto* reported = std::get_if<StatusReported>(&event)) {
      status_reported(*reported);
    } else if (const auto* lifted = std::get_if<HoldLifted>(&event)) {
      lifting(lifted->hold, lifted->unit);
      cure_status(lifted->unit, {std::nullopt, lifted->hold, std::nullopt, false});
    } else if (const auto* expiry = std::get_if<ExpirySet>(&event); expiry != nullptr && !expiry->expires_on.empty()) {
      cure_status(expiry->unit, {std::nullopt, std::nullopt, expiry->expires_on, false});
    }
  }

  void status_reported(const StatusReported& reported) {
    if (reported.status == ReportedStatus::held) return;
    if (reported.status == ReportedStatus::lifted) {
      lifting(reported.hold, reported.unit);
      if (believes(asked_.policy, stamp_.source, name_of(Subject::status)))
        cure_status(reported.unit, {std::nullopt, reported.hold, std::nullopt, false});
      return;
    }
    // The first four of both enumerations are the same words.
    const auto disposition = static_cast<Disposition>(reported.status);
    disposed(reported.unit,
             {source(), at(), disposition, ReleaseKind::none, reported.market, reported.quantity, reported.location});
  }

  /// As StatusKnown has it.
  [[nodiscard]] std::string source() const { return stamp_.command ? std::string() : std::string(stamp_.source); }

  void disposed(const UnitRef& unit, const StatusKnown& status) {
    const bool frees = status.disposition == Disposition::released || status.disposition == Disposition::concession;
    if (frees && runs(*judged_rule("I-31"), unit.key)) {
      const Taking taking{unit.key, unit.lot, {}, status.location, date(), Purpose::use};
      for (const HoldKnown& hold : holds_against(asked_, taking))
        report("I-31", unit.key.ref() + " is on hold " + hold.id.text, unit);
      const std::string expires_on = asked_.facts.lot(unit.key).expires_on;
      if (past(expires_on, date())) report("I-31", unit.key.ref() + " expired on " + expires_on, unit);
    }
    if (status.disposition == Disposition::released && status.release != ReleaseKind::production &&
        runs(*judged_rule("I-27"), unit.key)) {
      for (const std::string& lot : uncleared(asked_, asked_.facts.lot(unit.key).conditional))
        report("I-27", unit.key.ref() + " holds " + UnitKey(lot).ref() + ", which is under concession", unit,
               has_left(unit.key) ? Units{} : Units{unit});
    }
    if (frees) cure_status(unit, {status, std::nullopt, std::nullopt, false});
  }

  void lifting(const HoldId& id, const UnitRef& unit) {
    for (const HoldKnown& hold : asked_.facts.holds(unit.key)) {
      if (hold.id != id || hold.owner.empty()) continue;
      const bool own = stamp_.command && hold.owner == stamp_.actor;
      if (!own) report("I-32", "hold " + id.text + " on " + unit.key.ref() + " was placed by " + hold.owner, unit);
    }
  }

  void cure_status(const UnitRef& unit, Amended amended) {
    const auto lot = unit.lot;
    amended.without_rule_holds = true;
    for (const auto& [id, purpose] : {std::pair{"I-25", Purpose::use}, std::pair{"I-30", Purpose::ship}}) {
      if (asked_.facts.open_breaches(id, unit.key).empty()) continue;
      const Taking taking{unit.key, lot, {}, std::nullopt, date(), purpose};
      if (causes_against(asked_, taking, amended).empty()) cure(id, unit.key);
    }
    const Taking taking{unit.key, lot, {}, std::nullopt, date(), Purpose::use};
    if (holds_against(asked_, taking, amended).empty()) cure("I-31", unit.key);
    if (amended.status) cure("I-33", unit.key);
  }

  // I-09.

  void withdrawal(const CorrectionEvent& correction) {
    const auto* withdrawn = std::get_if<EventWithdrawn>(&correction);
    if (withdrawn == nullptr || !withdrawn->target || asked_.facts.withdrawn(*withdrawn->target)) return;
    for (const StockChange& change : asked_.facts.stock_changes(*withdrawn->target)) {
      if (change.location) continue;
      const LotKnown lot = asked_.facts.lot(change.lot);
      const Decimal left = lot.total.minus(change.quantity).value_or(lot.total);
      const bool asserted = lot.countable && runs(*judged_rule("I-09"), change.lot);
      if (asserted && change.quantity.positive() && left.negative())
        report("I-09", "more of " + change.lot.ref() + " has left than the other facts brought in: " + left.text(),
               ref_of(change.lot));
      if (change.quantity.negative() && !left.negative()) cure("I-11", change.lot);
    }
  }

  Asked asked_;
  const Stamp& stamp_;
  Judgement out_;
  const Event* event_ = nullptr;
  std::vector<Effect> effects_;
  std::size_t first_of_event_ = 0;
  std::map<std::string_view, std::pair<std::size_t, std::size_t>>
      more_;  ///< Sentences of a breach, and those left out.
  std::map<std::string, std::optional<ItemKnown>> items_;
  std::map<std::pair<std::string, std::string>, Decimal> moved_;  ///< By lot and location; no location: in all.
};

}  // namespace

Judgement judge(const Facts& facts, const PolicyActivated& policy, std::span<const Event> events, const Stamp& stamp) {
  Judge judge({facts, policy}, stamp);
  for (const Event& event : events) judge.event(event);
  return judge.take();
}

}  // namespace lotledger::engine
