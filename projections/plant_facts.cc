// projections/plant_facts.cc - layout of the values, and reading them.
#include "projections/plant_facts.h"

#include "engine/codec/codec.h"
#include "projections/plant_values.h"

#include <map>

namespace lotledger::projections {

using namespace engine;

std::string joined_key(char space, std::initializer_list<std::string_view> parts) {
  std::string key(1, space);
  bool first = true;
  for (const std::string_view part : parts) {
    if (!first) key.push_back('\0');
    key.append(part);
    first = false;
  }
  return key;
}

std::string pack(const ItemKnown& item) {
  Packer out;
  out.flag(item.late);
  out.text(item.uom ? item.uom->view() : std::string_view());
  out.flag(item.profile.has_value());
  if (!item.profile) return out.take();
  const TraceProfile& profile = *item.profile;
  for (const bool flag :
       {profile.lot_tracked, profile.serial_tracked, profile.implant, profile.sterile, profile.release_required})
    out.flag(flag);
  out.number(profile.shelf_life_days);
  out.texts(profile.markets);
  return out.take();
}

ItemKnown unpack_item(std::string_view bytes) {
  Unpacker in(bytes);
  ItemKnown item;
  item.late = in.flag();
  if (const std::string uom = in.text(); !uom.empty()) item.uom = UnitCode::parse(uom).value_or(UnitCode{});
  if (!in.flag()) return item;
  TraceProfile profile;
  for (bool* flag :
       {&profile.lot_tracked, &profile.serial_tracked, &profile.implant, &profile.sterile, &profile.release_required})
    *flag = in.flag();
  profile.shelf_life_days = static_cast<std::uint32_t>(in.number());
  profile.markets = in.texts();
  item.profile = std::move(profile);
  return item;
}

std::string pack(const LotKnown& lot) {
  Packer out;
  for (const bool flag : {lot.seen, lot.countable, lot.unplaced}) out.flag(flag);
  out.text(lot.uom ? lot.uom->view() : std::string_view());
  for (const Decimal* amount : {&lot.total, &lot.taken, &lot.shipped, &lot.returned}) out.decimal(*amount);
  out.instant(lot.returned_at);
  for (const std::string* text : {&lot.expires_on, &lot.made_by, &lot.supplier, &lot.used_by}) out.text(*text);
  out.texts(lot.conditional);
  return out.take();
}

LotKnown unpack_lot(std::string_view bytes) {
  Unpacker in(bytes);
  LotKnown lot;
  for (bool* flag : {&lot.seen, &lot.countable, &lot.unplaced}) *flag = in.flag();
  if (const std::string uom = in.text(); !uom.empty()) lot.uom = UnitCode::parse(uom).value_or(UnitCode{});
  for (Decimal* amount : {&lot.total, &lot.taken, &lot.shipped, &lot.returned}) *amount = in.decimal();
  lot.returned_at = in.instant();
  for (std::string* text : {&lot.expires_on, &lot.made_by, &lot.supplier, &lot.used_by}) *text = in.text();
  lot.conditional = in.texts();
  return lot;
}

std::string pack(const SerialKnown& serial) {
  Packer out;
  out.word(serial.state);
  out.flag(serial.commissioned);
  out.flag(serial.returned_at.has_value());
  out.instant(serial.returned_at.value_or(Instant{}));
  for (const std::string* text : {&serial.made_by, &serial.lot, &serial.expires_on}) out.text(*text);
  return out.take();
}

SerialKnown unpack_serial(std::string_view bytes) {
  Unpacker in(bytes);
  SerialKnown serial;
  serial.state = in.word<SerialKnown::State>();
  serial.commissioned = in.flag();
  const bool returned = in.flag();
  const Instant at = in.instant();
  if (returned) serial.returned_at = at;
  for (std::string* text : {&serial.made_by, &serial.lot, &serial.expires_on}) *text = in.text();
  return serial;
}

std::string pack(const StatusKnown& status) {
  Packer out;
  out.text(status.source);
  out.instant(status.at);
  out.word(status.disposition);
  out.word(status.release);
  out.text(status.market);
  out.quantity(status.quantity);
  out.key(status.location);
  return out.take();
}

StatusKnown unpack_status(std::string_view bytes) {
  Unpacker in(bytes);
  StatusKnown status;
  status.source = in.text();
  status.at = in.instant();
  status.disposition = in.word<Disposition>();
  status.release = in.word<ReleaseKind>();
  status.market = in.text();
  status.quantity = in.quantity();
  status.location = in.key();
  return status;
}

std::string pack(const HoldKnown& hold) {
  Packer out;
  out.text(hold.id.text);
  out.word(hold.kind);
  out.text(hold.source);
  out.text(hold.owner);
  out.quantity(hold.quantity);
  out.key(hold.location);
  return out.take();
}

HoldKnown unpack_hold(std::string_view bytes) {
  Unpacker in(bytes);
  HoldKnown hold;
  hold.id = HoldId{in.text()};
  hold.kind = in.word<HoldKind>();
  hold.source = in.text();
  hold.owner = in.text();
  hold.quantity = in.quantity();
  hold.location = in.key();
  return hold;
}

std::string pack(const PackingKnown& packing) {
  Packer out;
  out.flag(packing.change.in);
  out.flag(packing.change.seen);
  out.quantity(packing.change.quantity);
  out.key(packing.lot);
  return out.take();
}

std::string packing_key(const UnitKey& container, std::string_view child, const PackingChange& change,
                        std::uint32_t ordinal) {
  std::string key = joined_key('c', {container.bytes(), child, {}});
  append_be64(key, ordered(change.at));
  append_be64(key, change.position.seq);
  append_be32(key, change.position.index);
  append_be32(key, ordinal);
  return key;
}

/// A packing with the child that its key names; empty: the container was emptied.
struct PackedChild {
  std::string child;
  PackingKnown packing;
};

PackedChild unpack_packing(std::string_view rest, std::string_view value) {
  constexpr std::size_t k_behind = 1 + 8 + 8 + 4 + 4;  // 00, time, seq, event, ordinal.
  PackedChild packed;
  packed.child = rest.substr(0, rest.size() - k_behind);
  const char* at = rest.data() + packed.child.size() + 1;
  PackingChange& change = packed.packing.change;
  change.at = instant_of(load_be64(at));
  change.position = {load_be64(at + 8), load_be32(at + 16)};
  Unpacker in(value);
  change.in = in.flag();
  change.seen = in.flag();
  change.quantity = in.quantity();
  packed.packing.lot = in.key();
  return packed;
}

std::string pack(const ProcessKnown& process) {
  Packer out;
  out.texts(process.outputs);
  out.texts(process.conditional);
  out.text(process.expires_on);
  out.text(process.broken_rule);
  out.number(process.broken_at);
  return out.take();
}

ProcessKnown unpack_process(std::string_view bytes) {
  Unpacker in(bytes);
  ProcessKnown process;
  process.outputs = in.texts();
  process.conditional = in.texts();
  process.expires_on = in.text();
  process.broken_rule = in.text();
  process.broken_at = in.number();
  return process;
}

std::string pack(const std::vector<StockChange>& changes) {
  Packer out;
  for (const StockChange& change : changes) {
    out.text(change.lot.bytes());
    out.key(change.location);
    out.decimal(change.quantity);
    out.flag(change.taken);
    out.flag(change.shipped);
  }
  return out.take();
}

std::vector<StockChange> unpack_changes(std::string_view bytes) {
  Unpacker in(bytes);
  std::vector<StockChange> changes;
  while (!in.end()) {
    StockChange change;
    change.lot = UnitKey(in.text());
    change.location = in.key();
    change.quantity = in.decimal();
    change.taken = in.flag();
    change.shipped = in.flag();
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string pack(const HoldsCaused& caused, Seq policy) {
  Packer out;
  out.instant(caused.since);
  out.number(caused.count);
  out.flag(caused.paused);
  out.number(policy);
  return out.take();
}

std::string pack(const PolicyActivated& policy, Seq seq) {
  Body body;
  body.events.emplace_back();
  body.events.back().body = JudgementEvent{policy};
  std::string value;
  append_be64(value, seq);
  BodyEncoder encoder;
  // It fitted into a record, where it stood beside more.
  if (const auto encoded = encoder.encode(body); encoded.has_value()) value.append(text_of(*encoded));
  return value;
}

namespace {

std::optional<std::string> value_at(const StoreReader& store, std::string_view key) {
  std::string value;
  return store.get(key, value) ? std::optional(std::move(value)) : std::nullopt;
}

}  // namespace

bool PlantFacts::any_profile() const {
  return value_at(store_, k_any_profile_key).has_value();
}

std::optional<ItemKnown> PlantFacts::item(const UnitKey& item_class) const {
  const auto value = value_at(store_, joined_key('i', {item_class.bytes()}));
  return value ? std::optional(unpack_item(*value)) : std::nullopt;
}

std::optional<Conversion> PlantFacts::stated_factor(const UnitKey& item_class, UnitCode from, UnitCode to) const {
  for (const std::string_view of : {std::string_view(item_class.bytes()), std::string_view()}) {
    const auto value = value_at(store_, joined_key('j', {of, from.view(), to.view()}));
    if (!value) continue;
    Unpacker in(*value);
    const auto numerator = static_cast<std::int64_t>(in.number());
    return Conversion{numerator, static_cast<std::int64_t>(in.number())};
  }
  return std::nullopt;
}

LotKnown PlantFacts::lot(const UnitKey& lot) const {
  const auto value = value_at(store_, joined_key('l', {lot.bytes()}));
  return value ? unpack_lot(*value) : LotKnown{};
}

Decimal PlantFacts::stock_at(const UnitKey& lot, const UnitKey& location) const {
  const auto value = value_at(store_, joined_key('q', {lot.bytes(), location.bytes()}));
  return value ? Unpacker(*value).decimal() : Decimal();
}

SerialKnown PlantFacts::serial(const UnitKey& serial) const {
  const auto value = value_at(store_, joined_key('n', {serial.bytes()}));
  return value ? unpack_serial(*value) : SerialKnown{};
}

std::vector<StatusKnown> PlantFacts::statuses(const UnitKey& unit) const {
  std::vector<StatusKnown> statuses;
  store_.scan_prefix(joined_key('z', {unit.bytes(), {}}), [&](std::string_view, std::string_view value) {
    statuses.push_back(unpack_status(value));
    return true;
  });
  return statuses;
}

std::vector<HoldKnown> PlantFacts::holds(const UnitKey& unit) const {
  std::vector<HoldKnown> holds;
  for (const char space : {'h', 'g'}) {
    store_.scan_prefix(joined_key(space, {unit.bytes(), {}}), [&](std::string_view, std::string_view value) {
      holds.push_back(unpack_hold(value));
      return true;
    });
  }
  return holds;
}

namespace {

/// Packing of a container that is not withdrawn, by child; that of no child, which empties it, comes first.
std::map<std::string, std::vector<PackingKnown>> packings(const StoreReader& store, const UnitKey& container) {
  std::vector<PackedChild> all;
  const std::string prefix = joined_key('c', {container.bytes(), {}});
  store.scan_prefix(prefix, [&](std::string_view key, std::string_view value) {
    all.push_back(unpack_packing(key.substr(prefix.size()), value));
    return true;
  });
  std::map<Seq, bool> withdrawn;
  std::map<std::string, std::vector<PackingKnown>> by_child;
  for (PackedChild& packed : all) {
    const Seq seq = packed.packing.change.position.seq;
    const auto [found, fresh] = withdrawn.try_emplace(seq);
    if (fresh) found->second = value_at(store, number_key('v', seq)).has_value();
    if (!found->second) by_child[packed.child].push_back(std::move(packed.packing));
  }
  return by_child;
}

}  // namespace

bool PlantFacts::any_contents(const UnitKey& container) const {
  bool any = false;
  store_.scan_prefix(joined_key('c', {container.bytes(), {}}), [&](std::string_view, std::string_view) {
    any = true;
    return false;
  });
  return any;
}

std::vector<UnitAmount> PlantFacts::contents(const UnitKey& container, Instant at) const {
  auto by_child = packings(store_, container);
  const auto of_none = by_child.extract(std::string());
  const std::vector<PackingKnown> emptied = of_none ? of_none.mapped() : std::vector<PackingKnown>{};
  std::vector<UnitAmount> inside;
  for (const auto& [child, packed] : by_child) {
    std::vector<PackingChange> changes;
    std::optional<UnitKey> lot;
    for (const auto* list : {&emptied, &packed}) {
      for (const PackingKnown& packing : *list) {
        changes.push_back(packing.change);
        if (packing.lot) lot = packing.lot;
      }
    }
    std::vector<Stay> stays;
    add_stays(k_no_node, std::move(changes), stays);
    for (const Stay& stay : stays) {
      if (within(at, stay)) inside.push_back({{UnitKey(child), lot, {}}, stay.quantity});
    }
  }
  return inside;
}

ProcessKnown PlantFacts::process(std::string_view process_id) const {
  const auto value = value_at(store_, joined_key('p', {key_text(process_id)}));
  return value ? unpack_process(*value) : ProcessKnown{};
}

std::vector<StockChange> PlantFacts::stock_changes(Seq seq) const {
  const auto value = value_at(store_, number_key('d', seq));
  return value ? unpack_changes(*value) : std::vector<StockChange>{};
}

std::vector<Seq> PlantFacts::open_breaches(std::string_view rule, const UnitKey& unit) const {
  std::vector<Seq> open;
  store_.scan_prefix(joined_key('b', {rule, unit.bytes(), {}}), [&](std::string_view key, std::string_view) {
    open.push_back(load_be64(key.data() + key.size() - sizeof(Seq)));
    return true;
  });
  return open;
}

std::optional<Seq> PlantFacts::policy_since() const {
  const auto value = value_at(store_, k_policy_key);
  return value ? std::optional(load_be64(value->data())) : std::nullopt;
}

HoldsCaused PlantFacts::holds_caused(std::string_view source) const {
  const auto value = value_at(store_, joined_key('o', {key_text(source)}));
  if (!value) return {};
  Unpacker in(*value);
  HoldsCaused caused;
  caused.since = in.instant();
  caused.count = static_cast<std::uint32_t>(in.number());
  caused.paused = in.flag();
  // Another policy is the person's decision: it ends the pause.
  const bool decided = in.number() != policy_since().value_or(k_no_seq);
  return decided ? HoldsCaused{} : caused;
}

PolicyActivated PlantFacts::policy() const {
  const auto value = value_at(store_, k_policy_key);
  if (!value || value->size() <= sizeof(Seq)) return {};
  const std::string_view bytes = std::string_view(*value).substr(sizeof(Seq));
  std::vector<std::uint64_t> aligned(bytes.size() / sizeof(std::uint64_t) + 3);
  auto* at = reinterpret_cast<std::uint8_t*>(aligned.data());
  if (reinterpret_cast<std::uintptr_t>(at) % 16 != 0) at += sizeof(std::uint64_t);
  std::memcpy(at, bytes.data(), bytes.size());
  const auto body = verify_body({at, bytes.size()});
  if (!body.has_value()) return {};
  const Body decoded = decode_body(**body);
  const auto* judgement = std::get_if<JudgementEvent>(&decoded.events.front().body);
  const auto* policy = judgement == nullptr ? nullptr : std::get_if<PolicyActivated>(judgement);
  return policy == nullptr ? PolicyActivated{} : *policy;
}

}  // namespace lotledger::projections
