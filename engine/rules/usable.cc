// engine/rules/usable.cc - disposition, expiry and holds against using and shipping.
#include "engine/rules/usable.h"

#include <algorithm>

namespace lotledger::engine {
namespace {

/// Said of another place than that of the taking. Where that is not known, nothing said of single places counts.
bool elsewhere(const std::optional<UnitKey>& stated, const std::optional<UnitKey>& place) {
  return stated && (!place || *stated != *place);
}

/// What was said of a unit, summed up: of all of it, and of parts.
struct Said {
  std::optional<StatusKnown> whole;
  Decimal freed;    ///< Released or under concession, beside the whole.
  Decimal blocked;  ///< Pending or rejected, beside the whole.
};

bool free(Disposition disposition) {
  return disposition == Disposition::released || disposition == Disposition::concession;
}

std::optional<Decimal> in_unit_of(const Facts& facts, const UnitKey& lot, const Quantity& quantity) {
  const LotKnown known = facts.lot(lot);
  const auto item_class = lot.item_class();
  if (!known.uom || !item_class) return std::nullopt;
  return converted(facts, *item_class, quantity, *known.uom);
}

void add_part(Said& said, const StatusKnown& status, const Decimal& quantity) {
  if (!free(status.disposition)) {
    said.blocked = said.blocked.plus(quantity).value_or(said.blocked);
    return;
  }
  const Decimal cleared = std::min(said.blocked, quantity);
  said.blocked = said.blocked.minus(cleared).value_or(Decimal());
  said.freed = said.freed.plus(quantity).value_or(said.freed);
}

Said said_of(const Asked& asked, const UnitKey& unit, const std::optional<UnitKey>& place, const Amended& amended) {
  std::vector<StatusKnown> statuses = asked.facts.statuses(unit);
  if (amended.status) statuses.push_back(*amended.status);
  std::ranges::stable_sort(statuses, {}, &StatusKnown::at);
  Said said;
  for (StatusKnown& status : statuses) {
    const bool believed = status.source.empty() || believes(asked.policy, status.source, name_of(Subject::status));
    if (!believed || elsewhere(status.location, place)) continue;
    if (!status.quantity) {
      said = {std::move(status), {}, {}};
    } else if (const auto quantity = in_unit_of(asked.facts, unit, *status.quantity)) {
      add_part(said, status, *quantity);
    }
  }
  return said;
}

bool release_required(const Facts& facts, const UnitKey& unit) {
  const auto item_class = unit.item_class();
  const auto item = item_class ? facts.item(*item_class) : std::nullopt;
  return item && item->profile && item->profile->release_required;
}

void against_disposition(const Asked& asked, const Taking& taking, const Amended& amended,
                         std::vector<std::string>& causes) {
  Said said = said_of(asked, taking.unit, taking.location, amended);
  if (!said.whole && taking.lot) said = said_of(asked, *taking.lot, taking.location, amended);
  const bool required = release_required(asked.facts, taking.unit);
  if (!said.whole && !required && said.blocked.zero()) return;
  const LotKnown lot = asked.facts.lot(taking.unit);
  const Disposition disposition =
      said.whole ? said.whole->disposition : (required ? Disposition::pending : Disposition::released);
  if (!free(disposition)) {
    const auto taken = lot.taken.plus(taking.quantity).value_or(lot.taken);
    if (said.freed.zero() || said.freed < taken) causes.push_back("is " + std::string(name_of(disposition)));
  } else if (said.blocked.positive() && lot.total.minus(taking.quantity).value_or(lot.total) < said.blocked) {
    causes.push_back("has " + said.blocked.text() + " that nobody has released");
  }
  if (taking.purpose == Purpose::ship && said.whole && said.whole->release == ReleaseKind::production)
    causes.emplace_back("is released for production only");
}

std::string expiry_of_unit(const Facts& facts, const Taking& taking) {
  if (taking.unit.type() == UnitType::lot) return facts.lot(taking.unit).expires_on;
  const SerialKnown serial = facts.serial(taking.unit);
  if (!serial.expires_on.empty() || !taking.lot) return serial.expires_on;
  return facts.lot(*taking.lot).expires_on;
}

}  // namespace

std::optional<Decimal> converted(const Facts& facts, const UnitKey& item_class, const Quantity& quantity, UnitCode to) {
  auto factor = conversion(quantity.unit, to);
  if (!factor) factor = facts.stated_factor(item_class, quantity.unit, to);
  if (!factor) {
    if (const auto back = facts.stated_factor(item_class, to, quantity.unit))
      factor = Conversion{back->denominator, back->numerator};
  }
  if (!factor) return std::nullopt;
  return Decimal::of(quantity).times(factor->numerator, factor->denominator, Decimal::Rounding::up);
}

bool past(std::string_view expires_on, std::string_view date) {
  if (expires_on.empty()) return false;
  if (expires_on.ends_with("-00")) return expires_on.substr(0, 7) < date.substr(0, 7);
  return expires_on < date;
}

std::string date_of(const ZonedInstant& at) {
  constexpr std::size_t k_date = 10;
  return format_zoned(at).substr(0, k_date);
}

std::vector<HoldKnown> holds_against(const Asked& asked, const Taking& taking, const Amended& amended) {
  std::vector<HoldKnown> against;
  const auto look = [&](const UnitKey& unit, bool piece) {
    const LotKnown lot = asked.facts.lot(unit);
    const Decimal left = lot.total.minus(taking.quantity).value_or(lot.total);
    for (HoldKnown& hold : asked.facts.holds(unit)) {
      const bool believed = hold.source.empty() || believes(asked.policy, hold.source, name_of(Subject::status));
      const bool by_rule = hold.source.empty() && hold.owner.empty();
      if (amended.without_rule_holds && by_rule) continue;
      if (!believed || hold.id == amended.lifted || elsewhere(hold.location, taking.location)) continue;
      if (hold.quantity) {
        // A part of a lot says nothing of a single piece of it; one in a unit that leads nowhere holds all.
        const auto held = in_unit_of(asked.facts, unit, *hold.quantity);
        if (piece || (held && !(left < *held))) continue;
      }
      against.push_back(std::move(hold));
    }
  };
  look(taking.unit, false);
  if (taking.lot) look(*taking.lot, true);
  return against;
}

std::vector<std::string> causes_against(const Asked& asked, const Taking& taking, const Amended& amended) {
  std::vector<std::string> causes;
  against_disposition(asked, taking, amended, causes);
  const std::string expires_on = amended.expires_on.value_or(expiry_of_unit(asked.facts, taking));
  if (past(expires_on, taking.date)) causes.push_back("expired on " + expires_on);
  for (const HoldKnown& hold : holds_against(asked, taking, amended))
    causes.push_back("is on hold " + hold.id.text + " (" + std::string(name_of(hold.kind)) + ")");
  return causes;
}

bool decided_since(const Asked& asked, const Taking& taking, Instant since) {
  const auto decided = [&](const UnitKey& unit) {
    return std::ranges::any_of(asked.facts.statuses(unit), [&](const StatusKnown& status) {
      const bool believed = status.source.empty() || believes(asked.policy, status.source, name_of(Subject::status));
      return believed && status.disposition != Disposition::pending && status.at >= since;
    });
  };
  return decided(taking.unit) || (taking.lot && decided(*taking.lot));
}

std::vector<std::string> uncleared(const Asked& asked, const std::vector<std::string>& conditional) {
  std::vector<std::string> open;
  for (const std::string& lot : conditional) {
    const auto status = said_of(asked, UnitKey(lot), std::nullopt, {}).whole;
    if (status && status->disposition == Disposition::concession) open.push_back(lot);
  }
  return open;
}

}  // namespace lotledger::engine
