// connectors/plain/mapping_master.cc - rows that describe something, to events: items, units of measure, other codes,
// parties and locations.
#include "connectors/plain/mapping.h"

#include "connectors/plain/values.h"

#include <fmt/format.h>

namespace lotledger::connectors::plain {
namespace {

std::vector<engine::LocalText> names_of(const Values& values) {
  std::vector<engine::LocalText> names{{"", values.text(Column::name)}};
  if (values.has(Column::name_latin)) names.push_back({"Latn", values.text(Column::name_latin)});
  return names;
}

/// nullopt where the row says nothing of how the item is traced.
std::optional<engine::TraceProfile> profile_of(const Values& values) {
  bool said = false;
  for (const Column column : {Column::lot_tracked, Column::serial_tracked, Column::shelf_life_days, Column::implant,
                              Column::sterile, Column::release_required, Column::markets})
    said = said || values.has(column);
  if (!said) return std::nullopt;
  return engine::TraceProfile{values.flag(Column::lot_tracked),      values.flag(Column::serial_tracked),
                              values.whole(Column::shelf_life_days), values.flag(Column::implant),
                              values.flag(Column::sterile),          values.flag(Column::release_required),
                              values.codes(Column::markets)};
}

engine::ItemEvent item(Values& values, std::string& subject) {
  engine::ItemRecorded recorded;
  if (const auto key = values.item_class()) {
    recorded.key = *key;
    subject = key->ref();
  } else if (!values.has(Column::gtin) && !values.has(Column::item)) {
    values.missing(Column::item, "is empty, so that the row names no item");
  }
  recorded.original = values.has(Column::gtin) ? values.text(Column::gtin) : values.text(Column::item);
  recorded.names = names_of(values);
  recorded.uom = values.uom(Column::uom);
  recorded.profile = profile_of(values);
  return recorded;
}

engine::ItemEvent conversion(Values& values, std::string& subject) {
  engine::ConversionSet set;
  set.item = values.item_class();
  const auto uom = values.uom(Column::uom);
  const auto base = values.uom(Column::base_uom);
  const auto factor = values.ratio(Column::factor);
  if (uom) set.uom = *uom;
  if (base) set.base_uom = *base;
  if (factor) set.factor = *factor;
  if (uom && base && uom == base) values.unwanted(Column::base_uom, "is uom itself");
  subject = fmt::format("{} {}", set.item ? set.item->ref() : "*", values.text(Column::uom));
  return set;
}

engine::ItemEvent alias(Values& values, std::string& subject) {
  engine::AliasRecorded recorded;
  const bool of_unit = values.has(Column::unit) || values.has(Column::item) || values.has(Column::gtin);
  if (of_unit == values.has(Column::party)) {
    values.missing(Column::item, of_unit ? "stands beside party; an alias is of one of them"
                                         : "is empty, and so is party; whose alias is it?");
  }
  if (const auto party = values.party(Column::party)) recorded.key = *party;
  if (of_unit) {
    if (const auto unit = values.unit()) recorded.key = unit->key;
  }
  recorded.alias = values.text(Column::alias);
  recorded.kind = values.choice<engine::AliasKind>(Column::alias_type);
  recorded.owner = values.party(Column::owner);
  if (const auto until = values.time(Column::valid_until)) recorded.valid_until = until->at;
  subject = recorded.key.ref();
  return recorded;
}

engine::ItemEvent described(Kind kind, Values& values, std::string& subject) {
  if (kind == Kind::items) return item(values, subject);
  if (kind == Kind::units) return conversion(values, subject);
  return alias(values, subject);
}

}  // namespace

std::expected<RowDescription, std::vector<Fault>> map_description(const Row& row, const PlainFormat& format) {
  if (!row.is_row) return std::unexpected(row.faults);
  Values values(row, format);
  RowDescription out;
  const auto since = values.time(Column::valid_from);
  out.event = described(format.kind, values, out.subject);
  auto faults = all_faults(row, std::move(values.faults));
  if (!faults.empty()) return std::unexpected(std::move(faults));
  out.since = *since;
  out.canonical = system_of(format.kind) + "\n" + values.canonical();
  return out;
}

std::expected<PartyDescription, std::vector<Fault>> map_party(const Row& row, const PlainFormat& format) {
  if (!row.is_row) return std::unexpected(row.faults);
  Values values(row, format);
  const bool place = format.kind == Kind::locations;
  const auto key = place ? values.location(Column::location) : values.party(Column::party);
  const auto since = values.time(Column::valid_from);
  const auto owner = values.party(Column::owner);
  const auto within = values.location(Column::within);
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
  party.within = within;
  party.use = values.choice<engine::LocationUse>(Column::use);
  party.languages = values.codes(Column::language);
  party.names = names_of(values);
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
