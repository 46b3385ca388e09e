// connectors/plain/mapping.cc - rows to events.
#include "connectors/plain/mapping.h"

#include "connectors/plain/values.h"

#include <fmt/format.h>

namespace lotledger::connectors::plain {
namespace {

using engine::AreaEvent;

constexpr std::string_view k_system = "plain.";

/// Adds what the row says to the context of its event.
class ContextOf {
 public:
  ContextOf(Values& values, Context& context) : values_(values), context_(context) {}

  ContextOf& document(std::string type, Column column) {
    if (!values_.text(column).empty()) context_.documents.push_back({std::move(type), values_.text(column)});
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
    case Kind::consumption: add.document("prodorder", Column::order).stays_at(Column::location); break;
    case Kind::moves: add.stays_at(Column::location); break;
    case Kind::shipments:
      context.business_step = "shipping";
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
    case Kind::parties:
    case Kind::locations: break;
  }
  return context;
}

/// One side of a process; its rows meet by order and run.
AreaEvent step_of(Values& values, std::vector<UnitAmount> inputs, std::vector<UnitAmount> outputs) {
  engine::UnitsTransformed step;
  const std::string& run = values.text(Column::run);
  step.process_id = values.text(Column::order) + (run.empty() ? "" : "/" + run);
  step.inputs = std::move(inputs);
  step.outputs = std::move(outputs);
  step.expires_on = values.text(Column::expires_on);
  return engine::ProductionEvent{std::move(step)};
}

AreaEvent body_of(Kind kind, Values& values, std::vector<UnitAmount> units) {
  switch (kind) {
    case Kind::receipts: return engine::WarehouseEvent{engine::UnitsReceived{std::move(units)}};
    case Kind::production: return step_of(values, {}, std::move(units));
    case Kind::consumption: return step_of(values, std::move(units), {});
    case Kind::shipments: return engine::OrderEvent{engine::UnitsShipped{std::move(units)}};
    case Kind::returns: return engine::OrderEvent{engine::UnitsReturned{std::move(units)}};
    case Kind::moves:
    case Kind::parties:
    case Kind::locations: break;
  }
  return engine::WarehouseEvent{engine::UnitsObserved{std::move(units)}};
}

std::vector<Fault> all_faults(const Row& row, std::vector<Fault> more) {
  std::vector<Fault> faults = row.faults;
  faults.insert(faults.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return faults;
}

}  // namespace

std::string system_of(Kind kind) {
  return fmt::format("{}{}", k_system, name_of(kind));
}

std::optional<Kind> kind_of_system(std::string_view system) {
  if (!system.starts_with(k_system)) return std::nullopt;
  return kind_named(system.substr(k_system.size()));
}

std::expected<RowFact, std::vector<Fault>> map_row(const Row& row, const PlainFormat& format) {
  if (!row.is_row) return std::unexpected(row.faults);
  Values values(row, format);
  RowFact fact;
  fact.event.occurred = values.time(Column::at);
  if (const auto reported = values.time(Column::reported_at)) fact.reported_at = reported->at;
  auto amount = values.amount();
  fact.event.context = context_of(format.kind, values);
  auto faults = all_faults(row, std::move(values.faults));
  if (!faults.empty()) return std::unexpected(std::move(faults));
  std::vector<UnitAmount> units;
  units.push_back(std::move(*amount));
  fact.event.body = body_of(format.kind, values, std::move(units));
  fact.id = values.text(Column::id);
  fact.canonical = values.canonical();
  return fact;
}

std::expected<PartyDescription, std::vector<Fault>> map_party(const Row& row, const PlainFormat& format) {
  if (!row.is_row) return std::unexpected(row.faults);
  Values values(row, format);
  const bool place = format.kind == Kind::locations;
  const auto key = place ? values.location(Column::location) : values.party(Column::party);
  const auto since = values.time(Column::valid_from);
  const auto owner = values.party(Column::owner);
  auto faults = all_faults(row, std::move(values.faults));
  if (!faults.empty()) return std::unexpected(std::move(faults));
  PartyDescription out;
  out.since = *since;
  out.email = values.text(Column::email);
  out.recall_contact = values.text(Column::recall_contact);
  out.canonical = system_of(format.kind) + "\n" + values.canonical({Column::email, Column::recall_contact});
  engine::PartyRecorded& party = out.party;
  party.key = *key;
  party.original = values.text(place ? Column::location : Column::party);
  party.is_location = place;
  party.owner = owner;
  party.names.push_back({"", values.text(Column::name)});
  if (!values.text(Column::name_latin).empty()) party.names.push_back({"Latn", values.text(Column::name_latin)});
  party.street = values.text(Column::street);
  party.city = values.text(Column::city);
  party.postal_code = values.text(Column::postal_code);
  party.region = values.text(Column::region);
  party.country = values.text(Column::country);
  party.telephone = values.text(Column::telephone);
  party.role = values.text(Column::role);
  return out;
}

}  // namespace lotledger::connectors::plain
