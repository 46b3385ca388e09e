// tests/log_damage_test.cc - every single byte of a small log is damaged, and every file cut at every length: it is
// reported with its place, or provably nothing was lost; never a crash, never a wrong record.
#include "engine/log/local_log.h"
#include "engine/log/position_file.h"
#include "engine/log/segment.h"
#include "engine/log/segment_check.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
const std::string k_folder = "/log";

/// Three segments, the last one half full; closed cleanly, so that `head` knows all of it.
std::unique_ptr<SimDisk> small_log(const std::vector<StoredRecord>& chain) {
  SimDisk disk;
  require_ok(LocalLog::create(disk, k_folder, test_ledger(), {4}));
  {
    const auto log = value_of(LocalLog::open(disk, k_folder));
    for (std::size_t i = 0; i < chain.size(); i += 2) {
      require_ok(log->append(std::span(chain).subspan(i, std::min<std::size_t>(2, chain.size() - i))));
      require_ok(log->sync());
    }
  }
  return disk.copy();
}

std::vector<StoredRecord> short_chain(std::size_t count) {
  std::vector<StoredRecord> chain;
  Head last;
  for (std::size_t i = 0; i < count; ++i) {
    chain.push_back(make_next(last, i * 5));
    last = {chain.back().seq(), chain.back().leaf()};
  }
  return chain;
}

/// Reads all that can be read in every way; whatever is shown must be the record that was written.
void check_never_wrong(LogReader& log, const std::vector<StoredRecord>& chain) {
  ignore(log.read(0, k_no_seq,
                  [&](const StoredRecord& record) {
                    REQUIRE(record.seq() < chain.size());
                    REQUIRE(same(record, chain[record.seq()]));
                    return true;
                  }),
         "damage may end the reading");
  for (const StoredRecord& record : chain) {
    const auto found = log.at(record.seq());
    if (found) REQUIRE(same(*found, record));
    if (!found) REQUIRE((found.error().code == ErrorCode::corrupt || found.error().code == ErrorCode::not_found));
  }
}

struct Verdict {
  bool open_refused = false;
  bool verify_found = false;
  std::string file;
};

Verdict judge(const SimDisk& damaged, const std::vector<StoredRecord>& chain) {
  Verdict verdict;
  const auto for_verify = damaged.copy();
  const auto verified = verify_local_log(*for_verify, k_folder);
  verdict.verify_found = !verified || verified->first_bad.has_value();
  if (verified && verified->first_bad) verdict.file = verified->first_bad->file;
  if (!verified) verdict.file = verified.error().message;
  const auto for_reader = damaged.copy();
  const auto reader = open_local_reader(*for_reader, k_folder);
  if (reader) check_never_wrong(**reader, chain);
  const auto for_writer = damaged.copy();
  const auto writer = LocalLog::open(*for_writer, k_folder);
  verdict.open_refused = !writer;
  if (writer) {
    // `head` knows every record, so none may be given up silently, whatever was damaged.
    REQUIRE((*writer)->tail().seq + 1 == chain.size());
    check_never_wrong(**writer, chain);
  } else {
    REQUIRE(writer.error().code == ErrorCode::corrupt);
    REQUIRE(writer.error().message.find(k_folder + "/") != std::string::npos);
  }
  return verdict;
}

/// Each sealed segment is judged by itself: only the damaged one is damaged. The last one may look torn, because only
/// `head` knows how far it went.
void check_alone(const SimDisk& damaged, const std::string& path) {
  const auto disk = damaged.copy();
  for (const Seq first : {Seq{0}, Seq{4}}) {
    const std::string segment = k_folder + "/" + segment_name(first);
    const auto check = value_of(check_segment(*disk, k_folder, first));
    REQUIRE(check.damage.has_value() == (segment == path));
    REQUIRE(check.sealed == (segment != path));
    if (check.damage) REQUIRE(check.damage->file == path);
  }
}

std::vector<std::string> damageable_files(const SimDisk& disk) {
  std::vector<std::string> paths = disk.paths();
  // `durable` is no part of the ledger: readers use it only while a writer lives, and then as a lower bound.
  std::erase(paths, k_folder + "/durable");
  return paths;
}
}  // namespace

TEST_CASE("log: every flipped byte is found and named") {
  const auto chain = short_chain(10);
  const auto whole = small_log(chain);
  REQUIRE(!judge(*whole, chain).verify_found);
  std::size_t flips = 0;
  for (const std::string& path : damageable_files(*whole)) {
    // A slot's unused bytes stand under its checksum like all others; every 16th of them is tried.
    const std::size_t step = path.ends_with("/head") ? 16 : 1;
    for (std::size_t at = 0; at < whole->content(path).size(); at += at % k_position_slot_bytes < 96 ? 1 : step) {
      for (const std::uint8_t mask : {std::uint8_t{0x01}, std::uint8_t{0x80}, std::uint8_t{0xFF}}) {
        CAPTURE(path);
        CAPTURE(at);
        whole->flip(path, at, mask);
        const Verdict verdict = judge(*whole, chain);
        REQUIRE(verdict.verify_found);
        REQUIRE(verdict.file == path);
        check_alone(*whole, path);
        whole->flip(path, at, mask);
        ++flips;
      }
    }
  }
  CHECK(flips > 9'000);
}

TEST_CASE("log: every file cut at every length is found and named") {
  const auto chain = short_chain(10);
  const auto whole = small_log(chain);
  for (const std::string& path : damageable_files(*whole)) {
    const std::size_t step = path.ends_with("/head") ? 7 : 1;
    for (std::size_t size = 0; size < whole->content(path).size(); size += step) {
      CAPTURE(path);
      CAPTURE(size);
      const auto damaged = whole->copy();
      damaged->cut(path, size);
      const Verdict verdict = judge(*damaged, chain);
      REQUIRE(verdict.verify_found);
      REQUIRE(verdict.file == path);
      check_alone(*damaged, path);
    }
  }
}

TEST_CASE("log: a missing, swapped or foreign segment is found") {
  const auto chain = short_chain(10);
  const std::string first = k_folder + "/" + segment_name(0);
  const std::string second = k_folder + "/" + segment_name(4);
  const std::string third = k_folder + "/" + segment_name(8);
  for (const std::string& path : {first, second, third}) {
    CAPTURE(path);
    const auto disk = small_log(chain);
    require_ok(disk->remove(path));
    const Verdict verdict = judge(*disk, chain);
    CHECK(verdict.verify_found);
    CHECK(verdict.open_refused);
  }
  const auto swapped = small_log(chain);
  const ByteVector bytes = swapped->content(first);
  swapped->put(first, swapped->content(second));
  swapped->put(second, bytes);
  CHECK(judge(*swapped, chain).verify_found);
}

TEST_CASE("log: one damaged slot of `head` is repaired at opening, two refuse it") {
  const auto chain = short_chain(10);
  const std::string head = k_folder + "/head";
  for (const std::size_t slot : {std::size_t{0}, k_position_slot_bytes}) {
    const auto disk = small_log(chain);
    disk->flip(head, slot + 40, 1);
    CHECK(value_of(LocalLog::open(*disk, k_folder))->recovery().head_slots_repaired == 1);
    CHECK(!value_of(verify_local_log(*disk, k_folder)).first_bad);
    disk->flip(head, slot + 40, 1);
    disk->flip(head, (slot + 40 + k_position_slot_bytes) % k_position_file_bytes, 1);
    const auto refused = LocalLog::open(*disk, k_folder);
    REQUIRE(!refused);
    CHECK(refused.error().message == head + ", offset 0: slot 0: checksum differs; slot 1: checksum differs");
  }
}

TEST_CASE("log: bytes added behind the last group or to `head` are found") {
  const auto chain = short_chain(10);
  const auto disk = small_log(chain);
  const std::string last = k_folder + "/" + segment_name(8);
  ByteVector bytes = disk->content(last);
  bytes.resize(bytes.size() + 100, 0x55);
  disk->put(last, bytes);
  CHECK(value_of(verify_local_log(*disk, k_folder)).torn_bytes == 100);
  CHECK(value_of(LocalLog::open(*disk, k_folder))->recovery().torn_bytes_cut == 100);
  ByteVector head = disk->content(k_folder + "/head");
  head.push_back(0);
  disk->put(k_folder + "/head", head);
  CHECK(value_of(verify_local_log(*disk, k_folder)).first_bad->why == "1 bytes too many");
}

}  // namespace lotledger::tests
