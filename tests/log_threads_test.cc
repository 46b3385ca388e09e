// tests/log_threads_test.cc - any number of threads read beside one that appends. Meaningful above all under TSan.
#include "engine/log/local_log.h"
#include "tests/support/log_records.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
/// Reads what is durable, in both ways, until the writer is done; counts what differs from the chain.
void read_until_done(LocalLog& log, const std::vector<StoredRecord>& chain, const std::atomic<bool>& done,
                     std::atomic<int>& wrong) {
  bool last_round = false;
  while (!last_round) {
    last_round = done;
    const Head durable = log.durable();
    if (durable.seq == k_no_seq) continue;
    if (durable.leaf != chain[durable.seq].leaf()) ++wrong;
    Seq next = 0;
    const auto read = log.read(0, k_no_seq, [&](const StoredRecord& record) {
      if (record.seq() != next || record.leaf() != chain[next].leaf()) ++wrong;
      ++next;
      return true;
    });
    if (!read || next <= durable.seq) ++wrong;
    const auto one = log.at(durable.seq / 2);
    if (!one || !same(*one, chain[durable.seq / 2])) ++wrong;
  }
}
}  // namespace

TEST_CASE("log: readers of one process see only whole, durable records while a thread appends and seals") {
  const TemporaryFolder files;
  const auto disk = posix_disk();
  const auto chain = make_chain({}, 400);
  require_ok(LocalLog::create(*disk, files.path("log"), test_ledger(), {16}));
  const auto log = value_of(LocalLog::open(*disk, files.path("log")));
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  {
    std::jthread first([&] { read_until_done(*log, chain, done, wrong); });
    std::jthread second([&] { read_until_done(*log, chain, done, wrong); });
    for (std::size_t i = 0; i < chain.size(); i += 5) {
      require_ok(log->append(std::span(chain).subspan(i, 5)));
      require_ok(log->sync());
      if (i % 50 == 0) require_ok(log->publish_head());
    }
    done = true;
  }
  CHECK(wrong == 0);
  CHECK(all_records(*log).size() == chain.size());
}

TEST_CASE("log: a reader opened once serves several threads") {
  const TemporaryFolder files;
  const auto disk = posix_disk();
  const auto chain = make_chain({}, 100);
  require_ok(LocalLog::create(*disk, files.path("log"), test_ledger(), {32}));
  {
    const auto log = value_of(LocalLog::open(*disk, files.path("log")));
    require_ok(log->append(chain));
    require_ok(log->sync());
  }
  const auto reader = value_of(open_local_reader(*disk, files.path("log")));
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t start = 0; start < 4; ++start) {
      threads.emplace_back([&, start] {
        for (std::size_t i = 0; i < chain.size(); ++i) {
          const std::size_t seq = (i * 37 + start * 25 + 99) % chain.size();
          const auto found = reader->at(seq);
          if (!found || !same(*found, chain[seq])) ++wrong;
        }
      });
    }
  }
  CHECK(wrong == 0);
}

}  // namespace lotledger::tests
