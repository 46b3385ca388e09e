// projections/packed.h - small values of a store as bytes: numbers, texts and lists one after another. Their layout is
// the store's own affair: a change raises the fold version.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/material.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::projections {

__extension__ using uint128 = unsigned __int128;

class Packer {
 public:
  [[nodiscard]] std::string take() { return std::move(bytes_); }
  void flag(bool value) { bytes_.push_back(value ? '\1' : '\0'); }
  template <typename Enum>
  void word(Enum value) {
    bytes_.push_back(static_cast<char>(value));
  }
  void number(std::uint64_t value) { append_be64(bytes_, value); }
  void instant(Instant value) { number(static_cast<std::uint64_t>(value.utc_us)); }
  void text(std::string_view value) {
    append_be32(bytes_, static_cast<std::uint32_t>(value.size()));
    bytes_.append(value);
  }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  void decimal(const Decimal& value) {
    const auto bits = static_cast<uint128>(value.mantissa());
    number(static_cast<std::uint64_t>(bits >> 64));
    number(static_cast<std::uint64_t>(bits));
    number(static_cast<std::uint64_t>(value.scale()));
  }
  void quantity(const std::optional<Quantity>& value) {
    flag(value.has_value());
    if (!value) return;
    number(static_cast<std::uint64_t>(value->mantissa));
    word(value->scale);
    text(value->unit.view());
  }
  void key(const std::optional<UnitKey>& value) {
    flag(value.has_value());
    if (value) text(value->bytes());
  }

 private:
  std::string bytes_;
};

/// Reads what a Packer wrote, in the same order. Bytes that end early give zeros and empty texts.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool flag() { return word<std::uint8_t>() != 0; }
  template <typename Enum>
  [[nodiscard]] Enum word() {
    const std::string_view one = take(1);
    return static_cast<Enum>(one.empty() ? 0 : static_cast<std::uint8_t>(one[0]));
  }
  [[nodiscard]] std::uint64_t number() {
    const std::string_view eight = take(sizeof(std::uint64_t));
    return eight.empty() ? 0 : load_be64(eight.data());
  }
  [[nodiscard]] Instant instant() { return Instant{static_cast<std::int64_t>(number())}; }
  [[nodiscard]] std::string text() {
    const std::string_view four = take(sizeof(std::uint32_t));
    return four.empty() ? std::string() : std::string(take(load_be32(four.data())));
  }
  [[nodiscard]] std::vector<std::string> texts() {
    std::vector<std::string> values(std::min<std::uint64_t>(number(), rest_.size()));
    for (std::string& value : values) value = text();
    return values;
  }
  [[nodiscard]] Decimal decimal() {
    const auto high = static_cast<uint128>(number());
    const auto low = static_cast<uint128>(number());
    const auto scale = static_cast<int>(number());
    return {static_cast<int128>(high << 64 | low), scale};
  }
  [[nodiscard]] std::optional<Quantity> quantity() {
    if (!flag()) return std::nullopt;
    Quantity value;
    value.mantissa = static_cast<std::int64_t>(number());
    value.scale = word<std::uint8_t>();
    value.unit = UnitCode::parse(text()).value_or(UnitCode{});
    return value;
  }
  [[nodiscard]] std::optional<UnitKey> key() { return flag() ? std::optional(UnitKey(text())) : std::nullopt; }
  [[nodiscard]] bool end() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (rest_.size() < size) {
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest_;
};

}  // namespace lotledger::projections
