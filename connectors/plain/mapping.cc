// connectors/plain/mapping.cc - rows about what happened, to events.
#include "connectors/plain/mapping.h"

#include "connectors/plain/values.h"

#include <fmt/format.h>

namespace lotledger::connectors::plain {
namespace {

using engine::AreaEvent;
using engine::LotEvent;
using engine::OrderEvent;
using engine::ProductionEvent;
using engine::WarehouseEvent;

constexpr std::string_view k_system = "plain.";

/// What rows of moves tell, in the order of their words (columns.cc).
enum class MoveType : std::uint8_t {
  move,
  put_away,
  issue,
  return_to_stock,
  to_subcontractor,
  from_subcontractor,
  to_consignment,
  from_consignment,
  count,
  adjust_in,
  adjust_out,
  scrap,
  sample,
  pack,
  unpack,
  split,
  merge,
  relabel,
  owner,
  install,
  remove,
};
enum class ProductionType : std::uint8_t { output, by_product, rework, scrap };
enum class ShipmentType : std::uint8_t { ship, undo };

/// Adds what the row says to the context of its event.
class ContextOf {
 public:
  ContextOf(Values& values, Context& context) : values_(values), context_(context) {}

  ContextOf& document(std::string type, Column column) {
    if (values_.has(column)) context_.documents.push_back({std::move(type), values_.text(column)});
    return *this;
  }
  ContextOf& source(Column column) {
    add(context_.sources, "owning_party", values_.party(column), column);
    return *this;
  }
  ContextOf& destination(Column column) {
    add(context_.destinations, "owning_party", values_.party(column), column);
    return *this;
  }
  ContextOf& destination_place(Column column) {
    add(context_.destinations, "location", values_.location(column), column);
    return *this;
  }
  ContextOf& stays_at(Column column) {
    context_.business_location = values_.location(column);
    return *this;
  }
  ContextOf& leaves(Column column) {
    context_.read_point = values_.location(column);
    return *this;
  }

 private:
  void add(std::vector<PartyRole>& roles, std::string role, std::optional<UnitKey> key, Column column) {
    if (key) roles.push_back({std::move(role), std::move(*key), values_.text(column)});
  }
  Values& values_;
  Context& context_;
};

Context context_of(Kind kind, Values& values) {
  Context context;
  ContextOf add(values, context);
  switch (kind) {
    case Kind::receipts:
      context.business_step = "receiving";
      add.document("po", Column::po)
          .document("desadv", Column::desadv)
          .source(Column::supplier)
          .stays_at(Column::location);
      break;
    case Kind::production:
    case Kind::consumption:
    case Kind::orders: add.document("prodorder", Column::order).stays_at(Column::location); break;
    case Kind::moves: add.document("prodorder", Column::order).stays_at(Column::location); break;
    case Kind::status: add.stays_at(Column::location); break;
    case Kind::shipments:
      context.business_step =
          values.choice<ShipmentType>(Column::type) == ShipmentType::ship ? "shipping" : "void_shipping";
      add.document("po", Column::po).document("desadv", Column::desadv).document("inv", Column::invoice);
      add.leaves(Column::location).destination(Column::consignee).destination_place(Column::ship_to);
      break;
    case Kind::returns:
      context.business_step = "receiving";
      context.disposition = "returned";
      add.document("rma", Column::rma)
          .document("desadv", Column::desadv)
          .source(Column::customer)
          .stays_at(Column::location);
      break;
    case Kind::items:
    case Kind::units:
    case Kind::aliases:
    case Kind::parties:
    case Kind::locations: break;
  }
  return context;
}

/// Order, and run where there are several: rows of one process meet here.
std::string process_of(const Values& values) {
  const std::string& run = values.text(Column::run);
  return values.text(Column::order) + (run.empty() ? "" : "/" + run);
}

engine::UnitsTransformed step_of(Values& values, std::vector<UnitAmount> inputs, std::vector<UnitAmount> outputs) {
  engine::UnitsTransformed step;
  step.process_id = process_of(values);
  step.inputs = std::move(inputs);
  step.outputs = std::move(outputs);
  if (values.has(Column::basis)) {
    const auto stated = static_cast<std::uint8_t>(values.choice<engine::Basis>(Column::basis));
    step.basis = static_cast<engine::Basis>(stated + 1);  // The words of the column begin behind `unspecified`.
  }
  step.operation = values.text(Column::operation);
  return step;
}

std::vector<AreaEvent> production(Values& values, std::vector<UnitAmount> units) {
  const auto type = values.choice<ProductionType>(Column::type);
  engine::UnitsTransformed step = step_of(values, {}, units);
  step.expires_on = values.text(Column::expires_on);
  if (type == ProductionType::by_product) step.kind = engine::ProcessKind::by_product;
  if (type == ProductionType::rework) step.kind = engine::ProcessKind::rework;
  std::vector<AreaEvent> events;
  events.emplace_back(ProductionEvent{std::move(step)});
  // What an order made and threw away was made all the same.
  if (type == ProductionType::scrap)
    events.emplace_back(LotEvent{engine::UnitsDecommissioned{std::move(units), engine::EndKind::scrapped}});
  return events;
}

/// The lot as the supplier calls it: our lot is a part of it, so that a recall of the one reaches the other.
void add_supplier_lot(Values& values, std::vector<UnitAmount>& units) {
  if (!values.has(Column::supplier_lot)) return;
  if (!values.has(Column::supplier))
    return values.missing(Column::supplier, "is empty; supplier_lot says nothing without its supplier");
  UnitKey& key = units.front().unit.key;
  if (key.type() != UnitType::lot)
    return values.unwanted(Column::supplier_lot, "stands beside a unit that is no lot of ours");
  const auto theirs =
      plant_unit_key({values.text(Column::supplier), key.item(), values.text(Column::supplier_lot), {}});
  if (!theirs.has_value()) return values.unwanted(Column::supplier_lot, theirs.error().message);
  units.front().unit.lot = *theirs;
}

/// split, merge, relabel: the row's units become another one.
AreaEvent becomes(Values& values, std::vector<UnitAmount> units, engine::ProcessKind kind) {
  engine::UnitsTransformed step;
  const auto into = values.reference(Column::into);
  if (!values.has(Column::into)) values.missing(Column::into, "is empty; what did it become?");
  step.kind = kind;
  if (into && !units.empty()) {
    UnitAmount output{*into, units.front().quantity, std::nullopt};
    if (into->key == units.front().unit.key) values.unwanted(Column::into, "is the unit itself");
    if (into->key.type() != units.front().unit.key.type())
      values.unwanted(Column::into, "is of another sort than the unit: a lot becomes a lot, a serial a serial");
    step.outputs.push_back(std::move(output));
  }
  step.inputs = std::move(units);
  return ProductionEvent{std::move(step)};
}

AreaEvent packing(Values& values, std::vector<UnitAmount> units, bool in) {
  auto container = values.reference(Column::container);
  if (!values.has(Column::container)) values.missing(Column::container, "is empty; packed into what, out of what?");
  UnitRef parent = container.value_or(UnitRef{});
  if (in) return LotEvent{engine::UnitsPacked{std::move(parent), std::move(units), false}};
  return LotEvent{engine::UnitsUnpacked{std::move(parent), std::move(units)}};
}

/// A part into or out of a device that keeps its identity.
AreaEvent assembly(Values& values, std::vector<UnitAmount> parts, bool in) {
  const auto device = values.reference(Column::into);
  if (!values.has(Column::into)) values.missing(Column::into, "is empty; into or out of which device?");
  if (device && !parts.empty() && device->key == parts.front().unit.key)
    values.unwanted(Column::into, "is the part itself");
  UnitRef parent = device.value_or(UnitRef{});
  if (in) return ProductionEvent{engine::PartsInstalled{std::move(parent), std::move(parts), false}};
  return ProductionEvent{engine::PartsRemoved{std::move(parent), std::move(parts)}};
}

bool counts_units(MoveType type) {
  return type == MoveType::install || type == MoveType::remove || type == MoveType::count ||
         type == MoveType::adjust_in || type == MoveType::adjust_out || type == MoveType::scrap ||
         type == MoveType::sample || type == MoveType::split || type == MoveType::merge || type == MoveType::relabel;
}

/// Columns that only some types of moves know, and what those types cannot do without.
void check_move(Values& values, MoveType type, const std::vector<UnitAmount>& units) {
  const bool moves = type <= MoveType::from_consignment;
  if (moves && !values.has(Column::location)) values.missing(Column::location, "is empty; where did it go?");
  if (!moves && values.has(Column::from)) values.unwanted(Column::from, "stands in a row that moves nothing");
  const bool packs = type == MoveType::pack || type == MoveType::unpack;
  if (!packs && values.has(Column::container)) values.unwanted(Column::container, "stands in a row that packs nothing");
  const bool turns = type == MoveType::split || type == MoveType::merge || type == MoveType::relabel ||
                     type == MoveType::install || type == MoveType::remove;
  if (!turns && values.has(Column::into)) values.unwanted(Column::into, "stands in a row that puts nothing into it");
  if (type != MoveType::owner && values.has(Column::owner))
    values.unwanted(Column::owner, "stands in a row that changes no owner");
  if (!counts_units(type) || units.empty() || units.front().quantity) return;
  const UnitType unit = units.front().unit.key.type();
  // Of an opaque part nobody knows whether it is a piece or an amount; that it went in is known.
  const bool installs = type == MoveType::install || type == MoveType::remove;
  if (unit != UnitType::serial && !(installs && unit == UnitType::opaque))
    values.missing(Column::quantity, "is empty; a lot or item needs a quantity");
}

AreaEvent move(Values& values, std::vector<UnitAmount> units) {
  const auto type = values.choice<MoveType>(Column::type);
  check_move(values, type, units);
  switch (type) {
    case MoveType::move:
    case MoveType::put_away:
    case MoveType::issue:
    case MoveType::return_to_stock:
    case MoveType::to_subcontractor:
    case MoveType::from_subcontractor:
    case MoveType::to_consignment:
    case MoveType::from_consignment:
      return WarehouseEvent{
          engine::UnitsMoved{std::move(units), static_cast<engine::MoveKind>(type), values.location(Column::from)}};
    case MoveType::count: {
      // A piece that was not found is booked out; there is no count of a piece beyond that.
      const bool none = !units.empty() && !units.front().quantity && values.text(Column::quantity) == "0";
      if (none) return WarehouseEvent{engine::StockAdjusted{std::move(units), true}};
      return WarehouseEvent{engine::UnitsCounted{std::move(units)}};
    }
    case MoveType::adjust_in: return WarehouseEvent{engine::StockAdjusted{std::move(units), false}};
    case MoveType::adjust_out: return WarehouseEvent{engine::StockAdjusted{std::move(units), true}};
    case MoveType::scrap: return LotEvent{engine::UnitsDecommissioned{std::move(units), engine::EndKind::scrapped}};
    case MoveType::sample: return WarehouseEvent{engine::UnitsSampled{std::move(units)}};
    case MoveType::pack: return packing(values, std::move(units), true);
    case MoveType::unpack: return packing(values, std::move(units), false);
    case MoveType::split: return becomes(values, std::move(units), engine::ProcessKind::split);
    case MoveType::merge: return becomes(values, std::move(units), engine::ProcessKind::merge);
    case MoveType::relabel: return becomes(values, std::move(units), engine::ProcessKind::relabel);
    case MoveType::owner: return WarehouseEvent{engine::OwnerChanged{std::move(units), values.party(Column::owner)}};
    case MoveType::install: return assembly(values, std::move(units), true);
    case MoveType::remove: return assembly(values, std::move(units), false);
  }
  return WarehouseEvent{engine::UnitsObserved{std::move(units)}};
}

AreaEvent shipment(Values& values, std::vector<UnitAmount> units) {
  if (values.choice<ShipmentType>(Column::type) == ShipmentType::undo)
    return OrderEvent{engine::ShipmentVoided{std::move(units)}};
  return OrderEvent{engine::UnitsShipped{std::move(units), values.choice<engine::ShippingTerms>(Column::terms)}};
}

/// Holds have an id, other statuses have none.
void check_status(Values& values, engine::ReportedStatus status) {
  const bool hold = status == engine::ReportedStatus::held || status == engine::ReportedStatus::lifted;
  if (hold && !values.has(Column::hold)) values.missing(Column::hold, "is empty; which hold?");
  if (!hold && values.has(Column::hold)) values.unwanted(Column::hold, "stands beside a status that is no hold");
  if (!hold && values.has(Column::hold_kind))
    values.unwanted(Column::hold_kind, "stands beside a status that is no hold");
}

std::vector<AreaEvent> status(Values& values) {
  std::vector<AreaEvent> events;
  const auto unit = values.unit();
  const auto quantity = values.quantity();
  const bool dated = values.has(Column::expires_on) || values.has(Column::retest_on);
  if (!values.has(Column::status) && !dated) values.missing(Column::status, "is empty, and so are the dates");
  if (!unit) return events;
  if (values.has(Column::status)) {
    engine::StatusReported reported;
    reported.unit = *unit;
    reported.status = values.choice<engine::ReportedStatus>(Column::status);
    check_status(values, reported.status);
    reported.quantity = quantity;
    reported.location = values.location(Column::location);
    reported.hold = HoldId{values.text(Column::hold)};
    reported.hold_kind = values.choice<engine::HoldKind>(Column::hold_kind);
    reported.company = values.text(Column::company);
    reported.market = values.text(Column::market);
    events.emplace_back(LotEvent{std::move(reported)});
  }
  if (dated) {
    events.emplace_back(
        LotEvent{engine::ExpirySet{*unit, values.text(Column::expires_on), values.text(Column::retest_on)}});
  }
  return events;
}

std::vector<AreaEvent> order(Values& values) {
  engine::OrderRecorded recorded;
  recorded.order = process_of(values);
  recorded.operation = values.text(Column::operation);
  recorded.state = values.choice<engine::OrderState>(Column::state);
  const auto item = values.item_class();
  const auto quantity = values.quantity();
  if (!item && (quantity || values.has(Column::lot)))
    values.missing(Column::item, "is empty beside a quantity or lot of the product");
  if (item && values.has(Column::lot)) {
    if (const auto unit = values.unit()) recorded.product = UnitAmount{*unit, quantity, std::nullopt};
  } else if (item) {
    recorded.product = UnitAmount{{*item, std::nullopt, item->uri()}, quantity, std::nullopt};
  }
  recorded.due_on = values.text(Column::due_on);
  recorded.equipment = values.text(Column::equipment);
  std::vector<AreaEvent> events;
  events.emplace_back(ProductionEvent{std::move(recorded)});
  return events;
}

std::vector<AreaEvent> bodies_of(Kind kind, Values& values) {
  std::vector<AreaEvent> events;
  if (kind == Kind::status) return status(values);
  if (kind == Kind::orders) return order(values);
  std::vector<UnitAmount> units = values.amounts();
  if (units.empty()) return events;
  switch (kind) {
    case Kind::receipts:
      add_supplier_lot(values, units);
      events.emplace_back(WarehouseEvent{
          engine::UnitsReceived{std::move(units), values.party(Column::owner), values.text(Column::expires_on)}});
      break;
    case Kind::production: return production(values, std::move(units));
    case Kind::consumption: events.emplace_back(ProductionEvent{step_of(values, std::move(units), {})}); break;
    case Kind::moves: events.push_back(move(values, std::move(units))); break;
    case Kind::shipments: events.push_back(shipment(values, std::move(units))); break;
    case Kind::returns: events.emplace_back(OrderEvent{engine::UnitsReturned{std::move(units)}}); break;
    case Kind::status:
    case Kind::orders:
    case Kind::items:
    case Kind::units:
    case Kind::aliases:
    case Kind::parties:
    case Kind::locations: break;
  }
  return events;
}

}  // namespace

std::vector<Fault> all_faults(const Row& row, std::vector<Fault> of_values) {
  std::vector<Fault> faults = row.faults;
  faults.insert(faults.end(), std::make_move_iterator(of_values.begin()), std::make_move_iterator(of_values.end()));
  return faults;
}

std::string system_of(Kind kind) {
  return fmt::format("{}{}", k_system, name_of(kind));
}

std::optional<Kind> kind_of_system(std::string_view system) {
  const std::size_t dot = system.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return kind_named(system.substr(dot + 1));
}

std::expected<RowFact, std::vector<Fault>> map_row(const Row& row, const PlainFormat& format, KnownPlaces* places) {
  if (!row.is_row) return std::unexpected(row.faults);
  Values values(row, format, places);
  engine::Event event;
  event.occurred = values.time(Column::at);
  if (const auto until = values.time(Column::until)) event.occurred_until = until->at;
  RowFact fact;
  if (const auto reported = values.time(Column::reported_at)) fact.reported_at = reported->at;
  auto bodies = bodies_of(format.kind, values);
  event.context = context_of(format.kind, values);
  auto faults = all_faults(row, std::move(values.faults));
  if (!faults.empty()) return std::unexpected(std::move(faults));
  fact.events.reserve(bodies.size());
  for (std::size_t i = 0; i + 1 < bodies.size(); ++i) fact.events.push_back(event);
  if (!bodies.empty()) fact.events.push_back(std::move(event));
  for (std::size_t i = 0; i < bodies.size(); ++i) fact.events[i].body = std::move(bodies[i]);
  fact.id = values.text(Column::id);
  fact.reason = values.text(Column::reason);
  fact.canonical = values.canonical();
  return fact;
}

}  // namespace lotledger::connectors::plain
