// tests/log_scrub_test.cc - the scrub: which segment is next, what it finds, what it remembers, and that it can be
// ended.
#include "engine/log/log_files.h"
#include "engine/log/paced_disk.h"
#include "engine/log/scrub.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
const std::string k_folder = "/ledger/log";
const std::string k_state = "/ledger/scrubbed";

class HandClock final : public Clock {
 public:
  Instant now() override { return Instant{at_us}; }
  std::int64_t at_us = 1000;
};

/// Four sealed segments of four records each, and one that grows.
void make_log(SimDisk& disk) {
  require_ok(LocalLog::create(disk, k_folder, test_ledger(), {4}));
  const auto log = value_of(LocalLog::open(disk, k_folder));
  Head last;
  for (std::size_t i = 0; i < 18; ++i) {
    const StoredRecord record = make_next(last, i);
    last = {record.seq(), record.leaf()};
    require_ok(log->append(std::span(&record, 1)));
    require_ok(log->sync());
  }
}

/// First seqs of the segments that a scrub reads until nothing is due.
std::vector<Seq> read_until_done(Scrub& scrub, Instant before) {
  std::vector<Seq> read;
  while (const auto check = value_of(scrub.step(before))) {
    read.push_back(check->first);
    REQUIRE(read.size() < 100);
  }
  return read;
}

/// Lets so many reads pass.
class CountingPace final : public Pace {
 public:
  explicit CountingPace(int reads) : left_(reads) {}
  bool go_on(std::uint64_t bytes_read) override {
    bytes += bytes_read;
    return --left_ > 0;
  }
  std::uint64_t bytes = 0;

 private:
  int left_;
};
}  // namespace

TEST_CASE("scrub: every sealed segment is read once, the oldest first, and again when it is due") {
  SimDisk disk;
  make_log(disk);
  HandClock clock;
  Scrub scrub(disk, k_folder, k_state, clock);
  CHECK(read_until_done(scrub, Instant{500}) == std::vector<Seq>{0, 4, 8, 12});
  CHECK(read_until_done(scrub, Instant{1000}).empty());
  clock.at_us = 2000;
  CHECK(value_of(scrub.step(Instant{1001}))->first == 0);
  clock.at_us = 3000;
  // A later process goes on where this one stopped.
  Scrub later(disk, k_folder, k_state, clock);
  CHECK(read_until_done(later, Instant{1001}) == std::vector<Seq>{4, 8, 12});
  const auto segments = value_of(later.segments());
  REQUIRE(segments.size() == 4);
  CHECK(segments[0].at == Instant{2000});
  CHECK(segments[3].at == Instant{3000});
}

TEST_CASE("scrub: damage is found, named and remembered, and does not keep the others from being read") {
  SimDisk disk;
  make_log(disk);
  HandClock clock;
  Scrub scrub(disk, k_folder, k_state, clock);
  const std::string path = segment_path(k_folder, 4);
  disk.flip(path, 300, 0x10);
  std::vector<Seq> damaged;
  for (int i = 0; i < 4; ++i) {
    const auto check = value_of(scrub.step(Instant{1000}));
    REQUIRE(check.has_value());
    if (check->damage) {
      damaged.push_back(check->first);
      CHECK(check->damage->file == path);
    }
  }
  CHECK(damaged == std::vector<Seq>{4});
  const auto segments = value_of(scrub.segments());
  CHECK_FALSE(segments[1].sound);
  CHECK(segments[2].sound);
}

TEST_CASE("scrub: whatever stands in its file, at worst everything is read again") {
  SimDisk disk;
  make_log(disk);
  HandClock clock;
  Scrub scrub(disk, k_folder, k_state, clock);
  read_until_done(scrub, Instant{500});
  const ByteVector whole = disk.content(k_state);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    disk.flip(k_state, at, 0x01);
    for (const ScrubbedSegment& segment : value_of(scrub.segments())) CHECK_FALSE(segment.at.has_value());
    disk.flip(k_state, at, 0x01);
  }
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    disk.put(k_state, ByteVector(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    for (const ScrubbedSegment& segment : value_of(scrub.segments())) CHECK_FALSE(segment.at.has_value());
  }
  disk.put(k_state, whole);
  CHECK(read_until_done(scrub, Instant{500}).empty());
}

TEST_CASE("scrub: it can be ended at every read, and remembers only what was read to its end") {
  SimDisk disk;
  make_log(disk);
  HandClock clock;
  bool finished = false;
  for (int reads = 1; !finished; ++reads) {
    REQUIRE(reads < 100);
    CAPTURE(reads);
    CountingPace pace(reads);
    const auto slow = paced_disk(disk, pace);
    Scrub scrub(*slow, k_folder, k_state, clock);
    const auto check = scrub.step(Instant{500});
    finished = check.has_value();
    if (finished) break;
    CHECK(check.error().code == ErrorCode::unavailable);
    CHECK_FALSE(value_of(Scrub(disk, k_folder, k_state, clock).segments()).front().at.has_value());
  }
  CountingPace pace(1000);
  const auto slow = paced_disk(disk, pace);
  const auto check = value_of(check_segment(*slow, k_folder, 4));
  CHECK(check.sealed);
  CHECK(pace.bytes >= check.bytes);
}

}  // namespace lotledger::tests
