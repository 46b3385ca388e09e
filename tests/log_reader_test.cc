// tests/log_reader_test.cc - readers beside a writer and without one: never ahead of what is durable, never in the way.
#include "engine/log/local_log.h"
#include "engine/log/segment.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
const std::string k_folder = "/log";

struct Fixture {
  SimDisk disk;
  std::vector<StoredRecord> chain = make_chain({}, 60);
  std::unique_ptr<LocalLog> log;
  std::size_t written = 0;

  explicit Fixture(std::uint64_t records_per_segment = 10) {
    require_ok(LocalLog::create(disk, k_folder, test_ledger(), {records_per_segment}));
    log = value_of(LocalLog::open(disk, k_folder));
  }
  void append(std::size_t count) {
    require_ok(log->append(std::span(chain).subspan(written, count)));
    written += count;
  }
  void write(std::size_t count) {
    append(count);
    require_ok(log->sync());
  }
};
}  // namespace

TEST_CASE("reader: it follows the watermark of a living writer, not the file") {
  Fixture fixture;
  fixture.write(4);
  CHECK(value_of(open_local_reader(fixture.disk, k_folder))->durable() == fixture.log->durable());
  fixture.append(3);
  fixture.disk.fail_call(2);  // The group is in the file, but its fdatasync fails.
  CHECK(!fixture.log->sync());
  const auto reader = value_of(open_local_reader(fixture.disk, k_folder));
  CHECK(reader->durable().seq == 3);
  CHECK(all_records(*reader).size() == 4);
  CHECK(value_of(verify_local_log(fixture.disk, k_folder)).records == 4);
}

TEST_CASE("reader: it takes no lock and refuses none") {
  Fixture fixture;
  fixture.write(4);
  const auto reader = value_of(open_local_reader(fixture.disk, k_folder));
  fixture.write(1);
  fixture.log.reset();
  CHECK(!value_of(fixture.disk.locked(k_folder + "/lock")));
  const auto alone = value_of(open_local_reader(fixture.disk, k_folder));
  fixture.log = value_of(LocalLog::open(fixture.disk, k_folder));
  CHECK(alone->durable().seq == 4);
}

TEST_CASE("reader: it stands still while the writer appends and seals") {
  for (const std::size_t at_opening : {1U, 9U, 10U, 11U, 25U}) {
    CAPTURE(at_opening);
    Fixture fixture;
    fixture.write(at_opening);
    const auto early = value_of(open_local_reader(fixture.disk, k_folder));
    const auto indexed = value_of(open_local_reader(fixture.disk, k_folder));
    CHECK(all_records(*indexed).size() == at_opening);  // Has indexed the growing segment; `early` not yet.
    for (std::size_t i = 0; i < 5; ++i) fixture.write(7);
    for (const auto& reader : {early.get(), indexed.get()}) {
      const auto found = all_records(*reader);
      CHECK(found.size() == at_opening);
      CHECK(is_prefix(found, fixture.chain));
      for (std::size_t i = 0; i < at_opening; ++i) CHECK(same(value_of(reader->at(i)), fixture.chain[i]));
      CHECK(reader->at(at_opening).error().code == ErrorCode::not_found);
    }
  }
}

TEST_CASE("reader: without a writer it makes the tail durable before it answers from it") {
  Fixture fixture;
  fixture.write(3);
  // A killed writer: the group is in the page cache only.
  fixture.append(2);
  fixture.disk.fail_all_after(true);
  fixture.disk.fail_call(3);  // Write and sync pass; the watermark does not.
  CHECK(!fixture.log->sync());
  fixture.disk.fail_all_after(false);
  fixture.log.reset();
  const std::uint64_t calls = fixture.disk.calls();
  const auto reader = value_of(open_local_reader(fixture.disk, k_folder));
  CHECK(fixture.disk.calls() == calls + 2);  // fdatasync of the tail, fsync of the folder; nothing is written.
  CHECK(reader->durable().seq == 4);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto after = fixture.disk.crash(seed);
    CHECK(all_records(*value_of(LocalLog::open(*after, k_folder))).size() == 5);
  }
}

TEST_CASE("reader: a failed sync of the tail is an error, not an answer") {
  Fixture fixture;
  fixture.write(3);
  fixture.log.reset();
  fixture.disk.fail_call(1);
  CHECK(open_local_reader(fixture.disk, k_folder).error().code == ErrorCode::io);
}

TEST_CASE("reader: while a writer recovers, `head` is the watermark") {
  Fixture fixture;
  fixture.write(5);
  require_ok(fixture.log->publish_head());
  fixture.write(2);
  const auto killed = fixture.disk.copy();
  const auto held = value_of(killed->lock(k_folder + "/lock"));
  require_ok(killed->remove(k_folder + "/durable"));
  CHECK(value_of(open_local_reader(*killed, k_folder))->durable().seq == 4);
}

TEST_CASE("reader: opening takes an earlier writer's watermark away before anything else") {
  Fixture fixture;
  fixture.write(5);
  const auto killed = fixture.disk.copy();
  REQUIRE(value_of(killed->exists(k_folder + "/durable")));
  killed->fail_call(2);
  CHECK(!LocalLog::open(*killed, k_folder));
  CHECK(!value_of(killed->exists(k_folder + "/durable")));
}

TEST_CASE("reader: a damaged watermark only makes it see less") {
  Fixture fixture;
  fixture.write(5);
  require_ok(fixture.log->publish_head());
  fixture.write(2);
  const std::string path = k_folder + "/durable";
  fixture.disk.flip(path, 60, 1);
  const Seq one_slot = value_of(open_local_reader(fixture.disk, k_folder))->durable().seq;
  CHECK((one_slot == 4 || one_slot == 6));
  fixture.disk.flip(path, 4096 + 60, 1);
  CHECK(value_of(open_local_reader(fixture.disk, k_folder))->durable().seq == 4);
}

TEST_CASE("reader: damage is reported where it is met, and what stands before it is shown") {
  Fixture fixture;
  fixture.write(35);
  fixture.log.reset();
  const std::string path = k_folder + "/" + segment_name(10);
  ByteVector bytes = fixture.disk.content(path);
  const std::string body(reinterpret_cast<const char*>(fixture.chain[14].body().data()),
                         fixture.chain[14].body().size());
  const auto place = text_of(bytes).find(body);
  REQUIRE(place != std::string_view::npos);
  fixture.disk.flip(path, place + 3, 1);
  const auto reader = value_of(open_local_reader(fixture.disk, k_folder));
  std::size_t visited = 0;
  const auto read = reader->read(0, k_no_seq, [&](const StoredRecord&) { return ++visited > 0; });
  CHECK(visited == 14);
  REQUIRE(!read);
  CHECK(read.error().code == ErrorCode::corrupt);
  CHECK(read.error().message == path + ", offset " + std::to_string(place - k_header_bytes) + ", ledger " +
                                    test_ledger().text() + ", record 14: record: checksum differs");
  CHECK(reader->at(14).error().code == ErrorCode::corrupt);
  CHECK(same(value_of(reader->at(15)), fixture.chain[15]));
}

TEST_CASE("reader: two processes' handles on real files") {
  const TemporaryFolder files;
  const std::string folder = files.path("log");
  const auto writer_disk = posix_disk();
  const auto reader_disk = posix_disk();
  const auto chain = make_chain({}, 50);
  require_ok(LocalLog::create(*writer_disk, folder, test_ledger(), {16}));
  auto log = value_of(LocalLog::open(*writer_disk, folder));
  CHECK(LocalLog::open(*reader_disk, folder).error().code == ErrorCode::unavailable);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    require_ok(log->append(std::span(chain).subspan(i, 1)));
    if (i % 3 == 0) {
      CHECK(value_of(open_local_reader(*reader_disk, folder))->durable() == log->durable());
      require_ok(log->sync());
      const auto reader = value_of(open_local_reader(*reader_disk, folder));
      CHECK(reader->durable().seq == i);
      CHECK(is_prefix(all_records(*reader), chain));
    }
  }
  require_ok(log->sync());
  log.reset();
  CHECK(all_records(*value_of(open_local_reader(*reader_disk, folder))).size() == chain.size());
  CHECK(value_of(verify_local_log(*reader_disk, folder)).records == chain.size());
}

TEST_CASE("reader: a folder without a log is not found") {
  SimDisk disk;
  CHECK(open_local_reader(disk, k_folder).error().code == ErrorCode::not_found);
  CHECK(verify_local_log(disk, k_folder).error().code == ErrorCode::not_found);
}

}  // namespace lotledger::tests
