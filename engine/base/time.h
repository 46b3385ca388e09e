// engine/base/time.h - instants, as every record states them: microseconds UTC and the offset that the source gave.
// No clock and no time-zone database here: offsets arrive as data. The only source of "now" is Clock.
#pragma once

#include "engine/base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace lotledger {

/// Microseconds since 1970-01-01T00:00:00Z; leap seconds ignored, as in POSIX.
struct Instant {
  std::int64_t utc_us = 0;
  friend bool operator==(const Instant&, const Instant&) = default;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

/// An instant together with the offset from UTC in which its source wrote it.
struct ZonedInstant {
  Instant at;
  std::int16_t offset_minutes = 0;
  friend bool operator==(const ZonedInstant&, const ZonedInstant&) = default;
};

/// Reads ISO 8601 / RFC 3339 (`2026-11-01T08:00:00.5+08:00`, `...Z`); more than six decimals of a second are refused
/// only when they are not zero, so that nothing is rounded silently. invalid_input names the fault. A missing offset is
/// an error.
[[nodiscard]] Result<ZonedInstant> parse_instant(std::string_view text);
/// `+08:00`, `-06:00`, `Z`: minutes east of UTC, -14:00 to +14:00.
[[nodiscard]] Result<std::int16_t> parse_offset(std::string_view text);

/// `2026-11-01T08:00:00.5Z`; decimals only where they are not zero.
[[nodiscard]] std::string format_utc(Instant at);
/// In the given offset: `2026-11-01T16:00:00+08:00`.
[[nodiscard]] std::string format_zoned(ZonedInstant at);
/// With exactly three decimals and Z, as CBV event hashes want it; sub-milliseconds are cut.
[[nodiscard]] std::string format_utc_ms(Instant at);
/// `+08:00`.
[[nodiscard]] std::string format_offset(std::int16_t offset_minutes);

/// The clock seam (docs/architecture.md). Only the writer asks it, once per group; deciding and folding never do.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() = 0;
};

/// The clock of this machine.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override;
};

}  // namespace lotledger
