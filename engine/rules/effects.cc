// engine/rules/effects.cc - events to effects.
#include "engine/rules/effects.h"

#include <utility>

namespace lotledger::engine {
namespace {

struct Collect {
  const Event& event;
  std::vector<Effect>& effects;

  void each(Change change, const std::vector<UnitAmount>& amounts, const std::optional<UnitKey>& from = {}) const {
    const auto place = place_of(event);
    for (const UnitAmount& amount : amounts) effects.push_back({change, amount, place, from, {}});
  }

  void operator()(const UnitsTransformed& said) const {
    switch (said.kind) {
      case ProcessKind::production:
      case ProcessKind::by_product: each(Change::used, said.inputs); return each(Change::made, said.outputs);
      case ProcessKind::rework: each(Change::used, said.inputs); return each(Change::reworked, said.outputs);
      case ProcessKind::split:
      case ProcessKind::merge:
      case ProcessKind::relabel: each(Change::divided_out, said.inputs); return each(Change::divided_in, said.outputs);
    }
  }
  void operator()(const PartsInstalled& said) const {
    if (!said.observed) each(Change::used, said.parts);
  }
  void operator()(const PartsRemoved& said) const { each(Change::regained, said.parts); }
  void operator()(const OrderRecorded& /*plans*/) const {}

  void operator()(const UnitsReceived& said) const { each(Change::received, said.units); }
  void operator()(const UnitsObserved& /*changes nothing*/) const {}
  void operator()(const UnitsMoved& said) const { each(Change::moved, said.units, said.from); }
  void operator()(const UnitsCounted& said) const { each(Change::counted, said.units); }
  void operator()(const StockAdjusted& said) const {
    each(said.decrease ? Change::lost : Change::regained, said.units);
  }
  void operator()(const UnitsSampled& said) const { each(Change::lost, said.units); }
  void operator()(const OwnerChanged& /*stays where it is*/) const {}

  void operator()(const UnitsCommissioned& said) const { each(Change::commissioned, said.units); }
  void operator()(const UnitsDecommissioned& said) const { each(Change::lost, said.units); }
  void operator()(const UnitsPacked& said) const { each(Change::packed, said.children); }
  void operator()(const UnitsUnpacked& said) const { each(Change::packed, said.children); }

  void operator()(const UnitsShipped& said) const { each(Change::shipped, said.units); }
  void operator()(const ShipmentVoided& said) const { each(Change::unshipped, said.units); }
  void operator()(const UnitsReturned& said) const { each(Change::returned, said.units); }

  template <typename Other>
  void operator()(const Other& /*moves nothing*/) const {}
};

struct Expiry {
  std::string operator()(const UnitsTransformed& said) const { return said.expires_on; }
  std::string operator()(const UnitsReceived& said) const { return said.expires_on; }
  std::string operator()(const UnitsCommissioned& said) const { return said.expires_on; }
  template <typename Other>
  std::string operator()(const Other& /*states none*/) const {
    return {};
  }
};

template <typename Result, typename Visitor>
Result visit_event(const Event& event, const Visitor& visitor) {
  return std::visit([&](const auto& area) -> Result { return std::visit(visitor, area); }, event.body);
}

}  // namespace

std::vector<Effect> effects_of(const Event& event) {
  std::vector<Effect> effects;
  visit_event<void>(event, Collect{event, effects});
  return effects;
}

std::optional<UnitKey> place_of(const Event& event) {
  return event.context.business_location ? event.context.business_location : event.context.read_point;
}

std::string process_of(const Event& event) {
  const auto* production = std::get_if<ProductionEvent>(&event.body);
  const auto* transformed = production == nullptr ? nullptr : std::get_if<UnitsTransformed>(production);
  return transformed == nullptr ? std::string() : transformed->process_id;
}

std::string supplier_of(const Event& event) {
  for (const PartyRole& source : event.context.sources) {
    if (source.role == "owning_party" || source.role == "possessing_party") return source.key.bytes();
  }
  return {};
}

std::string expiry_of(const Event& event) {
  return visit_event<std::string>(event, Expiry{});
}

}  // namespace lotledger::engine
