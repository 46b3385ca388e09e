// tests/sim/plant_events.cc - names of events, and the units that they name.
#include "tests/sim/plant.h"

namespace lotledger::tests {
namespace {

using namespace engine;

struct NameOf {
  template <typename Area>
  std::string_view operator()(const Area& area) const {
    return std::visit(*this, area);
  }
  std::string_view operator()(const LedgerCreated&) const { return "LedgerCreated"; }
  std::string_view operator()(const FormatRaised&) const { return "FormatRaised"; }
  std::string_view operator()(const CommandRefused&) const { return "CommandRefused"; }
  std::string_view operator()(const EpochOpened&) const { return "EpochOpened"; }
  std::string_view operator()(const SoftwareActivated&) const { return "SoftwareActivated"; }
  std::string_view operator()(const UnitsCommissioned&) const { return "UnitsCommissioned"; }
  std::string_view operator()(const UnitsDecommissioned&) const { return "UnitsDecommissioned"; }
  std::string_view operator()(const UnitsPacked&) const { return "UnitsPacked"; }
  std::string_view operator()(const UnitsUnpacked&) const { return "UnitsUnpacked"; }
  std::string_view operator()(const HoldPlaced&) const { return "HoldPlaced"; }
  std::string_view operator()(const HoldLifted&) const { return "HoldLifted"; }
  std::string_view operator()(const ExpirySet&) const { return "ExpirySet"; }
  std::string_view operator()(const LotDispositioned&) const { return "LotDispositioned"; }
  std::string_view operator()(const StatusReported&) const { return "StatusReported"; }
  std::string_view operator()(const UnitsTransformed&) const { return "UnitsTransformed"; }
  std::string_view operator()(const PartsInstalled&) const { return "PartsInstalled"; }
  std::string_view operator()(const PartsRemoved&) const { return "PartsRemoved"; }
  std::string_view operator()(const OrderRecorded&) const { return "OrderRecorded"; }
  std::string_view operator()(const UnitsReceived&) const { return "UnitsReceived"; }
  std::string_view operator()(const UnitsObserved&) const { return "UnitsObserved"; }
  std::string_view operator()(const UnitsMoved&) const { return "UnitsMoved"; }
  std::string_view operator()(const UnitsCounted&) const { return "UnitsCounted"; }
  std::string_view operator()(const StockAdjusted&) const { return "StockAdjusted"; }
  std::string_view operator()(const UnitsSampled&) const { return "UnitsSampled"; }
  std::string_view operator()(const OwnerChanged&) const { return "OwnerChanged"; }
  std::string_view operator()(const UnitsShipped&) const { return "UnitsShipped"; }
  std::string_view operator()(const ShipmentVoided&) const { return "ShipmentVoided"; }
  std::string_view operator()(const UnitsReturned&) const { return "UnitsReturned"; }
  std::string_view operator()(const TransactionLinked&) const { return "TransactionLinked"; }
  std::string_view operator()(const UnitsEquated&) const { return "UnitsEquated"; }
  std::string_view operator()(const PartyRecorded&) const { return "PartyRecorded"; }
  std::string_view operator()(const VocabularyRecorded&) const { return "VocabularyRecorded"; }
  std::string_view operator()(const EventWithdrawn&) const { return "EventWithdrawn"; }
  std::string_view operator()(const WithdrawalApplied&) const { return "WithdrawalApplied"; }
  std::string_view operator()(const RowRejected&) const { return "RowRejected"; }
  std::string_view operator()(const RowRepaired&) const { return "RowRepaired"; }
  std::string_view operator()(const RowDiscarded&) const { return "RowDiscarded"; }
  std::string_view operator()(const ItemRecorded&) const { return "ItemRecorded"; }
  std::string_view operator()(const AliasRecorded&) const { return "AliasRecorded"; }
  std::string_view operator()(const ConversionSet&) const { return "ConversionSet"; }
  std::string_view operator()(const PolicyActivated&) const { return "PolicyActivated"; }
  std::string_view operator()(const InvariantBreached&) const { return "InvariantBreached"; }
  std::string_view operator()(const BreachCured&) const { return "BreachCured"; }
};

/// Collects what the members of an event name, whatever its type.
struct Collect {
  std::vector<Mention>& found;

  void one(const UnitRef& ref) const { found.push_back({ref.key.bytes(), ref.lot ? ref.lot->bytes() : std::string()}); }
  void each(const std::vector<UnitAmount>& amounts) const {
    for (const UnitAmount& amount : amounts) one(amount.unit);
  }
  void each(const std::vector<UnitRef>& refs) const {
    for (const UnitRef& ref : refs) one(ref);
  }

  template <typename T>
  void event(const T& told) const {
    if constexpr (requires { told.inputs; }) each(told.inputs);
    if constexpr (requires { told.outputs; }) each(told.outputs);
    if constexpr (requires { told.parent.key; }) one(told.parent);
    if constexpr (requires { told.children; }) each(told.children);
    if constexpr (requires { told.parts; }) each(told.parts);
    if constexpr (requires { told.units; }) each(told.units);
    if constexpr (requires { told.unit.key; }) one(told.unit);
    if constexpr (requires { told.first.key; }) {
      one(told.first);
      one(told.second);
    }
  }
};

}  // namespace

std::string_view event_name(const Event& event) {
  return std::visit([](const auto& area) { return std::visit(NameOf{}, area); }, event.body);
}

std::vector<Mention> mentions_of(const Event& event) {
  std::vector<Mention> found;
  const Collect collect{found};
  std::visit([&](const auto& area) { std::visit([&](const auto& told) { collect.event(told); }, area); }, event.body);
  return found;
}

}  // namespace lotledger::tests
