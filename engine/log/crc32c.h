// engine/log/crc32c.h - CRC-32C (Castagnoli), the checksum of RFC 3720 section 12.1. Finds damage by the medium; it is
// no defence against people, which is what the hash chain is for.
#pragma once

#include "engine/base/bytes.h"

namespace lotledger::engine {

/// CRC-32C of `bytes`; `before` is the CRC of what precedes them, so that a checksum can be computed in parts.
[[nodiscard]] std::uint32_t crc32c(Bytes bytes, std::uint32_t before = 0);

/// The two implementations behind crc32c(), apart for tests. The hardware one may be called only where
/// crc32c_has_hardware().
[[nodiscard]] std::uint32_t crc32c_software(Bytes bytes, std::uint32_t before);
[[nodiscard]] std::uint32_t crc32c_hardware(Bytes bytes, std::uint32_t before);
[[nodiscard]] bool crc32c_has_hardware();

}  // namespace lotledger::engine
