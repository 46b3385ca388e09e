// tests/log_recovery_test.cc - crashes, failing calls and the torn tail rule: what was acknowledged is there for ever.
#include "engine/log/local_log.h"
#include "engine/log/segment.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <optional>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
const std::string k_folder = "/log";
constexpr std::uint64_t k_small_segment = 7;

std::string segment(Seq first) {
  return k_folder + "/" + segment_name(first);
}

/// What a writer was told before its disk failed.
struct Told {
  bool created = false;
  std::size_t acknowledged = 0;  ///< Records whose sync() succeeded.
  std::size_t appended = 0;
};

/// Creates a log and writes `chain` in groups of these sizes; publishes `head` after every third group. Stops at an
/// error.
Told write_log(SimDisk& disk, const std::vector<StoredRecord>& chain, const std::vector<std::size_t>& groups) {
  Told told;
  if (!LocalLog::create(disk, k_folder, test_ledger(), {k_small_segment})) return told;
  told.created = true;
  const auto log = LocalLog::open(disk, k_folder);
  if (!log) return told;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto group = std::span(chain).subspan(told.appended, groups[i]);
    if (!(*log)->append(group)) return told;
    told.appended += group.size();
    if (!(*log)->sync()) {
      told.acknowledged = (*log)->durable().seq + 1;
      return told;
    }
    told.acknowledged = told.appended;
    if (i % 3 == 2 && !(*log)->publish_head()) return told;
  }
  return told;
}

std::size_t sum(const std::vector<std::size_t>& sizes) {
  std::size_t total = 0;
  for (const std::size_t size : sizes) total += size;
  return total;
}

/// Opens what a crash or failure left, and checks everything that must hold. Returns how many records there are.
std::size_t check_recovers(SimDisk& disk, const std::vector<StoredRecord>& chain, const Told& told) {
  auto opened = LocalLog::open(disk, k_folder);
  if (!opened && opened.error().code == ErrorCode::not_found) {
    CHECK(!told.created);
    require_ok(LocalLog::create(disk, k_folder, test_ledger(), {k_small_segment}));
    opened = LocalLog::open(disk, k_folder);
  }
  REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
  LocalLog& log = **opened;
  const auto found = all_records(log);
  CHECK(found.size() >= told.acknowledged);
  CHECK(found.size() <= told.appended);
  CHECK(is_prefix(found, chain));
  CHECK(log.durable() == log.tail());
  CHECK(log.tail().seq + 1 == found.size());
  CHECK(log.recovery().records_scanned <= k_small_segment);
  return found.size();
}

void check_intact(SimDisk& disk, std::size_t records) {
  const auto verified = value_of(verify_local_log(disk, k_folder));
  if (verified.first_bad)
    FAIL_CHECK(verified.first_bad->file << " " << verified.first_bad->offset << " " << verified.first_bad->why);
  CHECK(verified.records == records);
  CHECK(verified.torn_bytes == 0);
}

/// Recovered logs go on: the rest of the chain is written, closed, opened and verified.
void check_continues(SimDisk& disk, const std::vector<StoredRecord>& chain) {
  {
    const auto log = value_of(LocalLog::open(disk, k_folder));
    const std::size_t there = log->tail().seq + 1;
    require_ok(log->append(std::span(chain).subspan(there)));
    require_ok(log->sync());
    CHECK(all_records(*log).size() == chain.size());
  }
  check_intact(disk, chain.size());
}

const std::vector<std::size_t> k_groups{1, 3, 2, 8, 1, 15, 4};
}  // namespace

TEST_CASE("log: whichever call fails, what was acknowledged is there when the log is opened again") {
  const auto chain = make_chain({}, sum(k_groups) + 5);
  SimDisk unharmed;
  REQUIRE(write_log(unharmed, chain, k_groups).acknowledged == sum(k_groups));
  const std::uint64_t calls = unharmed.calls();
  REQUIRE(calls > 50);
  std::size_t failures = 0;
  for (std::uint64_t n = 1; n <= calls; ++n) {
    for (const bool rest_fails : {false, true}) {
      CAPTURE(n);
      CAPTURE(rest_fails);
      SimDisk disk;
      disk.fail_all_after(rest_fails);
      disk.fail_call(n);
      const Told told = write_log(disk, chain, k_groups);
      if (disk.failed()) ++failures;
      disk.fail_all_after(false);
      const std::size_t recovered = check_recovers(disk, chain, told);
      // What the recovered log answered from must outlive a power loss right after, even if the failed call was a sync
      // whose pages the system now shows as clean.
      for (std::uint64_t seed = 0; seed < 4; ++seed) {
        const auto after = disk.crash(seed);
        CHECK(check_recovers(*after, chain, {true, recovered, recovered}) == recovered);
      }
      check_continues(disk, chain);
    }
  }
  CHECK(failures == 2 * calls);
}

TEST_CASE("log: at whichever call the power fails, every synced record survives") {
  const auto chain = make_chain({}, sum(k_groups) + 5);
  SimDisk unharmed;
  write_log(unharmed, chain, k_groups);
  for (std::uint64_t n = 1; n <= unharmed.calls() + 1; ++n) {
    SimDisk disk;
    disk.fail_all_after(true);
    disk.fail_call(n);
    const Told told = write_log(disk, chain, k_groups);
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      CAPTURE(n);
      CAPTURE(seed);
      const auto after = disk.crash(n * 1'000 + seed);
      const std::size_t recovered = check_recovers(*after, chain, told);
      check_intact(*after, recovered);
      check_continues(*after, chain);
    }
  }
}

TEST_CASE("log: power that fails again during recovery loses nothing more") {
  const auto chain = make_chain({}, sum(k_groups) + 5);
  SimDisk unharmed;
  write_log(unharmed, chain, k_groups);
  for (std::uint64_t n = 3; n <= unharmed.calls(); n += 2) {
    SimDisk disk;
    disk.fail_all_after(true);
    disk.fail_call(n);
    const Told told = write_log(disk, chain, k_groups);
    for (std::uint64_t m = 1; m <= 22; ++m) {
      CAPTURE(n);
      CAPTURE(m);
      const auto first = disk.crash(n * 100 + m);
      first->fail_all_after(true);
      first->fail_call(m);
      ignore(LocalLog::open(*first, k_folder), "it fails at call m, or is done before");
      const auto second = first->crash(m);
      check_recovers(*second, chain, told);
      check_continues(*second, chain);
    }
  }
}

TEST_CASE("log: power that fails while the log is opened after a failed call loses nothing") {
  const auto chain = make_chain({}, sum(k_groups) + 5);
  SimDisk unharmed;
  write_log(unharmed, chain, k_groups);
  for (std::uint64_t n = 3; n <= unharmed.calls(); ++n) {
    for (std::uint64_t m = 1; m <= 22; ++m) {
      CAPTURE(n);
      CAPTURE(m);
      SimDisk disk;
      disk.fail_call(n);
      const Told told = write_log(disk, chain, k_groups);
      disk.fail_all_after(true);
      disk.fail_call(m);
      ignore(LocalLog::open(disk, k_folder), "it fails at call m, or is done before");
      for (std::uint64_t seed = 0; seed < 4; ++seed) {
        const auto after = disk.crash(m * 10 + seed);
        check_recovers(*after, chain, told);
      }
    }
  }
}

TEST_CASE("log: any history of groups survives any crash") {
  CHECK(rc::check("crash", [] {
    const auto groups = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 20));
    const auto chain = make_chain({}, sum(groups));
    SimDisk unharmed;
    write_log(unharmed, chain, groups);
    SimDisk disk;
    disk.fail_all_after(true);
    disk.fail_call(*rc::gen::inRange<std::uint64_t>(1, unharmed.calls() + 2));
    const Told told = write_log(disk, chain, groups);
    const auto after = disk.crash(*rc::gen::arbitrary<std::uint64_t>());
    auto opened = LocalLog::open(*after, k_folder);
    if (!opened) {
      RC_ASSERT(opened.error().code == ErrorCode::not_found);
      RC_ASSERT(!told.created);
      return;
    }
    const auto found = all_records(**opened);
    RC_ASSERT(found.size() >= told.acknowledged);
    RC_ASSERT(found.size() <= told.appended);
    RC_ASSERT(is_prefix(found, chain));
    opened->reset();
    RC_ASSERT(!value_of(verify_local_log(*after, k_folder)).first_bad.has_value());
  }));
}

namespace {
/// A log of groups 0..3 and 4..7 in one segment as a killed writer leaves it: all written, `head` still at the
/// beginning.
struct Killed {
  std::vector<StoredRecord> chain;
  std::vector<std::uint64_t> slots;  ///< Offset of each record.
  std::uint64_t frames[2];
  std::uint64_t size = 0;
  std::unique_ptr<SimDisk> disk;
};

Killed killed_writer(bool head_published) {
  Killed killed;
  killed.chain = make_chain({}, 8);
  SimDisk disk;
  require_ok(LocalLog::create(disk, k_folder, test_ledger()));
  const auto log = value_of(LocalLog::open(disk, k_folder));
  std::uint64_t at = k_segment_header_bytes;
  for (std::size_t group = 0; group < 2; ++group) {
    require_ok(log->append(std::span(killed.chain).subspan(group * 4, 4)));
    require_ok(log->sync());
    killed.frames[group] = at;
    at += k_frame_header_bytes;
    for (std::size_t i = group * 4; i < group * 4 + 4; ++i) {
      killed.slots.push_back(at);
      at += slot_bytes(killed.chain[i].body().size());
    }
  }
  if (head_published) require_ok(log->publish_head());
  killed.size = at;
  killed.disk = disk.copy();
  REQUIRE(killed.disk->content(segment(0)).size() == killed.size);
  return killed;
}

enum class Where : std::uint8_t { frame, record, file_end };
struct TornRow {
  std::string_view name;
  bool head_published;
  Where where;
  std::size_t number;               ///< Of the frame or record.
  std::size_t into;                 ///< Bytes into it; for file_end bytes cut off or (see zeros) added.
  std::optional<std::size_t> kept;  ///< Records left, or nullopt: refused.
  Seq named;                        ///< The seq that the refusal names.
};

void damage(Killed& killed, const TornRow& row) {
  const std::string path = segment(0);
  switch (row.where) {
    case Where::frame: return killed.disk->flip(path, killed.frames[row.number] + row.into, 1);
    case Where::record: return killed.disk->flip(path, killed.slots[row.number] + row.into, 1);
    case Where::file_end: return killed.disk->cut(path, killed.size - row.into);
  }
}

std::string refusal_text(const Killed& killed, const TornRow& row) {
  std::uint64_t offset = row.where == Where::record ? killed.slots[row.number] : killed.frames[row.number];
  return segment(0) + ", offset " + std::to_string(offset) + ", ledger " + test_ledger().text() + ", record " +
         std::to_string(row.named) + ": ";
}
}  // namespace

TEST_CASE("log: damage is a torn tail only in the last group and beyond what is known to be durable") {
  const TornRow rows[] = {
      {"first record of the last group", false, Where::record, 4, 130, 4, 0},
      {"its second record: the one before is kept", false, Where::record, 5, 0, 5, 0},
      {"its last record", false, Where::record, 7, 90, 7, 0},
      {"its frame: every record has its own checksum", false, Where::frame, 1, 0, 8, 0},
      {"count in its frame", false, Where::frame, 1, 32, 8, 0},
      {"last record of the group before", false, Where::record, 3, 127, std::nullopt, 3},
      {"frame of the group before", false, Where::frame, 0, 9, std::nullopt, 0},
      {"last group, but known to `head`", true, Where::record, 5, 0, std::nullopt, 5},
      {"its frame, but known to `head`", true, Where::frame, 1, 40, std::nullopt, 4},
      {"first group, known to `head`", true, Where::record, 0, 77, std::nullopt, 0},
      {"one byte short", false, Where::file_end, 0, 1, 7, 0},
      {"its third record, but known to `head`", true, Where::record, 6, 127, std::nullopt, 6},
  };
  for (const TornRow& row : rows) {
    CAPTURE(row.name);
    Killed killed = killed_writer(row.head_published);
    damage(killed, row);
    const ByteVector before = killed.disk->content(segment(0));
    const auto reader = open_local_reader(*killed.disk, k_folder);
    const auto verified = value_of(verify_local_log(*killed.disk, k_folder));
    CHECK(killed.disk->content(segment(0)) == before);  // Neither touches the file.
    const auto opened = LocalLog::open(*killed.disk, k_folder);
    CHECK(opened.has_value() == row.kept.has_value());
    CHECK(verified.first_bad.has_value() != row.kept.has_value());
    if (row.kept && opened) {
      REQUIRE(reader.has_value());
      CHECK(all_records(**reader).size() == *row.kept);
      CHECK(all_records(**opened).size() == *row.kept);
      CHECK(is_prefix(all_records(**opened), killed.chain));
      CHECK((*opened)->recovery().torn_bytes_cut == before.size() - killed.disk->content(segment(0)).size());
      CHECK(verified.torn_bytes == (*opened)->recovery().torn_bytes_cut);
    } else if (!opened) {
      CHECK(opened.error().code == ErrorCode::corrupt);
      CHECK_MESSAGE(opened.error().message.starts_with(refusal_text(killed, row)), opened.error().message);
      CHECK(verified.first_bad->seq == row.named);
      CHECK(verified.first_bad->file == segment(0));
      CHECK(killed.disk->content(segment(0)) == before);  // A refusal leaves the evidence alone.
    }
  }
}

TEST_CASE("log: the file may end anywhere in the last group, but not before") {
  for (const bool head_published : {false, true}) {
    const Killed whole = killed_writer(head_published);
    for (std::uint64_t size = 0; size <= whole.size; ++size) {
      CAPTURE(size);
      const auto disk = whole.disk->copy();
      disk->cut(segment(0), size);
      const auto opened = LocalLog::open(*disk, k_folder);
      const bool torn = !head_published && size >= k_segment_header_bytes;
      REQUIRE(opened.has_value() == (torn || size == whole.size));
      if (!opened) {
        CHECK(opened.error().code == ErrorCode::corrupt);
        CHECK(opened.error().message.find(segment(0)) != std::string::npos);
        continue;
      }
      std::size_t intact = 0;
      while (intact < 8 && whole.slots[intact] + slot_bytes(whole.chain[intact].body().size()) <= size) ++intact;
      CHECK(all_records(**opened).size() == intact);
    }
  }
}

TEST_CASE("log: pages of zeros behind the last group are a torn tail, also when the file grew without its data") {
  for (const std::size_t zeros : {1U, 15U, 16U, 48U, 4096U, 100'000U}) {
    CAPTURE(zeros);
    for (const bool head_published : {false, true}) {
      Killed killed = killed_writer(head_published);
      ByteVector bytes = killed.disk->content(segment(0));
      bytes.resize(bytes.size() + zeros);
      killed.disk->put(segment(0), bytes);
      const auto opened = value_of(LocalLog::open(*killed.disk, k_folder));
      CHECK(opened->recovery().torn_bytes_cut == zeros);
      CHECK(all_records(*opened).size() == 8);
    }
  }
}

TEST_CASE("log: a record that is whole but does not continue the chain is no torn tail") {
  Killed killed = killed_writer(false);
  const auto foreign = make_chain(Head{6, sha256("another history")}, 1);
  REQUIRE(foreign[0].body().size() == killed.chain[7].body().size());
  ByteVector bytes = killed.disk->content(segment(0));
  encode_slot(foreign[0], MutableBytes(bytes).subspan(killed.slots[7]));
  killed.disk->put(segment(0), bytes);
  const auto opened = LocalLog::open(*killed.disk, k_folder);
  REQUIRE(!opened.has_value());
  CHECK(opened.error().message.find("record 7: record 7: previous leaf hash differs") != std::string::npos);
}

TEST_CASE("log: after a recovery the cut records are gone for good and new ones take their place") {
  Killed killed = killed_writer(false);
  killed.disk->flip(segment(0), killed.slots[6], 1);
  {
    const auto log = value_of(LocalLog::open(*killed.disk, k_folder));
    CHECK(log->tail().seq == 5);
    require_ok(log->append(std::vector{make_next(log->tail(), 777)}));
    require_ok(log->sync());
  }
  const auto log = value_of(LocalLog::open(*killed.disk, k_folder));
  const auto found = all_records(*log);
  REQUIRE(found.size() == 7);
  CHECK(found[6].body().size() == 777);
  CHECK(log->recovery().torn_bytes_cut == 0);
}

TEST_CASE("log: after a failed sync the log refuses all further work") {
  const auto chain = make_chain({}, 6);
  SimDisk disk;
  require_ok(LocalLog::create(disk, k_folder, test_ledger()));
  const auto log = value_of(LocalLog::open(disk, k_folder));
  require_ok(log->append(std::span(chain).first(3)));
  require_ok(log->sync());
  require_ok(log->append(std::span(chain).subspan(3, 1)));
  disk.fail_call(2);  // The write passes, the fdatasync fails.
  const auto failed = log->sync();
  REQUIRE(!failed.has_value());
  CHECK(failed.error().code == ErrorCode::io);
  CHECK(failed.error().message.find(segment(0)) != std::string::npos);
  CHECK(log->sync().error().message == failed.error().message);
  CHECK(log->append(std::span(chain).subspan(4, 1)).error().message == failed.error().message);
  CHECK(log->publish_head().error().message == failed.error().message);
  CHECK(log->durable().seq == 2);
  CHECK(all_records(*log).size() == 3);
}

TEST_CASE("log: creating refuses a folder that holds a log, and finishes a creation that a crash ended") {
  SimDisk disk;
  CHECK(LocalLog::open(disk, k_folder).error().code == ErrorCode::not_found);
  require_ok(LocalLog::create(disk, k_folder, test_ledger()));
  CHECK(LocalLog::create(disk, k_folder, test_ledger()).error().code == ErrorCode::conflict);
  require_ok(disk.remove(k_folder + "/head"));
  CHECK(LocalLog::open(disk, k_folder).error().code == ErrorCode::not_found);
  require_ok(LocalLog::create(disk, k_folder, test_ledger()));
  {
    const auto log = value_of(LocalLog::open(disk, k_folder));
    CHECK(LocalLog::open(disk, k_folder).error().code == ErrorCode::unavailable);
    require_ok(log->append(make_chain({}, 1)));
    require_ok(log->sync());
  }
  require_ok(disk.remove(k_folder + "/head"));
  CHECK(LocalLog::create(disk, k_folder, test_ledger()).error().code == ErrorCode::conflict);
  CHECK(LocalLog::open(disk, k_folder).error().code == ErrorCode::corrupt);
  CHECK(value_of(verify_local_log(disk, k_folder)).first_bad->file == k_folder + "/head");
  CHECK(LocalLog::create(disk, "/other", test_ledger(), {0}).error().code == ErrorCode::invalid_input);
  CHECK(LocalLog::create(disk, "/other", test_ledger(), {k_records_per_segment_max + 1}).error().code ==
        ErrorCode::invalid_input);
}

TEST_CASE("log: opening reads only the last segment") {
  const auto chain = make_chain({}, 75);
  SimDisk disk;
  require_ok(LocalLog::create(disk, k_folder, test_ledger(), {10}));
  {
    const auto log = value_of(LocalLog::open(disk, k_folder));
    require_ok(log->append(chain));
    require_ok(log->sync());
  }
  disk.flip(segment(20), 1'000, 1);  // Not even looked at.
  const auto log = value_of(LocalLog::open(disk, k_folder, {999}));
  CHECK(log->recovery().segments == 8);
  CHECK(log->recovery().records_scanned == 5);
  CHECK(log->recovery().torn_bytes_cut == 0);
  CHECK(log->recovery().head_slots_repaired == 0);
}

}  // namespace lotledger::tests
