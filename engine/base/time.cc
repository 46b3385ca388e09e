// engine/base/time.cc - civil dates and ISO 8601 text, without locale and without a time-zone database.
#include "engine/base/time.h"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace lotledger {

namespace {

constexpr std::int64_t k_us_per_second = 1'000'000;
constexpr std::int64_t k_seconds_per_day = 86'400;
constexpr std::int64_t k_us_per_day = k_us_per_second * k_seconds_per_day;
constexpr std::int64_t k_us_per_minute = k_us_per_second * 60;
constexpr std::int64_t k_days_per_400_years = 146'097;
/// Days from 0001-01-01 to 1970-01-01.
constexpr std::int64_t k_epoch_day = 719'162;
constexpr int k_offset_minutes_max = 14 * 60;
constexpr std::size_t k_fraction_digits_max = 30;

struct Date {
  std::int64_t year = 1;
  int month = 1;
  int day = 1;
};

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

constexpr bool leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int days_in_month(std::int64_t year, int month) {
  constexpr std::array k_days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return k_days[static_cast<std::size_t>(month - 1)] + (month == 2 && leap(year) ? 1 : 0);
}

/// Days from 0001-01-01 to the first of January of `year`, in the Gregorian calendar extended backwards.
constexpr std::int64_t days_before_year(std::int64_t year) {
  const std::int64_t y = year - 1;
  return 365 * y + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
}

constexpr std::int64_t day_number(const Date& date) {
  std::int64_t days = days_before_year(date.year) + date.day - 1;
  for (int month = 1; month < date.month; ++month) days += days_in_month(date.year, month);
  return days - k_epoch_day;
}
static_assert(day_number({1970, 1, 1}) == 0);

constexpr Date date_of(std::int64_t days_since_epoch) {
  std::int64_t days = days_since_epoch + k_epoch_day;
  const std::int64_t cycle = floor_div(days, k_days_per_400_years);
  // Leap days are spread unevenly over 400 years: the estimate may be one year early, never late.
  std::int64_t year = cycle * 400 + (days - cycle * k_days_per_400_years) * 400 / k_days_per_400_years + 1;
  if (days_before_year(year + 1) <= days) ++year;
  days -= days_before_year(year);
  int month = 1;
  while (days >= days_in_month(year, month)) days -= days_in_month(year, month++);
  return {year, month, static_cast<int>(days) + 1};
}
static_assert(date_of(0).year == 1970);

constexpr std::int64_t k_first_us = day_number({1, 1, 1}) * k_us_per_day;
constexpr std::int64_t k_end_us = day_number({10'000, 1, 1}) * k_us_per_day;

/// Reads a text from left to right; after the first fault every further step yields nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool ok() const { return ok_; }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = take(c) && ok_; }

  /// Exactly `width` digits.
  int number(std::size_t width) {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::optional<int> next = digit();
      if (!next) {
        ok_ = false;
        return 0;
      }
      value = value * 10 + *next;
    }
    return value;
  }
  std::optional<int> digit() {
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return std::nullopt;
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::unexpected<Error> bad_instant(std::string_view text, std::string_view why) {
  return fail(ErrorCode::invalid_input, fmt::format("instant \"{}\": {}", text.substr(0, 80), why));
}

Result<std::int64_t> read_date(Cursor& from, std::string_view text) {
  Date date;
  date.year = from.number(4);
  from.expect('-');
  date.month = from.number(2);
  from.expect('-');
  date.day = from.number(2);
  if (!from.ok()) return bad_instant(text, "the date must read YYYY-MM-DD");
  if (date.year < 1) return bad_instant(text, "the year must be 0001 to 9999");
  if (date.month < 1 || date.month > 12) return bad_instant(text, "the month must be 01 to 12");
  if (date.day < 1 || date.day > days_in_month(date.year, date.month)) {
    return bad_instant(text, fmt::format("{:04}-{:02} has no day {:02}", date.year, date.month, date.day));
  }
  return day_number(date);
}

/// Decimals of a second, in microseconds.
Result<std::int64_t> read_fraction(Cursor& from, std::string_view text) {
  std::int64_t us = 0;
  std::size_t digits = 0;
  for (auto next = from.digit(); next; next = from.digit()) {
    if (++digits > k_fraction_digits_max) return bad_instant(text, "more than 30 decimals of a second");
    if (digits <= 6) us = us * 10 + *next;
    if (digits > 6 && *next != 0) return bad_instant(text, "finer than a microsecond; nothing is rounded");
  }
  if (digits == 0) return bad_instant(text, "no digit follows the point of the seconds");
  for (; digits < 6; ++digits) us *= 10;
  return us;
}

/// Microseconds since midnight.
Result<std::int64_t> read_time(Cursor& from, std::string_view text) {
  from.expect('T');
  const int hour = from.number(2);
  from.expect(':');
  const int minute = from.number(2);
  from.expect(':');
  const int second = from.number(2);
  if (!from.ok()) return bad_instant(text, "the time must read Thh:mm:ss");
  if (hour > 23) return bad_instant(text, "the hour must be 00 to 23");
  if (minute > 59) return bad_instant(text, "the minute must be 00 to 59");
  if (second == 60) return bad_instant(text, "second 60 is a leap second, which this scale does not have");
  if (second > 59) return bad_instant(text, "the second must be 00 to 59");
  std::int64_t us = 0;
  if (from.take('.')) {
    LL_ASSIGN(us, read_fraction(from, text));
  }
  return ((hour * 60 + minute) * 60 + second) * k_us_per_second + us;
}

struct Civil {
  Date date;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int us = 0;
};

Civil civil_of(std::int64_t us) {
  const std::int64_t day = floor_div(us, k_us_per_day);
  // Not us - day * k_us_per_day: near the least int64 that product is out of range.
  const std::int64_t in_day = us % k_us_per_day + (us % k_us_per_day < 0 ? k_us_per_day : 0);
  const auto seconds = static_cast<int>(in_day / k_us_per_second);
  return {date_of(day), seconds / 3600, seconds / 60 % 60, seconds % 60, static_cast<int>(in_day % k_us_per_second)};
}

/// Writes `number` with `width` digits; one that has more digits has been ruled out.
void append_digits(std::string& to, std::int64_t number, std::size_t width) {
  const std::size_t begin = to.size();
  to.resize(begin + width);
  for (std::size_t at = begin + width; at > begin; number /= 10) to[--at] = static_cast<char>('0' + number % 10);
}

/// `2026-11-01T08:00:00`. By hand, because every row and event is written so at least once. Years outside 0001 to 9999,
/// which no parsed text has, are written with their sign.
std::string seconds_text(const Civil& at) {
  std::string text;
  text.reserve(32);
  if (at.date.year >= 0 && at.date.year <= 9999) {
    append_digits(text, at.date.year, 4);
  } else {
    text = fmt::format("{:+05}", at.date.year);
  }
  constexpr std::string_view k_before = "--T::";
  const int parts[] = {at.date.month, at.date.day, at.hour, at.minute, at.second};
  for (std::size_t i = 0; i < std::size(parts); ++i) {
    text.push_back(k_before[i]);
    append_digits(text, parts[i], 2);
  }
  return text;
}

std::string text_of(const Civil& at) {
  std::string text = seconds_text(at);
  if (at.us == 0) return text;
  text += fmt::format(".{:06}", at.us);
  while (text.back() == '0') text.pop_back();
  return text;
}

/// Local time of an instant. Offsets move within a day, so this saturates only at the ends of int64, 292,000 years
/// away.
std::int64_t local_us(ZonedInstant at) {
  std::int64_t local = 0;
  if (__builtin_add_overflow(at.at.utc_us, at.offset_minutes * k_us_per_minute, &local)) return at.at.utc_us;
  return local;
}

}  // namespace

Result<std::int16_t> parse_offset(std::string_view text) {
  if (text == "Z") return std::int16_t{0};
  const auto bad = [&](std::string_view why) {
    return fail(ErrorCode::invalid_input, fmt::format("offset \"{}\": {}", text.substr(0, 80), why));
  };
  Cursor from(text);
  const bool west = from.take('-');
  if (!west) from.expect('+');
  const int hours = from.number(2);
  from.expect(':');
  const int minutes = from.number(2);
  if (!from.ok() || !from.done()) return bad("must read Z, +hh:mm or -hh:mm");
  if (minutes > 59) return bad("the minutes must be 00 to 59");
  const int total = hours * 60 + minutes;
  if (total > k_offset_minutes_max) return bad("must lie within -14:00 and +14:00");
  return static_cast<std::int16_t>(west ? -total : total);
}

Result<ZonedInstant> parse_instant(std::string_view text) {
  Cursor from(text);
  LL_ASSIGN(const std::int64_t day, read_date(from, text));
  LL_ASSIGN(const std::int64_t in_day, read_time(from, text));
  if (from.done()) return bad_instant(text, "the offset from UTC is missing (Z, or such as +08:00)");
  const auto offset = parse_offset(from.rest());
  if (!offset) return bad_instant(text, offset.error().message);
  const std::int64_t utc_us = day * k_us_per_day + in_day - *offset * k_us_per_minute;
  if (utc_us < k_first_us || utc_us >= k_end_us) return bad_instant(text, "in UTC outside the years 0001 to 9999");
  return ZonedInstant{Instant{utc_us}, *offset};
}

std::string format_utc(Instant at) {
  return text_of(civil_of(at.utc_us)) + "Z";
}

std::string format_zoned(ZonedInstant at) {
  return text_of(civil_of(local_us(at))) + (at.offset_minutes == 0 ? "Z" : format_offset(at.offset_minutes));
}

std::string format_utc_ms(Instant at) {
  const Civil civil = civil_of(at.utc_us);
  return fmt::format("{}.{:03}Z", seconds_text(civil), civil.us / 1000);
}

std::string format_offset(std::int16_t offset_minutes) {
  const int minutes = offset_minutes < 0 ? -offset_minutes : offset_minutes;
  std::string text(1, offset_minutes < 0 ? '-' : '+');
  append_digits(text, minutes / 60, 2);
  text.push_back(':');
  append_digits(text, minutes % 60, 2);
  return text;
}

}  // namespace lotledger
