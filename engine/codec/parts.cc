// engine/codec/parts.cc - tables of schemas/common.fbs.
#include "engine/codec/parts.h"

#include "engine/base/assert.h"

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

Offset<schema::UnitAmount> encode(Builder& builder, const UnitAmount& amount) {
  const auto unit = encode(builder, amount.unit);
  Offset<schema::Quantity> quantity = 0;
  if (amount.quantity) {
    const auto code = builder.CreateSharedString(std::string(amount.quantity->unit.view()));
    quantity = schema::CreateQuantity(builder, amount.quantity->mantissa, amount.quantity->scale, code);
  }
  return schema::CreateUnitAmount(builder, unit, quantity);
}

Offset<flatbuffers::Vector<Offset<schema::UnitAmount>>> encode(Builder& builder,
                                                               const std::vector<UnitAmount>& amounts) {
  return amounts.empty() ? 0 : encode_required(builder, amounts);
}

Offset<flatbuffers::Vector<Offset<schema::UnitAmount>>> encode_required(Builder& builder,
                                                                        const std::vector<UnitAmount>& amounts) {
  std::vector<Offset<schema::UnitAmount>> offsets;
  offsets.reserve(amounts.size());
  for (const UnitAmount& amount : amounts) offsets.push_back(encode(builder, amount));
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

std::optional<UnitKey> decode_key(const flatbuffers::String* key) {
  if (key == nullptr) return std::nullopt;
  return UnitKey(key->str());
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

UnitAmount decode(const schema::UnitAmount& amount) {
  UnitAmount out;
  out.unit = decode(*amount.unit());
  if (const schema::Quantity* quantity = amount.quantity(); quantity != nullptr && quantity->mantissa().has_value()) {
    const auto unit = UnitCode::parse(view_of(quantity->unit()));
    LL_ASSERT(unit.has_value(), "unit codes are checked when a body is verified");
    out.quantity = Quantity{*quantity->mantissa(), quantity->scale(), *unit};
  }
  return out;
}

std::vector<UnitAmount> decode(const flatbuffers::Vector<Offset<schema::UnitAmount>>* amounts) {
  std::vector<UnitAmount> out;
  if (amounts == nullptr) return out;
  out.reserve(amounts->size());
  for (const schema::UnitAmount* amount : *amounts) out.push_back(decode(*amount));
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
