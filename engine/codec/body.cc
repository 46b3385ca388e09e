// engine/codec/body.cc - the body of a record: schemas/event.fbs.
#include "engine/codec/body.h"
#include "engine/codec/areas.h"
#include "engine/codec/codec.h"

#include "engine/base/assert.h"

namespace lotledger::engine {
namespace codec {
namespace {

/// The union's type and value of an event's area, from the variant's alternative: one line per area, checked by the
/// compiler.
struct EncodedArea {
  schema::AreaEvent type;
  Offset<void> value;
};

EncodedArea encode_area(Builder& builder, const AreaEvent& event) {
  struct Visit {
    Builder& builder;
    EncodedArea operator()(const SystemEvent& e) const {
      return {schema::AreaEvent::system, encode(builder, e).Union()};
    }
    EncodedArea operator()(const LotEvent& e) const { return {schema::AreaEvent::lot, encode(builder, e).Union()}; }
    EncodedArea operator()(const ProductionEvent& e) const {
      return {schema::AreaEvent::production, encode(builder, e).Union()};
    }
    EncodedArea operator()(const WarehouseEvent& e) const {
      return {schema::AreaEvent::warehouse, encode(builder, e).Union()};
    }
    EncodedArea operator()(const OrderEvent& e) const { return {schema::AreaEvent::order, encode(builder, e).Union()}; }
    EncodedArea operator()(const IdentityEvent& e) const {
      return {schema::AreaEvent::identity, encode(builder, e).Union()};
    }
    EncodedArea operator()(const PartyEvent& e) const { return {schema::AreaEvent::party, encode(builder, e).Union()}; }
    EncodedArea operator()(const CorrectionEvent& e) const {
      return {schema::AreaEvent::correction, encode(builder, e).Union()};
    }
    EncodedArea operator()(const IntakeEvent& e) const {
      return {schema::AreaEvent::intake, encode(builder, e).Union()};
    }
    EncodedArea operator()(const ItemEvent& e) const { return {schema::AreaEvent::item, encode(builder, e).Union()}; }
    EncodedArea operator()(const JudgementEvent& e) const {
      return {schema::AreaEvent::judgement, encode(builder, e).Union()};
    }
  };
  return std::visit(Visit{builder}, event);
}

AreaEvent decode_area(const schema::Event& event) {
  switch (event.area_type()) {
    case schema::AreaEvent::system: return decode(*event.area_as_system());
    case schema::AreaEvent::lot: return decode(*event.area_as_lot());
    case schema::AreaEvent::production: return decode(*event.area_as_production());
    case schema::AreaEvent::warehouse: return decode(*event.area_as_warehouse());
    case schema::AreaEvent::order: return decode(*event.area_as_order());
    case schema::AreaEvent::identity: return decode(*event.area_as_identity());
    case schema::AreaEvent::party: return decode(*event.area_as_party());
    case schema::AreaEvent::correction: return decode(*event.area_as_correction());
    case schema::AreaEvent::intake: return decode(*event.area_as_intake());
    case schema::AreaEvent::item: return decode(*event.area_as_item());
    case schema::AreaEvent::judgement: return decode(*event.area_as_judgement());
    case schema::AreaEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace

Offset<schema::Event> encode_event(Builder& builder, const Event& event) {
  const EncodedArea area = encode_area(builder, event.body);
  const auto context = encode(builder, event.context);
  const auto stream = encode_text(builder, event.stream);
  std::vector<Offset<flatbuffers::String>> tags;
  tags.reserve(event.tags.size());
  for (const std::string& tag : event.tags) tags.push_back(builder.CreateString(tag));
  const auto tag_vector = tags.empty() ? 0 : builder.CreateVector(tags);
  schema::EventBuilder out(builder);
  if (event.occurred) {
    out.add_occurred_at(event.occurred->at.utc_us);
    out.add_offset_minutes(event.occurred->offset_minutes);
  }
  if (event.occurred_until) out.add_occurred_until(event.occurred_until->utc_us);
  out.add_context(context);
  out.add_stream(stream);
  out.add_tags(tag_vector);
  out.add_area_type(area.type);
  out.add_area(area.value);
  return out.Finish();
}

namespace {

Offset<schema::Source> encode_source(Builder& builder, const Source& source) {
  const auto system = builder.CreateString(source.system);
  const auto device = encode_text(builder, source.device);
  const auto message = encode_text(builder, source.message_id);
  const auto file = encode_text(builder, source.file);
  const auto hash = source.file_hash ? encode_bytes(builder, source.file_hash->view()) : 0;
  return schema::CreateSource(builder, system, device, message, optional_of<std::uint64_t>(source.sequence), file, hash,
                              optional_of<std::uint64_t>(source.offset), optional_of<std::uint64_t>(source.line));
}

Offset<schema::Reason> encode_reason(Builder& builder, const Reason& reason) {
  if (reason == Reason{}) return 0;
  const auto code = encode_text(builder, reason.code);
  const auto text = encode_text(builder, reason.text);
  const auto language = encode_text(builder, reason.language);
  return schema::CreateReason(builder, code, text, language);
}

Source decode_source(const schema::Source& source) {
  Source out;
  out.system = source.system()->str();
  out.device = decode_text(source.device());
  out.message_id = decode_text(source.message_id());
  out.sequence = source.sequence();
  out.file = decode_text(source.file());
  if (source.file_hash() != nullptr) out.file_hash = decode_digest(source.file_hash());
  out.offset = source.offset();
  out.line = source.line();
  return out;
}

}  // namespace

Event decode_event(const schema::Event& event) {
  Event out;
  if (event.occurred_at().has_value())
    out.occurred = ZonedInstant{Instant{*event.occurred_at()}, event.offset_minutes()};
  if (event.occurred_until().has_value()) out.occurred_until = Instant{*event.occurred_until()};
  out.context = decode(event.context());
  out.stream = decode_text(event.stream());
  if (event.tags() != nullptr) {
    out.tags.reserve(event.tags()->size());
    for (const auto* tag : *event.tags()) out.tags.push_back(tag->str());
  }
  out.body = decode_area(event);
  return out;
}

Digest decode_digest(const flatbuffers::Vector<std::uint8_t>* bytes) {
  Digest digest;
  if (bytes != nullptr && bytes->size() == digest.bytes.size())
    std::copy(bytes->begin(), bytes->end(), digest.bytes.begin());
  return digest;
}

Offset<schema::Body> encode_body(Builder& builder, const Body& body) {
  std::vector<Offset<schema::Event>> events;
  events.reserve(body.events.size());
  for (const Event& event : body.events) events.push_back(encode_event(builder, event));
  const auto event_vector = builder.CreateVector(events);
  const auto actor_id = builder.CreateString(body.actor.id.text);
  const auto role = encode_text(builder, body.actor.role);
  const auto behalf = encode_text(builder, body.actor.on_behalf_of);
  const auto actor = schema::CreateActor(builder, actor_id, role, behalf);
  const auto source = encode_source(builder, body.source);
  const auto command = body.command ? builder.CreateString(body.command->text) : 0;
  const auto correlation = encode_text(builder, body.correlation_id);
  const auto reason = encode_reason(builder, body.reason);
  const auto software = encode_text(builder, body.software);
  const auto rules = encode_text(builder, body.rule_pack);
  const auto region = encode_text(builder, body.region);
  const auto content = encode_bytes(builder, body.content.view());
  const auto text = encode_bytes(builder, bytes_of(body.source_text));
  const auto text_context = encode_bytes(builder, bytes_of(body.source_context));
  return schema::CreateBody(builder, actor, source, command, correlation, optional_of<std::uint64_t>(body.causation),
                            reason, encode_instant(body.reported_at), software, rules, region,
                            static_cast<schema::Assurance>(body.assurance), content, body.interpretation, text,
                            text_context, event_vector);
}

}  // namespace codec

struct BodyEncoder::Impl {
  flatbuffers::FlatBufferBuilder builder{4096};
};

BodyEncoder::BodyEncoder() : impl_(std::make_unique<Impl>()) {}
BodyEncoder::~BodyEncoder() = default;

Result<Bytes> BodyEncoder::encode(const Body& body) & {
  impl_->builder.Clear();
  impl_->builder.Finish(codec::encode_body(impl_->builder, body), schema::BodyIdentifier());
  const std::size_t size = impl_->builder.GetSize();
  if (size > k_body_bytes_max) {
    return fail(ErrorCode::invalid_input, "the event takes " + std::to_string(size) + " bytes as a record; at most " +
                                              std::to_string(k_body_bytes_max) +
                                              " are allowed: split it at its source");
  }
  return Bytes{impl_->builder.GetBufferPointer(), size};
}

Body decode_body(const schema::Body& body) {
  Body out;
  out.actor = {ActorId{body.actor()->id()->str()}, codec::decode_text(body.actor()->role()),
               codec::decode_text(body.actor()->on_behalf_of())};
  out.source = codec::decode_source(*body.source());
  if (body.command_id() != nullptr) out.command = CommandId{body.command_id()->str()};
  out.correlation_id = codec::decode_text(body.correlation_id());
  out.causation = body.causation();
  if (const schema::Reason* reason = body.reason(); reason != nullptr) {
    out.reason = {codec::decode_text(reason->code()), codec::decode_text(reason->text()),
                  codec::decode_text(reason->language())};
  }
  if (body.reported_at().has_value()) out.reported_at = Instant{*body.reported_at()};
  out.software = codec::decode_text(body.software());
  out.rule_pack = codec::decode_text(body.rule_pack());
  out.region = codec::decode_text(body.region());
  out.assurance = static_cast<Assurance>(body.assurance());
  out.content = codec::decode_digest(body.content_digest());
  out.interpretation = body.interpretation();
  if (body.source_text() != nullptr) out.source_text.assign(body.source_text()->begin(), body.source_text()->end());
  if (body.source_context() != nullptr)
    out.source_context.assign(body.source_context()->begin(), body.source_context()->end());
  out.events.reserve(body.events()->size());
  for (const schema::Event* event : *body.events()) out.events.push_back(codec::decode_event(*event));
  return out;
}

}  // namespace lotledger::engine
