// engine/codec/item.cc - events of the area item: values to schemas/item.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

Offset<schema::TraceProfile> encode_profile(Builder& builder, const std::optional<TraceProfile>& profile) {
  if (!profile) return 0;
  const auto markets = encode_texts(builder, profile->markets);
  return schema::CreateTraceProfile(builder, profile->lot_tracked, profile->serial_tracked, profile->shelf_life_days,
                                    profile->implant, profile->sterile, profile->release_required, markets);
}

std::optional<TraceProfile> decode_profile(const schema::TraceProfile* profile) {
  if (profile == nullptr) return std::nullopt;
  return TraceProfile{
      profile->lot_tracked(), profile->serial_tracked(),   profile->shelf_life_days(),      profile->implant(),
      profile->sterile(),     profile->release_required(), decode_texts(profile->markets())};
}

struct EncodeItem {
  Builder& builder;
  Offset<schema::ItemArea> operator()(const ItemRecorded& event) const {
    const auto key = builder.CreateString(event.key.bytes());
    const auto original = encode_text(builder, event.original);
    const auto names = encode(builder, event.names);
    const auto uom = event.uom ? encode_text(builder, event.uom->view()) : 0;
    const auto profile = encode_profile(builder, event.profile);
    const auto created = schema::CreateItemRecorded(builder, key, original, names, uom, profile);
    return wrap(schema::ItemEvent::item_recorded, created.Union());
  }
  Offset<schema::ItemArea> operator()(const ConversionSet& event) const {
    const auto item = encode_key(builder, event.item);
    const auto uom = encode_text(builder, event.uom.view());
    const auto base = encode_text(builder, event.base_uom.view());
    const auto created =
        schema::CreateConversionSet(builder, item, uom, event.factor.numerator, event.factor.denominator, base);
    return wrap(schema::ItemEvent::conversion_set, created.Union());
  }
  Offset<schema::ItemArea> operator()(const AliasRecorded& event) const {
    const auto key = builder.CreateString(event.key.bytes());
    const auto alias = builder.CreateString(event.alias);
    const auto owner = encode_key(builder, event.owner);
    const auto until = encode_instant(event.valid_until);
    const auto created =
        schema::CreateAliasRecorded(builder, key, alias, static_cast<schema::AliasKind>(event.kind), owner, until);
    return wrap(schema::ItemEvent::alias_recorded, created.Union());
  }
  [[nodiscard]] Offset<schema::ItemArea> wrap(schema::ItemEvent type, Offset<void> event) const {
    return schema::CreateItemArea(builder, type, event);
  }
};

/// Checked when the body was verified.
UnitCode unit_code(const flatbuffers::String* text) {
  const auto code = UnitCode::parse(view_of(text));
  LL_ASSERT(code.has_value(), "unit codes are checked when a body is verified");
  return *code;
}

ItemRecorded decode_event(const schema::ItemRecorded& event) {
  ItemRecorded out;
  out.key = UnitKey(event.key()->str());
  out.original = decode_text(event.original());
  out.names = decode_names(event.names());
  if (event.uom() != nullptr) out.uom = unit_code(event.uom());
  out.profile = decode_profile(event.profile());
  return out;
}

ConversionSet decode_event(const schema::ConversionSet& event) {
  return {decode_key(event.item()), unit_code(event.uom()), Conversion{event.numerator(), event.denominator()},
          unit_code(event.base_uom())};
}

AliasRecorded decode_event(const schema::AliasRecorded& event) {
  AliasRecorded out{UnitKey(event.key()->str()), event.alias()->str(), static_cast<AliasKind>(event.kind()),
                    decode_key(event.owner()), std::nullopt};
  if (event.valid_until().has_value()) out.valid_until = Instant{*event.valid_until()};
  return out;
}

}  // namespace

Offset<schema::ItemArea> encode(Builder& builder, const ItemEvent& event) {
  return std::visit(EncodeItem{builder}, event);
}

ItemEvent decode(const schema::ItemArea& area) {
  switch (area.event_type()) {
    case schema::ItemEvent::item_recorded: return decode_event(*area.event_as_item_recorded());
    case schema::ItemEvent::conversion_set: return decode_event(*area.event_as_conversion_set());
    case schema::ItemEvent::alias_recorded: return decode_event(*area.event_as_alias_recorded());
    case schema::ItemEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec
