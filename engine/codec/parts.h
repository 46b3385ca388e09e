// engine/codec/parts.h - encoding and decoding of the tables of schemas/common.fbs, for the area files of this folder.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/material.h"

#include "schemas/common_generated.h"

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <vector>

namespace lotledger::engine::codec {

using Builder = flatbuffers::FlatBufferBuilder;
template <typename T>
using Offset = flatbuffers::Offset<T>;

/// Absent when empty, so that an empty text costs nothing.
[[nodiscard]] Offset<flatbuffers::String> encode_text(Builder& builder, std::string_view text);
[[nodiscard]] Offset<flatbuffers::Vector<std::uint8_t>> encode_bytes(Builder& builder, Bytes bytes);
[[nodiscard]] Offset<schema::UnitRef> encode(Builder& builder, const UnitRef& unit);
[[nodiscard]] Offset<schema::UnitAmount> encode(Builder& builder, const UnitAmount& amount);
[[nodiscard]] Offset<schema::Context> encode(Builder& builder, const Context& context);
[[nodiscard]] Offset<flatbuffers::Vector<Offset<schema::UnitAmount>>> encode(Builder& builder,
                                                                             const std::vector<UnitAmount>& amounts);
/// As above, for a required field: present even when empty.
[[nodiscard]] Offset<flatbuffers::Vector<Offset<schema::UnitAmount>>> encode_required(
    Builder& builder, const std::vector<UnitAmount>& amounts);
[[nodiscard]] Offset<flatbuffers::Vector<Offset<schema::UnitRef>>> encode(Builder& builder,
                                                                          const std::vector<UnitRef>& units);

[[nodiscard]] std::string decode_text(const flatbuffers::String* text);
[[nodiscard]] std::string_view view_of(const flatbuffers::String* text);
[[nodiscard]] UnitRef decode(const schema::UnitRef& unit);
[[nodiscard]] UnitAmount decode(const schema::UnitAmount& amount);
[[nodiscard]] Context decode(const schema::Context* context);
[[nodiscard]] std::vector<UnitAmount> decode(const flatbuffers::Vector<Offset<schema::UnitAmount>>* amounts);
[[nodiscard]] std::vector<UnitRef> decode(const flatbuffers::Vector<Offset<schema::UnitRef>>* units);

template <typename To, typename From>
[[nodiscard]] flatbuffers::Optional<To> optional_of(const std::optional<From>& value) {
  return value ? flatbuffers::Optional<To>(static_cast<To>(*value)) : flatbuffers::nullopt;
}

}  // namespace lotledger::engine::codec
