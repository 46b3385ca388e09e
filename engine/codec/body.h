// engine/codec/body.h - encoding of whole bodies into a builder, for records and for submissions.
#pragma once

#include "engine/codec/parts.h"
#include "engine/event.h"

#include "schemas/event_generated.h"

namespace lotledger::engine::codec {

[[nodiscard]] Offset<schema::Body> encode_body(Builder& builder, const Body& body);
[[nodiscard]] Offset<schema::Event> encode_event(Builder& builder, const Event& event);
[[nodiscard]] Event decode_event(const schema::Event& event);
/// Zero where the bytes are absent or not 32.
[[nodiscard]] Digest decode_digest(const flatbuffers::Vector<std::uint8_t>* bytes);

}  // namespace lotledger::engine::codec
