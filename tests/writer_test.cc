// tests/writer_test.cc - the writer at work: threads, durability before receipts, the socket, failures.
#include "engine/writer.h"
#include "engine/writer_socket.h"

#include "engine/log/local_log.h"
#include "tests/store_fixture.h"
#include "tests/support/sim_disk.h"
#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <thread>

using namespace lotledger;
using namespace lotledger::tests;

namespace {

class StillClock final : public Clock {
 public:
  Instant now() override { return minute(0).at; }
};

/// A writer over a log on a simulated disk.
struct Bench {
  SimDisk disk;
  StillClock clock;
  std::unique_ptr<engine::LocalLog> log;
  std::unique_ptr<projections::Store> store = projections::memory_store(1);
  std::unique_ptr<projections::StoreFacts> facts = std::make_unique<projections::StoreFacts>(*store);
  std::vector<Seq> folded;
  std::unique_ptr<engine::Writer> writer;

  Bench() {
    REQUIRE(engine::LocalLog::create(disk, "/l", LedgerId{}).has_value());
    auto opened = engine::LocalLog::open(disk, "/l");
    REQUIRE(opened.has_value());
    log = std::move(*opened);
    writer = std::make_unique<engine::Writer>(engine::WriterIdentity{LedgerId{}, 1, 1, "test"}, *log, *facts, clock,
                                              Instant{}, [this](const std::vector<engine::StoredRecord>& records) {
                                                for (const auto& record : records) folded.push_back(record.seq());
                                              });
  }
};

engine::Submission commissioning(int id) {
  return fact("e" + std::to_string(id), minute(0),
              {engine::LotEvent{engine::UnitsCommissioned{{amount("A/" + std::to_string(id), "1")}, {}}}});
}

std::vector<engine::Submission> one(engine::Submission submission) {
  std::vector<engine::Submission> list;
  list.push_back(std::move(submission));
  return list;
}

}  // namespace

TEST_CASE("writer: receipts of many threads are gapless, durable and folded in order") {
  Bench bench;
  std::vector<std::thread> threads;
  std::mutex lock;
  std::vector<Seq> positions;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const auto receipts = bench.writer->submit(one(commissioning(thread * 1000 + i)));
        const bool durable =
            receipts.front().has_value() && receipts.front()->position.seq <= bench.writer->durable().seq;
        const std::scoped_lock held(lock);
        CHECK(durable);
        if (receipts.front().has_value()) positions.push_back(receipts.front()->position.seq);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::sort(positions.begin(), positions.end());
  REQUIRE(positions.size() == 400);
  for (std::size_t i = 0; i < positions.size(); ++i) CHECK(positions[i] == i);
  bench.writer.reset();
  REQUIRE(bench.folded.size() == 400);
  CHECK(std::is_sorted(bench.folded.begin(), bench.folded.end()));
  const auto verified = engine::verify_local_log(bench.disk, "/l");
  REQUIRE(verified.has_value());
  CHECK(verified->records == 400);
  CHECK_FALSE(verified->first_bad.has_value());
}

TEST_CASE("writer: when the disk fails nobody is told that anything was taken") {
  Bench bench;
  CHECK(bench.writer->submit(one(commissioning(1))).front().has_value());
  bench.disk.fail_all_after(true);
  bench.disk.fail_call(1);
  CHECK_FALSE(bench.writer->submit(one(commissioning(2))).front().has_value());
  CHECK_FALSE(bench.writer->submit(one(commissioning(3))).front().has_value());
  CHECK_FALSE(bench.writer->submit(one(commissioning(1))).front().has_value());
}

TEST_CASE("socket: a writer that keeps silent is not waited for for ever") {
  const TempFolder folder;
  const std::string path = folder.path("writer.sock");
  {
    std::promise<void> wake;
    const std::shared_future<void> awake = wake.get_future().share();
    auto server = engine::WriterServer::start(path, [&](std::vector<engine::Submission> submissions) {
      awake.wait();
      return std::vector<Result<engine::Receipt>>(submissions.size(), engine::Receipt{});
    });
    REQUIRE(server.has_value());
    auto client = engine::WriterClient::connect(path, /*patience_ms=*/5);
    REQUIRE(client.has_value());
    const auto receipts = (*client)->submit(one(commissioning(1)));
    REQUIRE(receipts.size() == 1);
    REQUIRE_FALSE(receipts.front().has_value());
    CHECK(receipts.front().error().code == ErrorCode::unavailable);
    wake.set_value();
  }
}

TEST_CASE("socket: a writer that ends answers what it has begun, and leaves the rest unanswered") {
  const TempFolder folder;
  const std::string path = folder.path("writer.sock");
  std::promise<void> begun;
  auto server = engine::WriterServer::start(path, [&](std::vector<engine::Submission> submissions) {
    begun.set_value();
    return std::vector<Result<engine::Receipt>>(submissions.size(), engine::Receipt{});
  });
  REQUIRE(server.has_value());
  auto client = engine::WriterClient::connect(path);
  auto unheard = engine::WriterClient::connect(path);
  REQUIRE(client.has_value());
  REQUIRE(unheard.has_value());
  auto answer = std::async(std::launch::async, [&] { return (*client)->submit(one(commissioning(1))); });
  begun.get_future().wait();
  server->reset();
  const auto receipts = answer.get();
  REQUIRE(receipts.size() == 1);
  CHECK(receipts.front().has_value());
  CHECK((*client)->submit(one(commissioning(2))).empty());
  CHECK((*unheard)->submit(one(commissioning(3))).empty());
}

TEST_CASE("socket: submissions of another process get the receipts of this writer, in order") {
  Bench bench;
  const TempFolder folder;
  const std::string path = folder.path("writer.sock");
  CHECK(engine::WriterClient::connect(path).error().code == ErrorCode::unavailable);
  {
    auto server = engine::WriterServer::start(path, [&](std::vector<engine::Submission> submissions) {
      return bench.writer->submit(std::move(submissions));
    });
    REQUIRE(server.has_value());
    CHECK((std::filesystem::status(path).permissions() &
           (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) == std::filesystem::perms::none);
    auto client = engine::WriterClient::connect(path);
    REQUIRE(client.has_value());
    std::vector<engine::Submission> many;
    for (int i = 0; i < 200; ++i) many.push_back(commissioning(i));
    engine::Submission huge = commissioning(1000);
    huge.body.source_text.assign(engine::k_body_bytes_max, 'x');
    many.push_back(std::move(huge));
    many.push_back(commissioning(0));
    const auto receipts = (*client)->submit(many);
    REQUIRE(receipts.size() == 202);
    for (std::size_t i = 0; i < 200; ++i) {
      REQUIRE(receipts[i].has_value());
      CHECK(receipts[i]->position.seq == i);
    }
    CHECK(receipts[200].error().code == ErrorCode::invalid_input);
    REQUIRE(receipts[201].has_value());
    CHECK(receipts[201]->outcome == engine::Outcome::duplicate);
    CHECK(receipts[201]->position.seq == 0);
  }
  CHECK(engine::WriterClient::connect(path).error().code == ErrorCode::unavailable);
}
