// cli/demo/calendar.h - the plant's year: 52 working weeks from Monday 2025-11-03, in the site's own time (+08:00).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace lotledger::cli::demo {

/// Seconds since 1970-01-01T00:00:00 on the clock of the site. The site has no summer time.
using LocalSeconds = std::int64_t;

inline constexpr int k_weeks = 52;
inline constexpr LocalSeconds k_minute_s = 60;
inline constexpr LocalSeconds k_hour_s = 3'600;
inline constexpr LocalSeconds k_day_s = 86'400;
inline constexpr LocalSeconds k_site_offset_s = 8 * k_hour_s;

/// Monday 00:00 of week 0 to k_weeks - 1.
[[nodiscard]] LocalSeconds week_start(int week);
/// `day` 0 is Monday.
[[nodiscard]] LocalSeconds moment(int week, int day, LocalSeconds second_of_day);

/// Working time, 08:00 to 18:00, on `days` days from `first_day` (0 is Monday).
struct Shifts {
  int week = 0;
  int first_day = 0;
  int days = 1;
};
/// The instant of job `index` of `count` jobs spread evenly over the shifts. Grows with `index`.
[[nodiscard]] LocalSeconds spread(const Shifts& shifts, std::size_t index, std::size_t count);

[[nodiscard]] int year_of(LocalSeconds at);
/// `2026-W18`, the ISO 8601 week.
[[nodiscard]] std::string iso_week(int week);
/// Appends `2026-05-04`.
void append_date(std::string& to, LocalSeconds at);
/// Appends `2026-05-04T09:12:33+08:00`.
void append_local(std::string& to, LocalSeconds at);
/// Appends the same instant as `2026-05-04T01:12:33Z`.
void append_utc(std::string& to, LocalSeconds at);
[[nodiscard]] std::string local_text(LocalSeconds at);

}  // namespace lotledger::cli::demo
