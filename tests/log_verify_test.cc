// tests/log_verify_test.cc - full verification finds the same whatever the number of threads, and asks of every body.
#include "engine/log/log_files.h"
#include "engine/log/verify.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

#include <atomic>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
const std::string k_folder = "/log";
constexpr std::uint64_t k_per_segment = 4;

/// Six segments, the last one half full, in groups of up to three records.
std::unique_ptr<SimDisk> log_of_segments() {
  SimDisk disk;
  require_ok(LocalLog::create(disk, k_folder, test_ledger(), {k_per_segment}));
  {
    const auto log = value_of(LocalLog::open(disk, k_folder));
    for (int group = 0; group < 8; ++group) {
      std::vector<StoredRecord> records;
      Head last = log->tail();
      for (std::size_t i = 0; i < 3 && last.seq + 1 < 22; ++i) {
        records.push_back(make_next(last, 20 + 7 * i));
        last = {records.back().seq(), records.back().leaf()};
      }
      require_ok(log->append(records));
      require_ok(log->sync());
    }
  }
  return disk.copy();
}

/// All that a verification says, as text.
std::string words_of(const FullVerification& found) {
  std::string text = std::to_string(found.log.records) + " records, " + std::to_string(found.log.segments) +
                     " segments, last " + std::to_string(found.log.last.seq) + ", torn " +
                     std::to_string(found.log.torn_bytes) + ", unreadable " + std::to_string(found.unreadable);
  if (const auto& bad = found.log.first_bad)
    text += ", bad " + std::to_string(bad->seq) + " " + bad->file + " " + std::to_string(bad->offset) + " " + bad->why;
  return text;
}

std::string verified(SimDisk& disk, unsigned threads,
                     const std::function<BodyVerdict(const StoredRecord&)>& judge = {}) {
  return words_of(
      value_of(verify_log_and_bodies(disk, k_folder, {.threads = threads, .judge = judge, .progress = {}})));
}
}  // namespace

TEST_CASE("log: segments verified side by side give the findings of one after another, wherever a byte is damaged") {
  const auto whole = log_of_segments();
  const std::string sound = verified(*whole, 1);
  CHECK(sound == "22 records, 6 segments, last 21, torn 0, unreadable 0");
  CHECK(verified(*whole, 3) == sound);
  for (Seq first = 0; first < 22; first += k_per_segment) {
    const std::string path = segment_path(k_folder, first);
    for (std::size_t at = 0; at < whole->content(path).size(); at += 3) {
      CAPTURE(path);
      CAPTURE(at);
      whole->flip(path, at, 0x40);
      const std::string found = verified(*whole, 1);
      REQUIRE(found != sound);
      REQUIRE(verified(*whole, 3) == found);
      whole->flip(path, at, 0x40);
    }
  }
}

TEST_CASE("log: a missing segment is found though those behind it were read ahead") {
  for (const Seq first : {Seq{0}, Seq{8}, Seq{20}}) {
    CAPTURE(first);
    const auto disk = log_of_segments();
    require_ok(disk->remove(segment_path(k_folder, first)));
    const std::string found = verified(*disk, 1);
    CHECK(found.find("bad " + std::to_string(first)) != std::string::npos);
    CHECK(verified(*disk, 4) == found);
  }
}

TEST_CASE("log: every intact body is judged once, and the first bad one is named") {
  const auto disk = log_of_segments();
  for (const unsigned threads : {1U, 3U}) {
    CAPTURE(threads);
    std::atomic<std::uint64_t> asked = 0;
    const auto count = [&asked](const StoredRecord& record) {
      ++asked;
      return BodyVerdict{.readable = record.seq() % 5 != 2, .damage = {}};
    };
    CHECK(verified(*disk, threads, count) == "22 records, 6 segments, last 21, torn 0, unreadable 4");
    CHECK(asked == 22);
    const auto two_bad = [](const StoredRecord& record) {
      const bool bad = record.seq() == 9 || record.seq() == 17;
      return BodyVerdict{.readable = record.seq() != 3 && record.seq() != 10,
                         .damage = bad ? "no body at " + std::to_string(record.seq()) : std::string()};
    };
    CHECK(verified(*disk, threads, two_bad) ==
          "22 records, 6 segments, last 21, torn 0, unreadable 1, bad 9  0 no body at 9");
  }
}

TEST_CASE("log: damage of the log itself speaks before a bad body") {
  const auto disk = log_of_segments();
  const std::string last = segment_path(k_folder, 12);
  disk->flip(last, k_segment_header_bytes + k_frame_header_bytes + k_header_bytes, 1);
  const auto all_bad = [](const StoredRecord&) { return BodyVerdict{.readable = false, .damage = "bad"}; };
  const std::string found = verified(*disk, 2, all_bad);
  CHECK(found.find("bad 12 " + last) != std::string::npos);
  CHECK(found.find("unreadable 0") != std::string::npos);
}

}  // namespace lotledger::tests
