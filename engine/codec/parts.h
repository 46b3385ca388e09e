// engine/codec/parts.h - encoding and decoding of the tables of schemas/common.fbs, for the area files of this folder.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/material.h"

#include "schemas/common_generated.h"

#include <flatbuffers/flatbuffers.h>

#include <functional>
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
[[nodiscard]] Offset<schema::Quantity> encode(Builder& builder, const std::optional<Quantity>& quantity);
/// Microseconds UTC; absent where there is no moment.
[[nodiscard]] flatbuffers::Optional<std::int64_t> encode_instant(const std::optional<Instant>& at);
[[nodiscard]] Offset<flatbuffers::String> encode_key(Builder& builder, const std::optional<UnitKey>& key);
[[nodiscard]] Offset<flatbuffers::Vector<Offset<flatbuffers::String>>> encode_texts(
    Builder& builder, const std::vector<std::string>& texts);
[[nodiscard]] Offset<flatbuffers::Vector<Offset<schema::Text>>> encode(Builder& builder,
                                                                       const std::vector<LocalText>& names);
[[nodiscard]] Offset<schema::Context> encode(Builder& builder, const Context& context);
/// Serials of one item and lot that are written alike and follow each other in the list become one entry (SerialRun).
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
/// The first unit of the entry alone, without those of its serial runs.
[[nodiscard]] UnitAmount decode(const schema::UnitAmount& amount);
[[nodiscard]] std::optional<Quantity> decode(const schema::Quantity* quantity);
[[nodiscard]] std::optional<UnitKey> decode_key(const flatbuffers::String* key);
[[nodiscard]] std::vector<std::string> decode_texts(const flatbuffers::Vector<Offset<flatbuffers::String>>* texts);
[[nodiscard]] std::vector<LocalText> decode_names(const flatbuffers::Vector<Offset<schema::Text>>* names);
[[nodiscard]] Context decode(const schema::Context* context);
[[nodiscard]] std::vector<UnitAmount> decode(const flatbuffers::Vector<Offset<schema::UnitAmount>>* amounts);
[[nodiscard]] std::vector<UnitRef> decode(const flatbuffers::Vector<Offset<schema::UnitRef>>* units);

/// A unit and its quantity as they stand in a record. Views are valid while they are visited.
struct AmountView {
  std::string_view key;
  std::string_view lot;       ///< Empty: the source names none.
  std::string_view original;  ///< Empty: the canonical writing.
  const schema::Quantity* quantity = nullptr;
};
/// Visits every unit of the list in its order, those of serial runs one by one; a missing list is an empty one.
void for_each_amount(const flatbuffers::Vector<Offset<schema::UnitAmount>>* amounts,
                     const std::function<void(const AmountView&)>& visit);
/// How many units the list names.
[[nodiscard]] std::size_t count_of(const flatbuffers::Vector<Offset<schema::UnitAmount>>* amounts);
[[nodiscard]] AmountView view_of(const schema::UnitRef& unit);

template <typename To, typename From>
[[nodiscard]] flatbuffers::Optional<To> optional_of(const std::optional<From>& value) {
  return value ? flatbuffers::Optional<To>(static_cast<To>(*value)) : flatbuffers::nullopt;
}

}  // namespace lotledger::engine::codec
