// engine/codec/parts.cc - tables of schemas/common.fbs.
#include "engine/codec/parts.h"

#include "engine/base/assert.h"
#include "engine/base/serial_run.h"

#include <algorithm>

namespace lotledger::engine::codec {

Offset<flatbuffers::String> encode_text(Builder& builder, std::string_view text) {
  if (text.empty()) return 0;
  return builder.CreateString(text.data(), text.size());
}

Offset<flatbuffers::Vector<std::uint8_t>> encode_bytes(Builder& builder, Bytes bytes) {
  if (bytes.empty()) return 0;
  return builder.CreateVector(bytes.data(), bytes.size());
}

Offset<schema::UnitRef> encode(Builder& builder, const UnitRef& unit) {
  const auto key = builder.CreateString(unit.key.bytes());
  const auto lot = unit.lot ? builder.CreateString(unit.lot->bytes()) : 0;
  const bool canonical = unit.original == unit.key.uri();
  const auto original = canonical ? 0 : encode_text(builder, unit.original);
  return schema::CreateUnitRef(builder, key, lot, original);
}

Offset<schema::Quantity> encode(Builder& builder, const std::optional<Quantity>& quantity) {
  if (!quantity) return 0;
  const auto code = builder.CreateSharedString(std::string(quantity->unit.view()));
  return schema::CreateQuantity(builder, quantity->mantissa, quantity->scale, code);
}

flatbuffers::Optional<std::int64_t> encode_instant(const std::optional<Instant>& at) {
  return at ? flatbuffers::Optional<std::int64_t>(at->utc_us) : flatbuffers::nullopt;
}

Offset<flatbuffers::String> encode_key(Builder& builder, const std::optional<UnitKey>& key) {
  return key ? encode_text(builder, key->bytes()) : 0;
}

Offset<flatbuffers::Vector<Offset<flatbuffers::String>>> encode_texts(Builder& builder,
                                                                      const std::vector<std::string>& texts) {
  if (texts.empty()) return 0;
  std::vector<Offset<flatbuffers::String>> offsets;
  offsets.reserve(texts.size());
  for (const std::string& text : texts) offsets.push_back(builder.CreateString(text));
  return builder.CreateVector(offsets);
}

Offset<flatbuffers::Vector<Offset<schema::Text>>> encode(Builder& builder, const std::vector<LocalText>& names) {
  if (names.empty()) return 0;
  std::vector<Offset<schema::Text>> offsets;
  offsets.reserve(names.size());
  for (const LocalText& name : names) {
    const auto language = encode_text(builder, name.language);
    const auto value = builder.CreateString(name.value);
    offsets.push_back(schema::CreateText(builder, language, value));
  }
  return builder.CreateVector(offsets);
}

namespace {

using Runs = std::vector<Offset<schema::SerialRun>>;

Offset<schema::UnitAmount> encode_amount(Builder& builder, const UnitAmount& amount, const Runs& more) {
  const auto unit = encode(builder, amount.unit);
  const auto quantity = encode(builder, amount.quantity);
  Offset<schema::Money> cost = 0;
  if (amount.cost) {
    const auto currency = builder.CreateSharedString(amount.cost->currency);
    cost = schema::CreateMoney(builder, amount.cost->mantissa, amount.cost->scale, currency);
  }
  const auto runs = more.empty() ? 0 : builder.CreateVector(more);
  return schema::CreateUnitAmount(builder, unit, quantity, cost, runs);
}

/// The writing that is stored; empty for the canonical one.
std::string_view stored_original(const UnitRef& unit) {
  return unit.original == unit.key.uri() ? std::string_view() : std::string_view(unit.original);
}

/// `text` before `serial` at its end; nullopt where it does not end so.
std::optional<std::string_view> stem_of(std::string_view text, std::string_view serial) {
  if (serial.empty() || !text.ends_with(serial)) return std::nullopt;
  return text.substr(0, text.size() - serial.size());
}

/// Collects serials that differ from the first in nothing but the serial itself, as runs.
class RunCollector {
 public:
  explicit RunCollector(const UnitAmount& first)
      : first_(first), serial_(first.unit.key.serial()), original_(stored_original(first.unit)) {
    joins_ = !first.quantity && !first.cost && stem_of(first.unit.key.bytes(), serial_).has_value() &&
             (original_.empty() || stem_of(original_, serial_).has_value());
  }

  /// Takes the next amount of the list, if it is written like the first.
  bool take(const UnitAmount& amount) {
    const std::string_view serial = amount.unit.key.serial();
    if (!joins_ || amount.quantity || amount.cost || amount.unit.lot != first_.unit.lot) return false;
    if (stem_of(amount.unit.key.bytes(), serial) != stem_of(first_.unit.key.bytes(), serial_)) return false;
    const std::string_view original = stored_original(amount.unit);
    if (original.empty() != original_.empty()) return false;
    if (!original.empty() && stem_of(original, serial) != stem_of(original_, serial_)) return false;
    if (!runs_.empty() && serial_after(runs_.back().first, runs_.back().second) == serial) {
      ++runs_.back().second;
    } else {
      runs_.emplace_back(serial, 1U);
    }
    return true;
  }

  [[nodiscard]] Offset<schema::UnitAmount> encode(Builder& builder) const {
    Runs runs;
    runs.reserve(runs_.size());
    for (const auto& [first, count] : runs_)
      runs.push_back(schema::CreateSerialRun(builder, builder.CreateString(first), count));
    return encode_amount(builder, first_, runs);
  }

 private:
  const UnitAmount& first_;
  std::string_view serial_;
  std::string_view original_;
  bool joins_ = false;
  std::vector<std::pair<std::string, std::uint32_t>> runs_;  ///< First serial, and how many.
};

}  // namespace

Offset<schema::UnitAmount> encode(Builder& builder, const UnitAmount& amount) {
  return encode_amount(builder, amount, {});
}

Offset<flatbuffers::Vector<Offset<schema::UnitAmount>>> encode(Builder& builder,
                                                               const std::vector<UnitAmount>& amounts) {
  return amounts.empty() ? 0 : encode_required(builder, amounts);
}

Offset<flatbuffers::Vector<Offset<schema::UnitAmount>>> encode_required(Builder& builder,
                                                                        const std::vector<UnitAmount>& amounts) {
  std::vector<Offset<schema::UnitAmount>> offsets;
  for (std::size_t at = 0; at < amounts.size();) {
    RunCollector entry(amounts[at++]);
    while (at < amounts.size() && entry.take(amounts[at])) ++at;
    offsets.push_back(entry.encode(builder));
  }
  return builder.CreateVector(offsets);
}

Offset<flatbuffers::Vector<Offset<schema::UnitRef>>> encode(Builder& builder, const std::vector<UnitRef>& units) {
  if (units.empty()) return 0;
  std::vector<Offset<schema::UnitRef>> offsets;
  offsets.reserve(units.size());
  for (const UnitRef& unit : units) offsets.push_back(encode(builder, unit));
  return builder.CreateVector(offsets);
}

namespace {

Offset<flatbuffers::Vector<Offset<schema::DocumentRef>>> encode_documents(Builder& builder,
                                                                          const std::vector<DocumentRef>& documents) {
  if (documents.empty()) return 0;
  std::vector<Offset<schema::DocumentRef>> offsets;
  for (const DocumentRef& document : documents) {
    const auto type = encode_text(builder, document.type);
    const auto id = builder.CreateString(document.id);
    offsets.push_back(schema::CreateDocumentRef(builder, type, id));
  }
  return builder.CreateVector(offsets);
}

Offset<flatbuffers::Vector<Offset<schema::PartyRole>>> encode_roles(Builder& builder,
                                                                    const std::vector<PartyRole>& roles) {
  if (roles.empty()) return 0;
  std::vector<Offset<schema::PartyRole>> offsets;
  for (const PartyRole& role : roles) {
    const auto name = builder.CreateString(role.role);
    const auto key = builder.CreateString(role.key.bytes());
    const auto original = encode_text(builder, role.original);
    offsets.push_back(schema::CreatePartyRole(builder, name, key, original));
  }
  return builder.CreateVector(offsets);
}

std::vector<PartyRole> decode_roles(const flatbuffers::Vector<Offset<schema::PartyRole>>* roles) {
  std::vector<PartyRole> out;
  if (roles == nullptr) return out;
  for (const schema::PartyRole* role : *roles) {
    out.push_back({role->role()->str(), UnitKey(role->key()->str()), decode_text(role->original())});
  }
  return out;
}

}  // namespace

Offset<schema::Context> encode(Builder& builder, const Context& context) {
  if (context == Context{}) return 0;
  const auto step = encode_text(builder, context.business_step);
  const auto disposition = encode_text(builder, context.disposition);
  const auto read_point = context.read_point ? encode_text(builder, context.read_point->bytes()) : 0;
  const auto location = context.business_location ? encode_text(builder, context.business_location->bytes()) : 0;
  const auto documents = encode_documents(builder, context.documents);
  const auto sources = encode_roles(builder, context.sources);
  const auto destinations = encode_roles(builder, context.destinations);
  return schema::CreateContext(builder, step, disposition, read_point, location, documents, sources, destinations);
}

std::string decode_text(const flatbuffers::String* text) {
  return text == nullptr ? std::string() : text->str();
}
std::string_view view_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view() : std::string_view(text->c_str(), text->size());
}

UnitRef decode(const schema::UnitRef& unit) {
  UnitRef out;
  out.key = UnitKey(unit.key()->str());
  out.lot = decode_key(unit.lot());
  out.original = unit.original() != nullptr ? unit.original()->str() : out.key.uri();
  return out;
}

std::optional<UnitKey> decode_key(const flatbuffers::String* key) {
  if (key == nullptr) return std::nullopt;
  return UnitKey(key->str());
}

std::vector<std::string> decode_texts(const flatbuffers::Vector<Offset<flatbuffers::String>>* texts) {
  std::vector<std::string> out;
  if (texts == nullptr) return out;
  for (const auto* text : *texts) out.push_back(text->str());
  return out;
}

std::vector<LocalText> decode_names(const flatbuffers::Vector<Offset<schema::Text>>* names) {
  std::vector<LocalText> out;
  if (names == nullptr) return out;
  for (const auto* name : *names) out.push_back({decode_text(name->language()), name->value()->str()});
  return out;
}

std::optional<Quantity> decode(const schema::Quantity* quantity) {
  if (quantity == nullptr || !quantity->mantissa().has_value()) return std::nullopt;
  const auto unit = UnitCode::parse(view_of(quantity->unit()));
  LL_ASSERT(unit.has_value(), "unit codes are checked when a body is verified");
  return Quantity{*quantity->mantissa(), quantity->scale(), *unit};
}

UnitAmount decode(const schema::UnitAmount& amount) {
  UnitAmount out{decode(*amount.unit()), decode(amount.quantity()), std::nullopt};
  if (const schema::Money* cost = amount.cost(); cost != nullptr)
    out.cost = Money{cost->mantissa(), cost->scale(), cost->currency()->str()};
  return out;
}

AmountView view_of(const schema::UnitRef& unit) {
  return {view_of(unit.key()), view_of(unit.lot()), view_of(unit.original()), nullptr};
}

namespace {

/// Visits the further serials of an entry; writings that the first has in common are put together anew for each.
void for_each_more(const schema::UnitAmount& amount, const std::function<void(const AmountView&)>& visit) {
  AmountView one = view_of(*amount.unit());
  const std::string first(UnitKey(std::string(one.key)).serial());
  std::string key(one.key.substr(0, one.key.size() - first.size()));
  std::string original(one.original.substr(0, one.original.size() - std::min(one.original.size(), first.size())));
  const std::size_t key_stem = key.size();
  const std::size_t original_stem = original.size();
  for (const schema::SerialRun* run : *amount.more()) {
    for (std::uint32_t step = 0; step < run->count(); ++step) {
      const auto serial = serial_after(view_of(run->first()), step);
      LL_ASSERT(serial.has_value(), "serial runs are checked when a body is verified");
      one.key = key.replace(key_stem, std::string::npos, *serial);
      if (!one.original.empty()) one.original = original.replace(original_stem, std::string::npos, *serial);
      visit(one);
    }
  }
}

}  // namespace

void for_each_amount(const flatbuffers::Vector<Offset<schema::UnitAmount>>* amounts,
                     const std::function<void(const AmountView&)>& visit) {
  if (amounts == nullptr) return;
  for (const schema::UnitAmount* amount : *amounts) {
    AmountView one = view_of(*amount->unit());
    one.quantity = amount->quantity();
    visit(one);
    if (amount->more() != nullptr) for_each_more(*amount, visit);
  }
}

std::size_t count_of(const flatbuffers::Vector<Offset<schema::UnitAmount>>* amounts) {
  std::size_t count = 0;
  if (amounts == nullptr) return count;
  for (const schema::UnitAmount* amount : *amounts) {
    ++count;
    if (amount->more() == nullptr) continue;
    for (const schema::SerialRun* run : *amount->more()) count += run->count();
  }
  return count;
}

std::vector<UnitAmount> decode(const flatbuffers::Vector<Offset<schema::UnitAmount>>* amounts) {
  std::vector<UnitAmount> out;
  if (amounts == nullptr) return out;
  out.reserve(count_of(amounts));
  for (const schema::UnitAmount* amount : *amounts) {
    out.push_back(decode(*amount));
    if (amount->more() == nullptr) continue;
    for_each_more(*amount, [&out](const AmountView& more) {
      UnitRef unit{UnitKey(std::string(more.key)), std::nullopt, std::string(more.original)};
      if (!more.lot.empty()) unit.lot = UnitKey(std::string(more.lot));
      if (unit.original.empty()) unit.original = unit.key.uri();
      out.push_back({std::move(unit), std::nullopt, std::nullopt});
    });
  }
  return out;
}

std::vector<UnitRef> decode(const flatbuffers::Vector<Offset<schema::UnitRef>>* units) {
  std::vector<UnitRef> out;
  if (units == nullptr) return out;
  for (const schema::UnitRef* unit : *units) out.push_back(decode(*unit));
  return out;
}

Context decode(const schema::Context* context) {
  Context out;
  if (context == nullptr) return out;
  out.business_step = decode_text(context->business_step());
  out.disposition = decode_text(context->disposition());
  out.read_point = decode_key(context->read_point());
  out.business_location = decode_key(context->business_location());
  if (context->documents() != nullptr) {
    for (const schema::DocumentRef* document : *context->documents()) {
      out.documents.push_back({decode_text(document->type()), document->id()->str()});
    }
  }
  out.sources = decode_roles(context->sources());
  out.destinations = decode_roles(context->destinations());
  return out;
}

}  // namespace lotledger::engine::codec
