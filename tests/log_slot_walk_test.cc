// tests/log_slot_walk_test.cc - a walk from record to record finds what a scan of every byte finds, or says that it
// does not get there.
#include "engine/log/slot_walk.h"

#include "engine/log/log_files.h"
#include "engine/log/segment_scan.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
const std::string k_folder = "/log";

/// One segment that is not full: groups of one, three and more records.
std::vector<StoredRecord> grow(SimDisk& disk) {
  require_ok(LocalLog::create(disk, k_folder, test_ledger(), {64}));
  const auto chain = make_chain({}, 14);
  const auto log = value_of(LocalLog::open(disk, k_folder));
  std::size_t at = 0;
  for (const std::size_t count : {1U, 3U, 10U}) {
    require_ok(log->append(std::span(chain).subspan(at, count)));
    require_ok(sync_all(*log));
    at += count;
  }
  return chain;
}

}  // namespace

TEST_CASE("slot walk: up to any record it stands where a scan stands") {
  SimDisk disk;
  const auto chain = grow(disk);
  const auto opened = value_of(open_segment(disk, k_folder, 0, OpenMode::read));
  const auto& bytes = disk.content(segment_path(k_folder, 0));
  const auto scanned = value_of(scan_segment(*opened.file, {.segment = opened.header, .before = {}}));
  REQUIRE(scanned.offsets.size() == chain.size());
  for (Seq last = 0; last < chain.size(); ++last) {
    CAPTURE(last);
    const auto walked = walk_slots(bytes, opened.header, last);
    REQUIRE(walked.has_value());
    const std::size_t count = last + 1;
    REQUIRE(walked->offsets ==
            std::vector(scanned.offsets.begin(), scanned.offsets.begin() + static_cast<std::ptrdiff_t>(count)));
    CHECK(walked->end == walked->offsets.back() + slot_bytes(chain[last].body().size()));
  }
  CHECK_FALSE(walk_slots(bytes, opened.header, chain.size()).has_value());
}

TEST_CASE("slot walk: cut anywhere, or with any byte flipped, it gets there or says so, and never beyond the file") {
  SimDisk disk;
  const auto chain = grow(disk);
  const auto opened = value_of(open_segment(disk, k_folder, 0, OpenMode::read));
  const Seq last = chain.size() - 1;
  ByteVector bytes = disk.content(segment_path(k_folder, 0));
  const auto whole = walk_slots(bytes, opened.header, last);
  REQUIRE(whole.has_value());
  for (std::size_t size = 0; size < whole->end; ++size)
    REQUIRE_FALSE(walk_slots(Bytes(bytes).first(size), opened.header, last).has_value());
  std::size_t stopped = 0;
  for (std::uint8_t& byte : bytes) {
    byte ^= 0x40;
    const auto walked = walk_slots(bytes, opened.header, last);
    if (walked) {
      REQUIRE(walked->offsets.size() == chain.size());
      REQUIRE(walked->end <= bytes.size());
    } else {
      ++stopped;
    }
    byte ^= 0x40;
  }
  CHECK(stopped >= 3 * k_frame_header_bytes / 2);
}

}  // namespace lotledger::tests
