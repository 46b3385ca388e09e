// cli/demo/calendar.cc - weeks, shifts and their text.
#include "cli/demo/calendar.h"

#include <chrono>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

constexpr LocalSeconds k_first_monday_s =
    std::chrono::sys_seconds{std::chrono::sys_days{std::chrono::year{2025} / 11 / 3}}.time_since_epoch().count();
/// 2025-11-03 is the Monday of week 45, and 2025 has 52 ISO weeks.
constexpr int k_first_iso_week = 45;
constexpr int k_iso_weeks_of_2025 = 52;
constexpr LocalSeconds k_shift_start_s = 8 * k_hour_s;
constexpr LocalSeconds k_shift_length_s = 10 * k_hour_s;

std::chrono::year_month_day civil(LocalSeconds at) {
  return std::chrono::year_month_day{
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{at}})};
}

void append_two(std::string& to, std::int64_t value) {
  to += static_cast<char>('0' + value / 10);
  to += static_cast<char>('0' + value % 10);
}

void append_clock(std::string& to, LocalSeconds at) {
  append_date(to, at);
  const LocalSeconds second = at % k_day_s;
  to += 'T';
  append_two(to, second / k_hour_s);
  to += ':';
  append_two(to, second % k_hour_s / k_minute_s);
  to += ':';
  append_two(to, second % k_minute_s);
}

}  // namespace

LocalSeconds week_start(int week) {
  return k_first_monday_s + LocalSeconds{week} * 7 * k_day_s;
}

LocalSeconds moment(int week, int day, LocalSeconds second_of_day) {
  return week_start(week) + day * k_day_s + second_of_day;
}

LocalSeconds spread(const Shifts& shifts, std::size_t index, std::size_t count) {
  const LocalSeconds worked =
      shifts.days * k_shift_length_s * static_cast<LocalSeconds>(index) / static_cast<LocalSeconds>(count);
  const int day = shifts.first_day + static_cast<int>(worked / k_shift_length_s);
  return moment(shifts.week, day, k_shift_start_s + worked % k_shift_length_s);
}

int year_of(LocalSeconds at) {
  return static_cast<int>(civil(at).year());
}

std::string iso_week(int week) {
  const int number = k_first_iso_week + week;
  return number <= k_iso_weeks_of_2025 ? fmt::format("2025-W{:02}", number)
                                       : fmt::format("2026-W{:02}", number - k_iso_weeks_of_2025);
}

void append_date(std::string& to, LocalSeconds at) {
  const auto date = civil(at);
  const int year = static_cast<int>(date.year());
  append_two(to, year / 100);
  append_two(to, year % 100);
  to += '-';
  append_two(to, static_cast<unsigned>(date.month()));
  to += '-';
  append_two(to, static_cast<unsigned>(date.day()));
}

void append_local(std::string& to, LocalSeconds at) {
  append_clock(to, at);
  to += "+08:00";
}

void append_utc(std::string& to, LocalSeconds at) {
  append_clock(to, at - k_site_offset_s);
  to += 'Z';
}

std::string local_text(LocalSeconds at) {
  std::string text;
  append_local(text, at);
  return text;
}

}  // namespace lotledger::cli::demo
