// tests/log_group_commit_test.cc - groups form while the disk is busy, in order, and a failure is for ever.
#include "engine/log/group_commit.h"
#include "engine/log/local_log.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
const std::string k_folder = "/log";

struct Ledger {
  SimDisk disk;
  std::unique_ptr<LocalLog> log;

  explicit Ledger(std::uint64_t records_per_segment = 65'536) {
    require_ok(LocalLog::create(disk, k_folder, test_ledger(), {records_per_segment}));
    log = value_of(LocalLog::open(disk, k_folder));
  }
};

std::vector<StoredRecord> part(const std::vector<StoredRecord>& chain, std::size_t from, std::size_t count) {
  const auto begin = chain.begin() + static_cast<std::ptrdiff_t>(from);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}
}  // namespace

TEST_CASE("group commit: everything queued while the disk is busy becomes one group") {
  Ledger ledger;
  const auto chain = make_chain({}, 11);
  std::latch first_group_written(1);
  std::latch all_queued(1);
  std::vector<std::size_t> groups;
  {
    GroupCommit commit(*ledger.log, [&](const std::vector<StoredRecord>& records) {
      groups.push_back(records.size());
      if (groups.size() == 1) {
        first_group_written.count_down();
        all_queued.wait();
      }
    });
    require_ok(commit.enqueue(part(chain, 0, 1)));
    first_group_written.wait();
    for (std::size_t i = 1; i < chain.size(); ++i) require_ok(commit.enqueue(part(chain, i, 1)));
    all_queued.count_down();
    require_ok(commit.wait(10));
    CHECK(commit.durable() == ledger.log->durable());
  }
  CHECK(groups == std::vector<std::size_t>{1, 10});
  CHECK(all_records(*ledger.log).size() == chain.size());
}

TEST_CASE("group commit: a waiter wakes only after on_durable saw its record") {
  Ledger ledger(7);
  const auto chain = make_chain({}, 100);
  std::atomic<Seq> seen = 0;  // Number of records told.
  GroupCommit commit(*ledger.log, [&](const std::vector<StoredRecord>& records) {
    for (const StoredRecord& record : records) {
      CHECK(record.seq() == seen);
      ++seen;
    }
  });
  std::vector<std::jthread> waiters;
  std::atomic<int> early = 0;
  for (Seq seq = 9; seq < 100; seq += 30) {
    waiters.emplace_back([&, seq] {
      const auto done = commit.wait(seq);
      if (!done || seen <= seq) ++early;
    });
  }
  for (std::size_t i = 0; i < chain.size(); i += 5) require_ok(commit.enqueue(part(chain, i, 5)));
  waiters.clear();
  CHECK(early == 0);
  CHECK(seen == 100);
}

TEST_CASE("group commit: its end commits what is queued") {
  Ledger ledger;
  const auto chain = make_chain({}, 30);
  {
    GroupCommit commit(*ledger.log, {});
    for (std::size_t i = 0; i < chain.size(); ++i) require_ok(commit.enqueue(part(chain, i, 1)));
    require_ok(commit.enqueue({}));
  }
  CHECK(ledger.log->durable().seq == 29);
}

TEST_CASE("group commit: after a failure every waiter and every submitter gets that error") {
  Ledger ledger;
  const auto chain = make_chain({}, 30);
  std::size_t told = 0;
  GroupCommit commit(*ledger.log, [&](const std::vector<StoredRecord>& records) { told += records.size(); });
  require_ok(commit.enqueue(part(chain, 0, 10)));
  require_ok(commit.wait(9));
  ledger.disk.fail_call(2);
  require_ok(commit.enqueue(part(chain, 10, 10)));
  const auto failed = commit.wait(19);
  REQUIRE(!failed);
  CHECK(failed.error().code == ErrorCode::io);
  CHECK(commit.enqueue(part(chain, 20, 10)).error().message == failed.error().message);
  CHECK(commit.wait(10).error().message == failed.error().message);
  require_ok(commit.wait(9));
  CHECK(commit.durable().seq == 9);
  CHECK(told == 10);
}

TEST_CASE("group commit: what became durable before a group failed is told") {
  Ledger ledger(4);
  const auto chain = make_chain({}, 6);
  std::vector<Seq> told;
  GroupCommit commit(*ledger.log, [&](const std::vector<StoredRecord>& records) {
    for (const StoredRecord& record : records) told.push_back(record.seq());
  });
  ledger.disk.fail_call(4);  // Group and watermark of the first segment pass; writing its footer fails.
  require_ok(commit.enqueue(chain));
  CHECK(!commit.wait(5));
  require_ok(commit.wait(3));
  CHECK(told == std::vector<Seq>{0, 1, 2, 3});
}

TEST_CASE("group commit: no more than 64 MiB wait for the disk") {
  Ledger ledger;
  std::latch blocked(1);
  std::latch release(1);
  std::atomic<int> queued = 0;
  GroupCommit commit(*ledger.log, [&](const std::vector<StoredRecord>&) {
    blocked.count_down(queued < 100 ? 1 : 0);
    release.wait();
    queued = 100;
  });
  std::jthread producer([&] {
    Head last;
    for (int i = 0; i < 10; ++i) {
      const StoredRecord record = make_next(last, k_body_bytes_max);
      last = {record.seq(), record.leaf()};
      if (!commit.enqueue({record})) return;
      if (queued < 100) ++queued;
      queued.notify_all();
    }
  });
  blocked.wait();
  for (int now = queued; now < 8; now = queued) queued.wait(now);
  CHECK(queued == 8);  // The ninth body would be beyond 64 MiB, and none can leave while on_durable holds.
  release.count_down();
  require_ok(commit.wait(9));
}

TEST_CASE("group commit: a receiver that throws ends the log, not the process") {
  Ledger ledger;
  GroupCommit commit(*ledger.log, [](const std::vector<StoredRecord>&) { throw std::runtime_error("no"); });
  require_ok(commit.enqueue(make_chain({}, 1)));
  const auto later = make_chain({}, 2);
  CHECK(commit.wait(1).error().message == "the receiver of durable records threw an exception; the log cannot go on");
  CHECK(!commit.enqueue(part(later, 1, 1)));
}

}  // namespace lotledger::tests
