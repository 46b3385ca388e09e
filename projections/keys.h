// projections/keys.h - parts of ordered keys that several read models use.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"

#include <string>
#include <string_view>

namespace lotledger::projections {

/// Bytes of text that stand in a key as they are. What the edge lets in is shorter, but a record from another writer
/// may hold more, and a store refuses keys over 64 KiB.
inline constexpr std::size_t k_key_text_bytes_max = 4096;

/// `text` as part of a key: the text, or where it is too long its beginning and the SHA-256 of all of it.
[[nodiscard]] inline std::string key_text(std::string_view text) {
  if (text.size() <= k_key_text_bytes_max) return std::string(text);
  return std::string(text.substr(0, k_key_text_bytes_max)).append(text_of(sha256(text).view()));
}

/// Number whose byte order is order of time before 1970 too: the sign bit is flipped.
[[nodiscard]] inline std::uint64_t ordered(Instant at) {
  return static_cast<std::uint64_t>(at.utc_us) ^ (std::uint64_t{1} << 63);
}
[[nodiscard]] inline Instant instant_of(std::uint64_t number) {
  return Instant{static_cast<std::int64_t>(number ^ (std::uint64_t{1} << 63))};
}

/// A letter that names the kind of entry, and a number.
[[nodiscard]] inline std::string number_key(char space, std::uint64_t number) {
  std::string key(1, space);
  append_be64(key, number);
  return key;
}
/// A letter, a text, and a byte that ends it. Texts may hold that byte too: who scans below such a prefix also looks at
/// the length of the key, which is fixed behind the prefix.
[[nodiscard]] inline std::string text_prefix(char space, std::string_view text) {
  std::string key(1, space);
  key.append(key_text(text));
  key.push_back('\0');
  return key;
}
[[nodiscard]] inline std::string number_bytes(std::uint64_t number) {
  std::string value;
  append_be64(value, number);
  return value;
}

}  // namespace lotledger::projections
