// tests/time_test.cc - instants: strict reading, the boundaries of the calendar, round trips.
#include "engine/base/time.h"

#include "engine/base/random.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <string>

namespace lotledger::tests {

namespace {

constexpr std::int64_t k_first_us = -62'135'596'800'000'000;  // 0001-01-01T00:00:00Z
constexpr std::int64_t k_last_us = 253'402'300'799'999'999;   // 9999-12-31T23:59:59.999999Z

/// What went wrong, or an empty text.
std::string fault(std::string_view text) {
  const auto read = parse_instant(text);
  return read ? std::string{} : read.error().message;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("time: known instants") {
  struct Row {
    std::string_view text;
    std::int64_t utc_us;
    int offset_minutes;
  };
  const Row rows[] = {
      {"1970-01-01T00:00:00Z", 0, 0},
      {"1969-12-31T23:59:59.999999Z", -1, 0},
      {"1970-01-01T00:00:00+00:00", 0, 0},
      {"1970-01-01T08:00:00+08:00", 0, 480},
      {"1969-12-31T18:00:00-06:00", 0, -360},
      {"2000-02-29T12:00:00Z", 951'825'600'000'000, 0},
      {"2020-04-01T15:00:00.000+01:00", 1'585'749'600'000'000, 60},
      {"2026-11-01T08:00:00.5+08:00", 1'793'491'200'500'000, 480},
      {"2026-11-01T08:00:00.123456000Z", 1'793'520'000'123'456, 0},
      {"0001-01-01T00:00:00Z", k_first_us, 0},
      {"9999-12-31T23:59:59.999999Z", k_last_us, 0},
      {"2024-01-01T00:00:00+14:00", 1'704'016'800'000'000, 840},
      {"2024-01-01T00:00:00-14:00", 1'704'117'600'000'000, -840},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto read = parse_instant(row.text);
    REQUIRE(read.has_value());
    CHECK(read->at.utc_us == row.utc_us);
    CHECK(read->offset_minutes == row.offset_minutes);
  }
}

TEST_CASE("time: what is refused, and why") {
  struct Row {
    std::string_view text;
    std::string_view why;
  };
  const Row rows[] = {
      {"", "YYYY-MM-DD"},
      {"2024-01-01", "Thh:mm:ss"},
      {"2024-01-01T00:00:00", "offset from UTC is missing"},
      {"2024-01-01t00:00:00Z", "Thh:mm:ss"},
      {"2024-01-01 00:00:00Z", "Thh:mm:ss"},
      {"2024-01-01T00:00Z", "Thh:mm:ss"},
      {"24-01-01T00:00:00Z", "YYYY-MM-DD"},
      {"+2024-01-01T00:00:00Z", "YYYY-MM-DD"},
      {"0000-12-31T00:00:00Z", "year"},
      {"10000-01-01T00:00:00Z", "YYYY-MM-DD"},
      {"2024-00-01T00:00:00Z", "month"},
      {"2024-13-01T00:00:00Z", "month"},
      {"2024-04-31T00:00:00Z", "2024-04 has no day 31"},
      {"2024-01-00T00:00:00Z", "no day 00"},
      {"2023-02-29T00:00:00Z", "no day 29"},
      {"1900-02-29T00:00:00Z", "no day 29"},
      {"2024-01-01T24:00:00Z", "hour"},
      {"2024-01-01T23:60:00Z", "minute"},
      {"2016-12-31T23:59:60Z", "leap second"},
      {"2024-01-01T23:59:61Z", "second"},
      {"2024-01-01T00:00:00.Z", "no digit follows"},
      {"2024-01-01T00:00:00,5Z", "must read Z"},
      {"2024-01-01T00:00:00.0000001Z", "finer than a microsecond"},
      {"2024-01-01T00:00:00.0000000000000000000000000000000Z", "more than 30 decimals"},
      {"2024-01-01T00:00:00+0800", "must read Z"},
      {"2024-01-01T00:00:00+08:60", "minutes"},
      {"2024-01-01T00:00:00+14:01", "-14:00 and +14:00"},
      {"2024-01-01T00:00:00ZZ", "must read Z"},
      {"2024-01-01T00:00:00Z ", "must read Z"},
      {"0001-01-01T00:00:00+00:01", "outside the years"},
      {"9999-12-31T23:59:59-00:01", "outside the years"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CAPTURE(fault(row.text));
    CHECK(has(fault(row.text), row.why));
  }
}

TEST_CASE("time: text forms") {
  const Instant half{1'793'491'200'500'000};
  CHECK(format_utc(half) == "2026-11-01T00:00:00.5Z");
  CHECK(format_zoned({half, 480}) == "2026-11-01T08:00:00.5+08:00");
  CHECK(format_zoned({half, 0}) == "2026-11-01T00:00:00.5Z");
  CHECK(format_utc({0}) == "1970-01-01T00:00:00Z");
  CHECK(format_utc({-1}) == "1969-12-31T23:59:59.999999Z");
  CHECK(format_utc_ms({0}) == "1970-01-01T00:00:00.000Z");
  CHECK(format_utc_ms({1'999}) == "1970-01-01T00:00:00.001Z");
  CHECK(format_utc_ms({-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(format_offset(0) == "+00:00");
  CHECK(format_offset(-330) == "-05:30");
  CHECK(parse_offset("-00:00") == std::int16_t{0});
  CHECK(parse_offset("-14:00") == std::int16_t{-840});
  CHECK_FALSE(parse_offset("14:00").has_value());
}

TEST_CASE("time: instants that no text has are still written") {
  CHECK(format_utc({k_last_us + 1}) == "+10000-01-01T00:00:00Z");
  CHECK(format_utc({k_first_us - 1}) == "0000-12-31T23:59:59.999999Z");
  CHECK(format_zoned({{std::numeric_limits<std::int64_t>::max()}, 840}).starts_with("+294247-"));
  CHECK(format_zoned({{std::numeric_limits<std::int64_t>::min()}, -840}).starts_with("-290308-"));
}

TEST_CASE("time: every instant survives its text") {
  const auto any_instant = rc::gen::inRange<std::int64_t>(k_first_us, k_last_us + 1);
  CHECK(rc::check("utc", [&] {
    const Instant at{*any_instant};
    const auto read = parse_instant(format_utc(at));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->at == at);
  }));
  CHECK(rc::check("zoned", [] {
    const std::int64_t day = 86'400'000'000;
    const Instant at{*rc::gen::inRange<std::int64_t>(k_first_us + day, k_last_us - day)};
    const auto offset = static_cast<std::int16_t>(*rc::gen::inRange(-840, 841));
    const auto read = parse_instant(format_zoned({at, offset}));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->at == at);
    RC_ASSERT(read->offset_minutes == offset);
  }));
}

TEST_CASE("time: text order is time order, day after day") {
  // Every day of 800 years around 1970: two full Gregorian cycles, leap centuries included.
  std::string before;
  for (std::int64_t day = -146'097; day <= 146'097; ++day) {
    const std::string text = format_utc({day * 86'400'000'000});
    if (before >= text) FAIL(before << " then " << text);
    const auto read = parse_instant(text);
    if (!read || read->at.utc_us != day * 86'400'000'000) FAIL(text);
    before = text;
  }
  CHECK(before == "2370-01-01T00:00:00Z");
}

TEST_CASE("time: a mutated text is refused or means what it says") {
  CHECK(rc::check("one character replaced", [] {
    std::string text = "2026-11-01T08:00:00.5+08:00";
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    text[at] = *rc::gen::arbitrary<char>();
    const auto read = parse_instant(text);
    if (read) RC_ASSERT(parse_instant(format_zoned(*read))->at == read->at);
  }));
}

TEST_CASE("time: the system clock stands after this code was written") {
  SystemClock clock;
  CHECK(clock.now() > parse_instant("2024-01-01T00:00:00Z")->at);
}

TEST_CASE("random: fills all bytes, and never twice alike") {
  SystemRandom random;
  // More than the kernel gives in one call without a break (256 bytes).
  ByteVector first(100'000);
  ByteVector second(100'000);
  random.fill(first);
  random.fill(second);
  CHECK(first != second);
  // All-zero would mean bytes that were never filled; by chance this happens once in 2^512.
  CHECK(std::any_of(first.end() - 64, first.end(), [](std::uint8_t byte) { return byte != 0; }));
  random.fill({});
}

}  // namespace lotledger::tests
